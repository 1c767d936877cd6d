//! Settings of an installation: defaults, and what the operator may change.
//!
//! `docs/services88.toml` describes each of them for operators.

mod access_gateway;
mod commands;
mod directory;
mod mail;
mod network;
mod origin;
mod registration;
mod secret;
mod setting;
mod sources;

pub use access_gateway::AccessGatewaySettings;
pub use commands::{Audience, Buttons, CommandSettings};
pub use directory::DirectorySettings;
pub use mail::{MailSettings, MailTls};
pub use network::Network;
pub use origin::Origin;
pub use registration::RegistrationSettings;
pub use secret::Secret;
pub use setting::{SETTINGS, Setting};
pub use sources::{ConfigError, Loaded, Sources};

use std::path::PathBuf;
use std::time::Duration;
use tracing::level_filters::LevelFilter;

/// Everything that an operator may set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `HOST:PORT`; port 0 lets the system choose one.
    pub listen: String,
    /// Folder of the database file, the keys and the settings.
    pub data: PathBuf,
    /// Where the database is: `postgres://…`; empty for a file in the data folder. It may hold a
    /// password.
    pub database: Secret,
    /// Where the keys are that secrets are encrypted with.
    pub keys: KeySettings,
    /// Who must say which application calls.
    pub mode: Mode,
    /// Peers whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Web pages of these origins may call the REST side.
    pub cors_origins: Vec<Origin>,
    pub message: MessageLimits,
    pub http: HttpLimits,
    pub session: SessionSettings,
    pub mail: MailSettings,
    /// Commands on users.
    pub commands: Vec<CommandSettings>,
    /// The secret of those commands that have none of their own.
    pub command_secret: Secret,
    pub access_gateway: AccessGatewaySettings,
    pub directory: DirectorySettings,
    pub registration: RegistrationSettings,
    pub log: LogSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8088".to_owned(),
            data: PathBuf::from("data"),
            database: Secret::default(),
            keys: KeySettings::default(),
            mode: Mode::default(),
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            message: MessageLimits::default(),
            http: HttpLimits::default(),
            session: SessionSettings::default(),
            mail: MailSettings::default(),
            commands: Vec::new(),
            command_secret: Secret::default(),
            access_gateway: AccessGatewaySettings::default(),
            directory: DirectorySettings::default(),
            registration: RegistrationSettings::default(),
            log: LogSettings::default(),
        }
    }
}

impl Settings {
    /// Whether the headers of this peer about other hops are believed.
    pub fn trusts(&self, peer: std::net::IpAddr) -> bool {
        self.trusted_proxies
            .iter()
            .any(|network| network.contains(peer))
    }
}

/// Where the keys are that secrets are encrypted with in the database.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct KeySettings {
    /// A file of keys; none is the one in the data folder.
    pub file: Option<PathBuf>,
    /// The keys themselves, in place of any file. Only the environment gives them.
    pub text: Option<String>,
}

/// Never shows a key.
impl std::fmt::Debug for KeySettings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("KeySettings")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// Whether applications have to identify themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// `ApplicationToken` is not checked.
    #[default]
    Onsite,
    /// `ApplicationToken` must be a registered one.
    Online,
}

/// How long a log-in holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionSettings {
    /// A ticket lives this long after its last use.
    pub ticket_minutes: u32,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            ticket_minutes: 6 * 60,
        }
    }
}

/// What a message may be at most. Real clients meet none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageLimits {
    /// Bytes of a request body.
    pub body_bytes: usize,
    /// Elements inside each other.
    pub depth: usize,
    /// Attributes of one element, namespace declarations included.
    pub attributes: usize,
    /// Bytes of one element or attribute name.
    pub name_bytes: usize,
    /// Elements in all.
    pub elements: usize,
}

impl Default for MessageLimits {
    fn default() -> Self {
        Self {
            body_bytes: 4 * 1024 * 1024,
            depth: 64,
            attributes: 200,
            name_bytes: 1024,
            elements: 50_000,
        }
    }
}

/// What a connection may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// Connections at a time; further ones wait to be accepted.
    pub connections: u32,
    /// Header fields of a request.
    pub headers: usize,
    /// Bytes of a request line and its header fields.
    pub head_bytes: usize,
    /// Time for them to arrive, from their first byte; on a new connection from its start.
    pub head_time: Duration,
    /// Time that a connection may wait for its next request.
    pub idle_time: Duration,
    /// Time for a body to arrive.
    pub body_time: Duration,
    /// Bytes of body that must arrive per second, on average, once the grace is over.
    pub body_rate: u32,
    /// Bytes of all bodies that may be in memory at a time.
    pub bodies_bytes: usize,
    /// Time at the start of a body in which the rate does not count.
    pub body_grace: Duration,
    /// Time without progress when a client does not take its answer.
    pub write_time: Duration,
    /// Time for requests under way to finish when the server stops.
    pub stop_time: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            headers: 100,
            head_bytes: 32 * 1024,
            head_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(130),
            body_time: Duration::from_secs(120),
            body_rate: 1024,
            bodies_bytes: 64 * 1024 * 1024,
            body_grace: Duration::from_secs(5),
            write_time: Duration::from_secs(30),
            stop_time: Duration::from_secs(10),
        }
    }
}

/// What is logged, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSettings {
    pub format: LogFormat,
    pub level: LevelFilter,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            format: LogFormat::Auto,
            level: LevelFilter::INFO,
        }
    }
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// For machines: one object a line.
    Json,
}
