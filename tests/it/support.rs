//! The program in a folder of its own, and a client that shows every byte.

#[path = "support/database.rs"]
mod database;

pub use database::Database;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Path of `User.svc`.
pub const USER: &str = "/Remote/Services88/User.svc";
/// Path of `SoPrincipal.svc`.
pub const PRINCIPAL: &str = "/Remote/Services88/SoPrincipal.svc";
/// Namespace of operations and header blocks.
pub const SERVICES88: &str = "http://www.superoffice.net/ws/crm/NetServer/Services88";
/// Password of the user `admin` in every test server.
pub const PASSWORD: &str = "Correct-Horse-7";

/// How long a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// The program with its subcommand, to which a test adds arguments.
pub fn services88(subcommand: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_services88"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SERVICES88_") {
            command.env_remove(name);
        }
    }
    command.args(subcommand);
    command
}

/// The same for what is in a data folder, or belongs to it.
pub fn services88_on(data: &Path, subcommand: &[&str]) -> Command {
    let mut command = services88(subcommand);
    if let Some(address) = Database::of(data).address() {
        command.env("SERVICES88_DATABASE", address);
    }
    command.arg("--data").arg(data);
    command
}

/// Waits until something is so.
#[track_caller]
pub fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "it does not happen: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A running server. It is killed when it is dropped.
pub struct TestServer {
    process: Child,
    pub address: SocketAddr,
    /// What it printed before it was ready.
    pub banner: String,
    data: PathBuf,
    _folder: Option<TempDir>,
}

impl TestServer {
    /// Starts a server on a free port with a new database.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts one with settings, like `("limits.body_bytes", "2048")`.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self::on(folder.path(), settings);
        server._folder = Some(folder);
        server
    }

    /// Starts one on a data folder, which outlives it.
    pub fn on(data: &Path, settings: &[(&str, &str)]) -> Self {
        let mut command = services88_on(data, &["serve", "--listen", "127.0.0.1:0"]);
        for (name, value) in settings {
            command.args(["--set", &format!("{name}={value}")]);
        }
        Self::run(command, data)
    }

    /// Starts one by a command that says how. Its data folder is here for this program, whatever
    /// it is called there.
    pub fn run(mut command: Command, data: &Path) -> Self {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(data.join("test.log"))
            .unwrap();
        if let Some(address) = Database::of(data).address() {
            command.env("SERVICES88_DATABASE", address);
        }
        let mut process = command
            .env("SERVICES88_ADMIN_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut banner = String::new();
        // The curl line is the last.
        while !banner.contains("curl ") {
            if out.read_line(&mut banner).unwrap() == 0 {
                let log = std::fs::read_to_string(data.join("test.log")).unwrap();
                panic!("the server did not start: {banner}{log}");
            }
        }
        let (_, rest) = banner.split_once("listens on http://").unwrap();
        let address = rest.lines().next().unwrap().parse().unwrap();
        Self {
            process,
            address,
            banner,
            data: data.to_owned(),
            _folder: None,
        }
    }

    /// Process identifier.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Folder of the database.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What it keeps.
    pub fn database(&self) -> Database {
        Database::of(&self.data)
    }

    /// What it has logged, when nothing more comes: lines are written a little later, together.
    pub fn log(&self) -> String {
        let read = || {
            std::thread::sleep(Duration::from_millis(100));
            std::fs::read_to_string(self.data().join("test.log")).unwrap()
        };
        let (mut before, mut log) = (read(), read());
        while log.len() != before.len() {
            (before, log) = (log, read());
        }
        log
    }

    /// A new connection.
    pub fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Connection {
            stream,
            unread: Vec::new(),
        }
    }

    /// Sends a request on a connection of its own and reads the answer. Host, Content-Length and
    /// Connection are added.
    pub fn request(&self, method: &str, target: &str, fields: &[&str], body: &[u8]) -> Response {
        let mut connection = self.connect();
        connection.send(head(method, target, fields, body.len()).as_bytes());
        connection.send(body);
        connection.response_to(method)
    }

    /// Sends bytes on a connection of their own, says that there are no more, and gives the
    /// statuses of all answers until the server closes.
    pub fn statuses(&self, bytes: impl AsRef<[u8]>) -> Vec<u16> {
        let mut connection = self.connect();
        connection.send(bytes.as_ref());
        connection.finish();
        std::iter::from_fn(|| connection.try_response("GET"))
            .map(|response| response.status)
            .collect()
    }

    /// Gets a path.
    pub fn get(&self, target: &str, fields: &[&str]) -> Response {
        self.request("GET", target, fields, b"")
    }

    /// Posts a SOAP message as it is.
    pub fn post(&self, path: &str, content_type: &str, envelope: &str) -> Response {
        let content_type = format!("Content-Type: {content_type}");
        self.request("POST", path, &[&content_type], envelope.as_bytes())
    }

    /// Calls an operation of a service, given its arguments as XML in the default namespace.
    pub fn call(
        &self,
        soap: Soap,
        path: &str,
        caller: &Caller,
        operation: &str,
        arguments: &str,
    ) -> Response {
        let envelope = soap.envelope(caller, operation, arguments);
        self.post(path, soap.content_type(), &envelope)
    }

    /// A caller with a fresh ticket of a user.
    pub fn caller(&self, user: &str) -> Caller {
        let ticket = self.command(&["ticket", "new", "--user", user], "");
        Caller::Ticket(ticket.trim().to_owned())
    }

    /// Adds a user of the ordinary kind.
    pub fn add_user(&self, name: &str, password: &str) {
        self.command(&["user", "add", "--password-stdin", name], password);
    }

    /// Runs a command beside the server; gives what it prints.
    pub fn command(&self, arguments: &[&str], input: &str) -> String {
        let mut process = services88_on(self.data(), arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may have ended already.
        let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
        let done = process.wait_with_output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Sends a signal, by its name: `TERM`, `INT`, `KILL`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.pid().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Kills it on the spot.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
    }

    /// Waits for the program to end.
    pub fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the program does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Who calls.
pub enum Caller {
    Anonymous,
    /// A user, by ticket.
    Ticket(String),
}

impl Caller {
    /// The ticket of a caller who has one.
    pub fn ticket(&self) -> &str {
        match self {
            Self::Ticket(ticket) => ticket,
            Self::Anonymous => panic!("nobody has no ticket"),
        }
    }

    fn block(&self) -> String {
        match self {
            Self::Anonymous => String::new(),
            Self::Ticket(ticket) => {
                format!("<Credentials><Ticket>{ticket}</Ticket></Credentials>")
            }
        }
    }
}

/// A version of SOAP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soap {
    V11,
    V12,
}

impl Soap {
    pub fn namespace(self) -> &'static str {
        match self {
            Self::V11 => "http://schemas.xmlsoap.org/soap/envelope/",
            Self::V12 => "http://www.w3.org/2003/05/soap-envelope",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml; charset=utf-8",
            Self::V12 => "application/soap+xml; charset=utf-8",
        }
    }

    /// A whole message.
    pub fn envelope(self, caller: &Caller, operation: &str, arguments: &str) -> String {
        let namespace = self.namespace();
        let block = caller.block();
        format!(
            "<s:Envelope xmlns:s=\"{namespace}\" xmlns=\"{SERVICES88}\" \
             xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <s:Header>{block}</s:Header>\
             <s:Body><{operation}>{arguments}</{operation}></s:Body></s:Envelope>"
        )
    }
}

/// The head of a request that closes its connection.
pub fn head(method: &str, target: &str, fields: &[&str], length: usize) -> String {
    let mut head = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
    if !fields.iter().any(|field| field.starts_with("Host:")) {
        head += "Host: localhost:8088\r\n";
    }
    for field in fields {
        head += field;
        head += "\r\n";
    }
    if length > 0 || method == "POST" {
        head += &format!("Content-Length: {length}\r\n");
    }
    head + "\r\n"
}

/// A connection, byte by byte.
pub struct Connection {
    pub stream: TcpStream,
    unread: Vec<u8>,
}

impl Connection {
    /// Sends bytes. A server that has closed already is not an error: its answer counts.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Says that nothing more will be sent.
    pub fn finish(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Reads the next answer, to a request other than HEAD.
    pub fn response(&mut self) -> Response {
        self.response_to("GET")
    }

    /// Reads the answer to a request with this method.
    pub fn response_to(&mut self, method: &str) -> Response {
        match self.try_response(method) {
            Some(response) => response,
            None => panic!("closed without an answer: {:?}", text(&self.unread)),
        }
    }

    /// Reads the next answer, if there is one before the connection is closed.
    pub fn try_response(&mut self, method: &str) -> Option<Response> {
        let end = loop {
            if let Some(at) = find(&self.unread, b"\r\n\r\n") {
                break at + 4;
            }
            self.read_more()?;
        };
        let head: Vec<u8> = self.unread.drain(..end).collect();
        let head = text(&head);
        let mut lines = head.trim_end().lines();
        let first = lines.next()?;
        let status = first.split(' ').nth(1)?.parse().ok()?;
        let fields = lines
            .map(|line| {
                let (name, value) = line.split_once(':').unwrap();
                (name.to_ascii_lowercase(), value.trim().to_owned())
            })
            .collect();
        let mut response = Response {
            version: first.split(' ').next()?.to_owned(),
            status,
            fields,
            body: String::new(),
        };
        if method != "HEAD" && status >= 200 && !matches!(status, 204 | 304) {
            let length: usize = response.field("content-length")?.parse().ok()?;
            while self.unread.len() < length {
                self.read_more()?;
            }
            let body: Vec<u8> = self.unread.drain(..length).collect();
            response.body = text(&body);
        }
        Some(response)
    }

    /// What was received beyond the answers that were read.
    pub fn unread(&self) -> &[u8] {
        &self.unread
    }

    /// Whether the server closes the connection without sending anything more.
    pub fn is_closed(&mut self) -> bool {
        self.unread.is_empty() && self.read_more().is_none() && self.unread.is_empty()
    }

    fn read_more(&mut self) -> Option<()> {
        let mut piece = [0; 65536];
        match self.stream.read(&mut piece) {
            Ok(0) => None,
            Ok(count) => {
                self.unread.extend_from_slice(&piece[..count]);
                Some(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("{error}"),
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    pub version: String,
    pub status: u16,
    /// Names are in lower case.
    pub fields: Vec<(String, String)>,
    pub body: String,
}

impl Response {
    /// A header field that may be there once.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut found = self.fields.iter().filter(|(field, _)| field == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} is there twice");
        value
    }

    /// The text of the first element with this local name, with its markup.
    pub fn element(&self, name: &str) -> Option<&str> {
        let mut rest = self.body.as_str();
        loop {
            let start = rest.find('<')? + 1;
            rest = &rest[start..];
            let tag = &rest[..rest.find(['>', ' ', '/'])?];
            if tag.rsplit(':').next() == Some(name) && !tag.is_empty() {
                let open = &rest[..rest.find('>')?];
                if open.ends_with('/') {
                    return Some("");
                }
                let content = &rest[open.len() + 1..];
                return Some(&content[..content.find(&format!("</{tag}>"))?]);
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
