//! The connection that writes.

use super::super::lists::Lists;
use super::super::{StoreError, Tx, batch, params};
use super::connection;
use super::folder::FileId;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Waits for other processes that write, and for nobody after that.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// The one connection of this process that writes.
pub struct Writing {
    path: PathBuf,
    file: Option<FileId>,
    connection: Connection,
    lists: Arc<Lists>,
}

impl Writing {
    pub fn new(path: &Path, connection: Connection, lists: Arc<Lists>) -> Self {
        Self {
            path: path.to_owned(),
            file: FileId::of(path),
            connection,
            lists,
        }
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        let tx = Tx::embedded(&self.connection, &self.lists);
        tx.execute(sql, params![]).map(|_| ())
    }

    /// What is written to a file that has lost its name is gone when the program ends.
    fn is_in_place(&self) -> Result<(), StoreError> {
        match FileId::of(&self.path) == self.file {
            true => Ok(()),
            false => Err(StoreError::Moved {
                path: self.path.clone(),
            }),
        }
    }
}

impl batch::Writing for Writing {
    fn begin(&mut self) -> Result<(), StoreError> {
        // Only after a panic.
        if !self.connection.is_autocommit() {
            self.recover();
        }
        self.is_in_place()?;
        self.execute(BEGIN)
    }

    /// What it remembers of the lists is good until something is undone.
    fn tx(&self) -> Tx<'_> {
        Tx::embedded(&self.connection, &self.lists)
    }

    /// A statement that fails leaves the others as they are.
    fn is_stuck(&self) -> bool {
        false
    }

    /// SQLite ends the transaction by itself after some errors.
    fn lost(&self) -> Option<StoreError> {
        self.connection.is_autocommit().then_some(StoreError::Lost)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.execute("COMMIT")
    }

    fn recover(&mut self) {
        // SQLite ends the transaction by itself after some errors, and not after others.
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        if !self.connection.is_autocommit()
            && let Ok(fresh) = connection::open_writer(&self.path)
        {
            self.connection = fresh;
        }
    }

    /// Leaves one plain file behind; when somebody else still reads, the log stays instead.
    fn close(self: Box<Self>) {
        let _ = self
            .connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }
}
