//! Who may call which operation: each operation's declaration says what it asks of its caller,
//! and this is where that is looked at. Where the answer depends on the user that is meant,
//! the handler asks one of the functions below [`check`], and `user_guard` for those that are to
//! be changed.

use super::Call;
use crate::contract::role::RoleType;
use crate::contract::user::UserType;
use crate::fault::{Exception, Fault};
use crate::model::{Access, Operation};
use crate::session::Caller;

/// The functional right that makes an administrator of everything.
pub const ADMIN_ALL: &str = "admin-all";

/// Lets the caller into an operation, or says why not: `SoSessionException` without a ticket,
/// and what [`refusal`] says.
pub fn check(call: &Call, operation: &Operation) -> Result<(), Fault> {
    if operation.access == Access::Anybody {
        return Ok(());
    }
    refusal(call.caller()?, operation).map_or(Ok(()), Err)
}

/// Why a caller is not let into an operation: `SoIllegalOperationException` where the kind of user
/// may not, or only administrators may look after users, `SoSentryException` where the role lacks
/// the right. System users may all.
pub fn refusal(caller: &Caller, operation: &Operation) -> Option<Fault> {
    let open = matches!(operation.access, Access::Anybody | Access::Ticket);
    if open || is_system(caller) {
        return None;
    }
    if operation.access == Access::ExternalUserAdministrator {
        return look_after_external_users(caller).err();
    }
    let name = operation.name;
    if caller.user_type != UserType::InternalAssociate {
        return Some(Fault::service(
            Exception::IllegalOperation,
            format!("{name} is for employees only."),
        ));
    }
    let rights = operation.access.rights();
    if rights.is_empty() || caller.has_any_right(rights) {
        return None;
    }
    Some(match operation.access {
        Access::UserAdministrator => only_administrators(),
        _ => Fault::service(
            Exception::Sentry,
            format!("The role of the caller does not allow {name}."),
        )
        .with("Rights", rights.join(", ")),
    })
}

/// Whether the caller looks after users of all kinds: system users, and employees with the right.
pub fn is_user_administrator(caller: &Caller) -> bool {
    is_system(caller)
        || caller.user_type == UserType::InternalAssociate
            && caller.has_any_right(Access::UserAdministrator.rights())
}

/// Whether the caller may see the whole of this user: the own one, or all for administrators.
pub fn read_user(caller: &Caller, associate_id: i32) -> Result<(), Fault> {
    if is_user_administrator(caller) || caller.associate_id == associate_id {
        Ok(())
    } else {
        Err(Fault::service(
            Exception::Sentry,
            "Only an administrator may read other users.",
        ))
    }
}

/// Whether the caller may change the password of this user: the own one, or all for
/// administrators. Anonymous users share a name, so that they may not even change the own one.
pub fn change_password(caller: &Caller, associate_id: i32) -> Result<(), Fault> {
    if is_own(caller, associate_id) || is_user_administrator(caller) {
        Ok(())
    } else {
        Err(Fault::service(
            Exception::IllegalOperation,
            "Only an administrator may change the passwords of others.",
        ))
    }
}

/// Whether the caller may do everything, to administrators too.
pub fn is_general_administrator(caller: &Caller) -> bool {
    is_system(caller)
        || caller.user_type == UserType::InternalAssociate
            && caller.has_any_right(Access::Administrator.rights())
}

/// Whether the caller may see what colleagues know of this user: employees of all, external users
/// of themselves.
pub fn see_user(caller: &Caller, associate_id: i32) -> Result<(), Fault> {
    if is_own(caller, associate_id)
        || is_system(caller)
        || caller.user_type == UserType::InternalAssociate
    {
        Ok(())
    } else {
        Err(Fault::service(
            Exception::Sentry,
            "Only employees may look at other users.",
        ))
    }
}

/// Whether the caller may change what belongs to this user alone: the own user, or any for
/// administrators.
pub fn change_own(caller: &Caller, associate_id: i32) -> Result<(), Fault> {
    if is_own(caller, associate_id) || is_user_administrator(caller) {
        Ok(())
    } else {
        Err(only_administrators())
    }
}

/// Whether the caller may manage the external users of a company: administrators of users and
/// employees with the right to manage external persons of all companies, external persons with
/// that right of their own one. Company 0 stands for a user who does not exist or has none.
pub fn manage_external_users(caller: &Caller, company: i32) -> Result<(), Fault> {
    let own = caller.user_type != UserType::ExternalAssociate
        || company != 0 && caller.contact_id == company;
    match own {
        true => look_after_external_users(caller),
        false => Err(not_those_external_users()),
    }
}

/// Whether the caller looks after external users at all.
fn look_after_external_users(caller: &Caller) -> Result<(), Fault> {
    let a_person = matches!(
        caller.user_type,
        UserType::InternalAssociate | UserType::ExternalAssociate
    );
    let rights = Access::ExternalUserAdministrator.rights();
    if is_system(caller) || a_person && caller.has_any_right(rights) {
        Ok(())
    } else {
        Err(not_those_external_users())
    }
}

fn not_those_external_users() -> Fault {
    Fault::service(
        Exception::IllegalOperation,
        "The caller may not manage external users of that company.",
    )
    .with(
        "Rights",
        Access::ExternalUserAdministrator.rights().join(", "),
    )
}

fn only_administrators() -> Fault {
    Fault::service(
        Exception::IllegalOperation,
        "Only an administrator may manage users.",
    )
    .with("Rights", Access::UserAdministrator.rights().join(", "))
}

/// Whether this is the caller's user. Nobody in particular owns an anonymous one.
fn is_own(caller: &Caller, associate_id: i32) -> bool {
    caller.associate_id == associate_id && caller.user_type != UserType::AnonymousAssociate
}

/// Whether the caller is a program of the system's own, which may all.
pub fn is_system(caller: &Caller) -> bool {
    caller.user_type == UserType::SystemAssociate && caller.role_type == RoleType::System
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user_service::*;
    use crate::model::{Reach, Request};

    /// A ticket alone, whoever the call is about, is what a declaration asks for that says
    /// nothing, so whoever builds an operation has to decide: ask for more, or say here why not.
    #[test]
    fn what_a_ticket_alone_opens_is_meant_to_be_open() {
        let open = [
            // Both answer whether the caller may.
            CanChangePassword::OPERATION.name,
            GetSupportedChangePasswordTypes::OPERATION.name,
            // The rules for passwords are no secret.
            IsPasswordValid::OPERATION.name,
            IsPasswordValidWithReason::OPERATION.name,
        ];
        for operation in OPERATIONS {
            let asks = !matches!(operation.access, Access::Anybody | Access::Ticket);
            if !asks && operation.reach == Reach::All {
                assert!(open.contains(&operation.name), "{}", operation.name);
            }
        }
    }
}
