//! What can go wrong with the database, and what callers are told of it.

use crate::fault::{Exception, Fault};
use rusqlite::ffi;
use std::path::PathBuf;
use std::sync::Arc;

/// A failure of the database. Callers learn no more than whether a value was taken; the rest is
/// for the log, and for the operator when a store is opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique value is there already.
    #[error("the value is taken already")]
    Unique(#[source] rusqlite::Error),
    /// A column holds something else than the code expects.
    #[error("column {column}: {reason}")]
    Column { column: usize, reason: String },
    /// The disk or the allowance on it is used up. Later writes may succeed.
    #[error("the disk is full")]
    Full(#[source] rusqlite::Error),
    /// Another process kept the database locked for longer than a write may wait.
    #[error("another process keeps the database locked")]
    Busy(#[source] rusqlite::Error),
    /// The file cannot be read or written: permissions, a broken disk, a missing directory.
    #[error("the database file cannot be read or written")]
    Unreachable(#[source] rusqlite::Error),
    /// The file is damaged, or no database at all.
    #[error("the database file is damaged, or not a database")]
    Corrupt(#[source] rusqlite::Error),
    /// The file failed the check that is made when it is opened.
    #[error("{} is damaged: {finding}", path.display())]
    Damaged { path: PathBuf, finding: String },
    /// The file is a database of another program. It was not touched.
    #[error("{} is not a database of services88; it was left as it is", path.display())]
    Foreign { path: PathBuf },
    /// A later release wrote the file. It was not touched.
    #[error(
        "{} has version {found}, and this release knows no later one than {known}; it was left as it is",
        path.display()
    )]
    Newer {
        path: PathBuf,
        found: usize,
        known: usize,
    },
    /// The commit that the change was part of did not happen.
    #[error("the change was not stored: {0}")]
    NotCommitted(#[source] Arc<StoreError>),
    /// The file cannot be created.
    #[error("the database file cannot be created: {0}")]
    Create(#[source] std::io::Error),
    /// The writing thread could not be started.
    #[error("no thread could be started")]
    Thread(#[source] std::io::Error),
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// Anything else that the engine reports.
    #[error("the database could not do its work")]
    Engine(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error().map(|error| error.extended_code) else {
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
        match error {
            StoreError::Unique(_) => {
                Self::service(Exception::Duplicate, "The value is taken already.").caused_by(error)
            }
            _ => Self::service(Exception::DbAccess, "The database could not do its work.")
                .caused_by(error),
        }
    }
}
