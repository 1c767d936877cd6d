//! Slows down whoever keeps failing to log in, per account and per address.
//!
//! A few failures are free. After them each further attempt has to wait its turn, longer every
//! time up to a limit, and attempts that would wait too long are refused unread. Failures leak
//! away with time. Attempts whose outcome is not known yet count as failures, so that many at
//! once get no further than many in a row; those that may yet succeed wait for them.
//!
//! What is remembered is bounded: beyond the limit the keys with the fewest failures are dropped.
//!
//! Nodes of one database tell each other how log-ins end. Of an attempt under way another node knows
//! nothing, so that whoever asks all nodes at the same instant gets as many answers as there are
//! nodes; but then waits as long as if they had been asked one after the other.

use super::news::{Alias, News, Topic};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The first wait; doubled by every further failure.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest that an attempt waits for its turn.
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// Failures beyond the free ones after which the wait grows no more.
const DOUBLINGS: u32 = 5;
/// Attempts that may sleep at a time in this process. Each holds a thread.
const SLEEPERS: usize = 32;
/// Accounts and addresses remembered.
const KEYS: usize = 20_000;

const ACCOUNT: Limit = Limit {
    free: 5,
    longest_pause: LONGEST_WAIT,
    leak: Duration::from_secs(60),
};
/// Many people may share an address, so that it is to be slowed and not closed.
const ADDRESS: Limit = Limit {
    free: 20,
    longest_pause: Duration::from_secs(1),
    leak: Duration::from_secs(10),
};

#[derive(Clone, Copy)]
struct Limit {
    /// Failures without consequence.
    free: u32,
    /// The longest time between two attempts.
    longest_pause: Duration,
    /// One failure is forgotten in each period of this length.
    leak: Duration,
}

/// Failures that one node tells of at a time, as far as they are counted: more make no difference.
const TOLD: u32 = 100;

/// What slows down log-ins.
pub struct Throttle {
    memory: Arc<Memory>,
    news: Arc<News>,
}

/// The memory of failed log-ins.
#[derive(Default)]
struct Memory {
    state: Mutex<State>,
    finished: Condvar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Account(Alias),
    Address(Alias),
}

#[derive(Default)]
struct State {
    records: HashMap<Key, Record>,
    sleepers: usize,
}

#[derive(Clone, Copy)]
struct Record {
    failures: u32,
    /// Attempts under way.
    pending: u32,
    /// When the last leak was taken into account.
    leaked: Instant,
    /// The earliest time of the next attempt.
    next: Instant,
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Now,
    After(Duration),
    /// Once an attempt under way has finished.
    Later,
    Refuse,
}

/// A log-in under way. Dropped without a word it counts as neither: something else went wrong.
pub struct Attempt<'a> {
    throttle: &'a Throttle,
    keys: [Key; 2],
    outcome: Outcome,
}

#[derive(Clone, Copy)]
enum Outcome {
    Unknown,
    Succeeded,
    Failed,
}

impl Throttle {
    /// Remembers nothing but what other nodes tell.
    pub fn new(news: &Arc<News>) -> Self {
        let memory = Arc::<Memory>::default();
        let hears = |key: fn(Alias) -> Key| {
            let memory = Arc::clone(&memory);
            Box::new(move |about, failures, at| memory.hear(key(about), failures, at))
        };
        news.follow(Topic::Account, hears(Key::Account));
        news.follow(Topic::Address, hears(Key::Address));
        Self {
            memory,
            news: Arc::clone(news),
        }
    }

    /// Waits until a log-in may be tried; `None` when it is to be refused without looking.
    /// Blocks the thread for 8 seconds at most after the attempts under way have finished.
    pub fn enter(&self, account: &str, address: IpAddr) -> Option<Attempt<'_>> {
        let alias = |topic, text: String| self.news.alias(topic, &text);
        let keys = [
            Key::Account(alias(Topic::Account, account.to_lowercase())),
            Key::Address(alias(Topic::Address, network(address).to_string())),
        ];
        let mut state = self.memory.state();
        loop {
            match state.judge(keys, Instant::now()) {
                Verdict::Now => break,
                Verdict::Refuse => return None,
                Verdict::Later => {
                    state = self
                        .memory
                        .finished
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                Verdict::After(_) if state.sleepers >= SLEEPERS => return None,
                Verdict::After(wait) => {
                    state.begin(keys, Instant::now());
                    state.sleepers += 1;
                    drop(state);
                    std::thread::sleep(wait);
                    self.memory.state().sleepers -= 1;
                    return Some(self.attempt(keys));
                }
            }
        }
        state.begin(keys, Instant::now());
        drop(state);
        Some(self.attempt(keys))
    }

    /// How many failures of an account are remembered.
    #[cfg(test)]
    pub fn failures(&self, account: &str) -> u32 {
        let key = Key::Account(self.news.alias(Topic::Account, account));
        let state = self.memory.state();
        state.records.get(&key).map_or(0, |record| record.failures)
    }

    fn attempt(&self, keys: [Key; 2]) -> Attempt<'_> {
        Attempt {
            throttle: self,
            keys,
            outcome: Outcome::Unknown,
        }
    }

    /// Notes how an attempt ended, here and on the other nodes.
    fn finish(&self, keys: [Key; 2], outcome: Outcome) {
        let mut state = self.memory.state();
        let had_failed = state.has_failed(keys[0]);
        state.finish(keys, outcome, Instant::now());
        drop(state);
        self.memory.finished.notify_all();
        match outcome {
            Outcome::Failed => {
                for key in keys {
                    self.news.tell(key.topic(), key.alias(), 1);
                }
            }
            Outcome::Succeeded if had_failed => {
                self.news.tell(keys[0].topic(), keys[0].alias(), 0);
            }
            Outcome::Succeeded | Outcome::Unknown => {}
        }
    }
}

impl Memory {
    /// Notes attempts that another node tells of: so many that failed, or one that succeeded.
    fn hear(&self, key: Key, failures: u32, at: Instant) {
        self.state().hear(key, failures, at);
        self.finished.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// The log-in was right: the account starts afresh.
    pub fn succeeded(mut self) {
        self.outcome = Outcome::Succeeded;
    }

    /// The log-in was wrong.
    pub fn failed(mut self) {
        self.outcome = Outcome::Failed;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.throttle.finish(self.keys, self.outcome);
    }
}

impl State {
    /// What an attempt has to do now. The stricter of account and address decides.
    fn judge(&mut self, keys: [Key; 2], now: Instant) -> Verdict {
        let mut later = false;
        let mut wait = Duration::ZERO;
        for key in keys {
            let limit = key.limit();
            let Some(record) = self.records.get_mut(&key) else {
                continue;
            };
            record.leak(limit, now);
            if record.failures >= limit.free {
                wait = wait.max(record.next.saturating_duration_since(now));
            } else if record.weight() >= limit.free {
                later = true;
            }
        }
        match wait {
            _ if wait > LONGEST_WAIT => Verdict::Refuse,
            _ if later => Verdict::Later,
            Duration::ZERO => Verdict::Now,
            _ => Verdict::After(wait),
        }
    }

    /// Notes an attempt, and puts the next one of a failing key behind it.
    fn begin(&mut self, keys: [Key; 2], now: Instant) {
        for key in keys {
            self.record(key, now).begin(key.limit(), now);
        }
    }

    fn finish(&mut self, keys: [Key; 2], outcome: Outcome, now: Instant) {
        for key in keys {
            if let Some(record) = self.records.get_mut(&key) {
                record.finish(key, outcome, now);
            }
        }
    }

    fn has_failed(&self, key: Key) -> bool {
        let record = self.records.get(&key);
        record.is_some_and(|record| record.failures > 0)
    }

    /// Notes attempts on another node. However many those are, nobody is kept waiting for them
    /// longer than for one to be forgotten.
    fn hear(&mut self, key: Key, failures: u32, at: Instant) {
        let limit = key.limit();
        let outcome = match failures {
            0 if !self.has_failed(key) => return,
            0 => Outcome::Succeeded,
            _ => Outcome::Failed,
        };
        let record = self.record(key, at);
        record.leak(limit, at);
        let longest = record.next.max(at + limit.leak);
        for _ in 0..failures.clamp(1, TOLD) {
            record.begin(limit, at);
            record.finish(key, outcome, at);
        }
        record.next = record.next.min(longest);
    }

    /// What is known of a key, which is remembered from now on.
    fn record(&mut self, key: Key, now: Instant) -> &mut Record {
        self.make_room(key, now);
        self.records.entry(key).or_insert(Record {
            failures: 0,
            pending: 0,
            leaked: now,
            next: now,
        })
    }

    fn make_room(&mut self, key: Key, now: Instant) {
        if self.records.len() < KEYS || self.records.contains_key(&key) {
            return;
        }
        self.records.retain(|key, record| {
            record.leak(key.limit(), now);
            record.weight() > 0
        });
        if self.records.len() >= KEYS {
            let least = self.records.values().map(Record::weight).min();
            self.records
                .retain(|_, record| Some(record.weight()) != least);
        }
    }
}

impl Record {
    /// How much there is to remember.
    fn weight(&self) -> u32 {
        self.failures + self.pending
    }

    fn leak(&mut self, limit: Limit, now: Instant) {
        while self.failures > 0 && now.saturating_duration_since(self.leaked) >= limit.leak {
            self.failures -= 1;
            self.leaked += limit.leak;
        }
    }

    fn begin(&mut self, limit: Limit, now: Instant) {
        self.pending += 1;
        if let Some(pause) = self.pause(limit) {
            self.next = self.next.max(now) + pause;
        }
    }

    fn finish(&mut self, key: Key, outcome: Outcome, now: Instant) {
        self.pending = self.pending.saturating_sub(1);
        match (outcome, key) {
            (Outcome::Failed, _) => self.fail(key.limit(), now),
            (Outcome::Succeeded, Key::Account(_)) => self.failures = 0,
            // Who has one password may still be guessing others.
            (Outcome::Succeeded, Key::Address(_)) | (Outcome::Unknown, _) => {}
        }
    }

    fn fail(&mut self, limit: Limit, now: Instant) {
        if self.failures == 0 {
            self.leaked = now;
        }
        self.failures = (self.failures + 1).min(limit.free + DOUBLINGS);
        if let Some(pause) = self.pause(limit) {
            self.next = self.next.max(now + pause);
        }
    }

    /// The time between two attempts, when there has to be one.
    fn pause(&self, limit: Limit) -> Option<Duration> {
        let excess = self.failures.checked_sub(limit.free)?;
        Some((FIRST_WAIT * 2_u32.pow(excess.min(DOUBLINGS))).min(limit.longest_pause))
    }
}

impl Key {
    fn limit(self) -> Limit {
        match self {
            Self::Account(_) => ACCOUNT,
            Self::Address(_) => ADDRESS,
        }
    }

    fn topic(self) -> Topic {
        match self {
            Self::Account(_) => Topic::Account,
            Self::Address(_) => Topic::Address,
        }
    }

    fn alias(self) -> Alias {
        match self {
            Self::Account(alias) | Self::Address(alias) => alias,
        }
    }
}

/// The part of an address that one client cannot change at will: of IPv6 the first 64 bits.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests;
