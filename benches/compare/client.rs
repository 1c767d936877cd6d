//! One connection to a server, for single requests.

use crate::messages::Message;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

pub struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self {
            stream,
            answer: Vec::new(),
        }
    }

    /// Sends a request, and gives the body of the answer, whose status has to be 200.
    pub fn send(&mut self, message: &Message) -> &[u8] {
        self.stream.write_all(message.bytes()).expect("sent");
        self.answer.clear();
        let mut piece = [0; 16 * 1024];
        loop {
            let read = self.stream.read(&mut piece).expect("an answer");
            assert!(read > 0, "the server hung up");
            self.answer.extend_from_slice(&piece[..read]);
            if let Some((body, end)) = extent(&self.answer)
                && self.answer.len() >= end
            {
                return &self.answer[body..end];
            }
        }
    }

    /// Sends a request whose answer has to contain a text, and gives the length of its body.
    pub fn expect(&mut self, message: &Message, text: &str) -> usize {
        let answer = self.send(message);
        let found = memchr::memmem::find(answer, text.as_bytes());
        assert!(found.is_some(), "no {text} in {}", beginning(answer));
        answer.len()
    }
}

/// As much of an answer as tells what is wrong with it.
pub fn beginning(answer: &[u8]) -> String {
    let beginning = &answer[..answer.len().min(2_000)];
    String::from_utf8_lossy(beginning).into_owned()
}

/// Where the body of an answer begins and ends, as soon as that is known. Its status has to be 200.
pub fn extent(answer: &[u8]) -> Option<(usize, usize)> {
    const LAST_CHUNK: &[u8] = b"\r\n0\r\n\r\n";
    let start = memchr::memmem::find(answer, b"\r\n\r\n")? + 4;
    let head = &answer[..start];
    assert!(head.starts_with(b"HTTP/1.1 200"), "{}", beginning(answer));
    let Some(length) = field(head, b"\r\ncontent-length:") else {
        // In chunks, whose sizes stay between the pieces.
        return answer
            .ends_with(LAST_CHUNK)
            .then_some((start, answer.len()));
    };
    let digits = length.iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
    Some((start, start + length))
}

/// What follows the name of a header field.
fn field<'h>(head: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    let mut windows = head.windows(name.len());
    let at = windows.position(|window| window.eq_ignore_ascii_case(name))?;
    Some(head[at + name.len()..].trim_ascii_start())
}
