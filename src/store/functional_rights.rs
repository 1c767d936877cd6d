//! Functional rights, and which roles have them.

use super::roles::{self, RoleRow};
use super::{Row, StoreError, Tx, params};
use crate::contract::role::RoleType;
use std::collections::BTreeSet;

/// A row of `functionright`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RightRow {
    pub id: i32,
    /// Code name, such as `admin-all`.
    pub name: String,
    pub display_name: String,
    pub description: Option<String>,
}

/// The rights that roles of a type can be given, by id: those for the type whose licence is there.
pub fn for_type(tx: &Tx<'_>, role_type: RoleType) -> Result<Vec<RightRow>, StoreError> {
    tx.query(
        "SELECT FunctionRight_id, name, displayName, description FROM functionright
         WHERE (roleTypes & ?1) <> 0
           AND (coalesce(requiredModule, '') = '' OR EXISTS (
                 SELECT 1 FROM modulelicense
                 WHERE moduleName = requiredModule AND (unrestricted <> 0 OR licenseNumber > 0)))
         ORDER BY FunctionRight_id",
        params![1 << (role_type as i32)],
        read,
    )
}

/// The rights that a role has, by id.
pub fn of_role(tx: &Tx<'_>, role_id: i32) -> Result<Vec<RightRow>, StoreError> {
    tx.query(
        "SELECT FunctionRight_id, name, displayName, description
         FROM functionrightrolelink link
         JOIN functionright ON FunctionRight_id = link.functionRightId
         WHERE link.roleId = ?1 ORDER BY FunctionRight_id",
        params![role_id],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<RightRow, StoreError> {
    Ok(RightRow {
        id: row.get(0)?,
        name: row.get(1)?,
        display_name: row.get(2)?,
        description: row.get(3)?,
    })
}

/// Takes some rights from a role and gives it others.
pub fn change<'a>(
    tx: &Tx<'_>,
    role_id: i32,
    taken: impl Iterator<Item = &'a i32>,
    given: impl Iterator<Item = &'a i32>,
) -> Result<(), StoreError> {
    for right in taken {
        tx.execute(
            "DELETE FROM functionrightrolelink WHERE roleId = ?1 AND functionRightId = ?2",
            params![role_id, *right],
        )?;
    }
    for right in given {
        tx.execute(
            "INSERT INTO functionrightrolelink (roleId, functionRightId) VALUES (?1, ?2)",
            params![role_id, *right],
        )?;
    }
    Ok(())
}

/// Code names of the rights that a role has.
pub fn names_of_role(tx: &Tx<'_>, role_id: i32) -> Result<BTreeSet<String>, StoreError> {
    let rights = of_role(tx, role_id)?;
    Ok(rights.into_iter().map(|right| right.name).collect())
}

/// The roles in use that have a right, by rank, then name.
pub fn roles_with(tx: &Tx<'_>, right: &str) -> Result<Vec<RoleRow>, StoreError> {
    tx.query(
        "SELECT Role_id, role.name, rank, tooltip, deleted, roleType
         FROM functionright
         JOIN functionrightrolelink link ON link.functionRightId = FunctionRight_id
         JOIN role ON Role_id = link.roleId
         WHERE functionright.name = ?1 AND deleted = 0 ORDER BY rank, role.name, Role_id",
        params![right],
        roles::read,
    )
}

/// Ids of the roles in use that have at least one of some rights, or, the other way round, that
/// have none of them; by rank, then name.
pub fn roles_having_any(
    tx: &Tx<'_>,
    rights: &[String],
    wanted: bool,
) -> Result<Vec<i32>, StoreError> {
    // In brackets, since a text among values is taken out of them in another way by each engine.
    let names: Vec<_> = rights.iter().map(|right| [right]).collect();
    let names = serde_json::json!(names).to_string();
    tx.query(
        "SELECT Role_id FROM role
         WHERE deleted = 0 AND ?2 = EXISTS (
             SELECT 1 FROM functionrightrolelink link
             JOIN functionright ON FunctionRight_id = link.functionRightId
             WHERE link.roleId = Role_id
               AND functionright.name IN (SELECT value ->> 0 FROM json_each(?1)))
         ORDER BY rank, name, Role_id",
        params![&names, wanted],
        |row| row.get(0),
    )
}
