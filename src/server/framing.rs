//! A second, strict opinion about where one request ends and the next begins.
//!
//! The HTTP library reads some doubtful messages leniently, and does not tell: a bare LF ends a
//! line, `Content-Length` yields to `Transfer-Encoding`. Two parties that read such a message
//! differently are how requests are smuggled. This reader follows the same bytes and accepts
//! only what can be read in one way.

use memchr::{memchr, memchr2};

/// Where in the sequence of requests a connection stands.
#[derive(Debug, Default)]
pub struct Framing {
    state: State,
    /// The line of a head that came in part so far, as far as it matters.
    line: Vec<u8>,
    head: Head,
    heads: u64,
    /// Empty lines since the last request.
    empty_lines: u32,
}

/// Of a header line no more is kept: the two fields that matter are shorter.
const LINE_KEPT: usize = 128;
/// Empty lines before a request: some old clients send one, and nobody sends many.
const EMPTY_LINES: u32 = 100;
/// Hexadecimal digits of a chunk's size.
const CHUNK_DIGITS: u32 = 8;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before a request, or in the middle of an empty line before it.
    #[default]
    Between,
    BetweenCr,
    /// In a line of a head, or after its CR.
    Line,
    LineCr,
    /// In a body with so many bytes to come.
    Sized(u64),
    /// In the line that gives the size of a chunk.
    ChunkSize {
        digits: u32,
        size: u64,
    },
    ChunkExtension(u64),
    ChunkSizeCr(u64),
    /// In a chunk with so many bytes to come, or in the line end after it.
    Chunk(u64),
    ChunkEnd,
    ChunkEndCr,
    /// In the fields after the last chunk.
    Trailer {
        empty: bool,
    },
    TrailerCr {
        empty: bool,
    },
}

/// What the head so far says about the body.
#[derive(Debug, Default)]
struct Head {
    lines: u64,
    length: Option<u64>,
    coding: Option<Coding>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Chunked,
    /// The library refuses it.
    Other,
}

impl Framing {
    /// Whether the last request has arrived in full, and nothing of a next one. Empty lines are
    /// nothing: whoever sends them now and then waits for nothing less.
    pub fn is_between(&self) -> bool {
        matches!(self.state, State::Between | State::BetweenCr)
    }

    /// Whether a head has begun and not ended.
    pub fn is_in_head(&self) -> bool {
        matches!(self.state, State::Line | State::LineCr)
    }

    /// How many heads have ended.
    pub fn heads(&self) -> u64 {
        self.heads
    }

    /// Follows further bytes.
    ///
    /// # Errors
    /// The index of the first byte that is not acceptable.
    pub fn accept(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            // Bodies are skipped, not looked at.
            if let State::Sized(rest) | State::Chunk(rest) = &mut self.state {
                let here = bytes.len() - at;
                let skipped = usize::try_from(*rest).unwrap_or(here).min(here);
                *rest -= skipped as u64;
                at += skipped;
                match self.state {
                    State::Sized(0) => self.state = State::Between,
                    State::Chunk(0) => self.state = State::ChunkEnd,
                    _ => {}
                }
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            if let Some(line) = self.whole_line(rest) {
                at += line.len() + 2;
                self.state = self.end_line(line).ok_or(at - 1)?;
                continue;
            }
            self.state = self.step(byte).ok_or(at)?;
            at += 1;
        }
        Ok(())
    }

    /// The line of a head that the bytes begin with, if all of it is in them: as a rule all lines
    /// are, and so are read where they stand.
    fn whole_line<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        if !self.line.is_empty() || !matches!(self.state, State::Between | State::Line) {
            return None;
        }
        let (line, rest) = bytes.split_at(memchr2(b'\r', b'\n', bytes)?);
        // An empty line is looked at byte by byte: not everywhere does it end a head.
        (!line.is_empty() && rest.starts_with(b"\r\n")).then_some(line)
    }

    /// The state after a byte; none if the byte is not acceptable.
    fn step(&mut self, byte: u8) -> Option<State> {
        Some(match (self.state, byte) {
            (State::Between, b'\r') => State::BetweenCr,
            (State::BetweenCr, b'\n') if self.empty_lines < EMPTY_LINES => {
                self.empty_lines += 1;
                State::Between
            }
            (State::Between | State::Line, b'\n') => return None,
            (State::Line, b'\r') => State::LineCr,
            (State::Between | State::Line, _) => {
                if self.line.len() < LINE_KEPT {
                    self.line.push(byte);
                }
                State::Line
            }
            (State::LineCr, b'\n') if self.line.is_empty() => self.end_head()?,
            (State::LineCr, b'\n') => {
                let line = std::mem::take(&mut self.line);
                self.end_line(&line)?
            }

            (State::ChunkSize { digits, size }, b'\r') if digits > 0 => State::ChunkSizeCr(size),
            (State::ChunkSize { digits, size }, b';' | b' ' | b'\t') if digits > 0 => {
                State::ChunkExtension(size)
            }
            (State::ChunkSize { digits, size }, _) if digits < CHUNK_DIGITS => State::ChunkSize {
                digits: digits + 1,
                size: size * 16 + u64::from(char::from(byte).to_digit(16)?),
            },
            (State::ChunkExtension(size), b'\r') => State::ChunkSizeCr(size),
            (State::ChunkExtension(size), b'\t' | 0x20..=0x7e | 0x80..) => {
                State::ChunkExtension(size)
            }
            (State::ChunkSizeCr(0), b'\n') => State::Trailer { empty: true },
            (State::ChunkSizeCr(size), b'\n') => State::Chunk(size),
            (State::ChunkEnd, b'\r') => State::ChunkEndCr,
            (State::ChunkEndCr, b'\n') => State::ChunkSize { digits: 0, size: 0 },
            (State::Trailer { empty }, b'\r') => State::TrailerCr { empty },
            (State::Trailer { .. }, b'\t' | 0x20..=0x7e | 0x80..) => {
                State::Trailer { empty: false }
            }
            (State::TrailerCr { empty: true }, b'\n') => State::Between,
            (State::TrailerCr { empty: false }, b'\n') => State::Trailer { empty: true },
            _ => return None,
        })
    }

    /// Takes in a line that has ended.
    fn end_line(&mut self, line: &[u8]) -> Option<State> {
        self.head.lines += 1;
        if self.head.lines > 1 {
            self.head.take(line.get(..LINE_KEPT).unwrap_or(line))?;
        }
        Some(State::Line)
    }

    fn end_head(&mut self) -> Option<State> {
        let head = std::mem::take(&mut self.head);
        self.heads += 1;
        self.empty_lines = 0;
        Some(match (head.coding, head.length) {
            (None, None | Some(0)) | (Some(Coding::Other), None) => State::Between,
            (None, Some(length)) => State::Sized(length),
            (Some(Coding::Chunked), None) => State::ChunkSize { digits: 0, size: 0 },
            (Some(_), Some(_)) => return None,
        })
    }
}

impl Head {
    /// Takes in a header line.
    fn take(&mut self, line: &[u8]) -> Option<()> {
        // A line that continues the one before it.
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return None;
        }
        let colon = memchr(b':', line)?;
        let (name, value) = line.split_at(colon);
        let value = value.get(1..)?.trim_ascii();
        let whole = line.len() < LINE_KEPT;
        if name.eq_ignore_ascii_case(b"content-length") {
            let digits = whole && !value.is_empty() && value.iter().all(u8::is_ascii_digit);
            if !digits || self.length.is_some() {
                return None;
            }
            self.length = Some(std::str::from_utf8(value).ok()?.parse().ok()?);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if !whole || self.coding.is_some() {
                return None;
            }
            let last = value.rsplit(|byte| *byte == b',').next()?.trim_ascii();
            self.coding = Some(match last.eq_ignore_ascii_case(b"chunked") {
                true => Coding::Chunked,
                false => Coding::Other,
            });
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the bytes are acceptable, however they are cut, and where they end.
    fn read(text: &str) -> Result<State, usize> {
        let mut whole = Framing::default();
        let result = whole.accept(text.as_bytes());
        let mut cut = Framing::default();
        let mut first_bad = None;
        for (at, byte) in text.bytes().enumerate() {
            if cut.accept(&[byte]).is_err() {
                first_bad = Some(at);
                break;
            }
        }
        assert_eq!(result.err(), first_bad, "{text:?}");
        result.map(|()| whole.state)
    }

    #[test]
    fn requests_follow_each_other() {
        let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let sized = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:  3 \r\n\r\na\nb";
        let chunked = "POST / HTTP/1.1\r\ntransfer-encoding: CHUNKED\r\n\r\n\
                       3\r\n\r\n\n\r\nA;x=\"y\"\r\n0123456789\r\n1 \r\nz\r\n0\r\nT: 1\r\n\r\n";
        let all = format!("{get}{sized}\r\n{chunked}{get}");
        assert_eq!(read(&all), Ok(State::Between));
        let mut framing = Framing::default();
        framing.accept(all.as_bytes()).unwrap();
        assert_eq!(framing.heads(), 4);
    }

    #[test]
    fn empty_lines_before_a_request_are_few() {
        let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let few = "\r\n".repeat(100);
        assert_eq!(read(&format!("{few}{get}{few}{get}")), Ok(State::Between));
        assert_eq!(read(&format!("{get}{few}\r\n")), Err(get.len() + 201));
    }

    #[test]
    fn it_knows_where_it_stands() {
        let mut framing = Framing::default();
        assert!(framing.is_between() && !framing.is_in_head());
        framing.accept(b"POST / HTTP/1.1\r\nContent-Le").unwrap();
        assert!(!framing.is_between() && framing.is_in_head());
        framing.accept(b"ngth: 2\r\n\r\n").unwrap();
        assert!(!framing.is_between() && !framing.is_in_head());
        framing.accept(b"ab").unwrap();
        assert!(framing.is_between());
        framing.accept(b"\r").unwrap();
        assert!(framing.is_between() && !framing.is_in_head());
    }

    #[test]
    fn doubtful_heads_are_refused_at_their_first_wrong_byte() {
        for (head, at) in [
            ("GET / HTTP/1.1\nHost: a\r\n\r\n", 14),
            ("GET / HTTP/1.1\r\nHost: a\n\r\n", 23),
            ("\nGET", 0),
            ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 24),
            ("GET / HTTP/1.1\r\nA: b\r\n c\r\n", 25),
            ("GET / HTTP/1.1\r\nnothing\r\n", 24),
        ] {
            assert_eq!(read(head), Err(at), "{head:?}");
        }
        for fields in [
            "Content-Length: 1\r\nContent-Length: 1",
            "Content-Length: 1\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 1",
            "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: x\r\nContent-Length: 1",
            "Content-Length: +1",
            "Content-Length: 1, 1",
            "Content-Length: ",
            "Content-Length: 99999999999999999999",
            &format!("Content-Length: {}1", "0".repeat(200)),
            &format!("Transfer-Encoding: {}, chunked", "x".repeat(200)),
        ] {
            let head = format!("POST / HTTP/1.1\r\n{fields}\r\n\r\n");
            assert!(read(&head).is_err(), "{fields}");
        }
    }

    #[test]
    fn doubtful_chunks_are_refused() {
        for chunks in [
            "+1\r\na",
            "0x1\r\na",
            "\r\n",
            " 1\r\n",
            "1\n",
            "-1\r\n",
            "g\r\n",
            "000000001\r\n",
            ";a\r\n",
            "1\r\nab",
            "1\r\na\n",
            "1;a\nb",
            "1;\0\r\n",
            "0\r\n\n",
            "0\r\nA: b\n",
            "1\rx",
            "0\r\na\0",
        ] {
            let text = format!("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
            assert!(read(&text).is_err(), "{chunks:?}");
        }
    }
}
