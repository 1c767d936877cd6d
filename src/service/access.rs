//! Who may call which operation: each operation's declaration says what it asks of its caller,
//! and this is where that is looked at. Where the answer depends on the user that is meant,
//! [`read_user`] decides, and `user_guard` for those that are to be changed.

use super::Call;
use crate::contract::role::RoleType;
use crate::contract::user::UserType;
use crate::fault::{Exception, Fault};
use crate::model::{Access, Operation};
use crate::session::Caller;

/// Functional rights that make somebody an administrator of users.
const USER_ADMINISTRATION: &[&str] = &[ADMIN_ALL, "admin-users"];
/// Functional rights that make somebody an administrator of roles.
const ROLE_ADMINISTRATION: &[&str] = &[ADMIN_ALL, "admin-role"];
const GENERAL_ADMINISTRATION: &[&str] = &[ADMIN_ALL];
/// The functional right that makes an administrator of everything.
pub const ADMIN_ALL: &str = "admin-all";

/// Lets the caller into an operation, or says why not: `SoSessionException` without a ticket,
/// `SoIllegalOperationException` where the kind of user may not, or only administrators may look
/// after users, `SoSentryException` where the role lacks the right. System users may all.
pub fn check(call: &Call, operation: &Operation) -> Result<(), Fault> {
    if operation.access == Access::Anybody {
        return Ok(());
    }
    let caller = call.caller()?;
    if is_system(caller) || operation.access == Access::Ticket {
        return Ok(());
    }
    let name = operation.name;
    if caller.user_type != UserType::InternalAssociate {
        return Err(Fault::service(
            Exception::IllegalOperation,
            format!("{name} is for employees only."),
        ));
    }
    match operation.access {
        Access::Anybody | Access::Ticket | Access::Employee => Ok(()),
        Access::UserAdministrator if caller.has_any_right(USER_ADMINISTRATION) => Ok(()),
        Access::UserAdministrator => Err(Fault::service(
            Exception::IllegalOperation,
            "Only an administrator may manage users.",
        )
        .with("Rights", USER_ADMINISTRATION.join(", "))),
        Access::RoleAdministrator => needs(caller, ROLE_ADMINISTRATION, name),
        Access::Administrator => needs(caller, GENERAL_ADMINISTRATION, name),
    }
}

fn needs(caller: &Caller, rights: &[&str], operation: &str) -> Result<(), Fault> {
    if caller.has_any_right(rights) {
        return Ok(());
    }
    Err(Fault::service(
        Exception::Sentry,
        format!("The role of the caller does not allow {operation}."),
    )
    .with("Rights", rights.join(", ")))
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
    let own =
        caller.associate_id == associate_id && caller.user_type != UserType::AnonymousAssociate;
    if own || is_user_administrator(caller) {
        Ok(())
    } else {
        Err(Fault::service(
            Exception::IllegalOperation,
            "Only an administrator may change the passwords of others.",
        ))
    }
}

/// Whether the caller looks after users.
pub fn is_user_administrator(caller: &Caller) -> bool {
    is_system(caller)
        || caller.user_type == UserType::InternalAssociate
            && caller.has_any_right(USER_ADMINISTRATION)
}

/// Whether the caller may do everything, to administrators too.
pub fn is_general_administrator(caller: &Caller) -> bool {
    is_system(caller)
        || caller.user_type == UserType::InternalAssociate
            && caller.has_any_right(GENERAL_ADMINISTRATION)
}

fn is_system(caller: &Caller) -> bool {
    caller.user_type == UserType::SystemAssociate && caller.role_type == RoleType::System
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user_service::*;
    use crate::model::Request;
    use crate::service::later;

    /// A ticket alone is what a declaration asks for that says nothing, so whoever builds an
    /// operation has to decide: ask for more, or look at whom the call is about and say so here.
    #[test]
    fn what_a_ticket_alone_opens_is_guarded_by_its_handler() {
        let guarded = [
            GetUser::OPERATION.name,
            GetUserFromName::OPERATION.name,
            ChangePassword::OPERATION.name,
            ChangeOwnPassword::OPERATION.name,
            ChangePasswordFromName::OPERATION.name,
            CanChangePassword::OPERATION.name,
            GetSupportedChangePasswordTypes::OPERATION.name,
            // The rules for passwords are no secret.
            IsPasswordValid::OPERATION.name,
            IsPasswordValidWithReason::OPERATION.name,
        ];
        for operation in OPERATIONS {
            let open = matches!(operation.access, Access::Anybody | Access::Ticket);
            let built = !later::NOT_AVAILABLE.contains(&operation.name);
            if open && built {
                assert!(guarded.contains(&operation.name), "{}", operation.name);
            }
        }
    }
}
