//! A server in this process, and a client that allocates nothing and is the same in every run: for
//! counting what requests take.

use crate::envelopes;
use services88::clock::Clock;
use services88::config::Settings;
use services88::server::Server;
use services88::service::Installation;
use std::future::pending;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::channel;
use tempfile::TempDir;

/// The first user, who administers.
const ADMINISTRATOR: &str = "1";
/// What stands in an envelope for a number that is another one in each request.
const NUMBER: &str = "{number}";
const DIGITS: usize = NUMBER.len();

/// A running server with a connection to it. The server ends with the process.
pub struct Office {
    stream: TcpStream,
    answer: Vec<u8>,
    sent: usize,
    _folder: TempDir,
}

/// A request, and what its answer has to contain.
pub struct Call {
    pub name: &'static str,
    bytes: Vec<u8>,
    /// Where numbers stand in it.
    places: Vec<usize>,
    expected: &'static str,
}

impl Office {
    /// A server with a new database, and the calls that are counted.
    pub fn open() -> (Self, Vec<Call>) {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let settings = Settings {
            data: folder.path().to_owned(),
            listen: "127.0.0.1:0".to_owned(),
            ..Settings::default()
        };
        let opened = Installation::open(&settings, Clock::default(), Some("Correct-Horse-7"));
        let installation = Arc::new(opened.expect("an installation").installation);
        let ticket = installation.sessions.issue_ticket_to("admin");
        let (bound, address) = channel();
        // One thread for all connections, so that it is always the same one that goes on.
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let server = Server::bind(settings).await.expect("a port");
                bound.send(server.address()).expect("somebody waits");
                server.run(installation, pending()).await;
            });
        });
        let stream = TcpStream::connect(address.recv().expect("an address"));
        let stream = stream.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let office = Self {
            stream,
            answer: vec![0; 256 * 1024],
            sent: 0,
            _folder: folder,
        };
        (office, calls(&ticket.expect("a ticket")))
    }

    /// Sends a request and reads its answer.
    pub fn send(&mut self, call: &mut Call) {
        self.sent += 1;
        for place in &call.places {
            let mut number = self.sent;
            for digit in call.bytes[*place..place + DIGITS].iter_mut().rev() {
                *digit = b"0123456789"[number % 10];
                number /= 10;
            }
        }
        self.stream.write_all(&call.bytes).expect("sent");
        let mut length = 0;
        loop {
            let read = self.stream.read(&mut self.answer[length..]);
            length += read.expect("an answer");
            let answer = &self.answer[..length];
            // Every answer ends with its envelope.
            if answer.ends_with(b"Envelope>") {
                let expected = memchr::memmem::find(answer, call.expected.as_bytes());
                assert!(
                    expected.is_some(),
                    "{}: {}",
                    call.name,
                    answer.escape_ascii()
                );
                return;
            }
        }
    }
}

fn calls(ticket: &str) -> Vec<Call> {
    let client = |operation| envelopes::client(operation, ticket);
    let printed = |operation| envelopes::printed(operation, ticket);
    let get_user = client("GetUser").replace("UserId>0<", &format!("UserId>{ADMINISTRATOR}<"));
    let refused = get_user.replace(ticket, "7T:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let register = client("RegisterWithAccessGateway")
        .replace("RedirectUri><", "RedirectUri>https://crm.example.com/<");
    let same_type = |envelope: String| {
        let envelope = envelope.replace(">Unknown<", ">InternalAssociate<");
        let id = envelope.find("AssociateId").expect("an id");
        let zero = id + envelope[id..].find(">0<").expect("its value") + 1;
        format!(
            "{}{ADMINISTRATOR}{}",
            &envelope[..zero],
            &envelope[zero + 1..]
        )
    };
    [
        (
            "GetAccessGatewayInfo",
            "GetAccessGatewayInfo",
            client("GetAccessGatewayInfo"),
        ),
        (
            "RegisterWithAccessGateway, same URI",
            "RegisterWithAccessGateway",
            register,
        ),
        ("GetUser", "GetUser", get_user),
        ("GetUser with a ticket that is not good", "GetUser", refused),
        (
            "ChangeUserType to the same, as printed",
            "ChangeUserType",
            same_type(printed("ChangeUserType")),
        ),
        (
            "ChangeUserType to the same, filled",
            "ChangeUserType",
            same_type(envelopes::fill(&printed("ChangeUserType"))),
        ),
        ("SaveUser, as printed", "SaveUser", printed("SaveUser")),
        (
            "SaveUser, filled",
            "SaveUser",
            envelopes::fill(&printed("SaveUser")),
        ),
    ]
    .into_iter()
    .map(|(name, operation, body)| Call::new(name, operation, &body))
    .collect()
}

impl Call {
    fn new(name: &'static str, operation: &str, body: &str) -> Self {
        let content_type = match body.contains("/soap/envelope/") {
            true => "text/xml; charset=utf-8",
            false => "application/soap+xml; charset=utf-8",
        };
        let head = format!(
            "POST /Remote/Services88/User.svc HTTP/1.1\r\nHost: localhost\r\n\
             Content-Type: {content_type}\r\n\
             SOAPAction: \"http://www.superoffice.net/ws/crm/NetServer/Services88/User/{operation}\"\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let bytes = (head + body).into_bytes();
        Self {
            name,
            places: memchr::memmem::find_iter(&bytes, NUMBER).collect(),
            bytes,
            expected: match name.contains("not good") {
                true => "Succeeded>false<",
                false => "Succeeded>true<",
            },
        }
    }
}
