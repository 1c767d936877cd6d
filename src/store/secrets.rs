//! The columns that hold sealed secrets.

use super::{StoreError, Tx, params};

/// Whether anything in the database is sealed with a key.
pub fn any(tx: &Tx<'_>) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM credentials WHERE isActive = 0 AND secret <> '')
             OR EXISTS (SELECT 1 FROM service_auth WHERE password <> '')
             OR EXISTS (SELECT 1 FROM external_token)",
        params![],
        |row| row.get(0),
    )
}
