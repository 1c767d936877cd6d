//! What is refused changes nothing: every operation, with arguments that would do, from callers
//! who may not.

use crate::answer::{Answer, element, text};
use crate::secrets::GATEWAY_KEY;
use crate::support::{Caller, PASSWORD, PRINCIPAL, Soap, TestServer};
use services88::contract::{SERVICES, user_service};
use services88::model::{Access, Reach};
use std::collections::BTreeSet;

/// See there for what a line says.
const TABLE: &str = include_str!("refusals/calls.txt");

/// A line of the table.
struct Call {
    operation: &'static str,
    /// What an employee is answered, as [`class`] has it.
    employee: &'static str,
    /// What a user of a customer is answered.
    customer: &'static str,
    arguments: String,
}

const ARRAYS: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
const DONE: &str = "done";
const OWN: &str = "own";

/// The calls that an administrator gets through with, operations that need a system outside, and
/// the calls that nobody gets through with.
fn table() -> (Vec<Call>, Vec<&'static str>, Vec<Call>) {
    let (mut calls, mut outside, mut invalid) = (Vec::new(), Vec::new(), Vec::new());
    for line in TABLE.lines() {
        let (line, arguments) = line.split_at(line.find('<').unwrap_or(line.len()));
        let words: Vec<_> = line.split_whitespace().collect();
        let mut arguments = arguments.to_owned();
        for item in ["a:int", "a:string"] {
            let declared = format!("<{item} xmlns:a=\"{ARRAYS}\">");
            arguments = arguments.replace(&format!("<{item}>"), &declared);
        }
        let call = |operation, employee, customer| Call {
            operation,
            employee,
            customer,
            arguments,
        };
        match words[..] {
            [] | ["#", ..] => {}
            [operation, "outside", "outside"] => outside.push(operation),
            [operation, employee, customer] => calls.push(call(operation, employee, customer)),
            [operation, everybody] => invalid.push(call(operation, everybody, everybody)),
            _ => panic!("{line}"),
        }
    }
    (calls, outside, invalid)
}

/// How the table calls what was answered.
fn class(answer: &Answer) -> &str {
    match answer.exception.as_ref().map(|exception| &*exception.class) {
        None => DONE,
        Some("SoIllegalOperationException") => "illegal",
        Some("SoSentryException") => "sentry",
        Some(class) => class,
    }
}

/// A server with an employee `bob` and log-in data number 1 of the administrator's, and the
/// administrator.
fn house() -> (TestServer, Caller) {
    let server = TestServer::with(&[GATEWAY_KEY]);
    server.add_user("bob", PASSWORD);
    let admin = server.caller("admin");
    let mail = element("ServiceAuth", &text("Server", "mail"));
    let saved = server.user(Soap::V11, &admin, "SaveServiceAuth", &mail);
    assert_eq!(saved.result().text_at("ServiceAuthId"), "1");
    (server, admin)
}

#[test]
fn the_table_names_every_operation_once() {
    let (calls, outside, _) = table();
    let mut named: Vec<_> = calls.iter().map(|call| call.operation).collect();
    named.extend(outside);
    let all: BTreeSet<_> = named.iter().copied().collect();
    let operations = user_service::SERVICE.operations.iter().map(|it| it.name);
    assert_eq!(all, operations.collect());
    assert_eq!(all.len(), named.len());
}

#[test]
fn the_table_says_what_the_contract_asks_for() {
    for call in table().0 {
        let service = &user_service::SERVICE;
        let operation = service.operations[service.position(call.operation).unwrap()];
        let expected = match operation.access {
            Access::UserAdministrator | Access::ExternalUserAdministrator => ["illegal"; 2],
            Access::RoleAdministrator | Access::Administrator => ["sentry", "illegal"],
            Access::Employee => [call.employee, "illegal"],
            Access::Ticket | Access::Anybody => [call.employee, call.customer],
        };
        let found = [call.employee, call.customer];
        assert_eq!(found, expected, "{}", call.operation);
        // Calls are about somebody else, where they are about anybody.
        let is_refused = found.map(|it| ["illegal", "sentry"].contains(&it));
        match operation.reach {
            Reach::Others(Access::Employee) => assert_eq!(is_refused, [false, true]),
            Reach::Others(_) => assert_eq!(is_refused, [true; 2], "{}", call.operation),
            Reach::Own => assert!(!is_refused[0], "{}", call.operation),
            Reach::All | Reach::Company => {}
        }
    }
}

#[test]
fn every_operation_refuses_somebody_and_then_changes_nothing() {
    let (calls, _, invalid) = table();
    let (server, admin) = house();
    let callers = [
        Caller::Anonymous,
        server.caller("bob"),
        server.caller("gita@customer.example.com"),
    ];
    let before = server.content();
    for (index, call) in calls.iter().enumerate() {
        let expected = ["SoSessionException", call.employee, call.customer];
        for (caller, expected) in callers.iter().zip(expected) {
            if expected == OWN {
                continue;
            }
            let soap = [Soap::V11, Soap::V12][index % 2];
            let answer = server.user(soap, caller, call.operation, &call.arguments);
            assert_eq!(class(&answer), expected, "{}", call.operation);
        }
        server.content().assert_same(&before, call.operation);
    }
    for call in &invalid {
        for caller in [&admin, &callers[1]] {
            let answer = server.user(Soap::V12, caller, call.operation, &call.arguments);
            assert_eq!(class(&answer), call.employee, "{}", call.operation);
        }
        server.content().assert_same(&before, call.operation);
    }
    // Whatever somebody may do for oneself is refused when it cannot be done. What is left tells
    // the caller something that is true of everybody, or of nobody else.
    let open = [
        "CanChangePassword",
        "GetAccessToken",
        "GetSupportedChangePasswordTypes",
        "IsPasswordValid",
        "IsPasswordValidWithReason",
    ];
    let never: BTreeSet<_> = calls
        .iter()
        .filter(|call| {
            [call.employee, call.customer].map(|it| [DONE, OWN].contains(&it)) == [true; 2]
        })
        .map(|call| call.operation)
        .filter(|name| invalid.iter().all(|call| call.operation != *name))
        .collect();
    assert_eq!(never, BTreeSet::from(open));

    // The same calls are carried out for the administrator: nothing was wrong with them.
    for call in &calls {
        let answer = server.user(Soap::V11, &admin, call.operation, &call.arguments);
        assert_eq!(
            class(&answer),
            DONE,
            "{} {:?}",
            call.operation,
            answer.exception
        );
    }
    assert!(server.content() != before);
}

/// Of all passwords only argon2id hashes are kept, whichever way they came.
#[test]
fn passwords_are_kept_as_argon2id_hashes_only() {
    let (server, admin) = house();
    for call in table().0 {
        let sets = ["Password", "Credential", "ExternalUser", "SaveUser"];
        let ends = ["DeleteUser", "DeleteCredential", "DeleteExternalUser"];
        if sets.iter().any(|it| call.operation.contains(it)) && !ends.contains(&call.operation) {
            server.user(Soap::V12, &admin, call.operation, &call.arguments);
        }
    }
    let sql = "SELECT secret FROM credentials WHERE credentialType = 'CRM5/PASSWORD'";
    let secrets = server.database().column(sql);
    assert!(secrets.len() >= 6, "{secrets:?}");
    assert!(
        secrets
            .iter()
            .all(|secret| secret.starts_with("$argon2id$v=19$")),
        "{secrets:?}"
    );
}

/// An answer of `SoPrincipal.svc` to somebody without a ticket.
fn principal(server: &TestServer, operation: &str, arguments: &str) -> Answer {
    let response = server.call(
        Soap::V12,
        PRINCIPAL,
        &Caller::Anonymous,
        operation,
        arguments,
    );
    let service = SERVICES
        .iter()
        .find(|service| service.name == "SoPrincipal")
        .unwrap();
    let position = service.position(operation).unwrap();
    let element = service.operations[position].response.name;
    Answer::of(Soap::V12, element, &response)
}

/// All ways to log in, with what lets nobody in.
fn failing_log_ins() -> [(&'static str, String); 4] {
    let pair = |key: &str, value: &str| {
        let pair = text("Key", key) + &text("Value", value);
        element("AuthenticationGenericDataKeyValuePair", &pair)
    };
    let generic = pair("UserName", "bob") + &pair("Password", "wrong");
    [
        (
            "AuthenticateUsernamePassword",
            text("UserName", "bob") + &text("Password", "wrong"),
        ),
        (
            "AuthenticateGeneric",
            element("AuthenticationData", &generic),
        ),
        (
            "AuthenticateWithAccessToken",
            text("AccessToken", "8A:Default.AAAA"),
        ),
        ("AuthenticateImplicit", String::new()),
    ]
}

#[test]
fn a_log_in_that_fails_leaves_nothing() {
    let (server, _) = house();
    let before = server.content();
    for (operation, arguments) in failing_log_ins() {
        let answer = principal(&server, operation, &arguments);
        assert_eq!(class(&answer), DONE);
        assert_eq!(answer.response.text_at("AuthenticationSucceeded"), "false");
    }
    let info = principal(&server, "GetSystemInfo", "").response;
    let tell = |path| info.text_at(path);
    assert_eq!(tell("SystemInfo/CompanyName"), "Services88 Demo Company");
    server.content().assert_same(&before, "refused");
}

#[test]
fn online_nothing_is_done_for_an_unknown_application() {
    let server = TestServer::with(&[("mode", "online")]);
    server.add_user("bob", PASSWORD);
    let admin = server.caller("admin");
    let before = server.content();
    let right = text("UserName", "bob") + &text("Password", PASSWORD);
    let log_ins = failing_log_ins();
    let others = [
        ("GetSystemInfo", String::new()),
        ("AuthenticateUsernamePassword", right),
    ];
    for (operation, arguments) in log_ins.iter().chain(&others) {
        let answer = principal(&server, operation, arguments);
        assert_eq!(class(&answer), "SoSessionException", "{operation}");
    }
    for call in table().0 {
        let answer = server.user(Soap::V11, &admin, call.operation, &call.arguments);
        assert_eq!(class(&answer), "SoSessionException", "{}", call.operation);
    }
    server.content().assert_same(&before, "refused");
}
