//! What was read lately and has not changed since.

use super::{Store, Tx};
use crate::fault::Fault;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long something is believed without asking a database file, in which another process may have
/// changed it. A database that is shared among nodes is asked each time.
const BELIEVED: Duration = Duration::from_secs(5);

/// A place for something that is read often and changes rarely. What this process commits is seen
/// at once, what another one commits to a file within five seconds; what another node commits at
/// once.
pub struct Remembered<T> {
    place: Mutex<Option<Memory<T>>>,
}

struct Memory<T> {
    what: Arc<T>,
    /// Commits before it was read.
    commits: u64,
    read: Instant,
}

impl<T> Remembered<T> {
    /// What is remembered, or what `read` finds, which is remembered from then on.
    pub fn get(
        &self,
        store: &Store,
        read: impl FnOnce(&Tx<'_>) -> Result<T, Fault>,
    ) -> Result<Arc<T>, Fault> {
        // Before the reading: what is committed meanwhile may have been read or not.
        let commits = store.commits();
        if let Some(memory) = self.place().as_ref()
            && !store.is_shared()
            && memory.commits == commits
            && memory.read.elapsed() < BELIEVED
        {
            return Ok(Arc::clone(&memory.what));
        }
        let now = Instant::now();
        let what = Arc::new(store.read(read)?);
        *self.place() = Some(Memory {
            what: Arc::clone(&what),
            commits,
            read: now,
        });
        Ok(what)
    }

    fn place(&self) -> MutexGuard<'_, Option<Memory<T>>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self {
            place: Mutex::default(),
        }
    }
}

/// Without what it holds, which may be a secret.
impl<T> fmt::Debug for Remembered<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Remembered")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{params, testing};

    #[test]
    fn it_is_read_again_after_a_commit_and_not_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = testing::open(&folder.path().join("test.db"));
        let remembered = Remembered::default();
        let mut reads = 0;
        let mut names = || {
            let found = remembered.get(&store, |tx| {
                reads += 1;
                Ok(tx.one("SELECT count(*) FROM role", &[], |row| row.get::<i64>(0))?)
            });
            (*found.expect("read"), reads)
        };
        let (before, _) = names();
        // What is shared is not believed.
        let again = u32::from(store.is_shared());
        assert_eq!(names(), (before, 1 + again));
        store
            .write(|tx| {
                let role = "INSERT INTO role (name, roleType) VALUES ('New', 0)";
                Ok(tx.execute(role, params![])?)
            })
            .expect("written");
        assert_eq!(names(), (before + 1, 2 + again));
        assert_eq!(names(), (before + 1, 2 + 2 * again));
    }
}
