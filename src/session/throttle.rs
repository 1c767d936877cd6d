//! Slows down whoever keeps failing to log in, per account and per address.
//!
//! A few failures are free. After them each further attempt has to wait its turn, longer every
//! time up to a limit, and attempts that would wait too long are refused unread. Failures leak
//! away with time. Attempts whose outcome is not known yet count as failures, so that many at
//! once get no further than many in a row; those that may yet succeed wait for them.
//!
//! What is remembered is bounded: beyond the limit the keys with the fewest failures are dropped.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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

/// The memory of failed log-ins.
#[derive(Default)]
pub struct Throttle {
    state: Mutex<State>,
    finished: Condvar,
    names: RandomState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Account(u64),
    Address(IpAddr),
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
    /// Waits until a log-in may be tried; `None` when it is to be refused without looking.
    /// Blocks the thread for 8 seconds at most after the attempts under way have finished.
    pub fn enter(&self, account: &str, address: IpAddr) -> Option<Attempt<'_>> {
        let keys = [
            Key::Account(self.names.hash_one(account.to_lowercase())),
            Key::Address(network(address)),
        ];
        let mut state = self.state();
        loop {
            match state.judge(keys, Instant::now()) {
                Verdict::Now => break,
                Verdict::Refuse => return None,
                Verdict::Later => {
                    state = self
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
                    self.state().sleepers -= 1;
                    return Some(self.attempt(keys));
                }
            }
        }
        state.begin(keys, Instant::now());
        drop(state);
        Some(self.attempt(keys))
    }

    fn attempt(&self, keys: [Key; 2]) -> Attempt<'_> {
        Attempt {
            throttle: self,
            keys,
            outcome: Outcome::Unknown,
        }
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
        let mut state = self.throttle.state();
        state.finish(self.keys, self.outcome, Instant::now());
        self.throttle.finished.notify_all();
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
            self.make_room(key, now);
            let record = self.records.entry(key).or_insert(Record {
                failures: 0,
                pending: 0,
                leaked: now,
                next: now,
            });
            record.pending += 1;
            if let Some(pause) = record.pause(key.limit()) {
                record.next = record.next.max(now) + pause;
            }
        }
    }

    fn finish(&mut self, keys: [Key; 2], outcome: Outcome, now: Instant) {
        for key in keys {
            let Some(record) = self.records.get_mut(&key) else {
                continue;
            };
            record.pending = record.pending.saturating_sub(1);
            match (outcome, key) {
                (Outcome::Failed, _) => record.fail(key.limit(), now),
                (Outcome::Succeeded, Key::Account(_)) => record.failures = 0,
                // Who has one password may still be guessing others.
                (Outcome::Succeeded, Key::Address(_)) | (Outcome::Unknown, _) => {}
            }
        }
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
}

/// The part of an address that one client cannot change at will: of IPv6 the first 64 bits.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: [Key; 2] = [
        Key::Account(1),
        Key::Address(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)),
    ];

    fn fail(state: &mut State, keys: [Key; 2], times: u32, now: Instant) {
        for _ in 0..times {
            state.begin(keys, now);
            state.finish(keys, Outcome::Failed, now);
        }
    }

    fn wait(state: &mut State, keys: [Key; 2], now: Instant) -> Duration {
        match state.judge(keys, now) {
            Verdict::Now => Duration::ZERO,
            Verdict::After(wait) => wait,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_failures_are_free_and_then_the_wait_grows_to_its_limit() {
        let mut state = State::default();
        let mut now = Instant::now();
        let mut waits = Vec::new();
        for _ in 0..12 {
            let wait = wait(&mut state, HERE, now);
            waits.push(wait.as_millis());
            now += wait;
            fail(&mut state, HERE, 1, now);
        }
        assert_eq!(
            waits,
            [0, 0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000]
        );
    }

    #[test]
    fn success_forgives_the_account_and_time_forgives_all() {
        let mut state = State::default();
        let now = Instant::now();
        fail(&mut state, HERE, 5, now);
        assert_ne!(wait(&mut state, HERE, now), Duration::ZERO);
        state.begin(HERE, now);
        state.finish(HERE, Outcome::Succeeded, now);
        assert_eq!(wait(&mut state, HERE, now), Duration::ZERO);

        fail(&mut state, HERE, 15, now);
        assert_eq!(state.judge(HERE, now), Verdict::Refuse);
        let later = now + Duration::from_secs(6 * 60);
        assert_eq!(wait(&mut state, HERE, later), Duration::ZERO);
    }

    #[test]
    fn an_address_that_tries_many_accounts_is_slowed_too() {
        let mut state = State::default();
        let mut now = Instant::now();
        for account in 0..ADDRESS.free {
            let keys = [Key::Account(u64::from(account)), HERE[1]];
            assert_eq!(wait(&mut state, keys, now), Duration::ZERO);
            fail(&mut state, keys, 1, now);
        }
        let mut waits = Vec::new();
        for account in 100..110 {
            let keys = [Key::Account(account), HERE[1]];
            let wait = wait(&mut state, keys, now);
            waits.push(wait.as_millis());
            now += wait;
            fail(&mut state, keys, 1, now);
        }
        assert_eq!(
            waits,
            [250, 500, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000]
        );
        let elsewhere = Key::Address(IpAddr::V4(std::net::Ipv4Addr::BROADCAST));
        let keys = [Key::Account(99), elsewhere];
        assert_eq!(wait(&mut state, keys, now), Duration::ZERO);
    }

    #[test]
    fn attempts_under_way_count_until_they_succeed() {
        let mut state = State::default();
        let now = Instant::now();
        for _ in 0..ACCOUNT.free {
            assert_eq!(state.judge(HERE, now), Verdict::Now);
            state.begin(HERE, now);
        }
        assert_eq!(state.judge(HERE, now), Verdict::Later);
        state.finish(HERE, Outcome::Succeeded, now);
        assert_eq!(state.judge(HERE, now), Verdict::Now);
        state.begin(HERE, now);
        for _ in 0..ACCOUNT.free {
            state.finish(HERE, Outcome::Failed, now);
        }
        assert!(matches!(state.judge(HERE, now), Verdict::After(_)));
    }

    #[test]
    fn waiting_attempts_queue_and_the_queue_ends() {
        let mut state = State::default();
        let now = Instant::now();
        fail(&mut state, HERE, 7, now);
        let mut admitted = 0;
        let mut last = Duration::ZERO;
        while let Verdict::After(wait) = state.judge(HERE, now) {
            assert!(wait > last);
            last = wait;
            state.begin(HERE, now);
            admitted += 1;
        }
        assert_eq!(state.judge(HERE, now), Verdict::Refuse);
        assert!((4..=16).contains(&admitted), "{admitted}");
    }

    #[test]
    fn memory_is_bounded_and_keeps_the_worst() {
        let mut state = State::default();
        let now = Instant::now();
        fail(&mut state, HERE, 9, now);
        for account in 0..25_000 {
            let keys = [Key::Account(account + 2), HERE[1]];
            fail(&mut state, keys, 1, now);
        }
        assert!(state.records.len() <= KEYS);
        assert_eq!(state.records[&HERE[0]].failures, 9);
    }

    #[test]
    fn one_network_of_ipv6_is_one_address() {
        let address = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
        assert_ne!(address("10.0.0.1"), address("10.0.0.2"));
    }

    #[test]
    fn a_failing_account_waits_in_any_spelling_until_it_succeeds() {
        let throttle = Throttle::default();
        let address = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
        let enter = |name| {
            let start = Instant::now();
            let attempt = throttle.enter(name, address).expect("admitted");
            (attempt, start.elapsed() >= Duration::from_millis(200))
        };
        for _ in 0..2 * ACCOUNT.free {
            drop(enter("someone"));
        }
        for _ in 0..ACCOUNT.free {
            let (attempt, waited) = enter("Someone");
            assert!(!waited);
            attempt.failed();
        }
        let (attempt, waited) = enter("someone");
        assert!(waited);
        attempt.succeeded();
        assert!(!enter("someone").1);
    }
}
