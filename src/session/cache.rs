//! What is known of tickets that were seen lately.

use super::Caller;
use crate::model::DateTime;
use std::collections::HashMap;
use std::sync::Arc;

/// Seconds by which the end of a ticket's life in the store may lag behind that in memory, at most.
pub const LAG: i64 = 5 * 60;
/// Tickets in memory.
const CAPACITY: usize = 20_000;

/// A ticket and its user.
pub struct Entry {
    pub caller: Arc<Caller>,
    /// Unix seconds at which the ticket ends.
    pub expires: i64,
    /// The same, as the store has it.
    pub stored: i64,
    /// Unix seconds of the last look into the store.
    pub checked: i64,
}

/// Tickets by their text, as it is shown: to look one up takes no more than that. Whoever can read
/// the memory of the program finds it in the messages too.
#[derive(Default)]
pub struct Cache {
    entries: HashMap<Box<str>, Entry>,
    epoch: u64,
}

impl Cache {
    /// What is known of a ticket.
    pub fn get(&mut self, ticket: &str) -> Option<&mut Entry> {
        self.entries.get_mut(ticket)
    }

    /// How often something had to be forgotten. To be taken before the store is read.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Keeps what was read from the store, unless something had to be forgotten since: it may
    /// have been this.
    pub fn insert(&mut self, ticket: &str, entry: Entry, epoch: u64) {
        if self.epoch != epoch {
            return;
        }
        // Starting afresh costs each ticket one look into the store, which it costs every few
        // seconds anyway.
        if self.entries.len() >= CAPACITY {
            self.entries.clear();
        }
        self.entries.insert(ticket.into(), entry);
    }

    /// Drops a ticket that is not valid.
    pub fn remove(&mut self, ticket: &str) {
        self.entries.remove(ticket);
    }

    /// Drops what has changed in the store.
    pub fn forget(&mut self, changed: impl Fn(&Entry) -> bool) {
        self.epoch += 1;
        self.entries.retain(|_, entry| !changed(entry));
    }
}

impl Entry {
    /// Lets the ticket live until `expires`. Returns what to store when that is due: when the store
    /// lags behind by so many seconds.
    pub fn renew(&mut self, expires: i64, lag: i64) -> Option<DateTime> {
        self.expires = self.expires.max(expires);
        if self.expires - self.stored < lag {
            return None;
        }
        self.stored = self.expires;
        Some(DateTime::from_unix_seconds(self.expires))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::role::RoleType;
    use crate::contract::user::UserType;
    use std::collections::BTreeSet;

    /// A ticket of user 501.
    fn entry() -> Entry {
        Entry {
            caller: Arc::new(Caller {
                associate_id: 501,
                name: "ann".to_owned(),
                user_type: UserType::InternalAssociate,
                person_id: 0,
                contact_id: 0,
                group_id: 0,
                role_id: 1,
                role_type: RoleType::Employee,
                rights: BTreeSet::new(),
                ticket_key: String::new(),
            }),
            expires: 1000,
            stored: 1000,
            checked: 0,
        }
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let (one, two) = ("1", "2");
        let mut cache = Cache::default();
        let epoch = cache.epoch();
        cache.insert(one, entry(), epoch);
        cache.forget(|entry| entry.caller.associate_id == 502);
        cache.insert(two, entry(), epoch);
        assert!(cache.get(one).is_some() && cache.get(two).is_none());
        cache.forget(|entry| entry.caller.associate_id == 501);
        assert!(cache.get(one).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let mut cache = Cache::default();
        for number in 0..=CAPACITY {
            cache.insert(&number.to_string(), entry(), 0);
        }
        assert_eq!(cache.entries.len(), 1);
    }

    #[test]
    fn the_store_hears_of_a_renewal_once_it_lags() {
        let mut entry = entry();
        assert_eq!(entry.renew(1000 + LAG - 1, LAG), None);
        assert_eq!(
            entry.renew(1000 + LAG, LAG),
            Some(DateTime::from_unix_seconds(1000 + LAG))
        );
        assert_eq!(entry.renew(1000 + LAG + 1, LAG), None);
        assert_eq!(entry.renew(0, LAG), None);
        assert_eq!(entry.expires, 1000 + LAG + 1);
    }
}
