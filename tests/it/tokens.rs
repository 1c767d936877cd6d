//! Access tokens: from a session, to another.

use crate::answer::{Answer, Node, element, text};
use crate::secrets::assert_nowhere;
use crate::support::{Caller, PASSWORD, PRINCIPAL, SERVICES88, Soap, TestServer};

fn token_of(server: &TestServer, caller: &Caller) -> String {
    let answer = server.user(Soap::V12, caller, "GetAccessToken", "");
    answer.result().text
}

/// What logging in with a token answers, from an application.
fn log_in(server: &TestServer, token: &str, application: &str) -> Answer {
    let operation = "AuthenticateWithAccessToken";
    let arguments = text("AccessToken", token);
    let envelope = Soap::V11
        .envelope(&Caller::Anonymous, operation, &arguments)
        .replace(
            "<s:Header>",
            &format!("<s:Header>{}", text("ApplicationToken", application)),
        );
    let response = server.post(PRINCIPAL, Soap::V11.content_type(), &envelope);
    Answer::of(Soap::V11, "AuthenticateResponse", &response)
}

fn ticket(answer: &Node) -> Option<Caller> {
    let succeeded = answer.text_at("AuthenticationSucceeded") == "true";
    succeeded.then(|| Caller::Ticket(answer.text_at("Credentials/Ticket").to_owned()))
}

#[test]
fn a_token_opens_a_session_of_its_user_until_the_password_changes() {
    let server = TestServer::start();
    server.add_user("ann", PASSWORD);
    let admin = server.caller("admin");
    let ann = Caller::Ticket(server.log_in(Soap::V12, "ann", PASSWORD).unwrap());
    let token = token_of(&server, &ann);
    assert!(token.starts_with("8A:"), "{token}");
    assert_ne!(token_of(&server, &ann), token);

    let answer = log_in(&server, &token, "").response;
    assert_eq!(answer.text_at("Response/Associate"), "ann");
    let provided = answer.at("Response/ProvidedCredentials/ProvidedCredential");
    assert_eq!(provided.text_at("Type"), "AccessToken");
    let opened = ticket(&answer).unwrap();
    let own = text("UserName", "ann");
    let own = server.user(Soap::V11, &opened, "GetUserFromName", &own);
    assert_eq!(own.result().text_at("Name"), "ann");
    // A token is no ticket, and a ticket is no token.
    let as_ticket = Caller::Ticket(token.clone());
    let refused = server.user(Soap::V11, &as_ticket, "GetRole", "<RoleId>1</RoleId>");
    assert_eq!(refused.refused().class, "SoSessionException");
    let answer = log_in(&server, admin.ticket(), "").response;
    assert!(ticket(&answer).is_none() && answer.at("Response").nil);
    let nobody = server.user(Soap::V11, &Caller::Anonymous, "GetAccessToken", "");
    assert_eq!(nobody.refused().class, "SoSessionException");
    assert_nowhere(server.data(), &token);

    let password = text("Type", "CRM5/PASSWORD");
    let password = element("Type", &password) + &text("Value", "Another-Horse-8");
    let user = text("AssociateId", &answer_id(&server, &admin, "ann"))
        + &element("Credentials", &element("Credential", &password));
    let saved = server.user(Soap::V12, &admin, "SaveUser", &element("User", &user));
    assert!(saved.exception.is_none(), "{:?}", saved.exception);
    assert!(ticket(&log_in(&server, &token, "").response).is_none());
}

fn answer_id(server: &TestServer, caller: &Caller, name: &str) -> String {
    let argument = text("UserName", name);
    let user = server.user(Soap::V12, caller, "GetUserFromName", &argument);
    user.result().text_at("AssociateId").to_owned()
}

#[test]
fn online_a_token_is_for_the_application_that_is_to_act() {
    let server = TestServer::with(&[("mode", "online")]);
    let [portal, other] = ["Portal", "Other"].map(|name| {
        let token = server.command(&["app-token", "add", name], "");
        token.trim().to_owned()
    });
    let admin = server.caller("admin");
    let ask = |app_token: &str| {
        let envelope = Soap::V12
            .envelope(&admin, "GetAccessToken", &text("AppToken", app_token))
            .replace(
                "<s:Header>",
                &format!("<s:Header>{}", text("ApplicationToken", &portal)),
            );
        assert!(envelope.contains(SERVICES88));
        let path = crate::support::USER;
        let response = server.post(path, Soap::V12.content_type(), &envelope);
        Answer::of(Soap::V12, "GetAccessTokenResponse", &response)
    };
    for (app_token, [by_portal, by_other]) in [("", [true, false]), (&*other, [false, true])] {
        let token = ask(app_token).result().text;
        for (application, expected) in [(&portal, by_portal), (&other, by_other)] {
            let answer = log_in(&server, &token, application).response;
            assert_eq!(ticket(&answer).is_some(), expected);
        }
    }
    assert_eq!(ask("unknown").refused().class, "SoSessionException");
}
