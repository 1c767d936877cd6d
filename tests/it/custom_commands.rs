//! Commands that the operator has added, carried out by a server that checks who asks.

use crate::answer::{Node, element, text};
use crate::people::refused;
use crate::support::{Caller, Soap, TestServer, services88};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const COMMON: &str = "common-secret-of-commands";
const OWN: &str = "own secret of the command Sync";
const NORA: &str = "2";

/// A message as it came in.
#[derive(Clone)]
struct Message {
    path: String,
    /// Names are in lower case.
    fields: Vec<(String, String)>,
    body: String,
}

impl Message {
    fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// That it was signed with a secret just now.
    #[track_caller]
    fn assert_signed(&self, secret: &str) {
        let timestamp = self.field("x-services88-timestamp");
        let signed = format!("{timestamp}.{}", self.body);
        let expected = format!("sha256={}", hmac(secret, &signed));
        assert_eq!(self.field("x-services88-signature"), expected);
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
        let age = now.as_secs() - timestamp.parse::<u64>().unwrap();
        assert!(age < 60, "{age}");
    }
}

/// HMAC-SHA256 as RFC 2104 has it, for keys of at most 64 bytes.
fn hmac(key: &str, text: &str) -> String {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key.as_bytes());
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text);
    let outer = Sha256::new().chain_update(padded(0x5c));
    let code = outer.chain_update(inner.finalize()).finalize();
    code.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A server that carries commands out, or fails to, as the path says.
struct Receiver {
    address: SocketAddr,
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Receiver {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            messages: Arc::default(),
        };
        let messages = Arc::clone(&receiver.messages);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let messages = Arc::clone(&messages);
                std::thread::spawn(move || serve(stream.unwrap(), &messages));
            }
        });
        receiver
    }

    fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.messages.lock().unwrap())
    }
}

fn serve(mut stream: TcpStream, messages: &Mutex<Vec<Message>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = reader.by_ref().lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    assert!(first.starts_with("POST "), "{first}");
    let fields = lines.take_while(|line| !line.is_empty());
    let fields = fields.map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_ascii_lowercase(), value.to_owned())
    });
    let mut message = Message {
        path: first.split(' ').nth(1).unwrap().to_owned(),
        fields: fields.collect(),
        body: String::new(),
    };
    let mut body = vec![0; message.field("content-length").parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    message.body = String::from_utf8(body).unwrap();
    let path = message.path.clone();
    messages.lock().unwrap().push(message);
    let (head, body) = match path.as_str() {
        "/json" => (
            "200 OK\r\nContent-Type: application/json; charset=utf-8",
            r#"{"Success":true,"Message":"Ny & \"frisk\"","Result":"Ok"}"#.to_owned(),
        ),
        "/declined" => ("202 Accepted", r#"{"success":false}"#.to_owned()),
        "/nonsense" => ("200 OK", "{]".to_owned()),
        "/error" => ("500 Internal Server Error", "stack trace".to_owned()),
        "/redirect" => ("307 Temporary Redirect\r\nLocation: /json", String::new()),
        "/large" => ("200 OK", "x".repeat(5_000_000)),
        _ => ("200 OK\r\nContent-Type: text/plain", "It is done.\n".into()),
    };
    if path == "/slow" {
        std::thread::sleep(Duration::from_secs(6));
    }
    let length = body.len();
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // Who has waited too long, or got too much, has gone.
    let _ = stream.write_all((head + &body).as_bytes());
}

/// A server with commands in its file, which may say `RECEIVER` for the address of the receiver.
fn start(receiver: &Receiver, commands: &str) -> (TempDir, TestServer) {
    let folder = tempfile::tempdir().unwrap();
    let address = receiver.address.to_string();
    let commands = commands.replace("RECEIVER", &address);
    std::fs::write(folder.path().join("services88.toml"), commands).unwrap();
    let server = TestServer::on(folder.path(), &[("command_secret", COMMON)]);
    (folder, server)
}

fn command(name: &str, path: &str, more: &str) -> String {
    format!("[[command]]\nname = '{name}'\nurl = 'http://RECEIVER/{path}'\n{more}\n")
}

fn list(server: &TestServer, caller: &Caller) -> Vec<Node> {
    let user = element("User", &text("AssociateId", NORA));
    let found = server.user(Soap::V11, caller, "GetUserCommands", &user);
    found.result().children
}

fn names(commands: &[Node]) -> Vec<&str> {
    commands.iter().map(|it| it.text_at("Name")).collect()
}

fn arguments(command: &str, user: &str) -> String {
    text("CommandName", command) + &text("CommandActionResult", "Yes") + &element("User", user)
}

/// Success, message and result.
fn run(server: &TestServer, caller: &Caller, command: &str, user: &str) -> (bool, String, String) {
    let arguments = arguments(command, user);
    let answer = server.user(Soap::V12, caller, "ExecuteUserCommand", &arguments);
    let result = answer.result();
    let [success, message, result] =
        ["Success", "Message", "Result"].map(|name| result.text_at(name).to_owned());
    (success == "true", message, result)
}

#[test]
fn a_command_is_offered_and_told_to_its_server_with_a_signature() {
    let receiver = Receiver::open();
    let sync = format!(
        "display_name = 'Synchronise'\ndescription = 'To the directory'\ntooltip = 'Now'\n\
         question = 'Sure?'\nbuttons = 'ok_cancel'\nafter_save = true\nsecret = '{OWN}'"
    );
    let commands =
        command("Sync", "json", &sync) + &command("Badge", "text?a=b", "audience = 'employees'");
    let (_folder, server) = start(&receiver, &commands);
    let [admin, nora] = ["admin", "nora"].map(|name| server.caller(name));

    let offered = list(&server, &admin);
    assert_eq!(names(&offered), ["Sync", "Badge"]);
    for (member, expected) in [
        ("DisplayName", "Synchronise"),
        ("Description", "To the directory"),
        ("ToolTip", "Now"),
        ("Actions", "OkCancel"),
        ("ActionData", "Sure?"),
    ] {
        assert_eq!(offered[0].text_at(member), expected);
    }
    assert_eq!(offered[1].text_at("DisplayName"), "Badge");
    assert_eq!(offered[1].text_at("Actions"), "Implicit");
    assert_eq!(names(&list(&server, &nora)), ["Badge"]);

    // The caller's word for who the user is does not count.
    let before = server.content();
    let nora_as_admin = text("AssociateId", NORA) + &text("Name", "admin");
    let expected = (true, "Ny & \"frisk\"".to_owned(), "Ok".to_owned());
    assert_eq!(run(&server, &admin, "Sync", &nora_as_admin), expected);
    let expected = (true, "It is done.".to_owned(), "Yes".to_owned());
    assert_eq!(run(&server, &nora, "Badge", &nora_as_admin), expected);
    let [sync, badge] = &receiver.take()[..] else {
        panic!("two messages");
    };
    sync.assert_signed(OWN);
    badge.assert_signed(COMMON);
    assert_eq!((&*sync.path, &*badge.path), ("/json", "/text?a=b"));
    assert_eq!(sync.field("content-type"), "application/json");
    let told = sync.json();
    assert_eq!(told["Command"], "Sync");
    assert_eq!(told["ActionResult"], "Yes");
    assert_eq!(told["CallerName"], "admin");
    assert_eq!(told["CallerAssociateId"], 1);
    assert_eq!(told["User"]["AssociateId"], 2);
    assert_eq!(told["User"]["Name"], "nora");
    assert_eq!(told["User"]["Person"]["Lastname"], "Ødegård");
    assert_eq!(badge.json()["CallerName"], "nora");

    // A user who is not stored yet is told as given, without what only we may know.
    let credential =
        element("Type", &text("Type", "CRM5/PASSWORD")) + &text("Value", "Hidden-Horse-5");
    let new =
        text("Name", "newcomer") + &element("Credentials", &element("Credential", &credential));
    assert!(run(&server, &admin, "Badge", &new).0);
    let [told] = &receiver.take()[..] else {
        panic!("one message");
    };
    assert_eq!(told.json()["User"]["Name"], "newcomer");
    assert_eq!(told.json()["User"]["Credentials"][0]["Value"], "");
    assert!(!told.body.contains("Hidden-Horse"), "{}", told.body);
    before.assert_same(&server.content(), "runs");
    for secret in ["Hidden-Horse-5", COMMON] {
        assert_eq!(server.log().find(secret), None);
    }

    let saved = element(
        "User",
        &(text("AssociateId", NORA) + &text("Tooltip", "new")),
    );
    let saved = server.user(Soap::V11, &admin, "SaveUser", &saved).result();
    assert_eq!(names(&saved.at("PostSaveCommands").children), ["Sync"]);
    assert!(receiver.take().is_empty());
}

#[test]
fn what_goes_wrong_with_a_command_is_told_and_changes_nothing() {
    let receiver = Receiver::open();
    let mut commands = command("Slow", "slow", "timeout_seconds = 0.4");
    for path in ["declined", "nonsense", "error", "redirect", "large"] {
        commands += &command(path, path, "");
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let closed = closed.unwrap().to_string();
    commands += &command("Gone", "", "").replace("RECEIVER", &closed);
    let (_folder, server) = start(&receiver, &commands);
    let admin = server.caller("admin");
    let before = server.content();
    for (command, expected) in [
        ("Slow", "The command \"Slow\" did not answer within 400ms."),
        ("declined", ""),
        (
            "nonsense",
            "The command \"nonsense\" gave an answer that makes no sense.",
        ),
        ("error", "The command \"error\" failed with status 500."),
        (
            "redirect",
            "The command \"redirect\" failed with status 307.",
        ),
        (
            "large",
            "The command \"large\" did not answer whole, or too much.",
        ),
        ("Gone", "The command \"Gone\" could not be reached."),
        ("slow", "There is no command \"slow\"."),
    ] {
        let begin = Instant::now();
        let expected = (false, expected.to_owned(), "Yes".to_owned());
        let user = text("AssociateId", NORA);
        assert_eq!(run(&server, &admin, command, &user), expected);
        assert!(begin.elapsed() < Duration::from_secs(5), "{command}");
    }
    // None came twice, and none came by a redirect.
    let heard = receiver.take();
    let heard: Vec<_> = heard.iter().map(|message| &*message.path).collect();
    assert_eq!(
        heard,
        [
            "/slow",
            "/declined",
            "/nonsense",
            "/error",
            "/redirect",
            "/large"
        ]
    );
    before.assert_same(&server.content(), "runs");
}

#[test]
fn a_command_is_run_by_whom_it_is_for_on_whom_they_may_read() {
    let receiver = Receiver::open();
    let commands = command("All", "text", "audience = 'employees'") + &command("Some", "text", "");
    let (_folder, server) = start(&receiver, &commands);
    let [admin, nora, gita] =
        ["admin", "nora", "gita@customer.example.com"].map(|name| server.caller(name));
    let before = server.content();
    let execute = "ExecuteUserCommand";
    let own = text("AssociateId", NORA);
    for (caller, user, class) in [
        (&nora, text("AssociateId", "1"), "SoSentryException"),
        (&nora, text("AssociateId", "999"), "SoSentryException"),
        (&nora, text("Name", "new"), "SoSentryException"),
        (&admin, text("AssociateId", "999"), "SoNotFoundException"),
        (
            &gita,
            text("AssociateId", "4"),
            "SoIllegalOperationException",
        ),
        (&Caller::Anonymous, own.clone(), "SoSessionException"),
    ] {
        let arguments = arguments("All", &user);
        assert_eq!(refused(&server, caller, execute, &arguments), class);
    }
    let nobody = text("CommandName", "All");
    let class = refused(&server, &admin, execute, &nobody);
    assert_eq!(class, "SoInvalidArgumentException");
    let class = refused(&server, &gita, "GetUserCommands", "");
    assert_eq!(class, "SoIllegalOperationException");
    let (success, message, _) = run(&server, &nora, "Some", &own);
    assert!(!success && message.contains("no command"), "{message}");
    assert!(receiver.take().is_empty());
    assert!(run(&server, &admin, "Some", &own).0);
    before.assert_same(&server.content(), "runs");
}

#[test]
fn slow_commands_leave_threads_to_others() {
    let receiver = Receiver::open();
    let (_folder, server) = start(&receiver, &command("Slow", "slow", "timeout_seconds = 3"));
    let admin = server.caller("admin");
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let run = || run(&server, &admin, "Slow", &text("AssociateId", NORA)).1;
        let runs: Vec<_> = (0..12).map(|_| scope.spawn(run)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let busy = outcomes
        .iter()
        .filter(|it| it.contains("too often"))
        .count();
    assert_eq!(busy, 4, "{outcomes:?}");
    assert_eq!(receiver.take().len(), 8);
}

#[test]
fn a_mistake_in_a_command_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("services88.toml");
    let start = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let mut serve = services88(&["serve", "--config"]);
        serve
            .arg(&file)
            .args(["--set", "listen=127.0.0.1:0", "--data"]);
        let output = serve.arg(folder.path().join("data")).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let twice = "[[command]]\nname = 'Sync'\nurl = 'http://localhost/'\n".repeat(2);
    let message = start(&twice);
    assert!(
        message.contains("setting command \"Sync\": name (file "),
        "{message}"
    );
    assert!(message.ends_with("there is another one\n"), "{message}");
    let message = start(&format!("[[command]]\nname = 'Sync'\nsecret = '{OWN}'"));
    assert!(
        message.contains("url (file ") && !message.contains(OWN),
        "{message}"
    );
    let message = start("[[command]]\nname = 'Sync'\nurl = 'http://localhost/'\nsecret = 'short'");
    assert!(message.contains("command \"Sync\": secret"), "{message}");
    assert!(!folder.path().join("data").exists());
}
