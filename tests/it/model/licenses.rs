//! Licences of users: the `Assigned` flags of a carrier, user plans, limits, and taking them away.

use super::rule::*;
use super::state::{Kind, Model, User};
use crate::answer::{Node, element, text};
use proptest::prelude::*;
use std::collections::BTreeSet;

const MODULES: [&str; 12] = [
    "user",
    "web",
    "USER",
    "service",
    "superlicense-no-selection",
    "plan-sales",
    "plan-complete",
    "plan-marketing",
    "sales",
    "visible-for",
    "extern-user-cal",
    "no-such-licence",
];

/// Those among them that are user plans.
const PLANS: std::ops::Range<usize> = 4..8;

/// Licences that a carrier mentions, with its flag `Assigned`.
pub type Wishes = Vec<(&'static str, bool)>;

pub fn wishes() -> impl Strategy<Value = Wishes> {
    let module = proptest::sample::select(&MODULES[..]);
    let wish = (module, proptest::bool::weighted(0.8));
    let some = proptest::collection::vec(wish, 1..4);
    let more = some.clone().prop_map(|mut wishes| {
        wishes.insert(0, ("user", true));
        wishes
    });
    let plan = || proptest::sample::select(&MODULES[PLANS]);
    prop_oneof![
        4 => Just(Vec::new()),
        2 => (plan(), plan()).prop_map(|(old, new)| {
            vec![("user", true), (old, false), (new, true)]
        }),
        1 => Just(vec![("user", true), ("web", true)]),
        1 => Just(vec![("extern-user-cal", true)]),
        1 => some,
        3 => more,
    ]
}

/// The member of a carrier.
pub fn carrier(wishes: &Wishes) -> String {
    let links = wishes.iter().map(|(name, assigned)| {
        let link = text("Name", name) + &text("Assigned", &assigned.to_string());
        element("ModuleLicenseLink", &link)
    });
    let list = element("RestrictedModuleLicenses", &links.collect::<String>());
    element("LicenseOwners", &element("LicenseOwner", &list))
}

impl Model {
    /// Gives a user the licences that it would have after a save, and tells what forbids that.
    pub fn assign(&self, before: Option<&User>, after: &mut User, wishes: &Wishes) -> Refusals {
        let mut refusals = Refusals::new();
        if before.is_none() && wishes.is_empty() {
            after.licenses = self.default_licenses(after.kind);
            return refusals;
        }
        let held = after.licenses.clone();
        // What the type may not hold goes.
        after
            .licenses
            .retain(|name| self.modules[name].kind == after.kind);
        for (wish, assigned) in wishes {
            let mut modules = self.modules.iter();
            let found = modules.find(|(name, _)| name.eq_ignore_ascii_case(wish));
            match found {
                None if *assigned => {
                    refusals.insert(VALIDATION);
                }
                None => {}
                // Hidden ones come with a plan only.
                Some((_, module)) if module.hidden => {}
                Some((name, _)) if !assigned => {
                    after.licenses.remove(name);
                }
                Some((name, module)) if module.kind == after.kind => {
                    after.licenses.insert(name.clone());
                }
                Some(_) => {
                    refusals.insert(LICENSE);
                }
            }
        }
        let chosen = self.plans(&after.licenses);
        refusals.extend(refuse_unless(chosen.len() <= 1, LICENSE));
        if chosen != self.plans(&held) {
            after.licenses.retain(|name| !self.modules[name].hidden);
            for plan in chosen {
                let brought = self.modules[&plan].plan.iter().flatten();
                after.licenses.extend(brought.cloned());
            }
        }
        refusals.extend(self.too_few_licenses(before, after));
        refusals
    }

    /// What a new user gets of whose licences nothing is said: all that are needed to log in, or none.
    pub fn default_licenses(&self, kind: Kind) -> BTreeSet<String> {
        let mut needed = self.to_log_in(kind);
        let is_there = |name: &String| {
            let module = &self.modules[name];
            module.unrestricted || self.in_use(name) < module.total
        };
        if !needed.iter().all(is_there) {
            needed.clear();
        }
        needed
    }

    fn plans(&self, licenses: &BTreeSet<String>) -> BTreeSet<String> {
        let plans = licenses
            .iter()
            .filter(|name| self.modules[*name].plan.is_some());
        plans.cloned().collect()
    }

    /// Users who are not retired hold no licence without the one that it needs, and all of them
    /// together not more than there are.
    pub fn too_few_licenses(&self, before: Option<&User>, after: &User) -> Refusals {
        let held = before
            .filter(|user| !user.retired)
            .map(|user| &user.licenses);
        let can_hold = |name: &String| {
            let module = &self.modules[name];
            let is_new = !held.is_some_and(|held| held.contains(name));
            let is_there = module.unrestricted || !is_new || self.in_use(name) < module.total;
            is_there && (module.needs.is_empty() || after.licenses.contains(&module.needs))
        };
        let good = after.retired || after.licenses.iter().all(can_hold);
        refuse_unless(good, LICENSE)
    }
}

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    let user = || (0_u8..10).prop_map(Pick);
    prop_oneof![
        user().prop_map(|user| Box::new(RemoveLicenses { user }) as Box<dyn Rule>),
        (user(), any::<bool>()).prop_map(|(user, retired)| {
            Box::new(MakeRetired { user, retired }) as Box<dyn Rule>
        }),
    ]
    .boxed()
}

/// All licences of a user go, and its sessions with them. Nobody does that to oneself.
#[derive(Debug)]
struct RemoveLicenses {
    user: Pick,
}

impl Rule for RemoveLicenses {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let id = number("AssociateId", self.user.user(model));
        ("RemoveLicenses", id)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let mut refusals = model.user_administrators_only(caller);
        let id = self.user.user(model);
        if !refusals.is_empty() {
            return refusals;
        }
        let Some(user) = model.users.get(&id) else {
            return Refusals::from([NOT_FOUND]);
        };
        refusals.extend(refuse_unless(id != caller.id, ILLEGAL));
        let mut after = user.clone();
        after.licenses.clear();
        refusals.extend(model.guard(caller, id, Some(&after)));
        refusals
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let id = self.user.user(model);
        let user = model.users.get_mut(&id).unwrap();
        if !user.licenses.is_empty() {
            user.licenses.clear();
            model.end_sessions(id, None);
        }
        answered(answer, "")
    }
}

/// The person retires with the user and comes back with it, without licences.
#[derive(Debug)]
struct MakeRetired {
    user: Pick,
    retired: bool,
}

impl MakeRetired {
    fn after(&self, user: &User) -> User {
        let mut after = user.clone();
        after.retired = self.retired;
        if self.retired {
            after.licenses.clear();
        }
        after
    }
}

impl Rule for MakeRetired {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let arguments = number("AssociateId", self.user.user(model))
            + &text("Retired", &self.retired.to_string());
        ("MakeRetired", arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let mut refusals = model.user_administrators_only(caller);
        let id = self.user.user(model);
        if !refusals.is_empty() {
            return refusals;
        }
        let Some(user) = model.users.get(&id) else {
            return Refusals::from([NOT_FOUND]);
        };
        let after = self.after(user);
        refusals.extend(model.guard(caller, id, Some(&after)));
        refusals.extend(model.too_few_licenses(Some(user), &after));
        let person = model.persons.get(&user.person);
        let changes = person.is_some_and(|person| person.retired != self.retired);
        let can_change = !changes || model.may_with_person(caller, Some(user.person), 'U');
        refusals.extend(refuse_unless(can_change, SENTRY));
        refusals
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let id = self.user.user(model);
        let user = &model.users[&id];
        let after = self.after(user);
        if let Some(person) = model.persons.get_mut(&user.person) {
            person.retired = self.retired;
        }
        if *user != after {
            model.end_sessions(id, None);
            model.users.insert(id, after);
        }
        answered(answer, "")
    }
}
