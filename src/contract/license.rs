//! Licences.

use super::user::UserType;
use crate::model::{Bytes, DateTime, carrier, enumeration};

carrier! {
    /// LicenseOwner
    LicenseOwner: Carrier {
        name "Name": Option<String>,
        description "Description": Option<String>,
        restricted_module_licenses "RestrictedModuleLicenses": Option<Vec<ModuleLicenseLink>>,
        unrestricted_module_licenses "UnrestrictedModuleLicenses": Option<Vec<ModuleLicenseLink>>,
    }
}

carrier! {
    /// ModuleLicenseLink
    ModuleLicenseLink: Carrier {
        unrestricted "Unrestricted": bool,
        total "Total": i32,
        tooltip "Tooltip": Option<String>,
        can_assign "CanAssign": bool,
        free "Free": i32,
        in_use "InUse": i32,
        is_hidden "IsHidden": bool,
        assigned "Assigned": bool,
        module_license_id "ModuleLicenseId": i32,
        name "Name": Option<String>,
        description "Description": Option<String>,
        prerequisite_module_name "PrerequisiteModuleName": Option<String>,
        sort_order "SortOrder": i32,
        extra_flags "ExtraFlags": i32,
    }
}

carrier! {
    /// LicenseInfo
    LicenseInfo {
        company_name "CompanyName": Option<String>,
        serial_nr "SerialNr": Option<String>,
        owner_name "OwnerName": Option<String>,
        owner_description "OwnerDescription": Option<String>,
        next_check_date "NextCheckDate": DateTime,
        maintenance_date "MaintenanceDate": DateTime,
        admin_warning_date "AdminWarningDate": DateTime,
        expiry_date "ExpiryDate": DateTime,
        grace_date "GraceDate": DateTime,
        extra_flags "ExtraFlags": i32,
        license_url "LicenseUrl": Option<String>,
        license_version "LicenseVersion": Option<String>,
        deployment_type "DeploymentType": i32,
        product_type "ProductType": Option<String>,
        product_description "ProductDescription": Option<String>,
        module_licenses "ModuleLicenses": Option<Vec<ModuleLicense>>,
        public_key "PublicKey": Option<SignedPublicKey>,
        signature "Signature": Option<String>,
    }
}

carrier! {
    /// ModuleLicense
    ModuleLicense {
        owner_name "OwnerName": Option<String>,
        module_name "ModuleName": Option<String>,
        module_description "ModuleDescription": Option<String>,
        module_tooltip "ModuleTooltip": Option<String>,
        module_version "ModuleVersion": Option<String>,
        license_type "LicenseType": LicenseType,
        unrestricted "Unrestricted": bool,
        allowed_user_type "AllowedUserType": UserType,
        number_of_licenses "NumberOfLicenses": i32,
        extra_flags "ExtraFlags": i32,
        extra_info "ExtraInfo": Option<String>,
        sort_order "SortOrder": i32,
        is_hidden "IsHidden": bool,
        prerequisite_module_name "PrerequisiteModuleName": Option<String>,
        signature "Signature": Option<String>,
    }
}

carrier! {
    /// GrantedModuleLicense
    GrantedModuleLicense: Carrier {
        owner_id "OwnerId": i32,
        owner_name "OwnerName": Option<String>,
        owner_description "OwnerDescription": Option<String>,
        module_id "ModuleId": i32,
        name "Name": Option<String>,
        description "Description": Option<String>,
        version "Version": Option<String>,
        license_type "LicenseType": LicenseType,
        extra_flags "ExtraFlags": i32,
        sort_order "SortOrder": i32,
        license_number "LicenseNumber": i32,
        is_hidden "IsHidden": bool,
        is_unrestricted "IsUnrestricted": bool,
        expiry_date "ExpiryDate": DateTime,
    }
}

carrier! {
    /// SignedPublicKey
    SignedPublicKey {
        owner_name "OwnerName": Option<String>,
        sign_date "SignDate": DateTime,
        expiry_date "ExpiryDate": DateTime,
        key "Key": DSAParameters,
        signature "Signature": Option<String>,
    }
}

carrier! {
    /// DSAParameters
    value DSAParameters in Cryptography {
        counter "Counter": i32,
        g "G": Option<Bytes>,
        j "J": Option<Bytes>,
        p "P": Option<Bytes>,
        q "Q": Option<Bytes>,
        seed "Seed": Option<Bytes>,
        y "Y": Option<Bytes>,
    }
}

enumeration! {
    /// LicenseType
    LicenseType as short {
        Unknown = 0,
        SiteLicense = 1,
        SatelliteLicense = 2,
        UserLicense = 3,
    }
}
