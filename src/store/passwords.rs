//! Hashes of passwords, which are credentials too.

use super::{StoreError, Tx, params};
use crate::model::DateTime;

/// `credentials.credentialType` of a password.
pub const TYPE: &str = "CRM5/PASSWORD";
/// `credentials.isActive` of what serves to log in here.
const INBOUND: i32 = 1;

/// The hash of a user's password, if the user has one that is valid now.
pub fn find(tx: &Tx<'_>, associate_id: i32, now: DateTime) -> Result<Option<String>, StoreError> {
    tx.optional(
        "SELECT COALESCE(secret, '') FROM credentials
         WHERE associateId = ?1 AND credentialType = ?2 AND isActive = ?3
           AND validFrom <= ?4 AND validTo > ?4",
        params![associate_id, TYPE, INBOUND, now],
        |row| row.get(0),
    )
}

/// Gives a user a password, in place of the one before. False when there is no such user.
pub fn set(tx: &Tx<'_>, associate_id: i32, hash: &str, now: DateTime) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE credentials SET secret = ?4, validFrom = ?5, validTo = ?6, updated = ?5,
                updatedCount = updatedCount + 1
         WHERE associateId = ?1 AND credentialType = ?2 AND isActive = ?3",
        params![associate_id, TYPE, INBOUND, hash, now, DateTime::MAX],
    )?;
    if changed > 0 {
        return Ok(true);
    }
    let added = tx.execute(
        "INSERT INTO credentials
            (associateId, personId, credentialType, searchName, secret, validFrom, validTo,
             isActive, displayName, registered)
         SELECT associate_id, person_id, ?2, lower(name), ?4, ?5, ?6, ?3, name, ?5
         FROM associate WHERE associate_id = ?1",
        params![associate_id, TYPE, INBOUND, hash, now, DateTime::MAX],
    )?;
    Ok(added > 0)
}
