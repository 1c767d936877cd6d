//! Who is calling: tickets, application tokens, log-in, and what a caller may do.

mod access_token;
pub mod application;
mod cache;
mod login;
pub mod news;
pub mod password;
mod renewal;
mod sessions;
mod standing;
#[cfg(test)]
pub(crate) mod testing;
mod throttle;
mod ticket;
#[cfg(test)]
mod two_nodes;
pub mod xsrf;

pub use login::LogIn;
pub use sessions::{Sessions, no_session, revoke_tickets};
pub use throttle::network;

use crate::contract::role::RoleType;
use crate::contract::user::UserType;
use crate::fault::{Exception, Fault};
use crate::model::DateTime;
use crate::store::callers::CallerRow;
use crate::store::{Tx, passwords};
use sha2::{Digest, Sha256};
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
    /// Which of the user's tickets the call came with. It is of no use without the rest of it.
    pub ticket_key: String,
}

impl Caller {
    fn new(associate_id: i32, ticket_key: String, row: CallerRow) -> Self {
        Self {
            associate_id,
            name: row.name,
            user_type: user_type(row.associate_type),
            person_id: row.person_id,
            contact_id: row.contact_id,
            group_id: row.group_id,
            role_id: row.role_id,
            // A number from nowhere is the type with the fewest rights.
            role_type: RoleType::from_number(row.role_type).unwrap_or(RoleType::Anonymous),
            rights: row.rights.into_iter().collect(),
            ticket_key,
        }
    }

    /// Whether the role gives at least one of these functional rights, by code name.
    pub fn has_any_right(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.rights.contains(*name))
    }
}

/// Gives a user a password, whose hash was made before the transaction, and ends the user's
/// sessions except for that of the ticket to keep. After the commit [`Sessions::forget_user`] has
/// to follow.
pub fn set_password(
    tx: &Tx<'_>,
    associate_id: i32,
    hash: &str,
    keep: Option<&str>,
    now: DateTime,
) -> Result<(), Fault> {
    if !passwords::set(tx, associate_id, hash, now)? {
        return Err(Fault::service(
            Exception::NotFound,
            format!("There is no user {associate_id}."),
        ));
    }
    revoke_tickets(tx, associate_id, keep)
}

/// What is kept of a secret that is too random to be guessed: its SHA-256, in hexadecimal digits.
pub fn digest(secret: &str) -> String {
    ticket::hexadecimal(&Sha256::digest(secret))
}

/// The kind of user behind `associate.type`.
fn user_type(associate_type: i32) -> UserType {
    match associate_type {
        0 => UserType::InternalAssociate,
        1 => UserType::ResourceAssociate,
        4 => UserType::ExternalAssociate,
        7 => UserType::AnonymousAssociate,
        13 => UserType::SystemAssociate,
        _ => UserType::Unknown,
    }
}
