//! The XML declaration at the start of a document.

use super::scanner::{cut_attribute, is_space};

/// How nearly all clients write it.
pub(super) const USUAL: [&str; 2] = [
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
];

/// The encoding that a declaration names, if it names one. `None` when the text, from `<?xml`
/// to `?>`, is no declaration of XML 1.0.
pub(super) fn encoding(text: &str) -> Option<Option<&str>> {
    let mut rest = text.strip_prefix("<?xml")?.strip_suffix("?>")?;
    if part(&mut rest, "version")? != "1.0" {
        return None;
    }
    let encoding = part(&mut rest, "encoding");
    let standalone = part(&mut rest, "standalone");
    let right = rest.trim_matches(is_space).is_empty()
        && encoding.is_none_or(is_encoding_name)
        && standalone.is_none_or(|value| matches!(value, "yes" | "no"));
    right.then_some(encoding)
}

/// Cuts `name="value"`, and the white space that must come before it, off the front.
fn part<'a>(rest: &mut &'a str, wanted: &str) -> Option<&'a str> {
    let trimmed = rest.trim_start_matches(is_space);
    let (name, value, after) = cut_attribute(trimmed)?;
    if name != wanted || trimmed.len() == rest.len() {
        return None;
    }
    *rest = after;
    Some(value.text)
}

fn is_encoding_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::encoding;

    #[test]
    fn declarations() {
        for (text, expected) in [
            ("<?xml version='1.0'?>", None),
            ("<?xml version = \"1.0\" ?>", None),
            ("<?xml version='1.0' standalone='yes'?>", None),
            (
                "<?xml\tversion='1.0'\r\nencoding='utf-8' standalone=\"no\" ?>",
                Some("utf-8"),
            ),
        ] {
            assert_eq!(encoding(text), Some(expected), "{text}");
        }
        for text in [
            "<?xml?>",
            "<?xml version='1.1'?>",
            "<?xmlversion='1.0'?>",
            "<?xml version='1.0' version='1.0'?>",
            "<?xml version='1.0' other='1'?>",
            "<?xml version='1.0'encoding='utf-8'?>",
            "<?xml encoding='utf-8' version='1.0'?>",
            "<?xml encoding='utf-8'?>",
            "<?xml version='1.0' standalone='no' encoding='utf-8'?>",
            "<?xml version='1.0' standalone='maybe'?>",
            "<?xml version='1.0' encoding='-8'?>",
            "<?xml version='1.0' encoding=''?>",
            "<?xml version='1.0' encoding='utf-8?>",
            "<?xml version='1.0' ??>",
        ] {
            assert_eq!(encoding(text), None, "{text}");
        }
    }
}
