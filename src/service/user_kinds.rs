//! What the kinds of users have and have not.

use crate::contract::role::RoleType;
use crate::contract::user::UserType;

/// The rules for one kind of user.
#[derive(Clone, Copy, Debug)]
pub struct UserKind {
    /// Type of the roles that fit.
    pub role_type: RoleType,
    /// Whether there has to be a person, and whether from a company of our own.
    pub person: PersonRule,
    /// Whether there is a primary group, and other ones.
    pub has_groups: bool,
    /// From what a name is made where there is no person to take it from.
    pub word: &'static str,
    /// The bit in the mask of those who may hold a licence.
    pub license_bit: i32,
    /// The licence that the installation needs to have such users.
    pub site_license: Option<&'static str>,
}

/// The person behind a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonRule {
    /// There may be one.
    Optional,
    /// One of any company.
    Any,
    /// One of a company whose people may be internal users.
    OwnCompany,
}

/// The type that is meant: `Unknown` counts as internal.
pub const fn named_type(user_type: UserType) -> UserType {
    match user_type {
        UserType::Unknown => UserType::InternalAssociate,
        known => known,
    }
}

/// The rules for a type; `Unknown` counts as internal.
pub const fn kind_of(user_type: UserType) -> UserKind {
    match user_type {
        UserType::Unknown | UserType::InternalAssociate => UserKind {
            role_type: RoleType::Employee,
            person: PersonRule::OwnCompany,
            has_groups: true,
            word: "User",
            license_bit: 1,
            site_license: None,
        },
        UserType::ResourceAssociate => UserKind {
            role_type: RoleType::Employee,
            person: PersonRule::Optional,
            has_groups: true,
            word: "Resource",
            license_bit: 2,
            site_license: None,
        },
        UserType::ExternalAssociate => UserKind {
            role_type: RoleType::ExternalUser,
            person: PersonRule::Any,
            has_groups: false,
            word: "External",
            license_bit: 4,
            site_license: Some("extern-user"),
        },
        UserType::AnonymousAssociate => UserKind {
            role_type: RoleType::Anonymous,
            person: PersonRule::Optional,
            has_groups: false,
            word: "Anonymous",
            license_bit: 8,
            site_license: Some("expander-services"),
        },
        UserType::SystemAssociate => UserKind {
            role_type: RoleType::System,
            person: PersonRule::Optional,
            has_groups: false,
            word: "System",
            license_bit: 16,
            site_license: Some("expander-services"),
        },
    }
}
