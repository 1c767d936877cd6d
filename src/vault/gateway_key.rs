//! Tokens that the access gateway has encrypted for the installation.
//!
//! They are JSON Web Encryptions in their compact form (RFC 7516), encrypted directly with a key
//! that both sides have: `alg` is `dir`, `enc` is `A256GCM`.

use super::keys::Key;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::Deserialize;
use std::fmt;

/// The key that is shared with the access gateway.
pub struct GatewayKey(LessSafeKey);

/// A text that is no key. It is not repeated here.
#[derive(Debug, thiserror::Error)]
#[error("setting access_gateway.decryption_key: expected 64 hexadecimal digits")]
pub struct GatewayKeyError;

#[derive(Deserialize)]
struct Header {
    alg: String,
    enc: String,
    /// Compression, which is not spoken here.
    zip: Option<serde_json::Value>,
    /// Extensions that must be understood; none is.
    crit: Option<serde_json::Value>,
}

impl GatewayKey {
    /// Reads a key from its digits; none where the text is empty.
    pub fn new(digits: &str) -> Result<Option<Self>, GatewayKeyError> {
        if digits.is_empty() {
            return Ok(None);
        }
        let key = Key::parse(digits).ok_or(GatewayKeyError)?;
        let key = UnboundKey::new(&AES_256_GCM, key.bytes()).map_err(|_| GatewayKeyError)?;
        Ok(Some(Self(LessSafeKey::new(key))))
    }

    /// The text in a token; `None` when it was not made with this key, or was changed.
    pub fn open(&self, token: &str) -> Option<String> {
        let mut parts = token.split('.');
        // Between header and nonce stands the key, where it is not agreed on beforehand.
        let (Some(header), Some(""), Some(nonce), Some(sealed), Some(tag), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return None;
        };
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let known: Header = serde_json::from_slice(&decode(header)?).ok()?;
        let is_ours = known.alg == "dir" && known.enc == "A256GCM";
        if !is_ours || known.zip.is_some() || known.crit.is_some() {
            return None;
        }
        let nonce: [u8; NONCE_LEN] = decode(nonce)?.try_into().ok()?;
        let (mut sealed, tag) = (decode(sealed)?, decode(tag)?);
        // Bytes that are missing in one of the two must not be taken from the other.
        if tag.len() != AES_256_GCM.tag_len() {
            return None;
        }
        sealed.extend(tag);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let aad = Aad::from(header.as_bytes());
        let text = self.0.open_in_place(nonce, aad, &mut sealed).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

/// Never shows the key.
impl fmt::Debug for GatewayKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "GatewayKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn key(digits: &str) -> GatewayKey {
        GatewayKey::new(digits).expect("digits").expect("a key")
    }

    /// A token with any header.
    fn token(header: &str, text: &[u8]) -> String {
        let header = URL_SAFE_NO_PAD.encode(header);
        let nonce = [7; NONCE_LEN];
        let mut sealed = text.to_vec();
        let tag = key(DIGITS)
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(header.as_bytes()),
                &mut sealed,
            )
            .expect("sealed");
        let [nonce, sealed, tag] =
            [&nonce[..], &sealed, tag.as_ref()].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        format!("{header}..{nonce}.{sealed}.{tag}")
    }

    const HEADER: &str = r#"{"alg":"dir","enc":"A256GCM"}"#;

    #[test]
    fn a_token_opens_with_its_key_and_unchanged() {
        let good = token(HEADER, "påske☃".as_bytes());
        assert_eq!(key(DIGITS).open(&good).as_deref(), Some("påske☃"));
        assert_eq!(key(&DIGITS.replace('0', "1")).open(&good), None);
        for at in 0..good.len() {
            let mut changed = good.clone();
            let other = if &good[at..=at] == "B" { "C" } else { "B" };
            changed.replace_range(at..=at, other);
            assert_eq!(key(DIGITS).open(&changed), None, "{at}");
        }
        let extra = format!("{good}.x");
        for wrong in ["", "clear", "....", &good[..good.len() - 2], &extra] {
            assert_eq!(key(DIGITS).open(wrong), None, "{wrong}");
        }
        // Bytes of the tag at the end of the ciphertext.
        let (rest, tag) = good.rsplit_once('.').expect("a tag");
        assert_eq!(key(DIGITS).open(&format!("{rest}{tag}.")), None);
        assert_eq!(key(DIGITS).open(&token(HEADER, b"\xff")), None);
    }

    #[test]
    fn other_ways_to_encrypt_are_not_spoken() {
        for header in [
            "{}",
            "dir",
            r#"{"alg":"dir","enc":"A128GCM"}"#,
            r#"{"alg":"A256KW","enc":"A256GCM"}"#,
            r#"{"alg":"dir","enc":"A256GCM","zip":"DEF"}"#,
            r#"{"alg":"dir","enc":"A256GCM","crit":["exp"],"exp":1}"#,
        ] {
            assert_eq!(key(DIGITS).open(&token(header, b"x")), None, "{header}");
        }
    }

    #[test]
    fn a_key_has_64_digits_and_is_not_shown() {
        assert!(GatewayKey::new("").expect("none").is_none());
        for wrong in [&DIGITS[1..], &DIGITS.replace('a', "g"), "4711"] {
            let error = GatewayKey::new(wrong).expect_err(wrong).to_string();
            assert!(!error.contains(wrong), "{error}");
        }
        assert_eq!(format!("{:?}", key(DIGITS)), "GatewayKey");
    }
}
