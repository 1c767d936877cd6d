//! Portals and the agencies in them.

use super::{StoreError, Tx, params};
use crate::model::DateTime;

/// A portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalRow {
    pub id: i32,
    /// Unique identifier, in lower case.
    pub uid: String,
    pub name: String,
}

/// An agency in a portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyRow {
    pub portal_uid: String,
    pub name: String,
    /// The company whose people its agents are.
    pub contact_id: i32,
}

/// Adds a portal. A name that another one has fails with [`StoreError::Unique`].
pub fn insert(tx: &Tx<'_>, uid: &str, name: &str, now: DateTime) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO portal (uid, name, registered) VALUES (?1, ?2, ?3)",
        params![uid, name, now],
    )?;
    Ok(())
}

/// All portals by name.
pub fn list(tx: &Tx<'_>) -> Result<Vec<PortalRow>, StoreError> {
    tx.query(
        "SELECT portal_id, uid, name FROM portal ORDER BY lower(name)",
        params![],
        |row| {
            Ok(PortalRow {
                id: row.get(0)?,
                uid: row.get(1)?,
                name: row.get(2)?,
            })
        },
    )
}

/// The portal with this unique identifier.
pub fn id_of_uid(tx: &Tx<'_>, uid: &str) -> Result<Option<i32>, StoreError> {
    tx.optional(
        "SELECT portal_id FROM portal WHERE uid = ?1",
        params![uid],
        |row| row.get(0),
    )
}

/// Adds an agency to a portal. A name that another one there has fails with
/// [`StoreError::Unique`].
pub fn insert_agency(
    tx: &Tx<'_>,
    portal_id: i32,
    contact_id: i32,
    name: &str,
    key_hash: &str,
    now: DateTime,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO agency (portal_id, contact_id, name, key_hash, registered)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![portal_id, contact_id, name, key_hash, now],
    )?;
    Ok(())
}

/// Gives the agency of a name another key; false where the portal has no such agency.
pub fn set_agency_key(
    tx: &Tx<'_>,
    portal_id: i32,
    name: &str,
    key_hash: &str,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE agency SET key_hash = ?3 WHERE portal_id = ?1 AND lower(name) = lower(?2)",
        params![portal_id, name, key_hash],
    )?;
    Ok(changed > 0)
}

/// All agencies, by portal and name.
pub fn agencies(tx: &Tx<'_>) -> Result<Vec<AgencyRow>, StoreError> {
    tx.query(
        "SELECT portal.uid, agency.name, contact_id
         FROM agency JOIN portal ON portal.portal_id = agency.portal_id
         ORDER BY lower(portal.name), lower(agency.name)",
        params![],
        |row| {
            Ok(AgencyRow {
                portal_uid: row.get(0)?,
                name: row.get(1)?,
                contact_id: row.get(2)?,
            })
        },
    )
}

/// The agency in a portal whose key has this hash, and its company.
pub fn agency_of_key(
    tx: &Tx<'_>,
    portal_id: i32,
    key_hash: &str,
) -> Result<Option<(i32, i32)>, StoreError> {
    tx.optional(
        "SELECT agency_id, contact_id FROM agency WHERE key_hash = ?1 AND portal_id = ?2",
        params![key_hash, portal_id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
