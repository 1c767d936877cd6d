//! Callers who show a password or an access token with every request, as REST has it: the session
//! that the first request started goes on for the next ones.
//!
//! What is shown is compared each time with what the store has; only the costly verification and
//! the new ticket are spared.

use super::Caller;
use super::sessions::Sessions;
use super::ticket::Ticket;
use crate::fault::{Exception, Fault};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Sessions that are remembered; when there are more, all are forgotten, which costs each of their
/// owners one log-in.
const MOST: usize = 10_000;

/// The sessions that go on, by what was shown for them.
pub(super) struct Standing {
    /// Without it, what is in memory says nothing of passwords.
    key: [u8; 32],
    sessions: Mutex<HashMap<Proof, Entry>>,
}

type Proof = [u8; 32];

#[derive(Clone)]
struct Entry {
    ticket: String,
    /// What the store had then: a changed password has another hash.
    fits: String,
}

impl Standing {
    pub(super) fn new() -> Result<Self, Fault> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(Fault::internal)?;
        Ok(Self {
            key,
            sessions: Mutex::default(),
        })
    }

    fn proof(&self, kind: &str, parts: [&str; 2]) -> Result<Proof, Fault> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).map_err(Fault::internal)?;
        for part in [kind, parts[0], parts[1]] {
            mac.update(&part.len().to_le_bytes());
            mac.update(part.as_bytes());
        }
        Ok(mac.finalize().into_bytes().into())
    }

    fn get(&self, proof: &Proof) -> Option<Entry> {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(proof).cloned()
    }

    fn insert(&self, proof: Proof, entry: Entry) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MOST {
            sessions.clear();
        }
        sessions.insert(proof, entry);
    }
}

impl Sessions {
    /// The user of this name and password, who goes on with the session of the request before;
    /// `None` under the conditions of [`log_in`](Self::log_in). A ticket in place of the name is
    /// taken, whatever the password.
    pub fn authenticate_password(
        &self,
        name: &str,
        password: &str,
        remote: IpAddr,
    ) -> Result<Option<Arc<Caller>>, Fault> {
        if Ticket::looks_like(name) {
            return Ok(self.resume(name)?.map(|log_in| log_in.caller));
        }
        let proof = self.standing.proof("password", [name, password])?;
        if let Some(entry) = self.standing.get(&proof) {
            let now = self.password_of(name, self.clock.now())?;
            if now.is_some_and(|(_, hash)| hash == entry.fits)
                && let Some(caller) = self.go_on(&entry)?
            {
                return Ok(Some(caller));
            }
        }
        let Some((log_in, fits)) = self.log_in_with_password(name, password, remote)? else {
            return Ok(None);
        };
        let ticket = log_in.ticket;
        self.standing.insert(proof, Entry { ticket, fits });
        Ok(Some(log_in.caller))
    }

    /// The user of an access token, who goes on with the session of the request before; `None`
    /// under the conditions of [`log_in_with_access_token`](Self::log_in_with_access_token).
    pub fn authenticate_access_token(
        &self,
        text: &str,
        application: Option<&str>,
    ) -> Result<Option<Arc<Caller>>, Fault> {
        let proof = self
            .standing
            .proof("token", [text, application.unwrap_or_default()])?;
        if let Some(entry) = self.standing.get(&proof)
            && self.access_token(text, application)?.is_some()
            && let Some(caller) = self.go_on(&entry)?
        {
            return Ok(Some(caller));
        }
        let Some(log_in) = self.log_in_with_access_token(text, application)? else {
            return Ok(None);
        };
        let (ticket, fits) = (log_in.ticket, String::new());
        self.standing.insert(proof, Entry { ticket, fits });
        Ok(Some(log_in.caller))
    }

    /// The user of a remembered session, unless it has ended.
    fn go_on(&self, entry: &Entry) -> Result<Option<Arc<Caller>>, Fault> {
        match self.authenticate(&entry.ticket) {
            Ok(caller) => Ok(Some(caller)),
            Err(fault) if fault.exception() == Some(Exception::Session) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::session::testing::{Fixture, PASSWORD};
    use crate::session::{password, set_password};
    use std::net::{IpAddr, Ipv4Addr};

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const TICKETS: &str = "SELECT count(*) FROM credentials WHERE credentialType = 'Ticket'";

    fn shown(fixture: &Fixture, name: &str, password: &str) -> Option<String> {
        let sessions = &fixture.sessions;
        let caller = sessions.authenticate_password(name, password, HERE);
        caller
            .expect("an answer")
            .map(|caller| caller.ticket_key.clone())
    }

    #[test]
    fn the_same_password_goes_on_with_one_session() {
        let fixture = Fixture::new();
        let first = shown(&fixture, "ann", PASSWORD);
        assert!(first.is_some());
        assert_eq!(shown(&fixture, "ann", PASSWORD), first);
        assert_eq!(shown(&fixture, "ann", "wrong"), None);
        assert_eq!(fixture.count(TICKETS), 1);
    }

    #[test]
    fn a_password_that_was_changed_opens_nothing_even_when_the_session_was_kept() {
        let fixture = Fixture::new();
        let kept = shown(&fixture, "ann", PASSWORD).expect("a session");
        let hash = password::hash("another").expect("hash");
        let (key, now) = (kept.clone(), fixture.clock.now());
        let changed = fixture
            .store
            .write(move |tx| set_password(tx, 501, &hash, Some(&key), now));
        changed.expect("changed");
        fixture.sessions.forget_user(501);
        assert_eq!(shown(&fixture, "ann", PASSWORD), None);
        assert!(shown(&fixture, "ann", "another").is_some_and(|key| key != kept));
    }

    #[test]
    fn an_access_token_goes_on_with_one_session_until_it_ends() {
        let fixture = Fixture::new();
        let sessions = &fixture.sessions;
        let ticket = sessions.issue_ticket(501).expect("ticket");
        let caller = sessions.authenticate(&ticket).expect("caller");
        let token = sessions
            .issue_access_token(&caller, None, None)
            .expect("token");
        let shown = |application| {
            let found = sessions.authenticate_access_token(&token, application);
            found.expect("an answer").map(|it| it.ticket_key.clone())
        };
        let first = shown(None);
        assert!(first.is_some());
        assert_eq!(shown(None), first);
        assert_eq!(shown(Some("other")), None);
        fixture.clock.advance(3_700);
        assert_eq!(shown(None), None, "it is good for an hour");
    }
}
