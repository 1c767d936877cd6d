//! A step of a sequence: an operation with its arguments, and what the documentation says of it.

use super::state::{Kind, Model, User};
use crate::answer::{Node, text};
use std::collections::BTreeSet;
use std::fmt;

pub const SESSION: &str = "SoSessionException";
pub const SENTRY: &str = "SoSentryException";
pub const ILLEGAL: &str = "SoIllegalOperationException";
pub const NOT_FOUND: &str = "SoNotFoundException";
pub const ARGUMENT: &str = "SoInvalidArgumentException";
pub const VALIDATION: &str = "SoValidationException";
pub const LICENSE: &str = "SoLicenseException";
pub const PASSWORD: &str = "SoInvalidPasswordException";

/// Classes of exceptions that a call deserves. Where several rules are broken, any of them may be
/// told; where none is, the call has to be carried out.
pub type Refusals = BTreeSet<&'static str>;

/// What the answer or the state should be and is not.
pub type Difference = Result<(), String>;

/// Who calls: one of the sessions of the model.
#[derive(Clone, Copy)]
pub struct Caller {
    pub session: usize,
    pub id: i32,
}

/// An operation that is called with arguments. Picks among them are looked up in the model as it
/// is before the call.
pub trait Rule: fmt::Debug {
    /// Name of the operation, and its arguments.
    fn request(&self, model: &Model) -> (&'static str, String);

    /// Why the call is to be refused. Not asked when the caller has no session.
    fn refusals(&self, model: &Model, caller: Caller) -> Refusals;

    /// Changes the model as the server should have changed, and compares what it answered.
    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference;

    /// Whether the step can be taken at all; it is passed over otherwise.
    fn applies(&self, _model: &Model) -> bool {
        true
    }

    /// Whether it is a log-in, which needs no session and is answered in its own way.
    fn is_log_in(&self) -> bool {
        false
    }
}

/// One of what exists, or none.
#[derive(Clone, Copy, Debug)]
pub struct Pick(pub u8);

/// An id that nobody has.
pub const NOBODY: i32 = 9999;
/// The user who only watches, whom no step means.
pub const WATCHER: i32 = 5;

impl Pick {
    fn among(self, ids: impl Iterator<Item = i32>) -> i32 {
        let ids: Vec<i32> = ids.collect();
        // The last one and the highest number are likely to be those that a step has made.
        match usize::from(self.0) {
            0 => NOBODY,
            number => ids[(number - 1) % ids.len()],
        }
    }

    pub fn user(self, model: &Model) -> i32 {
        self.among(model.users.keys().copied().filter(|id| *id != WATCHER))
    }

    /// From 100 on the role of a user, since most roles have none.
    pub fn role(self, model: &Model) -> i32 {
        match self
            .0
            .checked_sub(100)
            .map(|number| Pick(number).user(model))
        {
            Some(user) => model.users.get(&user).map_or(NOBODY, |user| user.role),
            None => self.among(model.roles.keys().copied()),
        }
    }

    pub fn group(self, model: &Model) -> i32 {
        self.among(model.groups.keys().copied())
    }

    pub fn person(self, model: &Model) -> i32 {
        self.among(model.persons.keys().copied())
    }
}

/// Compares something that was answered, and tells the lines that differ.
pub fn same<T: PartialEq + fmt::Debug>(what: &str, seen: &T, expected: &T) -> Difference {
    if seen == expected {
        return Ok(());
    }
    let [seen, expected] = [seen, expected].map(|it| format!("{it:#?}"));
    let without = |text: &str, other: &str| {
        let other: BTreeSet<&str> = other.lines().collect();
        let lines = text.lines().filter(|line| !other.contains(line));
        lines
            .map(|line| format!("\n    {line}"))
            .collect::<String>()
    };
    let (only_seen, only_expected) = (without(&seen, &expected), without(&expected, &seen));
    Err(format!(
        "{what}: seen{only_seen}\n  expected{only_expected}"
    ))
}

/// The answer of an operation that answers nothing, or a text.
pub fn answered(answer: &Node, expected: &str) -> Difference {
    same("answer", &answer.text.as_str(), &expected)
}

/// An element that is nil when there is nothing.
pub fn optional(name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => text(name, value),
        None => format!("<{name} i:nil=\"true\"/>"),
    }
}

pub fn number(name: &str, value: i32) -> String {
    text(name, &value.to_string())
}

/// A reference to a role, a group and the like by its id.
pub fn reference(name: &str, id: i32) -> String {
    format!("<{name}><Id>{id}</Id></{name}>")
}

/// An array of numbers or texts, whose items have the prefix `a`.
pub fn array(name: &str, items: &str) -> String {
    let namespace = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
    format!("<{name} xmlns:a=\"{namespace}\">{items}</{name}>")
}

/// Who may call what.
impl Model {
    pub fn caller(&self, caller: Caller) -> &User {
        &self.users[&caller.id]
    }

    pub fn is_system(&self, caller: Caller) -> bool {
        self.caller(caller).kind == Kind::System
    }

    fn has_any(&self, caller: Caller, codes: &[&str]) -> bool {
        let user = self.caller(caller);
        self.is_system(caller)
            || user.kind == Kind::Internal && codes.iter().any(|code| self.user_has(user, code))
    }

    /// Whether the caller may do everything.
    pub fn is_general(&self, caller: Caller) -> bool {
        self.has_any(caller, &["admin-all"])
    }

    /// Whether the caller looks after users.
    pub fn manages_users(&self, caller: Caller) -> bool {
        self.has_any(caller, &["admin-all", "admin-users"])
    }

    /// What is asked of operations for employees.
    pub fn employees_only(&self, caller: Caller) -> Refusals {
        let employee = self.caller(caller).kind == Kind::Internal || self.is_system(caller);
        refuse_unless(employee, ILLEGAL)
    }

    /// What is asked of operations for those who look after users.
    pub fn user_administrators_only(&self, caller: Caller) -> Refusals {
        refuse_unless(self.manages_users(caller), ILLEGAL)
    }

    /// What is asked of operations that change roles.
    pub fn role_administrators_only(&self, caller: Caller) -> Refusals {
        let refusals = self.employees_only(caller);
        if refusals.is_empty() {
            let allowed = self.has_any(caller, &["admin-all", "admin-role"]);
            return refuse_unless(allowed, SENTRY);
        }
        refusals
    }

    /// Whether the role of the caller has a data right on a person, by its letter. Nobody owns a
    /// company here.
    pub fn may_with_person(&self, caller: Caller, person: Option<i32>, right: char) -> bool {
        let user = self.caller(caller);
        let is_self = user.person != 0 && person == Some(user.person);
        let relation = if is_self { "MyOwn" } else { "OtherAssociates" };
        let key = ("person".to_owned(), relation.to_owned());
        let cell = self.roles[&user.role].cells.get(&key);
        self.is_system(caller) || cell.is_some_and(|cell| cell.contains(right))
    }

    /// What the caller may do with a person, stored or not, as the letters of its role's data
    /// rights. Nobody is our contact at the companies here, so that persons are those of other
    /// associates; everybody is the own one.
    pub fn person_right(&self, caller: Caller, id: i32, company: i32) -> String {
        if self.is_system(caller) {
            return "CRUD".to_owned();
        }
        let user = self.caller(caller);
        let cell = |relation: &str| {
            let key = ("person".to_owned(), relation.to_owned());
            self.roles[&user.role].cells.get(&key).cloned()
        };
        let own = id != 0 && id == user.person;
        let relation = if own { "MyOwn" } else { "OtherAssociates" };
        let colleague = user.kind == Kind::External
            && self.persons.get(&user.person).map(|person| person.company) == Some(company)
            && self.user_has(user, "ext-use-my-company-rights");
        let company = if colleague { cell("MyCompany") } else { None };
        cell(relation).unwrap_or_default() + &company.unwrap_or_default()
    }

    /// What nobody may do to a user, given as it is (none is a new one) and as it would be (none
    /// is deleted).
    pub fn guard(&self, caller: Caller, id: i32, after: Option<&User>) -> Refusals {
        let mut refusals = Refusals::new();
        let before = self.users.get(&id);
        if let Some(before) = before
            && id == caller.id
        {
            let harmless = after.is_some_and(|after| {
                after.role == before.role
                    && after.kind == before.kind
                    && (before.retired || !after.retired)
                    && (before.waiting || !after.waiting)
                    && (!self.is_licensed(before) || self.is_licensed(after))
            });
            refusals.extend(refuse_unless(harmless, ILLEGAL));
        }
        let mighty = [before, after].into_iter().flatten();
        if !self.is_general(caller) && mighty.into_iter().any(|user| self.has_all_rights(user)) {
            refusals.insert(SENTRY);
        }
        let mut left = self.clone();
        left.users.remove(&id);
        left.users.extend(after.map(|after| (id, after.clone())));
        if self.has_administrator() && !left.has_administrator() {
            refusals.insert(ILLEGAL);
        }
        refusals
    }
}

pub fn refuse_unless(allowed: bool, class: &'static str) -> Refusals {
    let refusals = if allowed { None } else { Some(class) };
    refusals.into_iter().collect()
}
