//! Applications that may call, and what is kept of their tokens.

use super::{Row, StoreError, Tx, params};
use crate::model::DateTime;

/// A registered application.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    pub name: String,
    /// Names of the agents it may use, separated by commas.
    pub agents: String,
    pub created: DateTime,
    /// When its token ceased to be good.
    pub revoked: Option<DateTime>,
}

const COLUMNS: &str = "name, agents, created, revoked";

fn application(row: &Row<'_>) -> Result<Application, StoreError> {
    Ok(Application {
        name: row.get(0)?,
        agents: row.get(1)?,
        created: row.get(2)?,
        revoked: row.get(3)?,
    })
}

/// Registers an application with the hash of its token.
pub fn insert(tx: &Tx<'_>, application: &Application, token_hash: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO app_token (name, token_hash, agents, created) VALUES (?1, ?2, ?3, ?4)",
        params![
            &application.name,
            token_hash,
            &application.agents,
            application.created
        ],
    )?;
    Ok(())
}

/// All applications by name, revoked ones too.
pub fn list(tx: &Tx<'_>) -> Result<Vec<Application>, StoreError> {
    tx.query(
        &format!("SELECT {COLUMNS} FROM app_token ORDER BY name"),
        params![],
        application,
    )
}

/// Each application that is not revoked, with the hash of its token.
pub fn in_force(tx: &Tx<'_>) -> Result<Vec<(Application, String)>, StoreError> {
    tx.query(
        &format!("SELECT {COLUMNS}, token_hash FROM app_token WHERE revoked IS NULL"),
        params![],
        |row| Ok((application(row)?, row.get(4)?)),
    )
}

/// Ends the token of an application. False when none of that name had a good one.
pub fn revoke(tx: &Tx<'_>, name: &str, now: DateTime) -> Result<bool, StoreError> {
    let revoked = tx.execute(
        "UPDATE app_token SET revoked = ?2 WHERE name = ?1 AND revoked IS NULL",
        params![name, now],
    )?;
    Ok(revoked > 0)
}
