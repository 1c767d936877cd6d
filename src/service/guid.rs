//! Unique identifiers: 128 bits, all but six of them random.

use crate::fault::Fault;

/// A new one, in lower case with hyphens.
pub fn new() -> Result<String, Fault> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Fault::internal)?;
    // Version 4, variant 1, as RFC 9562 has it.
    let number = u128::from_be_bytes(bytes);
    let number = number & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    Ok(grouped(&format!("{number:032x}")))
}

/// One as clients write it: with hyphens or without, perhaps in braces, in any letter case.
pub fn parse(text: &str) -> Option<String> {
    let inner = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    let text = inner.unwrap_or(text).to_ascii_lowercase();
    let digits = text.replace('-', "");
    let are_digits = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    (are_digits && (text == digits || text == grouped(&digits))).then(|| grouped(&digits))
}

/// Puts hyphens between 32 digits.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(36);
    for (index, digit) in digits.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{new, parse};

    #[test]
    fn new_ones_differ_and_are_of_version_4() {
        let [one, other] = [new().expect("random"), new().expect("random")];
        assert_ne!(one, other);
        assert_eq!(&one[14..15], "4");
        assert!("89ab".contains(&one[19..20]), "{one}");
        assert_eq!(parse(&one), Some(one));
    }

    #[test]
    fn notations_of_the_same() {
        let expected = "8435e2d9-5373-47e5-9512-3844b8d191c2";
        for text in [
            expected,
            "8435E2D9-5373-47E5-9512-3844B8D191C2",
            "8435e2d9537347e595123844b8d191c2",
            "{8435e2d9-5373-47e5-9512-3844b8d191c2}",
        ] {
            assert_eq!(parse(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "8435e2d9-5373-47e5-9512-3844b8d191c",
            "8435e2d95373-47e5-9512-3844b8d191c2",
            "8435e2d9-5373-47e5-9512-3844b8d191cg",
            "8435e2d9-5373-47e5-9512-3844b8d191c2a",
            "{8435e2d9-5373-47e5-9512-3844b8d191c2",
            "' OR 1=1 --",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
