//! The ways to log in: which there are, who has which, and directories to choose users from.

use super::directory::behind;
use super::findings::Findings;
use super::user_guard::{Author, objection};
use super::{Call, password_rules, user_credentials, users};
use crate::contract::credential::{
    CredentialType, CredentialUser, CredentialsGroup, CredentialsGroupUsers,
};
use crate::contract::user::User;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::outbound::directory::{Directory, DirectoryUser};
use crate::session::{self, password};
use crate::store::users::{self as rows, UserRecord};
use crate::store::{Tx, credentials, directory};

/// The group that holds everybody, in directories without groups.
const EVERYBODY: &str = "Everybody";

impl Handler<Call> for GetCredentialTypes {
    fn handle(self, _: &Call) -> Result<Option<Vec<CredentialType>>, Fault> {
        Ok(Some(user_credentials::types(|_| true)))
    }
}

impl Handler<Call> for GetCredentialTypesForUserType {
    fn handle(self, _: &Call) -> Result<Option<Vec<CredentialType>>, Fault> {
        let user_type = self.user_type;
        Ok(Some(user_credentials::types(|kind| kind.fits(user_type))))
    }
}

/// A new password keeps the rules, and ends the user's sessions except for that of the caller.
impl Handler<Call> for SaveCredential {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        let credential = self.credential.ok_or_else(|| {
            Fault::service(
                Exception::InvalidArgument,
                "The argument Credential is nil.",
            )
        })?;
        let kind = known(user_credentials::type_of(&credential))?;
        let value = credential.value.clone().unwrap_or_default();
        if value.is_empty() {
            let reason = format!("{} needs a value.", kind.name);
            return Err(Fault::validation(vec![("Value".into(), reason)]));
        }
        let (id, author) = (self.user_id, Author::of(call)?);
        let carrier = User {
            credentials: Some(vec![credential]),
            ..User::default()
        };
        let installation = &call.installation;
        let is_password = kind.name == user_credentials::PASSWORD;
        let hash = if is_password {
            installation.store.read(|tx| {
                changed(tx, &author, id, kind, &carrier, None)?;
                password_rules::check(tx, &value)
            })?;
            Some(password::hash(&value)?)
        } else {
            None
        };
        installation.store.write(move |tx| {
            let (user, findings) = changed(tx, &author, id, kind, &carrier, hash.as_deref())?;
            findings.into_result()?;
            let mut all = user.credentials.iter();
            if let Some(row) = all.find(|row| row.credential_type == kind.name) {
                credentials::save(tx, id, user.person_id, row, true, author.stamp)?;
            }
            if is_password {
                session::revoke_tickets(tx, id, author.ticket_key())?;
            }
            Ok(())
        })?;
        installation.sessions.forget_user(id);
        Ok(true)
    }
}

/// Without a password there is no session that was opened with it. The last way in is not taken
/// from oneself.
impl Handler<Call> for DeleteCredential {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        let (id, author) = (self.user_id, Author::of(call)?);
        let kind = self.credential_type.unwrap_or_default();
        let deleted = call.installation.store.write(move |tx| {
            let user = touchable(tx, &author, id)?;
            let mut all = user.credentials.iter();
            if !all.any(|row| row.credential_type == kind) {
                return Ok(false);
            }
            if id == author.stamp.by && user.credentials.len() == 1 {
                return Err(Fault::service(
                    Exception::IllegalOperation,
                    "Nobody can take the last way to log in from the own user.",
                ));
            }
            credentials::delete(tx, id, &kind)?;
            rows::touch(tx, id, author.stamp)?;
            session::revoke_tickets(tx, id, author.ticket_key())?;
            Ok(true)
        })?;
        call.installation.sessions.forget_user(id);
        Ok(deleted)
    }
}

impl Handler<Call> for FindCredentialsGroups {
    fn handle(self, call: &Call) -> Result<Option<Vec<CredentialsGroup>>, Fault> {
        let kind = known(&self.r#type.unwrap_or_default())?;
        let Some(directory) = behind(&call.installation, kind) else {
            return Ok(Some(Vec::new()));
        };
        let part = self.search_string.unwrap_or_default();
        let mut groups: Vec<_> = directory
            .groups(&part)?
            .into_iter()
            .map(|group| (group.name, group.display_name))
            .collect();
        if groups.is_empty() && directory.groups("")?.is_empty() {
            groups.push((EVERYBODY.into(), EVERYBODY.into()));
        }
        let carriers = groups
            .into_iter()
            .map(|(name, display_name)| CredentialsGroup {
                name: Some(name),
                display_name: Some(display_name),
                ..CredentialsGroup::default()
            });
        Ok(Some(carriers.collect()))
    }
}

impl Handler<Call> for FindCredentialUsers {
    fn handle(self, call: &Call) -> Result<Option<CredentialsGroupUsers>, Fault> {
        let part = self.search_string.unwrap_or_default();
        choices(call, self.r#type, |directory| directory.users(&part))
    }
}

impl Handler<Call> for GetCredentialUsersInGroup {
    fn handle(self, call: &Call) -> Result<Option<CredentialsGroupUsers>, Fault> {
        let group = self.group_name.unwrap_or_default();
        choices(call, self.r#type, |directory| {
            if group == EVERYBODY && directory.groups("")?.is_empty() {
                directory.users("")
            } else {
                directory.members(&group)
            }
        })
    }
}

fn known(name: &str) -> Result<&'static user_credentials::Kind, Fault> {
    user_credentials::kind(name).ok_or_else(|| {
        Fault::service(
            Exception::InvalidArgument,
            format!("\"{name}\" is no known type of credential."),
        )
    })
}

/// What a directory gives, without those who are users here already.
fn choices(
    call: &Call,
    name: Option<String>,
    look: impl FnOnce(&dyn Directory) -> Result<Vec<DirectoryUser>, Fault>,
) -> Result<Option<CredentialsGroupUsers>, Fault> {
    let kind = known(&name.unwrap_or_default())?;
    let found = match behind(&call.installation, kind) {
        Some(directory) => look(directory.as_ref())?,
        None => Vec::new(),
    };
    let values: Vec<_> = found.iter().map(|user| user.value.clone()).collect();
    let store = &call.installation.store;
    let known = store.read(|tx| Ok(directory::known(tx, kind.name, &values)?))?;
    let headings = ["First name", "Last name", "E-mail"];
    let users = found
        .into_iter()
        .filter(|user| !known.contains(&user.value))
        .map(|user| CredentialUser {
            can_create_person: ![&user.first_name, &user.last_name]
                .iter()
                .any(|name| name.trim().is_empty()),
            value: Some(user.value),
            display_value: Some(user.display_value),
            columns: Some(vec![user.first_name, user.last_name, user.email]),
            ..CredentialUser::default()
        });
    Ok(Some(CredentialsGroupUsers {
        headings: Some(headings.map(str::to_owned).to_vec()),
        users: Some(users.collect()),
        ..CredentialsGroupUsers::default()
    }))
}

/// The user as it is, if it is there and the author may touch it.
fn touchable(tx: &Tx<'_>, author: &Author, id: i32) -> Result<UserRecord, Fault> {
    let user = rows::find(tx, id)?.ok_or_else(|| users::not_found(id))?;
    match objection(tx, author, Some(&user), Some(&user))? {
        Some(objection) => Err(objection.into()),
        None => Ok(user),
    }
}

/// The user as it is with the credential of a carrier, and what speaks against that.
fn changed(
    tx: &Tx<'_>,
    author: &Author,
    id: i32,
    kind: &user_credentials::Kind,
    carrier: &User,
    hash: Option<&str>,
) -> Result<(UserRecord, Findings), Fault> {
    let mut user = touchable(tx, author, id)?;
    if !kind.fits(user.user_type) {
        return Err(Fault::service(
            Exception::InvalidArgument,
            format!("Users of this kind do not log in by {}.", kind.name),
        ));
    }
    let mut findings = Findings::default();
    user_credentials::apply(tx, carrier, &mut user, hash, author, &mut findings)?;
    Ok((user, findings))
}

#[cfg(test)]
mod tests;
