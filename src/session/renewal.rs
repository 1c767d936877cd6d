//! Writes renewed tickets to the store, behind the back of the calls that renewed them.
//!
//! What is lost when the process dies or the database refuses is only that: a ticket then ends
//! up to [`LAG`](super::cache::LAG) seconds early.

use crate::clock::Clock;
use crate::fault::Fault;
use crate::model::DateTime;
use crate::store::{Store, tickets};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Renewals that may wait. Further ones are dropped; the next use of the ticket brings another.
const QUEUE: usize = 1024;

/// The new end of a ticket's life.
pub struct Renewal {
    pub key: String,
    pub valid_to: DateTime,
}

/// The thread that writes, and the way to it. Dropping it writes what still waits.
pub struct Renewer {
    queue: Option<SyncSender<Renewal>>,
    thread: Option<JoinHandle<()>>,
}

impl Renewer {
    /// Starts the thread.
    pub fn start(store: Store, clock: Clock) -> Result<Self, Fault> {
        let (queue, renewals) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("ticket-renewal".to_owned())
            .spawn(move || write_all(&store, &clock, &renewals))
            .map_err(Fault::internal)?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Leaves a renewal to the thread. Never waits.
    pub fn offer(&self, renewal: Renewal) {
        if let Some(queue) = &self.queue {
            let _ = queue.try_send(renewal);
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

fn write_all(store: &Store, clock: &Clock, renewals: &Receiver<Renewal>) {
    while let Ok(first) = renewals.recv() {
        let batch: Vec<_> = std::iter::once(first).chain(renewals.try_iter()).collect();
        let now = clock.now();
        let written = store.write(move |tx| {
            for renewal in &batch {
                tickets::renew(tx, &renewal.key, renewal.valid_to, now)?;
            }
            Ok(())
        });
        if let Err(fault) = written {
            tracing::warn!(
                cause = fault.cause().map(tracing::field::display),
                "renewed tickets could not be stored"
            );
        }
    }
}
