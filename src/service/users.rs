//! Reading, saving, validating and deleting users.

use super::user_carrier::{Known, Seen};
use super::user_draft::{Draft, draft};
use super::user_guard::{Author, objection};
use super::{Call, access, person_rights, user_commands, user_credentials};
use crate::contract::rights::ETableRight;
use crate::contract::user::{StringDictionary, User};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::{Effort, Handler, Later};
use crate::session::{self, password};
use crate::store::users::UserRecord;
use crate::store::{Store, Tx, callers, persons, service_users, user_saving, users};
use std::future::ready;

/// The right to add a row.
const INSERT: ETableRight = ETableRight::INSERT;

/// Nil when there is no such user.
impl Handler<Call> for GetUser {
    const EFFORT: Effort = Effort::Short;

    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let caller = call.caller()?;
        access::read_user(caller, self.user_id)?;
        let author = Author::of(call)?;
        let store = &call.installation.store;
        let seen = store.read(|tx| Seen::find(tx, &author, self.user_id))?;
        Ok(seen.map(Seen::carrier))
    }
}

/// By log-on name, else by user name, in any letter case. Nil when nobody has it.
impl Handler<Call> for GetUserFromName {
    const EFFORT: Effort = Effort::Short;

    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let caller = call.caller()?;
        let author = Author::of(call)?;
        let name = self.user_name.unwrap_or_default();
        let seen = call.installation.store.read(|tx| {
            let id = users::id_of_name(tx, &name)?;
            access::read_user(caller, id.unwrap_or_default())?;
            match id {
                Some(id) => Seen::find(tx, &author, id),
                None => Ok(None),
            }
        })?;
        Ok(seen.map(Seen::carrier))
    }
}

/// Inserts when `AssociateId` is 0, else updates; answers the user as stored.
impl Handler<Call> for SaveUser {
    const EFFORT: Effort = Effort::Stores;

    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        save(call, given(self.user)?, None, no_condition).map(Some)
    }

    fn begin(self: Box<Self>, call: &Call) -> Result<Later<Option<User>>, Box<Self>> {
        match self.user {
            Some(user) if user_credentials::new_password(&user).is_none() => {
                Ok(save_later(call, user, None))
            }
            user => Err(Box::new(Self { user })),
        }
    }
}

/// Saves the carrier on the user who has the name. An `AssociateId` in it has to be that user's.
impl Handler<Call> for SaveUserFromName {
    const EFFORT: Effort = Effort::Stores;

    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let name = self.user_name.unwrap_or_default();
        save(call, given(self.user)?, Some(name), no_condition).map(Some)
    }

    fn begin(self: Box<Self>, call: &Call) -> Result<Later<Option<User>>, Box<Self>> {
        let Self { user_name, user } = *self;
        match user {
            Some(user) if user_credentials::new_password(&user).is_none() => {
                Ok(save_later(call, user, Some(user_name.unwrap_or_default())))
            }
            user => Err(Box::new(Self { user_name, user })),
        }
    }
}

/// The reasons why a user cannot be saved, by property; empty when it can.
impl Handler<Call> for ValidateUser {
    fn handle(self, call: &Call) -> Result<Option<StringDictionary>, Fault> {
        let user = given(self.user)?;
        let author = Author::of(call)?;
        call.installation.store.read(|tx| {
            let before = users::find(tx, user.associate_id)?;
            let Draft {
                mut findings,
                record,
                new_person,
                ..
            } = draft(tx, &user, before.as_ref(), None, &author)?;
            if user.associate_id != 0 && before.is_none() {
                findings.add("AssociateId", "There is no such user.");
            }
            if let Some(objection) = objection(tx, &author, before.as_ref(), Some(&record))? {
                findings.add(objection.property, objection.reason);
            }
            if let Some(person) = &new_person
                && let Some(fault) = person_rights::refusal(tx, &author, person, INSERT)?
            {
                findings.add("Person", fault.message());
            }
            Ok(Some(findings.into_dictionary()))
        })
    }
}

impl Handler<Call> for DeleteUser {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        delete(call, Target::Id(self.user_id), no_condition)
    }
}

impl Handler<Call> for DeleteUserFromName {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let name = self.user_name.unwrap_or_default();
        delete(call, Target::Name(name), no_condition)
    }
}

/// The argument of an operation that needs a user.
pub fn given(user: Option<User>) -> Result<User, Fault> {
    user.ok_or_else(|| Fault::service(Exception::InvalidArgument, "The argument User is nil."))
}

/// A user that has to be there. It is looked up where it is changed, so that a name cannot pass
/// to somebody else in between.
pub enum Target {
    Id(i32),
    Name(String),
}

impl Target {
    /// Whom a carrier is to be saved on; `None` when it is somebody new.
    fn of(user: &User, name: Option<impl Into<String>>) -> Option<Self> {
        match (name, user.associate_id) {
            (Some(name), _) => Some(Self::Name(name.into())),
            (None, 0) => None,
            (None, id) => Some(Self::Id(id)),
        }
    }

    /// The user, or `SoNotFoundException`.
    pub fn find(&self, tx: &Tx<'_>) -> Result<UserRecord, Fault> {
        let id = match self {
            Self::Id(id) => Some(*id),
            Self::Name(name) => users::id_of_name(tx, name)?,
        };
        let found = match id {
            Some(id) => users::find(tx, id)?,
            None => None,
        };
        found.ok_or_else(|| match self {
            Self::Id(id) => not_found(id),
            Self::Name(name) => not_found(format!("named \"{name}\"")),
        })
    }
}

/// What is answered when a user that is to be changed does not exist.
pub fn not_found(what: impl std::fmt::Display) -> Fault {
    Fault::service(Exception::NotFound, format!("There is no user {what}."))
}

/// Lets every change through; others look in its transaction at whether it may be made.
pub fn no_condition(_: &Tx<'_>) -> Result<(), Fault> {
    Ok(())
}

/// Saves a carrier as [`save_carrier`] does, and tells the sessions.
pub fn save(
    call: &Call,
    user: User,
    name: Option<String>,
    condition: impl Fn(&Tx<'_>) -> Result<(), Fault> + Send + 'static,
) -> Result<User, Fault> {
    let is_new = user.associate_id == 0 && name.is_none();
    let author = Author::of(call)?;
    let saved = save_if(&call.installation.store, user, name, author, condition)?;
    told(call, saved, is_new)
}

/// The same for a carrier without a password, on a thread that must not wait.
fn save_later(call: &Call, user: User, name: Option<String>) -> Later<Option<User>> {
    let is_new = user.associate_id == 0 && name.is_none();
    let author = match Author::of(call) {
        Ok(author) => author,
        Err(fault) => return Box::pin(ready(Err(fault))),
    };
    let stored = &call.installation.store;
    let stored = stored.write_later(storing(user, name, None, author, no_condition));
    let call = call.clone();
    Box::pin(async move { told(&call, stored.await?.carrier(), is_new).map(Some) })
}

/// What has been saved, after the sessions have heard of it.
fn told(call: &Call, mut saved: User, is_new: bool) -> Result<User, Fault> {
    if !is_new {
        call.installation.sessions.forget_user(saved.associate_id);
    }
    saved.post_save_commands = Some(user_commands::after_save(call)?);
    Ok(saved)
}

/// Saves a carrier, on the user of a name if one is given, and gives what is stored then.
/// Everything is one transaction; a password is hashed before it begins, after a first look at
/// whether the save can succeed. A new password ends the user's sessions, except for that of the
/// author's ticket.
pub fn save_carrier(
    store: &Store,
    user: User,
    name: Option<String>,
    author: Author,
) -> Result<User, Fault> {
    save_if(store, user, name, author, no_condition)
}

fn save_if(
    store: &Store,
    user: User,
    name: Option<String>,
    author: Author,
    condition: impl Fn(&Tx<'_>) -> Result<(), Fault> + Send + 'static,
) -> Result<User, Fault> {
    let password_hash = match user_credentials::new_password(&user) {
        Some(password) => {
            let target = Target::of(&user, name.as_deref());
            store.read(|tx| check(tx, &user, target.as_ref(), None, &author).map(drop))?;
            Some(password::hash(password)?)
        }
        None => None,
    };
    let saved = store.write_repeatable(storing(user, name, password_hash, author, condition))?;
    Ok(saved.carrier())
}

/// The transaction of a save.
fn storing(
    user: User,
    name: Option<String>,
    password_hash: Option<String>,
    author: Author,
    condition: impl Fn(&Tx<'_>) -> Result<(), Fault> + Send + 'static,
) -> impl FnMut(&Tx<'_>) -> Result<Seen, Fault> + Send + 'static {
    let target = Target::of(&user, name);
    move |tx| {
        condition(tx)?;
        save_in(
            tx,
            &user,
            target.as_ref(),
            password_hash.as_deref(),
            &author,
        )
    }
}

/// The part of [`save_carrier`] that is the transaction. Without a target the user is a new one.
pub fn save_in(
    tx: &Tx<'_>,
    user: &User,
    target: Option<&Target>,
    password_hash: Option<&str>,
    author: &Author,
) -> Result<Seen, Fault> {
    let (before, draft) = check(tx, user, target, password_hash, author)?;
    let mut record = draft.record;
    let mut known = Known::default();
    if let Some(mut person) = draft.new_person {
        person.person_id = persons::insert(tx, &person, author.stamp)?;
        record.person_id = person.person_id;
        known.person = Some(persons::with_company(tx, person)?);
    }
    user_saving::save(tx, before.as_ref(), &mut record, author.stamp)?;
    // Somebody new has no tickets.
    if before.is_some() && (password_hash.is_some() || !callers::is_found(tx, record.id)?) {
        session::revoke_tickets(tx, record.id, author.ticket_key())?;
    }
    if before.is_none()
        && !record.deleted
        && let Some(mut modules) = draft.modules
    {
        modules.count(&record.licenses);
        known.modules = Some(modules);
    }
    Seen::known(tx, author, record, known)
}

/// What a save would leave and what was there before, if the save is allowed.
pub fn check(
    tx: &Tx<'_>,
    user: &User,
    target: Option<&Target>,
    password_hash: Option<&str>,
    author: &Author,
) -> Result<(Option<UserRecord>, Draft), Fault> {
    let before = target.map(|target| target.find(tx)).transpose()?;
    let id = before.as_ref().map_or(0, |before| before.id);
    if user.associate_id != 0 && user.associate_id != id {
        return Err(Fault::service(
            Exception::InvalidArgument,
            "The name and the AssociateId are those of different users.",
        ));
    }
    let mut draft = draft(tx, user, before.as_ref(), password_hash, author)?;
    if let Some(objection) = objection(tx, author, before.as_ref(), Some(&draft.record))? {
        return Err(objection.into());
    }
    if let Some(person) = &draft.new_person
        && let Some(fault) = person_rights::refusal(tx, author, person, INSERT)?
    {
        return Err(fault);
    }
    std::mem::take(&mut draft.findings).into_result()?;
    Ok((before, draft))
}

/// Deletes a user and ends its sessions, so that being logged on protects nobody: there is no
/// way to log another user off first.
pub fn delete(
    call: &Call,
    target: Target,
    condition: impl Fn(&Tx<'_>) -> Result<(), Fault> + Send + 'static,
) -> Result<(), Fault> {
    let author = Author::of(call)?;
    let id = call.installation.store.write_repeatable(move |tx| {
        let user = target.find(tx)?;
        condition(tx)?;
        remove(tx, &user, &author)?;
        Ok(user.id)
    })?;
    call.installation.sessions.forget_user(id);
    Ok(())
}

/// The part of a deletion that is the transaction.
pub fn remove(tx: &Tx<'_>, user: &UserRecord, author: &Author) -> Result<(), Fault> {
    if let Some(objection) = objection(tx, author, Some(user), None)? {
        return Err(objection.into());
    }
    if let Some(fault) = dependency(tx, user)? {
        return Err(fault);
    }
    Ok(users::delete(tx, user, author.stamp)?)
}

/// What else would lack a user that is deleted.
pub fn dependency(tx: &Tx<'_>, user: &UserRecord) -> Result<Option<Fault>, Fault> {
    if let Some(service_user) = &user.service_user
        && service_users::is_category_master(tx, service_user.id)?
    {
        return Ok(Some(
            Fault::service(
                Exception::IllegalOperation,
                "A ticket category is in the hands of this user.",
            )
            .with("Reason", "[SR_REQUEST_DEPENDENCY]"),
        ));
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
