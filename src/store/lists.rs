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

    /// Tells the number of the state that the lists are in, which was read with something else.
    pub(super) fn lists_are_in(&self, state: i64) {
        self.list_state.set(Some((state, self.changes())));
    }

    /// The number of the state that the lists are in. It is read again only when this transaction
    /// has changed something.
    fn state_of_lists(&self) -> Result<i64, StoreError> {
        let changes = self.changes();
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

#[cfg(test)]
mod tests {
    use crate::contract::user::UserGroup;
    use crate::fault::Fault;
    use crate::model::DateTime;
    use crate::store::{Stamp, Store, Tx, groups, params, testing};

    fn store(folder: &tempfile::TempDir) -> Store {
        testing::open(&folder.path().join("services88.db"))
    }

    fn add(tx: &Tx<'_>, name: &str) -> Result<(), Fault> {
        let group = UserGroup {
            value: Some(name.to_owned()),
            ..UserGroup::default()
        };
        let stamp = Stamp {
            at: DateTime::default(),
            by: 0,
        };
        Ok(groups::save(tx, &group, stamp).map(drop)?)
    }

    fn is_there(tx: &Tx<'_>, name: &str) -> Result<bool, Fault> {
        Ok(groups::find_by_name(tx, name)?.is_some())
    }

    #[test]
    fn a_change_is_seen_at_once_whoever_made_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ours, theirs) = (store(&folder), store(&folder));
        let seen = |name: &'static str| ours.read(|tx| is_there(tx, name)).expect("read");
        assert!(!seen("One"));
        let written = ours.write(|tx| {
            assert!(!is_there(tx, "one")?);
            add(tx, "One")?;
            is_there(tx, "one")
        });
        assert!(written.expect("written"));
        assert!(seen("ONE"));
        theirs.write(|tx| add(tx, "Two")).expect("written");
        assert!(seen("two"));
        let sql = "UPDATE usergroup SET name = 'Three' WHERE name = ?1";
        let renamed = theirs.write(|tx| Ok(tx.execute(sql, params!["Two"])?));
        assert_eq!(renamed.expect("written"), 1);
        assert!(seen("three") && !seen("two"));
    }

    #[test]
    fn what_was_undone_is_not_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(&folder);
        let undone = store.write(|tx| {
            add(tx, "Undone")?;
            assert!(is_there(tx, "undone")?);
            Err::<(), _>(Fault::internal("changed my mind"))
        });
        assert!(undone.is_err());
        let written = store.write(|tx| {
            assert!(!is_there(tx, "undone")?);
            add(tx, "Done")?;
            Ok((is_there(tx, "undone")?, is_there(tx, "done")?))
        });
        assert_eq!(written.expect("written"), (false, true));
        let read = store.read(|tx| Ok((is_there(tx, "undone")?, is_there(tx, "done")?)));
        assert_eq!(read.expect("read"), (false, true));
    }
}
