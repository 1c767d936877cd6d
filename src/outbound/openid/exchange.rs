//! Authorization codes for tokens.

use super::registration::{BASIC, Client, POST};
use super::{OpenIdError, OpenIdProvider, id_token};
use crate::config::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value};
use ureq::http::Request;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE};
use url::form_urlencoded;

/// What a browser brought back from the provider, and what it was sent there with.
#[derive(Clone, Copy)]
pub struct Grant<'a> {
    pub code: &'a str,
    pub redirect_uri: &'a str,
    /// The secret behind the challenge (RFC 7636); empty when there was none.
    pub verifier: &'a str,
    /// The id token has to repeat it; empty when there was none.
    pub nonce: &'a str,
}

/// Tokens that a code was exchanged for.
#[derive(Debug)]
pub struct Tokens {
    pub access_token: Secret,
    /// Empty when the provider gives none.
    pub refresh_token: Secret,
    /// What the provider says of the user, from an id token that was checked.
    pub claims: Map<String, Value>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    refresh_token: String,
    id_token: Option<String>,
}

impl OpenIdProvider {
    /// Exchanges a code for tokens on behalf of a client. `now` is in seconds since 1970.
    pub fn exchange(
        &self,
        client: &Client,
        grant: Grant<'_>,
        now: i64,
    ) -> Result<Tokens, OpenIdError> {
        let provider = self.discover()?;
        let mut request = Request::post(provider.token_endpoint)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", grant.code)
            .append_pair("redirect_uri", grant.redirect_uri);
        if !grant.verifier.is_empty() {
            form.append_pair("code_verifier", grant.verifier);
        }
        match client.auth_method.as_str() {
            BASIC => request = request.header(AUTHORIZATION, basic(client)),
            POST => {
                form.append_pair("client_id", &client.client_id)
                    .append_pair("client_secret", client.client_secret.reveal());
            }
            "none" => {
                form.append_pair("client_id", &client.client_id);
            }
            _ => {
                let reason = "it wants clients to identify themselves in a way that is not known";
                return Err(OpenIdError::Unusable(reason.to_owned()));
            }
        }
        let answer: Answer = self.fetch(request, form.finish().into_bytes())?;
        let Some(token) = answer.id_token else {
            let reason = "there is no id token; the scope openid has to be asked for";
            return Err(OpenIdError::Unusable(reason.to_owned()));
        };
        let keys = self.fetch(Request::get(provider.jwks_uri), Vec::new())?;
        let expected = id_token::Expected {
            issuer: self.issuer(),
            client_id: &client.client_id,
            nonce: grant.nonce,
            now,
        };
        Ok(Tokens {
            claims: id_token::check(&token, &keys, expected)?,
            access_token: Secret::new(answer.access_token),
            refresh_token: Secret::new(answer.refresh_token),
        })
    }
}

/// Id and secret are encoded like a form before they are joined (RFC 6749, 2.3.1).
fn basic(client: &Client) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let (id, secret) = (
        encode(&client.client_id),
        encode(client.client_secret.reveal()),
    );
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}
