//! The same on the REST side: credentials that are not good, and a store that fails.

use crate::clean::clean;
use crate::line::Line;
use crate::support::{Caller, PASSWORD, Response, TestServer};
use crate::tickets::bad_tickets;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use services88::contract::user_service::SERVICE;

fn path(operation: &str) -> String {
    format!("/api/v1/Agents/User/{operation}")
}

/// The class and the message of an error.
#[track_caller]
fn error(response: &Response, status: u16, what: &str) -> (String, String) {
    assert_eq!(response.status, status, "{what}: {}", response.body);
    let told: serde_json::Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(told["Error"], true, "{what}");
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    (text("ErrorType"), text("ErrorMessage"))
}

#[track_caller]
fn is_refused(response: &Response, what: &str) {
    let (class, message) = error(response, 401, what);
    assert!(class.ends_with("SoSessionException"), "{what}: {class}");
    assert!(!message.contains("7T:"), "{what}: {message}");
    let challenge = response.field("www-authenticate");
    assert!(challenge.is_some_and(|it| it.contains("Basic")), "{what}");
}

#[test]
fn no_rest_operation_takes_a_ticket_that_is_not_good() {
    let server = TestServer::start();
    let [good, other] = ["admin", "nora"].map(|name| server.caller(name));
    let bad = bad_tickets(&server, good.ticket(), other.ticket());
    // What is around a value is not part of it in HTTP, nor is there room for all of it.
    let fits = |it: &str| it.trim() == it && it.len() < 10_000 && !it.contains(char::is_control);
    let bad: Vec<_> = bad.into_iter().filter(|(_, it)| fits(it)).collect();
    let before = server.content();
    let mut line = Line::to(&server);
    for operation in SERVICE.operations {
        let path = path(operation.name);
        is_refused(&line.json(&path, &[], "{}"), operation.name);
        for (what, ticket) in &bad {
            let shown = format!("Authorization: SOTicket {ticket}");
            let what = format!("{}: {what}", operation.name);
            is_refused(&line.json(&path, &[shown], "{}"), &what);
        }
    }
    let ticket = good.ticket();
    let basic = |name: &str, password: &str| {
        format!(
            "Authorization: Basic {}",
            STANDARD.encode(format!("{name}:{password}"))
        )
    };
    let own = path("GetUserCommands");
    for fields in [
        format!("Authorization: {ticket}"),
        format!("Authorization: Bearer {ticket}"),
        format!("Authorization: Ticket {ticket}"),
        format!("Authorization: SOTicket {ticket}\r\nAuthorization: SOTicket {ticket}"),
        format!("Authorization: SOTicket {ticket}, SOTicket {ticket}"),
        format!("Authorization: SOTicket {}", STANDARD.encode(ticket)),
        format!(
            "Authorization: SOTicket {}",
            other.ticket().replace("7T:", "7T: ")
        ),
        format!("Proxy-Authorization: SOTicket {ticket}"),
        format!("X-Authorization: SOTicket {ticket}"),
        format!("SOTicket: {ticket}"),
        format!("Cookie: SOTicket={ticket}"),
        "Authorization:".to_owned(),
        "Authorization: Basic".to_owned(),
        "Authorization: Basic %%%".to_owned(),
        format!("Authorization: Basic {}", STANDARD.encode("no colon")),
        format!(
            "Authorization: Basic {}",
            STANDARD.encode([0xff, b':', 0xfe])
        ),
        basic("", ""),
        basic("admin", ""),
        basic(&ticket[1..], ""),
        basic("7T:AAAA", "7T:AAAA"),
    ] {
        let response = line.json(&own, std::slice::from_ref(&fields), "{}");
        is_refused(&response, &fields);
    }
    for path in [
        format!("{own}?ticket={ticket}"),
        format!("{own}?SOTicket={ticket}&Authorization=SOTicket%20{ticket}"),
    ] {
        is_refused(&line.json(&path, &[], "{}"), &path);
    }
    let body = format!("{{\"Ticket\":\"{ticket}\",\"Credentials\":{{\"Ticket\":\"{ticket}\"}}}}");
    is_refused(&line.json(&own, &[], &body), "in the body");
    server.content().assert_same(&before, "refused");
    for scheme in ["SOTicket", "soticket"] {
        let shown = format!("Authorization: {scheme} {ticket}");
        assert_eq!(line.json(&own, &[shown], "{}").status, 200);
    }
    println!("{} REST calls with bad credentials", line.sent);
}

#[test]
fn a_broken_store_is_not_told_of_by_rest() {
    let server = TestServer::start();
    server.add_user("bob", PASSWORD);
    let admin = server.caller("admin");
    crate::broken_store::drop_all_tables(&server);
    let Caller::Ticket(ticket) = &admin else {
        panic!("no ticket");
    };
    let mut line = Line::to(&server);
    for operation in SERVICE.operations {
        let shown = format!("Authorization: SOTicket {ticket}");
        let response = line.json(&path(operation.name), &[shown], "{}");
        let (class, message) = error(&response, 503, operation.name);
        assert!(class.ends_with("SoDbAccessException"), "{class}");
        assert_eq!(message, "The database could not do its work.");
        clean(&response);
    }
}
