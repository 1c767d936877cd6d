//! What is asked about users of other companies.

use super::fold::fold;
use super::{StoreError, Tx, params};

/// The module whose licence makes an external user active.
pub const ACTIVE_LICENSE: &str = "extern-user-cal";

/// The company of a person, 0 when it has none; `None` when there is no such person.
pub fn company_of_person(tx: &Tx<'_>, person_id: i32) -> Result<Option<i32>, StoreError> {
    tx.optional(
        "SELECT contact_id FROM person WHERE person_id = ?1",
        params![person_id],
        |row| row.get(0),
    )
}

/// The user of a log-on name, in any letter case.
pub fn id_of_log_on_name(tx: &Tx<'_>, name: &str) -> Result<Option<i32>, StoreError> {
    tx.optional(
        "SELECT associate_id FROM associate WHERE name_key = ?1",
        params![&fold(name)],
        |row| row.get(0),
    )
}
