//! Functional rights of roles, and the matrix of data rights.

use super::roles::role;
use super::rule::*;
use super::state::{Model, Role, RoleType};
use crate::answer::{Node, text};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, BTreeSet};

const CODES: [&str; 9] = [
    "admin-all",
    "admin-users",
    "admin-role",
    "admin-audience",
    "admin-lists",
    "allow-send-email",
    "hide-sale",
    "ext-see-event-projects",
    "no-such-right",
];
const TABLES: [&str; 4] = ["contact", "person", "sale", "ticket"];
const RELATIONS: [&str; 8] = [
    "MyOwn",
    "PrimaryGroup",
    "OtherGroups",
    "OtherAssociates",
    "ExternalUser",
    "Anonymous",
    "MyCompany",
    "SameProject",
];
const VALUES: [&str; 8] = ["", "R", "cr", "CRU", "CRUD", "C", "RU", "none"];

type Codes = Vec<&'static str>;

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    let codes = || vec(select(&CODES[..]), 0..4);
    let cell = (role(), select(&TABLES[..]), select(&RELATIONS[..]));
    let cell = cell.prop_map(|(role, table, relation)| Cell {
        role,
        table,
        relation,
    });
    prop_oneof![
        3 => (role(), codes()).prop_map(|(role, codes)| {
            Box::new(SetRights { role, codes }) as Box<dyn Rule>
        }),
        1 => role().prop_map(|it| Box::new(GetRights(it)) as Box<dyn Rule>),
        1 => (codes(), 0_u8..3).prop_map(|(codes, form)| {
            Box::new(FindRoles { codes, form }) as Box<dyn Rule>
        }),
        3 => (cell.clone(), select(&VALUES[..])).prop_map(|(cell, value)| {
            Box::new(SetCell { cell, value }) as Box<dyn Rule>
        }),
        2 => (cell, 0_u8..3).prop_map(|(cell, form)| {
            Box::new(GetCells { cell, form }) as Box<dyn Rule>
        }),
    ]
    .boxed()
}

impl Model {
    fn right(&self, code: &str) -> i32 {
        let mut rights = self.rights.iter();
        let found = rights.find(|(_, right)| right.code == code);
        found.map_or(NOBODY, |(id, _)| *id)
    }
}

/// Replaces all rights of a role, for its users from their next request on.
#[derive(Debug)]
struct SetRights {
    role: Pick,
    codes: Codes,
}

impl SetRights {
    fn after(&self, model: &Model, before: &Role) -> Role {
        Role {
            rights: self.codes.iter().map(|code| model.right(code)).collect(),
            ..before.clone()
        }
    }
}

impl Rule for SetRights {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let ids = self
            .codes
            .iter()
            .map(|code| number("a:int", model.right(code)));
        let ids = array("FunctionalRightIds", &ids.collect::<String>());
        let arguments = number("RoleId", self.role.role(model)) + &ids;
        ("SetFunctionalRights", arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let id = self.role.role(model);
        let (mut refusals, role) = model.role_to_change(caller, id);
        let Some(role) = role else {
            return refusals;
        };
        let after = self.after(model, role);
        let fits = |id: &i32| {
            let right = model.rights.get(id);
            right.is_some_and(|right| right.role_types.contains(&role.role_type))
        };
        if !after.rights.iter().all(fits) {
            refusals.insert(ARGUMENT);
            return refusals;
        }
        let climbs = model.hands_on_too_much(caller, role, &after);
        refusals.extend(refuse_unless(!climbs, SENTRY));
        let mut changed = model.clone();
        changed.roles.insert(id, after);
        let locked_out = model.has_administrator() && !changed.has_administrator();
        refusals.extend(refuse_unless(!locked_out, ILLEGAL));
        refusals
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let id = self.role.role(model);
        let after = self.after(model, &model.roles[&id]);
        model.roles.insert(id, after);
        answered(answer, "")
    }
}

/// Nothing for a role that does not exist.
#[derive(Debug)]
struct GetRights(Pick);

impl Rule for GetRights {
    fn request(&self, model: &Model) -> (&'static str, String) {
        ("GetFunctionalRights", number("RoleId", self.0.role(model)))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.employees_only(caller)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let role = model.roles.get(&self.0.role(model));
        let rights = role.map(|role| role.rights.clone()).unwrap_or_default();
        same("rights", &ids(answer, "Id"), &rights)
    }
}

/// Roles in use of all types, by what they may.
#[derive(Debug)]
struct FindRoles {
    codes: Codes,
    /// 0 with one right, 1 with any of some, 2 without all of them.
    form: u8,
}

impl FindRoles {
    fn codes(&self) -> &[&'static str] {
        match self.form {
            0 => &self.codes[..self.codes.len().min(1)],
            _ => &self.codes,
        }
    }
}

impl Rule for FindRoles {
    fn request(&self, _: &Model) -> (&'static str, String) {
        let codes = self.codes();
        let list = codes.iter().map(|code| text("a:string", code));
        let list = array("FunctionalRightNames", &list.collect::<String>());
        match self.form {
            0 => {
                let code = codes.first().unwrap_or(&"");
                let one = text("FunctionalRightName", code);
                ("FindRolesWithFunctionalRight", one)
            }
            1 => ("FindRolesWithFunctionalRights", list),
            _ => ("FindRolesWithoutFunctionalRights", list),
        }
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.employees_only(caller)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let has = |id: i32| self.codes().iter().any(|code| model.role_has(id, code));
        let wanted = self.form < 2;
        let roles = model.roles.iter().filter(|(_, role)| !role.deleted);
        let roles = roles.map(|(id, _)| *id).filter(|id| has(*id) == wanted);
        let path = if self.form == 0 { "Id" } else { "" };
        same("roles", &ids(answer, path), &roles.collect())
    }
}

/// The numbers of the items of a list; the path is empty where they are the items.
fn ids(list: &Node, path: &str) -> BTreeSet<i32> {
    let numbers = list.children.iter().map(|item| match path {
        "" => item.text.parse().unwrap(),
        path => item.text_at(path).parse().unwrap(),
    });
    numbers.collect()
}

#[derive(Clone, Debug)]
struct Cell {
    role: Pick,
    table: &'static str,
    relation: &'static str,
}

impl Cell {
    fn arguments(&self, model: &Model) -> String {
        number("RoleId", self.role.role(model))
            + &text("TableName", self.table)
            + &text("RelationToOwner", self.relation)
    }

    fn key(&self) -> (String, String) {
        (self.table.to_owned(), self.relation.to_owned())
    }

    fn has_table(&self) -> bool {
        self.table != "ticket"
    }

    fn has_relation(&self, role: &Role) -> bool {
        relations(role.role_type).contains(&self.relation)
    }
}

/// The columns of the matrix of a role.
fn relations(role_type: RoleType) -> Vec<&'static str> {
    let fits = |relation: &&str| match *relation {
        "MyCompany" | "SameProject" => role_type == RoleType::ExternalUser,
        "PrimaryGroup" | "OtherGroups" => role_type != RoleType::Anonymous,
        _ => true,
    };
    RELATIONS.into_iter().filter(fits).collect()
}

#[derive(Debug)]
struct SetCell {
    cell: Cell,
    value: &'static str,
}

impl Rule for SetCell {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let value = text("DataRightValue", self.value);
        ("SetDataRight", self.cell.arguments(model) + &value)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let id = self.cell.role.role(model);
        let (mut refusals, role) = model.role_to_change(caller, id);
        let Some(role) = role else {
            return refusals;
        };
        let exists = self.cell.has_table() && self.cell.has_relation(role);
        refusals.extend(refuse_unless(exists, NOT_FOUND));
        let known = ["", "R", "CR", "CRU", "CRUD"].contains(&&*self.value.to_uppercase());
        refusals.extend(refuse_unless(known, ARGUMENT));
        refusals
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let id = self.cell.role.role(model);
        let cells = &mut model.roles.get_mut(&id).unwrap().cells;
        match self.value {
            "" => cells.remove(&self.cell.key()),
            value => cells.insert(self.cell.key(), value.to_uppercase()),
        };
        answered(answer, "")
    }
}

#[derive(Debug)]
struct GetCells {
    cell: Cell,
    /// 0 the cell, 1 its row, 2 its column.
    form: u8,
}

impl Rule for GetCells {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let names = ["GetDataRight", "GetDataRights", "GetAllDataRights"];
        let name = names[usize::from(self.form)];
        let arguments = self.cell.arguments(model);
        let table = text("TableName", self.cell.table);
        let relation = text("RelationToOwner", self.cell.relation);
        let arguments = match self.form {
            0 => arguments,
            1 => arguments.replace(&relation, ""),
            _ => arguments.replace(&table, ""),
        };
        (name, arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let refusals = model.employees_only(caller);
        if !refusals.is_empty() {
            return refusals;
        }
        let role = model.roles.get(&self.cell.role.role(model));
        let exists = role.is_some_and(|role| {
            (self.form == 2 || self.cell.has_table())
                && (self.form == 1 || self.cell.has_relation(role))
        });
        refuse_unless(exists, NOT_FOUND)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let role = &model.roles[&self.cell.role.role(model)];
        if self.form == 0 {
            let value = role.cells.get(&self.cell.key());
            return answered(answer, value.map_or("", |value| value));
        }
        let pairs = answer.children.iter().map(|pair| {
            let [key, value] = ["Key", "Value"].map(|name| pair.text_at(name).to_owned());
            (key, value)
        });
        let seen: BTreeMap<String, String> = pairs.collect();
        // Which tables there are is told by the matrix of the carrier; here are those with rights.
        let cells = role.cells.iter();
        let mut expected: BTreeMap<String, String> = cells
            .filter_map(|((table, relation), value)| match self.form {
                1 => (table == self.cell.table).then(|| (relation.clone(), value.clone())),
                _ => (relation == self.cell.relation).then(|| (table.clone(), value.clone())),
            })
            .collect();
        let keys = match self.form {
            1 => relations(role.role_type),
            _ => seen.keys().map(String::as_str).collect(),
        };
        for key in keys {
            expected.entry(key.to_owned()).or_default();
        }
        same("cells", &seen, &expected)
    }
}
