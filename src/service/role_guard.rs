//! What nobody may do to a role, however the call is made: change what is closed, give away more
//! than one's own, or leave the installation without an administrator.

use super::access::{ADMIN_ALL, is_general_administrator};
use crate::contract::role::RoleType;
use crate::fault::{Exception, Fault};
use crate::session::Caller;
use crate::store::roles::{self, RoleRow};
use crate::store::{Tx, users};
use std::collections::BTreeSet;

/// What the code names of rights begin with that let somebody administer something.
const ADMINISTRATIVE: &str = "admin-";

/// The error about a role that does not exist.
pub fn not_found(id: i32) -> Fault {
    Fault::service(Exception::NotFound, format!("There is no role {id}."))
}

/// Lets the caller change a role, deleted or not. The system role is closed to everybody, and a
/// role with `admin-all` to those who lack that.
pub fn open_to(tx: &Tx<'_>, caller: &Caller, role: &RoleRow) -> Result<(), Fault> {
    if role.role_type == RoleType::System {
        return Err(Fault::service(
            Exception::IllegalOperation,
            "The system role cannot be changed.",
        ));
    }
    if !is_general_administrator(caller) && roles::has_right(tx, role.id, ADMIN_ALL)? {
        return Err(Fault::service(
            Exception::Sentry,
            "Only a general administrator may change the role of one.",
        ));
    }
    Ok(())
}

/// A role in use that the caller may change.
pub fn role_to_change(tx: &Tx<'_>, caller: &Caller, id: i32) -> Result<RoleRow, Fault> {
    let role = roles::find(tx, id)?.ok_or_else(|| not_found(id))?;
    open_to(tx, caller, &role)?;
    if role.deleted {
        return Err(Fault::service(
            Exception::IllegalOperation,
            "The role has been deleted.",
        ));
    }
    Ok(role)
}

/// Why a role of a type cannot come into use beside those that are: an id of 0 is a new one.
pub fn objection_to_use(
    tx: &Tx<'_>,
    role_type: RoleType,
    id: i32,
) -> Result<Option<&'static str>, Fault> {
    Ok(match role_type {
        RoleType::System if id == 0 => Some("Nobody can make a system role."),
        RoleType::Anonymous if roles::another_of_type(tx, role_type, id)? => {
            Some("There is an anonymous role already.")
        }
        _ => None,
    })
}

/// Lets a user delete a role that is open to the user: not the own one, the anonymous one, or the
/// last of its type.
pub fn deletable(tx: &Tx<'_>, role: &RoleRow, by: i32) -> Result<(), Fault> {
    let reason = if role.id == roles::of_user(tx, by)? {
        "Nobody can delete the own role."
    } else if role.role_type == RoleType::Anonymous {
        "The anonymous role cannot be deleted."
    } else if !roles::another_of_type(tx, role.role_type, role.id)? {
        "This is the last role of its type."
    } else {
        return Ok(());
    };
    Err(Fault::service(Exception::IllegalOperation, reason))
}

/// Lets the caller give somebody the rights `after` who had those `before`. Whoever lacks
/// `admin-all` can hand on administrative rights of the own role only, and so not climb.
pub fn hand_on(
    caller: &Caller,
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> Result<(), Fault> {
    if is_general_administrator(caller) {
        return Ok(());
    }
    let mut given = after.difference(before);
    match given.find(|right| right.starts_with(ADMINISTRATIVE) && !caller.rights.contains(*right)) {
        None => Ok(()),
        Some(right) => Err(Fault::service(
            Exception::Sentry,
            format!("Nobody can give away {right} without having it."),
        )
        .with("Rights", right)),
    }
}

/// To be called in the transaction, after the rights of users have changed from those `before`.
/// Refuses when `admin-all` was among them and no employee in service has it any more; programs
/// are no substitute.
pub fn keep_an_administrator(tx: &Tx<'_>, before: &BTreeSet<String>) -> Result<(), Fault> {
    if !before.contains(ADMIN_ALL) || users::another_has_right(tx, ADMIN_ALL, 0)? {
        return Ok(());
    }
    Err(Fault::service(
        Exception::IllegalOperation,
        "Nobody would be left who may administer everything.",
    ))
}
