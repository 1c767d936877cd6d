//! Paths below `/api`.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// The segments of a path, decoded; `None` when one is no text. A slash at the end does not count.
pub fn segments(tail: &str) -> Option<Vec<Cow<'_, str>>> {
    tail.trim_start_matches('/')
        .trim_end_matches('/')
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8().ok())
        .collect()
}

/// What a query says of a name, in any letter case; the first where it comes twice.
pub fn parameter<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
