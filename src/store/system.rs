//! The installation itself: whose it is, and its licence.

use super::{Row, StoreError, Tx, params};
use crate::contract::license::{LicenseInfo, LicenseType, ModuleLicense};
use crate::contract::user::UserType;

/// Name of the database product.
pub fn database_type(tx: &Tx<'_>) -> &'static str {
    tx.engine()
}

/// The company that owns the database.
#[derive(Clone, Debug, Default)]
pub struct OwnerCompany {
    pub contact_id: i32,
    pub name: String,
    pub country_id: i32,
}

/// The company that owns the database: the first that was entered as one of ours.
pub fn owner_company(tx: &Tx<'_>) -> Result<Option<OwnerCompany>, StoreError> {
    tx.optional(
        "SELECT c.contact_id, c.name, c.country_id
         FROM ownercontactlink l JOIN contact c ON c.contact_id = l.contact_id
         ORDER BY l.ownercontactlink_id",
        params![],
        |row| {
            Ok(OwnerCompany {
                contact_id: row.get(0)?,
                name: row.get(1)?,
                country_id: row.get(2)?,
            })
        },
    )
}

/// Name of the installation; `None` before it was set up.
pub fn name(tx: &Tx<'_>) -> Result<Option<String>, StoreError> {
    tx.optional("SELECT name FROM installation", params![], |row| row.get(0))
}

/// Version of the schema.
pub fn schema_version(tx: &Tx<'_>) -> Result<i32, StoreError> {
    tx.schema_version()
}

/// The licence of the first vendor with its modules. Serial number, signatures and key are left
/// out: whoever asks need not have logged in.
pub fn license(tx: &Tx<'_>) -> Result<Option<LicenseInfo>, StoreError> {
    let found = tx.optional(
        "SELECT ModuleOwner_id, ownerName, ownerDescription, nextCheckDate, maintenanceTo,
                adminWarningDate, expiration, graceTo, extraFlags, licenseUrl, licenseVersion,
                deploymentType, productType, productTypeDescription
         FROM moduleowner ORDER BY ModuleOwner_id",
        params![],
        |row| {
            let info = LicenseInfo {
                owner_name: row.get(1)?,
                owner_description: row.get(2)?,
                next_check_date: row.get(3)?,
                maintenance_date: row.get(4)?,
                admin_warning_date: row.get(5)?,
                expiry_date: row.get(6)?,
                grace_date: row.get(7)?,
                extra_flags: row.get(8)?,
                license_url: row.get(9)?,
                license_version: row.get(10)?,
                deployment_type: row.get(11)?,
                product_type: row.get(12)?,
                product_description: row.get(13)?,
                ..LicenseInfo::default()
            };
            Ok((row.get::<i32>(0)?, info))
        },
    )?;
    let Some((owner_id, mut info)) = found else {
        return Ok(None);
    };
    let mut modules = tx.query(
        "SELECT moduleName, moduleDescription, tooltip, moduleVersion, licenseType, unrestricted,
                allowedAssocsMask, licenseNumber, extraFlags, extraInfo, sortOrder, hidden,
                prerequisiteModule
         FROM modulelicense WHERE ModuleOwner_id = ?1 ORDER BY sortOrder, ModuleLicense_id",
        params![owner_id],
        module,
    )?;
    for module in &mut modules {
        module.owner_name.clone_from(&info.owner_name);
    }
    info.module_licenses = Some(modules);
    Ok(Some(info))
}

fn module(row: &Row<'_>) -> Result<ModuleLicense, StoreError> {
    Ok(ModuleLicense {
        module_name: row.get(0)?,
        module_description: row.get(1)?,
        module_tooltip: row.get(2)?,
        module_version: row.get(3)?,
        license_type: LicenseType::from_number(row.get(4)?).unwrap_or_default(),
        unrestricted: row.get(5)?,
        allowed_user_type: only_user_type(row.get(6)?),
        number_of_licenses: row.get(7)?,
        extra_flags: row.get(8)?,
        extra_info: row.get(9)?,
        sort_order: row.get(10)?,
        is_hidden: row.get(11)?,
        prerequisite_module_name: row.get(12)?,
        ..ModuleLicense::default()
    })
}

/// The one kind of user that a mask allows; `Unknown` where it allows several or all.
fn only_user_type(mask: i32) -> UserType {
    match mask {
        1 => UserType::InternalAssociate,
        2 => UserType::ResourceAssociate,
        4 => UserType::ExternalAssociate,
        8 => UserType::AnonymousAssociate,
        16 => UserType::SystemAssociate,
        _ => UserType::Unknown,
    }
}
