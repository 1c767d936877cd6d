//! Changes that share a commit.
//!
//! A change that fails leaves nothing behind. A savepoint for each would have SQLite copy every page
//! that it touches, and PostgreSQL takes a round trip more, so most have none: when one of them fails
//! after it has written something, all of the transaction is undone, and those before it are made
//! again.
//!
//! Where the engine gives up a transaction, those who lose it to another node or to a connection that
//! broke before the commit are made again if they can be. A commit that was asked for and not
//! answered is never made again.

use super::reply::Reply;
use super::{StoreError, Tx, params, unwound};
use crate::fault::Fault;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Changes in one commit at most, so that the first of them is not kept waiting for ever.
pub(super) const LARGEST_BATCH: usize = 256;

/// Changes that are enough for a commit when making them has taken as long as the last one had to
/// wait for the disk. Sharing it among more saves little, and with all callers in one batch nobody
/// is left to read the next messages while it is written.
const ENOUGH: usize = 16;

/// A commit is closed after this time, however few it has: each of those who wait costs a slow
/// database server several answers.
const LONG_ENOUGH: Duration = Duration::from_millis(500);

/// How long a change may wait in line. Later its caller may not be there any more.
const PATIENCE: Duration = Duration::from_secs(6);

/// A closure that waits to be run, with its result type hidden.
pub(super) trait Change: Send {
    /// How long it has waited.
    fn age(&self) -> Duration;
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
    came: Instant,
    is_repeatable: bool,
    result: Option<Result<T, Fault>>,
    reply: Reply<(Result<T, Fault>, F)>,
}

impl<T, F> Pending<T, F> {
    pub(super) fn new(work: F, is_repeatable: bool, reply: Reply<(Result<T, Fault>, F)>) -> Self {
        Self {
            work,
            came: Instant::now(),
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
    fn age(&self) -> Duration {
        self.came.elapsed()
    }

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

/// How often changes are made again that the engine gave up.
const REPEATED: usize = 5;

/// Until when: whoever has waited longer for nothing is told so.
const REPEATED_WITHIN: Duration = Duration::from_secs(3);

/// A connection that writes, one transaction at a time.
pub(super) trait Writing: Send {
    /// Begins a transaction beside which nobody else changes anything, whichever process. What was
    /// under way is undone.
    fn begin(&mut self) -> Result<(), StoreError>;
    /// What is done within it.
    fn tx(&self) -> Tx<'_>;
    /// Whether nothing but undoing is possible since a statement failed.
    fn is_stuck(&self) -> bool;
    /// Why the transaction is gone with all that was done, if it is.
    fn lost(&self) -> Option<StoreError>;
    /// Makes what was done last.
    fn commit(&mut self) -> Result<(), StoreError>;
    /// Makes the connection fit for the next transaction after one that failed.
    fn recover(&mut self);
    /// Leaves the database to others.
    fn close(self: Box<Self>);
}

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
    /// What could not be made again.
    given_up: Vec<(Box<dyn Change>, Arc<StoreError>)>,
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
        for (change, error) in self.given_up {
            change.answer(Err(&error));
        }
    }
}

/// The one that makes changes.
pub(super) struct Batches {
    writing: Box<dyn Writing>,
    /// How long the disk took.
    last_commit: Duration,
}

impl Batches {
    pub(super) fn new(writing: Box<dyn Writing>) -> Self {
        Self {
            writing,
            last_commit: Duration::ZERO,
        }
    }

    pub(super) fn close(self) {
        self.writing.close();
    }

    /// Commits a change together with those that come `next`.
    pub(super) fn batch(
        &mut self,
        first: Box<dyn Change>,
        mut next: impl FnMut() -> Option<Box<dyn Change>>,
    ) -> Made {
        let mut batch = Batch::default();
        let mut given_up = Vec::new();
        let asked = Instant::now();
        let begun = self.writing.begin();
        let started = Instant::now();
        let mut waiting = Some(first);
        let mut applied = Ok(());
        while let Some(mut change) = waiting.take() {
            // Where another process keeps the database, all that wait are told at once.
            if begun.is_ok() && change.age() > PATIENCE {
                given_up.push((change, Arc::new(StoreError::Overloaded)));
                waiting = next();
                continue;
            }
            if begun.is_ok() {
                applied = self.apply(change.as_mut(), &mut batch);
            }
            batch.changes.push(change);
            let count = batch.changes.len();
            let made = started.elapsed();
            let is_enough = begun.is_ok()
                && (made >= LONG_ENOUGH || count >= ENOUGH && made >= self.last_commit);
            if applied.is_err() || is_enough || count == LARGEST_BATCH {
                break;
            }
            waiting = next();
        }
        let committed = begun.and(applied).and_then(|()| self.commit());
        let until = asked + REPEATED_WITHIN;
        let committed = self.repeat(committed, &mut batch, &mut given_up, until);
        if let Err(error) = &committed {
            self.writing.recover();
            // Those who wait have nothing better to expect, and may have waited for long.
            while Instant::now() > until && error.is_lasting() && given_up.len() < LARGEST_BATCH {
                let Some(change) = next() else { break };
                given_up.push((change, Arc::new(StoreError::Overloaded)));
            }
        }
        Made {
            changes: batch.changes,
            committed: committed.map_err(Arc::new),
            given_up,
        }
    }

    /// Makes changes again whose transaction the engine gave up, as long as that may help.
    fn repeat(
        &mut self,
        mut committed: Result<(), StoreError>,
        batch: &mut Batch,
        given_up: &mut Vec<(Box<dyn Change>, Arc<StoreError>)>,
        until: Instant,
    ) -> Result<(), StoreError> {
        for _ in 0..REPEATED {
            let Err(error) = committed else { break };
            if !error.is_worth_repeating() || Instant::now() > until {
                return Err(error);
            }
            let changes = std::mem::take(&mut batch.changes);
            let (again, not_again): (Vec<_>, Vec<_>) = changes
                .into_iter()
                .partition(|change| change.is_repeatable());
            batch.changes = again;
            let error = Arc::new(error);
            given_up.extend(not_again.into_iter().map(|it| (it, Arc::clone(&error))));
            if batch.changes.is_empty() {
                return Err(StoreError::NotCommitted(error));
            }
            self.writing.recover();
            committed = self.make_again(batch);
        }
        committed
    }

    fn make_again(&mut self, batch: &mut Batch) -> Result<(), StoreError> {
        self.writing.begin()?;
        for change in &mut batch.changes {
            self.apply_alone(change.as_mut())?;
        }
        self.commit()
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let made = Instant::now();
        let committed = self.writing.commit();
        self.last_commit = made.elapsed();
        committed
    }

    /// Runs a change so that it leaves nothing behind when it fails. An error means that the whole
    /// transaction is lost.
    fn apply(&mut self, change: &mut dyn Change, batch: &mut Batch) -> Result<(), StoreError> {
        if batch.needs_savepoints {
            return self.apply_alone(change);
        }
        let written = self.writing.tx().changes();
        if self.made(change)? {
            batch.needs_savepoints = !change.is_repeatable();
        } else if self.writing.is_stuck() || self.writing.tx().changes() != written {
            self.execute("ROLLBACK")?;
            self.writing.begin()?;
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
        let kept = change.run(&self.writing.tx());
        // Each statement after that would be a transaction of its own.
        match self.writing.lost() {
            Some(error) => Err(error),
            // Whoever goes on after an error has lost what was done before it.
            None if kept && self.writing.is_stuck() => Err(StoreError::Lost),
            None => Ok(kept),
        }
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.writing.tx().execute(sql, params![]).map(|_| ())
    }
}
