//! Logging in with a name and a password, or with a ticket in place of the name.

use super::sessions::{Sessions, load};
use super::ticket::Ticket;
use super::{Caller, password};
use crate::fault::{Exception, Fault};
use crate::store::{callers, passwords};
use std::net::IpAddr;
use std::sync::Arc;

/// A log-in that succeeded.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// Who it is.
    pub caller: Arc<Caller>,
    /// What to show from now on.
    pub ticket: String,
}

impl Sessions {
    /// Logs somebody in; `None` when name and password do not belong together, when the user may
    /// not log in, or when too many attempts from there or for that name have failed before. Which
    /// of these it was, neither the answer nor its time tells.
    ///
    /// The name is that of the associate, the user name, or an e-mail address that is nobody
    /// else's. A valid ticket in its place is answered with itself, whatever the password. No
    /// password is not the empty password.
    ///
    /// Blocks: a verification takes some tens of milliseconds, and after failures it waits.
    pub fn log_in(
        &self,
        name: &str,
        password: Option<&str>,
        remote: IpAddr,
    ) -> Result<Option<LogIn>, Fault> {
        if Ticket::looks_like(name) {
            return self.resume(name);
        }
        let Some(password) = password else {
            return Ok(None);
        };
        let Some(attempt) = self.throttle.enter(name, remote) else {
            tracing::warn!(%remote, "log-in refused unread after too many failures");
            return Ok(None);
        };
        let now = self.clock.now();
        let found = self.store.read(|tx| {
            let Some(associate_id) = callers::by_log_in_name(tx, name)? else {
                return Ok(None);
            };
            let hash = passwords::find(tx, associate_id, now)?;
            Ok(hash.map(|hash| (associate_id, hash)))
        })?;
        let caller = match found {
            Some((associate_id, hash)) if password::verify(password, &hash) => self
                .store
                .read(|tx| load(tx, associate_id, String::new()))?,
            Some(_) => None,
            None => {
                password::verify_nobody(password);
                None
            }
        };
        let Some(caller) = caller else {
            attempt.failed();
            return Ok(None);
        };
        attempt.succeeded();
        let (caller, ticket) = self.start(caller)?;
        Ok(Some(LogIn { caller, ticket }))
    }

    /// Goes on with the session of a ticket; `None` when it is not valid.
    pub fn resume(&self, ticket: &str) -> Result<Option<LogIn>, Fault> {
        match self.authenticate(ticket) {
            Ok(caller) => Ok(Some(LogIn {
                caller,
                ticket: ticket.to_owned(),
            })),
            Err(fault) if fault.exception() == Some(Exception::Session) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}
