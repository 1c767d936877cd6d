//! Users by what stands behind them.

use super::{StoreError, Tx, params};

/// The users that a person is, oldest first.
pub fn of_person(tx: &Tx<'_>, person_id: i32) -> Result<Vec<i32>, StoreError> {
    tx.query(
        "SELECT associate_id FROM associate WHERE person_id = ?1 ORDER BY associate_id",
        params![person_id],
        |row| row.get(0),
    )
}

/// The users beside a Service user, oldest first.
pub fn of_service_user(tx: &Tx<'_>, service_user: i32) -> Result<Vec<i32>, StoreError> {
    tx.query(
        "SELECT associate_id FROM associate WHERE ejuserId = ?1 ORDER BY associate_id",
        params![service_user],
        |row| row.get(0),
    )
}
