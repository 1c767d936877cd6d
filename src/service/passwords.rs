//! Setting, changing and checking passwords.
//!
//! Everybody may change the own password by showing the present one; administrators may set
//! that of anybody who may not do more than they. Passwords are hashed and compared outside
//! transactions, since that is slow on purpose.

use super::user_guard::{Author, objection};
use super::{Call, access, password_rules};
use crate::contract::user::{ChangePasswordType, UserValidationResult};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::session::{self, password};
use crate::store::users::UserRecord;
use crate::store::{Tx, passwords, persons, users};

impl Handler<Call> for IsPasswordValid {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        Ok(broken_rule(call, self.password)?.is_none())
    }
}

impl Handler<Call> for IsPasswordValidWithReason {
    fn handle(self, call: &Call) -> Result<Option<UserValidationResult>, Fault> {
        let reason = broken_rule(call, self.password)?;
        Ok(Some(UserValidationResult {
            result: reason.is_none(),
            reason: Some(reason.unwrap_or_default()),
            ..UserValidationResult::default()
        }))
    }
}

impl Handler<Call> for SetPassword {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        set(call, self.associate_id, &self.password.unwrap_or_default())
    }
}

impl Handler<Call> for SetPasswordFromName {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        let id = id_of(call, self.associate_name)?.ok_or_else(no_such_name)?;
        set(call, id, &self.password.unwrap_or_default())
    }
}

impl Handler<Call> for SetGeneratedPassword {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        set_generated(call, self.associate_id).map(Some)
    }
}

impl Handler<Call> for SetGeneratedPasswordFromName {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let id = id_of(call, self.associate_name)?.ok_or_else(no_such_name)?;
        set_generated(call, id).map(Some)
    }
}

impl Handler<Call> for ChangePassword {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        access::change_password(call.caller()?, self.associate_id)?;
        change(
            call,
            self.associate_id,
            &self.old_password.unwrap_or_default(),
            &self.new_password.unwrap_or_default(),
        )
    }
}

impl Handler<Call> for ChangeOwnPassword {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        let caller = call.caller()?;
        access::change_password(caller, caller.associate_id)?;
        change(
            call,
            caller.associate_id,
            &self.old_password.unwrap_or_default(),
            &self.new_password.unwrap_or_default(),
        )
    }
}

/// Whoever may change the own password only is not told which other names there are.
impl Handler<Call> for ChangePasswordFromName {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        let id = id_of(call, self.associate_name)?;
        access::change_password(call.caller()?, id.unwrap_or_default())?;
        change(
            call,
            id.ok_or_else(no_such_name)?,
            &self.old_password.unwrap_or_default(),
            &self.new_password.unwrap_or_default(),
        )
    }
}

impl Handler<Call> for CanChangePassword {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        can_change(call, self.associate_id)
    }
}

/// On the same terms as `CanChangePassword`.
impl Handler<Call> for GetSupportedChangePasswordTypes {
    fn handle(self, call: &Call) -> Result<Option<Vec<ChangePasswordType>>, Fault> {
        if !can_change(call, self.associate_id)? {
            return Ok(Some(Vec::new()));
        }
        let mut types = vec![ChangePasswordType::Password];
        if call.installation.mailer.is_some() && has_address(call, self.associate_id)? {
            types.push(ChangePasswordType::Email);
        }
        Ok(Some(types))
    }
}

fn has_address(call: &Call, id: i32) -> Result<bool, Fault> {
    call.installation.store.read(|tx| {
        let user = users::find(tx, id)?;
        let person = persons::find(tx, user.map_or(0, |user| user.person_id))?;
        Ok(person
            .and_then(|person| person.email)
            .is_some_and(|email| !email.trim().is_empty()))
    })
}

fn broken_rule(call: &Call, password: Option<String>) -> Result<Option<String>, Fault> {
    let password = password.unwrap_or_default();
    let store = &call.installation.store;
    store.read(|tx| password_rules::broken_rule(tx, &password))
}

/// The user of a log-on name, else of a user name.
fn id_of(call: &Call, name: Option<String>) -> Result<Option<i32>, Fault> {
    let name = name.unwrap_or_default();
    call.installation
        .store
        .read(|tx| Ok(users::id_of_name(tx, &name)?))
}

fn no_such_name() -> Fault {
    Fault::service(Exception::NotFound, "There is no user of that name.")
}

fn set(call: &Call, id: i32, new: &str) -> Result<bool, Fault> {
    let author = Author::of(call)?;
    call.installation.store.read(|tx| {
        changeable(tx, &author, id)?;
        password_rules::check(tx, new)
    })?;
    replace(call, author, id, new, None)
}

fn set_generated(call: &Call, id: i32) -> Result<String, Fault> {
    let new = password_rules::generate(&call.installation.store)?;
    set(call, id, &new)?;
    Ok(new)
}

/// Changes a password against the present one, which administrators may leave out. False when it
/// is wrong, and when too many wrong ones came before.
fn change(call: &Call, id: i32, old: &str, new: &str) -> Result<bool, Fault> {
    let author = Author::of(call)?;
    let installation = &call.installation;
    let user = installation.store.read(|tx| {
        let user = changeable(tx, &author, id)?;
        password_rules::check(tx, new)?;
        Ok(user)
    })?;
    if old.is_empty() && access::is_user_administrator(call.caller()?) {
        return replace(call, author, id, new, None);
    }
    let sessions = &installation.sessions;
    match sessions.verify_password(id, &user.name, old, call.remote)? {
        Some(hash) => replace(call, author, id, new, Some(hash)),
        None => Ok(false),
    }
}

/// Stores a password that keeps the rules and ends the user's sessions, except for the one that
/// calls. False when the present password was to be that of a hash and no longer is.
fn replace(
    call: &Call,
    author: Author,
    id: i32,
    new: &str,
    present: Option<String>,
) -> Result<bool, Fault> {
    let hash = password::hash(new)?;
    let installation = &call.installation;
    let replaced = installation.store.write(move |tx| {
        // Much may have changed while hashes were computed.
        changeable(tx, &author, id)?;
        let now = author.stamp.at;
        if present.is_some() && passwords::find(tx, id, now)? != present {
            return Ok(false);
        }
        session::set_password(tx, id, &hash, author.ticket_key(), now)?;
        Ok(true)
    })?;
    installation.sessions.forget_user(id);
    Ok(replaced)
}

/// The user, if its password is kept here and the author may touch such a user.
pub fn changeable(tx: &Tx<'_>, author: &Author, id: i32) -> Result<UserRecord, Fault> {
    let user = users::find(tx, id)?
        .ok_or_else(|| Fault::service(Exception::NotFound, format!("There is no user {id}.")))?;
    if id != author.stamp.by
        && let Some(objection) = objection(tx, author, Some(&user), Some(&user))?
    {
        return Err(objection.into());
    }
    if !user.credentials.is_empty() && !has_password(&user) {
        return Err(Fault::service(
            Exception::IllegalOperation,
            "The password of this user is kept in a directory.",
        ));
    }
    Ok(user)
}

fn has_password(user: &UserRecord) -> bool {
    let mut credentials = user.credentials.iter();
    credentials.any(|credential| credential.credential_type == passwords::TYPE)
}

fn can_change(call: &Call, id: i32) -> Result<bool, Fault> {
    let caller = call.caller()?;
    if access::change_password(caller, id).is_err() {
        return Ok(false);
    }
    let author = Author::of(call)?;
    match call
        .installation
        .store
        .read(|tx| changeable(tx, &author, id))
    {
        // Who has to show the present password needs to have one.
        Ok(user) => Ok(access::is_user_administrator(caller) || has_password(&user)),
        Err(fault) => match fault.exception() {
            Some(Exception::NotFound | Exception::Sentry | Exception::IllegalOperation) => {
                Ok(false)
            }
            _ => Err(fault),
        },
    }
}

#[cfg(test)]
mod tests;
