//! Tickets, which are credentials of a kind of their own.

use super::{Row, StoreError, Tx, params};
use crate::model::DateTime;

/// `credentials.credentialType` of a ticket.
pub const TYPE: &str = "Ticket";
/// `credentials.isActive` of a session.
pub(super) const SESSION: i32 = 2;
/// More than one log-in adds, and few enough that none takes longer for what many have left.
const PURGED_AT_A_TIME: i32 = 100;

/// What is kept of a ticket.
#[derive(Clone, Debug)]
pub struct TicketRow {
    pub associate_id: i32,
    /// Hash of the ticket's text.
    pub secret: String,
    pub valid_to: DateTime,
}

/// The ticket with this key, expired or not.
pub fn find(tx: &Tx<'_>, key: &str) -> Result<Option<TicketRow>, StoreError> {
    tx.optional(
        "SELECT associateId, COALESCE(secret, ''), validTo FROM credentials
         WHERE credentialType = ?1 AND searchName = ?2 AND isActive = ?3",
        params![TYPE, key, SESSION],
        read,
    )
}

/// The user, the secret and the end of a ticket, in the first columns of a row.
pub(super) fn read(row: &Row<'_>) -> Result<TicketRow, StoreError> {
    Ok(TicketRow {
        associate_id: row.get(0)?,
        secret: row.get(1)?,
        valid_to: row.get(2)?,
    })
}

/// Stores a new ticket.
pub fn insert(tx: &Tx<'_>, key: &str, ticket: &TicketRow, now: DateTime) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO credentials
            (associateId, credentialType, searchName, secret, validFrom, validTo, isActive,
             lastUsedDate, registered, registered_associate_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?5, ?5, ?1)",
        params![
            ticket.associate_id,
            TYPE,
            key,
            &ticket.secret,
            now,
            ticket.valid_to,
            SESSION
        ],
    )?;
    Ok(())
}

/// Moves the end of a ticket's life further away; a ticket that is gone stays gone.
pub fn renew(tx: &Tx<'_>, key: &str, valid_to: DateTime, now: DateTime) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE credentials SET validTo = ?3, lastUsedDate = ?4
         WHERE credentialType = ?1 AND searchName = ?2 AND validTo < ?3",
        params![TYPE, key, valid_to, now],
    )?;
    Ok(())
}

/// Deletes the ticket with this key.
pub fn delete(tx: &Tx<'_>, key: &str) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM credentials
         WHERE credentialType = ?1 AND searchName = ?2 AND isActive = ?3",
        params![TYPE, key, SESSION],
    )
}

/// Deletes tickets that ended before this moment, a limited number at a time.
pub fn purge(tx: &Tx<'_>, ended_before: DateTime) -> Result<usize, StoreError> {
    // The type is spelt out, since the index holds nothing but tickets.
    tx.execute(
        "DELETE FROM credentials WHERE Credentials_id IN (
             SELECT Credentials_id FROM credentials
             WHERE credentialType = 'Ticket' AND isActive = ?1 AND validTo < ?2 LIMIT ?3)",
        params![SESSION, ended_before, PURGED_AT_A_TIME],
    )
}

/// Deletes the tickets of a user, except for the one with the key to keep.
pub fn revoke(tx: &Tx<'_>, associate_id: i32, keep: Option<&str>) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM credentials
         WHERE associateId = ?1 AND credentialType = ?2 AND isActive = ?3 AND searchName <> ?4",
        params![associate_id, TYPE, SESSION, keep.unwrap_or("")],
    )
}
