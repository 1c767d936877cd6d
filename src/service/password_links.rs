//! Links by mail, behind which people choose a new password.
//!
//! A link is good for one change and for a limited time. It ends with the user's sessions: when
//! the password is changed in another way, and when the user retires.

use super::passwords::changeable;
use super::user_guard::Author;
use super::{Call, Installation, access, password_rules};
use crate::contract::user::OperationResult;
use crate::contract::user_service::SendChangePasswordEMail;
use crate::fault::{Fault, chain};
use crate::model::{DateTime, Handler};
use crate::outbound::mail::Mailer;
use crate::session::{self, digest, password};
use crate::store::{password_resets, persons};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The page behind a link, below the address of the server.
pub const PATH: &str = "/password";

/// Seconds between two mails to the same user.
const PAUSE: i64 = 60;

/// What became of a new password that came through a link.
#[derive(Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It is set.
    Done,
    /// The link is not good, or not any more.
    Gone,
    /// It breaks a rule, in words. The link is still good.
    Refused(String),
}

/// What keeps the mail from being sent is a result without success, not an error.
impl Handler<Call> for SendChangePasswordEMail {
    fn handle(self, call: &Call) -> Result<Option<OperationResult>, Fault> {
        access::change_password(call.caller()?, self.associate_id)?;
        let reason = send(call, self.associate_id)?.err();
        Ok(Some(OperationResult {
            success: reason.is_none(),
            message: Some(reason.unwrap_or_default().to_owned()),
        }))
    }
}

/// What kept the mail from being sent is inside.
fn send(call: &Call, id: i32) -> Result<Result<(), &'static str>, Fault> {
    let author = Author::of(call)?;
    let now = author.stamp.at.unix_seconds();
    let installation = &call.installation;
    let (user, address) = installation.store.read(|tx| {
        let user = changeable(tx, &author, id)?;
        let person = persons::find(tx, user.person_id)?;
        let address = person.and_then(|person| person.email).unwrap_or_default();
        Ok((user, address))
    })?;
    let Some(mailer) = &installation.mailer else {
        return Ok(Err("No mail server is configured."));
    };
    if user.deleted {
        return Ok(Err("The user is retired."));
    }
    if address.trim().is_empty() {
        return Ok(Err("The user has no e-mail address."));
    }
    let token = new_token()?;
    let hash = digest(&token);
    let end = now + i64::from(mailer.link_minutes) * 60;
    let stored = installation.store.write(move |tx| {
        let last = password_resets::end(tx, id)?;
        if last.is_some_and(|last| last.unix_seconds() > end - PAUSE) {
            return Ok(false);
        }
        password_resets::replace(tx, id, &hash, DateTime::from_unix_seconds(end))?;
        Ok(true)
    })?;
    if !stored {
        return Ok(Err("A mail was sent less than a minute ago."));
    }
    let text = text(mailer, &user.name, &token);
    let Err(error) = mailer.send(&address, "Choose a new password", text) else {
        return Ok(Ok(()));
    };
    let cause = chain(&error);
    tracing::warn!(cause = %cause.escape_debug(), "a mail could not be sent");
    installation
        .store
        .write(move |tx| Ok(password_resets::revoke(tx, id)?))?;
    Ok(Err("The mail server did not take the mail."))
}

fn text(mailer: &Mailer, name: &str, token: &str) -> String {
    let Mailer {
        base_url,
        link_minutes,
        ..
    } = mailer;
    format!(
        "Here the user {name} can choose a new password:\n\n{base_url}{PATH}?token={token}\n\n\
         The link is good for one change, within {link_minutes} minutes. Whoever has it can set \
         the password: if you did not expect this mail, leave it unread by others.\n"
    )
}

fn new_token() -> Result<String, Fault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Fault::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Log-on name of the user whose link has this secret part; `None` when it is not good, or not
/// any more.
pub fn holder(installation: &Installation, token: &str) -> Result<Option<String>, Fault> {
    let (hash, now) = (digest(token), installation.clock.now());
    let found = installation
        .store
        .read(|tx| Ok(password_resets::find(tx, &hash, now)?))?;
    Ok(found.map(|(_, name)| name))
}

/// Sets the password of the user whose link has this secret part, and ends the link and the
/// user's sessions.
pub fn redeem(installation: &Installation, token: &str, new: &str) -> Result<Redeemed, Fault> {
    let (hash, now) = (digest(token), installation.clock.now());
    let (found, broken) = installation.store.read(|tx| {
        let found = password_resets::find(tx, &hash, now)?;
        Ok((found, password_rules::broken_rule(tx, new)?))
    })?;
    if found.is_none() {
        return Ok(Redeemed::Gone);
    }
    if let Some(reason) = broken {
        return Ok(Redeemed::Refused(reason));
    }
    let password = password::hash(new)?;
    let done = installation.store.write(move |tx| {
        // Somebody may have been faster with the same link.
        let Some((id, _)) = password_resets::find(tx, &hash, now)? else {
            return Ok(None);
        };
        session::set_password(tx, id, &password, None, now)?;
        Ok(Some(id))
    })?;
    let Some(id) = done else {
        return Ok(Redeemed::Gone);
    };
    installation.sessions.forget_user(id);
    Ok(Redeemed::Done)
}

#[cfg(test)]
mod tests;
