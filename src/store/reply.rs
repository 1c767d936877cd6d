//! One value handed from one thread to another, or to a task, that waits for it.

use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

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
    /// A task waits.
    Awaited(Waker),
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
        self.0.end(State::Given(value));
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        self.0.end(State::Closed);
    }
}

impl<T> Answer<T> {
    /// Whether there is nothing to wait for.
    pub fn is_given(&self) -> bool {
        matches!(*self.0.lock(), State::Given(_))
    }

    /// Waits for the value; `None` when none will come.
    pub fn wait(self) -> Option<T> {
        let mut state = self.0.lock();
        loop {
            match std::mem::replace(&mut *state, State::Open) {
                State::Given(value) => return Some(value),
                State::Closed => return None,
                State::Open | State::Awaited(_) => {
                    let waited = self.0.changed.wait(state);
                    state = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

/// As [`Answer::wait`], without keeping a thread. Not to be asked again once it is ready.
impl<T> Future for Answer<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock();
        match std::mem::replace(&mut *state, State::Closed) {
            State::Given(value) => Poll::Ready(Some(value)),
            State::Closed => Poll::Ready(None),
            State::Open | State::Awaited(_) => {
                *state = State::Awaited(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<T> Slot<T> {
    /// Only the first end counts.
    fn end(&self, end: State<T>) {
        let mut state = self.lock();
        if matches!(*state, State::Given(_) | State::Closed) {
            return;
        }
        let before = std::mem::replace(&mut *state, end);
        drop(state);
        match before {
            State::Awaited(task) => task.wake(),
            _ => self.changed.notify_one(),
        }
    }

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

    #[tokio::test]
    async fn a_task_waits_without_a_thread() {
        let (reply, answer) = reply::<i32>();
        let waiting = tokio::spawn(answer);
        tokio::task::yield_now().await;
        reply.give(7);
        assert_eq!(waiting.await.expect("a task"), Some(7));
        let (reply, answer) = super::reply::<i32>();
        assert!(!answer.is_given());
        drop(reply);
        assert_eq!(answer.await, None);
    }
}
