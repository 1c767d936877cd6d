//! Who may call: tickets, and what a role allows.

use crate::answer::{Answer, element, text};
use crate::faults::{CLIENT, GET_ROLE, VERSIONS, credentials, fault, is_role, send};
use crate::support::{PASSWORD, Soap, TestServer};

#[test]
fn a_ticket_may_be_given_twice_but_not_two() {
    let server = TestServer::start();
    let [admin, nora] = ["admin", "nora"].map(|name| server.caller(name));
    let [admin, nora] = [&admin, &nora].map(|caller| credentials(caller.ticket()));
    let header = |content: String| element("s:Header", &content);
    for soap in VERSIONS {
        for content in [
            header(admin.clone()),
            admin.clone(),
            header(admin.clone() + &admin),
            header(admin.clone()) + &admin,
            admin.clone() + &header(admin.clone()),
            admin.clone() + &admin,
            "<Credentials/>".to_owned() + &admin,
        ] {
            is_role(soap, &send(&server, soap, &(content + GET_ROLE)));
        }
        for content in [
            header(admin.clone() + &nora),
            header(admin.clone()) + &nora,
            nora.clone() + &header(admin.clone()),
            nora.clone() + &admin,
            "<Credentials><Ticket></Ticket></Credentials>".to_owned() + &admin,
        ] {
            let response = send(&server, soap, &(content + GET_ROLE));
            let reason = fault(soap, &response, &CLIENT);
            assert!(reason.contains("Credentials"), "{reason}");
        }
    }
}

#[test]
fn without_a_good_ticket_there_is_no_session() {
    let server = TestServer::start();
    let good = server.caller("admin");
    let good = good.ticket();
    let expired = server.caller("admin");
    let changed = server.database().execute(
        "UPDATE credentials SET validTo = '2020-01-01T00:00:00'
         WHERE credentialType = 'Ticket' AND credentials_id = (SELECT max(credentials_id) FROM credentials)",
    );
    assert_eq!(changed, 1);
    let mut tickets = vec![
        String::new(),
        "7T:".to_owned(),
        "7T:put-a-ticket-here".to_owned(),
        good.replace("7T:", ""),
        good.replace("7T:", "8A:"),
        good.to_ascii_lowercase(),
        good[..good.len() - 4].to_owned(),
        format!("{good}AAAA"),
        "x".repeat(10_000),
        "7T:' OR 1=1 --".to_owned(),
    ];
    tickets.push(expired.ticket().to_owned());
    for soap in VERSIONS {
        let mut blocks: Vec<_> = tickets.iter().map(|it| credentials(it)).collect();
        blocks.push(String::new());
        blocks.push("<Credentials/>".to_owned());
        blocks.push(format!("<Credentials Ticket=\"{good}\"/>"));
        for block in blocks {
            let response = send(&server, soap, &(element("s:Header", &block) + GET_ROLE));
            let answer = Answer::of(soap, "GetRoleResponse", &response);
            assert!(answer.response.at("Response").nil);
            assert_eq!(answer.refused().class, "SoSessionException", "{block}");
        }
        // Arguments are not even looked at.
        let wrong = "<s:Body><GetRole><RoleId>abc</RoleId></GetRole></s:Body>";
        let answer = Answer::of(soap, "GetRoleResponse", &send(&server, soap, wrong));
        assert_eq!(answer.refused().class, "SoSessionException");
        let response = send(&server, soap, &(credentials(good) + GET_ROLE));
        is_role(soap, &response);
    }
}

#[test]
fn an_ordinary_user_administers_nothing() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    server.add_user("ordinary", PASSWORD);
    let ordinary = server.caller("ordinary");
    let outsider = server.caller("gita@customer.example.com");
    let nora = server.user(
        Soap::V11,
        &admin,
        "GetUserFromName",
        &text("UserName", "nora"),
    );
    let nora = nora.result();
    let nora = nora.text_at("AssociateId");
    let before = server.content();
    let new = element("User", &text("Name", "intruder"));
    let changed = text("AssociateId", nora) + &text("Tooltip", "changed");
    let changed = element("User", &changed);
    let by_name = text("UserName", "nora");
    let uri = text("RedirectUri", "https://evil.example/");
    for soap in VERSIONS {
        for (operation, arguments) in [
            ("CreateDefaultUser", ""),
            (
                "CreateDefaultUserFromUserType",
                "<UserType>SystemAssociate</UserType>",
            ),
            ("SaveUser", &*new),
            ("SaveUser", &changed),
            ("SaveUserFromName", &(by_name.clone() + &changed)),
            ("ValidateUser", &new),
            ("DeleteUser", &text("UserId", nora)),
            // Nobody else learns what is wrong with the arguments.
            ("DeleteUser", "<UserId>x</UserId>"),
            ("DeleteUserFromName", &by_name),
            ("RegisterWithAccessGateway", &uri),
            ("GetOrRegisterAccessGatewayInfo", &uri),
        ] {
            // The role decides about the installation, and administrators about users.
            let expected = match operation.ends_with("AccessGateway") || operation.ends_with("Info")
            {
                true => "SoSentryException",
                false => "SoIllegalOperationException",
            };
            let answer = server.user(soap, &ordinary, operation, arguments);
            assert_eq!(answer.refused().class, expected, "{operation}");
            let answer = server.user(soap, &outsider, operation, arguments);
            assert_eq!(answer.refused().class, "SoIllegalOperationException");
        }
        let own = text("UserName", "ordinary");
        let own = server
            .user(soap, &ordinary, "GetUserFromName", &own)
            .result();
        assert_eq!(own.text_at("Name"), "ordinary");
        let other = server.user(soap, &outsider, "GetUser", &text("UserId", nora));
        assert!(other.exception.is_some());
        let role = server.user(soap, &ordinary, "GetRole", "<RoleId>12</RoleId>");
        assert_eq!(role.result().text_at("Id"), "12");
    }
    server.content().assert_same(&before, "refused");
}
