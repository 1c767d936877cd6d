//! Who has logged in, and where.

use super::credential::ProvidedCredential;
use super::headers::SoCredentials;
use super::license::{GrantedModuleLicense, LicenseInfo};
use super::role::RoleType;
use super::user::{EjUserStatus, UserType};
use crate::model::{DateTime, carrier, dictionary, enumeration, message};

carrier! {
    /// SoPrincipalCarrier
    SoPrincipalCarrier {
        user_type "UserType": UserType,
        associate "Associate": Option<String>,
        associate_id "AssociateId": i32,
        is_person "IsPerson": bool,
        person_id "PersonId": i32,
        country_id "CountryId": i32,
        home_country_id "HomeCountryId": i32,
        contact_id "ContactId": i32,
        group_id "GroupId": i32,
        business_id "BusinessId": i32,
        category_id "CategoryId": i32,
        contact_owner "ContactOwner": i32,
        role_id "RoleId": i32,
        role_name "RoleName": Option<String>,
        role_description "RoleDescription": Option<String>,
        role_type "RoleType": RoleType,
        licenses "Licenses": Option<Vec<GrantedModuleLicense>>,
        full_name "FullName": Option<String>,
        email_address "EMailAddress": Option<String>,
        function_rights "FunctionRights": Option<Vec<String>>,
        ej_user_id "EjUserId": i32,
        ej_access_level "EjAccessLevel": i32,
        ej_user_status "EjUserStatus": EjUserStatus,
        provided_credentials "ProvidedCredentials": Option<Vec<ProvidedCredential>>,
        secondary_groups "SecondaryGroups": Option<Vec<i32>>,
        database_context_identifier "DatabaseContextIdentifier": Option<String>,
    }
}

carrier! {
    /// SoSystemInfoCarrier
    SoSystemInfoCarrier: Carrier {
        license "License": Option<LicenseInfo>,
        warning_english "WarningEnglish": Option<String>,
        warning_resource "WarningResource": Option<String>,
        branch_name "BranchName": Option<String>,
        build_label "BuildLabel": Option<String>,
        assembly_version "AssemblyVersion": Option<String>,
        accumulated_next_check_date "AccumulatedNextCheckDate": DateTime,
        file_version "FileVersion": Option<String>,
        description "Description": Option<String>,
        days_until_net_server_expiry "DaysUntilNetServerExpiry": i32,
        build_type "BuildType": NetServerBuildType,
        database_version "DatabaseVersion": i32,
        is_unicode "IsUnicode": bool,
        company_name "CompanyName": Option<String>,
        company_id "CompanyId": i32,
        database_type "DatabaseType": Option<String>,
        database_minor "DatabaseMinor": Option<String>,
        database_name "DatabaseName": Option<String>,
        is_on_travel "IsOnTravel": bool,
        is_satellite "IsSatellite": bool,
    }
}

dictionary! {
    /// AuthenticationGenericData
    AuthenticationGenericData "AuthenticationGenericDataKeyValuePair": Option<String>;
}

enumeration! {
    /// NetServerBuildType
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
    /// GetSystemInfoResponse
    GetSystemInfoResponse {
        system_info "SystemInfo": Option<SoSystemInfoCarrier>,
    }
}

message! {
    /// AuthenticateResponse
    AuthenticateResponse {
        response "Response": Option<SoPrincipalCarrier>,
        credentials "Credentials": Option<SoCredentials>,
        authentication_succeeded "AuthenticationSucceeded": bool,
    }
}
