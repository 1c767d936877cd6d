//! Access tokens: what an application shows to act for a user for an hour.
//!
//! The text is `8A:Default.` and the base64 of 48 random bytes. The first 16 of them find the row
//! in the store; the row holds a hash of the whole text.

use super::sessions::Sessions;
use super::ticket::{Digest256, hexadecimal};
use super::{Caller, LogIn, no_session};
use crate::fault::Fault;
use crate::model::DateTime;
use crate::store::access_tokens::{self, AccessTokenRow};
use crate::store::tickets;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::IpAddr;

/// The original names the tenant after the prefix; here is one, which has no name.
const PREFIX: &str = "8A:Default.";
const KEY_BYTES: usize = 16;
const BYTES: usize = 48;
/// Seconds that a token is good.
const LIFETIME: i64 = 60 * 60;

/// A text that has the form of an access token.
struct AccessToken {
    text: String,
    key: String,
}

impl AccessToken {
    fn random() -> Result<Self, Fault> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(Fault::internal)?;
        let text = format!("{PREFIX}{}", STANDARD.encode(bytes));
        Self::parse(&text).ok_or_else(|| Fault::internal("an access token that is none"))
    }

    /// Reads a token to the letter.
    fn parse(text: &str) -> Option<Self> {
        let data = text.strip_prefix(PREFIX)?;
        if data.len() != BYTES / 3 * 4 {
            return None;
        }
        let bytes = STANDARD.decode(data).ok()?;
        let key = bytes.first_chunk::<KEY_BYTES>()?;
        Some(Self {
            text: text.to_owned(),
            key: hexadecimal(key),
        })
    }
}

impl Sessions {
    /// A new access token for the user of a session, to be shown by the application of this name
    /// only, or by any. With the address of a client it also opens a session in Service, if the
    /// user has to do with that. It ends when the user's sessions are ended.
    pub fn issue_access_token(
        &self,
        caller: &Caller,
        application: Option<String>,
        service_session: Option<IpAddr>,
    ) -> Result<String, Fault> {
        let token = AccessToken::random()?;
        let (now, seconds) = (self.clock.now(), self.clock.unix_seconds());
        let row = AccessTokenRow {
            associate_id: caller.associate_id,
            secret: Digest256::of(&token.text).secret(),
            application: application.unwrap_or_default(),
            valid_to: DateTime::from_unix_seconds(seconds + LIFETIME),
        };
        let (key, ticket_key) = (token.key, caller.ticket_key.clone());
        self.store.write(move |tx| {
            // The session may have been ended since the ticket was looked at.
            if tickets::find(tx, &ticket_key)?.is_none() {
                return Err(no_session());
            }
            access_tokens::purge(tx, now)?;
            access_tokens::insert(tx, &key, &row, now)?;
            if let Some(remote) = service_session {
                access_tokens::open_service_session(tx, row.associate_id, &key, remote, now)?;
            }
            Ok(())
        })?;
        Ok(token.text)
    }

    /// Starts a session for the user of an access token; `None` when it is not good, or was
    /// issued to another application than this.
    pub fn log_in_with_access_token(
        &self,
        text: &str,
        application: Option<&str>,
    ) -> Result<Option<LogIn>, Fault> {
        let Some((row, key)) = self.access_token(text, application)? else {
            return Ok(None);
        };
        let started = self.start(row.associate_id, move |tx| {
            Ok(access_tokens::find(tx, &key)?.is_some())
        })?;
        Ok(started.map(|(caller, ticket)| LogIn {
            caller,
            ticket,
            credential_type: access_tokens::TYPE,
        }))
    }

    /// The row behind an access token and its key, while it is good and shown by the application
    /// that it was issued to.
    pub(super) fn access_token(
        &self,
        text: &str,
        application: Option<&str>,
    ) -> Result<Option<(AccessTokenRow, String)>, Fault> {
        let Some(token) = AccessToken::parse(text) else {
            return Ok(None);
        };
        let (digest, now) = (Digest256::of(&token.text), self.clock.now());
        let found = self
            .store
            .read(|tx| Ok(access_tokens::find(tx, &token.key)?))?;
        let good = found.filter(|row| {
            digest.matches(&row.secret)
                && row.valid_to > now
                && row.application == application.unwrap_or_default()
        });
        Ok(good.map(|row| (row, token.key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Exception;
    use crate::session::testing::Fixture;
    use crate::session::{revoke_tickets, set_password};
    use std::net::Ipv4Addr;
    use std::sync::Arc;

    fn caller(fixture: &Fixture) -> Arc<Caller> {
        let ticket = fixture.sessions.issue_ticket(501).expect("ticket");
        fixture.sessions.authenticate(&ticket).expect("valid")
    }

    fn issue(fixture: &Fixture, application: Option<&str>) -> String {
        let application = application.map(str::to_owned);
        let token = fixture
            .sessions
            .issue_access_token(&caller(fixture), application, None);
        token.expect("token")
    }

    /// The user whom a token logs in.
    fn log_in(fixture: &Fixture, token: &str, application: Option<&str>) -> Option<i32> {
        let sessions = &fixture.sessions;
        let log_in = sessions.log_in_with_access_token(token, application);
        let log_in = log_in.expect("an answer")?;
        let caller = sessions.authenticate(&log_in.ticket).expect("a ticket");
        assert_eq!(caller.associate_id, log_in.caller.associate_id);
        Some(caller.associate_id)
    }

    #[test]
    fn a_token_starts_sessions_for_an_hour() {
        let fixture = Fixture::new();
        let token = issue(&fixture, None);
        assert!(token.starts_with("8A:"), "{token}");
        for _ in 0..2 {
            assert_eq!(log_in(&fixture, &token, None), Some(501));
        }
        fixture.clock.advance(LIFETIME - 60);
        assert_eq!(log_in(&fixture, &token, None), Some(501));
        fixture.clock.advance(60);
        assert_eq!(log_in(&fixture, &token, None), None);
        issue(&fixture, None);
        let kept = "SELECT count(*) FROM credentials WHERE credentialType = 'AccessToken'";
        assert_eq!(fixture.count(kept), 1);
    }

    #[test]
    fn nothing_else_is_a_token() {
        let fixture = Fixture::new();
        let token = issue(&fixture, None);
        let (start, end) = token.split_at(token.len() - 1);
        let changed = format!("{start}{}", if end == "A" { "B" } else { "A" });
        for text in [
            "",
            "8A:",
            PREFIX,
            &changed,
            start,
            &format!("{token} "),
            &token.to_lowercase(),
            &format!("{PREFIX}{}", "é".repeat(32)),
            &fixture.sessions.issue_ticket(501).expect("ticket"),
        ] {
            assert_eq!(log_in(&fixture, text, None), None, "{text}");
        }
        assert!(fixture.sessions.authenticate(&token).is_err());
    }

    #[test]
    fn a_token_is_for_one_application() {
        let fixture = Fixture::new();
        let token = issue(&fixture, Some("Portal"));
        assert_eq!(log_in(&fixture, &token, Some("Portal")), Some(501));
        for other in [None, Some(""), Some("Other"), Some("portal")] {
            assert_eq!(log_in(&fixture, &token, other), None);
        }
    }

    #[test]
    fn tokens_end_with_the_sessions_of_their_user() {
        let fixture = Fixture::new();
        let caller = caller(&fixture);
        let token = issue(&fixture, None);
        let keep = Some(caller.ticket_key.clone());
        let now = fixture.clock.now();
        let changed = fixture
            .store
            .write(move |tx| set_password(tx, 501, "$x", keep.as_deref(), now));
        changed.expect("changed");
        assert_eq!(log_in(&fixture, &token, None), None);

        let token = issue(&fixture, None);
        fixture.execute("UPDATE associate SET deleted = 1 WHERE associate_id = 501");
        assert_eq!(log_in(&fixture, &token, None), None);
        fixture.execute("UPDATE associate SET deleted = 0 WHERE associate_id = 501");
        let ended = fixture.store.write(|tx| revoke_tickets(tx, 501, None));
        ended.expect("ended");
        assert_eq!(log_in(&fixture, &token, None), None);
        let refused = fixture.sessions.issue_access_token(&caller, None, None);
        let refused = refused.expect_err("the session has ended").exception();
        assert_eq!(refused, Some(Exception::Session));
    }

    #[test]
    fn only_a_hash_is_stored() {
        let fixture = Fixture::new();
        let token = issue(&fixture, None);
        let stored: Vec<String> = fixture
            .store
            .read(|tx| {
                let sql = "SELECT searchName || secret FROM credentials
                           WHERE credentialType = 'AccessToken'";
                Ok(tx.query(sql, &[], |row| row.get(0))?)
            })
            .expect("read");
        assert_eq!(stored.len(), 1);
        let data = token.strip_prefix(PREFIX).expect("prefix");
        assert!(!stored[0].contains(&data[22..]) && !stored[0].contains(&token));
    }

    #[test]
    fn a_session_in_service_is_opened_for_those_whom_service_knows() {
        let fixture = Fixture::new();
        let remote = Some(Ipv4Addr::LOCALHOST.into());
        let open = || {
            let caller = caller(&fixture);
            let issued = fixture.sessions.issue_access_token(&caller, None, remote);
            issued.expect("token");
        };
        let sessions = || fixture.count("SELECT count(*) FROM login");
        open();
        assert_eq!(sessions(), 0);
        fixture.execute("INSERT INTO ejuser (id, username) VALUES (77, 'ann')");
        fixture.execute("UPDATE associate SET ejuserId = 77 WHERE associate_id = 501");
        open();
        assert_eq!(sessions(), 1);
        fixture.clock.advance(LIFETIME + 1);
        open();
        assert_eq!(sessions(), 1);
        let ended = fixture.store.write(|tx| revoke_tickets(tx, 501, None));
        ended.expect("ended");
        assert_eq!(sessions(), 0);
    }
}
