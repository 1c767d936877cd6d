//! Tokens of other identity providers.

use super::{StoreError, Tx, params};
use crate::model::DateTime;

/// A row of `external_token`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalTokenRow {
    /// Hash of the key that callers show.
    pub key_hash: String,
    pub provider: Option<String>,
    /// Sealed; empty where there is none.
    pub access_token: String,
    /// Sealed; empty where there is none.
    pub refresh_token: String,
    /// What the provider says of the user, as JSON; empty where that is not known.
    pub claims: String,
    /// Who had it stored.
    pub associate_id: i32,
}

/// The tokens that are kept under the hash of a key.
pub fn find(tx: &Tx<'_>, key_hash: &str) -> Result<Option<ExternalTokenRow>, StoreError> {
    tx.optional(
        "SELECT key, provider, COALESCE(access_token, ''), COALESCE(refresh_token, ''),
             COALESCE(claims, ''), associate_id
         FROM external_token WHERE key = ?1",
        params![key_hash],
        |row| {
            Ok(ExternalTokenRow {
                key_hash: row.get(0)?,
                provider: row.get(1)?,
                access_token: row.get(2)?,
                refresh_token: row.get(3)?,
                claims: row.get(4)?,
                associate_id: row.get(5)?,
            })
        },
    )
}

/// Adds a row.
pub fn insert(tx: &Tx<'_>, row: &ExternalTokenRow, now: DateTime) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO external_token
             (key, provider, access_token, refresh_token, claims, associate_id, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            &row.key_hash,
            row.provider.as_deref(),
            &row.access_token,
            &row.refresh_token,
            &row.claims,
            row.associate_id,
            now,
        ],
    )?;
    Ok(())
}

/// Removes what a user had stored, except for the newest ones.
pub fn keep_newest(tx: &Tx<'_>, associate_id: i32, count: i32) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM external_token WHERE key IN (
             SELECT key FROM external_token WHERE associate_id = ?1
             ORDER BY created DESC, key LIMIT 1000000 OFFSET ?2)",
        params![associate_id, count],
    )?;
    Ok(())
}

/// Removes what a user had stored.
pub fn delete_of_user(tx: &Tx<'_>, associate_id: i32) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM external_token WHERE associate_id = ?1",
        params![associate_id],
    )?;
    Ok(())
}
