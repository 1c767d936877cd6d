//! Logging in, and what a ticket survives.

use crate::answer::{Answer, element, text};
use crate::faults::{GET_ROLE, VERSIONS, around, credentials, is_role};
use crate::support::{Caller, PASSWORD, PRINCIPAL, Soap, TestServer, USER, eventually};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whether a ticket is good.
fn is_valid(server: &TestServer, ticket: &str) -> bool {
    let caller = Caller::Ticket(ticket.to_owned());
    let answer = server.user(Soap::V11, &caller, "GetRole", "<RoleId>12</RoleId>");
    match answer.exception {
        None => true,
        Some(exception) => {
            assert_eq!(exception.class, "SoSessionException");
            false
        }
    }
}

#[test]
fn a_log_in_opens_a_session() {
    let server = TestServer::start();
    for soap in VERSIONS {
        let arguments = text("UserName", "ADMIN") + &text("Password", PASSWORD);
        let operation = "AuthenticateUsernamePassword";
        let response = server.call(soap, PRINCIPAL, &Caller::Anonymous, operation, &arguments);
        let answer = Answer::of(soap, "AuthenticateResponse", &response).response;
        assert_eq!(answer.text_at("AuthenticationSucceeded"), "true");
        assert_eq!(answer.text_at("Response/Associate"), "admin");
        assert_eq!(answer.text_at("Response/RoleName"), "User level 0");
        let ticket = answer.text_at("Credentials/Ticket");
        assert!(is_valid(&server, ticket));
        // What the original puts into a ticket: a key and a number.
        let content = STANDARD
            .decode(ticket.strip_prefix("7T:").unwrap())
            .unwrap();
        let units = content
            .chunks(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let content = String::from_utf16(&units.collect::<Vec<_>>()).unwrap();
        let (key, number) = content.split_once(';').unwrap();
        assert!(
            key.len() == 32 && number.parse::<i32>().is_ok(),
            "{content}"
        );
    }
}

#[test]
fn a_failed_log_in_is_an_answer_that_does_not_say_why() {
    let server = TestServer::start();
    server.add_user("ann", PASSWORD);
    for soap in VERSIONS {
        let mut bodies = Vec::new();
        for (name, password) in [
            ("ann", "wrong password"),
            ("nobody", "wrong password"),
            ("nora", ""),
            ("", ""),
        ] {
            assert_eq!(server.log_in(soap, name, password), None);
            let arguments = text("UserName", name) + &text("Password", password);
            let operation = "AuthenticateUsernamePassword";
            let anonymous = Caller::Anonymous;
            let response = server.call(soap, PRINCIPAL, &anonymous, operation, &arguments);
            bodies.push(response.body);
        }
        assert!(
            bodies.windows(2).all(|pair| pair[0] == pair[1]),
            "{bodies:?}"
        );
    }
    assert!(server.log_in(Soap::V11, "ann", PASSWORD).is_some());
}

#[test]
fn a_ticket_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path(), &[]);
    let ticket = server.log_in(Soap::V12, "admin", PASSWORD).unwrap();
    for signal in ["TERM", "KILL"] {
        assert!(is_valid(&server, &ticket));
        server.signal(signal);
        server.wait();
        server = TestServer::on(folder.path(), &[]);
        assert!(is_valid(&server, &ticket), "{signal}");
    }
}

#[test]
fn a_ticket_made_beside_the_server_is_good_there() {
    let server = TestServer::start();
    for name in ["admin", "nora"] {
        assert!(is_valid(&server, server.caller(name).ticket()));
    }
}

#[test]
fn a_new_password_ends_the_sessions_of_the_old_one() {
    let server = TestServer::start();
    server.add_user("ann", PASSWORD);
    let old = server.log_in(Soap::V11, "ann", PASSWORD).unwrap();
    let other = server.log_in(Soap::V11, "admin", PASSWORD).unwrap();
    assert!(is_valid(&server, &old));

    let changed = ["user", "passwd", "--password-stdin", "ann"];
    assert_eq!(server.command(&changed, "Better-Horse-9\n"), "");
    eventually("the old ticket ends", || !is_valid(&server, &old));
    assert!(is_valid(&server, &other));
    assert_eq!(server.log_in(Soap::V11, "ann", PASSWORD), None);
    let new = server.log_in(Soap::V11, "ann", "Better-Horse-9").unwrap();
    assert!(is_valid(&server, &new) && !is_valid(&server, &old));
}

#[test]
fn an_own_new_password_ends_all_sessions_but_the_present_one() {
    let server = TestServer::start();
    let [here, elsewhere] = [(); 2].map(|()| server.log_in(Soap::V11, "admin", PASSWORD).unwrap());
    let caller = Caller::Ticket(here.clone());
    let kind = element("Type", &text("Type", "CRM5/PASSWORD"));
    let credential = element("Credential", &(kind + &text("Value", "Better-Horse-9")));
    let user = text("AssociateId", "1") + &element("Credentials", &credential);
    let saved = server.user(Soap::V11, &caller, "SaveUser", &element("User", &user));
    assert_eq!(saved.result().text_at("Name"), "admin");
    assert!(is_valid(&server, &here) && !is_valid(&server, &elsewhere));
    assert_eq!(server.log_in(Soap::V11, "admin", PASSWORD), None);
    assert!(
        server
            .log_in(Soap::V11, "admin", "Better-Horse-9")
            .is_some()
    );
}

#[test]
fn a_user_who_is_retired_has_no_session() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    server.add_user("ann", PASSWORD);
    let ticket = server.log_in(Soap::V11, "ann", PASSWORD).unwrap();
    let found = server.user(
        Soap::V11,
        &admin,
        "GetUserFromName",
        &text("UserName", "ann"),
    );
    let id = text("AssociateId", found.result().text_at("AssociateId"));
    let save = |member: &str| {
        let user = element("User", &(id.clone() + member));
        server.user(Soap::V11, &admin, "SaveUser", &user).result()
    };
    save("<Deleted>true</Deleted>");
    assert!(!is_valid(&server, &ticket));
    assert_eq!(server.log_in(Soap::V11, "ann", PASSWORD), None);
    save("<Deleted>false</Deleted>");
    assert!(server.log_in(Soap::V11, "ann", PASSWORD).is_some());
}

#[test]
fn online_only_registered_applications_call() {
    let server = TestServer::with(&[("mode", "online")]);
    let caller = server.caller("admin");
    let token = server.command(&["app-token", "add", "a shop"], "");
    let token = token.trim();
    let block = |token: &str| text("ApplicationToken", token);
    let log_in = element(
        "s:Body",
        &element(
            "AuthenticateUsernamePassword",
            &(text("UserName", "admin") + &text("Password", PASSWORD)),
        ),
    );
    let post = |soap: Soap, path: &str, content: &str| {
        server.post(path, soap.content_type(), &around(soap, content))
    };
    for soap in VERSIONS {
        let get = |blocks: String| {
            let header = element("s:Header", &(blocks + &credentials(caller.ticket())));
            post(soap, USER, &(header + GET_ROLE))
        };
        for blocks in [
            String::new(),
            block(""),
            block("put-an-application-token-here"),
            block(&token.to_ascii_uppercase()),
            block(&token[1..]),
        ] {
            let answer = Answer::of(soap, "GetRoleResponse", &get(blocks.clone()));
            assert!(answer.response.at("Response").nil);
            assert_eq!(answer.refused().class, "SoSessionException", "{blocks}");
            let response = post(soap, PRINCIPAL, &(blocks.clone() + &log_in));
            let answer = Answer::of(soap, "AuthenticateResponse", &response);
            assert_eq!(answer.response.text_at("AuthenticationSucceeded"), "false");
            assert_eq!(answer.refused().class, "SoSessionException", "{blocks}");
        }
        is_role(soap, &get(block(token)));
        let response = post(soap, PRINCIPAL, &(block(token) + &log_in));
        let answer = Answer::of(soap, "AuthenticateResponse", &response);
        assert_eq!(answer.response.text_at("AuthenticationSucceeded"), "true");
        // An application is nobody.
        let response = post(soap, USER, &(block(token) + GET_ROLE));
        let answer = Answer::of(soap, "GetRoleResponse", &response);
        assert_eq!(answer.refused().class, "SoSessionException");
    }
    server.command(&["app-token", "revoke", "a shop"], "");
    eventually("the token ends", || {
        let content = block(token) + &credentials(caller.ticket()) + GET_ROLE;
        let response = post(Soap::V12, USER, &content);
        Answer::of(Soap::V12, "GetRoleResponse", &response)
            .exception
            .is_some()
    });
}
