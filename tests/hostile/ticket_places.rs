//! A good ticket, and where it has to stand.

use crate::answer::{Answer, element, text};
use crate::faults::{ACTION, CLIENT, DESERIALIZATION, Expected, VERSIONS, credentials, fault};
use crate::line::{Line, envelope};
use crate::support::{PASSWORD, Response, SERVICES88, Soap, TestServer, USER};
use crate::tickets::is_refused;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What becomes of a good ticket that stands somewhere, or is written in some way.
enum Outcome {
    /// It is read.
    Good,
    /// It is not seen.
    None,
    Fault(Expected),
}

#[track_caller]
fn check(soap: Soap, response: &Response, expected: &Outcome, what: &str) {
    match expected {
        Outcome::Fault(expected) => {
            fault(soap, response, expected);
        }
        Outcome::Good => {
            let role = Answer::of(soap, "GetRoleResponse", response).result();
            assert_eq!(role.text_at("Value"), "System user", "{what}");
        }
        Outcome::None => {
            let answer = Answer::of(soap, "GetRoleResponse", response);
            is_refused(answer, &["Response"], what);
        }
    }
}

#[test]
fn a_ticket_counts_in_its_own_place_only() {
    let server = TestServer::start();
    let [good, other] = ["admin", "nora"].map(|name| server.caller(name));
    let (ticket, other) = (good.ticket(), other.ticket());
    let block = credentials(ticket);
    let one = text("Ticket", ticket);
    let elsewhere =
        |name: &str, ns: &str, content: &str| format!("<{name} xmlns=\"{ns}\">{content}</{name}>");
    let none = "http://www.w3.org/2003/05/soap-envelope/role/none";
    let blocks = [
        ("alone", block.clone(), Outcome::Good),
        ("the same twice", block.repeat(2), Outcome::Good),
        (
            "a blank block beside it",
            format!("<Credentials/>{block}"),
            Outcome::Good,
        ),
        (
            "a nil block beside it",
            format!("{block}<Credentials i:nil='1'/>"),
            Outcome::Good,
        ),
        (
            "two that differ",
            block.clone() + &credentials(other),
            Outcome::Fault(CLIENT),
        ),
        (
            "a good one and a bad one",
            block.clone() + &credentials("7T:x"),
            Outcome::Fault(CLIENT),
        ),
        (
            "a good one and an empty one",
            block.clone() + &credentials(""),
            Outcome::Fault(CLIENT),
        ),
        (
            "twice in one block",
            element("Credentials", &one.repeat(2)),
            Outcome::Fault(DESERIALIZATION),
        ),
        (
            "two in one block",
            element("Credentials", &(one.clone() + &text("Ticket", other))),
            Outcome::Fault(DESERIALIZATION),
        ),
        (
            "in an element",
            element("Credentials", &element("Ticket", &text("Text", ticket))),
            Outcome::Fault(DESERIALIZATION),
        ),
        (
            "without its element",
            element("Credentials", ticket),
            Outcome::Fault(DESERIALIZATION),
        ),
        ("without a block", one.clone(), Outcome::None),
        (
            "in a block within the block",
            element("Credentials", &block),
            Outcome::None,
        ),
        ("in another block", element("TimeZone", &one), Outcome::None),
        (
            "as an attribute",
            format!("<Credentials Ticket='{ticket}'/>"),
            Outcome::None,
        ),
        (
            "as an application token",
            text("ApplicationToken", ticket),
            Outcome::None,
        ),
        (
            "in no namespace",
            elsewhere("Credentials", "", &one),
            Outcome::None,
        ),
        (
            "in SOAP's",
            elsewhere("Credentials", Soap::V11.namespace(), &one),
            Outcome::None,
        ),
        (
            "in one with a slash",
            elsewhere("Credentials", &format!("{}/", SERVICES88), &one),
            Outcome::None,
        ),
        (
            "in one in other case",
            elsewhere("Credentials", &SERVICES88.to_lowercase(), &one),
            Outcome::None,
        ),
        (
            "the text in no namespace",
            element("Credentials", &elsewhere("Ticket", "", ticket)),
            Outcome::None,
        ),
        (
            "block in lower case",
            block.replace("Credentials", "credentials"),
            Outcome::None,
        ),
        (
            "block in upper case",
            block.replace("Credentials", "CREDENTIALS"),
            Outcome::None,
        ),
        (
            "text in lower case",
            block.replace("Ticket", "ticket"),
            Outcome::None,
        ),
        (
            "text in upper case",
            block.replace("Ticket", "TICKET"),
            Outcome::None,
        ),
        (
            "declared nil",
            element(
                "Credentials",
                &format!("<Ticket i:nil='true'>{ticket}</Ticket>"),
            ),
            Outcome::None,
        ),
        (
            "block declared nil",
            format!("<Credentials i:nil='true'>{one}</Credentials>"),
            Outcome::None,
        ),
        (
            "for another node",
            block.replacen(
                "<Credentials",
                "<Credentials s:actor='urn:x' s:role='urn:x'",
                1,
            ),
            Outcome::None,
        ),
        (
            "for nobody",
            block.replacen(
                "<Credentials",
                &format!("<Credentials s:actor='{none}' s:role='{none}'"),
                1,
            ),
            Outcome::None,
        ),
        (
            "within another's envelope",
            element("x:Envelope xmlns:x='urn:x'", &block)
                .replace("</x:Envelope xmlns:x='urn:x'>", "</x:Envelope>"),
            Outcome::None,
        ),
    ];
    let mut line = Line::to(&server);
    let arguments = "<RoleId>12</RoleId>";
    for soap in VERSIONS {
        for (what, blocks, expected) in &blocks {
            let envelope = envelope(soap, blocks, "GetRole", arguments);
            let response = line.post(soap, USER, &[], &envelope, &[]);
            check(soap, &response, expected, what);
            let fault_tells = response.body.contains(&ticket[4..30]);
            assert!(!fault_tells, "{what}: {}", response.body);
        }
        let bare = envelope(soap, "", "GetRole", arguments);
        let call = element("GetRole", arguments);
        for (what, envelope, expected) in [
            (
                "among the arguments",
                bare.replace(arguments, &(block.clone() + arguments)),
                Outcome::None,
            ),
            (
                "as an argument",
                bare.replace(arguments, &(one.clone() + arguments)),
                Outcome::None,
            ),
            (
                "in the Body, in front",
                bare.replace(&call, &(block.clone() + &call)),
                Outcome::Fault(ACTION),
            ),
            (
                "in the Body, behind",
                bare.replace(&call, &(call.clone() + &block)),
                Outcome::None,
            ),
            (
                "behind the Body",
                bare.replace(
                    "</s:Body>",
                    &format!("</s:Body><s:Header>{block}</s:Header>"),
                ),
                Outcome::None,
            ),
            (
                "in a second Header",
                bare.replace("<s:Body>", &format!("<s:Header>{block}</s:Header><s:Body>")),
                Outcome::Fault(CLIENT),
            ),
            (
                "where the documentation prints it",
                bare.replace("<s:Header></s:Header>", &block),
                Outcome::Good,
            ),
            (
                "in the header of the other version",
                bare.replace("<s:Header></s:Header>", &element("Header", &block)),
                Outcome::Fault(CLIENT),
            ),
        ] {
            let response = line.post(soap, USER, &[], &envelope, &[]);
            check(soap, &response, &expected, what);
        }
        let basic = STANDARD.encode(format!("admin:{PASSWORD}"));
        let with_ticket = STANDARD.encode(format!("TICKET:{ticket}"));
        for field in [
            format!("Authorization: SOTicket {ticket}"),
            format!("Authorization: Bearer {ticket}"),
            format!("Authorization: Basic {basic}"),
            format!("Authorization: Basic {with_ticket}"),
            format!("Authorization: SOTICKET {}", STANDARD.encode(ticket)),
            format!("X-Ticket: {ticket}"),
            format!("Ticket: {ticket}"),
            format!("SO-Ticket: {ticket}"),
            format!("Cookie: Ticket={ticket}; Credentials={ticket}"),
            "X-Forwarded-User: admin\r\nX-Remote-User: admin\r\nRemote-User: admin".to_owned(),
        ] {
            let response = line.post(soap, USER, std::slice::from_ref(&field), &bare, &[]);
            check(soap, &response, &Outcome::None, &field);
        }
        for query in [
            format!("?ticket={ticket}"),
            format!("?Credentials={ticket}"),
        ] {
            let response = line.post(soap, &(USER.to_owned() + &query), &[], &bare, &[]);
            check(soap, &response, &Outcome::None, &query);
        }
        // One database is one tenant, whatever the path calls it: a ticket is good for all names.
        let tenant = format!("/Cust1{USER}");
        let with = envelope(soap, &block, "GetRole", arguments);
        check(
            soap,
            &line.post(soap, &tenant, &[], &with, &[]),
            &Outcome::Good,
            &tenant,
        );
    }
    println!("{} messages with a ticket somewhere", line.sent);
}
