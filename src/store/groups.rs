//! User groups.

use super::lists::List;
use super::{Row, Stamp, StoreError, Tx, params};
use crate::contract::user::UserGroup;
use std::collections::HashMap;
use std::sync::Arc;

/// All groups by rank, then name.
pub(super) struct Groups {
    rows: Vec<UserGroup>,
    /// Where they are, by id.
    places: HashMap<i32, usize>,
}

impl List for Groups {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let rows = tx.query(
            "SELECT UserGroup_id, name, rank, tooltip, deleted FROM usergroup
             ORDER BY rank, name, UserGroup_id",
            params![],
            read,
        )?;
        let places = rows.iter().enumerate();
        let places = places.map(|(place, group)| (group.id, place)).collect();
        Ok(Self { rows, places })
    }
}

impl Groups {
    pub fn get(&self, id: i32) -> Option<&UserGroup> {
        self.rows.get(*self.places.get(&id)?)
    }
}

/// All groups, from memory.
pub(super) fn in_memory(tx: &Tx<'_>) -> Result<Arc<Groups>, StoreError> {
    tx.list()
}

/// A group by its id.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<UserGroup>, StoreError> {
    Ok(in_memory(tx)?.get(id).cloned())
}

/// A group by its name, in any letter case.
pub fn find_by_name(tx: &Tx<'_>, name: &str) -> Result<Option<UserGroup>, StoreError> {
    let groups = tx.list::<Groups>()?;
    let same = |group: &&UserGroup| {
        let own = group.value.as_deref().unwrap_or_default();
        own.eq_ignore_ascii_case(name)
    };
    Ok(groups.rows.iter().find(same).cloned())
}

/// All groups by rank, then name; deleted ones only when asked for.
pub fn all(tx: &Tx<'_>, deleted_too: bool) -> Result<Vec<UserGroup>, StoreError> {
    let groups = tx.list::<Groups>()?;
    let wanted = groups.rows.iter().filter(|it| deleted_too || !it.deleted);
    Ok(wanted.cloned().collect())
}

/// The group that new employees get: the first that is not deleted.
pub fn default_id(tx: &Tx<'_>) -> Result<Option<i32>, StoreError> {
    let groups = tx.list::<Groups>()?;
    let mut rows = groups.rows.iter();
    Ok(rows.find(|group| !group.deleted).map(|group| group.id))
}

/// The groups with these ids, in their order; unknown ids are left out.
pub fn list(tx: &Tx<'_>, ids: &[i32]) -> Result<Vec<UserGroup>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let groups = tx.list::<Groups>()?;
    let found = ids.iter().filter_map(|id| groups.get(*id));
    Ok(found.cloned().collect())
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
        group.value.as_deref(),
        group.rank,
        group.tooltip.as_deref(),
        group.deleted,
        stamp.at,
        stamp.by,
        group.id,
    ];
    if group.id != 0 {
        tx.execute(
            "UPDATE usergroup SET name = ?1, rank = ?2, tooltip = ?3, deleted = ?4, updated = ?5,
                 updated_associate_id = ?6, updatedCount = updatedCount + 1
             WHERE UserGroup_id = ?7",
            values,
        )?;
        return Ok(group.id);
    }
    tx.one(
        "INSERT INTO usergroup (name, rank, tooltip, deleted, registered,
             registered_associate_id, updated, updated_associate_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?6)
         RETURNING UserGroup_id",
        &values[..6],
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
