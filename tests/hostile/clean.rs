//! What no answer may carry: the inside of the server.

use crate::support::Response;

/// Words of stack traces, of files, of SQL and of the engine behind it, in any letter case.
const INSIDE: &[&str] = &[
    ".rs:",
    "panicked",
    "unwrap()",
    "backtrace",
    "stack trace",
    "   at ",
    "thread '",
    "/src/",
    "/tmp/",
    "/home/",
    "/root/",
    "/usr/",
    ".cargo",
    ".db",
    ".key",
    "-wal",
    "errno",
    "os error",
    "sqlite",
    "rusqlite",
    "no such table",
    "no such column",
    "\": syntax error",
    "constraint failed",
    "disk image",
    "readonly database",
    "insert into",
    "delete from",
    "savepoint",
    "argon2",
    "7s:",
    "utf8error",
    "err(",
    "some(",
];

/// Words of SQL that are words of the contract's as well, and what follows them in SQL.
const STATEMENTS: &[(&str, &str)] = &[("select ", " from "), ("update ", " set ")];

/// Fails when an answer shows something of the server's inside.
#[track_caller]
pub fn clean(response: &Response) {
    clean_but_for(response, &[]);
}

/// The same for an answer that may repeat these texts, which came from the caller. White space and
/// the way in which markup is written do not count in them.
#[track_caller]
pub fn clean_but_for(response: &Response, sent: &[&str]) {
    let mut said = response.body.clone();
    for (name, value) in &response.fields {
        said += "\n";
        said += name;
        said += ": ";
        said += value;
    }
    // A member of the contract's, which tells what it is for.
    let mut said = plain(&said).replace("<databasetype>sqlite<", "<databasetype><");
    for text in sent {
        let text = plain(text);
        // What is shorter would take apart words that are not the caller's.
        if text.trim().len() > 3 {
            said = said.replace(text.trim(), "…");
        }
    }
    let found = INSIDE.iter().find(|inside| said.contains(**inside));
    let statement = STATEMENTS.iter().find(|(first, then)| {
        let mut rests = said.split(first).skip(1);
        rests.any(|rest| {
            rest.split('<')
                .next()
                .is_some_and(|rest| rest.contains(then))
        })
    });
    assert!(
        found.is_none() && statement.is_none(),
        "{found:?} {statement:?} in the answer with status {}: {}",
        response.status,
        response.body
    );
}

/// In lower case and with characters for their references.
fn plain(text: &str) -> String {
    let mut text = text.to_lowercase();
    for (reference, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#xd;", "\r"),
        ("&#13;", "\r"),
        ("&#xa;", "\n"),
        ("&#10;", "\n"),
        ("&amp;", "&"),
        // Faults escape quotes.
        ("\\", ""),
    ] {
        text = text.replace(reference, character);
    }
    text
}

#[test]
fn what_is_inside_is_noticed() {
    let said = |body: &str| Response {
        version: "HTTP/1.1".to_owned(),
        status: 200,
        fields: vec![("server".to_owned(), "services88".to_owned())],
        body: body.to_owned(),
    };
    clean(&said("<Message>There is no user 7.</Message>"));
    clean_but_for(&said("<Name>&lt;SELECT 1></Name>"), &["<SELECT 1>"]);
    for body in [
        "no such table: ASSOCIATE",
        "at src/main.rs:7",
        "&lt;SELECT 1 FROM x",
    ] {
        let caught = std::panic::catch_unwind(|| clean_but_for(&said(body), &["DROP TABLE"]));
        assert!(caught.is_err(), "{body}");
    }
}
