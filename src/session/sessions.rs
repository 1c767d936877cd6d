//! Who is behind a ticket, answered from memory where possible.
//!
//! A ticket that was seen lately costs one look into a table in memory. After [`RECHECK`] seconds
//! the store is asked again, so that what another process changed is noticed; what this process
//! changes it tells with [`Sessions::forget_user`]. Every use renews the ticket, in memory at
//! once and in the store when that lags behind by [`LAG`] seconds.

use super::Caller;
use super::renewal::{Renewal, Renewer};
use super::throttle::Throttle;
use super::ticket::{Digest256, Ticket};
use crate::clock::Clock;
use crate::config::SessionSettings;
use crate::fault::{Exception, Fault};
use crate::model::DateTime;
use crate::store::tickets::TicketRow;
use crate::store::{Store, Tx, callers, tickets};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Seconds for which a caller is believed without asking the store.
const RECHECK: i64 = 5;
/// Seconds by which the end of a ticket's life in the store may lag behind that in memory.
const LAG: i64 = 5 * 60;
/// Tickets in memory.
const CAPACITY: usize = 20_000;

/// The sessions of an installation.
pub struct Sessions {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) throttle: Throttle,
    lifetime: i64,
    cache: Mutex<Cache>,
    renewer: Renewer,
}

#[derive(Default)]
struct Cache {
    entries: HashMap<Digest256, Entry>,
    /// How often something had to be forgotten. What was read before that is not to be kept.
    epoch: u64,
}

struct Entry {
    caller: Arc<Caller>,
    /// Unix seconds at which the ticket ends.
    expires: i64,
    /// The same, as the store has it.
    stored: i64,
    /// Unix seconds of the last look into the store.
    checked: i64,
}

/// The one answer to a ticket that is missing, malformed, unknown, expired or revoked, or whose
/// user may not log in any more.
pub fn no_session() -> Fault {
    Fault::service(Exception::Session, "The operation needs a valid ticket.")
}

/// Ends the sessions of a user, except for that of the ticket to keep, if one is named by
/// [`Caller::ticket_key`]. After the commit [`Sessions::forget_user`] has to follow.
pub fn revoke_tickets(tx: &Tx<'_>, associate_id: i32, keep: Option<&str>) -> Result<(), Fault> {
    tickets::revoke(tx, associate_id, keep)?;
    Ok(())
}

impl Sessions {
    /// Starts with an empty memory; the tickets themselves are in the store.
    pub fn new(store: Store, clock: Clock, settings: SessionSettings) -> Result<Self, Fault> {
        Ok(Self {
            renewer: Renewer::start(store.clone(), clock.clone())?,
            store,
            clock,
            throttle: Throttle::default(),
            lifetime: i64::from(settings.ticket_minutes) * 60,
            cache: Mutex::default(),
        })
    }

    /// The user behind a ticket, whose life is renewed. Anything but a valid ticket is refused
    /// with the fault of [`no_session`]; other faults are those of the store.
    pub fn authenticate(&self, ticket: &str) -> Result<Arc<Caller>, Fault> {
        let ticket = Ticket::parse(ticket).ok_or_else(no_session)?;
        let digest = ticket.digest();
        let now = self.clock.unix_seconds();

        let mut cache = self.cache();
        let known = cache.entries.get_mut(&digest);
        let known_end = known.as_ref().map(|entry| entry.expires);
        if let Some(entry) = known
            && entry.expires > now
            && (0..RECHECK).contains(&(now - entry.checked))
        {
            let caller = Arc::clone(&entry.caller);
            let renewal = entry.renew(now + self.lifetime);
            drop(cache);
            self.write_back(&caller, renewal);
            return Ok(caller);
        }
        let epoch = cache.epoch;
        drop(cache);

        let found = self.read(&ticket, digest, known_end, now)?;
        let mut cache = self.cache();
        let Some(mut entry) = found else {
            cache.entries.remove(&digest);
            return Err(no_session());
        };
        let caller = Arc::clone(&entry.caller);
        let renewal = entry.renew(now + self.lifetime);
        cache.insert(digest, entry, epoch);
        drop(cache);
        self.write_back(&caller, renewal);
        Ok(caller)
    }

    /// A new ticket for a user, who is somebody that may log in.
    pub fn issue_ticket(&self, associate_id: i32) -> Result<String, Fault> {
        let caller = self
            .store
            .read(|tx| load(tx, associate_id, String::new()))?;
        Ok(self.start(caller.ok_or_else(no_session)?)?.1)
    }

    /// A new ticket for the user who is meant by a log-in name.
    pub fn issue_ticket_to(&self, name: &str) -> Result<String, Fault> {
        let found = self
            .store
            .read(|tx| match callers::by_log_in_name(tx, name)? {
                Some(associate_id) => load(tx, associate_id, String::new()),
                None => Ok(None),
            })?;
        let caller = found.ok_or_else(|| {
            Fault::service(Exception::NotFound, "No user of that name may log in.")
        })?;
        Ok(self.start(caller)?.1)
    }

    /// Starts a session: stores a new ticket, and clears away those that ended long ago.
    pub(super) fn start(&self, mut caller: Caller) -> Result<(Arc<Caller>, String), Fault> {
        let epoch = self.cache().epoch;
        let ticket = Ticket::random()?;
        let seconds = self.clock.unix_seconds();
        let (now, expires) = (self.clock.now(), seconds + self.lifetime);
        // In memory a ticket may live longer than in the store.
        let ended = DateTime::from_unix_seconds(seconds - 2 * LAG);
        let key = ticket.key().to_owned();
        let row = TicketRow {
            associate_id: caller.associate_id,
            secret: ticket.secret(),
            valid_to: DateTime::from_unix_seconds(expires),
        };
        self.store.write(move |tx| {
            tickets::purge(tx, ended)?;
            tickets::insert(tx, &key, &row, now)?;
            callers::set_last_login(tx, row.associate_id, now)?;
            Ok(())
        })?;
        ticket.key().clone_into(&mut caller.ticket_key);
        let caller = Arc::new(caller);
        let entry = Entry {
            caller: Arc::clone(&caller),
            expires,
            stored: expires,
            checked: seconds,
        };
        self.cache().insert(ticket.digest(), entry, epoch);
        Ok((caller, ticket.text().to_owned()))
    }

    /// Makes the next call of each of a user's tickets ask the store: to be called after a
    /// commit that changed the user's tickets, role, retirement or approval.
    pub fn forget_user(&self, associate_id: i32) {
        let mut cache = self.cache();
        cache.epoch += 1;
        cache
            .entries
            .retain(|_, entry| entry.caller.associate_id != associate_id);
    }

    /// The same for all users: to be called after a commit that changed a role.
    pub fn forget_all(&self) {
        let mut cache = self.cache();
        cache.epoch += 1;
        cache.entries.clear();
    }

    fn read(
        &self,
        ticket: &Ticket,
        digest: Digest256,
        known_end: Option<i64>,
        now: i64,
    ) -> Result<Option<Entry>, Fault> {
        self.store.read(|tx| {
            let Some(row) = tickets::find(tx, ticket.key())? else {
                return Ok(None);
            };
            let stored = row.valid_to.unix_seconds();
            let expires = stored.max(known_end.unwrap_or(stored));
            if !digest.matches(&row.secret) || expires <= now {
                return Ok(None);
            }
            let caller = load(tx, row.associate_id, ticket.key().to_owned())?;
            Ok(caller.map(|caller| Entry {
                caller: Arc::new(caller),
                expires,
                stored,
                checked: now,
            }))
        })
    }

    fn write_back(&self, caller: &Caller, valid_to: Option<DateTime>) {
        if let Some(valid_to) = valid_to {
            self.renewer.offer(Renewal {
                key: caller.ticket_key.clone(),
                valid_to,
            });
        }
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cache {
    fn insert(&mut self, digest: Digest256, entry: Entry, epoch: u64) {
        if self.epoch != epoch {
            return;
        }
        // Starting afresh costs each ticket one look into the store, which it costs every few
        // seconds anyway.
        if self.entries.len() >= CAPACITY {
            self.entries.clear();
        }
        self.entries.insert(digest, entry);
    }
}

impl Entry {
    /// Lets the ticket live until `expires`. Returns what to store when that is due.
    fn renew(&mut self, expires: i64) -> Option<DateTime> {
        self.expires = self.expires.max(expires);
        if self.expires - self.stored < LAG {
            return None;
        }
        self.stored = self.expires;
        Some(DateTime::from_unix_seconds(self.expires))
    }
}

/// The user of a session; none who may not have one.
pub(super) fn load(
    tx: &Tx<'_>,
    associate_id: i32,
    ticket_key: String,
) -> Result<Option<Caller>, Fault> {
    Ok(callers::find(tx, associate_id)?.map(|row| Caller::new(associate_id, ticket_key, row)))
}
