//! Users of other companies, whom others than administrators may manage too.

use super::user_credentials::{PASSWORD, of_type, type_of};
use super::user_guard::Author;
use super::users::{Target, not_found};
use super::{Call, access, password_rules, user_carrier, users as saving};
use crate::contract::credential::Credential;
use crate::contract::license::{LicenseOwner, ModuleLicenseLink};
use crate::contract::role::Role;
use crate::contract::user::{ExternalUserInfoModification, Person, User, UserType};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::{Handler, Shared};
use crate::session::{Caller, password};
use crate::store::external_users::{self, ACTIVE_LICENSE};
use crate::store::users::UserRecord;
use crate::store::{Tx, users};

/// A blank name is made from the person, like that of any new user.
impl Handler<Call> for CreateExternalUser {
    fn handle(self, call: &Call) -> Result<i32, Fault> {
        let password = self.password.unwrap_or_default();
        let user = User {
            name: self.user_name,
            user_name: Some(String::new()),
            tooltip: Some(String::new()),
            r#type: UserType::ExternalAssociate,
            person: Some(Person {
                person_id: self.person_id,
                ..Person::default()
            }),
            credentials: Some(vec![of_type(PASSWORD, &password)]),
            license_owners: Some(activity(self.is_active)),
            ..User::default()
        };
        let (person_id, role_id) = (self.person_id, self.role_id);
        let saved = save(call, Some(password), move |tx, caller| {
            let company = external_users::company_of_person(tx, person_id)?;
            access::manage_external_users(caller, company.unwrap_or_default())?;
            if company.is_none() {
                return Err(Fault::service(
                    Exception::NotFound,
                    format!("There is no person {person_id}."),
                ));
            }
            Ok(User {
                role: Some(role(role_id)?),
                ..user.clone()
            })
        })?;
        Ok(saved.associate_id)
    }
}

/// A name that counts has to be there.
impl Handler<Call> for SetExternalUserInfo {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let id = self.associate_id;
        let counts = {
            let flags = self.external_user_info_modification;
            move |flag| flags.contains(flag)
        };
        let [name, password, has_role, active] = [
            ExternalUserInfoModification::USER_NAME,
            ExternalUserInfoModification::PASSWORD,
            ExternalUserInfoModification::ROLE,
            ExternalUserInfoModification::ACTIVE,
        ]
        .map(counts);
        let store = &call.installation.store;
        store.read(|tx| target(tx, call.caller()?, Some(id)).map(drop))?;
        if !(name || password || has_role || active) {
            return Ok(());
        }
        let name = name.then(|| self.user_name.unwrap_or_default());
        if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            return Err(Fault::validation(vec![(
                "Name".into(),
                "The name is blank.".into(),
            )]));
        }
        let password = password.then(|| self.password.unwrap_or_default());
        let role = has_role.then(|| role(self.role_id)).transpose()?;
        let active = active.then_some(self.is_active);
        save(call, password.clone(), move |tx, caller| {
            let record = target(tx, caller, Some(id))?;
            if active == Some(false) && caller.associate_id == id {
                return Err(Fault::service(
                    Exception::IllegalOperation,
                    "Nobody can lock out the own user.",
                ));
            }
            let mut user = user_carrier::carrier(tx, &record)?;
            user.license_owners = active.map(activity);
            user.credentials = password.as_deref().map(|password| {
                let known = user.credentials.into_iter().flatten();
                vec![with_password(known, password)]
            });
            if let Some(name) = &name {
                user.name = Some(name.clone());
            }
            if let Some(role) = &role {
                user.role = Some(role.clone());
            }
            Ok(user)
        })
        .map(drop)
    }
}

impl Handler<Call> for DeleteExternalUser {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let author = Author::of(call)?;
        let caller = call.caller()?.clone();
        let id = self.associate_id;
        call.installation.store.write(move |tx| {
            let user = target(tx, &caller, Some(id))?;
            saving::remove(tx, &user, &author)
        })?;
        call.installation.sessions.forget_user(id);
        Ok(())
    }
}

impl Handler<Call> for GenerateNewPasswordForExternalUser {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let name = self.associate_name.unwrap_or_default();
        let store = &call.installation.store;
        let named = move |tx: &Tx<'_>, caller: &Caller| {
            target(tx, caller, external_users::id_of_log_on_name(tx, &name)?)
        };
        store.read(|tx| named(tx, call.caller()?).map(drop))?;
        let generated = password_rules::generate(store)?;
        let new = generated.clone();
        save(call, Some(generated.clone()), move |tx, caller| {
            let record = named(tx, caller)?;
            let mut user = user_carrier::carrier(tx, &record)?;
            let known = user.credentials.into_iter().flatten();
            user.credentials = Some(vec![with_password(known, &new)]);
            Ok(user)
        })?;
        Ok(Some(generated))
    }
}

/// An external user whom the caller may manage. Who may manage those of one company is not told
/// who there is in others.
fn target(tx: &Tx<'_>, caller: &Caller, id: Option<i32>) -> Result<UserRecord, Fault> {
    let user = match id {
        Some(id) => users::find(tx, id)?,
        None => None,
    };
    let company = match &user {
        Some(user) => external_users::company_of_person(tx, user.person_id)?,
        None => None,
    };
    access::manage_external_users(caller, company.unwrap_or_default())?;
    let user = user.ok_or_else(|| match id {
        Some(id) => not_found(id),
        None => not_found("of that name"),
    })?;
    if user.user_type != UserType::ExternalAssociate {
        return Err(Fault::service(
            Exception::IllegalOperation,
            "The user is no external one.",
        ));
    }
    Ok(user)
}

/// Saves what a plan makes of the user, in the transaction in which the plan looks at it. A
/// password in it is hashed before, after a first look at whether all of it can succeed.
fn save(
    call: &Call,
    password: Option<String>,
    plan: impl Fn(&Tx<'_>, &Caller) -> Result<User, Fault> + Send + 'static,
) -> Result<User, Fault> {
    let author = Author::of(call)?;
    let caller = call.caller()?.clone();
    let store = &call.installation.store;
    let hash = match password {
        Some(password) => {
            store.read(|tx| {
                let user = plan(tx, &caller)?;
                password_rules::check(tx, &password)?;
                saving::check(tx, &user, target_of(&user).as_ref(), None, &author).map(drop)
            })?;
            Some(password::hash(&password)?)
        }
        None => None,
    };
    let saved = store.write(move |tx| {
        let user = plan(tx, &caller)?;
        let target = target_of(&user);
        saving::save_in(tx, &user, target.as_ref(), hash.as_deref(), &author)
    })?;
    call.installation.sessions.forget_user(saved.id());
    Ok(saved.carrier())
}

fn target_of(user: &User) -> Option<Target> {
    (user.associate_id != 0).then_some(Target::Id(user.associate_id))
}

/// A role by its number, which is not left open here.
fn role(id: i32) -> Result<Role, Fault> {
    if id == 0 {
        return Err(Fault::validation(vec![(
            "Role".into(),
            "There is no role 0.".into(),
        )]));
    }
    Ok(Role {
        id,
        ..Role::default()
    })
}

/// The password among the ways to log in, with a new value.
fn with_password(mut known: impl Iterator<Item = Credential>, password: &str) -> Credential {
    let old = known.find(|known| type_of(known) == PASSWORD);
    Credential {
        display_value: old.and_then(|old| old.display_value),
        ..of_type(PASSWORD, password)
    }
}

/// The mark on the licence without which an external user cannot log in.
fn activity(is_active: bool) -> Shared<LicenseOwner> {
    let owner = LicenseOwner {
        unrestricted_module_licenses: Some(vec![ModuleLicenseLink {
            name: Some(ACTIVE_LICENSE.into()),
            assigned: is_active,
            ..ModuleLicenseLink::default()
        }]),
        ..LicenseOwner::default()
    };
    vec![owner].into()
}

#[cfg(test)]
mod tests;
