//! Tickets: what a client shows instead of a password.
//!
//! The text is `7T:` and the base64 of `key;number` in UTF-16LE, as the original makes it. The
//! key (32 hexadecimal digits) finds the row in the store; the row holds a hash of the whole
//! text, so that whoever reads the database cannot show a ticket.

use crate::fault::Fault;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

const PREFIX: &str = "7T:";
const SECRET_PREFIX: &str = "7S:";
const KEY_DIGITS: usize = 32;
/// No ticket is longer; a text that is need not be looked at.
const LONGEST: usize = 128;

/// A text that has the form of a ticket; whether it is valid is for the store to say.
#[derive(Clone)]
pub struct Ticket {
    text: String,
    key: String,
}

/// SHA-256 over the text of a ticket.
pub struct Digest256([u8; 32]);

impl Ticket {
    /// A new ticket: 128 random bits for the key and 31 more for the number.
    pub fn random() -> Result<Self, Fault> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(Fault::internal)?;
        let key = hexadecimal(&bytes);
        let number = getrandom::u32().map_err(Fault::internal)? >> 1;
        let content: Vec<u8> = format!("{key};{number}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let text = format!("{PREFIX}{}", STANDARD.encode(content));
        Ok(Self { text, key })
    }

    /// Reads a ticket to the letter: nothing is trimmed, folded or repaired.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let content = STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (units, rest) = content.as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
        let content: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
        let (key, number) = content.split_once(';')?;
        let hexadecimal = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        (key.len() == KEY_DIGITS && key.bytes().all(hexadecimal) && number.parse::<i32>().is_ok())
            .then(|| Self {
                text: text.to_owned(),
                key: key.to_owned(),
            })
    }

    /// Whether a user name is meant to be a ticket.
    pub fn looks_like(name: &str) -> bool {
        name.starts_with(PREFIX)
    }

    /// What the client shows.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the store finds it. Worthless without the rest.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Hash of the text.
    pub fn digest(&self) -> Digest256 {
        Digest256::of(&self.text)
    }

    /// What the store keeps: `7S:` and the base64 of the hash.
    pub fn secret(&self) -> String {
        self.digest().secret()
    }
}

/// Never shows the text.
impl fmt::Debug for Ticket {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Ticket")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Digest256 {
    /// Hashes a text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// As the store keeps it.
    pub fn secret(&self) -> String {
        format!("{SECRET_PREFIX}{}", STANDARD.encode(self.0))
    }

    /// Whether a stored secret is of this text, in a time that does not tell how much of it
    /// agrees.
    pub fn matches(&self, stored: &str) -> bool {
        self.secret().as_bytes().ct_eq(stored.as_bytes()).into()
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, Ticket};
    use base64::Engine;

    fn encoded(content: &str) -> String {
        let bytes: Vec<u8> = content.encode_utf16().flat_map(u16::to_le_bytes).collect();
        format!("7T:{}", STANDARD.encode(bytes))
    }

    #[test]
    fn a_new_ticket_reads_back_and_matches_only_its_own_secret() {
        let ticket = Ticket::random().expect("random");
        let other = Ticket::random().expect("random");
        let read = Ticket::parse(ticket.text()).expect("a ticket");
        assert_eq!(read.key(), ticket.key());
        assert!(read.digest().matches(&ticket.secret()));
        assert!(!read.digest().matches(&other.secret()));
        assert!(!read.digest().matches(""));
        assert_ne!(ticket.key(), other.key());
    }

    #[test]
    fn the_form_is_the_documented_one() {
        let key = "0123456789abcdef0123456789abcdef";
        let ticket = Ticket::parse(&encoded(&format!("{key};2087315043"))).expect("a ticket");
        assert_eq!(ticket.key(), key);
    }

    #[test]
    fn nothing_else_is_a_ticket() {
        let key = "0123456789abcdef0123456789abcdef";
        let good = encoded(&format!("{key};1"));
        for text in [
            "",
            "7T:",
            "x",
            &good[3..],
            &good.to_lowercase(),
            &format!(" {good}"),
            &format!("{good} "),
            &format!("{good}\n"),
            good.trim_end_matches('='),
            &encoded(key),
            &encoded(&format!("{key};")),
            &encoded(&format!("{key};x")),
            &encoded(&format!("{key};99999999999")),
            &encoded(&format!("{};1", key.to_uppercase())),
            &encoded(&format!("{};1", &key[1..])),
            "7T:AAA=",
            "7T:ANg=",
        ] {
            if text != good {
                assert!(Ticket::parse(text).is_none(), "{text:?}");
            }
        }
    }

    #[test]
    fn debugging_does_not_show_the_text() {
        let ticket = Ticket::random().expect("random");
        assert!(!format!("{ticket:?}").contains(ticket.text()));
    }
}
