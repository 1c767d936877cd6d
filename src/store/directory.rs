//! The small directory of people and groups that stands in for Active Directory and its like.

use super::fold::fold;
use super::{Row, StoreError, Tx, params};
use crate::outbound::directory::{DirectoryGroup, DirectoryUser};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody with the names of the groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub user: DirectoryUser,
    pub groups: Vec<String>,
}

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

/// Everybody behind a type of credential, by value, with the groups by name.
pub fn all(tx: &Tx<'_>, credential_type: &str) -> Result<Vec<Listed>, StoreError> {
    let mut groups: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let memberships = tx.query(
        "SELECT m.user_id, g.name FROM directory_group g
         JOIN directory_membership m ON m.group_id = g.id
         WHERE g.credentialType = ?1 ORDER BY g.name",
        params![credential_type],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    for (user, group) in memberships {
        groups.entry(user).or_default().push(group);
    }
    let users = tx.query(
        &format!(
            "SELECT {USER}, u.id FROM directory_user u WHERE u.credentialType = ?1
             ORDER BY u.value"
        ),
        params![credential_type],
        |row| Ok((user(row)?, row.get::<i64>(5)?)),
    )?;
    let listed = users.into_iter().map(|(user, id)| Listed {
        user,
        groups: groups.remove(&id).unwrap_or_default(),
    });
    Ok(listed.collect())
}

/// Adds somebody, or replaces whoever has the same value. Groups that are missing are made.
pub fn put(tx: &Tx<'_>, credential_type: &str, listed: &Listed) -> Result<(), StoreError> {
    let Listed { user, groups } = listed;
    let id: i64 = tx.one(
        "INSERT INTO directory_user (credentialType, value, display_value, firstname, lastname,
             email)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (credentialType, value) DO UPDATE SET display_value = ?3, firstname = ?4,
             lastname = ?5, email = ?6
         RETURNING id",
        params![
            credential_type,
            &user.value,
            &user.display_value,
            &user.first_name,
            &user.last_name,
            &user.email,
        ],
        |row| row.get(0),
    )?;
    // There are fewer groups than memberships, and an index that begins with them.
    tx.execute(
        "DELETE FROM directory_membership
         WHERE user_id = ?2
           AND group_id IN (SELECT id FROM directory_group WHERE credentialType = ?1)",
        params![credential_type, id],
    )?;
    for group in groups {
        tx.execute(
            "INSERT INTO directory_group (credentialType, name, display_name) VALUES (?1, ?2, ?2)
             ON CONFLICT (credentialType, name) DO NOTHING",
            params![credential_type, group],
        )?;
        tx.execute(
            "INSERT INTO directory_membership (group_id, user_id)
             SELECT id, ?3 FROM directory_group WHERE credentialType = ?1 AND name = ?2
             ON CONFLICT (group_id, user_id) DO NOTHING",
            params![credential_type, group, id],
        )?;
    }
    Ok(())
}

/// Removes somebody; false where nobody has this value.
pub fn remove(tx: &Tx<'_>, credential_type: &str, value: &str) -> Result<bool, StoreError> {
    let removed = tx.execute(
        "DELETE FROM directory_user WHERE credentialType = ?1 AND value = ?2",
        params![credential_type, value],
    )?;
    Ok(removed > 0)
}

/// Removes the groups that nobody is in.
pub fn forget_empty_groups(tx: &Tx<'_>, credential_type: &str) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM directory_group
         WHERE credentialType = ?1
           AND NOT EXISTS (SELECT 1 FROM directory_membership WHERE group_id = directory_group.id)",
        params![credential_type],
    )?;
    Ok(())
}

/// Which of these values are credentials of users here already.
pub fn known(
    tx: &Tx<'_>,
    credential_type: &str,
    values: &[String],
) -> Result<BTreeSet<String>, StoreError> {
    // In brackets, since a text among values is taken out of them in another way by each engine.
    let values: Vec<_> = values.iter().map(|value| [value]).collect();
    let values = serde_json::json!(values).to_string();
    let found = tx.query(
        "SELECT searchName FROM credentials
         WHERE credentialType = ?1 AND isActive = 1
           AND searchName IN (SELECT value ->> 0 FROM json_each(?2))",
        params![credential_type, &values],
        |row| row.get(0),
    )?;
    Ok(found.into_iter().collect())
}
