//! Lists that hardly ever change, kept in memory as long as they are what the database holds.
//!
//! Every transaction that needs one reads a number which changes with each change to any of them,
//! whoever makes it (`migrations/0014_list_state.sql`). So nothing here is ever out of date, not
//! even for a moment.

use super::{StoreError, Tx, params};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A list that is read as a whole. The tables it comes from have the triggers that change the
/// number.
pub(super) trait List: Sized + Send + Sync + 'static {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError>;
}

/// The lists of one database.
#[derive(Default)]
pub(super) struct Lists {
    kept: Mutex<Kept>,
}

/// The lists in one state of the database. Its number is a random one, so that what was read in a
/// transaction that is rolled back may be kept as well: nobody else will ever ask for it.
#[derive(Default)]
struct Kept {
    state: Option<i64>,
    lists: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl Lists {
    fn find<L: List>(&self, state: i64) -> Option<Arc<L>> {
        let kept = self.lock();
        if kept.state != Some(state) {
            return None;
        }
        let list = Arc::clone(kept.lists.get(&TypeId::of::<L>())?);
        drop(kept);
        list.downcast().ok()
    }

    fn keep<L: List>(&self, state: i64, list: &Arc<L>) {
        let mut kept = self.lock();
        if kept.state != Some(state) {
            kept.state = Some(state);
            kept.lists.clear();
        }
        let list = Arc::clone(list) as Arc<dyn Any + Send + Sync>;
        kept.lists.insert(TypeId::of::<L>(), list);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing that can panic runs under this lock, so what it guards is whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tx<'_> {
    /// A list as this transaction sees it.
    pub(super) fn list<L: List>(&self) -> Result<Arc<L>, StoreError> {
        let state = self.state_of_lists()?;
        if let Some(list) = self.lists.find(state) {
            return Ok(list);
        }
        let list = Arc::new(L::load(self)?);
        self.lists.keep(state, &list);
        Ok(list)
    }

    /// The number of the state that the lists are in. It is read again only when this transaction
    /// has changed something.
    fn state_of_lists(&self) -> Result<i64, StoreError> {
        let changes = self.connection.total_changes();
        if let Some((state, before)) = self.list_state.get()
            && before == changes
        {
            return Ok(state);
        }
        let state = self.one("SELECT state FROM list_state", params![], |row| row.get(0))?;
        self.list_state.set(Some((state, changes)));
        Ok(state)
    }
}
