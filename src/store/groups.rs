//! User groups.

use super::{Row, StoreError, Tx, params};
use crate::contract::user::UserGroup;

/// A group by its id.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<UserGroup>, StoreError> {
    tx.optional(
        "SELECT UserGroup_id, name, rank, tooltip, deleted FROM usergroup WHERE UserGroup_id = ?1",
        params![id],
        read,
    )
}

/// A group by its name, in any letter case.
pub fn find_by_name(tx: &Tx<'_>, name: &str) -> Result<Option<UserGroup>, StoreError> {
    tx.optional(
        "SELECT UserGroup_id, name, rank, tooltip, deleted FROM usergroup
         WHERE lower(name) = lower(?1)",
        params![name],
        read,
    )
}

/// All groups by rank, then name; deleted ones only when asked for.
pub fn all(tx: &Tx<'_>, deleted_too: bool) -> Result<Vec<UserGroup>, StoreError> {
    tx.query(
        "SELECT UserGroup_id, name, rank, tooltip, deleted FROM usergroup
         WHERE deleted = 0 OR ?1 = 1 ORDER BY rank, name, UserGroup_id",
        params![deleted_too],
        read,
    )
}

/// The group that new employees get: the first that is not deleted.
pub fn default_id(tx: &Tx<'_>) -> Result<Option<i32>, StoreError> {
    tx.optional(
        "SELECT UserGroup_id FROM usergroup WHERE deleted = 0
         ORDER BY rank, name, UserGroup_id LIMIT 1",
        params![],
        |row| row.get(0),
    )
}

fn read(row: &Row<'_>) -> Result<UserGroup, StoreError> {
    Ok(UserGroup {
        id: row.get(0)?,
        value: row.get(1)?,
        rank: row.get(2)?,
        tooltip: row.get(3)?,
        deleted: row.get(4)?,
        ..UserGroup::default()
    })
}
