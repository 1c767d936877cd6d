//! Users, the persons behind them and the groups they belong to.

use super::command::CustomCommand;
use super::credential::Credential;
use super::license::LicenseOwner;
use super::list::MDOListItem;
use super::role::Role;
use crate::model::{DateTime, carrier, dictionary, enumeration, flags};

carrier! {
    /// User
    User: Carrier {
        associate_id "AssociateId": i32,
        name "Name": Option<String>,
        rank "Rank": i16,
        tooltip "Tooltip": Option<String>,
        license_owners "LicenseOwners": Option<Vec<LicenseOwner>>,
        role "Role": Option<Role>,
        user_group "UserGroup": Option<UserGroup>,
        other_groups "OtherGroups": Option<Vec<UserGroup>>,
        person "Person": Option<Person>,
        deleted "Deleted": bool,
        lastlogin "Lastlogin": DateTime,
        lastlogout "Lastlogout": DateTime,
        ej_user_id "EjUserId": i32,
        request_signature "RequestSignature": Option<String>,
        r#type "Type": UserType,
        is_person_retired "IsPersonRetired": bool,
        is_on_travel "IsOnTravel": bool,
        credentials "Credentials": Option<Vec<Credential>>,
        user_name "UserName": Option<String>,
        ticket_categories "TicketCategories": Option<Vec<MDOListItem>>,
        nick_name "NickName": Option<String>,
        waiting_for_approval "WaitingForApproval": bool,
        extra_fields "ExtraFields": Option<StringDictionary>,
        custom_fields "CustomFields": Option<StringDictionary>,
        post_save_commands "PostSaveCommands": Option<Vec<CustomCommand>>,
    }
}

carrier! {
    /// UserGroup
    UserGroup: Carrier {
        value "Value": Option<String>,
        tooltip "Tooltip": Option<String>,
        id "Id": i32,
        rank "Rank": i16,
        deleted "Deleted": bool,
    }
}

carrier! {
    /// Person
    Person: Carrier {
        position "Position": Option<String>,
        person_id "PersonId": i32,
        mrmrs "Mrmrs": Option<String>,
        firstname "Firstname": Option<String>,
        lastname "Lastname": Option<String>,
        middle_name "MiddleName": Option<String>,
        title "Title": Option<String>,
        description "Description": Option<String>,
        email "Email": Option<String>,
        full_name "FullName": Option<String>,
        direct_phone "DirectPhone": Option<String>,
        formal_name "FormalName": Option<String>,
        country_id "CountryId": i32,
        contact_id "ContactId": i32,
        contact_name "ContactName": Option<String>,
        retired "Retired": i16,
        rank "Rank": i16,
        active_interests "ActiveInterests": i16,
        contact_department "ContactDepartment": Option<String>,
        contact_country_id "ContactCountryId": i32,
        contact_org_nr "ContactOrgNr": Option<String>,
        fax_phone "FaxPhone": Option<String>,
        mobile_phone "MobilePhone": Option<String>,
        contact_phone "ContactPhone": Option<String>,
        associate_name "AssociateName": Option<String>,
        associate_id "AssociateId": i32,
        use_person_address "UsePersonAddress": bool,
        contact_fax "ContactFax": Option<String>,
        kanafname "Kanafname": Option<String>,
        kanalname "Kanalname": Option<String>,
        post1 "Post1": Option<String>,
        post2 "Post2": Option<String>,
        post3 "Post3": Option<String>,
        email_name "EmailName": Option<String>,
        contact_full_name "ContactFullName": Option<String>,
        active_erp_links "ActiveErpLinks": i32,
        ticket_priority_id "TicketPriorityId": i32,
        support_language_id "SupportLanguageId": i32,
        support_associate_id "SupportAssociateId": i32,
        category_name "CategoryName": Option<String>,
    }
}

carrier! {
    /// UserInfo
    UserInfo: Carrier {
        deleted "Deleted": bool,
        user_info_id "UserInfoId": i32,
        user_name "UserName": Option<String>,
        person_id "PersonId": i32,
        rank "Rank": i16,
        tooltip "Tooltip": Option<String>,
        user_group_id "UserGroupId": i32,
        ej_user_id "EjUserId": i32,
        user_type "UserType": UserType,
        granted_licenses "GrantedLicenses": Option<Vec<String>>,
        can_logon "CanLogon": bool,
        role_name "RoleName": Option<String>,
        role_tooltip "RoleTooltip": Option<String>,
        user_group_name "UserGroupName": Option<String>,
        user_group_tooltip "UserGroupTooltip": Option<String>,
    }
}

enumeration! {
    /// UserType
    UserType {
        Unknown = 0,
        InternalAssociate = 1,
        ResourceAssociate = 2,
        ExternalAssociate = 3,
        AnonymousAssociate = 4,
        SystemAssociate = 5,
    }
}

carrier! {
    /// UserPresenceStatus
    UserPresenceStatus {
        status "Status": EjUserStatus,
        message "Message": Option<String>,
    }
}

enumeration! {
    /// EjUserStatus
    EjUserStatus {
        StatusNone = 0,
        StatusNormal = 1,
        StatusNotAvailable = 2,
        StatusDeleted = 3,
        StatusReadOnly = 4,
        StatusSpm = 5,
        StatusSystem = 127,
    }
}

carrier! {
    /// ResolvedUser
    ResolvedUser: Carrier {
        user "User": Option<User>,
        person_created "PersonCreated": bool,
    }
}

carrier! {
    /// UserValidationResult
    UserValidationResult: Carrier {
        reason "Reason": Option<String>,
        result "Result": bool,
    }
}

dictionary! {
    /// StringDictionary
    StringDictionary "StringKeyValuePair": Option<String>;
}

carrier! {
    /// OperationResult
    OperationResult {
        success "Success": bool,
        message "Message": Option<String>,
    }
}

flags! {
    /// ExternalUserInfoModification
    ExternalUserInfoModification {
        USER_NAME "UserName" = 1,
        PASSWORD "Password" = 2,
        ROLE "Role" = 4,
        ACTIVE "Active" = 8,
        UNDEFINED_VALUE16 "UndefinedValue16" = 16,
    }
}

enumeration! {
    /// ChangePasswordType
    ChangePasswordType {
        Email = 0,
        Password = 1,
    }
}
