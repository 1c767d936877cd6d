//! Reading, saving, validating and deleting users.

use super::user_draft::{Draft, draft};
use super::{Call, access, user_carrier, user_credentials};
use crate::contract::user::{StringDictionary, User};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::session::{self, password};
use crate::store::users::UserRecord;
use crate::store::{Stamp, Store, Tx, persons, service_users, users};

/// Nil when there is no such user.
impl Handler<Call> for GetUser {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let caller = call.caller()?;
        access::read_user(caller, self.user_id)?;
        call.installation
            .store
            .read(|tx| user_carrier::find(tx, self.user_id))
    }
}

/// By log-on name, else by user name, in any letter case. Nil when nobody has it.
impl Handler<Call> for GetUserFromName {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let caller = call.caller()?;
        let name = self.user_name.unwrap_or_default();
        call.installation.store.read(|tx| {
            let id = users::id_of_name(tx, &name)?;
            access::read_user(caller, id.unwrap_or_default())?;
            match id {
                Some(id) => user_carrier::find(tx, id),
                None => Ok(None),
            }
        })
    }
}

/// Inserts when `AssociateId` is 0, else updates; answers the user as stored.
impl Handler<Call> for SaveUser {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        save(call, given(self.user)?).map(Some)
    }
}

/// Saves the carrier on the user who has the name. An `AssociateId` in it has to be that user's.
impl Handler<Call> for SaveUserFromName {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let mut user = given(self.user)?;
        let id = id_of_name(call, self.user_name)?;
        if user.associate_id != 0 && user.associate_id != id {
            return Err(Fault::service(
                Exception::InvalidArgument,
                "The name and the AssociateId are those of different users.",
            ));
        }
        user.associate_id = id;
        save(call, user).map(Some)
    }
}

/// The reasons why a user cannot be saved, by property; empty when it can.
impl Handler<Call> for ValidateUser {
    fn handle(self, call: &Call) -> Result<Option<StringDictionary>, Fault> {
        let user = given(self.user)?;
        let caller = call.caller()?.associate_id;
        call.installation.store.read(|tx| {
            let before = users::find(tx, user.associate_id)?;
            let Draft {
                mut findings,
                record,
                ..
            } = draft(tx, &user, before.as_ref(), None)?;
            if user.associate_id != 0 && before.is_none() {
                findings.add("AssociateId", "There is no such user.");
            }
            if let Some((property, reason)) = against_oneself(before.as_ref(), &record, caller) {
                findings.add(property, reason);
            }
            Ok(Some(findings.into_dictionary()))
        })
    }
}

impl Handler<Call> for DeleteUser {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        delete(call, self.user_id)
    }
}

impl Handler<Call> for DeleteUserFromName {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        delete(call, id_of_name(call, self.user_name)?)
    }
}

fn given(user: Option<User>) -> Result<User, Fault> {
    user.ok_or_else(|| Fault::service(Exception::InvalidArgument, "The argument User is nil."))
}

fn not_found(what: impl std::fmt::Display) -> Fault {
    Fault::service(Exception::NotFound, format!("There is no user {what}."))
}

fn id_of_name(call: &Call, name: Option<String>) -> Result<i32, Fault> {
    let name = name.unwrap_or_default();
    call.installation
        .store
        .read(|tx| Ok(users::id_of_name(tx, &name)?))?
        .ok_or_else(|| not_found(format!("named \"{name}\"")))
}

fn save(call: &Call, user: User) -> Result<User, Fault> {
    let stamp = call.stamp()?;
    let is_new = user.associate_id == 0;
    let keep = call.caller()?.ticket_key.clone();
    let saved = save_carrier(&call.installation.store, user, stamp, Some(keep))?;
    if !is_new {
        call.installation.sessions.forget_user(saved.associate_id);
    }
    Ok(saved)
}

/// Saves a carrier on behalf of the user in the stamp, or of the installation itself, and gives
/// what is stored then. Everything is one transaction; a password is hashed before it begins,
/// after a first look at whether the save can succeed. A new password ends the user's sessions,
/// except for that of the ticket to keep.
pub fn save_carrier(
    store: &Store,
    user: User,
    stamp: Stamp,
    keep: Option<String>,
) -> Result<User, Fault> {
    let password_hash = match user_credentials::new_password(&user) {
        Some(password) => {
            store.read(|tx| check(tx, &user, None, stamp).map(drop))?;
            Some(password::hash(password)?)
        }
        None => None,
    };
    store.write(move |tx| {
        let (before, draft) = check(tx, &user, password_hash.as_deref(), stamp)?;
        let mut record = draft.record;
        if let Some(person) = draft.new_person {
            record.person_id = persons::insert(tx, &person, stamp)?;
        }
        let id = users::save(tx, before.as_ref(), &record, stamp)?;
        if password_hash.is_some() || record.deleted || record.waiting_for_approval {
            session::revoke_tickets(tx, id, keep.as_deref())?;
        }
        user_carrier::find(tx, id)?.ok_or_else(|| not_found(id))
    })
}

/// What a save would leave and what was there before, if the save is allowed.
fn check(
    tx: &Tx<'_>,
    user: &User,
    password_hash: Option<&str>,
    stamp: Stamp,
) -> Result<(Option<UserRecord>, Draft), Fault> {
    let before = match user.associate_id {
        0 => None,
        id => Some(users::find(tx, id)?.ok_or_else(|| not_found(id))?),
    };
    let mut draft = draft(tx, user, before.as_ref(), password_hash)?;
    if let Some((_, reason)) = against_oneself(before.as_ref(), &draft.record, stamp.by) {
        return Err(Fault::service(Exception::IllegalOperation, reason));
    }
    std::mem::take(&mut draft.findings).into_result()?;
    Ok((before, draft))
}

/// What nobody may do to the own user: the property, and the reason.
fn against_oneself(
    before: Option<&UserRecord>,
    after: &UserRecord,
    caller: i32,
) -> Option<(&'static str, &'static str)> {
    let before = before.filter(|before| before.id == caller)?;
    if before.role_id != after.role_id {
        Some(("Role", "Nobody can change the own role."))
    } else if before.user_type != after.user_type {
        Some(("Type", "Nobody can change the own type."))
    } else if after.deleted && !before.deleted {
        Some(("Deleted", "Nobody can delete the own user."))
    } else if after.waiting_for_approval && !before.waiting_for_approval {
        Some(("WaitingForApproval", "Nobody can lock out the own user."))
    } else {
        None
    }
}

/// Deletes a user and ends its sessions, so that being logged on protects nobody: there is no
/// way to log another user off first.
fn delete(call: &Call, id: i32) -> Result<(), Fault> {
    let stamp = call.stamp()?;
    if id == stamp.by {
        return Err(Fault::service(
            Exception::IllegalOperation,
            "Nobody can delete the own user.",
        ));
    }
    call.installation.store.write(move |tx| {
        let user = users::find(tx, id)?.ok_or_else(|| not_found(id))?;
        if let Some(service_user) = &user.service_user
            && service_users::is_category_master(tx, service_user.id)?
        {
            return Err(Fault::service(
                Exception::IllegalOperation,
                "A ticket category is in the hands of this user.",
            )
            .with("Reason", "[SR_REQUEST_DEPENDENCY]"));
        }
        Ok(users::delete(tx, &user, stamp)?)
    })?;
    call.installation.sessions.forget_user(id);
    Ok(())
}

#[cfg(test)]
mod tests;
