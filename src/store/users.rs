//! Users: a row of `associate` and all that only describes the user.

use super::callers::may_log_in;
use super::credentials::CredentialRow;
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

/// A user by its id, in two statements: its row, and the rows of which there may be several.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<UserRecord>, StoreError> {
    let found = tx.optional(
        "SELECT associate.associate_id, name, rank, tooltip, deleted, group_idx, lastlogin,
             lastlogout, person_id, type, associate.userName, waiting_for_approval,
             coalesce(role_id, 0), ejuser.id, loginname, ejuser.username, signature
         FROM associate
         LEFT JOIN userrolelink ON userrolelink.associate_id = associate.associate_id
         LEFT JOIN ejuser ON ejuser.id = associate.ejuserId AND associate.ejuserId <> 0
         WHERE associate.associate_id = ?1",
        params![id],
        read,
    )?;
    let Some(mut user) = found else {
        return Ok(None);
    };
    let service_user = user.service_user.as_ref().map_or(0, |service| service.id);
    // The second column is what puts the rows of a kind in order.
    let mut parts = tx.query(
        "SELECT 4, Credentials_id, 0, credentialType, searchName, secret, displayName
         FROM credentials WHERE associateId = ?1 AND isActive = 1 AND credentialType <> 'Ticket'
         UNION ALL
         SELECT 1, UserGroupLink_id, UserGroup_id, NULL, NULL, NULL, NULL
         FROM usergrouplink WHERE assoc_id = ?1
         UNION ALL
         SELECT 2, moduleLicenseId, moduleLicenseId, NULL, NULL, NULL, NULL
         FROM licenseassoclink WHERE assocId = ?1
         UNION ALL
         SELECT 3, weight * 4294967296 + id, category_id, NULL, NULL, NULL, NULL
         FROM category_membership WHERE user_id = ?2
         UNION ALL
         SELECT CASE kind WHEN 'extra' THEN 5 ELSE 6 END, position, 0, key, value, NULL, NULL
         FROM associate_extra_field WHERE associate_id = ?1",
        params![id, service_user],
        |row| Ok(((row.get(0)?, row.get(1)?), Part::read(row)?)),
    )?;
    parts.sort_by_key(|(place, _): &((i32, i64), Part)| *place);
    for (_, part) in parts {
        part.add_to(&mut user);
    }
    Ok(Some(user))
}

/// A row of which a user may have several.
enum Part {
    Group(i32),
    License(i32),
    Category(i32),
    Credential(CredentialRow),
    ExtraField(String, Option<String>),
    CustomField(String, Option<String>),
}

impl Part {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(match row.get::<i32>(0)? {
            1 => Self::Group(row.get(2)?),
            2 => Self::License(row.get(2)?),
            3 => Self::Category(row.get(2)?),
            4 => Self::Credential(CredentialRow {
                credential_type: row.get(3)?,
                search_name: row.get(4)?,
                secret: row.get::<Option<String>>(5)?.unwrap_or_default(),
                display_name: row.get(6)?,
            }),
            5 => Self::ExtraField(row.get(3)?, row.get(4)?),
            _ => Self::CustomField(row.get(3)?, row.get(4)?),
        })
    }

    fn add_to(self, user: &mut UserRecord) {
        match self {
            Self::Group(id) => user.other_groups.push(id),
            Self::License(id) => {
                user.licenses.insert(id);
            }
            Self::Category(id) => {
                let service_user = user.service_user.iter_mut();
                service_user.for_each(|service| service.categories.push(id));
            }
            Self::Credential(row) => user.credentials.push(row),
            Self::ExtraField(key, value) => user.extra_fields.0.push((key, value)),
            Self::CustomField(key, value) => user.custom_fields.0.push((key, value)),
        }
    }
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
        service_user: match row.get::<Option<i32>>(13)? {
            Some(id) => Some(ServiceUser {
                id,
                login_name: row.get(14)?,
                nick_name: row.get(15)?,
                signature: row.get(16)?,
                categories: Vec::new(),
            }),
            None => None,
        },
        ..UserRecord::default()
    })
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
        "SELECT a.updated, a.lastlogin, a.lastlogout, person.updated, role.updated,
             usergroup.updated,
             (SELECT max(updated) FROM credentials WHERE associateId = ?1 AND isActive = 1)
         FROM associate a
         LEFT JOIN person ON person.person_id = a.person_id
         LEFT JOIN userrolelink ON userrolelink.associate_id = a.associate_id
         LEFT JOIN role ON role.Role_id = userrolelink.role_id
         LEFT JOIN usergroup ON usergroup.UserGroup_id = a.group_idx
         WHERE a.associate_id = ?1",
        params![id],
        |row| {
            let mut latest = DateTime::default();
            for column in 0..7 {
                let moment: Option<DateTime> = row.get(column)?;
                latest = latest.max(moment.unwrap_or_default());
            }
            Ok(latest)
        },
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
