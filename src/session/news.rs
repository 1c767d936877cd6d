//! What is kept in the memory of one node and has to hold on all of them: failed log-ins, and what
//! is used of allowances.
//!
//! A node tells it in a table of the shared database, behind the back of who caused it, and reads
//! several times a second what the others have told. Both is done by threads of their own: nobody
//! else waits for them or fails with them. Nothing is told or read where a single process uses the
//! database.

mod exchange;

use crate::fault::Fault;
use crate::store::Store;
use crate::store::news::Item;
use crate::vault::Vault;
use exchange::Exchange;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

/// What news is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Failed log-ins of an account; 0 is one that succeeded.
    Account,
    /// Failed log-ins from an address.
    Address,
    /// Attempts to register in portals from an address.
    PortalAddress,
    /// Attempts to register in a portal.
    Portal,
}

impl Topic {
    const ALL: [Self; 4] = [
        Self::Account,
        Self::Address,
        Self::PortalAddress,
        Self::Portal,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::PortalAddress => "portal address",
            Self::Portal => "portal",
        }
    }
}

/// What stands for a name or an address, on all nodes that have the same keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Alias(pub u128);

/// Whoever is told: about whom, how many times, and when that was.
pub type Listener = Box<dyn Fn(Alias, u32, Instant) + Send + Sync>;

/// The way to the other nodes. Dropping it tells what has not been told yet.
pub struct News {
    vault: Vault,
    exchange: Option<Arc<Exchange>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl News {
    /// Where the store is not shared, it leads nowhere.
    pub fn new(store: &Store, vault: &Vault) -> Result<Arc<Self>, Fault> {
        let exchange = match store.is_shared() {
            true => Some(Arc::new(Exchange::new(store.clone())?)),
            false => None,
        };
        Ok(Arc::new(Self {
            vault: vault.clone(),
            exchange,
            threads: Mutex::default(),
        }))
    }

    /// That of a process that is alone.
    #[cfg(test)]
    pub fn alone() -> Arc<Self> {
        Arc::new(Self {
            vault: Vault::throwaway(),
            exchange: None,
            threads: Mutex::default(),
        })
    }

    /// What stands for a text.
    pub fn alias(&self, topic: Topic, text: &str) -> Alias {
        Alias(self.vault.pseudonym(topic.name(), text))
    }

    /// Has somebody hear what other nodes tell. To be called before [`start`](Self::start).
    pub fn follow(&self, topic: Topic, listener: Listener) {
        if let Some(exchange) = &self.exchange {
            exchange.follow(topic, listener);
        }
    }

    /// Begins to tell and to read, first of all what has been told within the last hour.
    pub fn start(&self) -> Result<(), Fault> {
        let Some(exchange) = &self.exchange else {
            return Ok(());
        };
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let tells = Arc::clone(exchange);
        let reads = Arc::clone(exchange);
        threads.push(spawn("news-out", move || tells.tell_all())?);
        threads.push(spawn("news-in", move || reads.read_all())?);
        Ok(())
    }

    /// Tells the other nodes. Never waits.
    pub fn tell(&self, topic: Topic, about: Alias, amount: u32) {
        if let Some(exchange) = &self.exchange {
            exchange.offer(topic, about, amount);
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    let builder = std::thread::Builder::new().name(name.to_owned());
    builder.spawn(work).map_err(Fault::internal)
}

impl Drop for News {
    fn drop(&mut self) {
        if let Some(exchange) = &self.exchange {
            exchange.stop();
        }
        let threads = std::mem::take(
            self.threads
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner),
        );
        for thread in threads {
            let _ = thread.join();
        }
    }
}

/// What waits to be told, in the order in which it happened. What is told of the same goes
/// together.
#[derive(Default)]
struct Waiting {
    items: Vec<(Topic, Alias, u32)>,
    /// The last item about somebody.
    last: HashMap<(Topic, Alias), usize>,
}

impl Waiting {
    /// Items that may wait. Further ones are dropped: the other nodes then know less of what is
    /// going on here.
    const MOST: usize = 4096;

    fn add(&mut self, topic: Topic, about: Alias, amount: u32) {
        let last = self.last.get(&(topic, about)).copied();
        if let Some((_, _, before)) = last.and_then(|last| self.items.get_mut(last))
            && (*before == 0) == (amount == 0)
        {
            *before = before.saturating_add(amount);
        } else if self.items.len() < Self::MOST {
            self.last.insert((topic, about), self.items.len());
            self.items.push((topic, about, amount));
        }
    }

    fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn take(&mut self) -> Vec<Item> {
        self.last.clear();
        let items = std::mem::take(&mut self.items).into_iter();
        items
            .map(|(topic, Alias(about), amount)| Item {
                topic: topic.name(),
                about: format!("{about:032x}"),
                amount,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_the_same_goes_together_and_keeps_its_order() {
        let mut waiting = Waiting::default();
        let (ann, bob) = (Alias(1), Alias(2));
        for (about, amount) in [(ann, 1), (bob, 1), (ann, 2), (ann, 0), (ann, 0), (ann, 1)] {
            waiting.add(Topic::Account, about, amount);
        }
        waiting.add(Topic::Address, ann, 1);
        let told: Vec<_> = waiting
            .take()
            .iter()
            .map(|it| (it.topic, it.about.chars().last(), it.amount))
            .collect();
        assert_eq!(
            told,
            [
                ("account", Some('1'), 3),
                ("account", Some('2'), 1),
                ("account", Some('1'), 0),
                ("account", Some('1'), 1),
                ("address", Some('1'), 1),
            ]
        );
        assert!(waiting.take().is_empty());
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut waiting = Waiting::default();
        for number in 0..10_000 {
            waiting.add(Topic::Account, Alias(number), 1);
        }
        waiting.add(Topic::Account, Alias(0), 1);
        let told = waiting.take();
        assert_eq!((told.len(), told[0].amount), (Waiting::MOST, 2));
    }
}
