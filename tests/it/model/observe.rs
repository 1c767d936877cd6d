//! The installation as its answers show it, in the shape of the model.

use super::rule::{Difference, NOBODY, number, same};
use super::state::{Credential, Group, Kind, Model, Module, Person, Right, Role, RoleType, User};
use super::untrusted;
use crate::answer::{Answer, Node, text};
use crate::support::{Caller, Soap, TestServer, USER};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// A user with what its carrier shows of everything around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub user: User,
    role_name: String,
    group_name: Option<String>,
    person_retired: bool,
    /// How many there are, are in use and are free, and whether one can be had.
    modules: BTreeMap<String, (i32, i32, i32, bool)>,
}

fn integer(node: &Node, path: &str) -> i32 {
    node.text_at(path).parse().unwrap()
}

fn boolean(node: &Node, path: &str) -> bool {
    node.text_at(path).parse().unwrap()
}

fn optional(node: &Node, path: &str) -> Option<String> {
    let node = node.at(path);
    (!node.nil).then(|| node.text.clone())
}

fn all_licenses(user: &Node) -> impl Iterator<Item = &Node> {
    let owners = user.at("LicenseOwners").children.iter();
    owners.flat_map(|owner| {
        let restricted = &owner.at("RestrictedModuleLicenses").children;
        restricted
            .iter()
            .chain(&owner.at("UnrestrictedModuleLicenses").children)
    })
}

/// The licences that a carrier marks as held.
pub fn held(user: &Node) -> BTreeSet<String> {
    let held = all_licenses(user).filter(|link| boolean(link, "Assigned"));
    held.map(|link| link.text_at("Name").to_owned()).collect()
}

/// A `User` carrier.
pub fn user(node: &Node) -> Seen {
    let present = |name: &str| !node.at(name).nil;
    let groups = node.at("OtherGroups").children.iter();
    let credentials = node.at("Credentials").children.iter();
    let user = User {
        name: node.text_at("Name").to_owned(),
        user_name: optional(node, "UserName"),
        tooltip: optional(node, "Tooltip"),
        rank: integer(node, "Rank"),
        kind: Kind::of(node.text_at("Type")),
        role: integer(node, "Role/Id"),
        group: if present("UserGroup") {
            integer(node, "UserGroup/Id")
        } else {
            0
        },
        others: groups.map(|group| integer(group, "Id")).collect(),
        person: if present("Person") {
            integer(node, "Person/PersonId")
        } else {
            0
        },
        retired: boolean(node, "Deleted"),
        waiting: boolean(node, "WaitingForApproval"),
        licenses: held(node),
        credentials: credentials
            .map(|credential| {
                let shown = Credential {
                    display: optional(credential, "DisplayValue"),
                    value: credential.text_at("Value").to_owned(),
                };
                (credential.text_at("Type/Type").to_owned(), shown)
            })
            .collect(),
    };
    let modules = all_licenses(node).map(|link| {
        let [total, in_use, free] = ["Total", "InUse", "Free"].map(|name| integer(link, name));
        let row = (total, in_use, free, boolean(link, "CanAssign"));
        (link.text_at("Name").to_owned(), row)
    });
    Seen {
        user,
        role_name: node.text_at("Role/Value").to_owned(),
        group_name: present("UserGroup").then(|| node.text_at("UserGroup/Value").to_owned()),
        person_retired: boolean(node, "IsPersonRetired"),
        modules: modules.collect(),
    }
}

/// What a carrier of a user of the model would show.
pub fn expected(model: &Model, user: &User) -> Seen {
    let mut visible = user.clone();
    for credential in visible.credentials.values_mut() {
        credential.value.clear();
    }
    let modules = model
        .modules
        .iter()
        .filter(|(name, module)| module.kind == user.kind || user.licenses.contains(*name));
    let modules = modules.map(|(name, module)| {
        let in_use = model.in_use(name);
        let free = (module.total - in_use).max(0);
        let held = user.licenses.contains(name);
        let can_assign = !module.hidden && (held || module.unrestricted || free > 0);
        (name.clone(), (module.total, in_use, free, can_assign))
    });
    Seen {
        user: visible,
        role_name: model.roles[&user.role].name.clone(),
        group_name: model
            .groups
            .get(&user.group)
            .map(|group| group.name.clone()),
        person_retired: model.persons.get(&user.person).is_some_and(|it| it.retired),
        modules: modules.collect(),
    }
}

/// Compares a carrier with a stored user.
pub fn same_user(model: &Model, id: i32, answer: &Node) -> Difference {
    same("AssociateId", &integer(answer, "AssociateId"), &id)?;
    let what = format!("user {id}");
    same(&what, &user(answer), &expected(model, &model.users[&id]))
}

/// A `UserGroup` carrier.
pub fn group(node: &Node) -> Group {
    Group {
        name: node.text_at("Value").to_owned(),
        tooltip: optional(node, "Tooltip"),
        rank: integer(node, "Rank"),
        deleted: boolean(node, "Deleted"),
    }
}

/// A `RoleEntity` carrier, without functional rights.
pub fn role(node: &Node) -> Role {
    let rights = node.at("DataRights");
    let tables = rights.at("RowsInfo").children.iter();
    let relations = rights.at("ColumnsInfo").children.iter();
    let relations: Vec<String> = relations
        .map(|relation| words_together(relation.text_at("Value")))
        .collect();
    let mut cells = BTreeMap::new();
    for (table, row) in tables.zip(&rights.at("Rights").children) {
        for (relation, cell) in relations.iter().zip(&row.children) {
            let value = cell.text_at("Value").to_owned();
            if !value.is_empty() {
                let table = table.text_at("TableName").to_owned();
                cells.insert((table, relation.clone()), value);
            }
        }
    }
    Role {
        name: node.text_at("Name").to_owned(),
        tooltip: optional(node, "Tooltip"),
        rank: integer(node, "Rank"),
        role_type: RoleType::of(node.text_at("RoleType")),
        deleted: integer(node, "Deleted") != 0,
        rights: BTreeSet::new(),
        cells,
    }
}

/// `My own` is `MyOwn` elsewhere.
fn words_together(name: &str) -> String {
    let words = name.split(' ').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

/// Answers that have been taken apart. Most of what there is stays as it was in the beginning.
pub type Known = RefCell<HashMap<String, Rc<Node>>>;

/// A server as somebody sees it who may see all.
pub struct View<'a> {
    pub server: &'a TestServer,
    pub caller: &'a Caller,
    pub known: &'a Known,
}

impl View<'_> {
    fn call(&self, operation: &str, arguments: &str) -> Rc<Node> {
        let soap = Soap::V11;
        let response = self
            .server
            .call(soap, USER, self.caller, operation, arguments);
        let mut known = self.known.borrow_mut();
        let node = known.entry(response.body.clone()).or_insert_with(|| {
            let answer = Answer::of(soap, &format!("{operation}Response"), &response);
            Rc::new(answer.result())
        });
        Rc::clone(node)
    }

    fn user(&self, id: i32) -> Rc<Node> {
        self.call("GetUser", &number("UserId", id))
    }

    fn groups(&self) -> BTreeMap<i32, Group> {
        let all = self.call("GetAllUserGroups", &text("IncludeDeleted", "true"));
        let groups = all.children.iter();
        groups
            .map(|node| (integer(node, "Id"), group(node)))
            .collect()
    }

    fn role(&self, id: i32) -> Role {
        let node = self.call("GetRoleEntity", &number("RoleEntityId", id));
        let rights = self.call("GetFunctionalRights", &number("RoleId", id));
        let rights = rights.children.iter();
        Role {
            rights: rights.map(|right| integer(right, "Id")).collect(),
            ..role(&node)
        }
    }
}

/// What a fresh installation shows, as the beginning of a model.
pub fn everything(server: &TestServer, caller: &Caller) -> Model {
    let known = Known::default();
    let view = View {
        server,
        caller,
        known: &known,
    };
    let mut model = Model {
        groups: view.groups(),
        ..Model::default()
    };
    for role_type in RoleType::ALL {
        let name = format!("{role_type:?}");
        let roles = view.call("GetAllRoles", &text("RoleType", &name));
        for item in &roles.children {
            let id = integer(item, "Id");
            model.roles.insert(id, view.role(id));
        }
        let rights = view.call("GetAllFunctionalRights", &text("RoleType", &name));
        for item in &rights.children {
            let right = model
                .rights
                .entry(integer(item, "Id"))
                .or_insert_with(|| Right {
                    code: item.text_at("ExtraInfo").to_owned(),
                    ..Right::default()
                });
            right.role_types.push(role_type);
        }
    }
    for kind in Kind::ALL {
        let arguments = text("UserType", &kind.wire()) + &number("PersonId", 1);
        let blank = view.call("CreateDefaultUserFromUserTypeAndPersonId", &arguments);
        for link in all_licenses(&blank) {
            let name = link.text_at("Name").to_owned();
            model.modules.insert(name, module(link, kind));
        }
    }
    for id in 1.. {
        let node = view.user(id);
        if node.nil {
            break;
        }
        let user = user(&node).user;
        if user.person != 0 {
            let part = |name: &str| node.text_at(&format!("Person/{name}")).to_owned();
            let person = Person {
                first: part("Firstname"),
                last: part("Lastname"),
                email: part("Email"),
                company: integer(&node, "Person/ContactId"),
                retired: boolean(&node, "IsPersonRetired"),
            };
            model.persons.insert(user.person, person);
        }
        model.users.insert(id, user);
    }
    model
}

/// The licences that are needed to log in, each by the kind of users whose licence it is.
const TO_LOG_IN: [&str; 5] = [
    "user",
    "web",
    "extern-user-cal",
    "anonymous-user-cal",
    "system-user-cal",
];

fn module(link: &Node, kind: Kind) -> Module {
    let plan = match link.text_at("Name") {
        // What they bring is told nowhere but in the database.
        "superlicense-no-selection" => Some(&[][..]),
        "plan-sales" => Some(&["sales", "quote"][..]),
        "plan-marketing" => Some(&["marketing"][..]),
        "plan-complete" => Some(&["sales", "quote", "marketing"][..]),
        _ => None,
    };
    assert_eq!(plan.is_some(), integer(link, "ExtraFlags") == 1, "{link:?}");
    Module {
        total: integer(link, "Total"),
        unrestricted: boolean(link, "Unrestricted"),
        hidden: boolean(link, "IsHidden"),
        needs: link.text_at("PrerequisiteModuleName").to_owned(),
        kind,
        to_log_in: TO_LOG_IN.contains(&link.text_at("Name")),
        plan: plan.map(|names| names.iter().map(|&name| name.to_owned()).collect()),
    }
}

/// Compares all that can be seen.
pub fn same_everywhere(model: &Model, view: &View<'_>) -> Difference {
    same("groups", &view.groups(), &model.groups)?;
    for (id, role) in &model.roles {
        same(&format!("role {id}"), &view.role(*id), role)?;
    }
    for id in model.users.keys() {
        same_user(model, *id, &view.user(*id))?;
    }
    for id in model.users.keys().chain(&model.gone) {
        for kind in ["imap", "smtp"] {
            let arguments = number("AssociateId", *id) + &text("Type", kind);
            let list = view.call("GetUntrustedCredentialsForAssociate", &arguments);
            untrusted::same_list(model, (*id, kind), true, &list)?;
        }
    }
    for id in model.gone.iter().chain([&0, &NOBODY]) {
        same(&format!("user {id} is gone"), &view.user(*id).nil, &true)?;
    }
    Ok(())
}
