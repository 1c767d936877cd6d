//! The registration with the access gateway.

use crate::answer::text;
use crate::support::{Soap, TestServer};

#[test]
fn the_gateway_keeps_its_client_and_names_the_member_that_is_wrong() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let register = |uri: &str| {
        let argument = text("RedirectUri", uri);
        server.user(Soap::V12, &caller, "RegisterWithAccessGateway", &argument)
    };
    let call = |operation| server.user(Soap::V12, &caller, operation, "").result();
    assert_eq!(call("CheckAccessGatewayRegistration").text, "false");
    assert_eq!(call("GetAccessGatewayInfo").text_at("ClientId"), "");

    let first = register("https://crm.example/a?x=1&y=2").result();
    assert_eq!(
        first.text_at("RedirectUri"),
        "https://crm.example/a?x=1&y=2"
    );
    assert!(!first.text_at("ClientId").is_empty());
    for uri in [
        "",
        "call back",
        "javascript:alert(1)",
        "https://crm.example/#x",
    ] {
        let refused = register(uri).refused();
        assert_eq!(refused.class, "SoValidationException");
        assert_eq!(refused.parameters.len(), 1);
        assert_eq!(
            refused.parameters[0].0, "RedirectUri",
            "{}",
            refused.message
        );
    }
    assert_eq!(call("GetAccessGatewayInfo"), first);
    let second = register("https://crm.example/b").result();
    assert_eq!(second.text_at("ClientId"), first.text_at("ClientId"));
    assert_eq!(call("GetOrRegisterAccessGatewayInfo"), second);
    assert_eq!(call("CheckAccessGatewayRegistration").text, "true");
}
