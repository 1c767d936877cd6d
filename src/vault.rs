//! Encryption of secrets that have to be given back in clear: what a thief of the database alone
//! cannot read.
//!
//! XChaCha20-Poly1305 with a random nonce of 192 bits. The text of a sealed secret is
//! `S1.KEY.DATA`: the id of the key, and the base64 of nonce and ciphertext. Where a secret
//! belongs is authenticated with it, so that a ciphertext that is copied to another row or column
//! does not open there.

mod gateway_key;
mod keys;

pub use gateway_key::{GatewayKey, GatewayKeyError};
pub use keys::{KeyError, KeySource};

use crate::fault::Fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use keys::Key;
use sha2::{Digest, Sha256};
use std::sync::Arc;

const FORM: &str = "S1";
const NONCE_BYTES: usize = 24;

/// The keys of an installation. The first encrypts, all of them decrypt. Clones share them.
#[derive(Clone)]
pub struct Vault {
    keys: Arc<[Opener]>,
    /// Makes pseudonyms, with a key that comes of the first one.
    pseudonyms: Hmac<Sha256>,
}

struct Opener {
    id: String,
    cipher: XChaCha20Poly1305,
}

/// Where a secret belongs.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table and column, such as `service_auth.password`.
    pub column: &'static str,
    /// The user whose secret it is.
    pub associate_id: i32,
    /// What tells the row from all others in its table, and never changes.
    pub row: &'a str,
}

impl Vault {
    /// Takes the keys from where the operator put them; makes a key file where there is none yet
    /// and `may_create` says that nothing has been sealed before.
    pub fn open(source: &KeySource, may_create: bool) -> Result<Self, KeyError> {
        Ok(Self::new(&source.read(may_create)?))
    }

    /// One key made up for a test, which nobody can open anything with later.
    #[cfg(test)]
    pub fn throwaway() -> Self {
        Self::new(&[Key::random().expect("random")])
    }

    fn new(keys: &[Key]) -> Self {
        let openers = keys.iter().map(|key| Opener {
            id: key.id(),
            cipher: XChaCha20Poly1305::new(key.bytes().into()),
        });
        let first = keys.first().map(Key::bytes);
        let own = Sha256::new()
            .chain_update("services88 pseudonyms ")
            .chain_update(first.map_or(&[][..], |bytes| &bytes[..]))
            .finalize();
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block[..own.len()].copy_from_slice(&own);
        Self {
            keys: openers.collect(),
            pseudonyms: Hmac::new(&block),
        }
    }

    /// What stands for a text of a kind: the same wherever the first key is the same, and nothing
    /// that tells of the text without it.
    pub fn pseudonym(&self, kind: &str, text: &str) -> u128 {
        let mut mac = self.pseudonyms.clone();
        mac.update(kind.as_bytes());
        mac.update(b"\n");
        mac.update(text.as_bytes());
        let mut half = [0; 16];
        half.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        u128::from_be_bytes(half)
    }

    /// Seals a secret for one place. The same secret reads differently every time.
    pub fn seal(&self, place: Place<'_>, secret: &str) -> Result<String, Fault> {
        let key = self
            .keys
            .first()
            .ok_or_else(|| Fault::internal("there is no key to seal with"))?;
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(Fault::internal)?;
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: &place.bytes(),
        };
        let sealed = key
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Fault::internal("a secret cannot be sealed"))?;
        let data = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        Ok(self.prefix() + &data)
    }

    /// How texts begin that the first key has sealed.
    pub fn prefix(&self) -> String {
        let id = self.keys.first().map_or("", |key| &key.id);
        format!("{FORM}.{id}.")
    }

    /// Opens what was sealed for this place; a text that is empty holds no secret. Fails when the
    /// key is not among ours, or when the text was sealed for another place or tampered with.
    pub fn open_sealed(&self, place: Place<'_>, text: &str) -> Result<String, Fault> {
        if text.is_empty() {
            return Ok(String::new());
        }
        let mut parts = text.split('.');
        let (Some(FORM), Some(id), Some(data), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(unreadable(place, "it has not the form of one"));
        };
        let key = self
            .keys
            .iter()
            .find(|key| key.id == id)
            .ok_or_else(|| unreadable(place, &format!("its key {id:.16} is not known")))?;
        let data = URL_SAFE_NO_PAD.decode(data).unwrap_or_default();
        let opened = data
            .split_first_chunk::<NONCE_BYTES>()
            .and_then(|(nonce, sealed)| {
                let payload = Payload {
                    msg: sealed,
                    aad: &place.bytes(),
                };
                key.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
            });
        opened
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| unreadable(place, "it was sealed for another place or changed"))
    }
}

impl Place<'_> {
    /// No two places have the same bytes: the column and the number hold no line end.
    fn bytes(&self) -> Vec<u8> {
        format!("{}\n{}\n{}", self.column, self.associate_id, self.row).into_bytes()
    }
}

fn unreadable(place: Place<'_>, reason: &str) -> Fault {
    let Place {
        column,
        associate_id,
        ..
    } = place;
    Fault::internal(format!(
        "the secret in {column} of user {associate_id} cannot be opened: {reason}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place {
        column: "service_auth.password",
        associate_id: 7,
        row: "3",
    };

    fn key() -> Key {
        Key::random().expect("random")
    }

    #[test]
    fn a_sealed_secret_opens_at_its_place_only() {
        let vault = Vault::throwaway();
        let sealed = vault.seal(PLACE, "påske☃").expect("sealed");
        assert!(!sealed.contains("påske"));
        assert_eq!(vault.open_sealed(PLACE, &sealed).expect("opened"), "påske☃");
        for elsewhere in [
            Place { row: "4", ..PLACE },
            Place {
                associate_id: 8,
                ..PLACE
            },
            Place {
                column: "credentials.secret",
                ..PLACE
            },
        ] {
            assert!(vault.open_sealed(elsewhere, &sealed).is_err());
        }
    }

    #[test]
    fn a_pseudonym_depends_on_key_kind_and_text() {
        let [one, other] = [(); 2].map(|()| Vault::throwaway());
        let told = one.pseudonym("account", "ann");
        assert_eq!(one.clone().pseudonym("account", "ann"), told);
        assert_ne!(one.pseudonym("account", "Ann"), told);
        assert_ne!(one.pseudonym("address", "ann"), told);
        assert_ne!(other.pseudonym("account", "ann"), told);
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let vault = Vault::throwaway();
        let sealed = vault.seal(PLACE, "secret").expect("sealed");
        let start = sealed.rfind('.').expect("data") + 1;
        for at in start..sealed.len() {
            let other = if &sealed[at..=at] == "A" { "B" } else { "A" };
            let mut changed = sealed.clone();
            changed.replace_range(at..=at, other);
            assert!(vault.open_sealed(PLACE, &changed).is_err(), "{at}");
        }
        for text in ["secret", "S1.x", "S1..", "S1.x.y", "S1.x.y.z", &sealed[1..]] {
            assert!(vault.open_sealed(PLACE, text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_same_secret_is_never_sealed_alike_and_none_stays_none() {
        let vault = Vault::throwaway();
        let seal = || vault.seal(PLACE, "secret").expect("sealed");
        assert_ne!(seal(), seal());
        assert_eq!(vault.open_sealed(PLACE, "").expect("nothing"), "");
        let blank = vault.seal(PLACE, "").expect("sealed");
        assert_eq!(vault.open_sealed(PLACE, &blank).expect("opened"), "");
    }

    #[test]
    fn a_new_key_in_front_seals_and_the_old_one_still_opens() {
        let (old, new) = (key(), key());
        let before = Vault::new(std::slice::from_ref(&old));
        let sealed = before.seal(PLACE, "secret").expect("sealed");
        let both = Vault::new(&[new.clone(), old]);
        assert_eq!(both.open_sealed(PLACE, &sealed).expect("opened"), "secret");
        let again = both.seal(PLACE, "secret").expect("sealed");
        let after = Vault::new(&[new]);
        assert_eq!(after.open_sealed(PLACE, &again).expect("opened"), "secret");
        let refused = after.open_sealed(PLACE, &sealed).expect_err("too old");
        let cause = refused.cause().map(ToString::to_string).unwrap_or_default();
        assert!(cause.contains("is not known"), "{cause}");
        assert!(before.open_sealed(PLACE, &again).is_err());
    }
}
