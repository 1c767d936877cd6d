//! Who owns data, and how somebody else stands to the owner.

use super::users::type_of_number;
use super::{StoreError, Tx, params};
use crate::contract::user::UserType;

/// The owner of a company as one user sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// The owner's user.
    pub associate_id: i32,
    pub user_type: UserType,
    /// Whether both have the same primary group.
    pub shares_primary_group: bool,
    /// Whether they have any other group in common.
    pub shares_other_group: bool,
}

/// Who is the contact at home of a company, seen by a user with a primary group, 0 for none. None
/// where there is nobody, or no such company.
pub fn of_company(
    tx: &Tx<'_>,
    contact_id: i32,
    by: i32,
    group_id: i32,
) -> Result<Option<Ownership>, StoreError> {
    tx.optional(
        "SELECT owner.associate_id, owner.type, owner.group_idx <> 0 AND owner.group_idx = ?3,
             EXISTS (
                 SELECT 1 FROM usergrouplink mine WHERE mine.assoc_id = ?2 AND (
                     mine.UserGroup_id = owner.group_idx OR EXISTS (
                         SELECT 1 FROM usergrouplink theirs
                         WHERE theirs.assoc_id = owner.associate_id
                           AND theirs.UserGroup_id = mine.UserGroup_id)))
             OR EXISTS (
                 SELECT 1 FROM usergrouplink theirs
                 WHERE theirs.assoc_id = owner.associate_id AND theirs.UserGroup_id = ?3)
         FROM contact JOIN associate owner ON owner.associate_id = contact.associate_id
         WHERE contact.contact_id = ?1",
        params![contact_id, by, group_id],
        |row| {
            Ok(Ownership {
                associate_id: row.get(0)?,
                user_type: type_of_number(row.get(1)?),
                shares_primary_group: row.get(2)?,
                shares_other_group: row.get(3)?,
            })
        },
    )
}
