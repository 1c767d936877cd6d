//! What is sent to forge log lines, to command the terminal that shows them, or to be found in them:
//! a log of every level has one line for each event, and no secret.

use crate::answer::{element, text};
use crate::faults::credentials;
use crate::line::{Line, envelope};
use crate::outside::{mail_server, provider};
use crate::support::{Caller, PASSWORD, PRINCIPAL, Soap, TestServer, USER, eventually};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What makes a new line, or a new member of one, somewhere.
const TEXTS: &[&str] = &[
    "a\r\nFORGED",
    "a\nFORGED",
    "a\rFORGED",
    "a\n2026-01-01T00:00:00.000000Z  INFO FORGED",
    "a\n{\"timestamp\":\"2026-01-01T00:00:00Z\",\"level\":\"INFO\",\"message\":\"FORGED\"}",
    "a\",\"level\":\"FORGED\",\"x\":\"",
    "a\\\",\"FORGED\":\"\\",
    "a\\u000aFORGED\\n",
    "a%0d%0aFORGED",
    "a\u{7f}\u{7f}FORGED",
    "a\u{85}FORGED",
    "a\u{9b}2JFORGED",
    "a\u{9d}0;FORGED\u{9c}",
    "a\u{2028}FORGED",
    "a\u{2029}FORGED",
    "a\u{202e}DEGROF",
    "a\u{2066}FORGED\u{2069}",
    "a\u{200f}\u{feff}FORGED",
    "{}%s%n${jndi:ldap://127.0.0.1/FORGED}",
];
/// The same with what XML cannot carry, but HTTP might.
const ESCAPES: &[&str] = &[
    "\u{1b}[31mFORGED\u{1b}[0m",
    "\u{1b}]0;FORGED\u{7}",
    "\u{1b}[2J\u{1b}[HFORGED",
    "\u{8}\u{8}\u{8}FORGED",
    "FORGED\u{0}",
    "\u{c}\u{b}FORGED",
    "FORGED\rnothing",
];
/// In every secret of the settings. Dumps of bytes break lines somewhere, but not within all of it.
const MARK: &str = "Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7";
/// Its traces: itself, its base64 by where it begins, its hexadecimal digits.
const TRACES: &[&str] = &[
    "Qz7Qz7",
    "UXo3UXo3",
    "F6N1F6N1",
    "ejdRejdR",
    "517a3751",
    "517a 3751",
    "7a37 517a",
];
/// All members that lines have.
const MEMBERS: &[&str] = &[
    "timestamp",
    "level",
    "message",
    "method",
    "path",
    "operation",
    "caller",
    "outcome",
    "status",
    "bytes",
    "ms",
    "remote",
    "fault",
    "cause",
    "file",
    "variable",
    "resealed",
    "client",
    "error",
    "command",
    "by",
    "user",
    "success",
    "place",
    "needed",
    "most",
    "reason",
    "log.target",
    "log.module_path",
    "log.file",
    "log.line",
];

/// Fails when a log in JSON has anything but one proper line for each event.
#[track_caller]
pub fn assert_lines(log: &str, is_json: bool) {
    assert!(log.ends_with('\n'), "an unfinished line");
    for line in log.strip_suffix('\n').unwrap().split('\n') {
        let raw = |c: char| {
            let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
            c.is_control() || turns
        };
        assert!(!line.contains(raw), "{line:?}");
        if is_json {
            let parsed: serde_json::Map<_, _> =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            for (name, _) in &parsed {
                assert!(MEMBERS.contains(&name.as_str()), "{name}: {line}");
            }
            let level = parsed["level"].as_str().unwrap();
            assert!(
                ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&level),
                "{line}"
            );
        } else {
            let (time, rest) = line.split_once('Z').unwrap_or_default();
            assert!(time.len() == 26 && time.starts_with("20"), "{line:?}");
            let level = rest.trim_start().split(' ').next();
            assert!(
                ["ERROR", "WARN", "INFO"].map(Some).contains(&level),
                "{line:?}"
            );
        }
    }
}

/// A field that makes each request that of another client, so that none is slowed down.
fn client() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("X-Forwarded-For: 10.{}.{}.1", next / 250, next % 250)
}

/// Sends a text everywhere that a message has room for one.
fn send_in_messages(server: &TestServer, line: &mut Line<'_>, admin: &Caller, bad: &str) {
    let ticket = credentials(admin.ticket());
    let user = |name: &str| element("User", &(text("Name", name) + &text("Tooltip", bad)));
    let saved = server.user(Soap::V11, admin, "SaveUser", &user(bad));
    assert!(saved.exception.is_none(), "{bad:?}: {:?}", saved.exception);
    let caller = credentials(server.caller(bad).ticket());
    let log_in = |name: &str, password: &str| text("UserName", name) + &text("Password", password);
    let get = text("UserName", bad);
    let command = text("CommandName", bad);
    let credential = text("Type", bad) + &text("PublicValue", bad);
    for (path, blocks, operation, arguments) in [
        (USER, &*caller, "GetUserCommands", String::new()),
        (USER, &caller, "GetUserFromName", get),
        (USER, &ticket, "ExecuteUserCommand", command),
        (USER, &ticket, "RemoveUntrustedCredentials", credential),
        (USER, &ticket, "SaveUser", user(bad)),
        (USER, &credentials(bad), "GetUserCommands", String::new()),
        (
            USER,
            &text("ApplicationToken", bad),
            "GetUserCommands",
            String::new(),
        ),
        (
            USER,
            &element("TimeZone", &text("SoTimeZoneLocationCode", bad)),
            "GetUserCommands",
            String::new(),
        ),
        (
            PRINCIPAL,
            "",
            "AuthenticateUsernamePassword",
            log_in(bad, MARK),
        ),
        (
            PRINCIPAL,
            "",
            "AuthenticateUsernamePassword",
            log_in(&bad[1..], bad),
        ),
        (
            PRINCIPAL,
            "",
            "AuthenticateUsernamePassword",
            log_in(&format!("7T:{bad}"), bad),
        ),
        (
            PRINCIPAL,
            "",
            "AuthenticateUsernamePassword",
            log_in(&format!("{MARK}{bad}"), "x"),
        ),
        (
            PRINCIPAL,
            "",
            "AuthenticateWithAccessToken",
            text("AccessToken", bad),
        ),
        (
            PRINCIPAL,
            "",
            &format!("Unknown{}", bad.len()),
            bad.escape_debug().to_string().replace(['<', '&'], ""),
        ),
    ] {
        let envelope = envelope(Soap::V12, blocks, operation, &arguments);
        line.post(Soap::V12, path, &[client()], &envelope, &[bad]);
    }
}

/// Sends a text where HTTP has room for one, right or wrong. What the answers are is said elsewhere.
fn send_in_heads(server: &TestServer, ticket: &str, bad: &str) -> usize {
    let body = envelope(Soap::V11, &credentials(ticket), "GetUserCommands", "");
    let length = body.len();
    let path = bad.replace(' ', "");
    let heads = [
        format!("GET /{path} HTTP/1.1\r\nHost: a\r\n\r\n"),
        format!("GET /healthz?ticket={ticket}&{path} HTTP/1.1\r\nHost: a\r\n\r\n"),
        format!("{path} /healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        format!("GET /healthz HTTP/{path}\r\nHost: a\r\n\r\n"),
        format!("GET /healthz HTTP/1.1\r\nHost: {bad}\r\n\r\n"),
        format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{bad}: x\r\n\r\n"),
        format!(
            "GET {USER} HTTP/1.1\r\nHost: a\r\nX-Forwarded-Host: {bad}\r\nX-Forwarded-Proto: {bad}\r\n\r\n"
        ),
        format!("GET /password?token={MARK}&{path} HTTP/1.1\r\nHost: a\r\n\r\n"),
        format!(
            "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {bad}, 1.2.3.4\r\nAuthorization: Basic {MARK}\r\n\r\n"
        ),
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nUser-Agent: {bad}\r\nReferer: {bad}\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nSOAPAction: \"{bad}\"\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml; charset=\"{bad}\"\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: {bad}\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Encoding: {bad}\r\nContent-Length: {length}\r\n\r\n{body}"
        ),
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: {bad}\r\n\r\n{body}"
        ),
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nTransfer-Encoding: {bad}\r\n\r\n{body}"
        ),
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n<{bad}>",
            bad.len() + 2
        ),
        format!(
            "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n<?xml version='1.0' encoding='{bad}'?>",
            bad.len() + 32
        ),
        format!(
            "POST /password HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\ntoken={MARK}&password={bad}",
            bad.len() + 40
        ),
    ];
    for head in &heads {
        let mut connection = server.connect();
        connection.send(head.as_bytes());
        connection.finish();
        while let Some(response) = connection.try_response("GET") {
            crate::clean::clean_but_for(&response, &[bad]);
        }
    }
    heads.len()
}

/// What a server has to keep to itself on its way to others.
fn call_outside(server: &TestServer, admin: &Caller) {
    let call =
        |operation: &str, arguments: &str| server.user(Soap::V11, admin, operation, arguments);
    let uri = text("RedirectUri", "https://crm.example/back");
    let registered = call("RegisterWithAccessGateway", &uri).result();
    assert_eq!(registered.text_at("ClientId"), "client-1");
    let code = text("AuthorizationCode", MARK) + &uri + &text("CodeVerifier", MARK);
    let refused = call("ExchangeCodeAndSaveTokens", &code).refused();
    assert_eq!(refused.class, "SoInvalidArgumentException");
    let nora = call("GetUserFromName", &text("UserName", "nora")).result();
    let nora = text("AssociateId", nora.text_at("AssociateId"));
    assert!(call("SendChangePasswordEMail", &nora).exception.is_none());
    let imap = text("SecretValue", MARK) + &text("PublicValue", "p");
    let imap = text("Type", "imap") + &element("Credentials", &imap);
    assert!(call("SaveUntrustedCredentials", &imap).exception.is_none());
    let tokens = element("TokenManagementInfo", &text("AccessToken", MARK));
    call("SaveExternalTokens", &tokens).result();
    let password = nora + &text("Password", MARK);
    assert!(call("SetPassword", &password).exception.is_none());
    assert!(server.log_in(Soap::V12, "nora", MARK).is_some());
}

#[test]
fn no_log_of_any_level_has_a_forged_line_or_a_secret() {
    let (provider, mails) = (provider(MARK), mail_server());
    let mut sent = 0;
    for (format, is_json) in [("json", true), ("text", false)] {
        let server = TestServer::with(&[
            ("log.level", "trace"),
            ("log.format", format),
            ("trusted_proxies", "127.0.0.1"),
            ("access_gateway.issuer", &format!("http://{provider}")),
            ("access_gateway.initial_access_token", MARK),
            ("mail.host", "127.0.0.1"),
            ("mail.port", &mails.port().to_string()),
            ("mail.tls", "none"),
            ("mail.user", "crm"),
            ("mail.password", MARK),
            ("mail.from", "crm@example.com"),
            ("mail.base_url", "https://crm.example.com"),
            ("command_secret", MARK),
        ]);
        let admin = server.caller("admin");
        let mut line = Line::to(&server);
        for bad in TEXTS {
            send_in_messages(&server, &mut line, &admin, bad);
        }
        for bad in TEXTS.iter().chain(ESCAPES) {
            sent += send_in_heads(&server, admin.ticket(), bad);
        }
        call_outside(&server, &admin);
        sent += line.sent;
        // The last line of all tells that the others are there.
        server.get("/the-last", &[]);
        eventually("the log is written", || server.log().contains("/the-last"));
        let log = server.log();
        assert_lines(&log, is_json);
        for trace in TRACES {
            let found = log.lines().find(|line| line.contains(trace));
            assert_eq!(found, None, "{trace}");
        }
        for secret in [&admin.ticket()[10..30], PASSWORD] {
            assert!(!log.contains(secret), "{secret}");
        }
        assert!(
            log.contains("FORGED"),
            "the names of callers are there, in one piece"
        );
        assert!(log.lines().count() > sent / 4);
    }
    println!("{sent} requests with texts for the log");
}
