//! `User.svc`: the operations on users, roles and everything around them.

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
use crate::model::{Edition, Operation, Rest, Service, operations};

/// The service.
pub static SERVICE: Service = Service {
    name: "User",
    definitions: "WcfUserService",
    request_headers: UserRequestHeaders::TYPE,
    response_headers: ResponseHeaders::TYPE,
    operations: OPERATIONS,
    doc: "the operations on users, roles and everything around them.",
};

const ORDINARY: Operation = Operation::ordinary(true);

operations! {
    /// CreateDefaultRoleEntity
    CreateDefaultRoleEntity {} -> Option<RoleEntity>;

    /// SaveRoleEntity
    SaveRoleEntity {
        role_entity "RoleEntity": Option<RoleEntity>,
    } -> Option<RoleEntity>, rest: Rest::Bare;

    /// CreateDefaultServiceAuth
    CreateDefaultServiceAuth {} -> Option<ServiceAuth>;

    /// SaveServiceAuth
    SaveServiceAuth {
        service_auth "ServiceAuth": Option<ServiceAuth>,
    } -> Option<ServiceAuth>, rest: Rest::Bare;

    /// DeleteServiceAuth
    DeleteServiceAuth {
        service_auth_id "ServiceAuthId": i32,
    } -> (), rest: Rest::Query;

    /// CreateDefaultUntrustedCredentials
    CreateDefaultUntrustedCredentials {} -> Option<UntrustedCredentials>;

    /// CreateDefaultUser
    CreateDefaultUser {} -> Option<User>;

    /// SaveUser
    SaveUser {
        user "User": Option<User>,
    } -> Option<User>, rest: Rest::Bare;

    /// GetUserCommands
    GetUserCommands {
        user "User": Option<User>,
    } -> Option<Vec<CustomCommand>>;

    /// ExecuteUserCommand
    ExecuteUserCommand {
        command_name "CommandName": Option<String>,
        command_action_result "CommandActionResult": CommandActionResult,
        user "User": Option<User>,
    } -> Option<CommandResult>;

    /// DeleteUser
    DeleteUser {
        user_id "UserId": i32,
    } -> (), rest: Rest::Query;

    /// GetAccessGatewayInfo
    GetAccessGatewayInfo {} -> Option<AccessGatewayInfo>;

    /// GetOrRegisterAccessGatewayInfo
    GetOrRegisterAccessGatewayInfo {
        redirect_uri "RedirectUri": Option<String>,
    } -> Option<AccessGatewayInfo>;

    /// RegisterWithAccessGateway
    RegisterWithAccessGateway {
        redirect_uri "RedirectUri": Option<String>,
    } -> Option<AccessGatewayInfo>;

    /// CheckAccessGatewayRegistration
    CheckAccessGatewayRegistration {} -> bool;

    /// SaveCredential
    SaveCredential {
        user_id "UserId": i32,
        credential "Credential": Option<Credential>,
    } -> bool;

    /// DeleteCredential
    DeleteCredential {
        user_id "UserId": i32,
        credential_type "CredentialType": Option<String>,
    } -> bool;

    /// FindCredentialsGroups
    FindCredentialsGroups {
        r#type "Type": Option<String>,
        search_string "SearchString": Option<String>,
    } -> Option<Vec<CredentialsGroup>>;

    /// FindCredentialUsers
    FindCredentialUsers {
        r#type "Type": Option<String>,
        search_string "SearchString": Option<String>,
    } -> Option<CredentialsGroupUsers>;

    /// GetCredentialUsersInGroup
    GetCredentialUsersInGroup {
        r#type "Type": Option<String>,
        group_name "GroupName": Option<String>,
    } -> Option<CredentialsGroupUsers>;

    /// GetRole
    GetRole {
        role_id "RoleId": i32,
    } -> Option<Role>, rest: Rest::Query;

    /// GetRoleEntity
    GetRoleEntity {
        role_entity_id "RoleEntityId": i32,
    } -> Option<RoleEntity>, rest: Rest::Query;

    /// DeleteRole
    DeleteRole {
        role_id_to_delete "RoleIdToDelete": i32,
        replacing_role_id "ReplacingRoleId": i32,
    } -> ();

    /// GetAllRoles
    GetAllRoles {
        role_type "RoleType": RoleType,
    } -> Option<Vec<SelectableMDOListItem>>;

    /// GetAllFunctionalRights
    GetAllFunctionalRights {
        role_type "RoleType": RoleType,
    } -> Option<Vec<SelectableMDOListItem>>;

    /// GetFunctionalRights
    GetFunctionalRights {
        role_id "RoleId": i32,
    } -> Option<Vec<SelectableMDOListItem>>;

    /// SetFunctionalRights
    SetFunctionalRights {
        role_id "RoleId": i32,
        functional_right_ids "FunctionalRightIds": Option<Vec<i32>>,
    } -> ();

    /// SetDataRight
    SetDataRight {
        role_id "RoleId": i32,
        table_name "TableName": Option<String>,
        relation_to_owner "RelationToOwner": RoleRelationToOwner,
        data_right_value "DataRightValue": Option<String>,
    } -> ();

    /// GetDataRight
    GetDataRight {
        role_id "RoleId": i32,
        table_name "TableName": Option<String>,
        relation_to_owner "RelationToOwner": RoleRelationToOwner,
    } -> Option<String>;

    /// GetDataRights
    GetDataRights {
        role_id "RoleId": i32,
        table_name "TableName": Option<String>,
    } -> Option<StringDictionary>;

    /// CreateDefaultRoleEntityFromType
    CreateDefaultRoleEntityFromType {
        r#type "Type": RoleType,
    } -> Option<RoleEntity>;

    /// FindRolesWithFunctionalRight
    FindRolesWithFunctionalRight {
        functional_right_name "FunctionalRightName": Option<String>,
    } -> Option<Vec<MDOListItem>>;

    /// FindRolesWithFunctionalRights
    FindRolesWithFunctionalRights {
        functional_right_names "FunctionalRightNames": Option<Vec<String>>,
    } -> Option<Vec<i32>>;

    /// FindRolesWithoutFunctionalRights
    FindRolesWithoutFunctionalRights {
        functional_right_names "FunctionalRightNames": Option<Vec<String>>,
    } -> Option<Vec<i32>>;

    /// GetServiceAuth
    GetServiceAuth {
        service_auth_id "ServiceAuthId": i32,
    } -> Option<ServiceAuth>, rest: Rest::Query;

    /// SaveExternalTokens
    SaveExternalTokens {
        token_management_info "TokenManagementInfo": Option<TokenManagementInfo>,
    } -> Option<String>;

    /// DecryptAndSaveExternalTokens
    DecryptAndSaveExternalTokens {
        token_management_info "TokenManagementInfo": Option<TokenManagementInfo>,
    } -> Option<String>;

    /// GetExternalTokens
    GetExternalTokens {
        key "Key": Option<String>,
    } -> Option<TokenManagementInfo>;

    /// GetUser
    GetUser {
        user_id "UserId": i32,
    } -> Option<User>, rest: Rest::Query;

    /// GetUserFromName
    GetUserFromName {
        user_name "UserName": Option<String>,
    } -> Option<User>;

    /// SaveUserFromName
    SaveUserFromName {
        user_name "UserName": Option<String>,
        user "User": Option<User>,
    } -> Option<User>;

    /// DeleteUserFromName
    DeleteUserFromName {
        user_name "UserName": Option<String>,
    } -> ();

    /// GetCredentialTypes
    GetCredentialTypes {} -> Option<Vec<CredentialType>>;

    /// GetCredentialTypesForUserType
    GetCredentialTypesForUserType {
        user_type "UserType": UserType,
    } -> Option<Vec<CredentialType>>;

    /// SaveUntrustedCredentials
    SaveUntrustedCredentials {
        r#type "Type": Option<String>,
        credentials "Credentials": Option<UntrustedCredentials>,
    } -> ();

    /// GetUntrustedCredentials
    GetUntrustedCredentials {
        r#type "Type": Option<String>,
    } -> Option<Vec<UntrustedCredentials>>;

    /// GetUntrustedCredentialsForAssociate
    GetUntrustedCredentialsForAssociate {
        associate_id "AssociateId": i32,
        r#type "Type": Option<String>,
    } -> Option<Vec<UntrustedCredentials>>;

    /// SaveUntrustedCredentialsForAssociate
    SaveUntrustedCredentialsForAssociate {
        associate_id "AssociateId": i32,
        r#type "Type": Option<String>,
        credentials "Credentials": Option<UntrustedCredentials>,
    } -> ();

    /// RemoveUntrustedCredentials
    RemoveUntrustedCredentials {
        r#type "Type": Option<String>,
        public_value "PublicValue": Option<String>,
    } -> ();

    /// RemoveUntrustedCredentialsForAssociate
    RemoveUntrustedCredentialsForAssociate {
        associate_id "AssociateId": i32,
        r#type "Type": Option<String>,
        public_value "PublicValue": Option<String>,
    } -> ();

    /// CreateExternalUser
    CreateExternalUser {
        person_id "PersonId": i32,
        user_name "UserName": Option<String>,
        password "Password": Option<String>,
        role_id "RoleId": i32,
        is_active "IsActive": bool,
    } -> i32;

    /// DeleteExternalUser
    DeleteExternalUser {
        associate_id "AssociateId": i32,
    } -> ();

    /// SetExternalUserInfo
    SetExternalUserInfo {
        associate_id "AssociateId": i32,
        user_name "UserName": Option<String>,
        password "Password": Option<String>,
        is_active "IsActive": bool,
        role_id "RoleId": i32,
        external_user_info_modification "ExternalUserInfoModification": ExternalUserInfoModification,
    } -> ();

    /// GenerateNewPasswordForExternalUser
    GenerateNewPasswordForExternalUser {
        associate_name "AssociateName": Option<String>,
    } -> Option<String>;

    /// CanChangePassword
    CanChangePassword {
        associate_id "AssociateId": i32,
    } -> bool;

    /// GetSupportedChangePasswordTypes
    GetSupportedChangePasswordTypes {
        associate_id "AssociateId": i32,
    } -> Option<Vec<ChangePasswordType>>;

    /// ChangePassword
    ChangePassword {
        associate_id "AssociateId": i32,
        old_password "OldPassword": Option<String>,
        new_password "NewPassword": Option<String>,
    } -> bool;

    /// SendChangePasswordEMail
    SendChangePasswordEMail {
        associate_id "AssociateId": i32,
    } -> Option<OperationResult>;

    /// GetUserFromPersonId
    GetUserFromPersonId {
        person_id "PersonId": i32,
    } -> Option<Vec<User>>;

    /// CreateDefaultUserFromUserTypeAndPersonId
    CreateDefaultUserFromUserTypeAndPersonId {
        user_type "UserType": UserType,
        person_id "PersonId": i32,
    } -> Option<User>;

    /// CreateDefaultUserFromUserType
    CreateDefaultUserFromUserType {
        user_type "UserType": UserType,
    } -> Option<User>;

    /// GetUserFromEjUserId
    GetUserFromEjUserId {
        ej_user_id "EjUserId": i32,
    } -> Option<Vec<User>>;

    /// SetPasswordFromName
    SetPasswordFromName {
        associate_name "AssociateName": Option<String>,
        password "Password": Option<String>,
    } -> bool;

    /// SetPassword
    SetPassword {
        associate_id "AssociateId": i32,
        password "Password": Option<String>,
    } -> bool;

    /// ChangeOwnPassword
    ChangeOwnPassword {
        old_password "OldPassword": Option<String>,
        new_password "NewPassword": Option<String>,
    } -> bool;

    /// ChangePasswordFromName
    ChangePasswordFromName {
        associate_name "AssociateName": Option<String>,
        old_password "OldPassword": Option<String>,
        new_password "NewPassword": Option<String>,
    } -> bool;

    /// IsUserNameValid
    IsUserNameValid {
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        user_name "UserName": Option<String>,
    } -> bool;

    /// IsPasswordValid
    IsPasswordValid {
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        password "Password": Option<String>,
    } -> bool;

    /// SetGeneratedPassword
    SetGeneratedPassword {
        associate_id "AssociateId": i32,
    } -> Option<String>;

    /// SetGeneratedPasswordFromName
    SetGeneratedPasswordFromName {
        associate_name "AssociateName": Option<String>,
    } -> Option<String>;

    /// IsPasswordValidWithReason
    IsPasswordValidWithReason {
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        password "Password": Option<String>,
    } -> Option<UserValidationResult>;

    /// IsUserNameValidWithReason
    IsUserNameValidWithReason {
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        user_name "UserName": Option<String>,
    } -> Option<UserValidationResult>;

    /// ChangeUserType
    ChangeUserType {
        user "User": Option<User>,
        user_type "UserType": UserType,
    } -> Option<User>;

    /// CreateDefaultUserFromUserTypeAndCredential
    CreateDefaultUserFromUserTypeAndCredential {
        user_type "UserType": UserType,
        contact_id "ContactId": i32,
        credential_type "CredentialType": Option<String>,
        credential_value "CredentialValue": Option<String>,
        credential_display_value "CredentialDisplayValue": Option<String>,
    } -> Option<User>;

    /// GetValidUserName
    GetValidUserName {
        associate_id "AssociateId": i32,
        r#type "Type": UserType,
        person_id "PersonId": i32,
        user_name "UserName": Option<String>,
    } -> Option<String>;

    /// RemoveLicenses
    RemoveLicenses {
        associate_id "AssociateId": i32,
    } -> ();

    /// MakeRetired
    MakeRetired {
        associate_id "AssociateId": i32,
        retired "Retired": bool,
    } -> ();

    /// AddOwnerContact
    AddOwnerContact {
        contact_id "ContactId": i32,
    } -> ();

    /// RemoveOwnerContact
    RemoveOwnerContact {
        contact_id "ContactId": i32,
    } -> ();

    /// ResolveUserFromInfo
    ResolveUserFromInfo {
        contact_id "ContactId": i32,
        person_name "PersonName": Option<String>,
        phone_numbers "PhoneNumbers": Option<Vec<String>>,
        emails "Emails": Option<Vec<String>>,
        user_type "UserType": UserType,
        credential "Credential": Option<Credential>,
    } -> Option<ResolvedUser>;

    /// GetAccessToken
    GetAccessToken {
        app_token "AppToken": Option<String>,
        include_cs_session "IncludeCsSession": bool,
    } -> Option<String>;

    /// GetValidUserNameForNewUser
    GetValidUserNameForNewUser {
        user "User": Option<User>,
    } -> Option<String>;

    /// GetDefaultAssociateUserName
    GetDefaultAssociateUserName {
        user "User": Option<User>,
    } -> Option<String>;

    /// IsNickNameUnique
    IsNickNameUnique {
        associate_id "AssociateId": i32,
        nick_name "NickName": Option<String>,
    } -> bool;

    /// ValidateUser
    ValidateUser {
        user "User": Option<User>,
    } -> Option<StringDictionary>;

    /// GetUserPresenceStatus
    GetUserPresenceStatus {
        associate_id "AssociateId": i32,
    } -> Option<UserPresenceStatus>;

    /// SetUserPresenceStatus
    SetUserPresenceStatus {
        associate_id "AssociateId": i32,
        user_presence_status "UserPresenceStatus": Option<UserPresenceStatus>,
    } -> Option<UserPresenceStatus>;

    /// GetUserGroup
    GetUserGroup {
        user_group_id "UserGroupId": i32,
    } -> Option<UserGroup>, rest: Rest::Query;

    /// SaveUserGroup
    SaveUserGroup {
        user_group "UserGroup": Option<UserGroup>,
    } -> Option<UserGroup>;

    /// GetAllUserGroups
    GetAllUserGroups {
        include_deleted "IncludeDeleted": bool,
    } -> Option<Vec<UserGroup>>;

    /// CreateUserGroup
    CreateUserGroup {} -> Option<UserGroup>;

    /// DeleteUserGroup
    DeleteUserGroup {
        user_group_to_delete "UserGroupToDelete": i32,
        user_group_to_move_to "UserGroupToMoveTo": i32,
    } -> ();

    /// GetUserGroupList
    GetUserGroupList {
        user_group_ids "UserGroupIds": Option<Vec<i32>>,
    } -> Option<Vec<UserGroup>>, rest: Rest::Bare;

    /// GetUserInfo
    GetUserInfo {
        user_info_id "UserInfoId": i32,
    } -> Option<UserInfo>, rest: Rest::Query;

    /// GetUserInfoList
    GetUserInfoList {
        user_info_ids "UserInfoIds": Option<Vec<i32>>,
    } -> Option<Vec<UserInfo>>, rest: Rest::Bare;

    /// GetAllDataRights
    GetAllDataRights {
        role_id "RoleId": i32,
        relation_to_owner "RelationToOwner": RoleRelationToOwner,
    } -> Option<StringDictionary>, since: Edition::Rest2026;

    /// ExchangeCodeAndSaveTokens
    ExchangeCodeAndSaveTokens {
        provider "Provider": Option<String>,
        authorization_code "AuthorizationCode": Option<String>,
        nonce "Nonce": Option<String>,
        pkce_verifier "PkceVerifier": Option<String>,
        redirect_uri "RedirectUri": Option<String>,
    } -> Option<String>, since: Edition::Rest2026;
}
