//! What a log-in tells about its user.

use super::{Row, StoreError, Tx, params, tickets};
use crate::contract::credential::ProvidedCredential;
use crate::contract::license::{GrantedModuleLicense, LicenseType};
use crate::model::DateTime;

/// A user with person, company, role and Service user; 0 and empty where there is none.
#[derive(Clone, Debug)]
pub struct PrincipalRow {
    pub first_name: String,
    pub middle_name: String,
    pub last_name: String,
    pub email: String,
    /// Country of the person, or else of the company.
    pub country_id: i32,
    pub business_id: i32,
    pub category_id: i32,
    /// The user who is responsible for the company.
    pub contact_owner: i32,
    pub role_name: String,
    pub role_tooltip: String,
    pub ej_user_id: i32,
    pub ej_access_level: i32,
    pub ej_status: i32,
    /// Groups besides the primary one, ascending.
    pub secondary_groups: Vec<i32>,
}

/// Reads what is told about a user; `None` when there is none with a role.
pub fn find(
    tx: &Tx<'_>,
    associate_id: i32,
    now: DateTime,
) -> Result<Option<PrincipalRow>, StoreError> {
    let found = tx.optional(
        "SELECT COALESCE(p.firstname, ''), COALESCE(p.middleName, ''), COALESCE(p.lastname, ''),
                COALESCE(p.email, ''), COALESCE(NULLIF(p.country_id, 0), c.country_id, 0),
                COALESCE(c.business_idx, 0), COALESCE(c.category_idx, 0),
                COALESCE(c.associate_id, 0), r.name, COALESCE(r.tooltip, ''),
                COALESCE(e.id, 0), COALESCE(e.access_level, 0), COALESCE(e.status, 0)
         FROM associate a
         JOIN userrolelink l ON l.associate_id = a.associate_id
         JOIN role r ON r.Role_id = l.role_id
         LEFT JOIN person p ON p.person_id = a.person_id
         LEFT JOIN contact c ON c.contact_id = p.contact_id
         LEFT JOIN ejuser e ON e.id = a.ejuserId
         WHERE a.associate_id = ?1",
        params![associate_id],
        |row| {
            Ok(PrincipalRow {
                first_name: row.get(0)?,
                middle_name: row.get(1)?,
                last_name: row.get(2)?,
                email: row.get(3)?,
                country_id: row.get(4)?,
                business_id: row.get(5)?,
                category_id: row.get(6)?,
                contact_owner: row.get(7)?,
                role_name: row.get(8)?,
                role_tooltip: row.get(9)?,
                ej_user_id: row.get(10)?,
                ej_access_level: row.get(11)?,
                ej_status: row.get(12)?,
                secondary_groups: Vec::new(),
            })
        },
    )?;
    let Some(mut principal) = found else {
        return Ok(None);
    };
    principal.secondary_groups = tx.query(
        "SELECT UserGroup_id FROM usergrouplink
         WHERE assoc_id = ?1 AND validFrom <= ?2 AND validTo > ?2
         ORDER BY UserGroup_id",
        params![associate_id, now],
        |row| row.get(0),
    )?;
    Ok(Some(principal))
}

/// The licences that a user holds, and those of the site, by owner and sort order.
pub fn licenses(
    tx: &Tx<'_>,
    associate_id: i32,
    now: DateTime,
) -> Result<Vec<GrantedModuleLicense>, StoreError> {
    tx.query(
        "SELECT o.ModuleOwner_id, o.ownerName, o.ownerDescription, m.ModuleLicense_id,
                m.moduleName, m.moduleDescription, m.moduleVersion, m.licenseType, m.extraFlags,
                m.sortOrder, COALESCE(l.licenseNumber, 0), m.hidden, m.unrestricted, o.expiration
         FROM modulelicense m
         JOIN moduleowner o ON o.ModuleOwner_id = m.ModuleOwner_id
         LEFT JOIN licenseassoclink l ON l.moduleLicenseId = m.ModuleLicense_id
              AND l.assocId = ?1 AND l.licenseNumber <> 0
              AND l.validFrom <= ?2 AND l.validTo > ?2
         WHERE l.assocId IS NOT NULL OR m.licenseType = ?3
         ORDER BY m.ModuleOwner_id, m.sortOrder, m.ModuleLicense_id",
        params![associate_id, now, LicenseType::SiteLicense as i32],
        license,
    )
}

fn license(row: &Row<'_>) -> Result<GrantedModuleLicense, StoreError> {
    Ok(GrantedModuleLicense {
        owner_id: row.get(0)?,
        owner_name: row.get(1)?,
        owner_description: row.get(2)?,
        module_id: row.get(3)?,
        name: row.get(4)?,
        description: row.get(5)?,
        version: row.get(6)?,
        license_type: LicenseType::from_number(row.get(7)?).unwrap_or_default(),
        extra_flags: row.get(8)?,
        sort_order: row.get(9)?,
        license_number: row.get(10)?,
        is_hidden: row.get(11)?,
        is_unrestricted: row.get(12)?,
        expiry_date: row.get(13)?,
        ..GrantedModuleLicense::default()
    })
}

/// The stored credential with which a log-in was made: of a type, and of tickets the one with
/// the key. Of a ticket it is not told by what it is found.
pub fn provided_credential(
    tx: &Tx<'_>,
    associate_id: i32,
    credential_type: &str,
    ticket_key: &str,
) -> Result<Option<ProvidedCredential>, StoreError> {
    tx.optional(
        "SELECT Credentials_id, CASE credentialType WHEN ?3 THEN '' ELSE searchName END,
                displayName
         FROM credentials
         WHERE associateId = ?1 AND credentialType = ?2
           AND (credentialType <> ?3 OR searchName = ?4)
         ORDER BY Credentials_id",
        params![associate_id, credential_type, tickets::TYPE, ticket_key],
        |row| {
            Ok(ProvidedCredential {
                r#type: Some(credential_type.to_owned()),
                search_name: row.get(1)?,
                display_name: row.get(2)?,
                credential_id: row.get(0)?,
            })
        },
    )
}
