//! Who has logged in, and where.
//!
//! From the WSDL of 2023. The answers are declared whole, because their members are not the usual
//! single `Response`.

use super::credential::ProvidedCredential;
use super::headers::SoCredentials;
use super::license::{GrantedModuleLicense, LicenseInfo};
use super::role::RoleType;
use super::user::{EjUserStatus, UserType};
use crate::model::{DateTime, carrier, dictionary, enumeration, message};

carrier! {
    /// Who has logged in: the user, the person, the company and what they may do. Keys are 0 where
    /// there is nothing to refer to.
    SoPrincipalCarrier {
        /// Kind of user.
        user_type "UserType": UserType,
        /// User ID or initials: the `Name` of the user.
        associate "Associate": Option<String>,
        /// Key of the user.
        associate_id "AssociateId": i32,
        /// False for system and anonymous users.
        is_person "IsPerson": bool,
        /// Key of the person.
        person_id "PersonId": i32,
        /// Key of the caller's country.
        country_id "CountryId": i32,
        /// Key of the country that the installation belongs to.
        home_country_id "HomeCountryId": i32,
        /// Key of the person's company.
        contact_id "ContactId": i32,
        /// Key of the primary group.
        group_id "GroupId": i32,
        /// Key of the line of business of the person's company.
        business_id "BusinessId": i32,
        /// Key of the category of the person's company.
        category_id "CategoryId": i32,
        /// Key of the user who is responsible for the person's company.
        contact_owner "ContactOwner": i32,
        /// Key of the role.
        role_id "RoleId": i32,
        role_name "RoleName": Option<String>,
        role_description "RoleDescription": Option<String>,
        /// The kind of users that the role is for.
        role_type "RoleType": RoleType,
        /// Licences of the user and of the site.
        licenses "Licenses": Option<Vec<GrantedModuleLicense>>,
        /// Name of the person.
        full_name "FullName": Option<String>,
        /// First e-mail address of the person.
        email_address "EMailAddress": Option<String>,
        /// Code names of the functional rights, such as `admin-all`, sorted for binary search.
        function_rights "FunctionRights": Option<Vec<String>>,
        /// The same user in the Service part of the product.
        ej_user_id "EjUserId": i32,
        /// Bits of what the user may do in Service.
        ej_access_level "EjAccessLevel": i32,
        /// State in Service.
        ej_user_status "EjUserStatus": EjUserStatus,
        /// With what the log-in was made.
        provided_credentials "ProvidedCredentials": Option<Vec<ProvidedCredential>>,
        /// Keys of further groups, without the primary one.
        secondary_groups "SecondaryGroups": Option<Vec<i32>>,
        /// The tenant, such as `Cust12345`; empty in an installation without tenants.
        database_context_identifier "DatabaseContextIdentifier": Option<String>,
    }
}

carrier! {
    /// What runs here: product, licence, database. Told to callers without log-in.
    SoSystemInfoCarrier: Carrier {
        /// The licence document; nil when not told.
        license "License": Option<LicenseInfo>,
        /// Warning to show after the log-in; empty for none.
        warning_english "WarningEnglish": Option<String>,
        /// The same warning as a resource key, for translation; empty for none.
        warning_resource "WarningResource": Option<String>,
        /// Branch of the source that the server was built from.
        branch_name "BranchName": Option<String>,
        /// Label of the build.
        build_label "BuildLabel": Option<String>,
        /// Version that interfaces are bound to, four numbers.
        assembly_version "AssemblyVersion": Option<String>,
        /// The earliest date on which a licence is to be renewed.
        accumulated_next_check_date "AccumulatedNextCheckDate": DateTime,
        /// Version of the build, four numbers.
        file_version "FileVersion": Option<String>,
        /// Name and version for people.
        description "Description": Option<String>,
        /// Days until the server's licence ends.
        days_until_net_server_expiry "DaysUntilNetServerExpiry": i32,
        /// How finished the build is.
        build_type "BuildType": NetServerBuildType,
        /// Version of the database schema.
        database_version "DatabaseVersion": i32,
        /// Always true here.
        is_unicode "IsUnicode": bool,
        /// The company that runs the installation.
        company_name "CompanyName": Option<String>,
        /// Key of that company.
        company_id "CompanyId": i32,
        /// Name of the database product.
        database_type "DatabaseType": Option<String>,
        /// Version of the database product.
        database_minor "DatabaseMinor": Option<String>,
        database_name "DatabaseName": Option<String>,
        /// The database is a copy that one user took along.
        is_on_travel "IsOnTravel": bool,
        /// The database is a copy for an office that works apart.
        is_satellite "IsSatellite": bool,
    }
}

dictionary! {
    /// What a log-in of another kind needs, by name. No names are documented.
    AuthenticationGenericData "AuthenticationGenericDataKeyValuePair": Option<String>;
}

enumeration! {
    /// How finished a build is.
    NetServerBuildType {
        Feature = 0,
        Stable = 1,
        Alpha = 2,
        Beta = 3,
        ReleaseCandidate = 4,
        Release = 5,
    }
}

message! {
    /// What `GetSystemInfo` answers.
    GetSystemInfoResponse {
        /// Nil only together with an error.
        system_info "SystemInfo": Option<SoSystemInfoCarrier>,
    }
}

message! {
    /// What all four ways to log in answer. Wrong credentials are no error: the first two members
    /// are nil and the last is false.
    AuthenticateResponse {
        /// Who has logged in.
        response "Response": Option<SoPrincipalCarrier>,
        /// The ticket to send from now on.
        credentials "Credentials": Option<SoCredentials>,
        /// Whether the log-in succeeded; to be read after `Succeeded`.
        authentication_succeeded "AuthenticationSucceeded": bool,
    }
}
