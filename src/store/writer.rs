//! The one thread that writes, and how it puts many changes into one commit.
//!
//! Making a commit durable costs a wait for the disk, however little was changed. So whatever
//! has arrived while the thread was busy goes into the next commit together, each change under
//! a savepoint of its own, and nobody gets an answer before that commit is on disk.

use super::folder::FileId;
use super::lists::Lists;
use super::{StoreError, Tx, connection, params, unwound};
use crate::fault::Fault;
use crate::wait;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};

/// Changes in one commit at most, so that the first of them is not kept waiting for ever.
const LARGEST_BATCH: usize = 256;

/// Changes that may wait while a batch is under way: a whole next one. Each keeps a thread waiting.
/// With more than that the database is so far behind that its clients had better come back later.
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
    /// Tells whoever waits how it ended, given how the commit ended.
    fn answer(self: Box<Self>, committed: Result<(), &Arc<StoreError>>);
}

struct Pending<T, F> {
    work: Option<F>,
    result: Option<Result<T, Fault>>,
    reply: Sender<Result<T, Fault>>,
}

impl<T, F> Change for Pending<T, F>
where
    T: Send,
    F: FnOnce(&Tx<'_>) -> Result<T, Fault> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let result = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(unwound);
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), &Arc<StoreError>>) {
        let result = match (self.result, committed) {
            // What failed by itself failed for its own reason, whatever became of the others.
            (Some(Err(fault)), _) => Err(fault),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(StoreError::NotCommitted(Arc::clone(error)).into()),
            (None, Ok(())) => Err(StoreError::Closed.into()),
        };
        // Whoever asked waits for this; if not, there is nobody to tell.
        let _ = self.reply.send(result);
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
        work: impl FnOnce(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        if thread::current().id() == self.thread_id {
            return Err(Fault::internal(
                "a write inside a write would wait for itself",
            ));
        }
        let (reply, answer) = channel();
        let change = Pending {
            work: Some(work),
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
        wait::aside(|| answer.recv()).map_err(|_| StoreError::Closed)?
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
        let mut changes = Vec::new();
        let mut stopping = false;
        let tx = Tx::new(&self.connection, &self.lists);
        let begun = self
            .is_in_place()
            .and_then(|()| tx.execute("BEGIN IMMEDIATE", params![]));
        let mut next = Some(first);
        let mut applied = Ok(());
        while let Some(mut change) = next.take() {
            if begun.is_ok() {
                // Each looks at the lists anew, since one before may have been rolled back.
                let tx = Tx::new(&self.connection, &self.lists);
                applied = apply(&tx, change.as_mut());
            }
            changes.push(change);
            if applied.is_err() || changes.len() == LARGEST_BATCH {
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
            .and_then(|()| tx.execute("COMMIT", params![]).map(|_| ()))
            .map_err(Arc::new);
        match &committed {
            Ok(()) => {
                self.commits.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => self.recover(),
        }
        for change in changes {
            change.answer(committed.as_ref().copied());
        }
        stopping
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

/// Runs one change so that it leaves nothing behind when it fails. An error means that the whole
/// transaction is lost.
fn apply(tx: &Tx<'_>, change: &mut dyn Change) -> Result<(), StoreError> {
    tx.execute("SAVEPOINT change", params![])?;
    if !change.run(tx) {
        tx.execute("ROLLBACK TO change", params![])?;
    }
    tx.execute("RELEASE change", params![])?;
    Ok(())
}
