//! Storing a user: what differs from what is stored is written, and nothing else.

use super::credentials::{self, CredentialRow};
use super::users::{UserRecord, number_of_type};
use super::{Stamp, StoreError, Tx, fold, params, service_users};
use std::collections::BTreeSet;

/// Rows of a kind that are added one by one at most.
const FEW: usize = 4;

/// Stores a user over what was there before, if anything, and puts the ids of what is new into it.
/// Only the rows that differ are written, those of a kind in one statement. The last log-in and
/// log-out are not.
pub fn save(
    tx: &Tx<'_>,
    before: Option<&UserRecord>,
    user: &mut UserRecord,
    stamp: Stamp,
) -> Result<(), StoreError> {
    let nothing = UserRecord::default();
    let old = before.unwrap_or(&nothing);
    if let Some(service_user) = &mut user.service_user {
        service_users::save(tx, old.service_user.as_ref(), service_user)?;
    }
    save_row(tx, user, stamp)?;
    let id = user.id;
    if user.role_id != old.role_id {
        let sql = match old.role_id {
            0 => "INSERT INTO userrolelink (associate_id, role_id) VALUES (?1, ?2)",
            _ => "UPDATE userrolelink SET role_id = ?2 WHERE associate_id = ?1",
        };
        tx.execute(sql, params![id, user.role_id])?;
    }
    if user.other_groups != old.other_groups {
        if !old.other_groups.is_empty() {
            tx.execute("DELETE FROM usergrouplink WHERE assoc_id = ?1", params![id])?;
        }
        add(
            &user.other_groups,
            |group| {
                tx.execute(
                    "INSERT INTO usergrouplink (assoc_id, UserGroup_id) VALUES (?1, ?2)",
                    params![id, *group],
                )
            },
            |groups| {
                tx.execute(
                    "INSERT INTO usergrouplink (assoc_id, UserGroup_id)
                     SELECT CAST(?1 AS INTEGER), CAST(value AS INTEGER) FROM json_each(?2)",
                    params![id, &array(groups)],
                )
            },
        )?;
    }
    save_licenses(tx, &old.licenses, user, stamp)?;
    for credential in &user.credentials {
        if old.person_id != user.person_id || !old.credentials.contains(credential) {
            let known = |old: &CredentialRow| old.credential_type == credential.credential_type;
            let known = old.credentials.iter().any(known);
            credentials::save(tx, id, user.person_id, credential, known, stamp)?;
        }
    }
    save_fields(tx, old, user)
}

fn save_licenses(
    tx: &Tx<'_>,
    old: &BTreeSet<i32>,
    user: &UserRecord,
    stamp: Stamp,
) -> Result<(), StoreError> {
    let gone: Vec<i32> = old.difference(&user.licenses).copied().collect();
    if !gone.is_empty() {
        tx.execute(
            "DELETE FROM licenseassoclink WHERE assocId = ?1
                 AND moduleLicenseId IN (SELECT CAST(value AS INTEGER) FROM json_each(?2))",
            params![user.id, &array(&gone)],
        )?;
    }
    let new: Vec<i32> = user.licenses.difference(old).copied().collect();
    // As most new users have: each statement on this table keeps a copy of the pages it writes to.
    if let [first, second] = new[..] {
        tx.execute(
            "INSERT INTO licenseassoclink
                 (moduleLicenseId, assocId, validFrom, registered, registered_associate_id)
             VALUES (?2, ?1, ?4, ?4, ?5), (?3, ?1, ?4, ?4, ?5)",
            params![user.id, first, second, stamp.at, stamp.by],
        )?;
        return Ok(());
    }
    add(
        &new,
        |license| {
            tx.execute(
                "INSERT INTO licenseassoclink
                     (moduleLicenseId, assocId, validFrom, registered, registered_associate_id)
                 VALUES (?2, ?1, ?3, ?3, ?4)",
                params![user.id, *license, stamp.at, stamp.by],
            )
        },
        |licenses| {
            tx.execute(
                "INSERT INTO licenseassoclink
                     (moduleLicenseId, assocId, validFrom, registered, registered_associate_id)
                 SELECT CAST(value AS INTEGER), CAST(?1 AS INTEGER), CAST(?3 AS TEXT), CAST(?3 AS TEXT),
                     CAST(?4 AS INTEGER)
                 FROM json_each(?2)",
                params![user.id, &array(licenses), stamp.at, stamp.by],
            )
        },
    )
}

/// Adds rows: a few one by one, which costs the engine less, and more in one statement, so that
/// their number does not count.
pub(super) fn add<T>(
    rows: &[T],
    one: impl Fn(&T) -> Result<usize, StoreError>,
    all: impl FnOnce(&[T]) -> Result<usize, StoreError>,
) -> Result<(), StoreError> {
    if rows.len() > FEW {
        all(rows)?;
        return Ok(());
    }
    for row in rows {
        one(row)?;
    }
    Ok(())
}

/// Numbers in brackets are JSON as they are.
fn array(ids: &[i32]) -> String {
    format!("{ids:?}")
}

fn save_row(tx: &Tx<'_>, user: &mut UserRecord, stamp: Stamp) -> Result<(), StoreError> {
    let service_user = user.service_user.as_ref().map_or(0, |service| service.id);
    let name_key = fold(&user.name);
    let user_name_key = fold(user.user_name.as_deref().unwrap_or_default());
    let values = params![
        &user.name,
        user.rank,
        user.tooltip.as_deref(),
        user.deleted,
        user.group_id,
        user.person_id,
        number_of_type(user.user_type),
        user.user_name.as_deref(),
        service_user,
        user.waiting_for_approval,
        stamp.at,
        stamp.by,
        &name_key,
        &user_name_key,
        user.id,
    ];
    if user.id != 0 {
        tx.execute(
            "UPDATE associate SET name = ?1, rank = ?2, tooltip = ?3, deleted = ?4,
                 group_idx = ?5, person_id = ?6, type = ?7, userName = ?8, ejuserId = ?9,
                 waiting_for_approval = ?10, updated = ?11, updated_associate_id = ?12,
                 name_key = ?13, userName_key = ?14, updatedCount = updatedCount + 1
             WHERE associate_id = ?15",
            values,
        )?;
        return Ok(());
    }
    user.id = tx.insert(
        "INSERT INTO associate (name, rank, tooltip, deleted, group_idx, person_id,
             type, userName, ejuserId, waiting_for_approval, registered, registered_associate_id,
             updated, updated_associate_id, name_key, userName_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?11, ?12,
             ?13, ?14)",
        &values[..14],
    )?;
    Ok(())
}

fn save_fields(tx: &Tx<'_>, old: &UserRecord, user: &UserRecord) -> Result<(), StoreError> {
    let mut new = Vec::new();
    for (kind, old, fields) in [
        ("extra", &old.extra_fields, &user.extra_fields),
        ("custom", &old.custom_fields, &user.custom_fields),
    ] {
        if old == fields {
            continue;
        }
        if !old.0.is_empty() {
            tx.execute(
                "DELETE FROM associate_extra_field WHERE associate_id = ?1 AND kind = ?2",
                params![user.id, kind],
            )?;
        }
        let fields = (0_i64..).zip(&fields.0);
        new.extend(fields.map(|(position, (key, value))| (kind, key, value.as_deref(), position)));
    }
    add(
        &new,
        |(kind, key, value, position)| {
            tx.execute(
                "INSERT INTO associate_extra_field (associate_id, kind, key, value, position)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![user.id, *kind, *key, *value, *position],
            )
        },
        |fields| {
            tx.execute(
                "INSERT INTO associate_extra_field (associate_id, kind, key, value, position)
                 SELECT CAST(?1 AS INTEGER), value ->> 0, value ->> 1, value ->> 2,
                     CAST(value ->> 3 AS INTEGER)
                 FROM json_each(?2)",
                params![user.id, &serde_json::json!(fields).to_string()],
            )
        },
    )
}
