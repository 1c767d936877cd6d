//! Tickets that are not good: each call is answered as one without.

use crate::answer::{Answer, element, text};
use crate::content::Content;
use crate::faults::{CLIENT, VERSIONS, credentials, fault};
use crate::line::{Line, envelope, operations};
use crate::support::{Caller, PASSWORD, PRINCIPAL, Soap, TestServer, USER};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use rusqlite::Connection;
use services88::model::Access;

/// The text inside a ticket: key and number.
fn inside(ticket: &str) -> (String, String) {
    let content = STANDARD.decode(&ticket[3..]).unwrap();
    let units = content.chunks(2);
    let units: Vec<_> = units
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let content = String::from_utf16(&units).unwrap();
    let (key, number) = content.split_once(';').unwrap();
    (key.to_owned(), number.to_owned())
}

fn utf16(content: &str, bytes: fn(u16) -> [u8; 2]) -> String {
    let content: Vec<u8> = content.encode_utf16().flat_map(bytes).collect();
    format!("7T:{}", STANDARD.encode(content))
}

/// A ticket with this content.
fn made_of(content: &str) -> String {
    utf16(content, u16::to_le_bytes)
}

/// A change of the database by somebody else.
fn execute(server: &TestServer, sql: &str, parameters: &[&str]) {
    let database = Connection::open(server.data().join("services88.db")).unwrap();
    database
        .busy_timeout(std::time::Duration::from_secs(10))
        .unwrap();
    let changed = database.execute(sql, rusqlite::params_from_iter(parameters));
    assert!(changed.unwrap() > 0, "{sql}");
}

/// Every kind of ticket that is not good, given two that are.
pub fn bad_tickets(server: &TestServer, good: &str, other: &str) -> Vec<(&'static str, String)> {
    let [(key, number), (other_key, other_number)] = [good, other].map(inside);
    let ticket_of = |name: &str| server.caller(name).ticket().to_owned();
    let expired = ticket_of("admin");
    execute(
        server,
        "UPDATE credentials SET validTo = '2020-01-01 00:00:00' WHERE searchName = ?1",
        &[&inside(&expired).0],
    );
    server.add_user("ann", PASSWORD);
    // A ticket that the server has not seen, as it asks about others after some seconds only.
    let revoked = ticket_of("ann");
    server.command(
        &["user", "passwd", "--password-stdin", "ann"],
        "Better-Horse-9",
    );
    let deleted = ticket_of("ann");
    execute(
        server,
        "DELETE FROM credentials WHERE searchName = ?1",
        &[&inside(&deleted).0],
    );
    let elsewhere = TestServer::start();
    let foreign = elsewhere.caller("admin").ticket().to_owned();
    let secret = secret_of(server, &key);
    let of_next = |text: &str| {
        let last = text.bytes().last().unwrap();
        let next = char::from(if last == b'9' { b'0' } else { last + 1 });
        format!("{}{next}", &text[..text.len() - 1])
    };
    let mut lower_first = good.to_owned();
    lower_first.replace_range(
        4..5,
        &if good.as_bytes()[4].is_ascii_lowercase() {
            good[4..5].to_uppercase()
        } else {
            good[4..5].to_lowercase()
        },
    );
    let unpadded = STANDARD_NO_PAD.encode(STANDARD.decode(&good[3..]).unwrap());
    vec![
        ("empty", String::new()),
        ("blank", "   ".into()),
        ("expired", expired),
        ("revoked by a new password", revoked),
        ("deleted", deleted),
        ("of another server", foreign),
        ("truncated by one", good[..good.len() - 1].into()),
        ("truncated by a group", good[..good.len() - 4].into()),
        ("half", good[..good.len() / 2].into()),
        ("only the mark", "7T:".into()),
        ("without the mark", good[3..].into()),
        ("lengthened by a letter", format!("{good}A")),
        ("lengthened by a group", format!("{good}AAAA")),
        ("lengthened by padding", format!("{good}=")),
        ("twice", format!("{good}{good}")),
        ("with another behind", format!("{good} {other}")),
        ("in lower case", good.to_lowercase()),
        ("in upper case", good.to_uppercase()),
        ("one letter in other case", lower_first),
        ("the mark in lower case", format!("7t:{}", &good[3..])),
        ("a space in front", format!(" {good}")),
        ("a space behind", format!("{good} ")),
        ("a line feed behind", format!("{good}\n")),
        ("a carriage return behind", format!("{good}\r")),
        ("a tab in front", format!("\t{good}")),
        ("a hard space behind", format!("{good}\u{a0}")),
        ("a byte order mark in front", format!("\u{feff}{good}")),
        ("a blank inside", format!("{} {}", &good[..9], &good[9..])),
        ("quoted", format!("\"{good}\"")),
        ("full-width mark", format!("７Ｔ：{}", &good[3..])),
        ("forged", made_of(&format!("{};7", "0".repeat(32)))),
        ("its key, number 0", made_of(&format!("{key};0"))),
        (
            "its key, the next number",
            made_of(&format!("{key};{}", of_next(&number))),
        ),
        (
            "its key, number with a sign",
            made_of(&format!("{key};+{number}")),
        ),
        (
            "its key, number with zeros",
            made_of(&format!("{key};00{number}")),
        ),
        (
            "its key, another's number",
            made_of(&format!("{key};{other_number}")),
        ),
        (
            "another's key, its number",
            made_of(&format!("{other_key};{number}")),
        ),
        (
            "key in upper case",
            made_of(&format!("{};{number}", key.to_uppercase())),
        ),
        (
            "key and SQL",
            made_of(&format!("{key}' OR '1'='1;{number}")),
        ),
        (
            "key is a pattern",
            made_of(&format!("{};{number}", "%".repeat(32))),
        ),
        (
            "the other byte order",
            utf16(&format!("{key};{number}"), u16::to_be_bytes),
        ),
        (
            "in UTF-8",
            format!("7T:{}", STANDARD.encode(format!("{key};{number}"))),
        ),
        ("without padding", format!("7T:{unpadded}x")),
        ("URL-safe", format!("7T:{}", URL_SAFE.encode([0xfb_u8; 72]))),
        ("only the key", key),
        ("as it is stored", secret.clone()),
        ("as it is stored, marked", secret.replace("7S:", "7T:")),
        (
            "an access token",
            "8A:Default.AAAAAAAAAAAAAAAAAAAAAA==".into(),
        ),
        ("the password", PASSWORD.into()),
        ("the name", "admin".into()),
        ("SQL", "' OR 1=1 --".into()),
        ("a path", "../../services88.key".into()),
        ("long", format!("7T:{}", "A".repeat(1_000_000))),
    ]
}

/// What is stored of a ticket.
fn secret_of(server: &TestServer, key: &str) -> String {
    let database = Connection::open(server.data().join("services88.db")).unwrap();
    let sql = "SELECT secret FROM credentials WHERE searchName = ?1";
    database.query_row(sql, [key], |row| row.get(0)).unwrap()
}

/// That a call was answered as one of somebody without a ticket.
#[track_caller]
pub fn is_refused(answer: Answer, fields: &[&str], what: &str) {
    assert_eq!(answer.response.names(), fields, "{what}");
    let exception = answer.refused();
    assert_eq!(exception.class, "SoSessionException", "{what}");
    assert_eq!(exception.message, "The operation needs a valid ticket.");
    assert!(exception.parameters.is_empty(), "{what}");
}

fn same(server: &TestServer, before: &Content, what: &str) {
    server.content().assert_same(before, what);
}

#[test]
fn no_operation_takes_a_ticket_that_is_not_good() {
    let server = TestServer::start();
    let [good, other] = ["admin", "nora"].map(|name| server.caller(name));
    let bad = bad_tickets(&server, good.ticket(), other.ticket());
    let before = server.content();
    let mut line = Line::to(&server);
    let mut tried = 0;
    for (index, (service, operation)) in operations().enumerate() {
        let fields: Vec<_> = operation.response.fields.iter().map(|it| it.name).collect();
        let none = [("none", String::new())];
        let blocks = bad
            .iter()
            .map(|(what, ticket)| (*what, credentials(ticket)));
        for (at, (what, block)) in none.into_iter().chain(blocks).enumerate() {
            // A megabyte for each of them would only take time.
            if what == "long" && index % 10 != 0 {
                continue;
            }
            let soap = VERSIONS[(index + at) % 2];
            let answer = line.call(soap, (service, operation), &block, "");
            let what = format!("{} with a ticket: {what}", operation.name);
            if operation.access == Access::Anybody {
                assert!(answer.exception.is_none(), "{what}");
            } else {
                is_refused(answer, &fields, &what);
            }
            tried += 1;
        }
    }
    same(&server, &before, "a bad ticket changes nothing");
    // The good ones are as good as before.
    for caller in [&good, &other] {
        let role = server.user(Soap::V12, caller, "GetRole", "<RoleId>12</RoleId>");
        assert_eq!(role.result().text_at("Value"), "System user");
    }
    assert!(tried > 5000, "{tried}");
    println!("{tried} calls with {} kinds of bad tickets", bad.len() + 1);
}

/// Every single mistake in a ticket, not only the likely ones.
#[test]
fn a_ticket_with_any_letter_changed_is_no_ticket() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let good = caller.ticket();
    let mut line = Line::to(&server);
    let user = operations().find(|(_, it)| it.name == "GetRole").unwrap();
    let mut tickets: Vec<_> = (0..good.len()).map(|end| good[..end].to_owned()).collect();
    for at in 0..good.len() {
        for other in ["A", "b", "7", "/", "=", " ", "é", "\u{0}"] {
            let mut changed = good.to_owned();
            changed.replace_range(at..=at, other);
            // XML has no NUL; see below how a reference to it is answered.
            if changed != good && other != "\u{0}" {
                tickets.push(changed);
            }
        }
        tickets.push(format!("{}{}", &good[..at], &good[at + 1..]));
        tickets.push(format!("{}{}", &good[..=at], &good[at..]));
    }
    let before = server.content();
    for (index, ticket) in tickets.iter().filter(|it| *it != good).enumerate() {
        let block = credentials(ticket);
        let answer = line.call(VERSIONS[index % 2], user, &block, "<RoleId>12</RoleId>");
        is_refused(answer, &["Response"], ticket);
    }
    same(&server, &before, "a changed ticket changes nothing");
    assert!(line.sent > 500, "{}", line.sent);
    println!("{} changed tickets", line.sent);
    let nul = envelope(Soap::V11, &credentials("7T:NUL"), "GetRole", "").replace("NUL", "&#0;");
    fault(
        Soap::V11,
        &line.post(Soap::V11, USER, &[], &nul, &[]),
        &CLIENT,
    );
}

#[test]
fn no_way_to_log_in_takes_a_ticket_that_is_not_good() {
    let server = TestServer::start();
    let [good, other] = ["admin", "nora"].map(|name| server.caller(name));
    let bad = bad_tickets(&server, good.ticket(), other.ticket());
    let before = server.content();
    let mut line = Line::to(&server);
    let pair = |key: &str, value: &str| {
        let pair = text("Key", key) + &text("Value", value);
        element("AuthenticationGenericDataKeyValuePair", &pair)
    };
    let ways = |ticket: &str| {
        [
            (
                "AuthenticateGeneric",
                element("AuthenticationData", &pair("Ticket", ticket)),
            ),
            ("AuthenticateWithAccessToken", text("AccessToken", ticket)),
            ("AuthenticateImplicit", String::new()),
        ]
    };
    let log_in = |line: &mut Line<'_>, soap, operation: &str, blocks: &str, arguments: &str| {
        let envelope = envelope(soap, blocks, operation, arguments);
        let response = line.post(soap, PRINCIPAL, &[], &envelope, &[]);
        let answer = Answer::of(soap, "AuthenticateResponse", &response);
        assert!(answer.exception.is_none(), "{operation}");
        answer.response.text_at("AuthenticationSucceeded") == "true"
    };
    for (index, (what, ticket)) in bad.iter().enumerate() {
        let soap = VERSIONS[index % 2];
        for (operation, arguments) in ways(ticket) {
            let blocks = credentials(ticket);
            assert!(
                !log_in(&mut line, soap, operation, &blocks, &arguments),
                "{operation}: {what}"
            );
        }
        // What does not look like a ticket is a name, and slows down after some tries.
        if ticket.starts_with("7T:") {
            let arguments = text("UserName", ticket);
            let operation = "AuthenticateUsernamePassword";
            assert!(
                !log_in(&mut line, soap, operation, "", &arguments),
                "{what}"
            );
        }
    }
    same(&server, &before, "a bad ticket changes nothing");
    let arguments = text("UserName", good.ticket());
    let operation = "AuthenticateUsernamePassword";
    assert!(log_in(&mut line, Soap::V11, operation, "", &arguments));
    println!("{} log-ins with bad tickets", line.sent);
}

/// The ticket of somebody who may not log in any more, though it has not ended.
#[test]
fn a_ticket_ends_with_what_it_stands_for() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    for (name, operation, end) in [
        ("ann", "MakeRetired", "<Retired>true</Retired>"),
        ("bea", "RemoveLicenses", ""),
        ("cid", "SetPassword", "<Password>Better-Horse-9</Password>"),
        ("dan", "SetGeneratedPassword", ""),
    ] {
        server.add_user(name, PASSWORD);
        let ticket = server.log_in(Soap::V12, name, PASSWORD).unwrap();
        let caller = Caller::Ticket(ticket);
        let own = |server: &TestServer| server.user(Soap::V11, &caller, "GetUserCommands", "");
        assert!(own(&server).exception.is_none(), "{name}");
        let user = text("UserName", name);
        let user = server.user(Soap::V11, &admin, "GetUserFromName", &user);
        let arguments = text("AssociateId", user.result().text_at("AssociateId")) + end;
        let ended = server.user(Soap::V11, &admin, operation, &arguments);
        assert!(ended.exception.is_none(), "{:?}", ended.exception);
        is_refused(own(&server), &["Response"], operation);
    }
    server.add_user("eva", PASSWORD);
    let caller = server.caller("eva");
    let deleted = server.user(
        Soap::V11,
        &admin,
        "DeleteUserFromName",
        &text("UserName", "eva"),
    );
    assert!(deleted.exception.is_none(), "{:?}", deleted.exception);
    let own = server.user(Soap::V11, &caller, "GetUserCommands", "");
    is_refused(own, &["Response"], "DeleteUserFromName");
}
