//! The ways in which users log in, and the rule for passwords.

use super::lists::List;
use super::{Stamp, StoreError, Tx, params};

/// A way to log in here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialRow {
    pub credential_type: String,
    /// By what the user is found at log-in.
    pub search_name: String,
    pub secret: String,
    pub display_name: Option<String>,
}

/// The ways in which a user logs in, oldest first; sessions and log-ins elsewhere are none.
pub fn of_user(tx: &Tx<'_>, associate_id: i32) -> Result<Vec<CredentialRow>, StoreError> {
    tx.query(
        "SELECT credentialType, searchName, secret, displayName FROM credentials
         WHERE associateId = ?1 AND isActive = 1 AND credentialType <> 'Ticket'
         ORDER BY Credentials_id",
        params![associate_id],
        |row| {
            Ok(CredentialRow {
                credential_type: row.get(0)?,
                search_name: row.get(1)?,
                secret: row.get::<Option<String>>(2)?.unwrap_or_default(),
                display_name: row.get(3)?,
            })
        },
    )
}

/// Whether another user than this one logs in with this credential.
pub fn taken(
    tx: &Tx<'_>,
    credential_type: &str,
    search_name: &str,
    except: i32,
) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM credentials
             WHERE credentialType = ?1 AND searchName = ?2 AND associateId <> ?3)",
        params![credential_type, search_name, except],
        |row| row.get(0),
    )
}

/// Adds a way to log in, or replaces the user's one of the same type, if there may be one. A new
/// value is valid from now on, without end.
pub fn save(
    tx: &Tx<'_>,
    id: i32,
    person_id: i32,
    credential: &CredentialRow,
    may_be_there: bool,
    stamp: Stamp,
) -> Result<(), StoreError> {
    let values = params![
        id,
        person_id,
        &credential.credential_type,
        &credential.search_name,
        &credential.secret,
        credential.display_name.as_deref(),
        stamp.at,
        stamp.by,
    ];
    let replaced = may_be_there
        && 0 < tx.execute(
            "UPDATE credentials SET personId = ?2, searchName = ?4, secret = ?5, displayName = ?6,
             validFrom = CASE WHEN secret = ?5 THEN validFrom ELSE ?7 END,
             validTo = CASE WHEN secret = ?5 THEN validTo ELSE '9999-12-31T00:00:00' END,
             updated = ?7, updated_associate_id = ?8, updatedCount = updatedCount + 1
         WHERE associateId = ?1 AND credentialType = ?3 AND isActive = 1",
            values,
        )?;
    if !replaced {
        tx.execute(
            "INSERT INTO credentials (associateId, personId, credentialType, searchName, secret,
                 displayName, validFrom, isActive, registered, registered_associate_id, updated,
                 updated_associate_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?7, ?8, ?7, ?8)",
            values,
        )?;
    }
    Ok(())
}

/// Takes a way to log in from a user.
pub fn delete(tx: &Tx<'_>, id: i32, credential_type: &str) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM credentials
         WHERE associateId = ?1 AND credentialType = ?2 AND isActive = 1",
        params![id, credential_type],
    )?;
    Ok(())
}

/// The rule for passwords in force; no rule when it is switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordRules {
    pub characters: i32,
    pub digits: i32,
    pub lowercase: i32,
    pub uppercase: i32,
    /// Neither letter nor digit.
    pub special: i32,
}

/// Puts a rule for passwords in force.
pub fn set_password_rules(tx: &Tx<'_>, rules: PasswordRules) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO password_rules (id, flags, min_characters, min_numbers, min_lowercase,
             min_uppercase, min_special)
         VALUES (1, 1, ?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET flags = 1, min_characters = ?1, min_numbers = ?2,
             min_lowercase = ?3, min_uppercase = ?4, min_special = ?5",
        params![
            rules.characters,
            rules.digits,
            rules.lowercase,
            rules.uppercase,
            rules.special,
        ],
    )?;
    Ok(())
}

/// Reads the rule for passwords.
pub fn password_rules(tx: &Tx<'_>) -> Result<PasswordRules, StoreError> {
    Ok(*tx.list::<PasswordRules>()?)
}

impl List for PasswordRules {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError> {
        tx.optional(
            "SELECT min_characters, min_numbers, min_lowercase, min_uppercase, min_special
             FROM password_rules WHERE id = 1 AND flags <> 0",
            params![],
            |row| {
                Ok(Self {
                    characters: row.get(0)?,
                    digits: row.get(1)?,
                    lowercase: row.get(2)?,
                    uppercase: row.get(3)?,
                    special: row.get(4)?,
                })
            },
        )
        .map(Option::unwrap_or_default)
    }
}
