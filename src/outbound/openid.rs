//! An OpenID Connect provider, with which the installation registers itself as a client and
//! exchanges codes for tokens.
//!
//! What the provider publishes of itself is fetched anew for each task: its addresses and keys may
//! change at any time, and tasks are rare.

mod exchange;
mod id_token;
mod registration;

pub use exchange::{Grant, Tokens};
pub use id_token::IdTokenError;
pub use registration::{Client, Registered};

use super::http::{HttpClient, HttpError};
use crate::config::{AccessGatewaySettings, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use ureq::http::header::{ACCEPT, CONTENT_TYPE};
use ureq::http::{Request, StatusCode, request};
use url::{Host, Url};

/// Characters of a provider's words that are repeated to a caller.
const QUOTE_LIMIT: usize = 200;

/// The provider of the settings.
#[derive(Debug)]
pub struct OpenIdProvider {
    http: HttpClient,
    timeout: Duration,
    issuer: String,
    name: String,
    client_name: String,
    initial_access_token: Secret,
}

/// Why the provider did not do what it was asked for. No variant shows a secret of ours.
#[derive(Debug, thiserror::Error)]
pub enum OpenIdError {
    #[error("The identity provider gave no answer.")]
    NoAnswer(#[source] HttpError),
    /// `error` is a code like `invalid_grant`, or the HTTP status where the provider names none.
    #[error(
        "The identity provider declined: {error}{}{description}",
        separator(description)
    )]
    Declined {
        status: StatusCode,
        error: String,
        description: String,
    },
    #[error("The identity provider answered something unusable: {0}")]
    Unusable(String),
    #[error("The identity provider does not let registrations be changed.")]
    Unchangeable,
    #[error("The id token cannot be trusted: {0}")]
    IdToken(#[from] IdTokenError),
}

/// An issuer that nobody can be asked at safely.
#[derive(Debug, thiserror::Error)]
#[error(
    "setting access_gateway.issuer: expected an address like https://id.example.com, without query \
     and fragment; http is for this machine only"
)]
pub struct IssuerError;

/// What a provider says of itself, as far as it is of use here.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    registration_endpoint: Option<String>,
    #[serde(default)]
    grant_types_supported: Vec<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    id_token_signing_alg_values_supported: Vec<String>,
}

/// How OAuth reports errors.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    error_description: String,
}

impl OpenIdProvider {
    /// The provider of the settings; `None` when they name none. It is not called yet.
    pub fn new(settings: &AccessGatewaySettings) -> Result<Option<Self>, IssuerError> {
        if settings.issuer.is_empty() {
            return Ok(None);
        }
        match Url::parse(&settings.issuer) {
            Ok(url) if is_safe(&url) && url.query().or(url.fragment()).is_none() => {}
            _ => return Err(IssuerError),
        }
        Ok(Some(Self {
            http: HttpClient::new(settings.timeout),
            timeout: settings.timeout,
            issuer: settings.issuer.clone(),
            name: settings.name.clone(),
            client_name: settings.client_name.clone(),
            initial_access_token: settings.initial_access_token.clone(),
        }))
    }

    /// How long a task may take at most: two requests.
    pub fn longest_task(&self) -> Duration {
        2 * self.timeout
    }

    /// What tells it from other providers.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether callers mean this one: by its name, its issuer, or nothing.
    pub fn is_called(&self, name: &str) -> bool {
        name.is_empty() || name == self.issuer || name == self.name
    }

    fn discover(&self) -> Result<Metadata, OpenIdError> {
        let base = self.issuer.trim_end_matches('/');
        let uri = format!("{base}/.well-known/openid-configuration");
        let metadata: Metadata = self.fetch(Request::get(uri), Vec::new())?;
        if metadata.issuer != self.issuer {
            let other = quote(&metadata.issuer);
            return Err(OpenIdError::Unusable(format!("it calls itself {other}")));
        }
        Ok(metadata)
    }

    /// Sends a request and reads the JSON of its answer.
    fn fetch<T: DeserializeOwned>(
        &self,
        request: request::Builder,
        body: Vec<u8>,
    ) -> Result<T, OpenIdError> {
        let answer = self.send(request, body)?;
        // The reason may quote what was read, secrets included.
        serde_json::from_slice(&answer)
            .map_err(|_| OpenIdError::Unusable("it is not the JSON that it should be".to_owned()))
    }

    fn send_json<T: DeserializeOwned>(
        &self,
        request: request::Builder,
        body: &serde_json::Value,
    ) -> Result<T, OpenIdError> {
        let request = request.header(CONTENT_TYPE, "application/json");
        self.fetch(request, body.to_string().into_bytes())
    }

    /// Sends a request; gives the body of an answer that is no refusal.
    fn send(&self, request: request::Builder, body: Vec<u8>) -> Result<Vec<u8>, OpenIdError> {
        let no_address = || OpenIdError::Unusable("an address in it is none".to_owned());
        let request = request
            .header(ACCEPT, "application/json")
            .body(body)
            .map_err(|_| no_address())?;
        let url = Url::parse(&request.uri().to_string()).map_err(|_| no_address())?;
        if !is_safe(&url) {
            let reason = "an address in it is not protected by https";
            return Err(OpenIdError::Unusable(reason.to_owned()));
        }
        let answer = self.http.send(request).map_err(OpenIdError::NoAnswer)?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer.into_body());
        }
        let refusal: Refusal = serde_json::from_slice(answer.body()).unwrap_or_default();
        Err(OpenIdError::Declined {
            status,
            error: match refusal.error.as_str() {
                "" => format!("status {}", status.as_u16()),
                error => quote(error),
            },
            description: quote(&refusal.error_description),
        })
    }
}

/// Whether secrets may be sent to an address: by https, or without leaving this machine.
fn is_safe(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.has_host() && (url.scheme() == "https" || url.scheme() == "http" && is_here)
}

/// The beginning of what a provider says, on one line.
fn quote(text: &str) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(QUOTE_LIMIT).collect()
}

fn separator(description: &str) -> &'static str {
    if description.is_empty() { "" } else { ": " }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(issuer: &str) -> Result<Option<OpenIdProvider>, IssuerError> {
        OpenIdProvider::new(&AccessGatewaySettings {
            issuer: issuer.to_owned(),
            name: "SuperId".to_owned(),
            initial_access_token: Secret::new("initial-4711"),
            ..AccessGatewaySettings::default()
        })
    }

    #[test]
    fn an_issuer_is_reached_by_https_or_is_on_this_machine() {
        assert!(provider("").expect("no provider").is_none());
        for good in [
            "https://id.example.com",
            "https://id.example.com/tenant/",
            "http://localhost:3000",
            "http://127.0.0.1:3000",
            "http://[::1]:3000/a",
        ] {
            assert!(provider(good).expect(good).is_some());
        }
        for bad in [
            "id.example.com",
            "http://id.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "https://id.example.com/?a",
            "https://id.example.com/#a",
            "https://",
        ] {
            assert!(provider(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_provider_is_called_by_its_name_its_issuer_or_not_at_all() {
        let provider = provider("https://id.example.com").expect("settings");
        let provider = provider.expect("a provider");
        for name in ["", "SuperId", "https://id.example.com"] {
            assert!(provider.is_called(name), "{name}");
        }
        for name in ["superid", "https://id.example.com/", "Google"] {
            assert!(!provider.is_called(name), "{name}");
        }
        assert!(!format!("{provider:?}").contains("4711"));
    }

    #[test]
    fn words_of_a_provider_are_cut_and_kept_on_a_line() {
        assert_eq!(quote("no\r\nway\u{1b}"), "no  way ");
        assert_eq!(quote(&"é".repeat(1000)).chars().count(), 200);
        let declined = |description: &str| OpenIdError::Declined {
            status: StatusCode::BAD_REQUEST,
            error: "invalid_grant".to_owned(),
            description: description.to_owned(),
        };
        let text = declined("").to_string();
        assert_eq!(text, "The identity provider declined: invalid_grant");
        let text = declined("too late").to_string();
        assert!(text.ends_with("invalid_grant: too late"), "{text}");
    }
}
