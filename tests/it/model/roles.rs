//! Roles: made, renamed, brought back, and deleted while their users move.

use super::observe;
use super::rule::*;
use super::state::{Model, Role, RoleType};
use crate::answer::{Node, element, text};
use proptest::prelude::*;
use proptest::sample::select;

const NAMES: [&str; 6] = ["Helpers", "HELPERS", " Keepers ", "crm user", "Åse", ""];

pub fn role() -> impl Strategy<Value = Pick> + Clone {
    prop_oneof![3 => 0_u8..24, 2 => 100_u8..110].prop_map(Pick)
}

fn role_type() -> impl Strategy<Value = RoleType> {
    prop_oneof![
        3 => Just(RoleType::Employee),
        2 => Just(RoleType::ExternalUser),
        1 => select(&RoleType::ALL[..]),
    ]
}

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    prop_oneof![
        3 => save().prop_map(|it| Box::new(it) as Box<dyn Rule>),
        2 => (role(), role()).prop_map(|(from, to)| {
            Box::new(DeleteRole { from, to }) as Box<dyn Rule>
        }),
        1 => role_type().prop_map(|it| Box::new(AllRoles(it)) as Box<dyn Rule>),
        1 => role_type().prop_map(|it| Box::new(BlankRole(it)) as Box<dyn Rule>),
        1 => role().prop_map(|it| Box::new(GetRole(it)) as Box<dyn Rule>),
    ]
    .boxed()
}

#[derive(Debug)]
struct SaveRole {
    /// None is a new one.
    target: Option<Pick>,
    name: &'static str,
    tooltip: Option<&'static str>,
    role_type: RoleType,
    rank: i32,
    deleted: bool,
}

fn save() -> impl Strategy<Value = SaveRole> {
    (
        proptest::option::weighted(0.4, role()),
        select(&NAMES[..]),
        select(&[None, Some(""), Some("tip")][..]),
        role_type(),
        select(&[0, 5, 16, 40][..]),
        proptest::bool::weighted(0.1),
    )
        .prop_map(
            |(target, name, tooltip, role_type, rank, deleted)| SaveRole {
                target,
                name,
                tooltip,
                role_type,
                rank,
                deleted,
            },
        )
}

impl Model {
    /// What keeps the caller from changing a role: that of programs is closed, and that of those
    /// who may all to everybody else.
    fn closed(&self, caller: Caller, role: &Role) -> Refusals {
        let mut refusals = refuse_unless(role.role_type != RoleType::System, ILLEGAL);
        let administers_all = role
            .rights
            .iter()
            .any(|id| self.rights[id].code == "admin-all");
        refusals.extend(refuse_unless(
            !administers_all || self.is_general(caller),
            SENTRY,
        ));
        refusals
    }

    /// What keeps the caller from changing a role in use, which is given with the refusals.
    pub fn role_to_change(&self, caller: Caller, id: i32) -> (Refusals, Option<&Role>) {
        let refusals = self.role_administrators_only(caller);
        if !refusals.is_empty() {
            return (refusals, None);
        }
        let Some(role) = self.roles.get(&id) else {
            return ([NOT_FOUND].into(), None);
        };
        let mut refusals = self.closed(caller, role);
        refusals.extend(refuse_unless(!role.deleted, ILLEGAL));
        (refusals, Some(role))
    }

    /// Whether the caller, who does not administer everything, would give away a right to
    /// administer something that is not its own.
    pub fn hands_on_too_much(&self, caller: Caller, before: &Role, after: &Role) -> bool {
        let own = &self.roles[&self.caller(caller).role].rights;
        let given = after.rights.difference(&before.rights);
        let mut foreign = given.filter(|id| !own.contains(*id));
        !self.is_general(caller) && foreign.any(|id| self.rights[id].code.starts_with("admin-"))
    }
}

impl SaveRole {
    fn id(&self, model: &Model) -> i32 {
        self.target.map_or(0, |pick| pick.role(model))
    }

    /// The type stays as it was made, and so does a name that is left blank.
    fn after(&self, model: &Model) -> Role {
        let before = model.roles.get(&self.id(model));
        let mut role = before.cloned().unwrap_or(Role {
            role_type: self.role_type,
            ..Role::default()
        });
        if !self.name.is_empty() {
            role.name = self.name.trim().to_owned();
        }
        role.tooltip = self.tooltip.map(str::to_owned);
        role.rank = self.rank;
        role.deleted = self.deleted;
        role
    }
}

impl Rule for SaveRole {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let role = number("RoleId", self.id(model))
            + &text("Name", self.name)
            + &optional("Tooltip", self.tooltip)
            + &text("RoleType", &format!("{:?}", self.role_type))
            + &number("Deleted", self.deleted.into())
            + &number("Rank", self.rank);
        ("SaveRoleEntity", element("RoleEntity", &role))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let mut refusals = model.role_administrators_only(caller);
        let id = self.id(model);
        if !refusals.is_empty() {
            return refusals;
        }
        if id == NOBODY {
            return [NOT_FOUND].into();
        }
        let before = model.roles.get(&id);
        if let Some(before) = before {
            refusals.extend(model.closed(caller, before));
        }
        let after = self.after(model);
        let mut others = model.roles.iter().filter(|(other, _)| **other != id);
        let taken = others
            .clone()
            .any(|(_, role)| !role.deleted && role.name.eq_ignore_ascii_case(&after.name));
        let anonymous = others.any(|(_, role)| role.role_type == RoleType::Anonymous);
        // Deleting is left to another operation, which knows where the users go.
        let deletes = after.deleted && before.is_none_or(|role| !role.deleted);
        let second = match after.role_type {
            RoleType::Anonymous => anonymous,
            RoleType::System => id == 0,
            _ => false,
        };
        let valid = !after.name.is_empty() && !deletes && (after.deleted || !taken && !second);
        refusals.extend(refuse_unless(valid, VALIDATION));
        refusals
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let role = self.after(model);
        let seen = answer.text_at("RoleId").parse().unwrap();
        match self.id(model) {
            0 => same("a new id", &model.roles.contains_key(&seen), &false)?,
            id => same("RoleId", &seen, &id)?,
        }
        same_role(&role, answer)?;
        model.roles.insert(seen, role);
        Ok(())
    }
}

/// Compares a carrier, which does not tell functional rights.
fn same_role(role: &Role, answer: &Node) -> Difference {
    let seen = Role {
        rights: role.rights.clone(),
        ..observe::role(answer)
    };
    same("role", &seen, role)
}

#[derive(Debug)]
struct DeleteRole {
    from: Pick,
    to: Pick,
}

impl DeleteRole {
    fn carried_out(&self, model: &Model) -> Model {
        let (from, to) = (self.from.role(model), self.to.role(model));
        let mut model = model.clone();
        for user in model.users.values_mut().filter(|user| user.role == from) {
            user.role = to;
        }
        model.roles.get_mut(&from).unwrap().deleted = true;
        model
    }
}

impl Rule for DeleteRole {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let arguments = number("RoleIdToDelete", self.from.role(model))
            + &number("ReplacingRoleId", self.to.role(model));
        ("DeleteRole", arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let (from, to) = (self.from.role(model), self.to.role(model));
        let (mut refusals, role) = model.role_to_change(caller, from);
        let Some(role) = role else {
            return refusals;
        };
        let mut others = model.roles.iter().filter(|(other, _)| **other != from);
        let last = others.all(|(_, other)| other.role_type != role.role_type || other.deleted);
        let own = model.caller(caller).role == from;
        let kept = own || last || role.role_type == RoleType::Anonymous;
        refusals.extend(refuse_unless(!kept, ILLEGAL));
        let Some(other) = model.roles.get(&to) else {
            refusals.insert(NOT_FOUND);
            return refusals;
        };
        let fits = from != to && !other.deleted && other.role_type == role.role_type;
        refusals.extend(refuse_unless(fits, ARGUMENT));
        let climbs = model.hands_on_too_much(caller, role, other);
        refusals.extend(refuse_unless(!climbs, SENTRY));
        let locked_out = model.has_administrator() && !self.carried_out(model).has_administrator();
        refusals.extend(refuse_unless(!locked_out, ILLEGAL));
        refusals
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        *model = self.carried_out(model);
        answered(answer, "")
    }
}

/// The roles of a type that are in use, by rank and name.
#[derive(Debug)]
struct AllRoles(RoleType);

impl Rule for AllRoles {
    fn request(&self, _: &Model) -> (&'static str, String) {
        ("GetAllRoles", text("RoleType", &format!("{:?}", self.0)))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.employees_only(caller)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let roles = model.roles.iter();
        let mut roles: Vec<_> = roles
            .filter(|(_, role)| role.role_type == self.0 && !role.deleted)
            .map(|(id, role)| (role.rank, role.name.clone(), *id))
            .collect();
        roles.sort();
        let seen = answer.children.iter().map(|item| {
            let number = |name: &str| item.text_at(name).parse().unwrap();
            (
                number("Rank"),
                item.text_at("Name").to_owned(),
                number("Id"),
            )
        });
        same("roles", &seen.collect(), &roles)?;
        let place = RoleType::ALL.iter().position(|it| *it == self.0);
        let extra = place.unwrap().to_string();
        let differs = answer
            .children
            .iter()
            .any(|item| item.text_at("ExtraInfo") != extra || item.text_at("Selected") != "false");
        same("an item is another", &differs, &false)
    }
}

/// Without a name, without rights, with the rank of the last one in use, and not stored.
#[derive(Debug)]
struct BlankRole(RoleType);

impl Rule for BlankRole {
    fn request(&self, _: &Model) -> (&'static str, String) {
        let role_type = text("Type", &format!("{:?}", self.0));
        ("CreateDefaultRoleEntityFromType", role_type)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.role_administrators_only(caller)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let in_use = model.roles.values().filter(|role| !role.deleted);
        let highest = in_use.map(|role| role.rank).max();
        let role = Role {
            tooltip: Some(String::new()),
            rank: highest.unwrap(),
            role_type: self.0,
            ..Role::default()
        };
        same("RoleId", &answer.text_at("RoleId"), &"0")?;
        same_role(&role, answer)
    }
}

/// Deleted ones are shown.
#[derive(Debug)]
struct GetRole(Pick);

impl Rule for GetRole {
    fn request(&self, model: &Model) -> (&'static str, String) {
        ("GetRoleEntity", number("RoleEntityId", self.0.role(model)))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.employees_only(caller)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        match model.roles.get(&self.0.role(model)) {
            None => same("nil", &answer.nil, &true),
            Some(role) => same_role(role, answer),
        }
    }
}
