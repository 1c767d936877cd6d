//! `/api/v1/User`: users as resources of the REST side.
//!
//! From the REST descriptions of 2023 and 2026. Each does what an operation of the user agent
//! does, and asks the same of its caller. Where a path names a user, `{id}` stands for digits and
//! `{userName}` for everything else that is no word of another path.

use super::archive::UserArchive;
use super::command::{CommandActionResult, CommandResult, CustomCommand};
use super::credential::CredentialType;
use super::headers::NO_BLOCKS;
use super::links::{Patch, UserWithLinks};
use super::principal::SoPrincipalCarrier;
use super::role::Associate;
use super::user::{StringDictionary, User, UserPresenceStatus, UserType};
use crate::model::{Access, DateTime, Dated, Method, Operation, Reach, Route, Service, operations};

/// The resources, as a service that SOAP does not know.
pub static SERVICE: Service = Service {
    name: "User",
    definitions: "UserResource",
    request_headers: &NO_BLOCKS,
    response_headers: &NO_BLOCKS,
    operations: OPERATIONS,
    doc: "Users as resources.",
};

const ORDINARY: Operation = Operation::ordinary(Access::UserAdministrator);
const OTHERS: Reach = Reach::Others(Access::UserAdministrator);

const fn at(method: Method, path: &'static str) -> Option<Route> {
    Some(Route { method, path })
}

operations! {
    /// A list of users, retired ones included. The words of filter and order are those of OData and
    /// some of the vendor's.
    GetAll {
        /// Columns, with commas between; all when missing.
        select "$select": Option<String>,
        /// Which users, such as `startswith(name, 'a') and deleted eq false`; all when missing.
        filter "$filter": Option<String>,
        /// Columns, with commas between, each with `asc` or `desc` behind it; by key when missing.
        order_by "$orderBy": Option<String>,
        /// How many at most: 500 when missing, 1000 in any case.
        top "$top": Option<i32>,
        /// How many to leave out before the first.
        skip "$skip": Option<i32>,
    } -> Option<UserArchive>, route: at(Method::Get, "/v1/User");

    /// Creates a user and answers it as stored. An `AssociateId` in the body is passed over.
    PostUser {
        new_entity "newEntity": Option<User>,
    } -> Dated<Option<UserWithLinks>>, route: at(Method::Post, "/v1/User");

    /// A user in full.
    GetUser {
        /// The `AssociateId`.
        id "id": i32,
    } -> Dated<Option<UserWithLinks>>, route: at(Method::Get, "/v1/User/{id}"),
        access: Access::Ticket, reach: OTHERS;

    /// Changes a user, and answers it as stored.
    PutUser {
        /// The `AssociateId`. That in the body has to be the same, or 0.
        id "id": i32,
        entity "entity": Option<User>,
        /// Nothing is changed when somebody has changed the user since.
        unmodified_since "If-Unmodified-Since": Option<DateTime>,
    } -> Dated<Option<UserWithLinks>>, route: at(Method::Put, "/v1/User/{id}");

    /// Changes some of a user, and answers it as stored.
    PatchUser {
        /// The `AssociateId`.
        id "id": i32,
        patch "patch": Option<Patch>,
        /// Nothing is changed when somebody has changed the user since.
        unmodified_since "If-Unmodified-Since": Option<DateTime>,
    } -> Dated<Option<UserWithLinks>>, route: at(Method::Patch, "/v1/User/{id}");

    /// Deletes a user for good.
    DeleteUser {
        /// The `AssociateId`.
        id "id": i32,
        /// Nothing is deleted when somebody has changed the user since.
        unmodified_since "If-Unmodified-Since": Option<DateTime>,
    } -> (), route: at(Method::Delete, "/v1/User/{id}");

    /// The commands that are offered for a user.
    GetUserCommands {
        /// The `AssociateId`.
        id "id": i32,
    } -> Option<Vec<CustomCommand>>, route: at(Method::Get, "/v1/User/{id}/CustomCommand"),
        access: Access::Employee, reach: OTHERS;

    /// Runs a command on a user. One that is not offered is a result without success.
    ExecuteUserCommand {
        /// The `AssociateId`.
        id "id": i32,
        /// The `Name` of the command.
        command_name "commandName": String,
        /// What the person answered to the question in `CustomCommand.Actions`.
        action_result "actionResult": Option<CommandActionResult>,
    } -> Option<CommandResult>,
        route: at(Method::Post, "/v1/User/{id}/CustomCommand/{commandName}"),
        access: Access::Employee, reach: OTHERS;

    /// A user in full, by user ID, else by user name, letter case ignored.
    GetUserFromName {
        user_name "userName": String,
    } -> Option<User>, route: at(Method::Get, "/v1/User/{userName}"),
        access: Access::Ticket, reach: OTHERS;

    /// Changes the user of that name, and answers it as stored.
    SaveUserFromName {
        /// The present name.
        user_name "userName": String,
        user "user": Option<User>,
    } -> Option<User>, route: at(Method::Put, "/v1/User/{userName}");

    /// Deletes the user of that name for good.
    DeleteUserFromName {
        user_name "userName": String,
    } -> (), route: at(Method::Delete, "/v1/User/{userName}");

    /// The ways to log in that the installation offers.
    GetCredentialTypes {} -> Option<Vec<CredentialType>>,
        route: at(Method::Get, "/v1/User/CredentialTypes"), access: Access::Employee;

    /// A blank user of a kind, with name, groups and role proposed. Nothing is stored.
    CreateDefaultUser {
        /// An employee, unless it says otherwise.
        user_type "userType": Option<UserType>,
        /// The person; none when missing or 0.
        person_id "personId": Option<i32>,
    } -> Option<User>, route: at(Method::Get, "/v1/User/Default");

    /// What a save of the user would refuse: a message for each field, by name. Empty when it can
    /// be saved.
    ValidateUser {
        user "user": Option<User>,
    } -> Option<StringDictionary>, route: at(Method::Post, "/v1/User/Validate");

    /// Whether a user is at work.
    GetUserPresenceStatus {
        associate_id "associateId": i32,
    } -> Option<UserPresenceStatus>,
        route: at(Method::Get, "/v1/User/{associateId}/UserPresenceStatus"),
        access: Access::Ticket, reach: Reach::Others(Access::Employee);

    /// Tells whether a user is at work, and answers it as stored.
    SetUserPresenceStatus {
        associate_id "associateId": i32,
        user_presence_status "userPresenceStatus": Option<UserPresenceStatus>,
    } -> Option<UserPresenceStatus>,
        route: at(Method::Put, "/v1/User/{associateId}/UserPresenceStatus"),
        access: Access::Ticket, reach: OTHERS;

    /// The caller's user in full.
    GetCurrentUser {} -> Option<User>, route: at(Method::Get, "/v1/User/current"),
        access: Access::Ticket, reach: Reach::Own;

    /// Who the caller is: the user, the person, the company and what they may do.
    GetCurrentPrincipal {} -> Option<SoPrincipalCarrier>,
        route: at(Method::Get, "/v1/User/currentPrincipal"),
        access: Access::Ticket, reach: Reach::Own;

    /// A short view of the caller's user.
    GetCurrentAssociate {} -> Option<Associate>,
        route: at(Method::Get, "/v1/User/currentAssociate"),
        access: Access::Ticket, reach: Reach::Own;

    /// An access token for the caller, `8A:…`, good for one hour: a new one each time, since none
    /// is kept in a form that could be told again.
    GetCurrentToken {} -> Option<String>, route: at(Method::Get, "/v1/User/currentToken"),
        access: Access::Ticket, reach: Reach::Own;
}
