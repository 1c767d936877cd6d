//! Tokens that are made here, with keys that are made here. The real provider of the wider tests
//! signs with RSA, which ring makes no keys for.

use super::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::json;

const NOW: i64 = 1_800_000_000;

const EXPECTED: Expected<'_> = Expected {
    issuer: "https://id.example",
    client_id: "client",
    nonce: "n-1",
    now: NOW,
};

/// A provider with one key of each kind.
struct Signer {
    edwards: Ed25519KeyPair,
    curve: EcdsaKeyPair,
}

impl Signer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let edwards = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let curve = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        Self {
            edwards: Ed25519KeyPair::from_pkcs8(edwards.as_ref()).expect("a key"),
            curve: EcdsaKeyPair::from_pkcs8(algorithm, curve.as_ref(), &random).expect("a key"),
        }
    }

    /// The public keys, as JSON.
    fn keys(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let point = self.curve.public_key().as_ref();
        json!({ "keys": [
            { "kty": "oct", "kid": "e", "k": "c2VjcmV0" },
            { "kty": "OKP", "crv": "Ed25519", "kid": "e", "use": "sig",
              "x": encode(self.edwards.public_key().as_ref()) },
            { "kty": "EC", "crv": "P-256", "kid": "c", "alg": "ES256",
              "x": encode(&point[1..33]), "y": encode(&point[33..]) },
        ] })
    }

    fn key_set(&self) -> KeySet {
        serde_json::from_value(self.keys()).expect("keys")
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let [header_part, claims] =
            [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header_part}.{claims}");
        let signature = match header["alg"].as_str() {
            Some("ES256") => {
                let random = SystemRandom::new();
                let signature = self.curve.sign(&random, signed.as_bytes());
                signature.expect("signed").as_ref().to_vec()
            }
            _ => self.edwards.sign(signed.as_bytes()).as_ref().to_vec(),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn header(alg: &str, kid: &str) -> Value {
    json!({ "alg": alg, "kid": kid })
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example", "aud": "client", "sub": "nora",
        "exp": NOW + 600, "iat": NOW, "nonce": "n-1",
    })
}

#[test]
fn a_token_is_good_when_a_key_of_the_provider_has_signed_it() {
    let signer = Signer::new();
    let keys = signer.key_set();
    let unnamed = json!({ "alg": "EdDSA" });
    for header in [header("EdDSA", "e"), header("ES256", "c"), unnamed] {
        let token = signer.token(&header, &claims());
        let found = check(&token, &keys, EXPECTED).expect("trusted");
        assert_eq!(found["sub"], "nora");
        let forged = Signer::new().token(&header, &claims());
        assert_eq!(
            check(&forged, &keys, EXPECTED),
            Err(IdTokenError::Signature)
        );
        // Claims of one token under the signature of another.
        let other = signer.token(&header, &json!({ "sub": "admin" }));
        let (head, _) = other.rsplit_once('.').expect("a signature");
        let (_, signature) = token.rsplit_once('.').expect("a signature");
        let moved = format!("{head}.{signature}");
        assert_eq!(check(&moved, &keys, EXPECTED), Err(IdTokenError::Signature));
    }
}

#[test]
fn a_key_is_used_with_its_own_algorithm_and_name_only() {
    let signer = Signer::new();
    let keys = signer.key_set();
    let refused = |header: &Value| check(&signer.token(header, &claims()), &keys, EXPECTED);
    for alg in ["none", "None", "HS256", "ES512", ""] {
        assert_eq!(
            refused(&header(alg, "e")),
            Err(IdTokenError::Algorithm),
            "{alg}"
        );
    }
    for (alg, kid) in [
        ("RS256", "e"),
        ("ES256", "e"),
        ("EdDSA", "c"),
        ("EdDSA", "x"),
    ] {
        assert_eq!(
            refused(&header(alg, kid)),
            Err(IdTokenError::Signature),
            "{alg} {kid}"
        );
    }
    let critical = json!({ "alg": "EdDSA", "kid": "e", "crit": ["b64"], "b64": false });
    assert_eq!(refused(&critical), Err(IdTokenError::Algorithm));

    let token = signer.token(&header("EdDSA", "e"), &claims());
    let mut for_encryption = signer.keys();
    for_encryption["keys"][1]["use"] = json!("enc");
    let keys = serde_json::from_value(for_encryption).expect("keys");
    assert_eq!(check(&token, &keys, EXPECTED), Err(IdTokenError::Signature));
}

#[test]
fn a_token_is_for_this_client_now_and_answers_its_request() {
    let signer = Signer::new();
    let keys = signer.key_set();
    let with = |changes: Value| {
        let mut claims = claims();
        for (name, value) in changes.as_object().expect("changes") {
            claims[name] = value.clone();
        }
        check(
            &signer.token(&header("EdDSA", "e"), &claims),
            &keys,
            EXPECTED,
        )
        .map(|_| ())
    };
    for good in [
        json!({}),
        json!({ "aud": ["other", "client"], "azp": "client" }),
        json!({ "exp": NOW - 30 }),
        json!({ "exp": 1_800_000_600.5, "nbf": NOW + 30 }),
    ] {
        assert_eq!(with(good.clone()), Ok(()), "{good}");
    }
    for (bad, reason) in [
        (
            json!({ "iss": "https://id.example/" }),
            IdTokenError::Issuer,
        ),
        (json!({ "iss": null }), IdTokenError::Issuer),
        (json!({ "aud": "other" }), IdTokenError::Audience),
        (json!({ "aud": [] }), IdTokenError::Audience),
        (json!({ "aud": null }), IdTokenError::Audience),
        (
            json!({ "aud": ["client", "other"], "azp": "other" }),
            IdTokenError::Audience,
        ),
        (json!({ "exp": NOW - 60 }), IdTokenError::Time),
        (json!({ "exp": null }), IdTokenError::Time),
        (json!({ "exp": "1800000600" }), IdTokenError::Time),
        (json!({ "nbf": NOW + 90 }), IdTokenError::Time),
        (json!({ "nonce": "n-2" }), IdTokenError::Nonce),
        (json!({ "nonce": null }), IdTokenError::Nonce),
    ] {
        assert_eq!(with(bad.clone()), Err(reason), "{bad}");
    }
    let without = Expected {
        nonce: "",
        ..EXPECTED
    };
    let token = signer.token(&header("EdDSA", "e"), &claims());
    assert_eq!(check(&token, &keys, without), Err(IdTokenError::Nonce));
}

#[test]
fn what_is_no_token_is_not_read() {
    let signer = Signer::new();
    let token = signer.token(&header("EdDSA", "e"), &claims());
    let padded = format!("{token}=");
    let longer = format!("{token}.x");
    for text in ["", "a", "a.b", "a.b.c", "e30.e30.", &padded, &longer] {
        assert_eq!(
            check(text, &signer.key_set(), EXPECTED),
            Err(IdTokenError::Form),
            "{text}"
        );
    }
}

#[test]
fn the_algorithm_that_all_providers_have_comes_first() {
    let known = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        best_algorithm(&known(&["none", "ES256", "RS256"])),
        Some("RS256")
    );
    assert_eq!(best_algorithm(&known(&["HS256", "ES512"])), None);
}
