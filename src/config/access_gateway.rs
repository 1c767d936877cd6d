//! Settings of the access gateway.

use super::Secret;
use std::time::Duration;

/// The OpenID Connect provider that stands for the access gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessGatewaySettings {
    /// Its issuer identifier; empty when the installation keeps a registry of its own.
    pub issuer: String,
    /// How callers name it, beside its issuer; may be empty.
    pub name: String,
    /// How the installation calls itself there.
    pub client_name: String,
    /// What lets the installation register there; empty where nothing is asked for.
    pub initial_access_token: Secret,
    /// Time for each request to it.
    pub timeout: Duration,
    /// 64 hexadecimal digits: the key with which it encrypts tokens for us; empty when it does not.
    pub decryption_key: Secret,
}

impl Default for AccessGatewaySettings {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            name: String::new(),
            client_name: "services88".to_owned(),
            initial_access_token: Secret::default(),
            timeout: Duration::from_secs(10),
            decryption_key: Secret::default(),
        }
    }
}
