//! The two threads that tell and read news.

use super::{Alias, Listener, Topic, Waiting};
use crate::fault::{Fault, chain};
use crate::store::Store;
use crate::store::news::{self, Batch, NewsRow, PAGE, RELEVANT};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often is read what others have told.
const READ_EVERY: Duration = Duration::from_millis(300);
/// The shortest and the longest time between two batches that are told.
const TELL_EVERY: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];
/// Between two batches, this many times as long as the first one took: nodes that are under attack
/// are not to keep the database from anything else.
const REST: u32 = 4;
/// When the database could not be reached.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// What the two threads share with those who have something to tell.
pub struct Exchange {
    store: Store,
    /// What tells this node, as long as it runs, from all others.
    node: String,
    queue: Mutex<Queue>,
    /// Tells of something to tell, and of the end.
    changed: Condvar,
    listeners: Mutex<Vec<(Topic, Listener)>>,
    /// The last row that was read.
    seen: AtomicI64,
}

#[derive(Default)]
struct Queue {
    waiting: Waiting,
    stopping: bool,
}

impl Exchange {
    pub fn new(store: Store) -> Result<Self, Fault> {
        let mut node = [0; 16];
        getrandom::fill(&mut node).map_err(Fault::internal)?;
        Ok(Self {
            store,
            node: format!("{:032x}", u128::from_be_bytes(node)),
            queue: Mutex::default(),
            changed: Condvar::new(),
            listeners: Mutex::default(),
            seen: AtomicI64::new(0),
        })
    }

    pub fn follow(&self, topic: Topic, listener: Listener) {
        self.listeners().push((topic, listener));
    }

    pub fn offer(&self, topic: Topic, about: Alias, amount: u32) {
        self.queue().waiting.add(topic, about, amount);
        self.changed.notify_all();
    }

    pub fn stop(&self) {
        self.queue().stopping = true;
        self.changed.notify_all();
    }

    /// Tells what comes, until the end.
    pub fn tell_all(&self) {
        let mut number = 0;
        while let Some(items) = self.next() {
            number += 1;
            let batch = Batch {
                node: self.node.clone(),
                number,
                after: self.seen.load(Ordering::Relaxed),
                items,
            };
            let started = Instant::now();
            self.tell(&batch);
            let [shortest, longest] = TELL_EVERY;
            self.rest((started.elapsed() * REST).clamp(shortest, longest));
        }
    }

    /// Reads what others tell, until the end. What was told before this node was there counts from
    /// when it was told; what comes later from when it is heard, however late that is.
    pub fn read_all(&self) {
        let mut is_new = true;
        let mut fails = false;
        loop {
            match self.read(is_new) {
                Ok(true) => continue,
                Ok(false) => (is_new, fails) = (false, false),
                Err(fault) if !fails => {
                    fails = true;
                    warn(&fault, "what other nodes tell cannot be read");
                }
                Err(_) => {}
            }
            if self.rest(READ_EVERY) {
                return;
            }
        }
    }

    /// Waits for something to tell; `None` when nothing will come any more.
    fn next(&self) -> Option<Vec<news::Item>> {
        let mut queue = self
            .changed
            .wait_while(self.queue(), |it| !it.stopping && it.waiting.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        let items = queue.waiting.take();
        (!items.is_empty()).then_some(items)
    }

    /// Tells a batch, as often as it takes; once only when the end has come.
    fn tell(&self, batch: &Batch) {
        let mut fails = false;
        loop {
            let batch = batch.clone();
            let told = self
                .store
                .write_repeatable(move |tx| Ok(news::tell(tx, &batch)?));
            let Err(fault) = told else { return };
            if !fails {
                fails = true;
                warn(&fault, "other nodes cannot be told what happens here");
            }
            if self.rest(TRY_AGAIN) {
                return;
            }
        }
    }

    /// Reads a page and passes it on. True when there may be more.
    fn read(&self, is_new: bool) -> Result<bool, Fault> {
        let seen = self.seen.load(Ordering::Relaxed);
        let rows = self.store.read(|tx| Ok(news::after(tx, seen)?))?;
        let now = Instant::now();
        for row in rows.iter().filter(|row| row.node != self.node) {
            let age = if is_new { row.age } else { 0 };
            if age < RELEVANT {
                let age = Duration::from_secs(age.try_into().unwrap_or(0));
                self.pass_on(row, now.checked_sub(age).unwrap_or(now));
            }
        }
        if let Some(last) = rows.last() {
            self.seen.store(last.id, Ordering::Relaxed);
        }
        Ok(rows.len() == PAGE)
    }

    /// A topic that a later release has added is nothing to us.
    fn pass_on(&self, row: &NewsRow, at: Instant) {
        let topic = Topic::ALL.into_iter().find(|it| it.name() == row.topic);
        let about = u128::from_str_radix(&row.about, 16);
        let (Some(topic), Ok(about), Ok(amount)) = (topic, about, row.amount.try_into()) else {
            return;
        };
        for (_, listener) in self.listeners().iter().filter(|(it, _)| *it == topic) {
            listener(Alias(about), amount, at);
        }
    }

    /// Waits, but not beyond the end. True when that has come.
    fn rest(&self, time: Duration) -> bool {
        let (queue, _) = self
            .changed
            .wait_timeout_while(self.queue(), time, |it| !it.stopping)
            .unwrap_or_else(PoisonError::into_inner);
        queue.stopping
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listeners(&self) -> MutexGuard<'_, Vec<(Topic, Listener)>> {
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn warn(fault: &Fault, message: &str) {
    let cause = chain(fault);
    tracing::warn!(cause = %cause.escape_debug(), "{message}");
}
