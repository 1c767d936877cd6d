//! From the bytes of a message to text.

use super::declaration;
use crate::fault::{Fault, Protocol};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::str::Utf8Error;

/// Decodes a message. A byte order mark decides, then the HTTP `charset`, then the XML
/// declaration, then UTF-8. UTF-8 and UTF-16 are read; bytes that are wrong in their encoding
/// and characters that XML 1.0 does not allow are refused.
pub fn decode<'a>(body: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, Fault> {
    let (encoding, body) = match Encoding::for_bom(body) {
        Some((encoding, length)) => (encoding, body.get(length..).unwrap_or_default()),
        None => match (charset.map_or_else(|| declared(body), named)?, body) {
            // Without a byte order mark "utf-16" may be either; the first character tells.
            (encoding, [0, b'<', ..]) if encoding == UTF_16LE => (UTF_16BE, body),
            (encoding, _) => (encoding, body),
        },
    };
    let text = if encoding == UTF_8 {
        Cow::Borrowed(utf8(body).map_err(|error| {
            malformed(format!(
                "The message is not valid UTF-8 from byte {}.",
                error.valid_up_to()
            ))
        })?)
    } else {
        encoding
            .decode_without_bom_handling_and_without_replacement(body)
            .ok_or_else(|| malformed(format!("The message is not valid {}.", encoding.name())))?
    };
    match first_illegal(&text) {
        None => Ok(text),
        Some(at) => Err(malformed(format!(
            "The character at byte {at} of the message is not allowed in XML."
        ))),
    }
}

fn named(label: &str) -> Result<&'static Encoding, Fault> {
    let label = label.trim();
    if ["utf-8", "us-ascii"]
        .iter()
        .any(|name| label.eq_ignore_ascii_case(name))
    {
        return Ok(UTF_8);
    }
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if [UTF_8, UTF_16BE, UTF_16LE].contains(&encoding) => Ok(encoding),
        _ => Err(Fault::protocol(
            Protocol::UnsupportedMedia,
            format!(
                "The character set '{}' is not supported; use UTF-8 or UTF-16.",
                label.chars().take(40).collect::<String>().escape_default()
            ),
        )),
    }
}

/// The encoding that the XML declaration names, if there is one.
fn declared(body: &[u8]) -> Result<&'static Encoding, Fault> {
    match body {
        [b'<', 0, ..] => return Ok(UTF_16LE),
        [0, b'<', ..] => return Ok(UTF_16BE),
        _ => {}
    }
    let end = Some(body)
        .filter(|body| body.starts_with(b"<?xml"))
        .and_then(|body| memchr::memmem::find(body, b"?>"));
    let declaration = end
        .and_then(|at| body.get(..at + 2))
        .and_then(|declaration| std::str::from_utf8(declaration).ok());
    // Whoever reads the text refuses what is no declaration.
    match declaration.and_then(declaration::encoding).flatten() {
        Some(label) if label.to_ascii_lowercase().starts_with("utf-16") => Err(malformed(
            "The XML declaration says UTF-16, but the message is not encoded so.".into(),
        )),
        Some(label) => named(label),
        None => Ok(UTF_8),
    }
}

/// The same as that of the standard library, which is asked only about what is wrong.
fn utf8(bytes: &[u8]) -> Result<&str, Utf8Error> {
    simdutf8::basic::from_utf8(bytes).or_else(|_| std::str::from_utf8(bytes))
}

/// Where the first character stands that XML 1.0 does not allow.
fn first_illegal(text: &str) -> Option<usize> {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let bytes = text.as_bytes();
    if !is_unusual(bytes) {
        return None;
    }
    let illegal = |block: &[u8]| block.iter().fold(false, |any, byte| any | control(*byte));
    if bytes.chunks(256).any(illegal) {
        return bytes.iter().position(|byte| control(*byte));
    }
    // U+FFFE and U+FFFF.
    memchr::memchr_iter(0xEF, bytes)
        .find(|&at| matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])))
}

/// Whether there is a control character other than a line feed, or what may begin U+FFFE and
/// U+FFFF. The compiler turns this into a few vector instructions.
fn is_unusual(bytes: &[u8]) -> bool {
    let (mut least, mut nearest) = (u8::MAX, u8::MAX);
    for byte in bytes {
        // A line feed becomes the highest number, other control characters the lowest.
        least = least.min((byte ^ b'\n').wrapping_sub(1));
        nearest = nearest.min(byte ^ 0xEF);
    }
    least < 0x1F || nearest == 0
}

fn malformed(message: String) -> Fault {
    Fault::protocol(Protocol::Malformed, message)
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
        let mark = mark.then_some(0xFEFF_u16);
        mark.into_iter()
            .chain(text.encode_utf16())
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn the_mark_beats_the_header_and_the_header_the_declaration() {
        assert_eq!(
            decode(&utf16("<ø/>", true, true), Some("utf-8")).unwrap(),
            "<ø/>"
        );
        assert_eq!(
            decode(&utf16("<ø/>", false, false), Some("UTF-16BE")).unwrap(),
            "<ø/>"
        );
        for (charset, little) in [("utf-16", true), ("UTF-16", false), ("utf-16le", true)] {
            let body = utf16("<ø/>", little, false);
            assert_eq!(decode(&body, Some(charset)).unwrap(), "<ø/>", "{charset}");
        }
        let latin = "<?xml version='1.0' encoding='iso-8859-1'?><ø/>";
        assert_eq!(decode(latin.as_bytes(), Some("utf-8")).unwrap(), latin);
        assert!(decode(latin.as_bytes(), None).is_err());
    }

    #[test]
    fn utf16_is_recognised_without_any_label() {
        for little in [true, false] {
            assert_eq!(
                decode(&utf16("<a>😀</a>", little, false), None).unwrap(),
                "<a>😀</a>"
            );
            assert_eq!(
                decode(&utf16("<a>😀</a>", little, true), None).unwrap(),
                "<a>😀</a>"
            );
        }
    }

    #[test]
    fn wrong_bytes_and_forbidden_characters_are_refused() {
        for body in [
            &b"<a>\xff</a>"[..],
            b"<a>\xc0\x80</a>",
            b"<a>\xed\xa0\x80</a>",
            b"<a>\0</a>",
            b"<a>\x1f</a>",
            b"<a>\xef\xbf\xbe</a>",
        ] {
            assert!(decode(body, None).is_err(), "{body:?}");
        }
        let long = format!("<a>{}\u{1}</a>", "x".repeat(10_000));
        assert!(decode(long.as_bytes(), None).is_err());
        assert!(decode("<a>\u{fffd}\u{85}\t</a>".as_bytes(), None).is_ok());
        assert!(decode(&[0x00, 0xd8, 0x3c, 0x00], Some("utf-16le")).is_err());
    }
}
