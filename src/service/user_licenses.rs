//! The licences of a user.
//!
//! A carrier lists every licence that the user's type may hold; its `Assigned` flags say which
//! the user holds. Hidden ones are not chosen singly: a user plan brings them.

use super::findings::Findings;
use super::user_kinds::kind_of;
use crate::contract::license::{LicenseOwner, ModuleLicenseLink};
use crate::contract::user::UserType;
use crate::model::Shared;
use crate::store::licenses::{ModuleRow, Modules};
use std::collections::BTreeSet;

/// The bit of `ExtraFlags` that marks a user plan.
const PLAN: i32 = 1;

/// All licences that a type of user may hold, by owner, with those held marked.
pub fn owners(
    modules: &Modules,
    user_type: UserType,
    held: &BTreeSet<i32>,
) -> Shared<LicenseOwner> {
    modules.owners(user_type, held, || listed(modules, user_type, held))
}

fn listed(modules: &Modules, user_type: UserType, held: &BTreeSet<i32>) -> Vec<LicenseOwner> {
    let mut owners: Vec<LicenseOwner> = Vec::new();
    for module in modules.iter() {
        let assigned = held.contains(&module.id);
        if !assigned && !allowed(module, user_type) {
            continue;
        }
        let name = Some(module.owner_name.as_str());
        if owners
            .last()
            .is_none_or(|owner| owner.name.as_deref() != name)
        {
            owners.push(LicenseOwner {
                name: name.map(Into::into),
                description: module.owner_description.clone(),
                restricted_module_licenses: Some(Vec::new()),
                unrestricted_module_licenses: Some(Vec::new()),
                ..LicenseOwner::default()
            });
        }
        let Some(owner) = owners.last_mut() else {
            continue;
        };
        let list = if module.unrestricted {
            &mut owner.unrestricted_module_licenses
        } else {
            &mut owner.restricted_module_licenses
        };
        list.get_or_insert_default()
            .push(link(module, modules.in_use(module), assigned));
    }
    owners
}

fn link(module: &ModuleRow, in_use: i32, assigned: bool) -> ModuleLicenseLink {
    let free = (module.total - in_use).max(0);
    ModuleLicenseLink {
        unrestricted: module.unrestricted,
        total: module.total,
        tooltip: module.tooltip.clone(),
        can_assign: !module.hidden && (assigned || module.unrestricted || free > 0),
        free,
        in_use,
        is_hidden: module.hidden,
        assigned,
        module_license_id: module.id,
        name: Some(module.name.clone()),
        description: module.description.clone(),
        prerequisite_module_name: module.prerequisite.clone(),
        sort_order: module.sort_order,
        extra_flags: module.extra_flags,
        ..ModuleLicenseLink::default()
    }
}

fn allowed(module: &ModuleRow, user_type: UserType) -> bool {
    module.allowed == 0 || module.allowed & kind_of(user_type).license_bit != 0
}

/// The licences that a carrier has marked, as a user of another type would have them.
pub fn retyped(
    modules: &Modules,
    wishes: &[LicenseOwner],
    user_type: UserType,
) -> Shared<LicenseOwner> {
    let assigned = marks(wishes).filter(|mark| mark.wish.assigned);
    let held = assigned.filter_map(|mark| mark.find(modules));
    let held = held.filter(|module| allowed(module, user_type));
    owners(modules, user_type, &held.map(|module| module.id).collect())
}

/// Whether a carrier says nothing of licences.
pub fn is_silent(wishes: &[LicenseOwner]) -> bool {
    marks(wishes).next().is_none()
}

/// What a carrier says of a licence.
struct Mark<'a> {
    owner: Option<&'a str>,
    name: &'a str,
    wish: &'a ModuleLicenseLink,
}

impl Mark<'_> {
    fn find<'m>(&self, modules: &'m Modules) -> Option<&'m ModuleRow> {
        find(modules, self.owner, self.wish.module_license_id, self.name)
    }
}

/// Blank ones are passed over.
fn marks(wishes: &[LicenseOwner]) -> impl Iterator<Item = Mark<'_>> {
    let marks = wishes.iter().flat_map(|owner| {
        let restricted = owner.restricted_module_licenses.iter().flatten();
        let unrestricted = owner.unrestricted_module_licenses.iter().flatten();
        restricted.chain(unrestricted).map(|wish| Mark {
            owner: owner.name.as_deref(),
            name: wish.name.as_deref().unwrap_or_default(),
            wish,
        })
    });
    marks.filter(|mark| mark.wish.module_license_id != 0 || !mark.name.is_empty())
}

/// The marks on the licences without which users of a type cannot log in.
pub fn log_in(modules: &Modules, user_type: UserType) -> Shared<LicenseOwner> {
    owners(
        modules,
        user_type,
        &needed(modules, user_type).map(|it| it.id).collect(),
    )
}

/// The licences of a new user of whom nothing is said: those to log in, if there are enough.
pub fn default(modules: &Modules, user_type: UserType) -> BTreeSet<i32> {
    let enough = |it: &ModuleRow| it.unrestricted || modules.in_use(it) < it.total;
    match needed(modules, user_type).all(enough) {
        true => needed(modules, user_type).map(|it| it.id).collect(),
        false => BTreeSet::new(),
    }
}

fn needed(modules: &Modules, user_type: UserType) -> impl Iterator<Item = &ModuleRow> {
    let bit = kind_of(user_type).license_bit;
    modules
        .iter()
        .filter(move |module| module.log_in & bit != 0)
}

/// What is known of a user when licences are assigned to it.
pub struct Holder<'a> {
    pub user_type: UserType,
    /// What it holds so far.
    pub held: &'a BTreeSet<i32>,
    /// Whether what it holds so far is counted.
    pub was_counted: bool,
    /// Whether what it will hold is to be counted.
    pub is_counted: bool,
}

/// The licences that a user holds after the flags of its carrier have been applied. Licences that
/// the carrier does not mention stay as they are; those that the type may not hold are dropped.
pub fn assign(
    modules: &Modules,
    wishes: &[LicenseOwner],
    holder: &Holder<'_>,
    findings: &mut Findings,
) -> BTreeSet<i32> {
    let mut result = holder.held.clone();
    for module in modules.iter() {
        if !allowed(module, holder.user_type) {
            result.remove(&module.id);
        }
    }
    for mark in marks(wishes) {
        let Mark { name, wish, .. } = mark;
        match mark.find(modules) {
            Some(module) if module.hidden => {}
            Some(module) if !wish.assigned => {
                result.remove(&module.id);
            }
            Some(module) if allowed(module, holder.user_type) => {
                result.insert(module.id);
            }
            Some(module) => findings.add_license(
                &module.name,
                format!(
                    "Users of this type cannot hold the licence {}.",
                    module.name
                ),
            ),
            None if wish.assigned => findings.add(
                "LicenseOwners",
                format!("There is no licence {} {name}.", wish.module_license_id),
            ),
            None => {}
        }
    }
    follow_plan(modules, holder.held, &mut result, findings);
    check(modules, holder, &result, findings);
    result
}

fn find<'a>(
    modules: &'a Modules,
    owner: Option<&str>,
    id: i32,
    name: &str,
) -> Option<&'a ModuleRow> {
    let owner = owner.unwrap_or_default();
    modules.iter().find(|module| {
        if id != 0 {
            module.id == id
        } else {
            module.name.eq_ignore_ascii_case(name)
                && (owner.is_empty() || module.owner_name.eq_ignore_ascii_case(owner))
        }
    })
}

/// When another plan has been chosen, replaces the hidden licences by those that it brings.
fn follow_plan(
    modules: &Modules,
    held: &BTreeSet<i32>,
    result: &mut BTreeSet<i32>,
    findings: &mut Findings,
) {
    let plans = |ids: &BTreeSet<i32>| -> Vec<&ModuleRow> {
        let plans = modules
            .iter()
            .filter(|module| module.extra_flags & PLAN != 0);
        plans.filter(|module| ids.contains(&module.id)).collect()
    };
    let chosen = plans(result);
    if let [_, second, ..] = chosen[..] {
        findings.add_license(
            &second.name,
            "A user has one user plan at most; take away the other first.",
        );
    }
    if chosen == plans(held) {
        return;
    }
    for module in modules.iter().filter(|module| module.hidden) {
        result.remove(&module.id);
    }
    for plan in chosen {
        let info = plan.extra_info.as_deref().unwrap_or_default();
        for name in info.strip_prefix("set=").unwrap_or_default().split(',') {
            let owner = Some(plan.owner_name.as_str());
            if let Some(module) = find(modules, owner, 0, name.trim()) {
                result.insert(module.id);
            }
        }
    }
}

/// Whether there are enough licences, and what they build on is there.
fn check(modules: &Modules, holder: &Holder<'_>, result: &BTreeSet<i32>, findings: &mut Findings) {
    for module in modules.iter().filter(|module| result.contains(&module.id)) {
        if !holder.is_counted {
            continue;
        }
        let is_new = !(holder.was_counted && holder.held.contains(&module.id));
        if is_new && !module.unrestricted && modules.in_use(module) >= module.total {
            findings.add_license(
                &module.name,
                format!("All {} licences {} are in use.", module.total, module.name),
            );
        }
        let needed = module.prerequisite.as_deref().unwrap_or_default();
        let found = find(modules, Some(&module.owner_name), 0, needed);
        let has = found.is_some_and(|needed| result.contains(&needed.id));
        let had = found.is_some_and(|needed| holder.held.contains(&needed.id));
        if !needed.is_empty() && !has && (is_new || had) {
            findings.add_license(
                &module.name,
                format!("The licence {} needs {needed}.", module.name),
            );
        }
    }
}
