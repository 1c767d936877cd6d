//! Summaries of users.

use super::callers::log_in_bit_of;
use super::users::type_of_number;
use super::{Row, StoreError, Tx, groups, licenses, params, roles};
use crate::contract::user::UserInfo;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// The summaries of those of these users that exist, by key: two statements, however many they
/// are. Roles, groups and licences come from memory.
pub fn find(tx: &Tx<'_>, ids: &[i32]) -> Result<BTreeMap<i32, UserInfo>, StoreError> {
    // One parameter for all keys, since the number of parameters is limited.
    let keys = array(ids);
    let rows = tx.query(
        "SELECT a.associate_id, a.deleted, a.name, a.person_id, a.rank, a.tooltip, a.group_idx,
             a.ejuserId, a.type, a.waiting_for_approval, coalesce(l.role_id, 0)
         FROM associate a
         LEFT JOIN userrolelink l ON l.associate_id = a.associate_id
         WHERE a.associate_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
        params![&keys],
        read,
    )?;
    let links: Vec<(i32, i32)> = tx.query(
        "SELECT assocId, moduleLicenseId FROM licenseassoclink
         WHERE assocId IN (SELECT CAST(value AS INTEGER) FROM json_each(?1)) AND licenseNumber <> 0",
        params![&keys],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut held: HashMap<i32, Vec<i32>> = HashMap::new();
    for (user, license) in links {
        held.entry(user).or_default().push(license);
    }
    let (roles, groups) = (roles::in_memory(tx)?, groups::in_memory(tx)?);
    let modules = licenses::in_memory(tx)?;
    let told = rows.into_iter().map(|row| {
        let held = held.remove(&row.info.user_info_id).unwrap_or_default();
        let role = roles.get(row.role_id);
        let group = groups.get(row.info.user_group_id);
        let is_licensed = modules
            .needed_to_log_in(row.log_in_bit)
            .all(|module| held.contains(&module.id));
        let granted = modules.all().filter(|module| held.contains(&module.id));
        let text = |text: Option<&String>| Some(text.cloned().unwrap_or_default());
        let info = UserInfo {
            role_name: text(role.map(|role| &role.name)),
            role_tooltip: text(role.and_then(|role| role.tooltip.as_ref())),
            user_group_name: text(group.and_then(|group| group.value.as_ref())),
            user_group_tooltip: text(group.and_then(|group| group.tooltip.as_ref())),
            can_logon: role.is_some() && !row.info.deleted && !row.is_waiting && is_licensed,
            granted_licenses: Some(granted.map(|module| module.name.clone()).collect()),
            ..row.info
        };
        (info.user_info_id, info)
    });
    Ok(told.collect())
}

/// A row, before what comes from memory.
struct InfoRow {
    info: UserInfo,
    is_waiting: bool,
    role_id: i32,
    log_in_bit: i32,
}

fn read(row: &Row<'_>) -> Result<InfoRow, StoreError> {
    let number = row.get(8)?;
    let info = UserInfo {
        user_info_id: row.get(0)?,
        deleted: row.get(1)?,
        user_name: row.get(2)?,
        person_id: row.get(3)?,
        rank: row.get(4)?,
        tooltip: row.get(5)?,
        user_group_id: row.get(6)?,
        ej_user_id: row.get(7)?,
        user_type: type_of_number(number),
        ..UserInfo::default()
    };
    Ok(InfoRow {
        info,
        is_waiting: row.get(9)?,
        role_id: row.get(10)?,
        log_in_bit: log_in_bit_of(number),
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
