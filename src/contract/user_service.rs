//! `User.svc`: the operations on users, roles and everything around them.
//!
//! The first 95 are those of the vendor's WSDL of 2023, in its order; the last two are known from
//! the REST description of 2026 only. The order is part of the contract: it is that of the WSDL,
//! and tables of handlers are built on it. That is why all 97 stand in this one long file and are
//! not sorted by area.
//!
//! True of all, and not repeated below:
//!
//! - The caller needs a ticket (`SoSessionException`), and a kind of user and a role that allow
//!   the operation (`SoIllegalOperationException`, `SoSentryException`). Everybody may change
//!   their own password.
//! - `CreateDefault…` only fills a carrier in; nothing is stored before the save. Saving a
//!   carrier whose key is 0 creates a row, another key changes that row.
//! - Asked for one carrier by a key that does not exist, 0 included, an operation answers nil;
//!   for several, it leaves the unknown out and keeps the order asked. An operation that changes
//!   something answers `SoNotFoundException`. Arrays may be empty, but are never nil.
//! - A carrier that cannot be saved is a `SoValidationException`, with a message for each field.

use super::command::{CommandActionResult, CommandResult, CustomCommand};
use super::credential::{
    AccessGatewayInfo, Credential, CredentialType, CredentialsGroup, CredentialsGroupUsers,
    ServiceAuth, TokenManagementInfo, UntrustedCredentials,
};
use super::headers::{ResponseHeaders, UserRequestHeaders};
use super::list::{MDOListItem, SelectableMDOListItem};
use super::role::{Role, RoleEntity, RoleRelationToOwner, RoleType};
use super::user::{
    ChangePasswordType, ExternalUserInfoModification, OperationResult, ResolvedUser,
    StringDictionary, User, UserGroup, UserInfo, UserPresenceStatus, UserType,
    UserValidationResult,
};
use crate::model::{Access, Edition, Operation, Reach, Rest, Service, operations};

/// The service.
pub static SERVICE: Service = Service {
    name: "User",
    definitions: "WcfUserService",
    request_headers: UserRequestHeaders::TYPE,
    response_headers: ResponseHeaders::TYPE,
    operations: OPERATIONS,
    doc: "Users, roles, groups, rights, passwords, credentials and licences.",
};

const ORDINARY: Operation = Operation::ordinary(Access::Ticket);

operations! {
    /// A blank role for employees.
    CreateDefaultRoleEntity {} -> Option<RoleEntity>, access: Access::RoleAdministrator;

    /// Creates or changes a role, with its data rights, and answers it as stored. A changed type is
    /// ignored; a nil matrix leaves the rights as they are; only one anonymous role can exist.
    SaveRoleEntity {
        role_entity "RoleEntity": Option<RoleEntity>,
    } -> Option<RoleEntity>, access: Access::RoleAdministrator, rest: Rest::Bare;

    /// Blank log-in data for a mail server.
    CreateDefaultServiceAuth {} -> Option<ServiceAuth>, access: Access::Employee;

    /// Creates or changes log-in data for a mail server, and answers it as stored. The password is
    /// kept encrypted.
    SaveServiceAuth {
        service_auth "ServiceAuth": Option<ServiceAuth>,
    } -> Option<ServiceAuth>, access: Access::Employee, rest: Rest::Bare, reach: Reach::Others(Access::Administrator);

    /// Deletes log-in data for a mail server.
    DeleteServiceAuth {
        service_auth_id "ServiceAuthId": i32,
    } -> (), access: Access::Employee, rest: Rest::Query, reach: Reach::Others(Access::Administrator);

    /// A blank secret for another system: active, valid from now without end.
    CreateDefaultUntrustedCredentials {} -> Option<UntrustedCredentials>, access: Access::Employee;

    /// A blank employee, with the default group and role.
    CreateDefaultUser {} -> Option<User>, access: Access::UserAdministrator;

    /// Creates or changes a user, with groups, licences, credentials and custom fields, all or
    /// nothing, and answers it as stored. Refused: what `ValidateUser` objects to
    /// (`SoValidationException`), a nil user (`SoInvalidArgumentException`).
    SaveUser {
        user "User": Option<User>,
    } -> Option<User>, access: Access::UserAdministrator, rest: Rest::Bare;

    /// The commands that plug-ins offer for the user; none in a bare system.
    GetUserCommands {
        user "User": Option<User>,
    } -> Option<Vec<CustomCommand>>, access: Access::Employee;

    /// Runs a command on the user. An unknown command is no error, but a result without success.
    ExecuteUserCommand {
        /// The `Name` of the command.
        command_name "CommandName": Option<String>,
        /// What the person answered to the question in `CustomCommand.Actions`.
        command_action_result "CommandActionResult" as "ActionResult": CommandActionResult,
        user "User": Option<User>,
    } -> Option<CommandResult>, access: Access::Employee;

    /// Deletes a user for good and keeps a line of history. Refused for oneself, for users that are
    /// logged in, and while requests depend on the user; see `MakeRetired` and `RemoveLicenses` for
    /// less.
    DeleteUser {
        /// The `AssociateId`.
        user_id "UserId": i32,
    } -> (), access: Access::UserAdministrator, rest: Rest::Query;

    /// The registration with the access gateway; with empty members when there is none.
    GetAccessGatewayInfo {} -> Option<AccessGatewayInfo>, access: Access::Employee;

    /// The registration with the access gateway, which is made first, or has the address added, when
    /// need be.
    GetOrRegisterAccessGatewayInfo {
        /// Where the gateway is to send browsers back; nil or empty changes nothing.
        redirect_uri "RedirectUri": Option<String>,
    } -> Option<AccessGatewayInfo>, access: Access::Administrator;

    /// Registers with the access gateway, or makes the address the only one of the registration; the
    /// client id stays, unless the gateway does not know it any more. An address that is not a URI
    /// is a `SoValidationException`.
    RegisterWithAccessGateway {
        /// Where the gateway is to send browsers back: an absolute URI, at most 2048 characters.
        redirect_uri "RedirectUri": Option<String>,
    } -> Option<AccessGatewayInfo>, access: Access::Administrator;

    /// Whether there is a registration with the access gateway that works.
    CheckAccessGatewayRegistration {} -> bool, access: Access::Employee;

    /// Gives the user a way to log in, in place of the present one of that type; true when stored.
    /// An unknown type and a blank password are refused.
    SaveCredential {
        /// The `AssociateId`.
        user_id "UserId": i32,
        credential "Credential": Option<Credential>,
    } -> bool, access: Access::UserAdministrator;

    /// Removes a way to log in from the user; false when the user has none of that type.
    DeleteCredential {
        /// The `AssociateId`.
        user_id "UserId": i32,
        /// The `Type` of the credential type, such as `ActiveDirectory`.
        credential_type "CredentialType": Option<String>,
    } -> bool, access: Access::UserAdministrator;

    /// Groups of the directory behind a type of credential; at least one, even where the directory
    /// knows no groups. Only for types chosen from a directory (`CredentialControlType.Link`).
    FindCredentialsGroups {
        /// The `Type` of the credential type; unknown: `SoInvalidArgumentException`.
        r#type "Type": Option<String>,
        /// Part of the name; blank finds all.
        search_string "SearchString": Option<String>,
    } -> Option<Vec<CredentialsGroup>>, access: Access::UserAdministrator;

    /// Users of the directory behind a type of credential, without those that are users here
    /// already.
    FindCredentialUsers {
        /// The `Type` of the credential type; unknown: `SoInvalidArgumentException`.
        r#type "Type": Option<String>,
        /// Part of the name.
        search_string "SearchString": Option<String>,
    } -> Option<CredentialsGroupUsers>, access: Access::UserAdministrator;

    /// Users of one group of a directory, without those that are users here already.
    GetCredentialUsersInGroup {
        /// The `Type` of the credential type; unknown: `SoInvalidArgumentException`.
        r#type "Type": Option<String>,
        /// The `Name` of the group, not its `DisplayName`.
        group_name "GroupName": Option<String>,
    } -> Option<CredentialsGroupUsers>, access: Access::UserAdministrator;

    /// A role as a list shows it.
    GetRole {
        role_id "RoleId": i32,
    } -> Option<Role>, access: Access::Employee, rest: Rest::Query;

    /// A role in full, with its matrix of data rights.
    GetRoleEntity {
        role_entity_id "RoleEntityId": i32,
    } -> Option<RoleEntity>, access: Access::Employee, rest: Rest::Query;

    /// Marks a role as deleted and gives its users another of the same type. Refused for the
    /// caller's role, the anonymous and system roles and the last of a type.
    DeleteRole {
        role_id_to_delete "RoleIdToDelete": i32,
        /// A role of the same type, neither deleted nor the one to delete.
        replacing_role_id "ReplacingRoleId": i32,
    } -> (), access: Access::RoleAdministrator;

    /// Roles of a type, without deleted ones and with none selected.
    GetAllRoles {
        role_type "RoleType": RoleType,
    } -> Option<Vec<SelectableMDOListItem>>, access: Access::Employee;

    /// The functional rights that roles of a type can have; the code name of each is in
    /// `ExtraInfo`.
    GetAllFunctionalRights {
        role_type "RoleType": RoleType,
    } -> Option<Vec<SelectableMDOListItem>>, access: Access::Employee;

    /// The functional rights that a role has, all of them selected.
    GetFunctionalRights {
        role_id "RoleId": i32,
    } -> Option<Vec<SelectableMDOListItem>>, access: Access::Employee;

    /// Gives a role exactly these functional rights. An unknown right is refused before anything
    /// changes.
    SetFunctionalRights {
        role_id "RoleId": i32,
        /// All that the role is to have; nil or empty takes all away.
        functional_right_ids "FunctionalRightIds": Option<Vec<i32>>,
    } -> (), access: Access::RoleAdministrator;

    /// Writes one cell of a role's data rights, in force at once. A cell that does not exist is an
    /// error.
    SetDataRight {
        role_id "RoleId": i32,
        /// Database table, such as `contact`.
        table_name "TableName": Option<String>,
        relation_to_owner "RelationToOwner": RoleRelationToOwner,
        /// Empty, `R`, `CR`, `CRU` or `CRUD`; else `SoInvalidArgumentException`.
        data_right_value "DataRightValue": Option<String>,
    } -> (), access: Access::RoleAdministrator;

    /// One cell of a role's data rights: empty, `R`, `CR`, `CRU` or `CRUD`. A cell that does not
    /// exist is an error.
    GetDataRight {
        role_id "RoleId": i32,
        /// Database table, such as `contact`.
        table_name "TableName": Option<String>,
        relation_to_owner "RelationToOwner": RoleRelationToOwner,
    } -> Option<String>, access: Access::Employee;

    /// A row of a role's data rights, by the name of the relation in `RoleRelationToOwner`. An
    /// unknown role or table is an error.
    GetDataRights {
        role_id "RoleId": i32,
        /// Database table, such as `contact`.
        table_name "TableName": Option<String>,
    } -> Option<StringDictionary>, access: Access::Employee;

    /// A blank role of a type, with the matrix of that type and no rights in it.
    CreateDefaultRoleEntityFromType {
        r#type "Type": RoleType,
    } -> Option<RoleEntity>, access: Access::RoleAdministrator;

    /// The roles that have a functional right; none when the right is unknown.
    FindRolesWithFunctionalRight {
        /// Code name, such as `admin-all`.
        functional_right_name "FunctionalRightName": Option<String>,
    } -> Option<Vec<MDOListItem>>, access: Access::Employee;

    /// Keys of the roles that have at least one of the functional rights; none when none is asked
    /// for.
    FindRolesWithFunctionalRights {
        /// Code names.
        functional_right_names "FunctionalRightNames": Option<Vec<String>>,
    } -> Option<Vec<i32>>, access: Access::Employee;

    /// Keys of the roles that have not one of the functional rights; all when none is asked for.
    FindRolesWithoutFunctionalRights {
        /// Code names.
        functional_right_names "FunctionalRightNames": Option<Vec<String>>,
    } -> Option<Vec<i32>>, access: Access::Employee;

    /// Log-in data for a mail server, password in clear. For its owner and administrators.
    GetServiceAuth {
        service_auth_id "ServiceAuthId": i32,
    } -> Option<ServiceAuth>, access: Access::Employee, rest: Rest::Query, reach: Reach::Others(Access::Administrator);

    /// Keeps tokens of another identity provider and answers a new key, 64 characters, to get them
    /// back.
    SaveExternalTokens {
        token_management_info "TokenManagementInfo": Option<TokenManagementInfo>,
    } -> Option<String>, access: Access::Employee, reach: Reach::Own;

    /// Has the access gateway decrypt the tokens, then keeps them like `SaveExternalTokens`. Refused
    /// where the gateway shares no key with the installation, and for tokens that this key does not
    /// open.
    DecryptAndSaveExternalTokens {
        /// Each token is a JSON Web Encryption in its compact form.
        token_management_info "TokenManagementInfo": Option<TokenManagementInfo>,
    } -> Option<String>, access: Access::Employee, reach: Reach::Own;

    /// The tokens that are kept under a key; nil when there are none.
    GetExternalTokens {
        /// As answered when the tokens were stored.
        key "Key": Option<String>,
    } -> Option<TokenManagementInfo>, access: Access::Employee, reach: Reach::Own;

    /// A user in full, every licence that could be assigned included, secrets left out.
    GetUser {
        /// The `AssociateId`.
        user_id "UserId": i32,
    } -> Option<User>, rest: Rest::Query, reach: Reach::Others(Access::UserAdministrator);

    /// A user by user ID, else by user name, letter case ignored.
    GetUserFromName {
        user_name "UserName": Option<String>,
    } -> Option<User>, reach: Reach::Others(Access::UserAdministrator);

    /// Changes the user of that name, whatever key the carrier has, and answers it as stored.
    SaveUserFromName {
        /// The present name. Unknown: `SoNotFoundException`.
        user_name "UserName": Option<String>,
        user "User": Option<User>,
    } -> Option<User>, access: Access::UserAdministrator;

    /// Deletes the user of that name, on the terms of `DeleteUser`.
    DeleteUserFromName {
        user_name "UserName": Option<String>,
    } -> (), access: Access::UserAdministrator;

    /// The ways to log in that the installation offers.
    GetCredentialTypes {} -> Option<Vec<CredentialType>>, access: Access::Employee;

    /// The ways to log in that a kind of user has.
    GetCredentialTypesForUserType {
        user_type "UserType": UserType,
    } -> Option<Vec<CredentialType>>, access: Access::Employee;

    /// Keeps a secret of the caller for another system; one with the same type and public value is
    /// replaced.
    SaveUntrustedCredentials {
        /// Any word for the other system, such as `imap`; at most 254 characters.
        r#type "Type": Option<String>,
        credentials "Credentials": Option<UntrustedCredentials>,
    } -> (), access: Access::Employee, reach: Reach::Own;

    /// The caller's secrets of a type, in clear.
    GetUntrustedCredentials {
        r#type "Type": Option<String>,
    } -> Option<Vec<UntrustedCredentials>>, access: Access::Employee, reach: Reach::Own;

    /// A user's secrets of a type, in clear for that user and for system users, blank for others.
    GetUntrustedCredentialsForAssociate {
        associate_id "AssociateId": i32,
        r#type "Type": Option<String>,
    } -> Option<Vec<UntrustedCredentials>>, access: Access::Employee;

    /// Keeps a secret of a user for another system; one with the same type and public value is
    /// replaced.
    SaveUntrustedCredentialsForAssociate {
        associate_id "AssociateId": i32,
        /// Any word for the other system, such as `imap`; at most 254 characters.
        r#type "Type": Option<String>,
        credentials "Credentials": Option<UntrustedCredentials>,
    } -> (), access: Access::Employee, reach: Reach::Others(Access::UserAdministrator);

    /// Removes a secret of the caller; nothing happens when there is none.
    RemoveUntrustedCredentials {
        r#type "Type": Option<String>,
        /// Which of that type; see `UntrustedCredentials.PublicValue`.
        public_value "PublicValue": Option<String>,
    } -> (), access: Access::Employee, reach: Reach::Own;

    /// Removes a secret of a user; nothing happens when there is none.
    RemoveUntrustedCredentialsForAssociate {
        associate_id "AssociateId": i32,
        r#type "Type": Option<String>,
        /// Which of that type; see `UntrustedCredentials.PublicValue`.
        public_value "PublicValue": Option<String>,
    } -> (), access: Access::Employee, reach: Reach::Others(Access::UserAdministrator);

    /// Makes a person of another company a user and answers the `AssociateId`. Unknown persons,
    /// taken names, bad passwords and roles of another type are refused.
    CreateExternalUser {
        person_id "PersonId": i32,
        /// Becomes the `Name` of the user, at most 239 characters.
        user_name "UserName": Option<String>,
        /// Has to keep the rules; see `IsPasswordValidWithReason`.
        password "Password": Option<String>,
        /// A role for external users.
        role_id "RoleId": i32,
        /// Whether the user can log in.
        is_active "IsActive": bool,
    } -> i32, access: Access::ExternalUserAdministrator, reach: Reach::Company;

    /// Deletes an external user; the person stays. Other kinds of users are refused.
    DeleteExternalUser {
        associate_id "AssociateId": i32,
    } -> (), access: Access::ExternalUserAdministrator, reach: Reach::Company;

    /// Changes of an external user what the flags name. Other kinds of users are refused.
    SetExternalUserInfo {
        associate_id "AssociateId": i32,
        user_name "UserName": Option<String>,
        password "Password": Option<String>,
        /// Whether the user can log in.
        is_active "IsActive": bool,
        /// A role for external users.
        role_id "RoleId": i32,
        /// Which arguments count; without any, nothing changes.
        external_user_info_modification "ExternalUserInfoModification":
            ExternalUserInfoModification,
    } -> (), access: Access::ExternalUserAdministrator, reach: Reach::Company;

    /// Gives the external user of that user ID a new password and answers it.
    GenerateNewPasswordForExternalUser {
        /// The `Name` of the user.
        associate_name "AssociateName": Option<String>,
    } -> Option<String>, access: Access::ExternalUserAdministrator, reach: Reach::Company;

    /// Whether the caller may change the password of a user: their own or, as an administrator,
    /// anybody's. False where the passwords are kept in a directory.
    CanChangePassword {
        associate_id "AssociateId": i32,
    } -> bool;

    /// The ways in which the password of a user can be changed; empty when there is none.
    GetSupportedChangePasswordTypes {
        associate_id "AssociateId": i32,
    } -> Option<Vec<ChangePasswordType>>;

    /// Changes the password of a user. False when the old one is wrong.
    ChangePassword {
        associate_id "AssociateId": i32,
        /// An administrator may leave it blank.
        old_password "OldPassword": Option<String>,
        new_password "NewPassword": Option<String>,
    } -> bool, reach: Reach::Others(Access::UserAdministrator);

    /// Mails the user a link to change the password. No address or no mail server is a result
    /// without success, not an error.
    SendChangePasswordEMail {
        associate_id "AssociateId": i32,
    } -> Option<OperationResult>, reach: Reach::Others(Access::UserAdministrator);

    /// The users that a person is; none for 0.
    GetUserFromPersonId {
        person_id "PersonId": i32,
    } -> Option<Vec<User>>, reach: Reach::Others(Access::UserAdministrator);

    /// A blank user of a kind for a person, with name, groups and role proposed.
    CreateDefaultUserFromUserTypeAndPersonId {
        user_type "UserType": UserType,
        /// 0 is allowed for system and anonymous users only.
        person_id "PersonId": i32,
    } -> Option<User>, access: Access::UserAdministrator;

    /// A blank user without a person, with a free name. For system and anonymous users only: else
    /// `SoIllegalOperationException`.
    CreateDefaultUserFromUserType {
        user_type "UserType": UserType,
    } -> Option<User>, access: Access::UserAdministrator;

    /// The users behind a user of the Service part; none for 0.
    GetUserFromEjUserId {
        ej_user_id "EjUserId": i32,
    } -> Option<Vec<User>>, reach: Reach::Others(Access::UserAdministrator);

    /// Sets the password of the user of that user ID, on the terms of `SetPassword`.
    SetPasswordFromName {
        /// The `Name` of the user.
        associate_name "AssociateName": Option<String>,
        password "Password": Option<String>,
    } -> bool, access: Access::UserAdministrator;

    /// Sets the password of a user. For administrators; a password against the rules is a
    /// `SoInvalidPasswordException`.
    SetPassword {
        associate_id "AssociateId": i32,
        password "Password": Option<String>,
    } -> bool, access: Access::UserAdministrator;

    /// Changes the caller's password. False when the old one is wrong.
    ChangeOwnPassword {
        /// An administrator may leave it blank.
        old_password "OldPassword": Option<String>,
        new_password "NewPassword": Option<String>,
    } -> bool, reach: Reach::Own;

    /// Changes the password of the user of that user ID. False when the old one is wrong.
    ChangePasswordFromName {
        /// The `Name` of the user.
        associate_name "AssociateName": Option<String>,
        /// An administrator may leave it blank.
        old_password "OldPassword": Option<String>,
        new_password "NewPassword": Option<String>,
    } -> bool, reach: Reach::Others(Access::UserAdministrator);

    /// Whether a user name is legal and free for a user, whose own name counts as free.
    IsUserNameValid {
        /// 0 for a user yet to be created.
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        user_name "UserName": Option<String>,
    } -> bool, access: Access::UserAdministrator;

    /// Whether a password keeps the rules. It is not compared with the present one.
    IsPasswordValid {
        /// 0 for a user yet to be created.
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        password "Password": Option<String>,
    } -> bool;

    /// Gives a user a new password and answers it.
    SetGeneratedPassword {
        associate_id "AssociateId": i32,
    } -> Option<String>, access: Access::UserAdministrator;

    /// Gives the user of that user ID a new password and answers it.
    SetGeneratedPasswordFromName {
        /// The `Name` of the user.
        associate_name "AssociateName": Option<String>,
    } -> Option<String>, access: Access::UserAdministrator;

    /// Whether a password keeps the rules, and which it breaks.
    IsPasswordValidWithReason {
        /// 0 for a user yet to be created.
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        password "Password": Option<String>,
    } -> Option<UserValidationResult>;

    /// Whether a user name is legal and free for a user, and why not.
    IsUserNameValidWithReason {
        /// 0 for a user yet to be created.
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        user_name "UserName": Option<String>,
    } -> Option<UserValidationResult>, access: Access::UserAdministrator;

    /// The user as one of another kind: with a role that fits, without groups and licences that do
    /// not. Nothing is stored before the save.
    ChangeUserType {
        user "User": Option<User>,
        /// The new kind. For administrators.
        user_type "UserType": UserType,
    } -> Option<User>, access: Access::UserAdministrator;

    /// A blank user around a person made from a credential. For types that can create persons;
    /// nothing is stored before the save.
    CreateDefaultUserFromUserTypeAndCredential {
        user_type "UserType": UserType,
        /// The company of the new person.
        contact_id "ContactId": i32,
        /// One with `CanCreatePerson`.
        credential_type "CredentialType": Option<String>,
        /// What identifies or proves, such as a SID.
        credential_value "CredentialValue": Option<String>,
        /// What people see of the credential.
        credential_display_value "CredentialDisplayValue": Option<String>,
    } -> Option<User>, access: Access::UserAdministrator;

    /// A legal and free user name, made from a wish: illegal characters dropped, and where it is
    /// taken, a number from 1 to 1000 appended.
    GetValidUserName {
        /// 0 for a user yet to be created.
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        /// The wish.
        user_name "UserName": Option<String>,
    } -> Option<String>, access: Access::UserAdministrator;

    /// Takes all licences from a user and ends the user's sessions. Refused for oneself.
    RemoveLicenses {
        associate_id "AssociateId": i32,
    } -> (), access: Access::UserAdministrator;

    /// Retires a user and the person, and takes the licences; or undoes it, without giving licences
    /// back. Refused for oneself and for the last administrator.
    MakeRetired {
        associate_id "AssociateId": i32,
        /// True to retire, false to undo it.
        retired "Retired": bool,
    } -> (), access: Access::UserAdministrator;

    /// Makes a company one of the owners of the installation, whose persons can become employees.
    /// Nothing happens when it is one already.
    AddOwnerContact {
        contact_id "ContactId": i32,
    } -> (), access: Access::UserAdministrator;

    /// Takes a company from the owners of the installation. Refused while employees belong to it,
    /// retired ones included, and for the owner of the database.
    RemoveOwnerContact {
        contact_id "ContactId": i32,
    } -> (), access: Access::UserAdministrator;

    /// Finds out whose a credential is, among the users of a company, and makes person and user
    /// when there are none. Looks by credential, e-mail address, telephone and name, in that order.
    ResolveUserFromInfo {
        /// The company; 0 is refused.
        contact_id "ContactId": i32,
        /// Name of the person to find or to make.
        person_name "PersonName": Option<String>,
        phone_numbers "PhoneNumbers": Option<Vec<String>>,
        emails "Emails": Option<Vec<String>>,
        /// The kind of user to look for or to make.
        user_type "UserType": UserType,
        /// Required; the other hints are not.
        credential "Credential": Option<Credential>,
    } -> Option<ResolvedUser>, access: Access::UserAdministrator;

    /// An access token for the caller, `8A:…`, good for one hour.
    GetAccessToken {
        /// The application that is to act; nil or blank for the calling one.
        app_token "AppToken": Option<String>,
        /// Also opens a session in Service.
        include_cs_session "IncludeCsSession": bool,
    } -> Option<String>, reach: Reach::Own;

    /// A legal and free user name, made from kind and person, for a user yet to be stored.
    GetValidUserNameForNewUser {
        user "User": Option<User>,
    } -> Option<String>, access: Access::UserAdministrator;

    /// The default `UserName` of a user, like an e-mail address, not the initials.
    GetDefaultAssociateUserName {
        user "User": Option<User>,
    } -> Option<String>, access: Access::UserAdministrator;

    /// Whether nobody else in Service has an alias.
    IsNickNameUnique {
        /// The user whose own alias does not count; 0 for a user yet to be created.
        associate_id "AssociateId": i32,
        nick_name "NickName": Option<String>,
    } -> bool, access: Access::UserAdministrator;

    /// What a save of the user would refuse: a message for each field, by name. Empty when it can
    /// be saved.
    ValidateUser {
        user "User": Option<User>,
    } -> Option<StringDictionary>, access: Access::UserAdministrator;

    /// Whether a user is at work. `StatusNone` for users that Service does not know.
    GetUserPresenceStatus {
        associate_id "AssociateId": i32,
    } -> Option<UserPresenceStatus>, reach: Reach::Others(Access::Employee);

    /// Tells whether a user is at work, and answers it as stored. For oneself, or by an
    /// administrator.
    SetUserPresenceStatus {
        associate_id "AssociateId": i32,
        user_presence_status "UserPresenceStatus": Option<UserPresenceStatus>,
    } -> Option<UserPresenceStatus>, reach: Reach::Others(Access::UserAdministrator);

    /// A group of users.
    GetUserGroup {
        user_group_id "UserGroupId": i32,
    } -> Option<UserGroup>, access: Access::Employee, rest: Rest::Query;

    /// Creates or changes a group, and answers it as stored. Taken names are refused.
    SaveUserGroup {
        user_group "UserGroup": Option<UserGroup>,
    } -> Option<UserGroup>, access: Access::UserAdministrator;

    /// All groups by rank, then name.
    GetAllUserGroups {
        /// Whether to answer those marked as deleted too.
        include_deleted "IncludeDeleted": bool,
    } -> Option<Vec<UserGroup>>, access: Access::Employee;

    /// A blank group, ranked after all others. Nothing is stored before the save.
    CreateUserGroup {} -> Option<UserGroup>, access: Access::UserAdministrator;

    /// Marks a group as deleted and moves its members to another.
    DeleteUserGroup {
        user_group_to_delete "UserGroupToDelete": i32,
        /// Another group, which exists.
        user_group_to_move_to "UserGroupToMoveTo": i32,
    } -> (), access: Access::UserAdministrator;

    /// Groups by their keys.
    GetUserGroupList {
        /// Nil or empty answers none.
        user_group_ids "UserGroupIds": Option<Vec<i32>>,
    } -> Option<Vec<UserGroup>>, access: Access::Employee, rest: Rest::Bare;

    /// A summary of a user.
    GetUserInfo {
        /// The `AssociateId`.
        user_info_id "UserInfoId": i32,
    } -> Option<UserInfo>, rest: Rest::Query, reach: Reach::Others(Access::Employee);

    /// Summaries of users by their keys.
    GetUserInfoList {
        /// Keys of users: `AssociateId`. Nil or empty answers none.
        user_info_ids "UserInfoIds": Option<Vec<i32>>,
    } -> Option<Vec<UserInfo>>, rest: Rest::Bare, reach: Reach::Others(Access::Employee);

    /// A column of a role's data rights, by table. An unknown role is an error.
    GetAllDataRights {
        role_id "RoleId": i32,
        relation_to_owner "RelationToOwner": RoleRelationToOwner,
    } -> Option<StringDictionary>, access: Access::Employee, since: Edition::Rest2026;

    /// Trades an authorization code of an identity provider for tokens and keeps them like
    /// `SaveExternalTokens`. The answer is a JSON object: `key` is the key of the tokens, `claims`
    /// are those of the id token. Refused where no provider is configured; what the provider
    /// declines, or an id token that cannot be trusted, leaves nothing.
    ExchangeCodeAndSaveTokens {
        /// Name or issuer of the identity provider; nil or empty for the one that is configured.
        provider "Provider": Option<String>,
        authorization_code "AuthorizationCode": Option<String>,
        /// Must be that of the id token; nil or empty when that has none.
        nonce "Nonce": Option<String>,
        /// The secret behind the challenge of the authorization request.
        pkce_verifier "PkceVerifier": Option<String>,
        /// The one of the authorization request, which has to be registered.
        redirect_uri "RedirectUri": Option<String>,
    } -> Option<String>, access: Access::Employee, since: Edition::Rest2026, reach: Reach::Own;
}
