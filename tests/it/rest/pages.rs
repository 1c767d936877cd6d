//! Web pages that call.

use super::client::ticket;
use crate::support::TestServer;

const PATH: &str = "/api/v1/Agents/User/GetAccessGatewayInfo";
const PAGE: &str = "https://portal.example.com";

#[test]
fn pages_of_other_origins_are_kept_out_by_default() {
    let server = TestServer::start();
    let asked = [
        "Origin: https://portal.example.com",
        "Access-Control-Request-Method: POST",
    ];
    let first = server.request("OPTIONS", PATH, &asked, b"");
    assert_eq!(
        (first.status, first.field("access-control-allow-origin")),
        (204, None)
    );
    assert_eq!(first.field("allow"), Some("GET, HEAD, POST, OPTIONS"));
}

#[test]
fn pages_of_the_configured_origins_may_call() {
    let server = TestServer::with(&[(
        "cors_origins",
        "https://portal.example.com, http://a.example:81",
    )]);
    let shown = ticket(&server.caller("admin"));
    for (origin, may) in [
        (PAGE, true),
        ("http://a.example:81", true),
        ("http://a.example", false),
        ("https://portal.example.com.evil.example", false),
        ("null", false),
    ] {
        let origin_field = format!("Origin: {origin}");
        let asked = [origin_field.as_str(), "Access-Control-Request-Method: POST"];
        let first = server.request("OPTIONS", PATH, &asked, b"");
        assert_eq!(
            first.field("access-control-allow-methods"),
            may.then_some("GET, HEAD, POST, OPTIONS")
        );
        let fields = first
            .field("access-control-allow-headers")
            .unwrap_or_default();
        assert_eq!(fields.contains("Authorization"), may, "{origin}");
        let call = server.request("POST", PATH, &[&shown, &origin_field], b"");
        assert_eq!(call.status, 200);
        assert_eq!(call.field("vary"), Some("Origin"));
        for answer in [&first, &call] {
            assert_eq!(
                answer.field("access-control-allow-origin"),
                may.then_some(origin)
            );
            assert_eq!(answer.field("access-control-allow-credentials"), None);
        }
    }
    let refused = server.request("POST", PATH, &["Origin: https://portal.example.com"], b"");
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.field("access-control-allow-origin"),
        Some(PAGE),
        "a page may read why"
    );
}
