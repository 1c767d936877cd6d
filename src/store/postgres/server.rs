//! The way to a database server.

use super::super::StoreError;
use super::error::ServerError;
use super::hosts;
use super::session::Session;
use crate::outbound::tls;
use rustls::{ClientConfig, RootCertStore};
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
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
    /// One for each host.
    ways: Vec<Config>,
    /// The one that led to a server last.
    last: Arc<AtomicUsize>,
    /// When a connection was last found to be gone.
    broken: Arc<Mutex<Option<Instant>>>,
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
        if !address.contains("sslmode=") {
            // Nobody listens between programs of one machine; elsewhere a password would go in clear.
            config.ssl_mode(match config.get_hosts().iter().all(is_here) {
                true => SslMode::Disable,
                false => SslMode::Require,
            });
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
            ways: hosts::each(&config),
            last: Arc::default(),
            broken: Arc::default(),
            config,
            tls: MakeRustlsConnect::new(native_tls()?),
        })
    }

    /// A new connection, to the host that was good last if it still is.
    pub(in crate::store) fn connect(&self) -> Result<Session, StoreError> {
        let mut failed = ServerError::Silent;
        let last = self.last.load(Ordering::Relaxed);
        for index in 0..self.ways.len() {
            let at = (last + index) % self.ways.len();
            let Some(way) = self.ways.get(at) else { break };
            match Session::connect(way, self.tls.clone(), CONNECT + SET_UP) {
                Ok(session) => {
                    self.last.store(at, Ordering::Relaxed);
                    return Ok(session);
                }
                Err(error) => failed = error,
            }
        }
        Err(failed.into())
    }

    /// Has no connection be used again that was made before now, since one of them is gone: each
    /// may lead to a machine that is not there, which takes long to find out.
    pub fn distrust(&self) {
        *self.broken() = Some(Instant::now());
    }

    /// Looks whether a connection can be used.
    pub fn look_at(&self, session: &Session) {
        match *self.broken() {
            Some(broken) if session.made() <= broken => session.give_up(),
            _ => session.look(),
        }
    }

    fn broken(&self) -> MutexGuard<'_, Option<Instant>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a host is this machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) if name == "localhost" => true,
        Host::Tcp(name) => name.parse().is_ok_and(|it: IpAddr| it.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Trusts whom the system trusts, or those in the file that `SSL_CERT_FILE` names.
fn native_tls() -> Result<ClientConfig, AddressError> {
    let mut roots = RootCertStore::empty();
    // Those that cannot be read are none to be trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    tls::trusting(roots).map_err(AddressError::Tls)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_on_the_machine_goes_in_clear() {
        let mode = |address| Server::new(address).unwrap().config.get_ssl_mode();
        for here in [
            "postgres://me@localhost/x",
            "postgres://me@127.0.0.1:5433/x",
            "postgres://me@%2Frun%2Fpostgresql/x",
        ] {
            assert_eq!(mode(here), SslMode::Disable, "{here}");
        }
        for away in [
            "postgres://me@db.example.com/x",
            "postgres://me@localhost,10.0.0.1/x",
        ] {
            assert_eq!(mode(away), SslMode::Require, "{away}");
        }
        assert_eq!(
            mode("postgres://me@10.0.0.1/x?sslmode=disable"),
            SslMode::Disable
        );
        assert_eq!(
            mode("postgres://me@localhost/x?sslmode=require"),
            SslMode::Require
        );
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown = |address| Server::new(address).unwrap().to_string();
        assert_eq!(
            shown("postgres://me:secret@db:5433/x"),
            "postgres://db:5433/x"
        );
        assert!(Server::new("postgres://me@db").is_err());
        assert!(Server::new("postgres://me@db/x?colour=red").is_err());
    }
}
