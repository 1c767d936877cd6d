//! Users as other rows mention them: who created or changed something.

use super::{StoreError, Tx, params, users};
use crate::contract::role::Associate;

/// The short view of a user by its id. Names of the person are left to the service.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<Associate>, StoreError> {
    tx.optional(
        "SELECT associate_id, name, person_id, rank, tooltip, type, group_idx, deleted, ejuserId,
             userName
         FROM associate WHERE associate_id = ?1",
        params![id],
        |row| {
            Ok(Associate {
                associate_id: row.get(0)?,
                name: row.get(1)?,
                person_id: row.get(2)?,
                rank: row.get(3)?,
                tooltip: row.get(4)?,
                r#type: users::type_of_number(row.get(5)?),
                group_idx: row.get(6)?,
                deleted: row.get(7)?,
                ej_user_id: row.get(8)?,
                user_name: row.get(9)?,
                ..Associate::default()
            })
        },
    )
}
