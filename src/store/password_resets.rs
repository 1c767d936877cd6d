//! Links for choosing a new password. Only hashes of their secret part are kept.

use super::{StoreError, Tx, params};
use crate::model::DateTime;

/// Gives a user a link, in place of those before.
pub fn replace(
    tx: &Tx<'_>,
    associate_id: i32,
    hash: &str,
    expires: DateTime,
) -> Result<(), StoreError> {
    revoke(tx, associate_id)?;
    tx.execute(
        "INSERT INTO password_reset (associate_id, token_hash, expires) VALUES (?1, ?2, ?3)",
        params![associate_id, hash, expires],
    )?;
    Ok(())
}

/// When the link of a user ends, if there is one.
pub fn end(tx: &Tx<'_>, associate_id: i32) -> Result<Option<DateTime>, StoreError> {
    tx.optional(
        "SELECT expires FROM password_reset WHERE associate_id = ?1",
        params![associate_id],
        |row| row.get(0),
    )
}

/// Id and log-on name of the user whose link this is, if it is good and the user is in service.
pub fn find(tx: &Tx<'_>, hash: &str, now: DateTime) -> Result<Option<(i32, String)>, StoreError> {
    tx.optional(
        "SELECT associate.associate_id, associate.name FROM password_reset
         JOIN associate ON associate.associate_id = password_reset.associate_id
         WHERE token_hash = ?1 AND expires > ?2 AND used = 0 AND deleted = 0",
        params![hash, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Ends the links of a user.
pub fn revoke(tx: &Tx<'_>, associate_id: i32) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM password_reset WHERE associate_id = ?1",
        params![associate_id],
    )?;
    Ok(())
}
