//! The ways in which users log in here.

use super::findings::Findings;
use super::password_rules;
use super::user_guard::Author;
use crate::contract::credential::{Credential, CredentialControlType, CredentialType};
use crate::contract::user::{User, UserType};
use crate::fault::Fault;
use crate::store::credentials::{self, CredentialRow};
use crate::store::users::UserRecord;
use crate::store::{Tx, access_tokens, tickets};

/// The password of an installation's own.
pub const PASSWORD: &str = "CRM5/PASSWORD";
/// An identity in the directory that users are chosen from.
pub const ACTIVE_DIRECTORY: &str = "ActiveDirectory";
const SUPER_ID: &str = "CentralSuperIdCredential";
/// What sessions are kept as.
const SESSIONS: [&str; 2] = [tickets::TYPE, access_tokens::TYPE];

/// Characters of a value; a password is none of more.
pub const VALUE_LIMIT: usize = password_rules::LONGEST;

/// A type of credential.
pub struct Kind {
    /// `CredentialType.Type`.
    pub name: &'static str,
    display: &'static str,
    description: &'static str,
    /// How a value is given.
    pub control: CredentialControlType,
    user_types: &'static [UserType],
}

impl Kind {
    /// Whether users of a type may log in so; `Unknown` counts as internal.
    pub fn fits(&self, user_type: UserType) -> bool {
        let user_type = match user_type {
            UserType::Unknown => UserType::InternalAssociate,
            known => known,
        };
        self.user_types.contains(&user_type)
    }

    /// Whether what is known of its users is enough to make persons of them.
    pub fn can_create_person(&self) -> bool {
        self.name == ACTIVE_DIRECTORY
    }

    fn carrier(&self) -> CredentialType {
        CredentialType {
            display_type: Some(self.display.into()),
            r#type: Some(self.name.into()),
            description: Some(self.description.into()),
            value_control: self.control,
            can_create_person: self.can_create_person(),
            is_user_name_supported: self.name == PASSWORD,
            ..CredentialType::default()
        }
    }
}

const KINDS: &[Kind] = &[
    Kind {
        name: PASSWORD,
        display: "Password",
        description: "User name and password are kept in this installation",
        control: CredentialControlType::Password,
        user_types: &[
            UserType::InternalAssociate,
            UserType::ExternalAssociate,
            UserType::SystemAssociate,
        ],
    },
    Kind {
        name: ACTIVE_DIRECTORY,
        display: "Active Directory user",
        description: "The user logs in to Windows",
        control: CredentialControlType::Link,
        user_types: &[UserType::InternalAssociate],
    },
    Kind {
        name: SUPER_ID,
        display: "SuperId",
        description: "The user logs in with SuperId",
        control: CredentialControlType::Edit,
        user_types: &[UserType::InternalAssociate, UserType::ExternalAssociate],
    },
];

/// The type of this name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The types that somebody wants.
pub fn types(wanted: impl Fn(&Kind) -> bool) -> Vec<CredentialType> {
    let kinds = KINDS.iter().filter(|kind| wanted(kind));
    kinds.map(Kind::carrier).collect()
}

/// A credential as users carry it: what it is, never its value.
pub fn carrier(row: &CredentialRow) -> Credential {
    let name = &row.credential_type;
    let unknown = || CredentialType {
        r#type: Some(name.clone()),
        ..CredentialType::default()
    };
    Credential {
        r#type: Some(kind(name).map_or_else(unknown, Kind::carrier)),
        value: Some(String::new()),
        display_value: row.display_name.clone(),
        ..Credential::default()
    }
}

/// A credential as callers give it.
pub fn of_type(name: &str, value: &str) -> Credential {
    Credential {
        r#type: Some(CredentialType {
            r#type: Some(name.into()),
            ..CredentialType::default()
        }),
        value: Some(value.into()),
        ..Credential::default()
    }
}

/// The type of a credential in a carrier; blank items have none.
pub fn type_of(credential: &Credential) -> &str {
    let kind = credential.r#type.as_ref();
    kind.and_then(|kind| kind.r#type.as_deref())
        .unwrap_or_default()
}

/// Whether a type is one by which somebody proves who they are here, in any letter case.
pub fn is_for_logging_in(name: &str) -> bool {
    let types = KINDS.iter().map(|kind| kind.name).chain(SESSIONS);
    types
        .into_iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// The value of a credential in a carrier; empty when it is left out.
pub fn value_of(credential: &Credential) -> &str {
    credential.value.as_deref().unwrap_or_default()
}

/// The password that a carrier sets, if it sets one. Where there are two, the last one counts,
/// as with all credentials.
pub fn new_password(user: &User) -> Option<&str> {
    let credentials = user.credentials.iter().flatten();
    let mut passwords = credentials.filter(|credential| type_of(credential) == PASSWORD);
    passwords
        .rfind(|credential| !value_of(credential).is_empty())
        .map(value_of)
}

/// Adds the credentials of a carrier to those that a user has, one of each type. One without
/// a value keeps the value that is there. Nothing is ever taken away here: leaving a credential
/// out, as callers do who never saw it, must not lock the user out.
pub fn apply(
    tx: &Tx<'_>,
    user: &User,
    record: &mut UserRecord,
    password_hash: Option<&str>,
    author: &Author,
    findings: &mut Findings,
) -> Result<(), Fault> {
    let stored = record.credentials.clone();
    for credential in user.credentials.iter().flatten() {
        let name = type_of(credential);
        if name.is_empty() {
            continue;
        }
        let Some(kind) = kind(name) else {
            findings.add("Credentials", format!("{name} is no known type."));
            continue;
        };
        let value = value_of(credential);
        // What is stored may come back without a value, be it that the user is of another type now.
        if !value.is_empty() && !kind.fits(record.user_type) {
            let reason = format!("Users of this type do not log in with {name}.");
            findings.add("Credentials", reason);
        }
        findings.check_length("Credentials", "The value", Some(value), VALUE_LIMIT);
        let display = credential.display_value.as_deref();
        findings.check_length("Credentials", "The displayed value", display, VALUE_LIMIT);
        let known = record
            .credentials
            .iter()
            .position(|row| row.credential_type == name);
        let mut row = match known {
            Some(index) => record.credentials.remove(index),
            None if value.is_empty() => {
                findings.add("Credentials", format!("{name} needs a value."));
                continue;
            }
            None => CredentialRow {
                credential_type: name.into(),
                ..CredentialRow::default()
            },
        };
        row.display_name = credential.display_value.clone();
        if !value.is_empty() {
            if let Some(reason) = unusable(tx, name, value, author)? {
                findings.add("Credentials", reason);
            }
            if name == PASSWORD {
                row.secret = password_hash.unwrap_or_default().into();
            } else {
                row.search_name = value.into();
            }
        }
        record
            .credentials
            .insert(known.unwrap_or(record.credentials.len()), row);
    }
    for row in &mut record.credentials {
        if row.credential_type == PASSWORD {
            row.search_name = record.name.to_ascii_lowercase();
        }
        // Nobody else can have what is stored.
        let is_stored = stored.iter().any(|stored| {
            stored.credential_type == row.credential_type && stored.search_name == row.search_name
        });
        if !is_stored && credentials::taken(tx, &row.credential_type, &row.search_name, record.id)?
        {
            findings.add(
                "Credentials",
                format!("Another user has this {}.", row.credential_type),
            );
        }
    }
    Ok(())
}

/// Why a value cannot be used, if so.
fn unusable(
    tx: &Tx<'_>,
    name: &str,
    value: &str,
    author: &Author,
) -> Result<Option<String>, Fault> {
    Ok(match name {
        PASSWORD => password_rules::broken_rule(tx, value)?,
        ACTIVE_DIRECTORY if !author.has_other_directory_values && !is_sid(value) => {
            Some("The value has to be a security identifier, such as S-1-5-21-1-2-3-1001.".into())
        }
        _ if value.trim().is_empty() => Some("The value is blank.".into()),
        _ => None,
    })
}

/// `S-1-`, an authority, and at least one number more.
pub fn is_sid(value: &str) -> bool {
    let numbers = value.strip_prefix("S-1-").unwrap_or_default().split('-');
    numbers.clone().count() >= 2
        && numbers
            .clone()
            .all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_identifiers() {
        assert!(is_sid("S-1-5-21-397955417-626881126-188441444-512"));
        for text in ["", "S-1-", "S-1-5", "S-1-5-", "S-2-5-21", "S-1-5-x", "me"] {
            assert!(!is_sid(text), "{text}");
        }
    }
}
