//! Names as XML 1.0 (fifth edition) and Namespaces in XML allow them.

/// Bytes that may stand anywhere in an ASCII name but at its start.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};

/// Splits a qualified name into prefix (empty where there is none) and local part; `None` when
/// it is not one.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    let colon = name.bytes().position(|byte| byte == b':');
    match colon.and_then(|at| name.split_at_checked(at)) {
        None => is_ncname(name).then_some(("", name)),
        Some((prefix, rest)) => {
            let local = rest.get(1..)?;
            (is_ncname(prefix) && is_ncname(local)).then_some((prefix, local))
        }
    }
}

/// Whether it is a name without a colon.
pub(super) fn is_ncname(name: &str) -> bool {
    let bytes = name.as_bytes();
    let starts = bytes
        .first()
        .is_some_and(|&first| first.is_ascii_alphabetic() || first == b'_' || !first.is_ascii());
    if !starts {
        return false;
    }
    if bytes.iter().all(|byte| NAME[usize::from(*byte)]) {
        return true;
    }
    name.char_indices()
        .all(|(at, character)| is_name_char(character, at == 0))
}

fn is_name_char(character: char, first: bool) -> bool {
    match character {
        'A'..='Z' | 'a'..='z' | '_' => true,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' => true,
        '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' => true,
        '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' => true,
        '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}' => true,
        '-' | '.' | '0'..='9' | '\u{B7}' => !first,
        '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}' => !first,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn names() {
        assert_eq!(split("User"), Some(("", "User")));
        assert_eq!(split("SOAP-ENV:Body"), Some(("SOAP-ENV", "Body")));
        assert_eq!(split("_ø.1"), Some(("", "_ø.1")));
        for bad in [
            "", ":", "a:", ":a", "a:b:c", "1a", "-a", "a$", "a/b", "a b", "\u{B7}a", "a\u{D7}",
        ] {
            assert_eq!(split(bad), None, "{bad}");
        }
    }
}
