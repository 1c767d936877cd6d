//! Texts that are something else to a database, a file system, a formatter or a reader of XML, in
//! every member of every call. Here they are texts.

use crate::answer::{Answer, Node};
use crate::faults::{DESERIALIZATION, VERSIONS, credentials, fault};
use crate::line::{Line, envelope};
use crate::places::{Place, call, in_order, places, write};
use crate::support::{PASSWORD, Soap, TestServer, USER};
use rusqlite::Connection;
use services88::model::Operation;
use std::collections::BTreeMap;

/// What is put in.
pub const TEXTS: &[&str] = &[
    // SQL
    "' OR 1=1 --",
    "' OR ''='",
    "\"; DROP TABLE associate; --",
    "'; DROP TABLE associate; --",
    "1; DELETE/**/FROM credentials",
    "x' UNION SELECT/**/secret FROM credentials --",
    "1) OR (1=1",
    "' || (SELECT/**/secret FROM credentials) || '",
    "'/**/AND/**/1=(SELECT/**/1)--",
    "`associate`",
    "[associate]",
    "?1 :name @x $y",
    "%",
    "_",
    "a_m%n",
    "*?[a-z]",
    "\\",
    "\\' OR 1=1 --",
    "’ OR ‘1’=‘1",
    "＇ OR １=１ －－",
    // formatters and shells
    "%s%n%x%999999999d",
    "{} {0} {:?} {self}",
    "${jndi:ldap://127.0.0.1/x}",
    "#{7*7}${7*7}{{7*7}}<%= 7*7 %>",
    "$(id)`id`|id;id&",
    // files
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "file:///etc/passwd",
    // markup
    "]]>",
    "<!-- -->",
    "<x xmlns='urn:x'>&lt;&amp;amp;</x>",
    "<![CDATA[x]]>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    // lines, terminals, spreadsheets, other readers
    "a\r\nSet-Cookie: x=y\r\n\r\nb",
    "a\u{9b}31mb\u{7f}c\u{85}d\u{2028}e\u{202e}f",
    "=cmd|' /C calc'!A0",
    "null",
    "{\"$type\":\"System.Object\"}",
    "\u{fffd}\u{fffe}",
];

/// For a code point that XML has not.
pub fn texts() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().copied().filter(|it| !it.contains('\u{fffe}'))
}

/// The texts to put into a place: all into arguments, some into members of carriers, other ones in
/// each place and operation. `SERVICES88_TEST_ALL` puts all of them into all.
fn for_place(operation: &Operation, index: usize, place: &Place) -> Vec<&'static str> {
    let all: Vec<_> = texts().collect();
    // Hashes of passwords take time, and wrong ones slow down.
    let some = match operation.name {
        name if name.contains("Password") || place.to_string().contains("Password") => 4,
        "SaveCredential" | "CreateExternalUser" => 4,
        "SaveUser" => 2,
        _ if place.to_string().starts_with("User/") => 1,
        _ if place.steps() > 1 => 3,
        _ => all.len(),
    };
    if std::env::var_os("SERVICES88_TEST_ALL").is_some() && some != 4 {
        return all;
    }
    let start = operation.name.len() + index * some;
    let texts = all.iter().cycle().skip(start % all.len());
    texts.take(some).copied().collect()
}

/// A call that changes what is there, where the table has one that makes something.
fn right_call(operation: &Operation) -> Node {
    let mut call = call(operation);
    for (name, member, id) in [
        ("SaveRoleEntity", "RoleEntity/RoleId", "3"),
        ("SaveUserGroup", "UserGroup/Id", "2"),
    ] {
        if operation.name == name {
            let places = places(operation);
            let place = places.iter().find(|place| place.to_string() == member);
            place.unwrap().put(&mut call, id);
        }
    }
    call
}

/// What the database is made of, and what must not change.
fn witness(server: &TestServer) -> (Vec<String>, String, Vec<String>) {
    let database = Connection::open(server.data().join("services88.db")).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let checked = texts("PRAGMA integrity_check").concat();
    let schema = texts("SELECT name || coalesce(sql, '') FROM sqlite_schema ORDER BY name");
    let bob = texts(
        "SELECT secret || lastUsedInfo FROM credentials WHERE associateId = 5 \
         AND credentialType <> 'Ticket'",
    );
    (schema, checked, bob)
}

#[test]
fn a_text_is_a_text_in_every_member_of_every_call() {
    let server = TestServer::with(&[(
        "access_gateway.decryption_key",
        "0707070707070707070707070707070707070707070707070707070707070707",
    )]);
    server.add_user("bob", PASSWORD);
    let admin = server.caller("admin");
    let block = credentials(admin.ticket());
    let mail = "<ServiceAuth><Server>mail</Server></ServiceAuth>";
    server
        .user(Soap::V11, &admin, "SaveServiceAuth", mail)
        .result();
    // Who else has which licence may change.
    let bob = || {
        let bob = server.user(Soap::V12, &admin, "GetUser", "<UserId>5</UserId>");
        let mut bob = bob.result();
        bob.children
            .retain(|member| member.local != "LicenseOwners");
        bob
    };
    let before = (bob(), witness(&server));
    let mut line = Line::to(&server);
    let mut outcomes = BTreeMap::<String, usize>::new();
    let mut other_values = 0;
    for operation in in_order() {
        let mut stored: Option<Node> = None;
        for (index, place) in places(operation).iter().enumerate() {
            if !place.is_text {
                let mut call = right_call(operation);
                place.put(&mut call, TEXTS[index % 8]);
                let soap = VERSIONS[index % 2];
                let envelope = envelope(soap, &block, operation.name, &write(&call));
                let response = line.post(soap, USER, &[], &envelope, &[]);
                assert_ne!(
                    response.status, 200,
                    "{} {place}: {envelope}",
                    operation.name
                );
                fault(soap, &response, &DESERIALIZATION);
                other_values += 1;
                continue;
            }
            for (at, bad) in for_place(operation, index, place).into_iter().enumerate() {
                let what = format!("{} {place} {bad:?}", operation.name);
                let mut call = right_call(operation);
                place.put(&mut call, bad);
                let soap = VERSIONS[(index + at) % 2];
                let envelope = envelope(soap, &block, operation.name, &write(&call));
                let response = line.post(soap, USER, &[], &envelope, &[]);
                assert_eq!(response.status, 200, "{what}: {}", response.body);
                let answer = Answer::of(soap, operation.response.name, &response);
                let outcome = match &answer.exception {
                    None => "done".to_owned(),
                    Some(exception) => exception.class.clone(),
                };
                let failed = ["SoServerException", "SoDbAccessException"];
                assert!(!failed.contains(&&*outcome), "{what}: {}", response.body);
                *outcomes.entry(outcome).or_default() += 1;
                // What is given back is what came, or what was there.
                if let Some(now) = answer.response.find("Response")
                    && answer.exception.is_none()
                    && operation.name.starts_with("Save")
                {
                    let then = stored.as_ref().and_then(|it| place.find(it));
                    let found = place.find(now);
                    let is_kept = found == Some(bad) || found == then || found == Some("");
                    assert!(is_kept || stored.is_none(), "{what}: {found:?} {then:?}");
                    stored = Some(now.clone());
                }
            }
        }
    }
    assert_eq!((bob(), witness(&server)), before);
    assert_eq!(before.1.1, "ok");
    assert!(server.log_in(Soap::V11, "bob", PASSWORD).is_some());
    assert!(!server.log().contains("a call failed"), "{}", server.log());
    let tried: usize = outcomes.values().sum();
    println!("{tried} texts, {other_values} in numbers and dates: {outcomes:?}");
    assert!(tried > 2500 && outcomes["done"] > 1700, "{outcomes:?}");
}
