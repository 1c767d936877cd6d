//! TLS as a client, with one set-up for all.

use rustls::{ClientConfig, Error, RootCertStore};
use std::sync::Arc;

/// Trusts those whom some certificates vouch for, and nobody else.
pub fn trusting(roots: RootCertStore) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
