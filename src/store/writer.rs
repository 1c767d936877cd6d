//! The one thread that writes, and how it puts many changes into one commit.
//!
//! Making a commit durable costs a wait for the disk, however little was changed. So whatever
//! has arrived while the thread was busy goes into the next commit together, and nobody gets an
//! answer before that commit is on disk.
//!
//! A change that fails leaves nothing behind. A savepoint for each would have SQLite copy every page
//! that it touches, so most have none: when one of them fails after it has written something, all of
//! the transaction is undone, and those before it are made again.

use super::folder::FileId;
use super::lists::Lists;
use super::reply::{Reply, reply};
use super::{StoreError, Tx, connection, params, unwound};
use crate::fault::Fault;
use crate::wait;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};

/// Changes in one commit at most, so that the first of them is not kept waiting for ever.
const LARGEST_BATCH: usize = 256;

/// Changes that may wait while a batch is under way: a whole next one. With more than that the
/// database is so far behind that its clients had better come back later. Each keeps a thread waiting,
/// of which the server has more than can wait here.
pub(super) const QUEUE: usize = LARGEST_BATCH;

/// The handle to the writing thread.
pub(super) struct Writer {
    queue: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
    thread_id: ThreadId,
    commits: Arc<AtomicU64>,
}

enum Message {
    Change(Box<dyn Change>),
    /// Everything sent before this is still done, nothing after it.
    Stop,
}

/// A closure that waits for the writer, with its result type hidden.
trait Change: Send {
    /// Runs the closure. Says whether what it did is to be kept.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Whether what the closure did, when it last ran, is to be kept.
    fn is_kept(&self) -> bool;
    /// Whether the closure can be run again after all that it did was undone.
    fn is_repeatable(&self) -> bool;
    /// Tells whoever waits how it ended, given how the commit ended.
    fn answer(self: Box<Self>, committed: Result<(), &Arc<StoreError>>);
}

struct Pending<T, F> {
    work: F,
    is_repeatable: bool,
    result: Option<Result<T, Fault>>,
    /// The closure goes back as well: whoever waits has the time to take apart what it holds.
    reply: Reply<(Result<T, Fault>, F)>,
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

impl Writer {
    pub(super) fn start(
        path: &Path,
        connection: Connection,
        lists: Arc<Lists>,
    ) -> Result<Self, StoreError> {
        let (queue, messages) = sync_channel(QUEUE);
        let commits = Arc::new(AtomicU64::new(0));
        let writing = Writing {
            path: path.to_owned(),
            file: FileId::of(path),
            connection,
            lists,
            messages,
            commits: Arc::clone(&commits),
        };
        let thread = thread::Builder::new()
            .name("store writer".to_owned())
            .spawn(move || writing.run())
            .map_err(StoreError::Thread)?;
        Ok(Self {
            queue,
            thread_id: thread.thread().id(),
            thread: Mutex::new(Some(thread)),
            commits,
        })
    }

    pub(super) fn write<T: Send + 'static>(
        &self,
        is_repeatable: bool,
        work: impl FnMut(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        if thread::current().id() == self.thread_id {
            return Err(Fault::internal(
                "a write inside a write would wait for itself",
            ));
        }
        let (reply, answer) = reply();
        let change = Pending {
            work,
            is_repeatable,
            result: None,
            reply,
        };
        // Never waits for room: whoever has been told so can wait elsewhere at no cost.
        self.queue
            .try_send(Message::Change(Box::new(change)))
            .map_err(|error| match error {
                TrySendError::Full(_) => StoreError::Overloaded,
                TrySendError::Disconnected(_) => StoreError::Closed,
            })?;
        let (result, _) = wait::aside(|| answer.wait()).ok_or(StoreError::Closed)?;
        result
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    pub(super) fn is_running(&self) -> bool {
        self.thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }

    /// Does what is queued, and returns when the file is closed.
    pub(super) fn stop(&self) {
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(thread) = thread else {
            return;
        };
        // A closure may hold the last handle to the store; the thread cannot wait for itself.
        if thread::current().id() == self.thread_id {
            let _ = self.queue.try_send(Message::Stop);
            return;
        }
        // Fails only when the thread has ended already.
        let _ = self.queue.send(Message::Stop);
        let _ = thread.join();
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

/// What the writing thread has.
struct Writing {
    path: PathBuf,
    file: Option<FileId>,
    connection: Connection,
    lists: Arc<Lists>,
    messages: Receiver<Message>,
    commits: Arc<AtomicU64>,
}

impl Writing {
    fn run(mut self) {
        let mut stopping = false;
        while !stopping {
            match self.messages.recv() {
                Ok(Message::Change(first)) => stopping = self.batch(first),
                Ok(Message::Stop) | Err(_) => stopping = true,
            }
        }
        // Leaves one plain file behind; when somebody else still reads, the log stays instead.
        let _ = self
            .connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// Commits a change together with those that have arrived meanwhile, and answers them all.
    /// Says whether the thread is to stop.
    fn batch(&mut self, first: Box<dyn Change>) -> bool {
        let mut batch = Batch::default();
        let mut stopping = false;
        let begun = self.is_in_place().and_then(|()| self.execute(BEGIN));
        let mut next = Some(first);
        let mut applied = Ok(());
        while let Some(mut change) = next.take() {
            // Where another process keeps the database, all that wait are told at once.
            if begun.is_ok() {
                applied = self.apply(change.as_mut(), &mut batch);
            }
            batch.changes.push(change);
            if applied.is_err() || batch.changes.len() == LARGEST_BATCH {
                break;
            }
            match self.messages.try_recv() {
                Ok(Message::Change(change)) => next = Some(change),
                Ok(Message::Stop) => stopping = true,
                Err(_) => {}
            }
        }
        let committed = begun
            .and(applied)
            .and_then(|()| self.execute("COMMIT"))
            .map_err(Arc::new);
        match &committed {
            Ok(()) => {
                self.commits.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => self.recover(),
        }
        for change in batch.changes {
            change.answer(committed.as_ref().copied());
        }
        stopping
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
