//! Writes renewed tickets to the store, behind the back of the calls that renewed them.
//!
//! A renewal is written at once when the store lags behind by [`LAG`](super::cache::LAG) seconds.
//! In a store that is shared the others are written too, after as long a time at most: another node
//! that is shown the ticket later has to know how long it lives. What is lost when the process dies
//! or the database refuses is only that: a ticket then ends so many seconds early.

use crate::clock::Clock;
use crate::fault::Fault;
use crate::model::DateTime;
use crate::store::{Store, tickets};
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Renewals that may wait. Further ones are dropped; the next use of the ticket brings another.
const QUEUE: usize = 1024;
/// Tickets whose renewal may be put off. Others end early on other nodes.
const PUT_OFF: usize = 100_000;
/// Renewals in one commit. Whatever else is to be written waits for it.
const TOGETHER: usize = 256;

/// The new end of a ticket's life.
pub struct Renewal {
    pub key: String,
    pub valid_to: DateTime,
}

/// The thread that writes, and the way to it. Dropping it writes what still waits.
pub struct Renewer {
    queue: Option<SyncSender<Renewal>>,
    put_off: Option<Arc<PutOff>>,
    thread: Option<JoinHandle<()>>,
}

/// Renewals to be written some time.
type PutOff = Mutex<HashMap<String, DateTime>>;

impl Renewer {
    /// Starts the thread. What is put off is written after this time at most.
    pub fn start(store: Store, clock: Clock, longest: Duration) -> Result<Self, Fault> {
        let (queue, renewals) = sync_channel(QUEUE);
        let put_off = store.is_shared().then(Arc::<PutOff>::default);
        let due = put_off.clone().map(|put_off| (put_off, longest));
        let thread = std::thread::Builder::new()
            .name("ticket-renewal".to_owned())
            .spawn(move || write_all(&store, &clock, &renewals, due.as_ref()))
            .map_err(Fault::internal)?;
        Ok(Self {
            queue: Some(queue),
            put_off,
            thread: Some(thread),
        })
    }

    /// Leaves a renewal to the thread. Never waits.
    pub fn offer(&self, renewal: Renewal) {
        if let Some(put_off) = &self.put_off {
            lock(put_off).remove(&renewal.key);
        }
        if let Some(queue) = &self.queue {
            let _ = queue.try_send(renewal);
        }
    }

    /// The same for one that is not due.
    pub fn put_off(&self, key: &str, valid_to: DateTime) {
        let Some(put_off) = &self.put_off else { return };
        let mut put_off = lock(put_off);
        if let Some(before) = put_off.get_mut(key) {
            *before = valid_to;
        } else if put_off.len() < PUT_OFF {
            put_off.insert(key.to_owned(), valid_to);
        }
    }
}

impl Drop for Renewer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(put_off: &PutOff) -> MutexGuard<'_, HashMap<String, DateTime>> {
    put_off.lock().unwrap_or_else(PoisonError::into_inner)
}

fn write_all(
    store: &Store,
    clock: &Clock,
    renewals: &Receiver<Renewal>,
    put_off: Option<&(Arc<PutOff>, Duration)>,
) {
    let mut swept = Instant::now();
    loop {
        let next = match put_off {
            None => renewals.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some((_, longest)) => renewals.recv_timeout(longest.saturating_sub(swept.elapsed())),
        };
        let is_over = matches!(next, Err(RecvTimeoutError::Disconnected));
        write(
            store,
            clock,
            next.into_iter().chain(renewals.try_iter()).collect(),
        );
        if let Some((put_off, longest)) = put_off
            && (is_over || swept.elapsed() >= *longest)
        {
            swept = Instant::now();
            let all = std::mem::take(&mut *lock(put_off)).into_iter();
            let mut all = all.map(|(key, valid_to)| Renewal { key, valid_to });
            loop {
                let some: Vec<_> = all.by_ref().take(TOGETHER).collect();
                // Those who would come after them would be refused as well.
                if some.is_empty() || !write(store, clock, some) {
                    break;
                }
            }
        }
        if is_over {
            return;
        }
    }
}

/// Writes renewals; false when the store refused.
fn write(store: &Store, clock: &Clock, batch: Vec<Renewal>) -> bool {
    if batch.is_empty() {
        return true;
    }
    let now = clock.now();
    let written = store.write_repeatable(move |tx| {
        for renewal in &batch {
            tickets::renew(tx, &renewal.key, renewal.valid_to, now)?;
        }
        Ok(())
    });
    if let Err(fault) = &written {
        tracing::warn!(
            cause = fault.cause().map(tracing::field::display),
            "renewed tickets could not be stored"
        );
    }
    written.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::testing::Fixture;
    use crate::session::ticket::Ticket;

    #[test]
    fn what_was_put_off_is_written_after_a_while_where_others_need_it() {
        let fixture = Fixture::new();
        let text = fixture.sessions.issue_ticket(501).expect("ticket");
        let key = Ticket::parse(&text).expect("ticket").key().to_owned();
        let end = || {
            let found = fixture.store.read(|tx| Ok(tickets::find(tx, &key)?));
            found.expect("read").expect("row").valid_to
        };
        let before = end();
        let later = |seconds| DateTime::from_unix_seconds(before.unix_seconds() + seconds);
        let (store, clock) = (fixture.store.clone(), fixture.clock.clone());
        let renewer = Renewer::start(store, clock, Duration::from_millis(300)).expect("thread");
        renewer.put_off(&key, later(1));
        renewer.put_off(&key, later(2));
        assert_eq!(end(), before);
        std::thread::sleep(Duration::from_secs(1));
        let is_shared = fixture.store.is_shared();
        assert_eq!(end(), if is_shared { later(2) } else { before });
        renewer.put_off(&key, later(3));
        drop(renewer);
        assert_eq!(end(), if is_shared { later(3) } else { before });
    }
}
