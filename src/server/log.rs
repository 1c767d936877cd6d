//! One line a request. Queries, header fields and bodies, where secrets travel, stay out of it.

use super::answer::Answer;
use super::routes;
use hyper::http::request::Parts;
use std::borrow::Cow;
use std::net::IpAddr;
use std::time::Duration;

/// Characters of a path, name or outcome that are kept.
const MOST: usize = 200;

/// Logs a request that was answered.
pub fn request(parts: &Parts, remote: IpAddr, answer: &Answer, time: Duration) {
    let log = &answer.log;
    tracing::info!(
        method = &*printable(parts.method.as_str()),
        path = &*printable(&routes::without_secret(parts.uri.path())),
        operation = log.operation,
        caller = &*printable(log.caller.as_ref().map_or("-", |caller| &caller.name)),
        outcome = &*printable(&log.outcome),
        status = answer.response.status().as_u16(),
        bytes = answer.bytes,
        ms = (time.as_secs_f64() * 1e6).round() / 1e3,
        remote = %remote,
        "request"
    );
}

/// A text without characters that would break a line, command a terminal or turn the rest of the
/// line around, and not too long.
pub fn printable(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte);
    // Looking at all bytes is quicker than stopping at one that is not, which there hardly ever is.
    if text.len() <= MOST && text.bytes().fold(true, |all, byte| all & plain(byte)) {
        return Cow::Borrowed(text);
    }
    let breaks = |c: char| c.is_control() || is_separator_or_direction(c);
    let end = text.char_indices().nth(MOST).map(|(at, _)| at);
    let kept = end.and_then(|end| text.get(..end)).unwrap_or(text);
    if end.is_none() && !kept.contains(breaks) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(kept.len() + 8);
    for c in kept.chars() {
        if breaks(c) {
            result.extend(c.escape_unicode());
        } else {
            result.push(c);
        }
    }
    if end.is_some() {
        result.push('…');
    }
    Cow::Owned(result)
}

/// Ends of lines and paragraphs, marks and brackets of writing direction, and the byte order mark.
fn is_separator_or_direction(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_the_line() {
        assert_eq!(printable("Grüße, 世界"), "Grüße, 世界");
        assert_eq!(
            printable("a\r\nb\u{85}c\u{2028}d\u{2029}e\u{1b}[31m\u{0}"),
            "a\\u{d}\\u{a}b\\u{85}c\\u{2028}d\\u{2029}e\\u{1b}[31m\\u{0}"
        );
        assert_eq!(printable("a\u{202e}b\u{2066}"), "a\\u{202e}b\\u{2066}");
        let long = "é".repeat(MOST + 1);
        assert_eq!(printable(&long), format!("{}…", "é".repeat(MOST)));
        assert_eq!(printable(&long[2..]), "é".repeat(MOST));
    }
}
