//! Whose turn it is among the nodes of one database: a lease, which is kept as long as a task goes
//! on, and which others take over when its node has died.

use crate::fault::{Exception, Fault};
use crate::store::{Store, Tx, leases};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often is looked whether a lease is free.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A turn. Dropping it gives it back.
pub struct Turn<'a> {
    store: &'a Store,
    lease: Option<Lease>,
}

#[derive(Clone)]
struct Lease {
    name: &'static str,
    /// Of this one turn.
    owner: String,
    /// How long it may be kept without a word.
    seconds: i64,
}

impl<'a> Turn<'a> {
    /// Takes a turn that no step of may be longer than the time given; `None` when others had it
    /// for that time and a little longer. Where the store is not shared, everybody gets one.
    pub fn take(
        store: &'a Store,
        name: &'static str,
        longest: Duration,
    ) -> Result<Option<Self>, Fault> {
        if !store.is_shared() {
            return Ok(Some(Self { store, lease: None }));
        }
        let mut owner = [0; 16];
        getrandom::fill(&mut owner).map_err(Fault::internal)?;
        let lease = Lease {
            name,
            owner: format!("{:032x}", u128::from_be_bytes(owner)),
            seconds: i64::try_from(longest.as_secs())
                .unwrap_or(i64::MAX)
                .saturating_add(1),
        };
        let arrived = Instant::now();
        loop {
            if store.read(|tx| Ok(leases::is_free(tx, name)?))? && lease.take(store)? {
                let lease = Some(lease);
                return Ok(Some(Self { store, lease }));
            }
            // Whoever died with the lease has lost it by then.
            if arrived.elapsed() > longest + 3 * Duration::from_secs(1) {
                return Ok(None);
            }
            sleep(LOOK_EVERY);
        }
    }

    /// Before the next step: it is still our turn, and will be for long enough.
    pub fn go_on(&self) -> Result<(), Fault> {
        let Some(lease) = self.lease.clone() else {
            return Ok(());
        };
        self.store.write_repeatable(move |tx| lease.keep(tx))
    }

    /// What sees to it, in the transaction of a change, that it is still our turn.
    pub fn guard(&self) -> impl Fn(&Tx<'_>) -> Result<(), Fault> + Send + use<> {
        let lease = self.lease.clone();
        move |tx| lease.as_ref().map_or(Ok(()), |lease| lease.keep(tx))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Some(Lease { name, owner, .. }) = self.lease.take() else {
            return;
        };
        // Otherwise it ends by itself.
        let _ = self
            .store
            .write_repeatable(move |tx| Ok(leases::give_back(tx, name, &owner)?));
    }
}

impl Lease {
    fn take(&self, store: &Store) -> Result<bool, Fault> {
        let it = self.clone();
        store.write_repeatable(move |tx| Ok(leases::take(tx, it.name, &it.owner, it.seconds)?))
    }

    fn keep(&self, tx: &Tx<'_>) -> Result<(), Fault> {
        match leases::keep(tx, self.name, &self.owner, self.seconds)? {
            true => Ok(()),
            false => Err(Fault::service(
                Exception::Server,
                "Another node has taken over, since this one took too long. Try again.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    const SHORT: Duration = Duration::from_secs(1);

    #[test]
    fn nodes_take_turns_and_one_that_died_loses_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let [one, two] = [(); 2].map(|()| testing::open(&folder.path().join("test.db")));
        if !one.is_shared() {
            let turns = [&one, &two].map(|it| Turn::take(it, "a", SHORT).expect("an answer"));
            assert!(turns.iter().all(Option::is_some), "files have no leases");
            return;
        }
        let take = |store| Turn::take(store, "a", SHORT).expect("an answer");
        let turn = take(&one).expect("a turn");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| take(&two).is_some());
            // As long as it goes on, nobody gets it.
            let started = Instant::now();
            while started.elapsed() < 5 * SHORT {
                turn.go_on().expect("kept");
                sleep(SHORT / 5);
            }
            assert!(!waiting.join().expect("an end"));
            let waiting = scope.spawn(|| {
                let turn = take(&two).expect("a turn");
                turn.go_on().expect("kept");
            });
            drop(turn);
            waiting.join().expect("an end");
        });

        let died = take(&one).expect("a turn");
        let next = take(&two).expect("a turn, after a while");
        assert!(died.go_on().is_err());
        let guard = died.guard();
        assert!(one.write(move |tx| guard(tx)).is_err());
        drop(died);
        next.go_on().expect("it is still theirs");
    }
}
