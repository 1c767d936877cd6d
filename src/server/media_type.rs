//! The parts of a `Content-Type`.

use std::borrow::Cow;

/// Type and subtype, without parameters.
pub fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// A parameter by name, in any letter case, quoted or not.
pub fn parameter<'a>(content_type: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let (_, mut rest) = content_type.split_once(';')?;
    loop {
        let (found, after) = rest.split_once('=')?;
        let value;
        (value, rest) = take_value(after);
        if found
            .trim_matches([' ', '\t', ';'])
            .eq_ignore_ascii_case(name)
        {
            return Some(value);
        }
    }
}

/// A token or quoted string off the front, and what follows it.
fn take_value(text: &str) -> (Cow<'_, str>, &str) {
    let text = text.trim_start();
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_at(text.find(';').unwrap_or(text.len()));
        return (Cow::Borrowed(value.trim_end()), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (Cow::Owned(value), characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::{essence, parameter};

    #[test]
    fn parameters_in_any_case_and_quoting() {
        let content_type = r#"Application/SOAP+XML; Action="urn:a;b=\"c"; charset = UTF-8 ;x="#;
        assert_eq!(essence(content_type), "Application/SOAP+XML");
        assert_eq!(
            parameter(content_type, "action").as_deref(),
            Some("urn:a;b=\"c")
        );
        assert_eq!(parameter(content_type, "CHARSET").as_deref(), Some("UTF-8"));
        assert_eq!(parameter(content_type, "x").as_deref(), Some(""));
        assert_eq!(parameter(content_type, "y"), None);
        assert_eq!(parameter("text/xml", "charset"), None);
        assert_eq!(
            parameter("text/xml;charset=\"utf-8\"", "charset").as_deref(),
            Some("utf-8")
        );
    }
}
