//! Signed messages to an HTTP server that the operator named.

use super::http::{HttpClient, HttpError};
use crate::config::Secret;
use crate::fault::Fault;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::Duration;
use ureq::http::{Request, Uri, header};

/// Where messages go, and what shows there that they are ours.
pub struct Webhook {
    client: HttpClient,
    url: Uri,
    /// Keyed with the secret.
    mac: Hmac<Sha256>,
}

/// What the server says.
#[derive(Debug)]
pub struct Answer {
    /// Of HTTP.
    pub status: u16,
    /// Whether the body says that it is JSON.
    pub is_json: bool,
    pub body: Vec<u8>,
}

impl Webhook {
    /// `patience` is the time for a message and its whole answer.
    pub fn new(url: Uri, secret: &Secret, patience: Duration) -> Result<Self, Fault> {
        Ok(Self {
            client: HttpClient::new(patience),
            url,
            mac: Hmac::new_from_slice(secret.reveal().as_bytes()).map_err(Fault::internal)?,
        })
    }

    /// Posts JSON and gives the answer, whatever its status. `now` are seconds since 1970: as they
    /// are signed, too, the receiver can tell an old message that somebody has kept.
    pub fn post(&self, json: Vec<u8>, now: i64) -> Result<Answer, HttpError> {
        let signature = self.signature(&json, now);
        let request = Request::post(&self.url)
            .header("Content-Type", "application/json")
            .header("X-Services88-Timestamp", now)
            .header("X-Services88-Signature", signature)
            .body(json);
        let answer = self
            .client
            .send(request.map_err(|error| HttpError::NoAnswer {
                host: self.url.host().unwrap_or_default().to_owned(),
                source: Box::new(error.into()),
            })?)?;
        let kind = answer.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok());
        Ok(Answer {
            status: answer.status().as_u16(),
            is_json: kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("json")),
            body: answer.into_body(),
        })
    }

    fn signature(&self, body: &[u8], now: i64) -> String {
        let mut mac = self.mac.clone();
        mac.update(format!("{now}.").as_bytes());
        mac.update(body);
        let code = mac.finalize().into_bytes();
        let digits: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256={digits}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_other_programs() {
        let webhook = Webhook::new(
            Uri::from_static("http://localhost/hook"),
            &Secret::new("0123456789abcdef"),
            Duration::from_secs(1),
        );
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef
        let expected = "sha256=9eb18f493f8ec135d9eb2dad817c369bb4e9cbfa818657897a7437c1cd8c3a23";
        let webhook = webhook.expect("a webhook");
        assert_eq!(webhook.signature(b"{\"a\":1}", 1_700_000_000), expected);
        for other in [
            webhook.signature(b"{\"a\":2}", 1_700_000_000),
            webhook.signature(b"{\"a\":1}", 1_700_000_001),
        ] {
            assert_ne!(other, expected);
        }
    }
}
