//! Licences that users may hold.

use super::lists::List;
use super::{Row, StoreError, Tx, params};
use crate::contract::license::{LicenseOwner, LicenseType};
use crate::contract::user::UserType;
use crate::model::Shared;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

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
    kind: i32,
}

/// All licences by owner and sort order.
pub(super) struct AllModules {
    rows: Vec<ModuleRow>,
    /// Those of users once more.
    user: Arc<UserModules>,
}

struct UserModules {
    rows: Vec<ModuleRow>,
    /// What carriers told of them lately, the latest last.
    told: Mutex<Vec<Told>>,
}

/// What is told of the licences to users of a type who hold the same ones.
struct Told {
    in_use: BTreeMap<i32, i32>,
    user_type: UserType,
    held: BTreeSet<i32>,
    owners: Shared<LicenseOwner>,
}

/// Most users hold one of so few sets of licences.
const SETS: usize = 16;

impl List for AllModules {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let rows = tx.query(
            "SELECT ModuleLicense_id, ownerName, ownerDescription, moduleName, moduleDescription,
                 tooltip, licenseNumber, allowedAssocsMask, module.extraFlags, module.extraInfo,
                 sortOrder, unrestricted, hidden, prerequisiteModule, logInMask, licenseType
             FROM modulelicense module
             JOIN moduleowner ON moduleowner.ModuleOwner_id = module.ModuleOwner_id
             ORDER BY module.ModuleOwner_id, sortOrder, ModuleLicense_id",
            params![],
            read,
        )?;
        let user = rows.iter();
        let user = user.filter(|row| row.kind == LicenseType::UserLicense as i32);
        let user = Arc::new(UserModules {
            rows: user.cloned().collect(),
            told: Mutex::default(),
        });
        Ok(Self { rows, user })
    }
}

impl AllModules {
    pub fn all(&self) -> impl Iterator<Item = &ModuleRow> {
        self.rows.iter()
    }

    /// Those without which users cannot log in whose type has this bit of `allowed`.
    pub fn needed_to_log_in(&self, bit: i32) -> impl Iterator<Item = &ModuleRow> {
        self.all().filter(move |module| module.log_in & bit != 0)
    }
}

/// All licences, from memory.
pub(super) fn in_memory(tx: &Tx<'_>) -> Result<Arc<AllModules>, StoreError> {
    tx.list()
}

/// The user licences by owner and sort order, with how many of each are in use.
pub struct Modules {
    user: Arc<UserModules>,
    in_use: BTreeMap<i32, i32>,
    /// Whether nobody else sees these numbers yet, and perhaps never will.
    counts_new_user: bool,
}

impl Deref for Modules {
    type Target = [ModuleRow];

    fn deref(&self) -> &[ModuleRow] {
        &self.user.rows
    }
}

impl Modules {
    /// How many users hold a licence; deleted ones do not count. 0 when it is unrestricted, so that
    /// what is free and what is in use add up to the total.
    pub fn in_use(&self, module: &ModuleRow) -> i32 {
        self.in_use.get(&module.id).copied().unwrap_or_default()
    }

    /// Counts the licences that somebody new has just been given.
    pub fn count(&mut self, held: &BTreeSet<i32>) {
        self.counts_new_user = true;
        let rows = self.user.rows.iter();
        for module in rows.filter(|it| !it.unrestricted && held.contains(&it.id)) {
            *self.in_use.entry(module.id).or_default() += 1;
        }
    }

    /// What a carrier tells of the licences, from memory as long as it is the same.
    pub fn owners(
        &self,
        user_type: UserType,
        held: &BTreeSet<i32>,
        make: impl FnOnce() -> Vec<LicenseOwner>,
    ) -> Shared<LicenseOwner> {
        if self.counts_new_user {
            return Shared::from(make());
        }
        // Nothing that can panic runs under this lock, so what it guards is whole.
        let told = || {
            self.user
                .told
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let same =
            |it: &&Told| it.user_type == user_type && it.held == *held && it.in_use == self.in_use;
        if let Some(found) = told().iter().rev().find(same) {
            return found.owners.clone();
        }
        let owners = Shared::lasting(make());
        let mut told = told();
        if told.len() == SETS {
            told.remove(0);
        }
        told.push(Told {
            in_use: self.in_use.clone(),
            user_type,
            held: held.clone(),
            owners: owners.clone(),
        });
        owners
    }
}

/// All user licences.
pub fn user_modules(tx: &Tx<'_>) -> Result<Modules, StoreError> {
    let in_use = tx.query(
        "SELECT ModuleLicense_id, inUse FROM modulelicense WHERE unrestricted = 0 AND inUse <> 0",
        params![],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(Modules {
        user: Arc::clone(&in_memory(tx)?.user),
        in_use: in_use.into_iter().collect(),
        counts_new_user: false,
    })
}

/// The licences without which users cannot log in whose type has this bit of `allowed`.
pub fn needed_to_log_in(tx: &Tx<'_>, bit: i32) -> Result<Vec<i32>, StoreError> {
    let modules = in_memory(tx)?;
    let needed = modules.needed_to_log_in(bit);
    Ok(needed.map(|module| module.id).collect())
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
    let modules = in_memory(tx)?;
    Ok(modules.all().any(|module| {
        module.name == name
            && module.kind == LicenseType::SiteLicense as i32
            && (module.unrestricted || module.total > 0)
    }))
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
        log_in: row.get(14)?,
        kind: row.get(15)?,
    })
}
