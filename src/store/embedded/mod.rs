//! The engine for one machine: SQLite, a file in the data folder.

mod connection;
pub mod copy;
mod folder;
mod migrate;
mod readers;
mod statements;
pub(super) mod transfer;
mod writing;

pub(super) use folder::InUse;
pub(super) use readers::Readers;
pub(super) use rusqlite::Connection as Embedded;
pub(super) use statements::{execute, first, query, query_once, value};
pub(super) use transfer::schema;
pub(super) use writing::Writing;

use super::StoreError;
use super::lists::Lists;
use std::path::Path;
use std::sync::Arc;

/// A database file that is open.
pub(super) struct Database {
    pub writing: Writing,
    pub readers: Readers,
    pub in_use: InUse,
}

/// Opens the database file, creating it and applying migrations as needed.
///
/// A file that is empty, damaged, written by another program or by a later release of this one, or
/// that cannot be written to, is refused and left as it is.
pub(super) fn open(path: &Path, lists: &Arc<Lists>) -> Result<Database, StoreError> {
    let in_use = InUse::share(path)?;
    if path.symlink_metadata().is_err() {
        migrate::create(path)?;
    }
    migrate::inspect(path)?;
    let mut connection = connection::open_writer(path)?;
    migrate::migrate(&mut connection)?;
    Ok(Database {
        writing: Writing::new(path, connection, Arc::clone(lists)),
        readers: Readers::new(path, Arc::clone(lists)),
        in_use,
    })
}
