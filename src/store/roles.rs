//! Roles.

use super::lists::List;
use super::{Row, Stamp, StoreError, Tx, params};
use crate::contract::role::RoleType;
use crate::model::DateTime;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A row of `role` as lists need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleRow {
    /// 0 while it has not been stored.
    pub id: i32,
    pub name: String,
    pub rank: i16,
    pub tooltip: Option<String>,
    pub deleted: bool,
    pub role_type: RoleType,
}

/// A whole row of `role`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleRecord {
    pub row: RoleRow,
    pub use_categories: bool,
    pub created: DateTime,
    /// The user; 0 for the installation itself.
    pub created_by: i32,
    pub updated: DateTime,
    /// The user; 0 for the installation itself.
    pub updated_by: i32,
}

/// All roles by id.
pub(super) struct Roles {
    rows: BTreeMap<i32, RoleRow>,
    /// Those in use, with those first that new users of their type get.
    by_preference: Vec<RoleRow>,
}

impl List for Roles {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let rows = tx.query(
            "SELECT Role_id, name, rank, tooltip, deleted, roleType FROM role",
            params![],
            read,
        )?;
        let rights = tx.list::<Rights>()?;
        let mut by_preference: Vec<_> = rows.iter().filter(|role| !role.deleted).cloned().collect();
        by_preference
            .sort_by_key(|role| (rights.administers(role.id), Reverse(role.rank), role.id));
        let rows = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(Self {
            rows,
            by_preference,
        })
    }
}

impl Roles {
    pub fn get(&self, id: i32) -> Option<&RoleRow> {
        self.rows.get(&id)
    }
}

/// All roles, from memory.
pub(super) fn in_memory(tx: &Tx<'_>) -> Result<Arc<Roles>, StoreError> {
    tx.list()
}

/// Code names of functional rights by role.
struct Rights(BTreeMap<i32, BTreeSet<String>>);

impl List for Rights {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let rows: Vec<(i32, String)> = tx.query(
            "SELECT link.roleId, functionright.name FROM functionright
             JOIN functionrightrolelink link ON link.functionRightId = functionright.FunctionRight_id",
            params![],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let mut rights: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (role, right) in rows {
            rights.entry(role).or_default().insert(right);
        }
        Ok(Self(rights))
    }
}

impl Rights {
    fn administers(&self, role: i32) -> bool {
        let mut rights = self.0.get(&role).into_iter().flatten();
        rights.any(|right| right.starts_with("admin-"))
    }
}

/// A role by its id.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<RoleRow>, StoreError> {
    Ok(in_memory(tx)?.get(id).cloned())
}

/// A role that is not deleted by its name, in any letter case.
pub fn find_by_name(tx: &Tx<'_>, name: &str) -> Result<Option<RoleRow>, StoreError> {
    let roles = tx.list::<Roles>()?;
    let mut roles = roles.rows.values().filter(|role| !role.deleted);
    Ok(roles
        .find(|role| role.name.eq_ignore_ascii_case(name))
        .cloned())
}

/// The roles of a type that are not deleted, by rank, then name.
pub fn of_type(tx: &Tx<'_>, role_type: RoleType) -> Result<Vec<RoleRow>, StoreError> {
    tx.query(
        "SELECT Role_id, name, rank, tooltip, deleted, roleType FROM role
         WHERE roleType = ?1 AND deleted = 0 ORDER BY rank, name, Role_id",
        params![role_type as i32],
        read,
    )
}

/// The role that new users of a type get: of those without a right to administer anything the
/// one with the highest rank, the oldest among equals, or any where all have such rights.
pub fn default_of_type(tx: &Tx<'_>, role_type: RoleType) -> Result<Option<RoleRow>, StoreError> {
    let roles = tx.list::<Roles>()?;
    let mut best_first = roles.by_preference.iter();
    Ok(best_first.find(|role| role.role_type == role_type).cloned())
}

/// Whether a role has a functional right, by its code name.
pub fn has_right(tx: &Tx<'_>, role_id: i32, right: &str) -> Result<bool, StoreError> {
    let rights = tx.list::<Rights>()?;
    Ok(rights
        .0
        .get(&role_id)
        .is_some_and(|own| own.contains(right)))
}

/// The whole of a role by its id.
pub fn find_record(tx: &Tx<'_>, id: i32) -> Result<Option<RoleRecord>, StoreError> {
    tx.optional(
        "SELECT Role_id, name, rank, tooltip, deleted, roleType, use_categories, registered,
             registered_associate_id, updated, updated_associate_id
         FROM role WHERE Role_id = ?1",
        params![id],
        |row| {
            Ok(RoleRecord {
                row: read(row)?,
                use_categories: row.get(6)?,
                created: row.get(7)?,
                created_by: row.get(8)?,
                updated: row.get(9)?,
                updated_by: row.get(10)?,
            })
        },
    )
}

/// Stores a role and gives its id. The type of one that is there stays what it is.
pub fn save(tx: &Tx<'_>, role: &RoleRecord, stamp: Stamp) -> Result<i32, StoreError> {
    let values = params![
        &role.row.name,
        role.row.rank,
        role.row.tooltip.as_deref(),
        role.row.deleted,
        role.use_categories,
        stamp.at,
        stamp.by,
        role.row.role_type as i32,
        role.row.id,
    ];
    if role.row.id == 0 {
        return tx.one(
            "INSERT INTO role (name, rank, tooltip, deleted, use_categories, registered,
                 registered_associate_id, updated, updated_associate_id, roleType)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?7, ?8)
             RETURNING Role_id",
            &values[..8],
            |row| row.get(0),
        );
    }
    tx.execute(
        "UPDATE role SET name = ?1, rank = ?2, tooltip = ?3, deleted = ?4, use_categories = ?5,
             updated = ?6, updated_associate_id = ?7, updatedCount = updatedCount + 1
         WHERE Role_id = ?9 AND roleType = ?8",
        values,
    )?;
    Ok(role.row.id)
}

/// Notes that the rights of a role were changed.
pub fn touch(tx: &Tx<'_>, id: i32, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE role SET updated = ?2, updated_associate_id = ?3, updatedCount = updatedCount + 1
         WHERE Role_id = ?1",
        params![id, stamp.at, stamp.by],
    )?;
    Ok(())
}

/// Marks a role as deleted and gives its users another one.
pub fn replace(tx: &Tx<'_>, id: i32, by: i32, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE userrolelink SET role_id = ?2 WHERE role_id = ?1",
        params![id, by],
    )?;
    tx.execute(
        "UPDATE role SET deleted = 1, updated = ?2, updated_associate_id = ?3,
             updatedCount = updatedCount + 1
         WHERE Role_id = ?1",
        params![id, stamp.at, stamp.by],
    )?;
    Ok(())
}

/// Whether another role of this type than this one is in use.
pub fn another_of_type(tx: &Tx<'_>, role_type: RoleType, except: i32) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM role WHERE roleType = ?1 AND deleted = 0 AND Role_id <> ?2)",
        params![role_type as i32, except],
        |row| row.get(0),
    )
}

/// The role of a user; 0 where there is none.
pub fn of_user(tx: &Tx<'_>, associate_id: i32) -> Result<i32, StoreError> {
    let found = tx.optional(
        "SELECT role_id FROM userrolelink WHERE associate_id = ?1",
        params![associate_id],
        |row| row.get(0),
    )?;
    Ok(found.unwrap_or_default())
}

/// The highest rank of all roles in use; 0 when there is none.
pub fn highest_rank(tx: &Tx<'_>) -> Result<i16, StoreError> {
    tx.one(
        "SELECT coalesce(max(rank), 0) FROM role WHERE deleted = 0",
        params![],
        |row| row.get(0),
    )
}

/// A row of the columns that all queries here begin with.
pub(super) fn read(row: &Row<'_>) -> Result<RoleRow, StoreError> {
    Ok(RoleRow {
        id: row.get(0)?,
        name: row.get(1)?,
        rank: row.get(2)?,
        tooltip: row.get(3)?,
        deleted: row.get(4)?,
        role_type: RoleType::from_number(row.get(5)?).unwrap_or_default(),
    })
}
