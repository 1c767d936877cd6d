//! Registrations in portals, and the users they made.

use super::{Stamp, StoreError, Tx, params};
use crate::model::DateTime;

/// A registration to be stored. Its user is there already.
#[derive(Clone, Copy, Debug)]
pub struct NewRegistration<'a> {
    pub portal_id: i32,
    pub agency_id: i32,
    pub associate_id: i32,
    /// Unique identifier of the user.
    pub uid: &'a str,
    pub email: &'a str,
    /// Hash of what confirms it.
    pub request_hash: &'a str,
    pub expires: DateTime,
}

/// A registration that somebody wants to confirm.
#[derive(Clone, Copy, Debug)]
pub struct FoundRegistration {
    pub associate_id: i32,
    pub expires: DateTime,
    pub confirmed: bool,
    /// Whether the user has been retired since.
    pub retired: bool,
}

/// A user of a portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalUser {
    /// Unique identifier.
    pub uid: String,
    /// E-mail address as it was registered.
    pub email: String,
    pub name: String,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    pub waiting: bool,
    pub updated: DateTime,
    /// Log-on name of who did that; none for the user itself.
    pub updated_by: Option<String>,
}

/// Stores a registration. An e-mail address that is in the portal already fails with
/// [`StoreError::Unique`].
pub fn insert(tx: &Tx<'_>, new: &NewRegistration<'_>, now: DateTime) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO portal_registration
             (portal_id, agency_id, associate_id, uid, email, request_hash, expires, registered)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            new.portal_id,
            new.agency_id,
            new.associate_id,
            new.uid,
            new.email,
            new.request_hash,
            new.expires,
            now,
        ],
    )?;
    Ok(())
}

/// Whether an e-mail address is registered in a portal. Letter case of A to Z does not count.
pub fn is_registered(tx: &Tx<'_>, portal_id: i32, email: &str) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM portal_registration
             WHERE portal_id = ?1 AND lower(email) = lower(?2))",
        params![portal_id, email],
        |row| row.get(0),
    )
}

/// The registration that this confirms.
pub fn find(tx: &Tx<'_>, request_hash: &str) -> Result<Option<FoundRegistration>, StoreError> {
    tx.optional(
        "SELECT r.associate_id, expires, confirmed, deleted FROM portal_registration r
         JOIN associate ON associate.associate_id = r.associate_id
         WHERE request_hash = ?1",
        params![request_hash],
        |row| {
            Ok(FoundRegistration {
                associate_id: row.get(0)?,
                expires: row.get(1)?,
                confirmed: row.get(2)?,
                retired: row.get(3)?,
            })
        },
    )
}

/// Confirms the registration of a user, who waits for approval no longer.
pub fn confirm(tx: &Tx<'_>, associate_id: i32, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE portal_registration SET confirmed = 1 WHERE associate_id = ?1",
        params![associate_id],
    )?;
    tx.execute(
        "UPDATE associate SET waiting_for_approval = 0, updated = ?2, updated_associate_id = ?3,
             updatedCount = updatedCount + 1
         WHERE associate_id = ?1",
        params![associate_id, stamp.at, stamp.by],
    )?;
    Ok(())
}

/// A user who came by a registration.
pub fn user(tx: &Tx<'_>, associate_id: i32) -> Result<Option<PortalUser>, StoreError> {
    tx.optional(
        "SELECT r.uid, r.email, a.name, p.firstname, p.middleName, p.lastname,
             a.waiting_for_approval, a.updated, by.name
         FROM portal_registration r
         JOIN associate a ON a.associate_id = r.associate_id
         LEFT JOIN person p ON p.person_id = a.person_id
         LEFT JOIN associate by ON by.associate_id = a.updated_associate_id
         WHERE r.associate_id = ?1",
        params![associate_id],
        |row| {
            Ok(PortalUser {
                uid: row.get(0)?,
                email: row.get(1)?,
                name: row.get(2)?,
                first_name: row.get(3)?,
                middle_name: row.get(4)?,
                last_name: row.get(5)?,
                waiting: row.get(6)?,
                updated: row.get(7)?,
                updated_by: row.get(8)?,
            })
        },
    )
}

/// Removes users with their persons whose registrations have ended unconfirmed: that of an e-mail
/// address in a portal, and a few of the oldest. Whoever has been changed since stays.
pub fn forget_ended(
    tx: &Tx<'_>,
    portal_id: i32,
    email: &str,
    now: DateTime,
) -> Result<(), StoreError> {
    let read = |row: &super::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let mut ended: Vec<(i32, i32)> = tx.query(
        "SELECT a.associate_id, a.person_id FROM portal_registration r
         JOIN associate a ON a.associate_id = r.associate_id
         WHERE r.confirmed = 0 AND r.expires > '' AND r.expires <= ?1
           AND a.waiting_for_approval = 1 AND a.updatedCount = 0
         ORDER BY r.expires LIMIT 10",
        params![now],
        read,
    )?;
    ended.extend(tx.optional(
        "SELECT a.associate_id, a.person_id FROM portal_registration r
         JOIN associate a ON a.associate_id = r.associate_id
         WHERE r.portal_id = ?1 AND lower(r.email) = lower(?2)
           AND r.confirmed = 0 AND r.expires <= ?3
           AND a.waiting_for_approval = 1 AND a.updatedCount = 0",
        params![portal_id, email, now],
        read,
    )?);
    for (associate_id, person_id) in ended {
        tx.execute(
            "DELETE FROM associate WHERE associate_id = ?1",
            params![associate_id],
        )?;
        tx.execute(
            "DELETE FROM person WHERE person_id = ?1
               AND NOT EXISTS (SELECT 1 FROM associate WHERE person_id = ?1)",
            params![person_id],
        )?;
    }
    Ok(())
}
