//! Tokens of applications that are not good, where an installation asks for them.

use crate::answer::{Answer, element, text};
use crate::faults::{CLIENT, DESERIALIZATION, VERSIONS, credentials, fault};
use crate::line::{Line, envelope, operations, path};
use crate::support::{Soap, TestServer, USER};
use rusqlite::Connection;

fn block(token: &str) -> String {
    text("ApplicationToken", token)
}

/// Every kind of token that is not good, given one that is.
fn bad_tokens(server: &TestServer, good: &str, ticket: &str) -> Vec<(&'static str, String)> {
    let add = |server: &TestServer, name: &str| {
        let token = server.command(&["app-token", "add", name], "");
        token.trim().to_owned()
    };
    let revoked = add(server, "revoked");
    server.command(&["app-token", "revoke", "revoked"], "");
    let elsewhere = TestServer::with(&[("mode", "online")]);
    let foreign = add(&elsewhere, "shop");
    let database = Connection::open(server.data().join("services88.db")).unwrap();
    let hash = "SELECT token_hash FROM app_token WHERE name = 'shop'";
    let hash: String = database.query_row(hash, [], |row| row.get(0)).unwrap();
    vec![
        ("empty", String::new()),
        ("blank", "  ".into()),
        ("of the samples", "put-an-application-token-here".into()),
        ("revoked", revoked),
        ("of another server", foreign),
        ("as it is stored", hash),
        ("its name", "shop".into()),
        ("a ticket", ticket.into()),
        ("truncated", good[..good.len() - 1].into()),
        ("without its first letter", good[1..].into()),
        ("lengthened", format!("{good}0")),
        ("twice", good.repeat(2)),
        ("in upper case", good.to_uppercase()),
        ("a space in front", format!(" {good}")),
        ("a line feed behind", format!("{good}\n")),
        ("a carriage return behind", format!("{good}\r")),
        ("zeros", "0".repeat(64)),
        ("SQL", "' OR 1=1 --".into()),
        ("a pattern", "%".into()),
        ("long", "a".repeat(100_000)),
    ]
}

#[track_caller]
fn is_refused(answer: Answer, what: &str) {
    let exception = answer.refused();
    assert_eq!(exception.class, "SoSessionException", "{what}");
    assert!(
        exception.message.contains("registered application"),
        "{what}"
    );
}

#[test]
fn online_no_operation_takes_a_token_that_is_not_good() {
    let server = TestServer::with(&[("mode", "online")]);
    let caller = server.caller("admin");
    let good = server.command(&["app-token", "add", "shop"], "");
    let good = good.trim();
    let bad = bad_tokens(&server, good, caller.ticket());
    let before = server.content();
    let ticket = credentials(caller.ticket());
    let mut line = Line::to(&server);
    for (index, call) in operations().enumerate() {
        let none = [("none", ticket.clone())];
        let blocks = bad
            .iter()
            .map(|(what, token)| (*what, block(token) + &ticket));
        for (at, (what, blocks)) in none.into_iter().chain(blocks).enumerate() {
            let soap = VERSIONS[(index + at) % 2];
            let answer = line.call(soap, call, &blocks, "");
            is_refused(answer, &format!("{} with a token: {what}", call.1.name));
        }
    }
    server
        .content()
        .assert_same(&before, "a bad token changes nothing");
    println!(
        "{} calls with {} kinds of bad tokens",
        line.sent,
        bad.len() + 1
    );
}

#[test]
fn online_a_token_counts_in_its_own_place_only() {
    let server = TestServer::with(&[("mode", "online")]);
    let caller = server.caller("admin");
    let good = server.command(&["app-token", "add", "shop"], "");
    let good = good.trim();
    let ticket = credentials(caller.ticket());
    let token = block(good);
    let arguments = "<RoleId>12</RoleId>";
    let mut line = Line::to(&server);
    for soap in VERSIONS {
        let mut post = |blocks: &str, arguments: &str, fields: &[String]| {
            let envelope = envelope(soap, blocks, "GetRole", arguments);
            line.post(soap, USER, fields, &envelope, &[])
        };
        for blocks in [
            token.clone(),
            token.repeat(2),
            block("").replace("></ApplicationToken>", " i:nil='true'/>") + &token,
        ] {
            let response = post(&(blocks + &ticket), arguments, &[]);
            let role = Answer::of(soap, "GetRoleResponse", &response).result();
            assert_eq!(role.text_at("Value"), "System user");
        }
        for blocks in [
            token.replace("ApplicationToken", "applicationtoken"),
            token.replace("ApplicationToken", "APPLICATIONTOKEN"),
            token.replacen("<ApplicationToken", "<ApplicationToken xmlns=''", 1),
            token.replacen("<ApplicationToken", "<ApplicationToken xmlns='urn:x'", 1),
            token.replacen(
                "<ApplicationToken",
                "<ApplicationToken s:actor='urn:x' s:role='urn:x'",
                1,
            ),
            token.replacen("<ApplicationToken", "<ApplicationToken i:nil='true'", 1),
            element("TimeZone", &token),
            format!("<ApplicationToken Token='{good}'/>"),
        ] {
            let response = post(&(blocks.clone() + &ticket), arguments, &[]);
            is_refused(Answer::of(soap, "GetRoleResponse", &response), &blocks);
        }
        let among = token.clone() + arguments;
        let response = post(&ticket, &among, &[]);
        is_refused(
            Answer::of(soap, "GetRoleResponse", &response),
            "among the arguments",
        );
        for name in [
            "SO-AppToken",
            "X-ApplicationToken",
            "ApplicationToken",
            "Authorization",
        ] {
            let response = post(&ticket, arguments, &[format!("{name}: {good}")]);
            is_refused(Answer::of(soap, "GetRoleResponse", &response), name);
        }
        let two = token.clone() + &block("x") + &ticket;
        fault(soap, &post(&two, arguments, &[]), &CLIENT);
        let inside = element("ApplicationToken", &text("Token", good)) + &ticket;
        let response = post(&inside, arguments, &[]);
        assert!(
            [CLIENT.status, DESERIALIZATION.status]
                .iter()
                .any(|it| it.contains(&response.status))
        );
    }
    let principal = operations()
        .find(|(service, _)| path(service) != USER)
        .unwrap();
    let answer = line.call(Soap::V11, principal, &token, "");
    assert!(
        answer.exception.is_none(),
        "the token alone is enough to ask what this is"
    );
    println!("{} messages with a token somewhere", line.sent);
}
