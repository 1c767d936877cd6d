//! The companies whose people may be internal users.

use super::{Stamp, StoreError, Tx, params, users};
use crate::contract::user::UserType;

/// Adds a company; nothing happens when it is one already.
pub fn add(tx: &Tx<'_>, contact_id: i32, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO ownercontactlink (contact_id, registered, registered_associate_id)
         VALUES (?1, ?2, ?3) ON CONFLICT (contact_id) DO NOTHING",
        params![contact_id, stamp.at, stamp.by],
    )?;
    Ok(())
}

/// Removes a company; nothing happens when it is none of them.
pub fn remove(tx: &Tx<'_>, contact_id: i32) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM ownercontactlink WHERE contact_id = ?1",
        params![contact_id],
    )?;
    Ok(())
}

/// Whether somebody of a company is an internal user, retired or not.
pub fn has_internal_users(tx: &Tx<'_>, contact_id: i32) -> Result<bool, StoreError> {
    let internal = users::number_of_type(UserType::InternalAssociate);
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM person JOIN associate ON associate.person_id = person.person_id
             WHERE person.contact_id = ?1 AND associate.type = ?2)",
        params![contact_id, internal],
        |row| row.get(0),
    )
}
