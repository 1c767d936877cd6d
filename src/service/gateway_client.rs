//! The installation as a client of an OpenID Connect provider that stands for the access gateway.
//!
//! What is stored is what the provider has answered, and is written after the answer, in one
//! transaction. One task at a time talks about the registration, whichever node it runs on: what
//! each answer says of it (token and secret may be new every time) has to be stored before the next
//! question.

use super::Call;
use super::turn::Turn;
use crate::config::Secret;
use crate::fault::{Exception, Fault, chain};
use crate::outbound::openid::{Client, IdTokenError, OpenIdError, OpenIdProvider, Registered};
use crate::store::access_gateway::{self as rows, Registration};
use crate::store::secrets::{CLIENT_SECRET, MANAGEMENT_TOKEN};
use crate::vault::Place;
use crate::wait;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What nodes take turns for.
const LEASE: &str = "access gateway registration";
/// What a step takes beside the provider: to store its answer.
const MARGIN: Duration = Duration::from_secs(10);

/// The provider, and whose turn it is to talk to it about the registration.
#[derive(Debug)]
pub struct Gateway {
    pub provider: OpenIdProvider,
    /// When the last task of this process began that got no answer.
    turn: Mutex<Option<Instant>>,
}

/// Which addresses a registration is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// The one that is asked for, beside those it has.
    Keep,
    /// The one that is asked for.
    Drop,
}

/// Why a task was not done.
enum Failure {
    Provider(OpenIdError),
    Here(Fault),
}

impl From<OpenIdError> for Failure {
    fn from(error: OpenIdError) -> Self {
        Self::Provider(error)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Here(fault)
    }
}

impl Gateway {
    pub fn new(provider: OpenIdProvider) -> Self {
        Self {
            provider,
            turn: Mutex::default(),
        }
    }

    /// The registration with this provider, if there is one.
    pub fn registration(&self, call: &Call) -> Result<Option<Registration>, Fault> {
        Ok(stored(call)?.filter(|row| self.is_ours(row)))
    }

    /// What identifies the installation to the provider.
    pub fn client(&self, call: &Call, row: &Registration) -> Result<Client, Fault> {
        let open = |column: &'static str, text: &str| {
            let vault = &call.installation.vault;
            let secret = vault.open_sealed(place(column, &row.client_id), text)?;
            Ok::<_, Fault>(Secret::new(secret))
        };
        Ok(Client {
            client_id: row.client_id.clone(),
            client_secret: open(CLIENT_SECRET.name, &row.client_secret)?,
            auth_method: row.auth_method.clone(),
            management_uri: row.management_uri.clone(),
            management_token: open(MANAGEMENT_TOKEN.name, &row.management_token)?,
        })
    }

    /// Registers with an address, or sees to it that the registration has it.
    pub fn register(&self, call: &Call, uri: &str, others: Others) -> Result<Registration, Fault> {
        if others == Others::Keep
            && let Some(row) = self.registration(call)?
            && row.redirect_uri == uri
        {
            return Ok(row);
        }
        self.in_turn(call, |turn| {
            let before = stored(call)?;
            let before = before.as_ref();
            let Some(row) = before.filter(|row| self.is_ours(row)) else {
                return self.register_anew(call, turn, before, &[uri.to_owned()], uri);
            };
            let has_it = row.redirect_uris.iter().any(|it| it == uri);
            if has_it && others == Others::Keep {
                return Ok(save(call, turn, before, row.with(uri))?);
            }
            if row.management_uri.is_empty() {
                return match row.redirect_uris == [uri] {
                    true => Ok(row.clone()),
                    false => Err(OpenIdError::Unchangeable.into()),
                };
            }
            let Some(now) = self.provider.registered(self.client(call, row)?)? else {
                let wanted = others.beside(uri, &row.redirect_uris);
                return self.register_anew(call, turn, before, &wanted, uri);
            };
            // Before the next question: the token may be a new one.
            let row = self.keep(call, turn, before, &now, uri)?;
            let wanted = others.beside(uri, &now.redirect_uris);
            if sorted(&wanted) == row.redirect_uris {
                return Ok(row);
            }
            turn.go_on()?;
            let now = self.provider.redirect_to(now, &wanted)?;
            let row = self.keep(call, turn, Some(&row), &now, uri)?;
            accepted(row, uri)
        })
    }

    /// Whether the provider still knows the registration with its address.
    pub fn check(&self, call: &Call) -> Result<bool, Fault> {
        self.in_turn(call, |turn| {
            let Some(row) = self.registration(call)? else {
                return Ok(false);
            };
            if row.management_uri.is_empty() {
                return Ok(true);
            }
            let Some(now) = self.provider.registered(self.client(call, &row)?)? else {
                return Ok(false);
            };
            let kept = self.keep(call, turn, Some(&row), &now, &row.redirect_uri)?;
            Ok(kept.redirect_uris.contains(&row.redirect_uri))
        })
    }

    /// Whether a registration is one with this provider.
    pub fn is_ours(&self, row: &Registration) -> bool {
        row.issuer == self.provider.issuer()
    }

    fn register_anew(
        &self,
        call: &Call,
        turn: &Turn<'_>,
        before: Option<&Registration>,
        wanted: &[String],
        uri: &str,
    ) -> Result<Registration, Failure> {
        turn.go_on()?;
        let now = self.provider.register(wanted)?;
        let kept = self.keep(call, turn, before, &now, uri);
        let row = kept.inspect_err(|_| {
            // Nobody would ever use it.
            if let Err(error) = self.provider.remove(&now.client) {
                let client = &now.client.client_id;
                let error = chain(&error);
                tracing::warn!(client, error = %error.escape_debug(), "a client stays behind at the identity provider");
            }
        })?;
        accepted(row, uri)
    }

    /// Stores what the provider has answered, unless it is stored already.
    fn keep(
        &self,
        call: &Call,
        turn: &Turn<'_>,
        before: Option<&Registration>,
        now: &Registered,
        uri: &str,
    ) -> Result<Registration, Fault> {
        let Client {
            client_id,
            client_secret,
            auth_method,
            management_uri,
            management_token,
        } = &now.client;
        let known = before.filter(|row| self.is_ours(row) && row.client_id == *client_id);
        let known_client = known.map(|row| self.client(call, row)).transpose()?;
        let seal = |column: &'static str, secret: &Secret| match secret.reveal() {
            "" => Ok(String::new()),
            text => call.installation.vault.seal(place(column, client_id), text),
        };
        let (client_secret, management_token) = match known {
            // The same secret would read differently.
            Some(row) if known_client.as_ref() == Some(&now.client) => {
                (row.client_secret.clone(), row.management_token.clone())
            }
            _ => (
                seal(CLIENT_SECRET.name, client_secret)?,
                seal(MANAGEMENT_TOKEN.name, management_token)?,
            ),
        };
        let in_force = match known {
            Some(row) if !now.redirect_uris.iter().any(|it| it == uri) => &row.redirect_uri,
            _ => uri,
        };
        let next = Registration {
            issuer: self.provider.issuer().to_owned(),
            client_id: client_id.clone(),
            client_secret,
            auth_method: auth_method.clone(),
            management_uri: management_uri.clone(),
            management_token,
            redirect_uri: in_force.to_owned(),
            redirect_uris: sorted(&now.redirect_uris),
        };
        save(call, turn, before, next)
    }

    /// Waits until nobody else talks about the registration, here or on another node. Whoever has
    /// waited while the provider gave somebody else no answer, or another node did not come to an
    /// end, does not try again: callers would stand in line for hours.
    fn in_turn<T>(
        &self,
        call: &Call,
        task: impl FnOnce(&Turn<'_>) -> Result<T, Failure>,
    ) -> Result<T, Fault> {
        wait::aside(|| self.when_it_is_our_turn(call, task))
    }

    fn when_it_is_our_turn<T>(
        &self,
        call: &Call,
        task: impl FnOnce(&Turn<'_>) -> Result<T, Failure>,
    ) -> Result<T, Fault> {
        let arrived = Instant::now();
        let mut silent_since = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if silent_since.is_some_and(|began| began >= arrived) {
            return Err(no_answer());
        }
        let began = Instant::now();
        let longest = self.provider.longest_task() + MARGIN;
        let Some(turn) = Turn::take(&call.installation.store, LEASE, longest)? else {
            *silent_since = Some(began);
            return Err(Fault::service(
                Exception::Server,
                "Another node has been talking to the identity provider for too long. Nothing was \
                 changed; try again later.",
            ));
        };
        task(&turn).map_err(|failure| match failure {
            Failure::Here(fault) => fault,
            Failure::Provider(error) => {
                if let OpenIdError::NoAnswer(_) = error {
                    *silent_since = Some(began);
                }
                declined(error)
            }
        })
    }
}

impl Others {
    /// Whether the addresses that are known are those that are wanted.
    pub fn are_settled(self, uri: &str, known: &[String]) -> bool {
        match self {
            Self::Keep => known.iter().any(|it| it == uri),
            Self::Drop => known == [uri],
        }
    }

    /// All addresses that are wanted.
    pub fn beside(self, uri: &str, known: &[String]) -> Vec<String> {
        let mut all = match self {
            Self::Keep => known.to_vec(),
            Self::Drop => Vec::new(),
        };
        if !all.iter().any(|it| it == uri) {
            all.push(uri.to_owned());
        }
        all
    }
}

/// What is stored, whoever the registry was.
fn stored(call: &Call) -> Result<Option<Registration>, Fault> {
    call.installation.store.read(|tx| Ok(rows::find(tx)?))
}

/// Stores a registration in the place of one that was read before, unless they are the same.
/// Refuses when another process has changed it in between, or it is not our turn any more.
fn save(
    call: &Call,
    turn: &Turn<'_>,
    before: Option<&Registration>,
    next: Registration,
) -> Result<Registration, Fault> {
    if before == Some(&next) {
        return Ok(next);
    }
    let (before, stamp, guard) = (before.cloned(), call.stamp()?, turn.guard());
    call.installation.store.write(move |tx| {
        guard(tx)?;
        if rows::find(tx)? != before {
            return Err(Fault::service(
                Exception::Duplicate,
                "Somebody else has changed the registration at the same time.",
            ));
        }
        rows::save(tx, &next, stamp)?;
        Ok(next)
    })
}

/// What a caller is told of an error of the provider.
pub fn declined(error: OpenIdError) -> Fault {
    let exception = match &error {
        // About what the caller gave: a code, a verifier, an address.
        OpenIdError::Declined { error, .. }
            if ["invalid_grant", "invalid_redirect_uri"].contains(&error.as_str()) =>
        {
            Exception::InvalidArgument
        }
        OpenIdError::IdToken(IdTokenError::Nonce) => Exception::InvalidArgument,
        OpenIdError::Unchangeable => Exception::NotSupported,
        _ => Exception::Server,
    };
    Fault::service(exception, error.to_string()).caused_by(error)
}

fn no_answer() -> Fault {
    Fault::service(Exception::Server, "The identity provider gave no answer.")
}

/// The registration, when the provider took the address into it.
fn accepted(row: Registration, uri: &str) -> Result<Registration, Failure> {
    if row.redirect_uris.iter().any(|it| it == uri) {
        return Ok(row);
    }
    let reason = "it did not take the redirect URI";
    Err(OpenIdError::Unusable(reason.to_owned()).into())
}

fn sorted(uris: &[String]) -> Vec<String> {
    let mut uris = uris.to_vec();
    uris.sort_unstable();
    uris.dedup();
    uris
}

fn place<'a>(column: &'static str, client_id: &'a str) -> Place<'a> {
    Place {
        column,
        associate_id: 0,
        row: client_id,
    }
}
