//! Who is behind a ticket, answered from memory where possible.
//!
//! With a database file, a ticket that was seen lately costs one look into a table in memory. After
//! [`RECHECK`] seconds the store is asked again, so that what another process changed is noticed;
//! what this process changes it tells with [`Sessions::forget_user`]. A store that is shared among
//! nodes is asked each time, so that a ticket that was revoked anywhere is good nowhere. Every use
//! renews the ticket, in memory at once and in the store when that lags behind by [`LAG`] seconds.

use super::Caller;
use super::cache::{Cache, Entry, LAG};
use super::news::News;
use super::renewal::{Renewal, Renewer};
use super::standing::Standing;
use super::throttle::Throttle;
use super::ticket::Ticket;
use crate::clock::Clock;
use crate::config::SessionSettings;
use crate::fault::{Exception, Fault};
use crate::model::DateTime;
use crate::store::tickets::TicketRow;
use crate::store::{Store, Tx, access_tokens, callers, password_resets, tickets};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Seconds for which a caller is believed without asking a database file.
const RECHECK: i64 = 5;

/// The sessions of an installation.
pub struct Sessions {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) throttle: Throttle,
    pub(super) standing: Standing,
    lifetime: i64,
    /// Seconds by which the store may lag behind.
    lag: i64,
    cache: Mutex<Cache>,
    renewer: Renewer,
}

/// The one answer to a ticket that is missing, malformed, unknown, expired or revoked, or whose
/// user may not log in any more.
pub fn no_session() -> Fault {
    Fault::service(Exception::Session, "The operation needs a valid ticket.")
}

/// Ends the sessions of a user, except for that of the ticket to keep, if one is named by
/// [`Caller::ticket_key`], the access tokens, and the link for a new password. After the commit
/// [`Sessions::forget_user`] has to follow.
pub fn revoke_tickets(tx: &Tx<'_>, associate_id: i32, keep: Option<&str>) -> Result<(), Fault> {
    tickets::revoke(tx, associate_id, keep)?;
    access_tokens::revoke(tx, associate_id)?;
    password_resets::revoke(tx, associate_id)?;
    Ok(())
}

impl Sessions {
    /// Starts with an empty memory; the tickets themselves are in the store.
    pub fn new(
        store: Store,
        clock: Clock,
        settings: SessionSettings,
        news: &Arc<News>,
    ) -> Result<Self, Fault> {
        let lifetime = i64::from(settings.ticket_minutes) * 60;
        let lag = match store.is_shared() {
            // Another node has to know of the last use before it could take the ticket to be over.
            true => LAG.min(lifetime / 4),
            false => LAG,
        };
        let longest = Duration::from_secs(lag.unsigned_abs());
        Ok(Self {
            renewer: Renewer::start(store.clone(), clock.clone(), longest)?,
            store,
            clock,
            throttle: Throttle::new(news),
            standing: Standing::new()?,
            lifetime,
            lag,
            cache: Mutex::default(),
        })
    }

    /// The user behind a ticket, whose life is renewed. Anything but a valid ticket is refused
    /// with the fault of [`no_session`]; other faults are those of the store.
    pub fn authenticate(&self, ticket: &str) -> Result<Arc<Caller>, Fault> {
        let now = self.clock.unix_seconds();
        let mut cache = self.cache();
        let known = cache.get(ticket);
        let known_end = known.as_ref().map(|entry| entry.expires);
        if let Some(entry) = known
            && entry.expires > now
            && !self.store.is_shared()
            && (0..RECHECK).contains(&(now - entry.checked))
        {
            let caller = Arc::clone(&entry.caller);
            let renewal = entry.renew(now + self.lifetime, self.lag);
            drop(cache);
            self.write_back(&caller, renewal);
            return Ok(caller);
        }
        let epoch = cache.epoch();
        drop(cache);

        let ticket = Ticket::parse(ticket).ok_or_else(no_session)?;
        let found = self.read(&ticket, known_end, now)?;
        let mut cache = self.cache();
        let Some(mut entry) = found else {
            cache.remove(ticket.text());
            return Err(no_session());
        };
        let caller = Arc::clone(&entry.caller);
        let renewal = entry.renew(now + self.lifetime, self.lag);
        let is_put_off = entry.expires > entry.stored && Some(entry.expires) != known_end;
        let end = DateTime::from_unix_seconds(entry.expires);
        cache.insert(ticket.text(), entry, epoch);
        drop(cache);
        if is_put_off {
            self.renewer.put_off(&caller.ticket_key, end);
        }
        self.write_back(&caller, renewal);
        Ok(caller)
    }

    /// A new ticket for a user, who is somebody that may log in.
    pub fn issue_ticket(&self, associate_id: i32) -> Result<String, Fault> {
        let (_, ticket) = self
            .start(associate_id, |_| Ok(true))?
            .ok_or_else(no_session)?;
        Ok(ticket)
    }

    /// A new ticket for the user who is meant by a log-in name.
    pub fn issue_ticket_to(&self, name: &str) -> Result<String, Fault> {
        let found = self
            .store
            .read(|tx| Ok(callers::by_log_in_name(tx, name)?))?;
        let started = match found {
            Some(associate_id) => self.start(associate_id, |_| Ok(true))?,
            None => None,
        };
        let (_, ticket) = started.ok_or_else(|| {
            Fault::service(Exception::NotFound, "No user of that name may log in.")
        })?;
        Ok(ticket)
    }

    /// Starts a session: stores a new ticket, and clears away some that ended long ago. `None` for
    /// somebody who may not log in, or when what was shown for it is not good any more: either may
    /// have changed since it was compared.
    pub(super) fn start(
        &self,
        associate_id: i32,
        still_good: impl FnOnce(&Tx<'_>) -> Result<bool, Fault> + Send + 'static,
    ) -> Result<Option<(Arc<Caller>, String)>, Fault> {
        let epoch = self.cache().epoch();
        let ticket = Ticket::random()?;
        let seconds = self.clock.unix_seconds();
        let (now, expires) = (self.clock.now(), seconds + self.lifetime);
        // In memory a ticket may live longer than in the store.
        let ended = DateTime::from_unix_seconds(seconds - 2 * LAG);
        let key = ticket.key().to_owned();
        let row = TicketRow {
            associate_id,
            secret: ticket.secret(),
            valid_to: DateTime::from_unix_seconds(expires),
        };
        let caller = self.store.write(move |tx| {
            if !still_good(tx)? {
                return Ok(None);
            }
            let Some(caller) = load(tx, associate_id, key)? else {
                return Ok(None);
            };
            tickets::purge(tx, ended)?;
            tickets::insert(tx, &caller.ticket_key, &row, now)?;
            callers::set_last_login(tx, associate_id, now)?;
            Ok(Some(caller))
        })?;
        let Some(caller) = caller.map(Arc::new) else {
            return Ok(None);
        };
        let entry = Entry {
            caller: Arc::clone(&caller),
            expires,
            stored: expires,
            checked: seconds,
        };
        self.cache().insert(ticket.text(), entry, epoch);
        Ok(Some((caller, ticket.text().to_owned())))
    }

    /// Ends the session that a call came with.
    pub fn end(&self, caller: &Caller) -> Result<(), Fault> {
        let key = caller.ticket_key.clone();
        self.store.write(move |tx| Ok(tickets::delete(tx, &key)?))?;
        self.forget_user(caller.associate_id);
        Ok(())
    }

    /// Makes the next call of each of a user's tickets ask the store: to be called after a
    /// commit that changed the user's tickets, role, retirement or approval.
    pub fn forget_user(&self, associate_id: i32) {
        self.cache()
            .forget(|entry| entry.caller.associate_id == associate_id);
    }

    /// The same for all users: to be called after a commit that changed a role.
    pub fn forget_all(&self) {
        self.cache().forget(|_| true);
    }

    fn read(
        &self,
        ticket: &Ticket,
        known_end: Option<i64>,
        now: i64,
    ) -> Result<Option<Entry>, Fault> {
        self.store.read(|tx| {
            let Some((row, caller)) = callers::behind_ticket(tx, ticket.key())? else {
                return Ok(None);
            };
            let stored = row.valid_to.unix_seconds();
            let expires = stored.max(known_end.unwrap_or(stored));
            if !ticket.digest().matches(&row.secret) || expires <= now {
                return Ok(None);
            }
            let key = ticket.key().to_owned();
            let caller = caller.map(|caller| Caller::new(row.associate_id, key, caller));
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

/// The user of a session; none who may not have one.
fn load(tx: &Tx<'_>, associate_id: i32, ticket_key: String) -> Result<Option<Caller>, Fault> {
    Ok(callers::find(tx, associate_id)?.map(|row| Caller::new(associate_id, ticket_key, row)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::set_password;
    use crate::session::testing::Fixture;
    use crate::store::passwords;
    use std::time::Duration;

    const HOUR: i64 = 3600;

    fn refusal(sessions: &Sessions, ticket: &str) -> Fault {
        let fault = sessions.authenticate(ticket).expect_err("refused");
        assert_eq!(fault.exception(), Some(Exception::Session));
        fault
    }

    #[test]
    fn a_ticket_leads_to_its_user_and_outlives_a_restart() {
        let fixture = Fixture::new();
        let ticket = fixture.sessions.issue_ticket(501).expect("ticket");
        for sessions in [&fixture.sessions, &fixture.restarted()] {
            let caller = sessions.authenticate(&ticket).expect("valid");
            assert_eq!((caller.associate_id, caller.name.as_str()), (501, "ann"));
            assert_eq!(
                caller.user_type,
                crate::contract::user::UserType::InternalAssociate
            );
            assert!(caller.has_any_right(&["nothing", "admin-all"]));
        }
    }

    #[test]
    fn whatever_is_no_valid_ticket_gets_one_and_the_same_answer() {
        let fixture = Fixture::new();
        let ticket = fixture.sessions.issue_ticket(501).expect("ticket");
        let forged = Ticket::random().expect("ticket");
        let mut messages: Vec<String> = [
            String::new(),
            forged.text().to_owned(),
            format!("{ticket} "),
            format!(" {ticket}"),
            ticket.to_lowercase(),
            ticket[..ticket.len() - 4].to_owned(),
            format!("{ticket}{ticket}"),
            "x".repeat(1 << 20),
        ]
        .iter()
        .map(|text| refusal(&fixture.sessions, text).message().to_owned())
        .collect();
        messages.dedup();
        assert_eq!(messages.len(), 1, "{messages:?}");
    }

    #[test]
    fn the_database_does_not_hold_what_a_client_shows() {
        let fixture = Fixture::new();
        let ticket = fixture.sessions.issue_ticket(501).expect("ticket");
        let content = ticket.trim_start_matches("7T:").as_bytes();
        for file in std::fs::read_dir(fixture.folder.path()).expect("folder") {
            let bytes = std::fs::read(file.expect("file").path()).expect("bytes");
            assert!(!bytes.windows(content.len()).any(|part| part == content));
        }
    }

    #[test]
    fn the_right_key_with_a_wrong_number_is_refused() {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD;
        let fixture = Fixture::new();
        let ticket = fixture.sessions.issue_ticket(501).expect("ticket");
        let key = Ticket::parse(&ticket).expect("ticket").key().to_owned();
        let bytes: Vec<u8> = format!("{key};1")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        refusal(&fixture.sessions, &format!("7T:{}", STANDARD.encode(bytes)));
    }

    #[test]
    fn six_hours_without_use_end_a_ticket_and_use_renews_it() {
        let fixture = Fixture::new();
        let ticket = fixture.sessions.issue_ticket(501).expect("ticket");
        for _ in 0..5 {
            fixture.clock.advance(5 * HOUR);
            fixture.sessions.authenticate(&ticket).expect("renewed");
        }
        fixture.clock.advance(6 * HOUR);
        refusal(&fixture.sessions, &ticket);
        refusal(&fixture.restarted(), &ticket);
    }

    #[test]
    fn renewal_reaches_the_store_when_it_lags_and_not_before() {
        let fixture = Fixture::new();
        let ticket = fixture.sessions.issue_ticket(501).expect("ticket");
        let stored = || {
            fixture
                .store
                .read(|tx| {
                    let key = Ticket::parse(&ticket).expect("ticket").key().to_owned();
                    Ok(tickets::find(tx, &key)?.expect("row").valid_to)
                })
                .expect("read")
        };
        let first = stored();
        fixture.clock.advance(LAG - 60);
        fixture.sessions.authenticate(&ticket).expect("valid");
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(stored(), first);
        fixture.clock.advance(5 * HOUR);
        fixture.sessions.authenticate(&ticket).expect("valid");
        let clock = fixture.clock.clone();
        let Fixture {
            sessions,
            store,
            folder: _folder,
            ..
        } = fixture;
        drop(sessions);
        clock.advance(5 * HOUR);
        let settings = SessionSettings::default();
        let sessions = Sessions::new(store, clock, settings, &News::alone()).expect("sessions");
        sessions
            .authenticate(&ticket)
            .expect("the renewal was stored");
    }

    #[test]
    fn expired_tickets_are_cleared_away_by_a_later_one() {
        let fixture = Fixture::new();
        let rows = "SELECT count(*) FROM credentials WHERE credentialType = 'Ticket'";
        fixture.sessions.issue_ticket(501).expect("ticket");
        fixture.sessions.issue_ticket(502).expect("ticket");
        assert_eq!(fixture.count(rows), 2);
        fixture.clock.advance(7 * HOUR);
        fixture.sessions.issue_ticket(501).expect("ticket");
        assert_eq!(fixture.count(rows), 1);
    }

    #[test]
    fn a_known_ticket_is_answered_without_a_store_that_is_not_shared() {
        let fixture = Fixture::new();
        let ticket = fixture.sessions.issue_ticket(501).expect("ticket");
        fixture.execute("UPDATE associate SET deleted = 1 WHERE associate_id = 501");
        if !fixture.store.is_shared() {
            fixture
                .sessions
                .authenticate(&ticket)
                .expect("still believed");
            fixture.clock.advance(RECHECK);
        }
        refusal(&fixture.sessions, &ticket);
    }

    #[test]
    fn what_this_process_changes_is_seen_at_once() {
        let fixture = Fixture::new();
        let ticket = fixture.sessions.issue_ticket(502).expect("ticket");
        let role = |sessions: &Sessions| sessions.authenticate(&ticket).expect("valid").role_id;
        assert_eq!(role(&fixture.sessions), 9);
        fixture.execute("UPDATE userrolelink SET role_id = 8 WHERE associate_id = 502");
        fixture.sessions.forget_user(502);
        assert_eq!(role(&fixture.sessions), 8);
        fixture.execute("DELETE FROM userrolelink WHERE associate_id = 502");
        fixture.sessions.forget_all();
        refusal(&fixture.sessions, &ticket);
    }

    #[test]
    fn a_new_password_ends_the_other_sessions_of_that_user_only() {
        let fixture = Fixture::new();
        let sessions = &fixture.sessions;
        let [own, other, foreign] =
            [501, 501, 502].map(|id| sessions.issue_ticket(id).expect("ticket"));
        let key = sessions
            .authenticate(&own)
            .expect("valid")
            .ticket_key
            .clone();
        let now = fixture.clock.now();
        fixture
            .store
            .write(move |tx| set_password(tx, 501, "hash", Some(&key), now))
            .expect("set");
        sessions.forget_user(501);
        sessions.authenticate(&own).expect("kept");
        sessions.authenticate(&foreign).expect("not concerned");
        refusal(sessions, &other);
        let missing = fixture
            .store
            .write(move |tx| set_password(tx, 999, "hash", None, now))
            .expect_err("nobody");
        assert_eq!(missing.exception(), Some(Exception::NotFound));
    }

    #[test]
    fn a_password_replaced_while_it_was_compared_starts_no_session() {
        let fixture = Fixture::new();
        let now = fixture.clock.now();
        let hash = || fixture.store.read(|tx| Ok(passwords::find(tx, 501, now)?));
        let compared = hash().expect("read");
        fixture
            .store
            .write(move |tx| set_password(tx, 501, "hash", None, now))
            .expect("set");
        let start = |compared: Option<String>| {
            let still = move |tx: &Tx<'_>| Ok(passwords::find(tx, 501, now)? == compared);
            fixture.sessions.start(501, still).expect("an answer")
        };
        assert!(start(compared).is_none());
        let rows = "SELECT count(*) FROM credentials WHERE credentialType = 'Ticket'";
        assert_eq!(fixture.count(rows), 0);
        let current = hash().expect("read");
        assert!(start(current).is_some());
    }

    #[test]
    fn who_may_not_log_in_gets_no_ticket() {
        let fixture = Fixture::new();
        for id in [0, 504, 505, 506, 999] {
            let fault = fixture.sessions.issue_ticket(id).expect_err("refused");
            assert_eq!(fault.exception(), Some(Exception::Session), "{id}");
        }
        for name in ["", "gone", "soon", "none", "nobody", "team@example.com"] {
            assert!(fixture.sessions.issue_ticket_to(name).is_err(), "{name}");
        }
        let ticket = fixture.sessions.issue_ticket_to("ANN").expect("ticket");
        fixture.sessions.authenticate(&ticket).expect("valid");
    }
}
