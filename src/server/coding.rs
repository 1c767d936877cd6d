//! Content codings of request bodies: what a body is wrapped in, and taking it out as it comes.

use flate2::write::{GzDecoder, ZlibDecoder};
use hyper::body::Bytes;
use hyper::header::{CONTENT_ENCODING, HeaderMap};
use std::io::{self, ErrorKind, Write};

/// For `Accept-Encoding`, when something else came.
pub const TAKEN: &str = "gzip, deflate";

/// How a body is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// RFC 1952, of one member.
    Gzip,
    /// RFC 1950, which is deflate with a head and a checksum.
    Deflate,
}

impl Coding {
    /// What `Content-Encoding` says; none when that is unknown, or more than one coding.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(CONTENT_ENCODING).iter();
        let Some(value) = values.next() else {
            return Some(Self::Identity);
        };
        if values.next().is_some() {
            return None;
        }
        let value = value.as_bytes().trim_ascii();
        let is = |name: &str| value.eq_ignore_ascii_case(name.as_bytes());
        match () {
            () if is("identity") => Some(Self::Identity),
            () if is("gzip") || is("x-gzip") => Some(Self::Gzip),
            () if is("deflate") => Some(Self::Deflate),
            () => None,
        }
    }
}

/// Why a body cannot be taken out of its coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodingError {
    /// More bytes than the limit come out of it.
    TooLarge,
    /// It is broken, ends too early, or something follows.
    Corrupt,
}

/// From so many bytes on a body is taken out of its coding while it comes. A decoder takes more
/// memory than fewer bytes do, which clients that send hardly anything should not cost.
const DECODED_FROM: usize = 64 * 1024;

/// A body that is taken out of its coding and never grows beyond the limit.
pub struct Unpacked {
    coding: Coding,
    most: usize,
    received: Received,
    decoder: Option<Decoder>,
}

/// What has come and is not in a decoder yet. Most bodies come in one piece, which needs no copy.
enum Received {
    Whole(Bytes),
    Pieces(Vec<u8>),
}

enum Decoder {
    Gzip(GzDecoder<Limited>),
    Deflate(ZlibDecoder<Limited>),
}

impl Unpacked {
    /// An empty body that may become so many bytes.
    pub fn new(coding: Coding, most: usize) -> Self {
        Self {
            coding,
            most,
            received: Received::Whole(Bytes::new()),
            decoder: None,
        }
    }

    /// Takes in the next piece. Whoever calls sees to it that there are not too many.
    pub fn add(&mut self, piece: Bytes) -> Result<(), CodingError> {
        if let Some(decoder) = &mut self.decoder {
            return decoder.add(&piece);
        }
        let length = self.received.add(piece);
        if self.coding != Coding::Identity && length >= DECODED_FROM {
            self.decoder = self.decode()?;
        }
        Ok(())
    }

    /// Bytes of the body that are in memory.
    pub fn held(&self) -> usize {
        match &self.decoder {
            Some(decoder) => decoder.held(),
            None => self.received.held(),
        }
    }

    /// The body, when all of it has come.
    pub fn finish(mut self) -> Result<Bytes, CodingError> {
        if self.decoder.is_none() {
            self.decoder = self.decode()?;
        }
        Ok(match self.decoder {
            Some(decoder) => decoder.finish()?.into(),
            None => self.received.take(),
        })
    }

    /// A decoder that has taken in what has come; none where nothing is coded.
    fn decode(&mut self) -> Result<Option<Decoder>, CodingError> {
        let limited = Limited {
            bytes: Vec::new(),
            most: self.most,
        };
        let mut decoder = match self.coding {
            Coding::Identity => return Ok(None),
            Coding::Gzip => Decoder::Gzip(GzDecoder::new(limited)),
            Coding::Deflate => Decoder::Deflate(ZlibDecoder::new(limited)),
        };
        decoder.add(&self.received.take())?;
        Ok(Some(decoder))
    }
}

impl Received {
    /// Adds a piece and gives the length of all.
    fn add(&mut self, piece: Bytes) -> usize {
        match self {
            Self::Whole(whole) if whole.is_empty() => *whole = piece,
            Self::Whole(whole) => *self = Self::Pieces([&whole[..], &piece[..]].concat()),
            Self::Pieces(pieces) => pieces.extend_from_slice(&piece),
        }
        self.held()
    }

    fn held(&self) -> usize {
        match self {
            Self::Whole(whole) => whole.len(),
            Self::Pieces(pieces) => pieces.len(),
        }
    }

    fn take(&mut self) -> Bytes {
        match std::mem::replace(self, Self::Whole(Bytes::new())) {
            Self::Whole(whole) => whole,
            Self::Pieces(pieces) => pieces.into(),
        }
    }
}

impl Decoder {
    fn add(&mut self, piece: &[u8]) -> Result<(), CodingError> {
        // Behind their end decoders take nothing, which is an error here.
        match self {
            Self::Gzip(decoder) => decoder.write_all(piece)?,
            Self::Deflate(decoder) => decoder.write_all(piece)?,
        }
        Ok(())
    }

    fn held(&self) -> usize {
        let limited = match self {
            Self::Gzip(decoder) => decoder.get_ref(),
            Self::Deflate(decoder) => decoder.get_ref(),
        };
        limited.bytes.len()
    }

    fn finish(self) -> Result<Vec<u8>, CodingError> {
        let limited = match self {
            Self::Gzip(decoder) => decoder.finish()?,
            Self::Deflate(decoder) => decoder.finish()?,
        };
        Ok(limited.bytes)
    }
}

/// Bytes that are refused when they become too many.
struct Limited {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Limited {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if more.len() > self.most.saturating_sub(self.bytes.len()) {
            return Err(ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl From<io::Error> for CodingError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::FileTooLarge => Self::TooLarge,
            _ => Self::Corrupt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    const TEXT: &[u8] = b"to be, or not to be, or not to be at all";

    fn packed(coding: Coding, text: &[u8]) -> Vec<u8> {
        let level = Compression::default();
        match coding {
            Coding::Identity => text.to_vec(),
            Coding::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), level);
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
            Coding::Deflate => {
                let mut encoder = ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
        }
    }

    /// What comes out of a body in pieces of this length.
    fn unpack(
        coding: Coding,
        body: &[u8],
        piece: usize,
        most: usize,
    ) -> Result<Bytes, CodingError> {
        let mut unpacked = Unpacked::new(coding, most);
        for piece in body.chunks(piece) {
            unpacked.add(Bytes::copy_from_slice(piece))?;
        }
        unpacked.finish()
    }

    #[test]
    fn bodies_come_out_however_they_are_cut_up_to_the_limit() {
        for coding in [Coding::Gzip, Coding::Deflate] {
            let body = packed(coding, TEXT);
            for piece in 1..=body.len() {
                let found = unpack(coding, &body, piece, TEXT.len());
                assert_eq!(found.as_deref(), Ok(TEXT), "{coding:?} {piece}");
                let found = unpack(coding, &body, piece, TEXT.len() - 1);
                assert_eq!(found, Err(CodingError::TooLarge), "{coding:?} {piece}");
            }
        }
    }

    #[test]
    fn long_bodies_come_out_while_they_come() {
        // Nothing that can be made much shorter.
        let mut state = 1_u32;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        let text: Vec<u8> = noise.take(3 * DECODED_FROM).collect();
        for coding in [Coding::Identity, Coding::Gzip, Coding::Deflate] {
            let body = packed(coding, &text);
            for piece in [1000, DECODED_FROM - 1, DECODED_FROM, body.len()] {
                let found = unpack(coding, &body, piece, text.len());
                assert_eq!(found.as_deref(), Ok(&text[..]), "{coding:?} {piece}");
            }
        }
    }

    #[test]
    fn every_broken_byte_and_every_early_end_is_seen() {
        for coding in [Coding::Gzip, Coding::Deflate] {
            let body = packed(coding, TEXT);
            let refused = |body: &[u8], what: &str, at: usize| {
                for piece in [1, 3, 100] {
                    let found = unpack(coding, body, piece, 1000);
                    assert_eq!(found, Err(CodingError::Corrupt), "{coding:?} {what} {at}");
                }
            };
            for end in 0..body.len() {
                refused(&body[..end], "ends at", end);
            }
            let followed = [&body[..], b"\0"].concat();
            refused(&followed, "is followed", body.len());
            refused(&body.repeat(2), "comes twice", body.len());
            for at in 0..body.len() {
                // Time, level and system in the head of gzip mean nothing here.
                if coding == Coding::Gzip && (4..10).contains(&at) {
                    continue;
                }
                let mut broken = body.clone();
                broken[at] ^= 0x41;
                let found = unpack(coding, &broken, 7, 1000);
                assert!(found.is_err(), "{coding:?} {at}: {found:?}");
            }
        }
    }

    #[test]
    fn codings_by_name() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, value.parse().unwrap());
            }
            Coding::of(&headers)
        };
        assert_eq!(of(&[]), Some(Coding::Identity));
        for (name, coding) in [
            ("identity", Coding::Identity),
            ("gzip", Coding::Gzip),
            (" X-GZip ", Coding::Gzip),
            ("Deflate", Coding::Deflate),
        ] {
            assert_eq!(of(&[name]), Some(coding), "{name}");
        }
        for unknown in [
            &["br"][..],
            &[""],
            &["gzip, gzip"],
            &["gzip", "gzip"],
            &["identity", "identity"],
            &["gzip;q=1"],
        ] {
            assert_eq!(of(unknown), None, "{unknown:?}");
        }
    }
}
