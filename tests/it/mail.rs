//! Links for new passwords: a mail to a mail server, and the page behind the link.

use crate::answer::text;
use crate::support::{Caller, PASSWORD, Response, Soap, TestServer};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const NEW: &str = "Better-Horse-9";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

/// A mail server that takes what it gets, unless the receiver is `nobody`.
struct Postbox {
    port: u16,
    /// What was said before the mails, and the mails.
    said: Arc<Mutex<Vec<String>>>,
    mails: Arc<Mutex<Vec<String>>>,
}

impl Postbox {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let postbox = Self {
            port: listener.local_addr().unwrap().port(),
            said: Arc::default(),
            mails: Arc::default(),
        };
        let (said, mails) = (Arc::clone(&postbox.said), Arc::clone(&postbox.mails));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (said, mails) = (Arc::clone(&said), Arc::clone(&mails));
                std::thread::spawn(move || take(&stream.unwrap(), &said, &mails));
            }
        });
        postbox
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("mail.host", "127.0.0.1".to_owned()),
            ("mail.port", self.port.to_string()),
            ("mail.tls", "none".to_owned()),
            ("mail.user", "crm".to_owned()),
            ("mail.password", "postage".to_owned()),
            ("mail.from", "CRM <crm@example.com>".to_owned()),
            ("mail.base_url", "https://crm.example.com/below/".to_owned()),
        ]
    }

    fn count(&self) -> usize {
        self.mails.lock().unwrap().len()
    }

    fn last(&self) -> String {
        self.mails.lock().unwrap().last().unwrap().clone()
    }
}

/// Serves one client.
fn take(stream: &TcpStream, said: &Mutex<Vec<String>>, mails: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream).lines();
    let answer = |text: &str| {
        let mut stream = stream;
        stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    };
    answer("220 postbox");
    while let Some(Ok(line)) = lines.next() {
        said.lock().unwrap().push(line.clone());
        match line.split([' ', ':']).next().unwrap() {
            "EHLO" => answer("250-postbox\r\n250 AUTH PLAIN"),
            "AUTH" => answer("235 welcome"),
            "RCPT" if line.contains("nobody@") => answer("550 no such mailbox"),
            "DATA" => {
                answer("354 go on");
                let mail = lines.by_ref().map_while(Result::ok);
                let mail: Vec<_> = mail.take_while(|line| line != ".").collect();
                mails.lock().unwrap().push(decoded(&mail.join("\n")));
                answer("250 taken");
            }
            "QUIT" => return answer("221 bye"),
            _ => answer("250 ok"),
        }
    }
}

/// A mail whose lines were broken and whose equals signs were written as quoted-printable has it.
fn decoded(mail: &str) -> String {
    mail.replace("=\n", "").replace("=3D", "=")
}

fn start(settings: &[(&'static str, String)]) -> TestServer {
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, it)| (*name, it.as_str()))
        .collect();
    TestServer::with(&settings)
}

/// Success and message.
fn send(server: &TestServer, caller: &Caller, id: &str) -> (String, String) {
    let argument = text("AssociateId", id);
    let answer = server.user(Soap::V12, caller, "SendChangePasswordEMail", &argument);
    let result = answer.result();
    let [success, message] = ["Success", "Message"].map(|name| result.text_at(name).to_owned());
    (success, message)
}

/// Path and query of the link in a mail, without what the proxy puts before them.
fn link(mail: &str) -> String {
    let base = "https://crm.example.com/below";
    let line = mail.lines().find_map(|line| line.strip_prefix(base));
    line.unwrap().to_owned()
}

fn token(link: &str) -> &str {
    link.split_once("?token=").unwrap().1
}

fn post(server: &TestServer, token: &str, password: &str, again: &str) -> Response {
    let form = format!("token={token}&password={password}&again={again}");
    server.request("POST", "/password", &[FORM], form.as_bytes())
}

#[test]
fn a_mailed_link_sets_a_password_once() {
    let postbox = Postbox::open();
    let server = start(&postbox.settings());
    let admin = server.caller("admin");
    let nora = Caller::Ticket(server.caller("nora").ticket().to_owned());
    let types = |caller| {
        let argument = text("AssociateId", "2");
        let operation = "GetSupportedChangePasswordTypes";
        let types = server
            .user(Soap::V11, caller, operation, &argument)
            .result();
        types
            .children
            .iter()
            .map(|it| it.text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(types(&admin), ["Password", "Email"]);
    assert_eq!(send(&server, &admin, "2"), ("true".into(), String::new()));
    let mail = postbox.last();
    assert!(mail.contains("To: nora@example.com"), "{mail}");
    assert!(mail.contains("crm@example.com"), "{mail}");
    assert!(mail.contains("the user nora"), "{mail}");
    // AUTH PLAIN with "\0crm\0postage".
    let said = postbox.said.lock().unwrap().join("\n");
    assert!(said.contains("AUTH PLAIN AGNybQBwb3N0YWdl"), "{said}");

    let link = link(&mail);
    let token = token(&link);
    let page = server.get(&link, &[]);
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("<strong>nora</strong>"), "{}", page.body);
    for (name, value) in [
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(page.field(name), Some(value));
    }
    let policy = page.field("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    for (password, again, reason) in [
        (NEW, PASSWORD, "differ"),
        ("short", "short", "8 characters"),
        ("", "", "8 characters"),
    ] {
        let page = post(&server, token, password, again);
        assert_eq!(page.status, 422, "{}", page.body);
        assert!(page.body.contains(reason), "{}", page.body);
    }
    assert!(server.log_in(Soap::V11, "nora", NEW).is_none());
    let done = post(&server, token, NEW, NEW);
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(server.log_in(Soap::V11, "nora", NEW).is_some());
    let argument = text("UserId", "2");
    let ended = server.user(Soap::V11, &nora, "GetUser", &argument);
    assert_eq!(ended.refused().class, "SoSessionException");
    assert_eq!(post(&server, token, PASSWORD, PASSWORD).status, 410);
    assert_eq!(server.get(&link, &[]).status, 410);
    assert!(server.log_in(Soap::V11, "nora", NEW).is_some());
    for file in std::fs::read_dir(server.data()).unwrap() {
        let content = std::fs::read(file.unwrap().path()).unwrap();
        let content = String::from_utf8_lossy(&content);
        assert!(!content.contains(token) && !content.contains("postage"));
    }
}

#[test]
fn what_keeps_a_mail_from_being_sent_is_told() {
    let postbox = Postbox::open();
    let server = start(&postbox.settings());
    let admin = server.caller("admin");
    server.add_user("ann", PASSWORD);
    let ann = server.caller("ann");
    let refused = |id: &str, reason: &str| {
        let (success, message) = send(&server, &admin, id);
        assert_eq!(success, "false");
        assert!(message.contains(reason), "{message}");
    };
    let argument = text("AssociateId", "2");
    let foreign = server.user(Soap::V11, &ann, "SendChangePasswordEMail", &argument);
    assert_eq!(foreign.refused().class, "SoIllegalOperationException");
    refused("5", "no e-mail address");
    assert_eq!(send(&server, &admin, "2").0, "true");
    refused("2", "less than a minute");
    assert_eq!(postbox.count(), 1);
    let database = server.database();
    let sql = "UPDATE person SET email = 'nobody@example.com' WHERE firstname = 'Ulf'";
    assert_eq!(database.execute(sql), 1);
    refused("3", "did not take");
    let count = "SELECT count(*) FROM password_reset WHERE associate_id = 3";
    let links = database.number(count);
    assert_eq!((links, postbox.count()), (0, 1));

    let server = TestServer::start();
    let (success, message) = send(&server, &server.caller("admin"), "2");
    assert_eq!(success, "false");
    assert!(message.contains("No mail server"), "{message}");
}

#[test]
fn the_page_takes_forms_only_and_knows_no_other_links() {
    let server = TestServer::start();
    for target in ["/password", "/password?token=", "/password?token=%00%ff"] {
        let page = server.get(target, &[]);
        assert_eq!(page.status, 410, "{target}");
        assert_eq!(page.field("referrer-policy"), Some("no-referrer"));
    }
    for body in ["", "token=x&password=y&again=y", "&&&==%%%"] {
        let page = server.request("POST", "/password", &[FORM], body.as_bytes());
        assert_eq!(page.status, 410, "{body}");
    }
    let json = ["Content-Type: application/json"];
    assert_eq!(
        server.request("POST", "/password", &json, b"{}").status,
        415
    );
    let large = vec![b'a'; 16 * 1024 + 1];
    assert_eq!(
        server.request("POST", "/password", &[FORM], &large).status,
        413
    );
    assert_eq!(server.request("PUT", "/password", &[FORM], b"").status, 405);
}
