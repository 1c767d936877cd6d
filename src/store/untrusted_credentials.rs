//! Log-ins of users to other systems, which are credentials of a kind of their own.

use super::{Row, Stamp, StoreError, Tx, params};
use crate::model::DateTime;

/// `credentials.isActive` of what is for other systems.
const OUTBOUND: i32 = 0;

/// What is kept of a log-in to another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntrustedRow {
    pub public_value: String,
    /// Sealed; empty where there is none.
    pub secret: String,
    pub valid_from: DateTime,
    pub valid_to: DateTime,
    pub comment: Option<String>,
    /// `IsActive` of the carrier. The column of that name says something else, so this one is kept
    /// in `extraId`, which is 1 for what is not to be used.
    pub is_active: bool,
}

/// `credentials.searchName`: unique among the rows of a type, whoever's they are.
pub fn search_name(associate_id: i32, public_value: &str) -> String {
    format!("{associate_id}:{public_value}")
}

const COLUMNS: &str = "searchName, COALESCE(secret, ''), validFrom, validTo, comment, extraId";

fn read(associate_id: i32, row: &Row<'_>) -> Result<UntrustedRow, StoreError> {
    let search_name: String = row.get(0)?;
    let prefix = self::search_name(associate_id, "");
    Ok(UntrustedRow {
        public_value: search_name
            .strip_prefix(&prefix)
            .unwrap_or(&search_name)
            .to_owned(),
        secret: row.get(1)?,
        valid_from: row.get(2)?,
        valid_to: row.get(3)?,
        comment: row.get(4)?,
        is_active: row.get::<i32>(5)? == 0,
    })
}

/// Those of a user and a type, oldest first.
pub fn of_user(
    tx: &Tx<'_>,
    associate_id: i32,
    credential_type: &str,
) -> Result<Vec<UntrustedRow>, StoreError> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM credentials
             WHERE associateId = ?1 AND credentialType = ?2 AND isActive = ?3
             ORDER BY Credentials_id"
        ),
        params![associate_id, credential_type, OUTBOUND],
        |row| read(associate_id, row),
    )
}

/// Adds one, or replaces the user's one of the same type and public value. An empty secret leaves
/// the one that is stored.
pub fn save(
    tx: &Tx<'_>,
    associate_id: i32,
    credential_type: &str,
    row: &UntrustedRow,
    stamp: Stamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO credentials (associateId, credentialType, searchName, secret, validFrom,
             validTo, isActive, displayName, comment, extraId, registered,
             registered_associate_id, updated, updated_associate_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?11, ?12)
         ON CONFLICT (credentialType, searchName) DO UPDATE SET
             secret = CASE excluded.secret WHEN '' THEN credentials.secret
                 ELSE excluded.secret END,
             validFrom = excluded.validFrom, validTo = excluded.validTo,
             comment = excluded.comment, extraId = excluded.extraId,
             updated = excluded.updated, updated_associate_id = excluded.updated_associate_id,
             updatedCount = credentials.updatedCount + 1",
        params![
            associate_id,
            credential_type,
            &search_name(associate_id, &row.public_value),
            &row.secret,
            row.valid_from,
            row.valid_to,
            OUTBOUND,
            &row.public_value,
            row.comment.as_deref(),
            !row.is_active,
            stamp.at,
            stamp.by,
        ],
    )?;
    Ok(())
}

/// Removes the user's one of a type and public value, if there is one.
pub fn remove(
    tx: &Tx<'_>,
    associate_id: i32,
    credential_type: &str,
    public_value: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM credentials
         WHERE credentialType = ?1 AND searchName = ?2 AND isActive = ?3",
        params![
            credential_type,
            &search_name(associate_id, public_value),
            OUTBOUND
        ],
    )?;
    Ok(())
}
