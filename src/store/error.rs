//! What can go wrong with the database, and what callers are told of it.

use super::postgres::ServerError;
use crate::fault::{Exception, Fault, Protocol};
use rusqlite::ffi;
use std::path::PathBuf;
use std::sync::Arc;

/// What an engine reports, in its own words.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Embedded(#[from] rusqlite::Error),
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A query that always has a row had none.
    #[error("a query gave no row")]
    NoRow,
}

impl EngineError {
    /// SQLite's code, with what refines it.
    pub(super) fn sqlite_code(&self) -> Option<i32> {
        match self {
            Self::Embedded(error) => error.sqlite_error().map(|it| it.extended_code),
            _ => None,
        }
    }
}

/// A failure of the database. Callers learn no more than whether a value was taken; the rest is
/// for the log, and for the operator when a store is opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique value is there already.
    #[error("the value is taken already")]
    Unique(#[source] EngineError),
    /// A column holds something else than the code expects.
    #[error("column {column}: {reason}")]
    Column { column: usize, reason: String },
    /// The disk or the allowance on it is used up. Later writes may succeed.
    #[error("the disk is full")]
    Full(#[source] EngineError),
    /// Another process kept the database locked for longer than a write may wait.
    #[error("another process keeps the database locked")]
    Busy(#[source] EngineError),
    /// Another transaction was in the way, and this one may succeed when it is done again.
    #[error("another transaction was in the way")]
    Conflict(#[source] EngineError),
    /// The same, noticed by a statement.
    #[error("another transaction was in the way")]
    Beaten,
    /// The database server cannot be reached, or went away. Nothing was committed.
    #[error("the database server cannot be reached")]
    Disconnected(#[source] EngineError),
    /// The database server went away while it was asked to commit.
    #[error("nobody knows whether the change was stored")]
    Unknown(#[source] EngineError),
    /// A text with characters that the database cannot hold.
    #[error("the database cannot hold the text")]
    Unstorable(#[source] EngineError),
    /// As many changes wait for the writing thread as may.
    #[error("too many changes wait to be stored")]
    Overloaded,
    /// As many wait for a connection to the database server as may, or one has waited for too long.
    #[error("the database server has too much to do")]
    Occupied(#[source] EngineError),
    /// The file cannot be read or written: permissions, a broken disk, a missing directory.
    #[error("the database file cannot be read or written")]
    Unreachable(#[source] EngineError),
    /// The file is damaged, or no database at all.
    #[error("the database file is damaged, or not a database")]
    Corrupt(#[source] EngineError),
    /// The file failed a check. It was not touched.
    #[error(
        "{} is damaged ({finding}); it was left as it is: move it away, with the files that are \
         named after it, and restore a backup",
        path.display()
    )]
    Damaged { path: PathBuf, finding: String },
    /// The file is none that this program made. It was not touched.
    #[error(
        "{} is not a database of services88; it was left as it is: move it away, or name another \
         folder",
        path.display()
    )]
    Foreign { path: PathBuf },
    /// The file is empty, which a database never is. It was not touched.
    #[error(
        "{} is empty, which a database never is; it was left as it is: restore a backup in its \
         place, or remove it if a new database is to be made",
        path.display()
    )]
    Empty { path: PathBuf },
    /// What is there is a folder, or something stranger.
    #[error("{} is not a file: move it away, or name another folder", path.display())]
    NoFile { path: PathBuf },
    /// A later release wrote the file. It was not touched.
    #[error(
        "{} has version {found}, and this release knows no later one than {known}; it was left as \
         it is: run the release that wrote it, or a later one",
        path.display()
    )]
    Newer {
        path: PathBuf,
        found: usize,
        known: usize,
    },
    /// There are tables of another program. Nothing was touched.
    #[error(
        "{database} has tables that are not those of services88; they were left as they are: name \
         another database"
    )]
    ForeignDatabase { database: String },
    /// A later release changed the tables. Nothing was touched.
    #[error(
        "{database} has version {found}, and this release knows no later one than {known}; it was \
         left as it is: run the release that made it, or a later one"
    )]
    NewerDatabase {
        database: String,
        found: usize,
        known: usize,
    },
    /// A copy of another database was begun into it, and not finished. Nothing was touched.
    #[error(
        "{place} holds a part of a copy only: have services88 copy finish it, or begin it anew with \
         --restart"
    )]
    HalfCopied { place: String },
    /// The database has another encoding than UTF-8.
    #[error("{database} has the encoding {found}: make one with ENCODING 'UTF8'")]
    Encoding { database: String, found: String },
    /// The database is gone, but not what was written last to it.
    #[error(
        "{} is left of a database that is not here any more, and may hold what was stored last: \
         put the database back beside it, or move it away",
        path.display()
    )]
    Orphan { path: PathBuf },
    /// The file may be read but not written.
    #[error("{} cannot be written to: look at its permissions, and at the disk's", path.display())]
    ReadOnly { path: PathBuf },
    /// The file is not there, or the system does not let us read it.
    #[error("{} cannot be read: {source}", path.display())]
    NotRead {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The file cannot be made.
    #[error("{} cannot be written: {source}", path.display())]
    NotWritten {
        path: PathBuf,
        source: std::io::Error,
    },
    /// There is a file already where one is to be made.
    #[error("{} is there already", path.display())]
    Exists { path: PathBuf },
    /// A server or command uses the folder, and would not notice what is put there; or somebody
    /// is just putting a database there.
    #[error(
        "the folder {} is in use: stop the servers and commands that use it",
        folder.display()
    )]
    InUse { folder: PathBuf },
    /// The file has been removed, or another one put in its place, while it was in use.
    #[error(
        "{} was removed or replaced while it was in use: put it back, or start the server again",
        path.display()
    )]
    Moved { path: PathBuf },
    /// The commit that the change was part of did not happen.
    #[error("the change was not stored: {0}")]
    NotCommitted(#[source] Arc<StoreError>),
    /// The engine ended a transaction by itself, after an error of somebody else's change.
    #[error("the transaction ended early")]
    Lost,
    /// The writing thread could not be started.
    #[error("no thread could be started")]
    Thread(#[source] std::io::Error),
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// Anything else that the engine reports.
    #[error("the database could not do its work")]
    Engine(#[source] EngineError),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let error = EngineError::Embedded(error);
        let Some(code) = error.sqlite_code() else {
            return Self::Engine(error);
        };
        // The low byte is the primary code; the rest refines it.
        match (code, code & 0xff) {
            (ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY, _) => {
                Self::Unique(error)
            }
            (_, ffi::SQLITE_FULL) => Self::Full(error),
            (_, ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED) => Self::Busy(error),
            (_, ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB) => Self::Corrupt(error),
            (_, ffi::SQLITE_IOERR | ffi::SQLITE_READONLY | ffi::SQLITE_CANTOPEN) => {
                Self::Unreachable(error)
            }
            _ => Self::Engine(error),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let (exception, message) = match error.root() {
            StoreError::Unique(_) => (Exception::Duplicate, "The value is taken already."),
            StoreError::Full(_) => (
                Exception::DbAccess,
                "The server's disk is full. Nothing was changed.",
            ),
            StoreError::Busy(_) => {
                let reason = "Another program keeps the database locked. Nothing was changed; \
                              try again later.";
                return Self::protocol(Protocol::Busy, reason).caused_by(error);
            }
            StoreError::Occupied(_) => {
                let reason = "The database has more to do than it can. Nothing was changed; \
                              try again later.";
                return Self::protocol(Protocol::Busy, reason).caused_by(error);
            }
            StoreError::Conflict(_) | StoreError::Beaten => {
                let reason = "Others change the same at the same time. Nothing was changed; \
                              try again later.";
                return Self::protocol(Protocol::Busy, reason).caused_by(error);
            }
            StoreError::Disconnected(_) => (
                Exception::DbAccess,
                "The database cannot be reached. Try again later.",
            ),
            StoreError::Unknown(_) => (
                Exception::DbAccess,
                "The connection to the database broke. It is not known whether the change was \
                 stored.",
            ),
            StoreError::Unstorable(_) => (
                Exception::InvalidArgument,
                "The database cannot hold one of the characters. Nothing was changed.",
            ),
            StoreError::Overloaded => {
                let reason = "The server has more to store than it can. Nothing was changed; \
                              try again later.";
                // Common under load, and the log has a line of each call anyway.
                return Self::protocol(Protocol::Busy, reason);
            }
            _ => (Exception::DbAccess, "The database could not do its work."),
        };
        Self::service(exception, message).caused_by(error)
    }
}

impl StoreError {
    /// Whether what was undone may succeed when it is done again.
    pub(super) fn is_worth_repeating(&self) -> bool {
        matches!(
            self.root(),
            Self::Conflict(_) | Self::Beaten | Self::Disconnected(_)
        )
    }

    /// Whether the next change is not to be expected to fare better.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(self.root(), Self::Disconnected(_) | Self::Unknown(_))
    }

    /// The reason behind a commit that did not happen.
    fn root(&self) -> &Self {
        match self {
            Self::NotCommitted(error) => error.root(),
            error => error,
        }
    }
}
