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
