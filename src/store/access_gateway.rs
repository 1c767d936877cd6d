//! The registration with the access gateway: one row at most, and its redirect URIs.

use super::{Row, Stamp, StoreError, Tx, params};

/// What is registered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registration {
    /// Issuer of the provider that knows the client; empty when the registry is the database.
    pub issuer: String,
    pub client_id: String,
    /// Sealed; empty where there is none.
    pub client_secret: String,
    /// How the client identifies itself to the provider.
    pub auth_method: String,
    /// Where the provider lets the registration be managed; empty where it does not.
    pub management_uri: String,
    /// Sealed; empty where there is none.
    pub management_token: String,
    /// The address in force: the last one that was asked for.
    pub redirect_uri: String,
    /// All addresses, in alphabetical order.
    pub redirect_uris: Vec<String>,
}

impl Registration {
    /// The same with another address in force.
    pub fn with(&self, redirect_uri: &str) -> Self {
        Self {
            redirect_uri: redirect_uri.to_owned(),
            ..self.clone()
        }
    }
}

/// The registration, if there is one.
pub fn find(tx: &Tx<'_>) -> Result<Option<Registration>, StoreError> {
    let found = tx.optional(
        "SELECT issuer, client_id, client_secret, auth_method, management_uri, management_token,
             redirect_uri
         FROM accessgateway_registration WHERE id = 1",
        params![],
        read,
    )?;
    let Some(mut registration) = found else {
        return Ok(None);
    };
    registration.redirect_uris = tx.query(
        "SELECT redirect_uri FROM accessgateway_redirect_uri WHERE registration_id = 1
         ORDER BY redirect_uri",
        params![],
        |row| row.get(0),
    )?;
    Ok(Some(registration))
}

/// Puts a registration in the place of what is stored.
pub fn save(tx: &Tx<'_>, it: &Registration, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO accessgateway_registration
             (id, issuer, client_id, client_secret, auth_method, management_uri, management_token,
              redirect_uri, registered, updated)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
         ON CONFLICT (id) DO UPDATE
             SET issuer = excluded.issuer, client_id = excluded.client_id,
                 client_secret = excluded.client_secret, auth_method = excluded.auth_method,
                 management_uri = excluded.management_uri,
                 management_token = excluded.management_token,
                 redirect_uri = excluded.redirect_uri, updated = excluded.updated,
                 registered = CASE WHEN accessgateway_registration.client_id = excluded.client_id
                                   THEN accessgateway_registration.registered
                                   ELSE excluded.registered END",
        params![
            &it.issuer,
            &it.client_id,
            &it.client_secret,
            &it.auth_method,
            &it.management_uri,
            &it.management_token,
            &it.redirect_uri,
            stamp.at,
        ],
    )?;
    tx.execute(
        "DELETE FROM accessgateway_redirect_uri WHERE registration_id = 1",
        params![],
    )?;
    for uri in &it.redirect_uris {
        tx.execute(
            "INSERT INTO accessgateway_redirect_uri (registration_id, redirect_uri, registered)
             VALUES (1, ?1, ?2) ON CONFLICT DO NOTHING",
            params![uri, stamp.at],
        )?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Registration, StoreError> {
    Ok(Registration {
        issuer: row.get(0)?,
        client_id: row.get(1)?,
        client_secret: row.get(2)?,
        auth_method: row.get(3)?,
        management_uri: row.get(4)?,
        management_token: row.get(5)?,
        redirect_uri: row.get(6)?,
        redirect_uris: Vec::new(),
    })
}
