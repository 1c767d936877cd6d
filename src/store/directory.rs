//! The small directory of people and groups that stands in for Active Directory and its like.

use super::fold::fold;
use super::{Row, StoreError, Tx, params};
use crate::outbound::directory::{DirectoryGroup, DirectoryUser};
use std::collections::BTreeSet;

/// The groups behind a type of credential whose names hold a text, in any letter case; by name,
/// not more than a number.
pub fn groups(
    tx: &Tx<'_>,
    credential_type: &str,
    part: &str,
    most: usize,
) -> Result<Vec<DirectoryGroup>, StoreError> {
    let all = tx.query(
        "SELECT name, display_name FROM directory_group WHERE credentialType = ?1
         ORDER BY lower(display_name), name",
        params![credential_type],
        |row| {
            Ok(DirectoryGroup {
                name: row.get(0)?,
                display_name: row.get(1)?,
            })
        },
    )?;
    let part = fold(part);
    let wanted = |group: &DirectoryGroup| {
        [&group.name, &group.display_name].map(|text| fold(text).contains(&part)) != [false; 2]
    };
    Ok(all.into_iter().filter(wanted).take(most).collect())
}

const USER: &str = "u.value, u.display_value, COALESCE(u.firstname, ''), COALESCE(u.lastname, ''),
                    COALESCE(u.email, '')";

fn user(row: &Row<'_>) -> Result<DirectoryUser, StoreError> {
    Ok(DirectoryUser {
        value: row.get(0)?,
        display_value: row.get(1)?,
        first_name: row.get(2)?,
        last_name: row.get(3)?,
        email: row.get(4)?,
    })
}

/// The people behind a type of credential whose names or addresses hold a text, in any letter
/// case; by name, not more than a number.
pub fn users(
    tx: &Tx<'_>,
    credential_type: &str,
    part: &str,
    most: usize,
) -> Result<Vec<DirectoryUser>, StoreError> {
    let all = tx.query(
        &format!(
            "SELECT {USER} FROM directory_user u WHERE u.credentialType = ?1
             ORDER BY lower(u.display_value), u.value"
        ),
        params![credential_type],
        user,
    )?;
    let part = fold(part);
    let wanted = |user: &DirectoryUser| {
        let full_name = format!("{} {}", user.first_name, user.last_name);
        [&user.display_value, &full_name, &user.email]
            .into_iter()
            .any(|text| fold(text).contains(&part))
    };
    Ok(all.into_iter().filter(wanted).take(most).collect())
}

/// Somebody by the value of the credential.
pub fn user_of_value(
    tx: &Tx<'_>,
    credential_type: &str,
    value: &str,
) -> Result<Option<DirectoryUser>, StoreError> {
    tx.optional(
        &format!(
            "SELECT {USER} FROM directory_user u WHERE u.credentialType = ?1 AND u.value = ?2"
        ),
        params![credential_type, value],
        user,
    )
}

/// The people in a group, by name, not more than a number.
pub fn members(
    tx: &Tx<'_>,
    credential_type: &str,
    group: &str,
    most: usize,
) -> Result<Vec<DirectoryUser>, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    tx.query(
        &format!(
            "SELECT {USER} FROM directory_group g
             JOIN directory_membership m ON m.group_id = g.id
             JOIN directory_user u ON u.id = m.user_id
             WHERE g.credentialType = ?1 AND g.name = ?2 AND u.credentialType = ?1
             ORDER BY lower(u.display_value), u.value LIMIT ?3"
        ),
        params![credential_type, group, most],
        user,
    )
}

/// Which of these values are credentials of users here already.
pub fn known(
    tx: &Tx<'_>,
    credential_type: &str,
    values: &[String],
) -> Result<BTreeSet<String>, StoreError> {
    let values = serde_json::Value::from(values).to_string();
    let found = tx.query(
        "SELECT searchName FROM credentials
         WHERE credentialType = ?1 AND isActive = 1
           AND searchName IN (SELECT value FROM json_each(?2))",
        params![credential_type, &values],
        |row| row.get(0),
    )?;
    Ok(found.into_iter().collect())
}
