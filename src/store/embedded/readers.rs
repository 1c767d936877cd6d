//! Connections that read, each a snapshot of its own.

use super::super::lists::Lists;
use super::super::{StoreError, Tx, params, unwound};
use super::connection;
use crate::fault::Fault;
use crate::wait;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

/// While no reader is given back for so long, those that are in use wait for the disk, or for the
/// very one that waits here; then another one is opened.
const STUCK: Duration = Duration::from_millis(5);

/// Connections are few, and used by turns: each builds up a view of the file of its own, page by
/// page, has the schema and its statements in memory, some 300 KiB, and pushes what others look at
/// out of the processor's caches.
pub struct Readers {
    path: PathBuf,
    lists: Arc<Lists>,
    /// In use at a time, unless they are stuck; and kept for the next.
    usual: usize,
    pool: Mutex<Pool>,
    given_back: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    used: usize,
    /// How many wait for one. The system need not be asked to wake nobody.
    waiting: usize,
    /// How often one was given back.
    turns: u64,
    is_closed: bool,
}

impl Readers {
    pub fn new(path: &Path, lists: Arc<Lists>) -> Self {
        Self {
            path: path.to_owned(),
            lists,
            // One more than can run, since now and then one waits for a page.
            usual: available_parallelism().map_or(1, usize::from) + 1,
            pool: Mutex::default(),
            given_back: Condvar::new(),
        }
    }

    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut turn = self.turn()?;
        let connection = match turn.connection.take() {
            Some(kept) => kept,
            None => connection::open_reader(&self.path)?,
        };
        let tx = Tx::embedded(&connection, &self.lists);
        tx.execute("BEGIN", params![])?;
        let result = catch_unwind(AssertUnwindSafe(|| work(&tx))).unwrap_or_else(unwound);
        // A connection that cannot even end its transaction is not used again.
        if tx.execute("COMMIT", params![]).is_ok() {
            turn.connection = Some(connection);
        }
        result
    }

    /// What is in use meanwhile is closed when it is given back.
    pub fn close(&self) {
        let mut pool = self.pool();
        pool.is_closed = true;
        pool.idle.clear();
        self.given_back.notify_all();
    }

    fn turn(&self) -> Result<Turn<'_>, StoreError> {
        let mut pool = self.pool();
        if pool.used >= self.usual {
            drop(pool);
            pool = wait::aside(|| self.wait());
        }
        if pool.is_closed {
            return Err(StoreError::Closed);
        }
        pool.used += 1;
        Ok(Turn {
            connection: pool.idle.pop(),
            readers: self,
        })
    }

    fn wait(&self) -> MutexGuard<'_, Pool> {
        let mut pool = self.pool();
        pool.waiting += 1;
        while pool.used >= self.usual && !pool.is_closed {
            let turns = pool.turns;
            pool = self
                .given_back
                .wait_timeout(pool, STUCK)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            if pool.turns == turns {
                break;
            }
        }
        pool.waiting -= 1;
        pool
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        // Nothing that can panic runs under this lock, so what it guards is whole.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to read, and the connection for it where one was kept.
struct Turn<'a> {
    connection: Option<Connection>,
    readers: &'a Readers,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.pool();
        pool.used -= 1;
        pool.turns += 1;
        if let Some(connection) = self.connection.take()
            && pool.idle.len() < self.readers.usual
            && !pool.is_closed
        {
            pool.idle.push(connection);
        }
        if pool.waiting > 0 {
            self.readers.given_back.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread;

    fn readers() -> (tempfile::TempDir, Readers) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("some.db");
        Connection::open(&path).expect("a database");
        let readers = Readers::new(&path, Arc::default());
        (folder, readers)
    }

    #[test]
    fn many_take_turns_with_few_connections() {
        let (_folder, readers) = readers();
        thread::scope(|scope| {
            for _ in 0..32 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        readers.read(|_| Ok(())).expect("a turn");
                    }
                });
            }
        });
        let pool = readers.pool();
        assert_eq!((pool.used, pool.turns), (0, 32 * 50));
        assert!((1..=readers.usual).contains(&pool.idle.len()));
    }

    #[test]
    fn whoever_waits_for_those_that_are_stuck_gets_another_one() {
        let (_folder, readers) = readers();
        let (go, gone) = channel::<()>();
        let gone = Mutex::new(gone);
        thread::scope(|scope| {
            let (begun, begins) = channel();
            for _ in 0..readers.usual {
                let (readers, gone, begun) = (&readers, &gone, begun.clone());
                scope.spawn(move || {
                    readers.read(|_| {
                        begun.send(()).expect("somebody listens");
                        // Ends when the other end is dropped.
                        let _ = gone.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        Ok(())
                    })
                });
            }
            for _ in 0..readers.usual {
                begins.recv().expect("all begin");
            }
            assert_eq!(readers.read(|_| Ok(7)).expect("another one"), 7);
            drop(go);
        });
        assert_eq!(readers.pool().idle.len(), readers.usual);
    }

    #[test]
    fn nobody_waits_for_what_is_closed() {
        let (_folder, readers) = readers();
        readers.read(|_| Ok(())).expect("a turn");
        readers.close();
        assert!(readers.read(|_| Ok(())).is_err());
        assert!(readers.pool().idle.is_empty());
    }
}
