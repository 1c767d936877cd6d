//! User groups: made, changed, hidden, and deleted while their members move.

use super::observe;
use super::rule::*;
use super::state::{Group, Model};
use crate::answer::{Node, element, text};
use proptest::prelude::*;

const NAMES: [&str; 5] = ["Sales", "sales", "North", "NORTH", ""];

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    prop_oneof![
        2 => save().prop_map(|it| Box::new(it) as Box<dyn Rule>),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(from, to)| {
            Box::new(DeleteGroup { from: Pick(from % 8), to: Pick(to % 8) }) as Box<dyn Rule>
        }),
        1 => Just(()).prop_map(|()| Box::new(CreateGroup) as Box<dyn Rule>),
        1 => any::<bool>().prop_map(|deleted| Box::new(AllGroups { deleted }) as Box<dyn Rule>),
    ]
    .boxed()
}

fn save() -> impl Strategy<Value = SaveGroup> {
    let target = proptest::option::of((0_u8..8).prop_map(Pick));
    let name = proptest::sample::select(&NAMES[..]);
    (target, name, -2_i32..4, proptest::bool::weighted(0.3)).prop_map(
        |(target, name, rank, deleted)| SaveGroup {
            target,
            name,
            rank,
            deleted,
        },
    )
}

#[derive(Debug)]
struct SaveGroup {
    /// None is a new one.
    target: Option<Pick>,
    name: &'static str,
    rank: i32,
    deleted: bool,
}

impl SaveGroup {
    fn id(&self, model: &Model) -> i32 {
        self.target.map_or(0, |pick| pick.group(model))
    }
}

impl Rule for SaveGroup {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let group = text("Value", self.name)
            + &number("Id", self.id(model))
            + &number("Rank", self.rank)
            + &text("Deleted", &self.deleted.to_string());
        ("SaveUserGroup", element("UserGroup", &group))
    }

    /// A group needs a name of its own, and there is always one that is not deleted.
    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let refusals = model.user_administrators_only(caller);
        if !refusals.is_empty() {
            return refusals;
        }
        let id = self.id(model);
        if id == NOBODY {
            return Refusals::from([NOT_FOUND]);
        }
        let mut others = model.groups.iter().filter(|(other, _)| **other != id);
        let taken = others
            .clone()
            .any(|(_, group)| group.name.eq_ignore_ascii_case(self.name));
        let is_last = !model.groups.get(&id).is_none_or(|group| group.deleted)
            && others.all(|(_, group)| group.deleted);
        let hides_the_last = self.deleted && is_last;
        let valid = !self.name.is_empty() && !taken && !hides_the_last;
        refuse_unless(valid, VALIDATION)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let group = Group {
            name: self.name.to_owned(),
            tooltip: None,
            rank: self.rank,
            deleted: self.deleted,
        };
        let seen = answer.text_at("Id").parse().unwrap();
        match self.id(model) {
            0 => same("a new id", &model.groups.contains_key(&seen), &false)?,
            id => same("Id", &seen, &id)?,
        }
        same("group", &observe::group(answer), &group)?;
        model.groups.insert(seen, group);
        Ok(())
    }
}

#[derive(Debug)]
struct DeleteGroup {
    from: Pick,
    to: Pick,
}

impl Rule for DeleteGroup {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let arguments = number("UserGroupToDelete", self.from.group(model))
            + &number("UserGroupToMoveTo", self.to.group(model));
        ("DeleteUserGroup", arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let mut refusals = model.user_administrators_only(caller);
        if !refusals.is_empty() {
            return refusals;
        }
        let (from, to) = (self.from.group(model), self.to.group(model));
        if from == NOBODY || to == NOBODY {
            refusals.insert(NOT_FOUND);
        }
        if from == to || model.groups.get(&to).is_some_and(|group| group.deleted) {
            refusals.insert(ARGUMENT);
        }
        refusals
    }

    /// Primary members become primary members, others others, and nobody is in a group twice.
    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let (from, to) = (self.from.group(model), self.to.group(model));
        for user in model.users.values_mut() {
            if user.group == from {
                user.group = to;
            }
            if user.others.remove(&from) {
                user.others.insert(to);
            }
            user.others.remove(&user.group);
        }
        if let Some(group) = model.groups.get_mut(&from) {
            group.deleted = true;
        }
        answered(answer, "")
    }
}

#[derive(Debug)]
struct CreateGroup;

impl Rule for CreateGroup {
    fn request(&self, _: &Model) -> (&'static str, String) {
        ("CreateUserGroup", String::new())
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.user_administrators_only(caller)
    }

    /// Ranks behind all others, and is not stored.
    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let highest = model.groups.values().map(|group| group.rank).max();
        let blank = Group {
            tooltip: Some(String::new()),
            rank: highest.unwrap_or_default() + 1,
            ..Group::default()
        };
        same("group", &observe::group(answer), &blank)?;
        same("Id", &answer.text_at("Id"), &"0")
    }
}

#[derive(Debug)]
struct AllGroups {
    deleted: bool,
}

impl Rule for AllGroups {
    fn request(&self, _: &Model) -> (&'static str, String) {
        let deleted = text("IncludeDeleted", &self.deleted.to_string());
        ("GetAllUserGroups", deleted)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.employees_only(caller)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let groups = model.groups.values();
        let mut groups: Vec<Group> = groups
            .filter(|group| self.deleted || !group.deleted)
            .cloned()
            .collect();
        groups.sort_by_key(|group| (group.rank, group.name.clone()));
        let seen: Vec<Group> = answer.children.iter().map(observe::group).collect();
        same("groups", &seen, &groups)
    }
}
