//! The way to a database server.

use super::super::StoreError;
use super::session::Session;
use rustls::{ClientConfig, RootCertStore};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long each host may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(2);
/// How long the one that accepts it may take until it can be used.
const SET_UP: Duration = Duration::from_secs(2);
/// How long the system tries to bring something to a server that is silent.
const UNHEARD: Duration = Duration::from_secs(10);
/// After how much silence it asks whether the server is still there.
const KEPT_ALIVE: Duration = Duration::from_secs(5);
/// How often it asks then until it gives up, and after how long again.
const ASKED: (u32, Duration) = (3, Duration::from_secs(2));

/// A database on a server, and how it is reached.
#[derive(Clone)]
pub struct Server {
    config: Config,
    tls: MakeRustlsConnect,
}

/// Why an address leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    #[error("expected an address like postgres://USER@HOST/DATABASE")]
    Address(#[source] tokio_postgres::Error),
    #[error("expected the name of a database at the end of the address")]
    NoDatabase,
    #[error("no TLS can be set up")]
    Tls(#[source] rustls::Error),
}

impl Server {
    /// Understands an address (`postgres://…`), in which several hosts may be named: the one that
    /// can be written to is used. Connects to none.
    pub fn new(address: &str) -> Result<Self, AddressError> {
        let mut config: Config = address.parse().map_err(AddressError::Address)?;
        if config.get_dbname().is_none_or(str::is_empty) {
            return Err(AddressError::NoDatabase);
        }
        config
            .connect_timeout(CONNECT)
            .tcp_user_timeout(UNHEARD)
            .keepalives_idle(KEPT_ALIVE)
            .keepalives_retries(ASKED.0)
            .keepalives_interval(ASKED.1)
            .application_name("services88");
        // After a fail-over the one that is named first may be one that only reads.
        let any = config.get_target_session_attrs() == TargetSessionAttrs::Any;
        if any && config.get_hosts().len() > 1 {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(tls()?),
        })
    }

    /// A new connection.
    pub(in crate::store) fn connect(&self) -> Result<Session, StoreError> {
        let hosts = self.config.get_hosts().len().max(1);
        let within = CONNECT.saturating_mul(u32::try_from(hosts).unwrap_or(1)) + SET_UP;
        Ok(Session::connect(&self.config, self.tls.clone(), within)?)
    }
}

/// Trusts whom the system trusts.
fn tls() -> Result<ClientConfig, AddressError> {
    let mut roots = RootCertStore::empty();
    // Those that cannot be read are none to be trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(AddressError::Tls)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Hosts and database, without the password.
impl fmt::Display for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("postgres://")?;
        for (index, host) in self.config.get_hosts().iter().enumerate() {
            if index > 0 {
                out.write_str(",")?;
            }
            match host {
                Host::Tcp(name) => out.write_str(name)?,
                #[cfg(unix)]
                Host::Unix(path) => write!(out, "{}", path.display())?,
            }
            if let Some(port) = self.config.get_ports().get(index) {
                write!(out, ":{port}")?;
            }
        }
        write!(out, "/{}", self.config.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
