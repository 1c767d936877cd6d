//! What the operator does with users beside the running services: from the command line, with
//! nobody logged in. The rules are those of the operations.

pub mod backups;
pub mod directory;
pub mod licenses;
pub mod password_rules;
pub mod portals;
pub mod transfer;

use super::user_credentials::PASSWORD;
use super::user_guard::Author;
use super::{Installation, password_rules as rules, user_licenses, users as saving};
use crate::contract::credential::{Credential, CredentialType};
use crate::contract::role::Role;
use crate::contract::user::{User, UserType};
use crate::fault::{Exception, Fault};
use crate::session::password;
use crate::store::{Stamp, licenses as license_rows, users};

/// A user to be added.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// Log-on name, not blank.
    pub name: String,
    /// The password, in clear.
    pub password: String,
    /// Name of the role; none is the one for everyday work.
    pub role: Option<String>,
    /// Makes the user an administrator of everything, whatever the role says.
    pub administrator: bool,
}

/// A line of the list of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUser {
    pub id: i32,
    pub name: String,
    /// Name of the role; blank where there is none.
    pub role: String,
    pub deleted: bool,
}

/// The built-in role that has every right.
const ADMINISTRATOR_ROLE: i32 = 1;

/// Adds an internal user with a password and gives its id. Refused with `SoValidationException`
/// when the name is blank or taken, the role unknown, or the password too weak, and with
/// `SoLicenseException` when there are no licences left for somebody who logs in.
pub fn add_user(installation: &Installation, new: NewUser) -> Result<i32, Fault> {
    if new.name.trim().is_empty() {
        return Err(Fault::validation(vec![(
            "Name".into(),
            "The name is blank.".into(),
        )]));
    }
    let role = Role {
        id: if new.administrator {
            ADMINISTRATOR_ROLE
        } else {
            0
        },
        value: new.role,
        ..Role::default()
    };
    let password = Credential {
        r#type: Some(CredentialType {
            r#type: Some(PASSWORD.into()),
            ..CredentialType::default()
        }),
        value: Some(new.password),
        display_value: Some(new.name.clone()),
        ..Credential::default()
    };
    let license_owners = installation.store.read(|tx| {
        let modules = license_rows::user_modules(tx)?;
        Ok(user_licenses::log_in(&modules, UserType::InternalAssociate))
    })?;
    let user = User {
        name: Some(new.name),
        role: Some(role),
        r#type: UserType::InternalAssociate,
        credentials: Some(vec![password]),
        license_owners: Some(license_owners),
        ..User::default()
    };
    let author = Author::installation(Stamp {
        at: installation.clock.now(),
        by: 0,
    });
    let saved = saving::save_carrier(&installation.store, user, None, author)?;
    Ok(saved.associate_id)
}

/// All users by name, deleted ones too.
pub fn list_users(installation: &Installation) -> Result<Vec<ListedUser>, Fault> {
    let rows = installation.store.read(|tx| Ok(users::list(tx)?))?;
    let listed = rows
        .into_iter()
        .map(|(id, name, role, deleted)| ListedUser {
            id,
            name,
            role,
            deleted,
        });
    Ok(listed.collect())
}

/// Gives the user of a log-on name a new password and ends the user's sessions. Refused with
/// `SoNotFoundException` or `SoInvalidPasswordException`.
pub fn set_password(installation: &Installation, name: &str, new: &str) -> Result<(), Fault> {
    let id = installation.store.read(|tx| {
        let id = users::id_of_name(tx, name)?.ok_or_else(|| {
            Fault::service(Exception::NotFound, format!("There is no user {name}."))
        })?;
        rules::check(tx, new)?;
        Ok(id)
    })?;
    let hash = password::hash(new)?;
    let now = installation.clock.now();
    installation
        .store
        .write(move |tx| crate::session::set_password(tx, id, &hash, None, now))?;
    installation.sessions.forget_user(id);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::{Office, fields, refusal};
    use std::net::Ipv4Addr;

    fn new(name: &str, password: &str) -> NewUser {
        NewUser {
            name: name.into(),
            password: password.into(),
            ..NewUser::default()
        }
    }

    #[test]
    fn an_added_user_logs_in_with_the_password() {
        let office = Office::open();
        let installation = &office.installation;
        let id = add_user(installation, new("Olga", "long enough")).expect("added");
        let chief = NewUser {
            administrator: true,
            ..new("chief", "long enough")
        };
        add_user(installation, chief).expect("added");
        let clerk = NewUser {
            role: Some("local user".into()),
            ..new("clerk", "long enough")
        };
        add_user(installation, clerk).expect("added");
        let listed = list_users(installation).expect("list");
        let listed: Vec<_> = listed
            .iter()
            .map(|user| (user.name.as_str(), user.role.as_str()))
            .collect();
        for line in [
            ("Olga", "CRM User"),
            ("chief", "User level 0"),
            ("clerk", "Local User"),
        ] {
            assert!(listed.contains(&line), "{listed:?}");
        }
        let log_in = |password| {
            let sessions = &installation.sessions;
            let found = sessions.log_in("olga", Some(password), Ipv4Addr::LOCALHOST.into());
            found.expect("an answer")
        };
        let ticket = log_in("long enough").expect("right").ticket;
        set_password(installation, "OLGA", "another one").expect("set");
        assert!(installation.sessions.authenticate(&ticket).is_err());
        assert!(log_in("long enough").is_none());
        assert_eq!(
            log_in("another one").expect("right").caller.associate_id,
            id
        );
    }

    #[test]
    fn what_breaks_the_rules_is_refused() {
        let office = Office::open();
        let installation = &office.installation;
        assert_eq!(
            fields(add_user(installation, new(" ", "long enough"))),
            ["Name"]
        );
        assert_eq!(
            fields(add_user(installation, new("BOSS", "long enough"))),
            ["Name"]
        );
        assert_eq!(
            fields(add_user(installation, new("new", "short"))),
            ["Credentials"]
        );
        let role = NewUser {
            role: Some("King".into()),
            ..new("new", "long enough")
        };
        assert_eq!(fields(add_user(installation, role)), ["Role"]);
        let set = |name, password| refusal(set_password(installation, name, password));
        assert_eq!(set("nobody", "long enough"), Exception::NotFound);
        assert_eq!(set("boss", "short"), Exception::InvalidPassword);
    }
}
