//! Id tokens: whether a provider has signed one, for whom, and for how long.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Seconds that the clock of a provider may be off.
const LEEWAY: i64 = 60;

/// Signatures that can be checked, the best known first. Each belongs to one kind of key, so that
/// no key is ever used with an algorithm that is not its own.
const ALGORITHMS: [(&str, Algorithm); 9] = [
    (
        "RS256",
        Algorithm::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
    ),
    (
        "ES256",
        Algorithm::Curve("P-256", &signature::ECDSA_P256_SHA256_FIXED),
    ),
    (
        "ES384",
        Algorithm::Curve("P-384", &signature::ECDSA_P384_SHA384_FIXED),
    ),
    ("EdDSA", Algorithm::Ed25519),
    (
        "PS256",
        Algorithm::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
    ),
    (
        "PS384",
        Algorithm::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
    ),
    (
        "PS512",
        Algorithm::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
    ),
    (
        "RS384",
        Algorithm::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
    ),
    (
        "RS512",
        Algorithm::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
    ),
];

#[derive(Clone, Copy)]
enum Algorithm {
    Rsa(&'static RsaParameters),
    /// Name of the curve.
    Curve(&'static str, &'static dyn VerificationAlgorithm),
    Ed25519,
}

/// Why an id token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    #[error("it has not the form of one")]
    Form,
    #[error("it is signed in a way that cannot be checked")]
    Algorithm,
    #[error("no key of the provider has signed it")]
    Signature,
    #[error("another issuer made it")]
    Issuer,
    #[error("it is for another client")]
    Audience,
    #[error("its time is over, or has not come")]
    Time,
    #[error("its nonce is not the one that was given")]
    Nonce,
}

/// What an id token has to say.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    /// Empty when the token needs to have none.
    pub nonce: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

/// The public keys of a provider (RFC 7517).
#[derive(Deserialize)]
pub struct KeySet {
    keys: Vec<Key>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Key {
    kty: String,
    kid: Option<String>,
    r#use: Option<String>,
    alg: Option<String>,
    crv: String,
    n: String,
    e: String,
    x: String,
    y: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood; none is.
    crit: Option<Value>,
}

/// The first algorithm of ours that a provider knows, too.
pub fn best_algorithm(known: &[String]) -> Option<&'static str> {
    let mut names = ALGORITHMS.iter().map(|(name, _)| *name);
    names.find(|name| known.iter().any(|it| it == name))
}

/// Checks a token and gives what it claims.
pub fn check(
    token: &str,
    keys: &KeySet,
    expected: Expected<'_>,
) -> Result<Map<String, Value>, IdTokenError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(IdTokenError::Form)?;
    let (header, claims) = signed.split_once('.').ok_or(IdTokenError::Form)?;
    let header: Header = json(header)?;
    let signature = bytes(signature).ok_or(IdTokenError::Form)?;
    let algorithm = ALGORITHMS.iter().find(|(name, _)| *name == header.alg);
    let (Some((_, algorithm)), None) = (algorithm, &header.crit) else {
        return Err(IdTokenError::Algorithm);
    };
    let mut keys = keys.keys.iter().filter(|key| key.is_meant(&header));
    if !keys.any(|key| key.has_signed(*algorithm, signed.as_bytes(), &signature)) {
        return Err(IdTokenError::Signature);
    }
    let claims: Map<String, Value> = json(claims)?;
    expected.compare(&claims)?;
    Ok(claims)
}

impl Key {
    /// Whether a header may speak of this key.
    fn is_meant(&self, header: &Header) -> bool {
        let named = header.kid.is_none() || header.kid == self.kid;
        let for_signatures = self.r#use.as_deref().is_none_or(|it| it == "sig");
        let for_algorithm = self.alg.as_ref().is_none_or(|it| *it == header.alg);
        named && for_signatures && for_algorithm
    }

    fn has_signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.verify(algorithm, message, signature).is_some()
    }

    fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Option<()> {
        match algorithm {
            Algorithm::Rsa(parameters) if self.kty == "RSA" => {
                let key = RsaPublicKeyComponents {
                    n: bytes(&self.n)?,
                    e: bytes(&self.e)?,
                };
                key.verify(parameters, message, signature).ok()
            }
            Algorithm::Curve(curve, algorithm) if self.kty == "EC" && self.crv == curve => {
                // An uncompressed point (SEC 1, 2.3.3).
                let point = [vec![4], bytes(&self.x)?, bytes(&self.y)?].concat();
                let key = signature::UnparsedPublicKey::new(algorithm, point);
                key.verify(message, signature).ok()
            }
            Algorithm::Ed25519 if self.kty == "OKP" && self.crv == "Ed25519" => {
                let key = signature::UnparsedPublicKey::new(&signature::ED25519, bytes(&self.x)?);
                key.verify(message, signature).ok()
            }
            _ => None,
        }
    }
}

impl Expected<'_> {
    fn compare(self, claims: &Map<String, Value>) -> Result<(), IdTokenError> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("iss") != Some(self.issuer) {
            return Err(IdTokenError::Issuer);
        }
        let is_ours = |value: &Value| value.as_str() == Some(self.client_id);
        let audience = match claims.get("aud") {
            Some(Value::Array(several)) => several.iter().any(is_ours),
            Some(one) => is_ours(one),
            None => false,
        };
        // For whom it was made, where that is not the whole audience.
        if !audience || !claims.get("azp").is_none_or(is_ours) {
            return Err(IdTokenError::Audience);
        }
        let time = |name: &str| claims.get(name).and_then(Value::as_f64);
        let now = self.now as f64;
        let leeway = LEEWAY as f64;
        let over = !time("exp").is_some_and(|end| now < end + leeway);
        let early = time("nbf").is_some_and(|start| now + leeway < start);
        if over || early {
            return Err(IdTokenError::Time);
        }
        if text("nonce").unwrap_or_default() != self.nonce {
            return Err(IdTokenError::Nonce);
        }
        Ok(())
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn json<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, IdTokenError> {
    let bytes = bytes(part).ok_or(IdTokenError::Form)?;
    serde_json::from_slice(&bytes).map_err(|_| IdTokenError::Form)
}

#[cfg(test)]
mod tests;
