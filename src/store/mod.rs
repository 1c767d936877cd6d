//! The database: transactions, migrations, and one file of SQL per area.
//!
//! Above this floor nothing knows which engine it is. Callers pass closures to
//! [`Store::read`] and [`Store::write`] and see only [`Tx`] and [`Row`].

mod connection;
mod error;
mod migrate;
mod tx;

pub use error::StoreError;
pub(crate) use tx::params;
pub use tx::{Column, Param, Row, Tx};

use crate::fault::Fault;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// One database. Clones share it.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<rusqlite::Connection>>,
}

impl Store {
    /// Opens the database file, creating it and applying migrations as needed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        migrate::inspect(path)?;
        let mut connection = connection::open_writer(path)?;
        migrate::migrate(&mut connection)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Runs a closure on a snapshot of the database. It never waits for writers.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(|dead| dead.into_inner());
        work(&Tx::new(&connection))
    }

    /// Runs a closure that may change the database and returns after its commit is on disk.
    /// When the closure fails, nothing it did remains.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(|dead| dead.into_inner());
        let tx = Tx::new(&connection);
        tx.execute("BEGIN IMMEDIATE", params![])?;
        match work(&tx) {
            Ok(value) => {
                tx.execute("COMMIT", params![])?;
                Ok(value)
            }
            Err(fault) => {
                tx.execute("ROLLBACK", params![])?;
                Err(fault)
            }
        }
    }
}
