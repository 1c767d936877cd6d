//! The registration with the access gateway: one row at most.

use super::{Row, Stamp, StoreError, Tx, params};

/// What is registered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registration {
    pub client_id: String,
    /// The address in force.
    pub redirect_uri: String,
}

/// The registration, if there is one.
pub fn find(tx: &Tx<'_>) -> Result<Option<Registration>, StoreError> {
    tx.optional(
        "SELECT client_id, redirect_uri FROM accessgateway_registration WHERE id = 1",
        params![],
        read,
    )
}

/// Registers, or replaces the redirect URI of what is registered, whose client id stays. Gives
/// what is registered now. The registry in the database asks for no secret, so none is made.
pub fn save(
    tx: &Tx<'_>,
    new_client_id: &str,
    redirect_uri: &str,
    stamp: Stamp,
) -> Result<Registration, StoreError> {
    let registration = tx.one(
        "INSERT INTO accessgateway_registration
             (id, client_id, client_secret, redirect_uri, registered, updated)
         VALUES (1, ?1, '', ?2, ?3, ?3)
         ON CONFLICT (id) DO UPDATE
             SET redirect_uri = excluded.redirect_uri, updated = excluded.updated
         RETURNING client_id, redirect_uri",
        params![new_client_id, redirect_uri, stamp.at],
        read,
    )?;
    tx.execute(
        "INSERT INTO accessgateway_redirect_uri (registration_id, redirect_uri, registered)
         VALUES (1, ?1, ?2) ON CONFLICT DO NOTHING",
        params![redirect_uri, stamp.at],
    )?;
    Ok(registration)
}

fn read(row: &Row<'_>) -> Result<Registration, StoreError> {
    Ok(Registration {
        client_id: row.get(0)?,
        redirect_uri: row.get(1)?,
    })
}
