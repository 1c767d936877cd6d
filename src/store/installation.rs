//! What an installation is called, and the rows that a fresh one gets beside the reference data.

use super::{StoreError, Tx, fold, params, passwords};
use crate::model::DateTime;

/// `associate.type` of somebody who works in a company that owns the database.
pub const INTERNAL: i32 = 0;
/// `associate.type` of somebody who works elsewhere.
pub const EXTERNAL: i32 = 4;

/// The names by which clients and the vendor's services tell installations apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// For people.
    pub name: String,
    /// Ten digits.
    pub serial_number: String,
    /// 32 hexadecimal digits, different in every database.
    pub database_tag: String,
    /// When the database was made.
    pub created: DateTime,
}

/// A user of a fresh installation, with the person behind it.
#[derive(Clone, Copy, Debug)]
pub struct FirstUser<'a> {
    pub name: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub email: &'a str,
    pub tooltip: &'a str,
    /// [`INTERNAL`] or [`EXTERNAL`].
    pub associate_type: i32,
    pub contact_id: i32,
    pub role_id: i32,
    /// Primary group; 0 for external users.
    pub group_id: i32,
    pub other_groups: &'a [i32],
    /// Module names.
    pub licenses: &'a [&'a str],
    /// PHC string; without one nobody can log in as this user.
    pub password_hash: Option<&'a str>,
}

/// The installation's names; `None` in a database that has not been set up yet.
pub fn identity(tx: &Tx<'_>) -> Result<Option<Identity>, StoreError> {
    tx.optional(
        "SELECT name, serial_number, database_tag, created FROM installation WHERE id = 1",
        &[],
        |row| {
            Ok(Identity {
                name: row.get(0)?,
                serial_number: row.get(1)?,
                database_tag: row.get(2)?,
                created: row.get(3)?,
            })
        },
    )
}

/// Names the installation and dates its reference data.
pub fn set_up(tx: &Tx<'_>, identity: &Identity) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO installation (id, name, serial_number, database_tag, created)
         VALUES (1, ?1, ?2, ?3, ?4)",
        params![
            &identity.name,
            &identity.serial_number,
            &identity.database_tag,
            identity.created,
        ],
    )?;
    for statement in [
        "UPDATE contact SET registered = ?1, updated = ?1",
        "UPDATE ownercontactlink SET registered = ?1",
        "UPDATE usergroup SET registered = ?1, updated = ?1",
        "UPDATE role SET registered = ?1, updated = ?1",
        "UPDATE dataright SET registered = ?1, updated = ?1",
    ] {
        tx.execute(statement, params![identity.created])?;
    }
    Ok(())
}

/// The company whose people are the first internal users.
pub fn owner_company(tx: &Tx<'_>) -> Result<i32, StoreError> {
    tx.one(
        "SELECT contact_id FROM ownercontactlink ORDER BY ownercontactlink_id LIMIT 1",
        &[],
        |row| row.get(0),
    )
}

/// Adds a company that does not own the database.
pub fn add_company(tx: &Tx<'_>, name: &str, now: DateTime) -> Result<i32, StoreError> {
    tx.one(
        "INSERT INTO contact (name, registered, updated) VALUES (?1, ?2, ?2)
         RETURNING contact_id",
        params![name, now],
        |row| row.get(0),
    )
}

/// Adds a user with person, Service user, role, groups, licences and password.
pub fn add_user(tx: &Tx<'_>, user: &FirstUser<'_>, now: DateTime) -> Result<i32, StoreError> {
    let person_id: i32 = tx.one(
        "INSERT INTO person (contact_id, firstname, lastname, email, registered, updated)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5) RETURNING person_id",
        params![
            user.contact_id,
            user.first_name,
            user.last_name,
            user.email,
            now
        ],
        |row| row.get(0),
    )?;
    let service_user: i32 = match user.associate_type {
        INTERNAL => tx.one(
            "INSERT INTO ejuser (loginname, username, email, username_key)
             VALUES (?1, ?1, ?2, ?3) RETURNING id",
            params![user.name, user.email, &fold(user.name)],
            |row| row.get(0),
        )?,
        _ => 0,
    };
    let associate_id: i32 = tx.one(
        "INSERT INTO associate
            (name, tooltip, group_idx, person_id, type, userName, ejuserId, registered, updated,
             name_key, userName_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10) RETURNING associate_id",
        params![
            user.name,
            user.tooltip,
            user.group_id,
            person_id,
            user.associate_type,
            user.email,
            service_user,
            now,
            &fold(user.name),
            &fold(user.email),
        ],
        |row| row.get(0),
    )?;
    tx.execute(
        "INSERT INTO userrolelink (associate_id, role_id) VALUES (?1, ?2)",
        params![associate_id, user.role_id],
    )?;
    for group in user.other_groups {
        tx.execute(
            "INSERT INTO usergrouplink (assoc_id, UserGroup_id) VALUES (?1, ?2)",
            params![associate_id, *group],
        )?;
    }
    for module in user.licenses {
        tx.execute(
            "INSERT INTO licenseassoclink (moduleLicenseId, assocId, registered)
             SELECT ModuleLicense_id, ?1, ?3 FROM modulelicense WHERE moduleName = ?2",
            params![associate_id, *module, now],
        )?;
    }
    if let Some(hash) = user.password_hash {
        passwords::set(tx, associate_id, hash, now)?;
    }
    Ok(associate_id)
}
