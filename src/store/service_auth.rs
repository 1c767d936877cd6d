//! Log-in data for mail servers.

use super::{Stamp, StoreError, Tx, params};

/// `service_auth.auth_status` of what has not been tried yet.
const INITIALIZED: i32 = 1;

/// A row of `service_auth`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceAuthRow {
    pub id: i32,
    pub server: Option<String>,
    pub port: i32,
    pub auth_type: Option<String>,
    pub username: Option<String>,
    /// Sealed; empty where there is none.
    pub password: String,
    /// Whose it is.
    pub associate_id: i32,
}

/// A row by its key.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<ServiceAuthRow>, StoreError> {
    tx.optional(
        "SELECT service_auth_id, server, port, auth_type, username, COALESCE(password, ''),
             associate_id
         FROM service_auth WHERE service_auth_id = ?1",
        params![id],
        |row| {
            Ok(ServiceAuthRow {
                id: row.get(0)?,
                server: row.get(1)?,
                port: row.get(2)?,
                auth_type: row.get(3)?,
                username: row.get(4)?,
                password: row.get(5)?,
                associate_id: row.get(6)?,
            })
        },
    )
}

/// Adds a row without anything in it, for [`update`] to fill, and gives its key.
pub fn insert(tx: &Tx<'_>, associate_id: i32, stamp: Stamp) -> Result<i32, StoreError> {
    tx.one(
        "INSERT INTO service_auth (associate_id, registered, registered_associate_id)
         VALUES (?1, ?2, ?3) RETURNING service_auth_id",
        params![associate_id, stamp.at, stamp.by],
        |row| row.get(0),
    )
}

/// Writes a row that is there. Whose it is stays.
pub fn update(tx: &Tx<'_>, row: &ServiceAuthRow, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE service_auth SET server = ?2, port = ?3, auth_type = ?4, username = ?5,
             password = ?6, auth_status = ?7, updated = ?8, updated_associate_id = ?9,
             updatedCount = updatedCount + 1
         WHERE service_auth_id = ?1",
        params![
            row.id,
            row.server.as_deref(),
            row.port,
            row.auth_type.as_deref(),
            row.username.as_deref(),
            &row.password,
            INITIALIZED,
            stamp.at,
            stamp.by,
        ],
    )?;
    Ok(())
}

/// Removes a row.
pub fn delete(tx: &Tx<'_>, id: i32) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM service_auth WHERE service_auth_id = ?1",
        params![id],
    )?;
    Ok(())
}
