//! Who may call which operation: the one table, and the one way in.
//!
//! A handler begins with [`enter`], which knows the operation; where the answer depends on the
//! user that is meant, [`read_user`] decides. An operation that is not in the table is refused.

use super::Call;
use crate::contract::role::RoleType;
use crate::contract::user::UserType;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::{Operation, Request};
use crate::session::Caller;

/// What an operation asks of its caller. System users may do all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Anybody who has logged in; [`read_user`] guards the user that is meant.
    Ticket,
    /// An employee.
    Employee,
    /// One of these functional rights, to look after the installation.
    Right(&'static [&'static str]),
    /// One of these functional rights, to look after other users.
    ManageUsers,
}

/// Functional rights that make somebody an administrator of users.
const USER_ADMINISTRATION: &[&str] = &["admin-all", "admin-users"];
const GENERAL_ADMINISTRATION: &[&str] = &["admin-all"];

const TABLE: &[(&Operation, Needs)] = &[
    (CreateDefaultUser::OPERATION, Needs::ManageUsers),
    (CreateDefaultUserFromUserType::OPERATION, Needs::ManageUsers),
    (
        CreateDefaultUserFromUserTypeAndPersonId::OPERATION,
        Needs::ManageUsers,
    ),
    (SaveUser::OPERATION, Needs::ManageUsers),
    (SaveUserFromName::OPERATION, Needs::ManageUsers),
    (ValidateUser::OPERATION, Needs::ManageUsers),
    (DeleteUser::OPERATION, Needs::ManageUsers),
    (DeleteUserFromName::OPERATION, Needs::ManageUsers),
    (GetUser::OPERATION, Needs::Ticket),
    (GetUserFromName::OPERATION, Needs::Ticket),
    (GetUserGroup::OPERATION, Needs::Employee),
    (GetAllUserGroups::OPERATION, Needs::Employee),
    (GetRole::OPERATION, Needs::Employee),
    (GetAllRoles::OPERATION, Needs::Employee),
    (GetAccessGatewayInfo::OPERATION, Needs::Employee),
    (CheckAccessGatewayRegistration::OPERATION, Needs::Employee),
    (
        RegisterWithAccessGateway::OPERATION,
        Needs::Right(GENERAL_ADMINISTRATION),
    ),
    (
        GetOrRegisterAccessGatewayInfo::OPERATION,
        Needs::Right(GENERAL_ADMINISTRATION),
    ),
];

/// Lets the caller into operation `R`, or says why not: `SoSessionException` without a ticket,
/// `SoIllegalOperationException` where the kind of user may not, or only administrators may look
/// after users, `SoSentryException` where the role lacks the right.
pub fn enter<R: Request>(call: &Call) -> Result<&Caller, Fault> {
    let caller = call.caller()?;
    if is_system(caller) {
        return Ok(caller);
    }
    let name = R::OPERATION.name;
    let needs = TABLE
        .iter()
        .find(|(operation, _)| operation.name == name)
        .map(|(_, needs)| *needs);
    match needs {
        Some(Needs::Ticket) => Ok(caller),
        Some(_) if caller.user_type != UserType::InternalAssociate => Err(Fault::service(
            Exception::IllegalOperation,
            format!("{name} is for employees only."),
        )),
        Some(Needs::Employee) => Ok(caller),
        Some(Needs::Right(rights)) if caller.has_any_right(rights) => Ok(caller),
        Some(Needs::ManageUsers) if caller.has_any_right(USER_ADMINISTRATION) => Ok(caller),
        Some(Needs::ManageUsers) => Err(Fault::service(
            Exception::IllegalOperation,
            "Only an administrator may manage users.",
        )
        .with("Rights", USER_ADMINISTRATION.join(", "))),
        Some(Needs::Right(rights)) => Err(denied(name).with("Rights", rights.join(", "))),
        None => Err(denied(name)),
    }
}

/// Whether the caller may see the whole of this user: the own one, or all for administrators.
pub fn read_user(caller: &Caller, associate_id: i32) -> Result<(), Fault> {
    let administrator = is_system(caller)
        || caller.user_type == UserType::InternalAssociate
            && caller.has_any_right(USER_ADMINISTRATION);
    if administrator || caller.associate_id == associate_id {
        Ok(())
    } else {
        Err(Fault::service(
            Exception::Sentry,
            "Only an administrator may read other users.",
        ))
    }
}

fn is_system(caller: &Caller) -> bool {
    caller.user_type == UserType::SystemAssociate && caller.role_type == RoleType::System
}

fn denied(operation: &str) -> Fault {
    Fault::service(
        Exception::Sentry,
        format!("The role of the caller does not allow {operation}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::later;

    #[test]
    fn every_operation_is_either_guarded_or_not_available_yet() {
        for operation in OPERATIONS {
            let guarded = TABLE.iter().any(|(other, _)| other.name == operation.name);
            let later = later::NOT_AVAILABLE.contains(&operation.name);
            assert!(guarded != later, "{}", operation.name);
        }
    }

    #[test]
    fn no_operation_is_guarded_twice() {
        for (index, (operation, _)) in TABLE.iter().enumerate() {
            let again = TABLE[index + 1..].iter();
            assert!(
                !again.clone().any(|(other, _)| other.name == operation.name),
                "{}",
                operation.name
            );
        }
    }
}
