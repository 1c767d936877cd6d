//! Logging in with a name and a password, or with a ticket in place of the name.

use super::sessions::Sessions;
use super::ticket::Ticket;
use super::{Caller, password};
use crate::fault::{Exception, Fault};
use crate::model::DateTime;
use crate::store::{callers, passwords, tickets};
use std::net::IpAddr;
use std::sync::Arc;

/// A log-in that succeeded.
#[derive(Clone, Debug)]
pub struct LogIn {
    /// Who it is.
    pub caller: Arc<Caller>,
    /// What to show from now on.
    pub ticket: String,
    /// `credentials.credentialType` of what was shown.
    pub credential_type: &'static str,
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
        let started = self.log_in_with_password(name, password, remote)?;
        Ok(started.map(|(log_in, _)| log_in))
    }

    /// Logs in with a name and a password; with the log-in comes the hash that the password fits.
    pub(super) fn log_in_with_password(
        &self,
        name: &str,
        password: &str,
        remote: IpAddr,
    ) -> Result<Option<(LogIn, String)>, Fault> {
        let Some(attempt) = self.throttle.enter(name, remote) else {
            tracing::warn!(%remote, "log-in refused unread after too many failures");
            return Ok(None);
        };
        let now = self.clock.now();
        let found = self.password_of(name, now)?;
        let started = match found {
            Some((associate_id, hash)) if password::verify(password, &hash) => {
                let wanted = hash.clone();
                let started = self.start(associate_id, move |tx| {
                    Ok(passwords::find(tx, associate_id, now)?.as_ref() == Some(&wanted))
                })?;
                started.map(|started| (started, hash))
            }
            Some(_) => None,
            None => {
                password::verify_nobody(password);
                None
            }
        };
        let Some(((caller, ticket), hash)) = started else {
            attempt.failed();
            // The name stays out of the log: people type passwords into the wrong field.
            tracing::info!(%remote, "log-in failed");
            return Ok(None);
        };
        attempt.succeeded();
        let log_in = LogIn {
            caller,
            ticket,
            credential_type: passwords::TYPE,
        };
        Ok(Some((log_in, hash)))
    }

    /// Who is meant by a log-in name, and the hash of the password.
    pub(super) fn password_of(
        &self,
        name: &str,
        now: DateTime,
    ) -> Result<Option<(i32, String)>, Fault> {
        self.store.read(|tx| {
            let Some(associate_id) = callers::by_log_in_name(tx, name)? else {
                return Ok(None);
            };
            let hash = passwords::find(tx, associate_id, now)?;
            Ok(hash.map(|hash| (associate_id, hash)))
        })
    }

    /// The hash of a user's password, if this is the password; `None` when it is not, when the
    /// user has none, or when too many attempts from there or for that name have failed before.
    /// Which of these it was, neither the answer nor its time tells. A wrong one counts as a
    /// failed log-in of that name.
    ///
    /// Blocks like [`log_in`](Self::log_in).
    pub fn verify_password(
        &self,
        associate_id: i32,
        name: &str,
        password: &str,
        remote: IpAddr,
    ) -> Result<Option<String>, Fault> {
        let Some(attempt) = self.throttle.enter(name, remote) else {
            tracing::warn!(%remote, "password refused unread after too many failures");
            return Ok(None);
        };
        let now = self.clock.now();
        let found = self
            .store
            .read(|tx| Ok(passwords::find(tx, associate_id, now)?))?;
        let fits = match &found {
            Some(hash) => password::verify(password, hash),
            None => {
                password::verify_nobody(password);
                false
            }
        };
        if fits {
            attempt.succeeded();
            return Ok(found);
        }
        attempt.failed();
        tracing::info!(%remote, "wrong password");
        Ok(None)
    }

    /// Goes on with the session of a ticket; `None` when it is not valid.
    pub fn resume(&self, ticket: &str) -> Result<Option<LogIn>, Fault> {
        match self.authenticate(ticket) {
            Ok(caller) => Ok(Some(LogIn {
                caller,
                ticket: ticket.to_owned(),
                credential_type: tickets::TYPE,
            })),
            Err(fault) if fault.exception() == Some(Exception::Session) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::session::testing::{Fixture, PASSWORD};
    use std::net::{IpAddr, Ipv4Addr};

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn log_in(fixture: &Fixture, name: &str, password: Option<&str>) -> Option<i32> {
        fixture
            .sessions
            .log_in(name, password, HERE)
            .expect("an answer")
            .map(|log_in| {
                let caller = fixture
                    .sessions
                    .authenticate(&log_in.ticket)
                    .expect("valid");
                assert_eq!(caller.associate_id, log_in.caller.associate_id);
                caller.associate_id
            })
    }

    #[test]
    fn by_name_user_name_or_an_address_that_only_one_has() {
        let fixture = Fixture::new();
        for name in ["ann", "ANN", "ann@corp.example", "Ann@Example.com"] {
            assert_eq!(log_in(&fixture, name, Some(PASSWORD)), Some(501), "{name}");
        }
        assert_eq!(log_in(&fixture, "team@example.com", Some(PASSWORD)), None);
        fixture.execute("UPDATE associate SET deleted = 1 WHERE associate_id = 503");
        assert_eq!(
            log_in(&fixture, "team@example.com", Some(PASSWORD)),
            Some(502)
        );
        fixture.execute(
"UPDATE associate SET name = 'ann@example.com', name_key = 'ann@example.com' WHERE associate_id = 502");
        assert_eq!(
            log_in(&fixture, "ann@example.com", Some(PASSWORD)),
            Some(502)
        );
    }

    #[test]
    fn everybody_else_is_told_no_more_than_no() {
        let fixture = Fixture::new();
        for (name, password) in [
            ("ann", Some("wrong")),
            ("ann", Some("")),
            ("ann", Some("open sesame ")),
            ("ann", None),
            ("ann ", Some(PASSWORD)),
            ("an%", Some(PASSWORD)),
            ("nobody", Some(PASSWORD)),
            ("", Some(PASSWORD)),
            ("", None),
            ("gone", Some(PASSWORD)),
            ("soon", Some(PASSWORD)),
            ("none", Some(PASSWORD)),
            ("bare", Some(PASSWORD)),
            ("open", Some("")),
            ("open", None),
        ] {
            assert_eq!(
                log_in(&fixture, name, password),
                None,
                "{name:?} {password:?}"
            );
        }
    }

    #[test]
    fn licences_are_asked_for_by_type_of_user_where_the_installation_has_them() {
        let fixture = Fixture::new();
        let bare = || log_in(&fixture, "bare", Some(PASSWORD)).is_some();
        assert!(!bare());
        fixture.execute("UPDATE licenseassoclink SET moduleLicenseId = 4 WHERE assocId = 508");
        assert!(!bare(), "without the licence user");
        fixture.execute("INSERT INTO licenseassoclink (moduleLicenseId, assocId) VALUES (3, 508)");
        assert!(bare());
        fixture.execute(
            "UPDATE licenseassoclink SET licenseNumber = 0 WHERE assocId = 508 AND moduleLicenseId = 4",
        );
        assert!(!bare());
        fixture.execute("DELETE FROM modulelicense WHERE moduleName = 'web'");
        assert!(bare(), "the installation knows no licence for the web");
        for (user_type, license) in [(4, 15), (7, 16), (13, 17)] {
            let change = format!("UPDATE associate SET type = {user_type} WHERE name = 'bare'");
            fixture.execute(Box::leak(change.into()));
            assert!(!bare(), "{user_type}");
            let give = format!(
                "UPDATE licenseassoclink SET moduleLicenseId = {license}
                                WHERE assocId = 508 AND moduleLicenseId > 3"
            );
            fixture.execute(Box::leak(give.into()));
            let add = format!(
                "INSERT INTO licenseassoclink (moduleLicenseId, assocId) VALUES ({license}, 508)
                 ON CONFLICT DO NOTHING"
            );
            fixture.execute(Box::leak(add.into()));
            assert!(bare(), "{user_type}");
        }
    }

    #[test]
    fn a_password_out_of_its_time_or_of_another_kind_does_not_count() {
        let fixture = Fixture::new();
        fixture.execute(
            "UPDATE credentials SET validTo = '2001-01-01T00:00:00' WHERE associateId = 501",
        );
        assert_eq!(log_in(&fixture, "ann", Some(PASSWORD)), None);
        fixture.execute("UPDATE credentials SET isActive = 0 WHERE associateId = 502");
        assert_eq!(log_in(&fixture, "bob", Some(PASSWORD)), None);
    }

    #[test]
    fn a_ticket_serves_as_name_and_is_answered_with_itself() {
        let fixture = Fixture::new();
        let ticket = fixture.sessions.issue_ticket(502).expect("ticket");
        for password in [None, Some(""), Some("anything")] {
            let log_in = fixture
                .sessions
                .log_in(&ticket, password, HERE)
                .expect("an answer")
                .expect("logged in");
            assert_eq!((log_in.caller.associate_id, &log_in.ticket), (502, &ticket));
        }
        assert_eq!(log_in(&fixture, "7T:", Some(PASSWORD)), None);
        fixture.clock.advance(7 * 3600);
        assert_eq!(log_in(&fixture, &ticket, Some(PASSWORD)), None);
    }

    #[test]
    fn logging_in_is_noted() {
        let fixture = Fixture::new();
        log_in(&fixture, "ann", Some(PASSWORD)).expect("logged in");
        let noted = "SELECT count(*) FROM associate WHERE lastlogin > '2001-01-01T00:00:00'";
        assert_eq!(fixture.count(noted), 1);
    }
}
