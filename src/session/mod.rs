//! Who is calling: tickets, application tokens, log-in, and what a caller may do.

pub mod password;
pub mod throttle;
pub mod ticket;

use crate::contract::role::RoleType;
use crate::contract::user::UserType;
use std::collections::BTreeSet;

/// The user on whose behalf a call runs, as the store had it when the ticket was last checked.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Primary key of the user.
    pub associate_id: i32,
    /// Log-on name (`associate.name`).
    pub name: String,
    /// Kind of user.
    pub user_type: UserType,
    /// The person behind the user; 0 where there is none.
    pub person_id: i32,
    /// The person's company; 0 where there is none.
    pub contact_id: i32,
    /// Primary group; 0 for users without.
    pub group_id: i32,
    /// The one role.
    pub role_id: i32,
    /// That role's type.
    pub role_type: RoleType,
    /// Code names of the functional rights that the role gives (`admin-users`), sorted.
    pub rights: BTreeSet<String>,
}

impl Caller {
    /// Whether the role gives at least one of these functional rights, by code name.
    pub fn has_any_right(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.rights.contains(*name))
    }
}
