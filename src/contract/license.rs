//! Licences: who sells them, which there are, and who has them.
//!
//! From the WSDL of 2023 and the REST description of 2026. A module is known by its owner and name,
//! such as `superoffice.user`.

use super::user::UserType;
use crate::model::{Bytes, DateTime, carrier, enumeration};

carrier! {
    /// A vendor of modules, with its licences as they stand for one user.
    LicenseOwner: Carrier {
        /// Identifies the vendor, such as `SUPEROFFICE`.
        name "Name": Option<String>,
        /// Name for people.
        description "Description": Option<String>,
        /// Those of which there is a limited number.
        restricted_module_licenses "RestrictedModuleLicenses": Option<Vec<ModuleLicenseLink>>,
        /// Those that any number of users can have.
        unrestricted_module_licenses "UnrestrictedModuleLicenses": Option<Vec<ModuleLicenseLink>>,
    }
}

carrier! {
    /// A licence as it stands for one user. A save of the user takes `Assigned` and
    /// `ModuleLicenseId`; the rest is read-only.
    ModuleLicenseLink: Carrier {
        /// Any number of users can have it.
        unrestricted "Unrestricted": bool,
        /// How many there are: those free and those in use.
        total "Total": i32,
        /// Description for people.
        tooltip "Tooltip": Option<String>,
        /// The user may get it.
        can_assign "CanAssign": bool,
        /// How many can still be assigned.
        free "Free": i32,
        /// How many are assigned, retired users not counted.
        in_use "InUse": i32,
        /// Not to be shown; comes only as part of a user plan.
        is_hidden "IsHidden": bool,
        /// The user has it. Saving more than there are is a `SoLicenseException`.
        assigned "Assigned": bool,
        /// Key.
        module_license_id "ModuleLicenseId": i32,
        /// Identifies the module among those of its owner, such as `web`.
        name "Name": Option<String>,
        /// Name for people.
        description "Description": Option<String>,
        /// The module that must be assigned before; empty for none.
        prerequisite_module_name "PrerequisiteModuleName": Option<String>,
        /// Place in lists, ascending.
        sort_order "SortOrder": i32,
        /// 1 for a user plan, which stands for a set of modules; 0 otherwise.
        extra_flags "ExtraFlags": i32,
    }
}

carrier! {
    /// The licence document of one vendor, as issued to this installation.
    LicenseInfo {
        /// To whom it was issued.
        company_name "CompanyName": Option<String>,
        /// Serial number of the installation.
        serial_nr "SerialNr": Option<String>,
        /// Identifies the vendor, such as `SUPEROFFICE`.
        owner_name "OwnerName": Option<String>,
        /// Name of the vendor for people.
        owner_description "OwnerDescription": Option<String>,
        /// When the document is to be renewed from its vendor.
        next_check_date "NextCheckDate": DateTime,
        /// Until when maintenance is paid.
        maintenance_date "MaintenanceDate": DateTime,
        /// From when administrators are warned of the end.
        admin_warning_date "AdminWarningDate": DateTime,
        /// When the licences end.
        expiry_date "ExpiryDate": DateTime,
        /// Until when the installation works on after the end.
        grace_date "GraceDate": DateTime,
        /// Bits that the vendor defines.
        extra_flags "ExtraFlags": i32,
        /// Where to renew the document.
        license_url "LicenseUrl": Option<String>,
        /// Version of the product that it is for.
        license_version "LicenseVersion": Option<String>,
        /// Number for the place of the installation, as the vendor defines it.
        deployment_type "DeploymentType": i32,
        /// Identifies the product.
        product_type "ProductType": Option<String>,
        /// Name of the product for people.
        product_description "ProductDescription": Option<String>,
        module_licenses "ModuleLicenses": Option<Vec<ModuleLicense>>,
        /// The key with which the signatures are checked.
        public_key "PublicKey": Option<SignedPublicKey>,
        /// Over all of the document, base64.
        signature "Signature": Option<String>,
    }
}

carrier! {
    /// A licence for one module, as part of a licence document.
    ModuleLicense {
        /// Identifies the vendor.
        owner_name "OwnerName": Option<String>,
        /// Identifies the module among those of its owner.
        module_name "ModuleName": Option<String>,
        /// Name for people.
        module_description "ModuleDescription": Option<String>,
        /// Description for people.
        module_tooltip "ModuleTooltip": Option<String>,
        module_version "ModuleVersion": Option<String>,
        /// For whom it is good: a site, a satellite or a user.
        license_type "LicenseType": LicenseType,
        /// Any number can be assigned.
        unrestricted "Unrestricted": bool,
        /// The kind of users that may have it.
        allowed_user_type "AllowedUserType": UserType,
        /// How many there are; without meaning when unrestricted.
        number_of_licenses "NumberOfLicenses": i32,
        /// 1 for a user plan, 0 otherwise.
        extra_flags "ExtraFlags": i32,
        /// For a user plan, the modules it stands for: `set=a,b,c`.
        extra_info "ExtraInfo": Option<String>,
        /// Place in lists, ascending.
        sort_order "SortOrder": i32,
        /// Not to be shown; comes only as part of a user plan.
        is_hidden "IsHidden": bool,
        /// The module that must be assigned before; empty for none.
        prerequisite_module_name "PrerequisiteModuleName": Option<String>,
        /// Over this licence, base64.
        signature "Signature": Option<String>,
    }
}

carrier! {
    /// A licence that the caller holds.
    GrantedModuleLicense: Carrier {
        /// Key of the vendor.
        owner_id "OwnerId": i32,
        /// Identifies the vendor.
        owner_name "OwnerName": Option<String>,
        /// Name of the vendor for people.
        owner_description "OwnerDescription": Option<String>,
        /// Key of the licence.
        module_id "ModuleId": i32,
        /// Identifies the module among those of its owner.
        name "Name": Option<String>,
        /// Name for people.
        description "Description": Option<String>,
        /// Version of the product that it is for.
        version "Version": Option<String>,
        /// For whom it is good: a site, a satellite or a user.
        license_type "LicenseType": LicenseType,
        /// 1 for a user plan, 0 otherwise.
        extra_flags "ExtraFlags": i32,
        /// Place in lists, ascending.
        sort_order "SortOrder": i32,
        /// Which of the licences it is; 0 when they are not counted.
        license_number "LicenseNumber": i32,
        /// Not to be shown; comes only as part of a user plan.
        is_hidden "IsHidden": bool,
        /// Any number of users can have it.
        is_unrestricted "IsUnrestricted": bool,
        /// When it ends; year 1 when it does not.
        expiry_date "ExpiryDate": DateTime,
    }
}

carrier! {
    /// A vendor's key, signed by the maker of the product.
    SignedPublicKey {
        /// Identifies the vendor.
        owner_name "OwnerName": Option<String>,
        sign_date "SignDate": DateTime,
        /// When the key ends.
        expiry_date "ExpiryDate": DateTime,
        /// The key itself.
        key "Key": DSAParameters,
        /// Over the key, base64.
        signature "Signature": Option<String>,
    }
}

carrier! {
    /// The public half of a DSA key, as .NET writes it: a structure from another namespace, never
    /// nil, with all members required.
    value DSAParameters in Cryptography {
        /// How many rounds it took to find the primes from the seed.
        counter "Counter": i32,
        /// The generator.
        g "G": Option<Bytes>,
        /// The cofactor, (p − 1) / q; nil when left out.
        j "J": Option<Bytes>,
        /// The prime modulus.
        p "P": Option<Bytes>,
        /// The prime divisor of p − 1.
        q "Q": Option<Bytes>,
        /// What the primes were found from; nil when left out.
        seed "Seed": Option<Bytes>,
        /// The public key.
        y "Y": Option<Bytes>,
    }
}

enumeration! {
    /// For whom a licence is good. An old page of the vendor numbers `UserLicense` 4; schema and
    /// core have 3.
    LicenseType as short {
        Unknown = 0,
        /// The whole installation.
        SiteLicense = 1,
        /// An installation that works apart and is merged later.
        SatelliteLicense = 2,
        /// One user each.
        UserLicense = 3,
    }
}
