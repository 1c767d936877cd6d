//! Roles.

use super::{Row, StoreError, Tx, params};
use crate::contract::role::RoleType;

/// A row of `role`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRow {
    pub id: i32,
    pub name: String,
    pub rank: i16,
    pub tooltip: Option<String>,
    pub deleted: bool,
    pub role_type: RoleType,
}

/// A role by its id.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<RoleRow>, StoreError> {
    tx.optional(
        "SELECT Role_id, name, rank, tooltip, deleted, roleType FROM role WHERE Role_id = ?1",
        params![id],
        read,
    )
}

/// A role that is not deleted by its name, in any letter case.
pub fn find_by_name(tx: &Tx<'_>, name: &str) -> Result<Option<RoleRow>, StoreError> {
    tx.optional(
        "SELECT Role_id, name, rank, tooltip, deleted, roleType FROM role
         WHERE lower(name) = lower(?1) AND deleted = 0",
        params![name],
        read,
    )
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
/// one with the highest rank, or any where all have such rights.
pub fn default_of_type(tx: &Tx<'_>, role_type: RoleType) -> Result<Option<RoleRow>, StoreError> {
    tx.optional(
        "SELECT Role_id, name, rank, tooltip, deleted, roleType FROM role
         WHERE roleType = ?1 AND deleted = 0
         ORDER BY EXISTS (
                 SELECT 1 FROM functionrightrolelink link
                 JOIN functionright ON functionright.FunctionRight_id = link.functionRightId
                 WHERE link.roleId = role.Role_id AND functionright.name LIKE 'admin-%'),
             rank DESC, Role_id DESC
         LIMIT 1",
        params![role_type as i32],
        read,
    )
}

/// Whether a role has a functional right, by its code name.
pub fn has_right(tx: &Tx<'_>, role_id: i32, right: &str) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM functionright
             JOIN functionrightrolelink link ON link.functionRightId = functionright.FunctionRight_id
             WHERE functionright.name = ?2 AND link.roleId = ?1)",
        params![role_id, right],
        |row| row.get(0),
    )
}

fn read(row: &Row<'_>) -> Result<RoleRow, StoreError> {
    Ok(RoleRow {
        id: row.get(0)?,
        name: row.get(1)?,
        rank: row.get(2)?,
        tooltip: row.get(3)?,
        deleted: row.get(4)?,
        role_type: RoleType::from_number(row.get(5)?).unwrap_or_default(),
    })
}
