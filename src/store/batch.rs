//! Changes that share a commit.
//!
//! A change that fails leaves nothing behind. A savepoint for each would have SQLite copy every page
//! that it touches, so most have none: when one of them fails after it has written something, all of
//! the transaction is undone, and those before it are made again.

use super::folder::FileId;
use super::lists::Lists;
use super::reply::Reply;
use super::{StoreError, Tx, connection, params, unwound};
use crate::fault::Fault;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Changes in one commit at most, so that the first of them is not kept waiting for ever.
pub(super) const LARGEST_BATCH: usize = 256;

/// Changes that are enough for a commit when making them has taken as long as the last one had to
/// wait for the disk. Sharing it among more saves little, and with all callers in one batch nobody
/// is left to read the next messages while it is written.
const ENOUGH: usize = 16;

/// A closure that waits to be run, with its result type hidden.
pub(super) trait Change: Send {
    /// Runs the closure. Says whether what it did is to be kept.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Whether what the closure did, when it last ran, is to be kept.
    fn is_kept(&self) -> bool;
    /// Whether the closure can be run again after all that it did was undone.
    fn is_repeatable(&self) -> bool;
    /// Tells whoever waits how it ended, given how the commit ended.
    fn answer(self: Box<Self>, committed: Result<(), &Arc<StoreError>>);
}

/// A closure, what it said, and where that goes.
pub(super) struct Pending<T, F> {
    work: F,
    is_repeatable: bool,
    result: Option<Result<T, Fault>>,
    reply: Reply<(Result<T, Fault>, F)>,
}

impl<T, F> Pending<T, F> {
    pub(super) fn new(work: F, is_repeatable: bool, reply: Reply<(Result<T, Fault>, F)>) -> Self {
        Self {
            work,
            is_repeatable,
            result: None,
            reply,
        }
    }
}

impl<T, F> Change for Pending<T, F>
where
    T: Send,
    F: FnMut(&Tx<'_>) -> Result<T, Fault> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let work = &mut self.work;
        let result = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(unwound);
        self.result = Some(result);
        self.is_kept()
    }

    fn is_kept(&self) -> bool {
        matches!(self.result, Some(Ok(_)))
    }

    fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    fn answer(self: Box<Self>, committed: Result<(), &Arc<StoreError>>) {
        let result = match (self.result, committed) {
            // What failed by itself failed for its own reason, whatever became of the others.
            (Some(Err(fault)), _) => Err(fault),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(StoreError::NotCommitted(Arc::clone(error)).into()),
            (None, Ok(())) => Err(StoreError::Closed.into()),
        };
        self.reply.give((result, self.work));
    }
}

/// Waits for other processes that write, and for nobody after that.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// Changes that share a commit.
#[derive(Default)]
struct Batch {
    changes: Vec<Box<dyn Change>>,
    /// Whether what has been done cannot be done again.
    needs_savepoints: bool,
}

/// Changes whose commit is over, and how it ended.
pub(super) struct Made {
    changes: Vec<Box<dyn Change>>,
    committed: Result<(), Arc<StoreError>>,
}

impl Made {
    pub(super) fn is_committed(&self) -> bool {
        self.committed.is_ok()
    }

    /// Tells all who wait.
    pub(super) fn answer(self) {
        for change in self.changes {
            change.answer(self.committed.as_ref().copied());
        }
    }
}

/// The connection that writes.
pub(super) struct Writing {
    path: PathBuf,
    file: Option<FileId>,
    connection: Connection,
    lists: Arc<Lists>,
    /// How long the disk took.
    last_commit: Duration,
}

impl Writing {
    pub(super) fn new(path: &Path, connection: Connection, lists: Arc<Lists>) -> Self {
        Self {
            path: path.to_owned(),
            file: FileId::of(path),
            connection,
            lists,
            last_commit: Duration::ZERO,
        }
    }

    /// Leaves one plain file behind; when somebody else still reads, the log stays instead.
    pub(super) fn close(self) {
        let _ = self
            .connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// Commits a change together with those that come `next`.
    pub(super) fn batch(
        &mut self,
        first: Box<dyn Change>,
        mut next: impl FnMut() -> Option<Box<dyn Change>>,
    ) -> Made {
        // Only after a panic.
        if !self.connection.is_autocommit() {
            self.recover();
        }
        let mut batch = Batch::default();
        let begun = self.is_in_place().and_then(|()| self.execute(BEGIN));
        let started = Instant::now();
        let mut waiting = Some(first);
        let mut applied = Ok(());
        while let Some(mut change) = waiting.take() {
            // Where another process keeps the database, all that wait are told at once.
            if begun.is_ok() {
                applied = self.apply(change.as_mut(), &mut batch);
            }
            batch.changes.push(change);
            let count = batch.changes.len();
            let is_enough =
                begun.is_ok() && count >= ENOUGH && started.elapsed() >= self.last_commit;
            if applied.is_err() || is_enough || count == LARGEST_BATCH {
                break;
            }
            waiting = next();
        }
        let made = Instant::now();
        let committed = begun
            .and(applied)
            .and_then(|()| self.execute("COMMIT"))
            .map_err(Arc::new);
        self.last_commit = made.elapsed();
        if committed.is_err() {
            self.recover();
        }
        Made {
            changes: batch.changes,
            committed,
        }
    }

    /// Runs a change so that it leaves nothing behind when it fails. An error means that the whole
    /// transaction is lost.
    fn apply(&self, change: &mut dyn Change, batch: &mut Batch) -> Result<(), StoreError> {
        if batch.needs_savepoints {
            return self.apply_alone(change);
        }
        let written = self.connection.total_changes();
        if self.made(change)? {
            batch.needs_savepoints = !change.is_repeatable();
        } else if self.connection.total_changes() != written {
            self.execute("ROLLBACK")?;
            self.execute(BEGIN)?;
            // Nobody can make us do this again and again.
            batch.needs_savepoints = true;
            for change in batch.changes.iter_mut().filter(|change| change.is_kept()) {
                self.apply_alone(change.as_mut())?;
            }
        }
        Ok(())
    }

    /// The same without touching what others did.
    fn apply_alone(&self, change: &mut dyn Change) -> Result<(), StoreError> {
        self.execute("SAVEPOINT change")?;
        if !self.made(change)? {
            self.execute("ROLLBACK TO change")?;
        }
        self.execute("RELEASE change")
    }

    /// Runs a change, and says whether what it did is to be kept.
    fn made(&self, change: &mut dyn Change) -> Result<bool, StoreError> {
        let kept = change.run(&self.tx());
        // Some errors end the transaction; each statement after that would be one of its own.
        match self.connection.is_autocommit() {
            true => Err(StoreError::Lost),
            false => Ok(kept),
        }
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.tx().execute(sql, params![]).map(|_| ())
    }

    /// What it remembers of the lists is good until something is undone.
    fn tx(&self) -> Tx<'_> {
        Tx::new(&self.connection, &self.lists)
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

    /// Makes the connection fit for the next batch after one that failed.
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
}
