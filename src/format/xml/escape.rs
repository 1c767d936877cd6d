//! Text and attribute values on their way out.

use super::runs;

/// Appends text as element content. Characters that XML 1.0 cannot carry become U+FFFD, so that
/// no stored value can make an answer unreadable.
pub fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((clean, special)) = rest.split_at_checked(runs::writable(rest.as_bytes())) {
        out.push_str(clean);
        if special.is_empty() {
            return;
        }
        let mut characters = special.chars();
        match characters.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('\r') => out.push_str("&#xD;"),
            Some(other @ ('\t' | '\n')) => out.push(other),
            Some('\u{FFFE}' | '\u{FFFF}' | '\0'..='\u{1F}') => out.push('\u{FFFD}'),
            Some(other) => out.push(other),
            None => {}
        }
        rest = characters.as_str();
    }
}

/// Appends an attribute value that stands in double quotes.
pub fn push_attribute(out: &mut String, value: &str) {
    let start = out.len();
    push_text(out, value);
    if out
        .get(start..)
        .is_some_and(|text| text.contains(['"', '\t', '\n']))
    {
        let text = out.split_off(start);
        out.push_str(
            &text
                .replace('"', "&quot;")
                .replace('\t', "&#x9;")
                .replace('\n', "&#xA;"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{push_attribute, push_text};

    #[test]
    fn content_and_attributes() {
        let mut out = String::new();
        push_text(&mut out, "a<b>&c]]>\r\n\t\u{0}\u{1f}\u{ffff}\u{fffd}ïø😀");
        assert_eq!(
            out,
            "a&lt;b&gt;&amp;c]]&gt;&#xD;\n\t\u{fffd}\u{fffd}\u{fffd}\u{fffd}ïø😀"
        );
        out.clear();
        push_attribute(&mut out, "\"a\"\t<\n");
        assert_eq!(out, "&quot;a&quot;&#x9;&lt;&#xA;");
    }
}
