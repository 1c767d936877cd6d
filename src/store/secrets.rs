//! The columns that hold sealed secrets, whatever they are for.

use super::{StoreError, Tx, params};
use std::collections::BTreeSet;

/// A column with secrets.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    /// Table and column.
    pub name: &'static str,
    select: &'static str,
    update: &'static str,
}

/// A sealed secret.
#[derive(Clone, Debug)]
pub struct SealedRow {
    /// Primary key, as text.
    key: String,
    pub associate_id: i32,
    /// What tells the row from all others: type and search name of a credential, or the primary
    /// key and nothing.
    pub names: (String, String),
    pub text: String,
}

/// Log-ins to other systems: the only column whose rows have two names.
pub const CREDENTIALS: SealedColumn = SealedColumn {
    name: "credentials.secret",
    select: "SELECT CAST(Credentials_id AS TEXT), associateId, credentialType, searchName, secret
             FROM credentials WHERE isActive = 0 AND secret <> '' AND secret NOT LIKE ?1",
    update: "UPDATE credentials SET secret = ?2 WHERE Credentials_id = CAST(?1 AS INTEGER)",
};

/// Passwords for mail servers.
pub const SERVICE_AUTH: SealedColumn = SealedColumn {
    name: "service_auth.password",
    select: "SELECT CAST(service_auth_id AS TEXT), associate_id, CAST(service_auth_id AS TEXT), '',
                 password
             FROM service_auth WHERE password <> '' AND password NOT LIKE ?1",
    update: "UPDATE service_auth SET password = ?2 WHERE service_auth_id = CAST(?1 AS INTEGER)",
};

/// Access tokens of other providers.
pub const ACCESS_TOKEN: SealedColumn = SealedColumn {
    name: "external_token.access_token",
    select: "SELECT key, associate_id, key, '', access_token FROM external_token
             WHERE access_token <> '' AND access_token NOT LIKE ?1",
    update: "UPDATE external_token SET access_token = ?2 WHERE key = ?1",
};

/// Refresh tokens of other providers.
pub const REFRESH_TOKEN: SealedColumn = SealedColumn {
    name: "external_token.refresh_token",
    select: "SELECT key, associate_id, key, '', refresh_token FROM external_token
             WHERE refresh_token <> '' AND refresh_token NOT LIKE ?1",
    update: "UPDATE external_token SET refresh_token = ?2 WHERE key = ?1",
};

/// What the installation shows its identity provider to be the client that is registered there.
pub const CLIENT_SECRET: SealedColumn = SealedColumn {
    name: "accessgateway_registration.client_secret",
    select: "SELECT client_id, 0, client_id, '', client_secret FROM accessgateway_registration
             WHERE client_secret <> '' AND client_secret NOT LIKE ?1",
    update: "UPDATE accessgateway_registration SET client_secret = ?2 WHERE client_id = ?1",
};

/// What lets the installation manage its registration there.
pub const MANAGEMENT_TOKEN: SealedColumn = SealedColumn {
    name: "accessgateway_registration.management_token",
    select: "SELECT client_id, 0, client_id, '', management_token FROM accessgateway_registration
             WHERE management_token <> '' AND management_token NOT LIKE ?1",
    update: "UPDATE accessgateway_registration SET management_token = ?2 WHERE client_id = ?1",
};

/// What shows whether a node has the keys of the others.
pub const COMMON_KEY: SealedColumn = SealedColumn {
    name: "common_key.sealed",
    select: "SELECT CAST(id AS TEXT), 0, CAST(id AS TEXT), '', sealed FROM common_key
             WHERE sealed NOT LIKE ?1",
    update: "UPDATE common_key SET sealed = ?2 WHERE id = CAST(?1 AS INTEGER)",
};

/// All columns with secrets.
pub const COLUMNS: [SealedColumn; 7] = [
    CREDENTIALS,
    SERVICE_AUTH,
    ACCESS_TOKEN,
    REFRESH_TOKEN,
    CLIENT_SECRET,
    MANAGEMENT_TOKEN,
    COMMON_KEY,
];

/// The word that every node can open, if it has been written.
pub fn common(tx: &Tx<'_>) -> Result<Option<String>, StoreError> {
    tx.optional("SELECT sealed FROM common_key", params![], |row| row.get(0))
}

/// Writes that word, unless another node was first.
pub fn set_common(tx: &Tx<'_>, sealed: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO common_key (id, sealed) VALUES (1, ?1) ON CONFLICT (id) DO NOTHING",
        params![sealed],
    )?;
    Ok(())
}

/// Whether anything in the database is sealed with a key.
pub fn any(tx: &Tx<'_>) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM credentials WHERE isActive = 0 AND secret <> '')
             OR EXISTS (SELECT 1 FROM service_auth WHERE password <> '')
             OR EXISTS (SELECT 1 FROM external_token)
             OR EXISTS (SELECT 1 FROM common_key)
             OR EXISTS (SELECT 1 FROM accessgateway_registration
                        WHERE client_secret <> '' OR management_token <> '')",
        params![],
        |row| row.get(0),
    )
}

/// The keys that the secrets in the database were sealed with.
pub fn keys(tx: &Tx<'_>) -> Result<BTreeSet<String>, StoreError> {
    let mut keys = BTreeSet::new();
    for (table, column) in COLUMNS.iter().filter_map(|it| it.name.split_once('.')) {
        // As `vault.rs` has it: the form, the key, and what is sealed, with dots between.
        let sql = format!(
            "SELECT DISTINCT substr({column}, 4, 8) FROM {table} WHERE {column} LIKE 'S1.%'"
        );
        keys.extend(tx.query_once(&sql, params![], |row| row.get::<String>(0))?);
    }
    Ok(keys)
}

/// What is sealed in a column and does not begin like this.
pub fn others(
    tx: &Tx<'_>,
    column: SealedColumn,
    prefix: &str,
) -> Result<Vec<SealedRow>, StoreError> {
    tx.query(column.select, params![&format!("{prefix}%")], |row| {
        Ok(SealedRow {
            key: row.get(0)?,
            associate_id: row.get(1)?,
            names: (row.get(2)?, row.get(3)?),
            text: row.get(4)?,
        })
    })
}

/// Puts another text in the place of a sealed one.
pub fn replace(
    tx: &Tx<'_>,
    column: SealedColumn,
    row: &SealedRow,
    text: &str,
) -> Result<(), StoreError> {
    tx.execute(column.update, params![&row.key, text])?;
    Ok(())
}
