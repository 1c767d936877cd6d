//! The program on a data folder, and one connection to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running server. It is killed when it is dropped.
pub struct Running {
    process: Child,
    connection: TcpStream,
    ticket: String,
}

fn services88(subcommand: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_services88"));
    command.args(subcommand).arg("--data").arg(data);
    command
}

/// A new ticket of the administrator.
pub fn ticket(data: &Path) -> String {
    let made = services88(&["ticket", "new", "--user", "admin"], data).output();
    let made = made.expect("the program");
    assert!(made.status.success(), "{made:?}");
    String::from_utf8(made.stdout)
        .expect("text")
        .trim()
        .to_owned()
}

impl Running {
    /// Starts one and waits until it listens.
    pub fn start(data: &Path, ticket: &str) -> Self {
        let log = std::fs::File::create(data.join("bench.log")).expect("a log");
        let mut process = services88(&["serve", "--listen", "127.0.0.1:0"], data)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program");
        let out = BufReader::new(process.stdout.take().expect("its output"));
        let address = out.lines().find_map(|line| {
            let line = line.expect("a line");
            let (_, address) = line.split_once("listens on http://")?;
            address.trim().parse::<SocketAddr>().ok()
        });
        let connection = TcpStream::connect(address.expect("it listens")).expect("a connection");
        connection.set_nodelay(true).expect("no delay");
        Self {
            process,
            connection,
            ticket: ticket.to_owned(),
        }
    }

    /// Calls an operation, and gives the length of the answer.
    pub fn call(&mut self, operation: &str, arguments: &str) -> usize {
        let envelope = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns=\"http://www.superoffice.net/ws/crm/NetServer/Services88\"><s:Header>\
             <Credentials><Ticket>{}</Ticket></Credentials></s:Header>\
             <s:Body><{operation}>{arguments}</{operation}></s:Body></s:Envelope>",
            self.ticket
        );
        let request = format!(
            "POST /Remote/Services88/User.svc HTTP/1.1\r\nHost: localhost\r\n\
             Content-Type: text/xml; charset=utf-8\r\nContent-Length: {}\r\n\r\n{envelope}",
            envelope.len()
        );
        self.connection.write_all(request.as_bytes()).expect("sent");
        let answer = self.answer();
        let text = String::from_utf8_lossy(&answer);
        assert!(text.contains("Succeeded>true<"), "{operation}: {text}");
        answer.len()
    }

    fn answer(&mut self) -> Vec<u8> {
        let mut answer = Vec::with_capacity(64 * 1024);
        let mut piece = [0; 64 * 1024];
        loop {
            let read = self.connection.read(&mut piece).expect("an answer");
            assert!(read > 0, "the server hung up");
            answer.extend_from_slice(&piece[..read]);
            let Some(end) = answer.windows(4).position(|it| it == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
            let (_, length) = head.split_once("content-length: ").expect("a length");
            let length: usize = length
                .lines()
                .next()
                .unwrap_or_default()
                .parse()
                .expect("a length");
            if answer.len() >= end + 4 + length {
                return answer.split_off(end + 4);
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
