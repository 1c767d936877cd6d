//! Licences that users may hold.

use super::{Row, StoreError, Tx, params};
use crate::contract::license::LicenseType;

/// A row of `modulelicense` with its owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleRow {
    pub id: i32,
    pub owner_name: String,
    pub owner_description: Option<String>,
    pub name: String,
    pub description: Option<String>,
    pub tooltip: Option<String>,
    /// How many there are; no limit when unrestricted.
    pub total: i32,
    /// Who may hold it, as a sum of 1 internal, 2 resource, 4 external, 8 anonymous, 16 system;
    /// 0 is everyone.
    pub allowed: i32,
    /// Whose log-in asks for it, as a sum of the same numbers.
    pub log_in: i32,
    /// 1 marks a user plan.
    pub extra_flags: i32,
    /// What a user plan brings: `set=a,b`.
    pub extra_info: Option<String>,
    pub sort_order: i32,
    pub unrestricted: bool,
    /// Comes only with a user plan.
    pub hidden: bool,
    /// Name of the licence that has to be there first; blank for none.
    pub prerequisite: Option<String>,
    /// How many users hold it; deleted ones do not count. 0 when unrestricted, so that what is
    /// free and what is in use add up to the total.
    pub in_use: i32,
}

/// All user licences by owner and sort order.
pub fn user_modules(tx: &Tx<'_>) -> Result<Vec<ModuleRow>, StoreError> {
    tx.query(
        "SELECT ModuleLicense_id, ownerName, ownerDescription, moduleName, moduleDescription,
             tooltip, licenseNumber, allowedAssocsMask, module.extraFlags, module.extraInfo,
             sortOrder, unrestricted, hidden, prerequisiteModule,
             CASE unrestricted WHEN 0 THEN inUse ELSE 0 END, logInMask
         FROM modulelicense module
         JOIN moduleowner ON moduleowner.ModuleOwner_id = module.ModuleOwner_id
         WHERE licenseType = ?1
         ORDER BY module.ModuleOwner_id, sortOrder, ModuleLicense_id",
        params![LicenseType::UserLicense as i32],
        read,
    )
}

/// The licences without which users cannot log in whose type has this bit of `allowed`.
pub fn needed_to_log_in(tx: &Tx<'_>, bit: i32) -> Result<Vec<i32>, StoreError> {
    tx.query(
        "SELECT ModuleLicense_id FROM modulelicense WHERE logInMask & ?1 <> 0",
        params![bit],
        |row| row.get(0),
    )
}

/// Sets how many there are of the user licences of a name, in any letter case; none is no limit.
/// False when there is no such licence.
pub fn set_total(tx: &Tx<'_>, name: &str, total: Option<i32>) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE modulelicense SET unrestricted = ?2, licenseNumber = ?3
         WHERE lower(moduleName) = lower(?1) AND licenseType = ?4",
        params![
            name,
            total.is_none(),
            total.unwrap_or_default(),
            LicenseType::UserLicense as i32,
        ],
    )?;
    Ok(changed > 0)
}

/// Whether the installation as a whole has a licence.
pub fn has_site_license(tx: &Tx<'_>, name: &str) -> Result<bool, StoreError> {
    tx.one(
        "SELECT EXISTS (
             SELECT 1 FROM modulelicense
             WHERE moduleName = ?1 AND licenseType = ?2 AND (unrestricted <> 0 OR licenseNumber > 0))",
        params![name, LicenseType::SiteLicense as i32],
        |row| row.get(0),
    )
}

fn read(row: &Row<'_>) -> Result<ModuleRow, StoreError> {
    Ok(ModuleRow {
        id: row.get(0)?,
        owner_name: row.get(1)?,
        owner_description: row.get(2)?,
        name: row.get(3)?,
        description: row.get(4)?,
        tooltip: row.get(5)?,
        total: row.get(6)?,
        allowed: row.get(7)?,
        extra_flags: row.get(8)?,
        extra_info: row.get(9)?,
        sort_order: row.get(10)?,
        unrestricted: row.get(11)?,
        hidden: row.get(12)?,
        prerequisite: row.get(13)?,
        in_use: row.get(14)?,
        log_in: row.get(15)?,
    })
}
