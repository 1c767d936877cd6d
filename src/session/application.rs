//! Applications and their tokens.
//!
//! An installation online lets only registered applications call; one onsite does not ask.

use super::digest;
use super::ticket::hexadecimal;
use crate::clock::Clock;
use crate::config::Mode;
use crate::fault::{Exception, Fault};
use crate::store::Store;
use crate::store::applications::{self, Application};
use subtle::ConstantTimeEq;

/// The agent that serves `User.svc`, which an application may use unless told otherwise.
const USER_AGENT: &str = "User";
/// Logging in needs a good token, but no agent.
const LOG_IN: &str = "SoPrincipal";

/// Registers an application for the agent `User` and returns its token, which nobody can be told
/// again: the store keeps a hash. A name that is empty or taken is refused.
pub fn add(store: &Store, clock: &Clock, name: &str) -> Result<String, Fault> {
    if name.trim().is_empty() {
        return Err(Fault::service(
            Exception::InvalidArgument,
            "An application needs a name.",
        ));
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Fault::internal)?;
    let token = hexadecimal(&bytes);
    let hash = digest(&token);
    let application = Application {
        name: name.to_owned(),
        agents: USER_AGENT.to_owned(),
        created: clock.now(),
        revoked: None,
    };
    store.write(move |tx| Ok(applications::insert(tx, &application, &hash)?))?;
    Ok(token)
}

/// All applications by name, revoked ones too.
pub fn list(store: &Store) -> Result<Vec<Application>, Fault> {
    store.read(|tx| Ok(applications::list(tx)?))
}

/// Ends the token of an application. False when none of that name had a good one.
pub fn revoke(store: &Store, clock: &Clock, name: &str) -> Result<bool, Fault> {
    let (name, now) = (name.to_owned(), clock.now());
    store.write(move |tx| Ok(applications::revoke(tx, &name, now)?))
}

/// Whether an application that shows this token may use a service (`User`, `SoPrincipal`). Onsite
/// everybody may, token or not. Gives the name of the application where it was looked at. All
/// refusals read alike.
pub fn check(
    store: &Store,
    mode: Mode,
    service: &str,
    token: Option<&str>,
) -> Result<Option<String>, Fault> {
    let refused = || {
        Fault::service(
            Exception::Session,
            "The call needs the token of a registered application that may use this service.",
        )
    };
    match mode {
        Mode::Onsite => Ok(None),
        Mode::Online => {
            let hash = digest(token.ok_or_else(refused)?);
            let applications = store.read(|tx| Ok(applications::in_force(tx)?))?;
            // All are compared, whichever fits.
            let mut found = None;
            for (application, stored) in applications {
                let granted = service == LOG_IN
                    || application
                        .agents
                        .split(',')
                        .any(|agent| agent.trim() == service);
                if bool::from(hash.as_bytes().ct_eq(stored.as_bytes())) && granted {
                    found = Some(application.name);
                }
            }
            found.map(Some).ok_or_else(refused)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::testing::Fixture;

    #[test]
    fn online_only_a_registered_token_in_force_opens_its_agents() {
        let fixture = Fixture::new();
        let (store, clock) = (&fixture.store, &fixture.clock);
        let token = add(store, clock, "Portal").expect("token");
        let other = add(store, clock, "Other").expect("token");
        assert_eq!((token.len(), token == other), (64, false));
        let allowed = |service, token| check(store, Mode::Online, service, token).is_ok();
        assert!(allowed("User", Some(token.as_str())));
        assert!(!allowed("Contact", Some(token.as_str())));
        assert!(allowed("SoPrincipal", Some(token.as_str())));
        assert!(!allowed("SoPrincipal", None));
        assert!(!allowed("User", None));
        let (upper, hash) = (token.to_uppercase(), digest(&token));
        for wrong in ["", "x", &token[1..], &upper, &hash] {
            assert!(!allowed("User", Some(wrong)), "{wrong}");
        }
        assert!(revoke(store, clock, "Portal").expect("revoked"));
        assert!(!revoke(store, clock, "Portal").expect("nothing left"));
        assert!(!allowed("User", Some(token.as_str())));
        assert!(allowed("User", Some(other.as_str())));
        let listed = list(store).expect("list");
        let listed: Vec<_> = listed
            .iter()
            .map(|application| (application.name.as_str(), application.revoked.is_some()))
            .collect();
        assert_eq!(listed, [("Other", false), ("Portal", true)]);
    }

    #[test]
    fn onsite_nobody_asks() {
        let fixture = Fixture::new();
        for token in [None, Some(""), Some("anything")] {
            check(&fixture.store, Mode::Onsite, "User", token).expect("allowed");
        }
    }

    #[test]
    fn a_name_is_needed_and_not_given_twice() {
        let fixture = Fixture::new();
        let (store, clock) = (&fixture.store, &fixture.clock);
        let exception = |name| add(store, clock, name).map_err(|fault| fault.exception());
        assert_eq!(exception(" "), Err(Some(Exception::InvalidArgument)));
        exception("Portal").expect("token");
        assert_eq!(exception("Portal"), Err(Some(Exception::Duplicate)));
    }
}
