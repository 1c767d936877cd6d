//! Users: a row of `associate` and all that only describes the user.

use super::callers::may_log_in;
use super::credentials::{self, CredentialRow};
use super::service_users::{self, ServiceUser};
use super::{Row, Stamp, StoreError, Tx, external_tokens, fold, params};
use crate::contract::user::{StringDictionary, UserType};
use crate::model::DateTime;
use std::collections::BTreeSet;

/// A user as it is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserRecord {
    /// 0 while it has not been stored.
    pub id: i32,
    pub name: String,
    pub rank: i16,
    pub tooltip: Option<String>,
    pub deleted: bool,
    /// Primary group; 0 for none.
    pub group_id: i32,
    pub last_login: DateTime,
    pub last_logout: DateTime,
    /// 0 for none.
    pub person_id: i32,
    pub user_type: UserType,
    pub user_name: Option<String>,
    pub waiting_for_approval: bool,
    /// The one role; 0 where the row is damaged.
    pub role_id: i32,
    /// Secondary groups in the order in which they were given.
    pub other_groups: Vec<i32>,
    /// Ids of the licences held.
    pub licenses: BTreeSet<i32>,
    pub credentials: Vec<CredentialRow>,
    pub service_user: Option<ServiceUser>,
    pub extra_fields: StringDictionary,
    pub custom_fields: StringDictionary,
}

/// A user by its id.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<UserRecord>, StoreError> {
    let found = tx.optional(
        "SELECT associate.associate_id, name, rank, tooltip, deleted, group_idx, lastlogin,
             lastlogout, person_id, type, userName, waiting_for_approval, coalesce(role_id, 0),
             ejuserId
         FROM associate
         LEFT JOIN userrolelink ON userrolelink.associate_id = associate.associate_id
         WHERE associate.associate_id = ?1",
        params![id],
        |row| Ok((read(row)?, row.get::<i32>(13)?)),
    )?;
    let Some((mut user, service_user)) = found else {
        return Ok(None);
    };
    user.other_groups = tx.query(
        "SELECT UserGroup_id FROM usergrouplink WHERE assoc_id = ?1 ORDER BY UserGroupLink_id",
        params![id],
        |row| row.get(0),
    )?;
    user.licenses = tx
        .query(
            "SELECT moduleLicenseId FROM licenseassoclink WHERE assocId = ?1",
            params![id],
            |row| row.get(0),
        )?
        .into_iter()
        .collect();
    user.credentials = credentials::of_user(tx, id)?;
    if service_user != 0 {
        user.service_user = service_users::find(tx, service_user)?;
    }
    user.extra_fields = fields(tx, id, "extra")?;
    user.custom_fields = fields(tx, id, "custom")?;
    Ok(Some(user))
}

fn read(row: &Row<'_>) -> Result<UserRecord, StoreError> {
    Ok(UserRecord {
        id: row.get(0)?,
        name: row.get(1)?,
        rank: row.get(2)?,
        tooltip: row.get(3)?,
        deleted: row.get(4)?,
        group_id: row.get(5)?,
        last_login: row.get(6)?,
        last_logout: row.get(7)?,
        person_id: row.get(8)?,
        user_type: type_of_number(row.get(9)?),
        user_name: row.get(10)?,
        waiting_for_approval: row.get(11)?,
        role_id: row.get(12)?,
        ..UserRecord::default()
    })
}

fn fields(tx: &Tx<'_>, id: i32, kind: &str) -> Result<StringDictionary, StoreError> {
    tx.query(
        "SELECT key, value FROM associate_extra_field WHERE associate_id = ?1 AND kind = ?2
         ORDER BY position",
        params![id, kind],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .map(StringDictionary)
}

/// The user whose log-on name this is, else whose user name it is, in any letter case.
pub fn id_of_name(tx: &Tx<'_>, name: &str) -> Result<Option<i32>, StoreError> {
    if name.is_empty() {
        return Ok(None);
    }
    let key = fold(name);
    let found = tx.optional(
        "SELECT associate_id FROM associate WHERE name_key = ?1",
        params![&key],
        |row| row.get(0),
    )?;
    if found.is_some() {
        return Ok(found);
    }
    tx.optional(
        "SELECT associate_id FROM associate WHERE userName_key = ?1
         ORDER BY associate_id LIMIT 1",
        params![&key],
        |row| row.get(0),
    )
}

/// When a user was last changed: the latest moment of all rows that the carrier tells of and that
/// know theirs. `None` when there is no such user.
pub fn last_modified(tx: &Tx<'_>, id: i32) -> Result<Option<DateTime>, StoreError> {
    tx.optional(
        "SELECT max(a.updated, a.lastlogin, a.lastlogout, coalesce(person.updated, ''),
             coalesce(role.updated, ''), coalesce(usergroup.updated, ''),
             coalesce((SELECT max(updated) FROM credentials
                       WHERE associateId = ?1 AND isActive = 1), ''))
         FROM associate a
         LEFT JOIN person ON person.person_id = a.person_id
         LEFT JOIN userrolelink ON userrolelink.associate_id = a.associate_id
         LEFT JOIN role ON role.Role_id = userrolelink.role_id
         LEFT JOIN usergroup ON usergroup.UserGroup_id = a.group_idx
         WHERE a.associate_id = ?1",
        params![id],
        |row| row.get(0),
    )
}

/// Notes that something that belongs to a user has been changed.
pub fn touch(tx: &Tx<'_>, id: i32, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE associate SET updated = ?2, updated_associate_id = ?3,
             updatedCount = updatedCount + 1
         WHERE associate_id = ?1",
        params![id, stamp.at, stamp.by],
    )?;
    Ok(())
}

/// Whether there is such a user.
pub fn exists(tx: &Tx<'_>, id: i32) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM associate WHERE associate_id = ?1)",
        params![id],
        |row| row.get(0),
    )
}

/// Whether another user than this one has the log-on name, in any letter case.
pub fn name_taken(tx: &Tx<'_>, name: &str, except: i32) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM associate WHERE name_key = ?1 AND associate_id <> ?2)",
        params![&fold(name), except],
        |row| row.get(0),
    )
}

/// Whether another user than this one has the user name, in any letter case.
pub fn user_name_taken(tx: &Tx<'_>, name: &str, except: i32) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM associate WHERE userName_key = ?1 AND associate_id <> ?2)",
        params![&fold(name), except],
        |row| row.get(0),
    )
}

/// Whether another user than this one has the Service user.
pub fn service_user_taken(tx: &Tx<'_>, service_user: i32, except: i32) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM associate WHERE ejuserId = ?1 AND associate_id <> ?2)",
        params![service_user, except],
        |row| row.get(0),
    )
}

/// Whether an employee other than this one, who may log in, has a role with this functional right.
pub fn another_has_right(tx: &Tx<'_>, right: &str, except: i32) -> Result<bool, StoreError> {
    tx.one(
        concat!(
            "SELECT EXISTS (
             SELECT 1 FROM functionright
             JOIN functionrightrolelink link ON link.functionRightId = functionright.FunctionRight_id
             JOIN userrolelink ON userrolelink.role_id = link.roleId
             JOIN associate a ON a.associate_id = userrolelink.associate_id
             WHERE functionright.name = ?1 AND a.associate_id <> ?2 AND a.type = ?3 AND ",
            may_log_in!(),
            ")"
        ),
        params![right, except, number_of_type(UserType::InternalAssociate)],
        |row| row.get(0),
    )
}

/// One more than the highest id so far; a hint for names, not a reservation.
pub fn next_id(tx: &Tx<'_>) -> Result<i32, StoreError> {
    tx.one(
        "SELECT coalesce(max(associate_id), 0) + 1 FROM associate",
        params![],
        |row| row.get(0),
    )
}

/// Id, log-on name, name of the role and whether deleted, of all users by name.
pub fn list(tx: &Tx<'_>) -> Result<Vec<(i32, String, String, bool)>, StoreError> {
    tx.query(
        "SELECT associate.associate_id, associate.name, coalesce(role.name, ''), associate.deleted
         FROM associate
         LEFT JOIN userrolelink ON userrolelink.associate_id = associate.associate_id
         LEFT JOIN role ON role.Role_id = userrolelink.role_id
         ORDER BY associate.name_key",
        params![],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )
}

/// Stores a user over what was there before, if anything, and gives its id. Only the rows that
/// differ are written. The last log-in and log-out are not.
pub fn save(
    tx: &Tx<'_>,
    before: Option<&UserRecord>,
    user: &UserRecord,
    stamp: Stamp,
) -> Result<i32, StoreError> {
    let nothing = UserRecord::default();
    let old = before.unwrap_or(&nothing);
    let service_user = match &user.service_user {
        Some(ours) if old.service_user.as_ref() != Some(ours) => service_users::save(tx, ours)?,
        Some(ours) => ours.id,
        None => 0,
    };
    let id = save_row(tx, user, service_user, stamp)?;
    if user.role_id != old.role_id {
        tx.execute(
            "INSERT INTO userrolelink (associate_id, role_id) VALUES (?1, ?2)
             ON CONFLICT (associate_id) DO UPDATE SET role_id = excluded.role_id",
            params![id, user.role_id],
        )?;
    }
    if user.other_groups != old.other_groups {
        tx.execute("DELETE FROM usergrouplink WHERE assoc_id = ?1", params![id])?;
        for group in &user.other_groups {
            tx.execute(
                "INSERT INTO usergrouplink (assoc_id, UserGroup_id) VALUES (?1, ?2)",
                params![id, *group],
            )?;
        }
    }
    for gone in old.licenses.difference(&user.licenses) {
        tx.execute(
            "DELETE FROM licenseassoclink WHERE assocId = ?1 AND moduleLicenseId = ?2",
            params![id, *gone],
        )?;
    }
    for new in user.licenses.difference(&old.licenses) {
        tx.execute(
            "INSERT INTO licenseassoclink
                 (moduleLicenseId, assocId, validFrom, registered, registered_associate_id)
             VALUES (?1, ?2, ?3, ?3, ?4)",
            params![*new, id, stamp.at, stamp.by],
        )?;
    }
    for credential in &user.credentials {
        if old.person_id != user.person_id || !old.credentials.contains(credential) {
            credentials::save(tx, id, user.person_id, credential, stamp)?;
        }
    }
    if user.extra_fields != old.extra_fields {
        save_fields(tx, id, "extra", &user.extra_fields)?;
    }
    if user.custom_fields != old.custom_fields {
        save_fields(tx, id, "custom", &user.custom_fields)?;
    }
    Ok(id)
}

fn save_row(
    tx: &Tx<'_>,
    user: &UserRecord,
    service_user: i32,
    stamp: Stamp,
) -> Result<i32, StoreError> {
    let name_key = fold(&user.name);
    let user_name_key = fold(user.user_name.as_deref().unwrap_or_default());
    let values = params![
        user.id,
        &user.name,
        user.rank,
        user.tooltip.as_deref(),
        user.deleted,
        user.group_id,
        user.person_id,
        number_of_type(user.user_type),
        user.user_name.as_deref(),
        service_user,
        user.waiting_for_approval,
        stamp.at,
        stamp.by,
        &name_key,
        &user_name_key,
    ];
    if user.id != 0 {
        tx.execute(
            "UPDATE associate SET name = ?2, rank = ?3, tooltip = ?4, deleted = ?5,
                 group_idx = ?6, person_id = ?7, type = ?8, userName = ?9, ejuserId = ?10,
                 waiting_for_approval = ?11, updated = ?12, updated_associate_id = ?13,
                 name_key = ?14, userName_key = ?15, updatedCount = updatedCount + 1
             WHERE associate_id = ?1",
            values,
        )?;
        return Ok(user.id);
    }
    tx.one(
        "INSERT INTO associate (associate_id, name, rank, tooltip, deleted, group_idx, person_id,
             type, userName, ejuserId, waiting_for_approval, registered, registered_associate_id,
             updated, updated_associate_id, name_key, userName_key)
         VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?12, ?13,
             ?14, ?15)
         RETURNING associate_id",
        values,
        |row| row.get(0),
    )
}

fn save_fields(
    tx: &Tx<'_>,
    id: i32,
    kind: &str,
    fields: &StringDictionary,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM associate_extra_field WHERE associate_id = ?1 AND kind = ?2",
        params![id, kind],
    )?;
    for (position, (key, value)) in (0_i64..).zip(&fields.0) {
        tx.execute(
            "INSERT INTO associate_extra_field (associate_id, kind, key, value, position)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id, kind, key, value.as_deref(), position],
        )?;
    }
    Ok(())
}

/// Removes a user, its Service user and all that only describes it; the person stays, and a row
/// of `associatehistory` remembers who it was.
pub fn delete(tx: &Tx<'_>, user: &UserRecord, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO associatehistory (associateId, groupId, personId, type, name, firstname,
             middleName, lastname, contactId, ejUserId, originalRegistered,
             registered, registered_associate_id)
         SELECT associate.associate_id, group_idx, associate.person_id, type, name, firstname,
             middleName, lastname, coalesce(contact_id, 0), ejuserId,
             associate.registered, ?2, ?3
         FROM associate LEFT JOIN person ON person.person_id = associate.person_id
         WHERE associate.associate_id = ?1",
        params![user.id, stamp.at, stamp.by],
    )?;
    external_tokens::delete_of_user(tx, user.id)?;
    tx.execute(
        "DELETE FROM associate WHERE associate_id = ?1",
        params![user.id],
    )?;
    if let Some(service_user) = &user.service_user {
        service_users::delete(tx, service_user.id)?;
    }
    Ok(())
}

/// The number that `associate.type` has for a kind of user.
pub fn number_of_type(user_type: UserType) -> i32 {
    match user_type {
        UserType::Unknown | UserType::InternalAssociate => 0,
        UserType::ResourceAssociate => 1,
        UserType::ExternalAssociate => 4,
        UserType::AnonymousAssociate => 7,
        UserType::SystemAssociate => 13,
    }
}

/// The kind of user behind a number of `associate.type`.
pub fn type_of_number(number: i32) -> UserType {
    match number {
        0 => UserType::InternalAssociate,
        1 => UserType::ResourceAssociate,
        4 => UserType::ExternalAssociate,
        7 => UserType::AnonymousAssociate,
        13 => UserType::SystemAssociate,
        _ => UserType::Unknown,
    }
}
