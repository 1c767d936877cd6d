//! One value handed from one thread to another that waits for it.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Where the value is put. Dropped without one, it tells the other side that none will come.
pub(super) struct Reply<T>(Arc<Slot<T>>);

/// Where the value is waited for.
pub(super) struct Answer<T>(Arc<Slot<T>>);

struct Slot<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

enum State<T> {
    Open,
    Given(T),
    Closed,
}

/// Both sides of a value to come. A channel would do as well, but its receiver looks again and
/// again before it sleeps, which many that wait for the same disk cannot afford.
pub(super) fn reply<T>() -> (Reply<T>, Answer<T>) {
    let slot = Arc::new(Slot {
        state: Mutex::new(State::Open),
        changed: Condvar::new(),
    });
    (Reply(Arc::clone(&slot)), Answer(slot))
}

impl<T> Reply<T> {
    pub fn give(self, value: T) {
        *self.0.lock() = State::Given(value);
        self.0.changed.notify_one();
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if matches!(*state, State::Open) {
            *state = State::Closed;
            self.0.changed.notify_one();
        }
    }
}

impl<T> Answer<T> {
    /// Waits for the value; `None` when none will come.
    pub fn wait(self) -> Option<T> {
        let mut state = self.0.lock();
        loop {
            match std::mem::replace(&mut *state, State::Open) {
                State::Given(value) => return Some(value),
                State::Closed => return None,
                State::Open => {
                    let waited = self.0.changed.wait(state);
                    state = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

impl<T> Slot<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing that can panic runs under this lock, so what it guards is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn what_is_given_arrives_and_what_never_comes_is_told() {
        let (reply, answer) = reply::<i32>();
        let waiting = thread::spawn(|| answer.wait());
        reply.give(7);
        assert_eq!(waiting.join().expect("a thread"), Some(7));
        let (reply, answer) = super::reply::<i32>();
        let waiting = thread::spawn(|| answer.wait());
        drop(reply);
        assert_eq!(waiting.join().expect("a thread"), None);
    }
}
