//! Who writes: whoever comes first, and a thread where others come meanwhile.
//!
//! Making a commit durable costs a wait for the disk, however little was changed. So whatever
//! has arrived while a commit was under way goes into the next one together, and nobody gets an
//! answer before that commit is on disk.
//!
//! One at a time has the lead. A change that finds nobody there is made by its own thread, since
//! waking another one takes longer than the change. Whoever else comes waits in line; when the
//! first one is done, the writing thread has the lead until the line is empty.

use super::batch::{Batches, Change, LARGEST_BATCH, Pending, Writing};
use super::reply::{Answer, reply};
use super::{StoreError, Tx};
use crate::fault::Fault;
use crate::wait;
use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Changes that may wait while a batch is under way: a whole next one. With more than that the
/// database is so far behind that its clients had better come back later.
pub(super) const QUEUE: usize = LARGEST_BATCH;

/// The handle to the writing connection.
pub(super) struct Writer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What becomes of a change, and the change itself: whoever waits has the time to take apart what
/// it holds.
pub(super) type Written<T, F> = Answer<(Result<T, Fault>, F)>;

struct Shared {
    line: Mutex<Line>,
    /// Tells the writing thread that it has the lead.
    handed: Condvar,
    /// Whoever has the lead locks it; `None` once closed.
    writing: Mutex<Option<Batches>>,
    commits: AtomicU64,
}

/// Those who wait.
struct Line {
    changes: VecDeque<Box<dyn Change>>,
    lead: Lead,
    /// What is in line is still done, nothing after it.
    closing: bool,
}

/// Who makes the next commit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    Nobody,
    /// The one that came first.
    Caller,
    /// The writing thread.
    Thread,
}

thread_local! {
    /// The store whose changes this thread is making.
    static WRITES: Cell<usize> = const { Cell::new(0) };
}

impl Writer {
    pub(super) fn start(writing: Box<dyn Writing>) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared {
            line: Mutex::new(Line {
                changes: VecDeque::new(),
                lead: Lead::Nobody,
                closing: false,
            }),
            handed: Condvar::new(),
            writing: Mutex::new(Some(Batches::new(writing))),
            commits: AtomicU64::new(0),
        });
        let writing = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("store writer".to_owned())
            .spawn(move || writing.run())
            .map_err(StoreError::Thread)?;
        Ok(Self {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Makes a change, and waits until it is on disk.
    pub(super) fn write<T: Send + 'static>(
        &self,
        is_repeatable: bool,
        work: impl FnMut(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let answer = self.submit(is_repeatable, work)?;
        let given = match answer.is_given() {
            true => answer.wait(),
            false => wait::aside(|| answer.wait()),
        };
        let (result, _) = given.ok_or(StoreError::Closed)?;
        result
    }

    /// Makes a change, now or when its turn has come.
    pub(super) fn submit<T, F>(&self, is_repeatable: bool, work: F) -> Result<Written<T, F>, Fault>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        if self.shared.is_written_here() {
            return Err(Fault::internal(
                "a write inside a write would wait for itself",
            ));
        }
        let (reply, answer) = reply();
        let change = Box::new(Pending::new(work, is_repeatable, reply));
        let mut line = self.shared.line();
        if line.closing {
            return Err(StoreError::Closed.into());
        }
        if line.lead == Lead::Nobody {
            line.lead = Lead::Caller;
            drop(line);
            wait::aside(|| self.shared.lead(change));
        } else if line.changes.len() < QUEUE {
            line.changes.push_back(change);
        } else {
            // Never waits for room: whoever has been told so can wait elsewhere at no cost.
            return Err(StoreError::Overloaded.into());
        }
        Ok(answer)
    }

    pub(super) fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::Relaxed)
    }

    pub(super) fn is_running(&self) -> bool {
        self.thread()
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }

    /// Does what is in line, and returns when the file is closed.
    pub(super) fn stop(&self) {
        let Some(thread) = self.thread().take() else {
            return;
        };
        let mut line = self.shared.line();
        line.closing = true;
        if line.lead == Lead::Nobody {
            line.hand_over(&self.shared.handed);
        }
        drop(line);
        // A closure may hold the last handle to the store; nobody can wait for oneself.
        if !self.shared.is_written_here() && thread.thread().id() != thread::current().id() {
            let _ = thread.join();
        }
    }

    fn thread(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn hand_over(&mut self, handed: &Condvar) {
        self.lead = Lead::Thread;
        handed.notify_one();
    }
}

impl Shared {
    /// Makes the change of a caller who came first, together with those that come meanwhile.
    fn lead(&self, change: Box<dyn Change>) {
        // Even if it panics.
        let _handing_on = HandingOn(self);
        self.batch(change);
    }

    /// The writing thread.
    fn run(&self) {
        // Even if it panics.
        let _closing = Closing(self);
        while let Some(first) = self.first() {
            self.batch(first);
        }
        if let Some(writing) = self.writing().take() {
            writing.close();
        }
    }

    /// Waits for the lead, and for a change; `None` when there will be no more.
    fn first(&self) -> Option<Box<dyn Change>> {
        let mut line = self.line();
        loop {
            if line.lead == Lead::Thread {
                let first = line.changes.pop_front();
                if first.is_some() || line.closing {
                    return first;
                }
                line.lead = Lead::Nobody;
            }
            let handed = self.handed.wait(line);
            line = handed.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn batch(&self, first: Box<dyn Change>) {
        let others = WRITES.replace(self.address());
        if let Some(writing) = self.writing().as_mut() {
            let made = writing.batch(first, || self.line().changes.pop_front());
            if made.is_committed() {
                self.commits.fetch_add(1, Ordering::Relaxed);
            }
            made.answer();
        }
        WRITES.set(others);
    }

    /// Whether this thread is making a change of this store.
    fn is_written_here(&self) -> bool {
        WRITES.get() == self.address()
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Nothing that can panic runs under this lock, so what it guards is whole.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> MutexGuard<'_, Option<Batches>> {
        // After a panic its transaction is undone by the next batch.
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets somebody else have the lead.
struct HandingOn<'a>(&'a Shared);

impl Drop for HandingOn<'_> {
    fn drop(&mut self) {
        let mut line = self.0.line();
        match line.changes.is_empty() && !line.closing {
            true => line.lead = Lead::Nobody,
            false => line.hand_over(&self.0.handed),
        }
    }
}

/// Tells all that wait, and all who come, that nothing is written any more.
struct Closing<'a>(&'a Shared);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let mut line = self.0.line();
        line.closing = true;
        // What a change holds may come back here when it is dropped.
        let left = std::mem::take(&mut line.changes);
        drop(line);
        drop(left);
    }
}
