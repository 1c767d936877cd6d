//! User groups.

use super::{Row, Stamp, StoreError, Tx, params};
use crate::contract::user::UserGroup;
use std::collections::HashMap;

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

/// The groups with these ids, in their order; unknown ids are left out.
pub fn list(tx: &Tx<'_>, ids: &[i32]) -> Result<Vec<UserGroup>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // Numbers in brackets are JSON as they are.
    let found = tx.query(
        "SELECT UserGroup_id, name, rank, tooltip, deleted FROM usergroup
         WHERE UserGroup_id IN (SELECT value FROM json_each(?1))",
        params![&format!("{ids:?}")],
        read,
    )?;
    let found: HashMap<i32, UserGroup> = found.into_iter().map(|group| (group.id, group)).collect();
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

/// The highest rank that any group has; 0 when there is none.
pub fn highest_rank(tx: &Tx<'_>) -> Result<i16, StoreError> {
    tx.one(
        "SELECT coalesce(max(rank), 0) FROM usergroup",
        params![],
        |row| row.get(0),
    )
}

/// Stores a group, a new one when its id is 0, and gives its id.
pub fn save(tx: &Tx<'_>, group: &UserGroup, stamp: Stamp) -> Result<i32, StoreError> {
    let values = params![
        group.id,
        group.value.as_deref(),
        group.rank,
        group.tooltip.as_deref(),
        group.deleted,
        stamp.at,
        stamp.by,
    ];
    if group.id != 0 {
        tx.execute(
            "UPDATE usergroup SET name = ?2, rank = ?3, tooltip = ?4, deleted = ?5, updated = ?6,
                 updated_associate_id = ?7, updatedCount = updatedCount + 1
             WHERE UserGroup_id = ?1",
            values,
        )?;
        return Ok(group.id);
    }
    tx.one(
        "INSERT INTO usergroup (UserGroup_id, name, rank, tooltip, deleted, registered,
             registered_associate_id, updated, updated_associate_id)
         VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?7)
         RETURNING UserGroup_id",
        values,
        |row| row.get(0),
    )
}

/// Makes the members of a group members of another, primary ones primary and others others. Who
/// would be in it twice is in it once.
pub fn move_members(tx: &Tx<'_>, from: i32, to: i32, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM usergrouplink WHERE UserGroup_id = ?2
             AND assoc_id IN (SELECT associate_id FROM associate WHERE group_idx = ?1)",
        params![from, to],
    )?;
    tx.execute(
        "DELETE FROM usergrouplink WHERE UserGroup_id = ?1
             AND (assoc_id IN (SELECT assoc_id FROM usergrouplink WHERE UserGroup_id = ?2)
                 OR EXISTS (SELECT 1 FROM associate
                     WHERE associate_id = assoc_id AND group_idx IN (?1, ?2)))",
        params![from, to],
    )?;
    tx.execute(
        "UPDATE usergrouplink SET UserGroup_id = ?2 WHERE UserGroup_id = ?1",
        params![from, to],
    )?;
    tx.execute(
        "UPDATE associate SET group_idx = ?2, updated = ?3, updated_associate_id = ?4,
             updatedCount = updatedCount + 1
         WHERE group_idx = ?1",
        params![from, to, stamp.at, stamp.by],
    )?;
    Ok(())
}

/// Hides a group from lists.
pub fn mark_deleted(tx: &Tx<'_>, id: i32, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE usergroup SET deleted = 1, updated = ?2, updated_associate_id = ?3,
             updatedCount = updatedCount + 1
         WHERE UserGroup_id = ?1",
        params![id, stamp.at, stamp.by],
    )?;
    Ok(())
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
