//! Whether Service users are at work.

use super::{StoreError, Tx, params};
use crate::contract::user::{EjUserStatus, UserPresenceStatus};

/// The Service user beside a user, 0 when there is none, and whether it is at work; `None` when
/// there is no such user.
pub fn find(
    tx: &Tx<'_>,
    associate_id: i32,
) -> Result<Option<(i32, UserPresenceStatus)>, StoreError> {
    tx.optional(
        "SELECT coalesce(ejuser.id, 0), coalesce(status, 0), coalesce(not_present, '')
         FROM associate LEFT JOIN ejuser ON ejuser.id = associate.ejuserId
         WHERE associate_id = ?1",
        params![associate_id],
        |row| {
            let status = EjUserStatus::from_number(row.get(1)?).unwrap_or_default();
            let message = row.get(2)?;
            Ok((row.get(0)?, UserPresenceStatus { status, message }))
        },
    )
}

/// Notes whether a Service user is at work.
pub fn set(
    tx: &Tx<'_>,
    service_user: i32,
    presence: &UserPresenceStatus,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE ejuser SET status = ?2, not_present = ?3 WHERE id = ?1",
        params![
            service_user,
            presence.status as i32,
            presence.message.as_deref()
        ],
    )?;
    Ok(())
}
