//! The installation as a client of the provider: Dynamic Client Registration (RFC 7591) and its
//! management (RFC 7592).

use super::{OpenIdError, OpenIdProvider, id_token};
use crate::config::Secret;
use serde_json::{Map, Value, json};
use ureq::http::header::AUTHORIZATION;
use ureq::http::{Request, StatusCode, request};

pub(super) const BASIC: &str = "client_secret_basic";
pub(super) const POST: &str = "client_secret_post";
const REFRESH: &str = "refresh_token";
/// Of the provider's answer, what is no metadata and must not be sent back.
const NO_METADATA: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// What the provider knows the installation by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    pub client_id: String,
    /// Empty for a client that shows none.
    pub client_secret: Secret,
    /// How it identifies itself at the token endpoint.
    pub auth_method: String,
    /// Where the registration can be read and changed; empty when the provider does not offer that.
    pub management_uri: String,
    /// What opens that address. Each answer of the provider may replace it.
    pub management_token: Secret,
}

/// A registration as the provider has it now.
pub struct Registered {
    pub client: Client,
    pub redirect_uris: Vec<String>,
    metadata: Map<String, Value>,
}

impl Registered {
    /// Reads an answer; what it leaves out stays as it was.
    fn read(mut metadata: Map<String, Value>, known: Client) -> Result<Self, OpenIdError> {
        let text = |name: &str| metadata.get(name).and_then(Value::as_str);
        let or = |name: &str, known: String| text(name).map_or(known, str::to_owned);
        let secret = |name: &str, known: Secret| text(name).map_or(known, Secret::new);
        let Some(client_id) = text("client_id").filter(|id| !id.is_empty()) else {
            return Err(unusable("it registers nobody"));
        };
        if ![client_id, ""].contains(&known.client_id.as_str()) {
            return Err(unusable("it is about another client"));
        }
        let client = Client {
            client_id: client_id.to_owned(),
            client_secret: secret("client_secret", known.client_secret),
            auth_method: or("token_endpoint_auth_method", known.auth_method),
            management_uri: or("registration_client_uri", known.management_uri),
            management_token: secret("registration_access_token", known.management_token),
        };
        let redirect_uris = metadata.get("redirect_uris").and_then(Value::as_array);
        let redirect_uris = redirect_uris.into_iter().flatten();
        let redirect_uris = redirect_uris.filter_map(|uri| Some(uri.as_str()?.to_owned()));
        let redirect_uris = redirect_uris.collect();
        metadata.retain(|name, _| !NO_METADATA.contains(&name.as_str()));
        Ok(Self {
            client,
            redirect_uris,
            metadata,
        })
    }
}

impl OpenIdProvider {
    /// Registers a new client.
    pub fn register(&self, redirect_uris: &[String]) -> Result<Registered, OpenIdError> {
        let provider = self.discover()?;
        let Some(endpoint) = provider.registration_endpoint else {
            return Err(unusable("it registers no clients"));
        };
        let mut grants = vec!["authorization_code"];
        if provider
            .grant_types_supported
            .iter()
            .any(|it| it == REFRESH)
        {
            grants.push(REFRESH);
        }
        // A provider that says nothing takes the first one.
        let methods = provider.token_endpoint_auth_methods_supported;
        let has = |method: &str| methods.iter().any(|it| it == method);
        let method = if has(POST) && !has(BASIC) {
            POST
        } else {
            BASIC
        };
        let mut metadata = json!({
            "client_name": self.client_name,
            "redirect_uris": redirect_uris,
            "response_types": ["code"],
            "grant_types": grants,
            "token_endpoint_auth_method": method,
        });
        let algorithms = provider.id_token_signing_alg_values_supported;
        if let Some(algorithm) = id_token::best_algorithm(&algorithms) {
            metadata["id_token_signed_response_alg"] = json!(algorithm);
        }
        let mut request = Request::post(endpoint);
        if self.initial_access_token != Secret::default() {
            request = request.header(AUTHORIZATION, bearer(&self.initial_access_token));
        }
        let known = Client {
            auth_method: BASIC.to_owned(),
            ..Client::default()
        };
        Registered::read(self.send_json(request, &metadata)?, known)
    }

    /// Reads the registration of a client; `None` when the provider does not know it any more.
    pub fn registered(&self, client: Client) -> Result<Option<Registered>, OpenIdError> {
        let request = managed(Request::get(&client.management_uri), &client);
        match self.fetch(request, Vec::new()) {
            Ok(answer) => Registered::read(answer, client).map(Some),
            Err(OpenIdError::Declined { status, .. })
                if [StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND].contains(&status) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Replaces the redirect URIs of a registration, and nothing else of it.
    pub fn redirect_to(
        &self,
        registered: Registered,
        redirect_uris: &[String],
    ) -> Result<Registered, OpenIdError> {
        let Registered {
            client,
            mut metadata,
            ..
        } = registered;
        metadata.insert("redirect_uris".to_owned(), json!(redirect_uris));
        let request = managed(Request::put(&client.management_uri), &client);
        match self.send_json(request, &Value::Object(metadata)) {
            Ok(answer) => Registered::read(answer, client),
            // It could be read at this address.
            Err(OpenIdError::Declined { status, .. })
                if [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED].contains(&status) =>
            {
                Err(OpenIdError::Unchangeable)
            }
            Err(error) => Err(error),
        }
    }

    /// Removes a client.
    pub fn remove(&self, client: &Client) -> Result<(), OpenIdError> {
        let request = managed(Request::delete(&client.management_uri), client);
        self.send(request, Vec::new()).map(|_| ())
    }
}

fn managed(request: request::Builder, client: &Client) -> request::Builder {
    request.header(AUTHORIZATION, bearer(&client.management_token))
}

fn bearer(token: &Secret) -> String {
    format!("Bearer {}", token.reveal())
}

fn unusable(reason: &str) -> OpenIdError {
    OpenIdError::Unusable(reason.to_owned())
}
