//! Access tokens, which are credentials of a kind of their own, and the sessions in Service that
//! they open.

use super::{StoreError, Tx, params};
use crate::model::DateTime;
use std::net::IpAddr;

/// `credentials.credentialType` of an access token.
pub const TYPE: &str = "AccessToken";
/// `credentials.isActive` of a session.
const SESSION: i32 = 2;
/// Tokens that one purge deletes at most.
const PURGED_AT_A_TIME: i32 = 100;

/// What is kept of an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessTokenRow {
    pub associate_id: i32,
    /// Hash of the token's text.
    pub secret: String,
    /// Name of the application that may show it; empty where applications are not told apart.
    pub application: String,
    pub valid_to: DateTime,
}

/// The token with this key, expired or not.
pub fn find(tx: &Tx<'_>, key: &str) -> Result<Option<AccessTokenRow>, StoreError> {
    tx.optional(
        "SELECT associateId, COALESCE(secret, ''), COALESCE(displayName, ''), validTo
         FROM credentials
         WHERE credentialType = ?1 AND searchName = ?2 AND isActive = ?3",
        params![TYPE, key, SESSION],
        |row| {
            Ok(AccessTokenRow {
                associate_id: row.get(0)?,
                secret: row.get(1)?,
                application: row.get(2)?,
                valid_to: row.get(3)?,
            })
        },
    )
}

/// Stores a new token.
pub fn insert(
    tx: &Tx<'_>,
    key: &str,
    token: &AccessTokenRow,
    now: DateTime,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO credentials
            (associateId, credentialType, searchName, secret, displayName, validFrom, validTo,
             isActive, registered, registered_associate_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?6, ?1)",
        params![
            token.associate_id,
            TYPE,
            key,
            &token.secret,
            &token.application,
            now,
            token.valid_to,
            SESSION
        ],
    )?;
    Ok(())
}

/// Opens a session in Service that ends with the token, for a user whom Service knows.
pub fn open_service_session(
    tx: &Tx<'_>,
    associate_id: i32,
    key: &str,
    remote: IpAddr,
    now: DateTime,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO login (user_id, session_key, remote_addr, logged_in, idle, status)
         SELECT e.id, ?2, ?3, ?4, ?4, 1 FROM associate a JOIN ejuser e ON e.id = a.ejuserId
         WHERE a.associate_id = ?1",
        params![associate_id, key, &remote.to_string(), now],
    )?;
    Ok(())
}

/// Deletes tokens that have ended by this moment, a limited number at a time.
pub fn purge(tx: &Tx<'_>, ended_before: DateTime) -> Result<(), StoreError> {
    // The type is spelt out, since the index holds nothing but access tokens.
    let ended: Vec<(i64, String)> = tx.query(
        "SELECT Credentials_id, searchName FROM credentials
         WHERE credentialType = 'AccessToken' AND validTo <= ?1 LIMIT ?2",
        params![ended_before, PURGED_AT_A_TIME],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    for (id, key) in &ended {
        tx.execute("DELETE FROM login WHERE session_key = ?1", params![key])?;
        tx.execute(
            "DELETE FROM credentials WHERE Credentials_id = ?1",
            params![*id],
        )?;
    }
    Ok(())
}

/// Deletes the tokens of a user.
pub fn revoke(tx: &Tx<'_>, associate_id: i32) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM login WHERE session_key IN (
             SELECT searchName FROM credentials WHERE associateId = ?1 AND credentialType = ?2)",
        params![associate_id, TYPE],
    )?;
    tx.execute(
        "DELETE FROM credentials WHERE associateId = ?1 AND credentialType = ?2",
        params![associate_id, TYPE],
    )?;
    Ok(())
}
