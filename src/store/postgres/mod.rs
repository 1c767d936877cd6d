//! The engine for more than one machine: a server that speaks PostgreSQL's protocol.

mod dialect;
mod error;
mod hosts;
mod migrate;
mod readers;
mod server;
mod session;
pub(super) mod transfer;
mod values;
mod writing;

pub use error::ServerError;
pub(super) use migrate::{HAS_TABLE, VERSION};
pub(super) use readers::Readers;
pub use server::{AddressError, Server};
pub(super) use session::Session;
pub(super) use values::value;
pub(super) use writing::Writing;

use super::lists::Lists;
use super::transfer::refuse_half;
use super::{StoreError, Tx};
use std::sync::Arc;

/// A database that is open.
pub(super) struct Database {
    pub writing: Writing,
    pub readers: Readers,
}

/// Opens a database, and gives it its tables as needed. One that holds the tables of another
/// program, or was changed by a later release, is refused and left as it is.
pub(super) fn open(server: &Arc<Server>, lists: &Arc<Lists>) -> Result<Database, StoreError> {
    let session = server.connect()?;
    refuse_half(&Tx::server(&session, lists), &server.to_string())?;
    migrate::migrate(&session, server)?;
    Ok(Database {
        writing: Writing::new(Arc::clone(server), session, Arc::clone(lists)),
        readers: Readers::new(Arc::clone(server), Arc::clone(lists))?,
    })
}
