//! Users, the persons behind them and the groups they belong to.
//!
//! From the WSDL of 2023 and the REST description of 2026; lengths are those of the vendor's
//! columns.

use super::command::CustomCommand;
use super::credential::Credential;
use super::license::LicenseOwner;
use super::list::MDOListItem;
use super::role::Role;
use crate::model::{DateTime, Shared, carrier, dictionary, enumeration, flags};

carrier! {
    /// A user (an associate, in the vendor's database) with all that an administrator sets. A save
    /// stores what is not marked read-only.
    User: Carrier {
        /// Key; 0 makes a save create the user.
        associate_id "AssociateId": i32,
        /// User ID or initials, also a name to log in with. Unique, at most 239 characters;
        /// generated from the person when left blank in a new user.
        name "Name": Option<String>,
        /// Place in lists, ascending.
        rank "Rank": i16,
        /// Description, at most 254 characters.
        tooltip "Tooltip": Option<String>,
        /// Every licence that can be assigned, by owner, assigned or not. A save takes the
        /// `Assigned` marks.
        license_owners "LicenseOwners": Option<Shared<LicenseOwner>>,
        /// The one role; required. Nobody can change their own.
        role "Role": Option<Role>,
        /// The primary group. Required for employees; nil for external, anonymous and system users.
        user_group "UserGroup": Option<UserGroup>,
        /// Further groups, without the primary one.
        other_groups "OtherGroups": Option<Vec<UserGroup>>,
        /// The person behind the user; nil for system and anonymous users. A save takes the key
        /// only.
        person "Person": Option<Person>,
        /// True when the user is retired: no rights, not in lists.
        deleted "Deleted": bool,
        /// Read-only; year 1 when never.
        lastlogin "Lastlogin": DateTime,
        /// Read-only; year 1 when never.
        lastlogout "Lastlogout": DateTime,
        /// The same user in the Service part of the product; 0 for none.
        ej_user_id "EjUserId": i32,
        /// Signature under answers to requests in Service.
        request_signature "RequestSignature": Option<String>,
        /// Kind of user. Only administrators may set it.
        r#type "Type": UserType,
        /// True when the person has left the company. Read-only.
        is_person_retired "IsPersonRetired": bool,
        /// True while the user works on a travelling copy of the database. Read-only.
        is_on_travel "IsOnTravel": bool,
        /// Ways to log in. Secrets go in but never come out.
        credentials "Credentials": Option<Vec<Credential>>,
        /// Name to log in with, often an e-mail address; at most 254 characters. Online it must be
        /// an e-mail address.
        user_name "UserName": Option<String>,
        /// Request categories that the user serves in Service.
        ticket_categories "TicketCategories": Option<Vec<MDOListItem>>,
        /// Alias in Service. Unique when not blank, at most 63 characters.
        nick_name "NickName": Option<String>,
        /// Kept from logging in until an administrator approves, whatever licences there are.
        waiting_for_approval "WaitingForApproval": bool,
        /// Deprecated by the vendor in favour of `CustomFields`; free text by field name.
        extra_fields "ExtraFields": Option<StringDictionary>,
        /// Fields that the installation or its plug-ins added, by field name.
        custom_fields "CustomFields": Option<StringDictionary>,
        /// Commands for the client to run after a save. Read-only.
        post_save_commands "PostSaveCommands": Option<Vec<CustomCommand>>,
    }
}

carrier! {
    /// A group of users.
    UserGroup: Carrier {
        /// Name; unique, at most 239 characters.
        value "Value": Option<String>,
        /// Description, at most 254 characters.
        tooltip "Tooltip": Option<String>,
        /// Key; 0 makes a save create the group.
        id "Id": i32,
        /// Place in lists, ascending.
        rank "Rank": i16,
        /// Hidden from lists; the row stays for data that refers to it.
        deleted "Deleted": bool,
    }
}

carrier! {
    /// The person behind a user, with something of the company. Read-only: a save of the user takes
    /// `PersonId` and ignores the rest.
    Person: Carrier {
        /// Position in the company, as text of a list.
        position "Position": Option<String>,
        /// Key; 0 for nobody.
        person_id "PersonId": i32,
        /// Form of address, at most 239 characters.
        mrmrs "Mrmrs": Option<String>,
        /// At most 99 characters.
        firstname "Firstname": Option<String>,
        /// At most 99 characters.
        lastname "Lastname": Option<String>,
        /// At most 99 characters.
        middle_name "MiddleName": Option<String>,
        /// Job title, at most 239 characters.
        title "Title": Option<String>,
        /// Free text about the person.
        description "Description": Option<String>,
        /// First e-mail address.
        email "Email": Option<String>,
        /// First, middle and last name together.
        full_name "FullName": Option<String>,
        /// First direct number.
        direct_phone "DirectPhone": Option<String>,
        /// Full name with form of address and title, as in a letter.
        formal_name "FormalName": Option<String>,
        /// Key of the person's country; 0 when unknown.
        country_id "CountryId": i32,
        /// Key of the company; 0 for none.
        contact_id "ContactId": i32,
        /// Name of the company, at most 219 characters.
        contact_name "ContactName": Option<String>,
        /// 1 when the person has left the company, otherwise 0.
        retired "Retired": i16,
        /// Place among the persons of the company, ascending.
        rank "Rank": i16,
        /// How many interests are marked.
        active_interests "ActiveInterests": i16,
        /// Department of the company, at most 219 characters.
        contact_department "ContactDepartment": Option<String>,
        /// Key of the company's country; 0 when unknown.
        contact_country_id "ContactCountryId": i32,
        /// Registration number of the company, at most 49 characters.
        contact_org_nr "ContactOrgNr": Option<String>,
        /// First fax number.
        fax_phone "FaxPhone": Option<String>,
        /// First mobile number.
        mobile_phone "MobilePhone": Option<String>,
        /// First number of the company.
        contact_phone "ContactPhone": Option<String>,
        /// User ID of the person as a user; empty for persons who are none.
        associate_name "AssociateName": Option<String>,
        /// Key of the person as a user; 0 for persons who are none.
        associate_id "AssociateId": i32,
        /// The person has an address apart from the company's.
        use_person_address "UsePersonAddress": bool,
        /// First fax number of the company.
        contact_fax "ContactFax": Option<String>,
        /// First name in kana, for Japanese.
        kanafname "Kanafname": Option<String>,
        /// Last name in kana, for Japanese.
        kanalname "Kanalname": Option<String>,
        /// First part of a Japanese postal address.
        post1 "Post1": Option<String>,
        /// Second part of a Japanese postal address.
        post2 "Post2": Option<String>,
        /// Third part of a Japanese postal address.
        post3 "Post3": Option<String>,
        /// Text to show in place of the e-mail address.
        email_name "EmailName": Option<String>,
        /// Name and department of the company together.
        contact_full_name "ContactFullName": Option<String>,
        /// To how many ERP connections the person is linked.
        active_erp_links "ActiveErpLinks": i32,
        /// Key of the priority that requests of this person get; 0 for the default.
        ticket_priority_id "TicketPriorityId": i32,
        /// Key of the language in which Service writes to the person; 0 for the default.
        support_language_id "SupportLanguageId": i32,
        /// Key of the user who serves this person; 0 for nobody.
        support_associate_id "SupportAssociateId": i32,
        /// Category of the company.
        category_name "CategoryName": Option<String>,
    }
}

carrier! {
    /// A read-only summary of a user.
    UserInfo: Carrier {
        /// True when the user is retired.
        deleted "Deleted": bool,
        /// Key of the user: the `AssociateId`.
        user_info_id "UserInfoId": i32,
        /// User ID or initials: the `Name` of the user, not the `UserName`.
        user_name "UserName": Option<String>,
        /// Key of the person; 0 for system and anonymous users.
        person_id "PersonId": i32,
        /// Place in lists, ascending.
        rank "Rank": i16,
        tooltip "Tooltip": Option<String>,
        /// Key of the primary group; 0 for users that are not employees.
        user_group_id "UserGroupId": i32,
        /// The same user in the Service part of the product; 0 for none.
        ej_user_id "EjUserId": i32,
        user_type "UserType": UserType,
        /// Names of the assigned licences.
        granted_licenses "GrantedLicenses": Option<Vec<String>>,
        /// Whether a log-in could succeed now.
        can_logon "CanLogon": bool,
        role_name "RoleName": Option<String>,
        /// Description of the role.
        role_tooltip "RoleTooltip": Option<String>,
        /// Name of the primary group; empty for none.
        user_group_name "UserGroupName": Option<String>,
        /// Description of the primary group.
        user_group_tooltip "UserGroupTooltip": Option<String>,
    }
}

enumeration! {
    /// The kind of user. The numbers in the database are others, made of bits.
    UserType {
        /// Not chosen.
        Unknown = 0,
        /// An employee: a person in one of the owner companies. 0 in the database.
        InternalAssociate = 1,
        /// A room or a thing that can be booked. 1 in the database.
        ResourceAssociate = 2,
        /// A person of another company. 4 in the database.
        ExternalAssociate = 3,
        /// Whoever comes without a name. 7 in the database.
        AnonymousAssociate = 4,
        /// A program; no data right holds it back. 13 in the database.
        SystemAssociate = 5,
    }
}

carrier! {
    /// Whether a user is at work, as Service sees it.
    UserPresenceStatus {
        /// Present or not: of the states, `StatusNormal` and `StatusNotAvailable` make sense to
        /// set.
        status "Status": EjUserStatus,
        /// Why the user is not there, at most 255 characters.
        message "Message": Option<String>,
    }
}

enumeration! {
    /// State of a user in the Service part of the product.
    EjUserStatus {
        /// Not a user of Service.
        StatusNone = 0,
        /// At work.
        StatusNormal = 1,
        /// Not at work: gets no requests assigned.
        StatusNotAvailable = 2,
        StatusDeleted = 3,
        StatusReadOnly = 4,
        StatusSpm = 5,
        StatusSystem = 127,
    }
}

carrier! {
    /// The user that was found or made for a credential.
    ResolvedUser: Carrier {
        /// As stored.
        user "User": Option<User>,
        /// True when a person had to be made for it.
        person_created "PersonCreated": bool,
    }
}

carrier! {
    /// Whether a value is acceptable, and why not.
    UserValidationResult: Carrier {
        /// Text for people; empty when the value is acceptable.
        reason "Reason": Option<String>,
        /// True when the value is acceptable.
        result "Result": bool,
    }
}

dictionary! {
    /// Texts by name.
    StringDictionary "StringKeyValuePair": Option<String>;
}

carrier! {
    /// Whether something worked out that may fail without anybody's fault.
    OperationResult {
        success "Success": bool,
        /// Why not; may be empty.
        message "Message": Option<String>,
    }
}

flags! {
    /// Which arguments of `SetExternalUserInfo` count, as bits; the others are ignored.
    ExternalUserInfoModification {
        /// The user name is given.
        USER_NAME "UserName" = 1,
        /// The password is given.
        PASSWORD "Password" = 2,
        /// The role is given.
        ROLE "Role" = 4,
        /// Whether the user is active is given.
        ACTIVE "Active" = 8,
        /// In the schema, without documented meaning.
        UNDEFINED_VALUE16 "UndefinedValue16" = 16,
    }
}

enumeration! {
    /// How the password of a user can be changed.
    ChangePasswordType {
        /// By a mail with a link, which the user follows.
        Email = 0,
        /// By giving the new password.
        Password = 1,
    }
}
