//! Connections that read, each a snapshot of its own.

use super::lists::Lists;
use super::{StoreError, Tx, connection, params, unwound};
use crate::fault::Fault;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections kept for the next reader. More may be in use at a time, as many as there are
/// threads that read: opening one takes less than waiting for another reader might. Each that is
/// kept has the schema and its statements in memory, some 300 KiB; with each that is closed goes its
/// view of the file, which has to be built up again page by page.
const KEPT: usize = 64;

pub(super) struct Readers {
    path: PathBuf,
    lists: Arc<Lists>,
    /// `None` once closed.
    idle: Mutex<Option<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn new(path: &Path, lists: Arc<Lists>) -> Self {
        Self {
            path: path.to_owned(),
            lists,
            idle: Mutex::new(Some(Vec::new())),
        }
    }

    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let connection = self.take()?;
        let tx = Tx::new(&connection, &self.lists);
        tx.execute("BEGIN", params![])?;
        let result = catch_unwind(AssertUnwindSafe(|| work(&tx))).unwrap_or_else(unwound);
        // A connection that cannot even end its transaction is not used again.
        if tx.execute("COMMIT", params![]).is_ok() {
            self.give_back(connection);
        }
        result
    }

    pub(super) fn close(&self) {
        self.idle().take();
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let kept = match self.idle().as_mut() {
            Some(idle) => idle.pop(),
            None => return Err(StoreError::Closed),
        };
        kept.map_or_else(|| connection::open_reader(&self.path), Ok)
    }

    fn give_back(&self, connection: Connection) {
        if let Some(idle) = self.idle().as_mut()
            && idle.len() < KEPT
        {
            idle.push(connection);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        // Nothing that can panic runs under this lock, so what it guards is whole.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
