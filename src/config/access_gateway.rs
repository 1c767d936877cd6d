//! Settings of the access gateway.

use std::fmt;
use std::time::Duration;

/// The OpenID Connect provider that stands for the access gateway.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessGatewaySettings {
    /// Its issuer identifier; empty when the installation keeps a registry of its own.
    pub issuer: String,
    /// How callers name it, beside its issuer; may be empty.
    pub name: String,
    /// How the installation calls itself there.
    pub client_name: String,
    /// What lets the installation register there; empty where nothing is asked for.
    pub initial_access_token: String,
    /// Time for each request to it.
    pub timeout: Duration,
    /// 64 hexadecimal digits: the key with which it encrypts tokens for us; empty when it does not.
    pub decryption_key: String,
}

impl Default for AccessGatewaySettings {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            name: String::new(),
            client_name: "services88".to_owned(),
            initial_access_token: String::new(),
            timeout: Duration::from_secs(10),
            decryption_key: String::new(),
        }
    }
}

/// Never shows the token and the key.
impl fmt::Debug for AccessGatewaySettings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("AccessGatewaySettings")
            .field("issuer", &self.issuer)
            .field("name", &self.name)
            .field("client_name", &self.client_name)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
