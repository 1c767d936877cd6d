//! Summaries of users.

use super::callers::may_log_in;
use super::users::type_of_number;
use super::{Row, StoreError, Tx, params};
use crate::contract::user::UserInfo;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The summaries of those of these users that exist, by key: two statements, however many they
/// are.
pub fn find(tx: &Tx<'_>, ids: &[i32]) -> Result<BTreeMap<i32, UserInfo>, StoreError> {
    // One parameter for all keys, since the number of parameters is limited.
    let keys = array(ids);
    let rows = tx.query(
        concat!(
            "SELECT a.associate_id, a.deleted, a.name, a.person_id, a.rank, a.tooltip, a.group_idx,
                    a.ejuserId, a.type, coalesce(r.name, ''), coalesce(r.tooltip, ''),
                    coalesce(g.name, ''), coalesce(g.tooltip, ''), r.Role_id IS NOT NULL AND ",
            may_log_in!(),
            " FROM associate a
             LEFT JOIN userrolelink l ON l.associate_id = a.associate_id
             LEFT JOIN role r ON r.Role_id = l.role_id
             LEFT JOIN usergroup g ON g.UserGroup_id = a.group_idx
             WHERE a.associate_id IN (SELECT value FROM json_each(?1))"
        ),
        params![&keys],
        read,
    )?;
    let mut found: BTreeMap<_, _> = rows
        .into_iter()
        .map(|info| (info.user_info_id, info))
        .collect();
    let licenses: Vec<(i32, String)> = tx.query(
        "SELECT held.assocId, module.moduleName FROM licenseassoclink held
         JOIN modulelicense module ON module.ModuleLicense_id = held.moduleLicenseId
         WHERE held.assocId IN (SELECT value FROM json_each(?1)) AND held.licenseNumber <> 0
         ORDER BY module.ModuleOwner_id, module.sortOrder, module.ModuleLicense_id",
        params![&keys],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    for (id, license) in licenses {
        if let Some(info) = found.get_mut(&id) {
            info.granted_licenses.get_or_insert_default().push(license);
        }
    }
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<UserInfo, StoreError> {
    Ok(UserInfo {
        user_info_id: row.get(0)?,
        deleted: row.get(1)?,
        user_name: row.get(2)?,
        person_id: row.get(3)?,
        rank: row.get(4)?,
        tooltip: row.get(5)?,
        user_group_id: row.get(6)?,
        ej_user_id: row.get(7)?,
        user_type: type_of_number(row.get(8)?),
        role_name: row.get(9)?,
        role_tooltip: row.get(10)?,
        user_group_name: row.get(11)?,
        user_group_tooltip: row.get(12)?,
        can_logon: row.get(13)?,
        granted_licenses: Some(Vec::new()),
        ..UserInfo::default()
    })
}

/// Numbers as an array of JSON.
fn array(ids: &[i32]) -> String {
    let mut text = String::with_capacity(ids.len() * 8 + 2);
    text.push('[');
    for (index, id) in ids.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{id}");
    }
    text.push(']');
    text
}
