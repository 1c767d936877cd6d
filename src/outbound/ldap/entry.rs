//! What an LDAP server tells of an entry.

use ldap3::asn1::StructureTag;
use ldap3::ldap_escape;
use std::collections::HashMap;
use std::fmt::Write;

/// The attribute of Windows and Samba whose values are security identifiers, in bytes.
const SID: &str = "objectSid";

/// The number of an answer that is an entry, in RFC 4511.
const ENTRY: u64 = 4;

/// A name and its attributes.
pub struct Entry {
    pub dn: String,
    /// By their names in small letters. Values are bytes: the schema, which says what they mean,
    /// is not at hand.
    attributes: HashMap<String, Vec<Vec<u8>>>,
}

impl Entry {
    /// The entry in an answer; none in answers that only refer to another server, or make no
    /// sense.
    pub fn of(answer: StructureTag) -> Option<Self> {
        let mut parts = answer.match_id(ENTRY)?.expect_constructed()?.into_iter();
        let dn = String::from_utf8(parts.next()?.expect_primitive()?).ok()?;
        let mut attributes = HashMap::new();
        for attribute in parts.next()?.expect_constructed()? {
            let mut parts = attribute.expect_constructed()?.into_iter();
            let name = String::from_utf8(parts.next()?.expect_primitive()?).ok()?;
            let values = parts.next()?.expect_constructed()?.into_iter();
            let values: Option<Vec<_>> = values.map(StructureTag::expect_primitive).collect();
            // Active Directory gives long lists in parts, of which the first is enough.
            let name = name.to_ascii_lowercase();
            let name = name.split(";range=").next().unwrap_or_default().to_owned();
            let known: &mut Vec<_> = attributes.entry(name).or_default();
            known.extend(values?);
        }
        Some(Self { dn, attributes })
    }

    /// The values of an attribute that are text.
    pub fn texts(&self, attribute: &str) -> Vec<String> {
        let values = self.attributes.get(&attribute.to_ascii_lowercase());
        let values = values.into_iter().flatten();
        values.filter_map(|value| text(attribute, value)).collect()
    }

    /// The first value of an attribute, unless it is empty.
    pub fn text(&self, attribute: &str) -> Option<String> {
        self.texts(attribute)
            .into_iter()
            .find(|text| !text.is_empty())
    }
}

/// Whether the values of an attribute are security identifiers.
pub fn is_sid(attribute: &str) -> bool {
    attribute.eq_ignore_ascii_case(SID)
}

fn text(attribute: &str, value: &[u8]) -> Option<String> {
    match is_sid(attribute) {
        true => sid_text(value),
        false => String::from_utf8(value.to_vec()).ok(),
    }
}

/// A value as it stands in a filter; none where the attribute cannot have it.
pub fn escaped_value(attribute: &str, value: &str) -> Option<String> {
    if !is_sid(attribute) {
        return Some(ldap_escape(value).into_owned());
    }
    let mut escaped = String::new();
    for byte in sid_bytes(value)? {
        // Writing to a string cannot fail.
        let _ = write!(escaped, "\\{byte:02x}");
    }
    Some(escaped)
}

/// A security identifier as people write it: `S-1-`, the authority in six bytes, and numbers of
/// four bytes each, least first.
fn sid_text(bytes: &[u8]) -> Option<String> {
    let (&[1, count, a, b, c, d, e, f], numbers) = bytes.split_first_chunk::<8>()? else {
        return None;
    };
    let (numbers, []) = numbers.as_chunks::<4>() else {
        return None;
    };
    if numbers.len() != usize::from(count) {
        return None;
    }
    let authority = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let mut text = format!("S-1-{authority}");
    for number in numbers {
        // Writing to a string cannot fail.
        let _ = write!(text, "-{}", u32::from_le_bytes(*number));
    }
    Some(text)
}

fn sid_bytes(text: &str) -> Option<Vec<u8>> {
    let mut numbers = text.strip_prefix("S-1-")?.split('-');
    let authority: u64 = numbers.next()?.parse().ok()?;
    let [0, 0, authority @ ..] = authority.to_be_bytes() else {
        return None;
    };
    let numbers: Result<Vec<u32>, _> = numbers.map(str::parse).collect();
    let numbers = numbers.ok()?;
    let mut bytes = vec![1, u8::try_from(numbers.len()).ok()?];
    bytes.extend(authority);
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ldap3::asn1::{PL, TagClass};

    fn tag(id: u64, payload: PL) -> StructureTag {
        StructureTag {
            class: TagClass::Universal,
            id,
            payload,
        }
    }

    fn octets(bytes: &[u8]) -> StructureTag {
        tag(4, PL::P(bytes.to_vec()))
    }

    fn list(parts: Vec<StructureTag>) -> StructureTag {
        tag(16, PL::C(parts))
    }

    fn attribute(name: &str, values: &[&[u8]]) -> StructureTag {
        let values = values.iter().map(|value| octets(value)).collect();
        list(vec![octets(name.as_bytes()), list(values)])
    }

    #[test]
    fn attributes_are_found_whatever_their_letter_case() {
        let attributes = vec![
            attribute("CN", &[b"", "Åsen".as_bytes(), b"second"]),
            attribute("cn;lang-sv", &[b"other"]),
            attribute("member;range=0-1", &[b"one", b"\xff", b"two"]),
        ];
        let entry = Entry::of(tag(ENTRY, PL::C(vec![octets(b"dc=x"), list(attributes)])));
        let entry = entry.expect("an entry");
        assert_eq!(entry.dn, "dc=x");
        assert_eq!(entry.text("cn").as_deref(), Some("Åsen"));
        assert_eq!(entry.texts("Member"), ["one", "two"]);
        assert_eq!(entry.text("objectSid"), None);
    }

    #[test]
    fn an_answer_that_makes_no_sense_is_no_entry() {
        for payload in [
            PL::P(Vec::new()),
            PL::C(Vec::new()),
            PL::C(vec![octets(b"dc=x")]),
            PL::C(vec![octets(b"\xff"), list(Vec::new())]),
            PL::C(vec![octets(b"dc=x"), list(vec![octets(b"cn")])]),
            PL::C(vec![octets(b"dc=x"), list(vec![list(vec![octets(b"cn")])])]),
        ] {
            assert!(Entry::of(tag(ENTRY, payload)).is_none());
        }
        let referral = PL::C(vec![octets(b"dc=x"), list(Vec::new())]);
        assert!(Entry::of(tag(19, referral)).is_none());
    }

    #[test]
    fn security_identifiers_have_bytes_and_a_text() {
        let text = "S-1-5-21-397955417-626881126-188441444-512";
        let bytes = [
            1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0x59, 0x51, 0xb8, 0x17, 0x66, 0x72, 0x5d, 0x25,
            0x64, 0x63, 0x3b, 0x0b, 0, 2, 0, 0,
        ];
        assert_eq!(sid_text(&bytes).as_deref(), Some(text));
        assert_eq!(sid_bytes(text).as_deref(), Some(&bytes[..]));
        assert_eq!(sid_text(&bytes[..27]), None);
        assert_eq!(sid_text(&bytes[..24]), None);
        assert_eq!(sid_text(b"S-1-5-21-1"), None);
        for text in [
            "",
            "ann",
            "S-1-",
            "S-1-5-x",
            "S-1-281474976710656-1",
            "S-1-5-4294967296",
        ] {
            assert_eq!(sid_bytes(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_escaped_for_filters() {
        assert_eq!(
            escaped_value("uid", "*)(uid=*").unwrap(),
            "\\2a\\29\\28uid=\\2a"
        );
        let sid = escaped_value("objectsid", "S-1-5-10");
        assert_eq!(
            sid.unwrap(),
            "\\01\\01\\00\\00\\00\\00\\00\\05\\0a\\00\\00\\00"
        );
        assert_eq!(escaped_value("objectSid", "*"), None);
    }
}
