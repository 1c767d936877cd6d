//! What the server reports, and what becomes of it.

use super::super::StoreError;
use super::super::error::EngineError;
use tokio_postgres::error::SqlState;

/// A failure of the server, or on the way to it.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// What the server says, without the details, in which there may be values.
    #[error("{message} (SQLSTATE {code})")]
    Refused { code: String, message: String },
    /// The connection cannot be made, or broke.
    #[error("the connection to the database server is gone")]
    Gone(#[source] tokio_postgres::Error),
    /// The server has not answered in time.
    #[error("the database server does not answer")]
    Silent,
    /// The way to the server cannot be set up in this process.
    #[error("no connection can be set up")]
    SetUp(#[source] std::io::Error),
    /// No connection became free in time.
    #[error("all connections to the database server are in use")]
    Occupied,
    /// Anything else.
    #[error("the database server was misunderstood")]
    Protocol(#[source] tokio_postgres::Error),
}

impl From<ServerError> for StoreError {
    fn from(error: ServerError) -> Self {
        let code = match &error {
            ServerError::Refused { code, .. } => SqlState::from_code(code),
            ServerError::Gone(_) | ServerError::Silent | ServerError::SetUp(_) => {
                return Self::Disconnected(error.into());
            }
            ServerError::Occupied => return Self::Occupied(error.into()),
            ServerError::Protocol(_) => return Self::Engine(error.into()),
        };
        let error = EngineError::Server(error);
        match code {
            SqlState::UNIQUE_VIOLATION => Self::Unique(error),
            SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => {
                Self::Conflict(error)
            }
            SqlState::LOCK_NOT_AVAILABLE | SqlState::QUERY_CANCELED => Self::Busy(error),
            SqlState::DISK_FULL | SqlState::OUT_OF_MEMORY => Self::Full(error),
            SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::TOO_MANY_CONNECTIONS
            | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
            // After a fail-over the server that was asked may be one that only reads.
            | SqlState::READ_ONLY_SQL_TRANSACTION => Self::Disconnected(error),
            SqlState::CHARACTER_NOT_IN_REPERTOIRE | SqlState::UNTRANSLATABLE_CHARACTER => {
                Self::Unstorable(error)
            }
            _ => Self::Engine(error),
        }
    }
}

impl From<tokio_postgres::Error> for ServerError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refused) => Self::Refused {
                code: refused.code().code().to_owned(),
                message: refused.message().to_owned(),
            },
            None if error.is_closed() || is_about_the_way(&error) => Self::Gone(error),
            None => Self::Protocol(error),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        ServerError::from(error).into()
    }
}

/// Whether it has to do with the network.
fn is_about_the_way(error: &tokio_postgres::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}
