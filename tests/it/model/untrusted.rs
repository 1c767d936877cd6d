//! What users keep here to log in to other systems.

use super::rule::*;
use super::state::{Model, PASSWORD_TYPE, Untrusted};
use super::users::user;
use crate::answer::{Node, element, text};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

const TYPES: [&str; 5] = ["imap", "imap", "smtp", PASSWORD_TYPE, ""];
const PUBLIC: [&str; 3] = ["eva@x.no", "bo@x.no", "a:b"];

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    let place = || {
        let whose = proptest::option::weighted(0.5, user());
        (whose, select(&TYPES[..]))
    };
    let save = (
        place(),
        select(&PUBLIC[..]),
        select(&["", "s3cret", "<&>"][..]),
        any::<bool>(),
    );
    prop_oneof![
        3 => save.prop_map(|((whose, kind), public, secret, active)| {
            Box::new(Save { whose, kind, public, secret, active }) as Box<dyn Rule>
        }),
        2 => place().prop_map(|(whose, kind)| Box::new(Get { whose, kind }) as Box<dyn Rule>),
        1 => (place(), select(&PUBLIC[..])).prop_map(|((whose, kind), public)| {
            Box::new(Remove { whose, kind, public }) as Box<dyn Rule>
        }),
    ]
    .boxed()
}

type Key = (i32, String, String);

fn key(id: i32, kind: &str, public: &str) -> Key {
    (id, kind.to_owned(), public.to_owned())
}

/// The operation for oneself or for somebody, and who that is.
fn request(model: &Model, whose: Option<Pick>, names: [&'static str; 2]) -> (&'static str, String) {
    match whose {
        None => (names[0], String::new()),
        Some(pick) => (names[1], number("AssociateId", pick.user(model))),
    }
}

fn id(model: &Model, whose: Option<Pick>, caller: Caller) -> i32 {
    whose.map_or(caller.id, |pick| pick.user(model))
}

/// Employees change what is theirs, those who look after users what others have.
fn refusals(model: &Model, caller: Caller, id: i32) -> Refusals {
    let mut refusals = model.employees_only(caller);
    if refusals.is_empty() && id != caller.id {
        refusals = model.user_administrators_only(caller);
    }
    if !refusals.is_empty() {
        return refusals;
    }
    match model.users.get(&id) {
        None => [NOT_FOUND].into(),
        Some(_) if id == caller.id => refusals,
        Some(user) => model.guard(caller, id, Some(user)),
    }
}

#[derive(Debug)]
struct Save {
    /// None is the caller.
    whose: Option<Pick>,
    kind: &'static str,
    public: &'static str,
    secret: &'static str,
    active: bool,
}

impl Rule for Save {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let names = [
            "SaveUntrustedCredentials",
            "SaveUntrustedCredentialsForAssociate",
        ];
        let (operation, whose) = request(model, self.whose, names);
        let credentials = text("Comment", self.secret)
            + &text("SecretValue", self.secret)
            + &text("PublicValue", self.public)
            + &text("IsActive", &self.active.to_string());
        let arguments = whose + &text("Type", self.kind);
        (operation, arguments + &element("Credentials", &credentials))
    }

    /// Types of ways to log in here are no words for other systems.
    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let mut refusals = refusals(model, caller, id(model, self.whose, caller));
        if !refusals.contains(ILLEGAL) {
            let usable = !["", PASSWORD_TYPE].contains(&self.kind);
            refusals.extend(refuse_unless(usable, ARGUMENT));
        }
        refusals
    }

    /// Without a secret the one that is there stays.
    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let id = id(model, self.whose, caller);
        let key = key(id, self.kind, self.public);
        let row = model.untrusted.entry(key).or_default();
        row.comment = self.secret.to_owned();
        row.active = self.active;
        if !self.secret.is_empty() {
            row.secret = self.secret.to_owned();
        }
        answered(answer, "")
    }
}

#[derive(Debug)]
struct Get {
    whose: Option<Pick>,
    kind: &'static str,
}

impl Rule for Get {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let names = [
            "GetUntrustedCredentials",
            "GetUntrustedCredentialsForAssociate",
        ];
        let (operation, whose) = request(model, self.whose, names);
        (operation, whose + &text("Type", self.kind))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.employees_only(caller)
    }

    /// Others see what there is, without secrets.
    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let id = id(model, self.whose, caller);
        let in_clear = id == caller.id || model.is_system(caller);
        same_list(model, (id, self.kind), in_clear, answer)
    }
}

/// Compares what a user keeps of a type.
pub fn same_list(
    model: &Model,
    (id, kind): (i32, &str),
    in_clear: bool,
    answer: &Node,
) -> Difference {
    let rows = model.untrusted.iter();
    let rows = rows.filter(|((user, of, _), _)| *user == id && of == kind);
    let expected: BTreeMap<String, Untrusted> = rows
        .map(|((_, _, public), row)| {
            let mut row = row.clone();
            if !in_clear {
                row.secret.clear();
            }
            (public.clone(), row)
        })
        .collect();
    let seen = answer.children.iter().map(|item| {
        let row = Untrusted {
            comment: item.text_at("Comment").to_owned(),
            secret: item.text_at("SecretValue").to_owned(),
            active: item.text_at("IsActive") == "true",
        };
        (item.text_at("PublicValue").to_owned(), row)
    });
    same("untrusted credentials", &seen.collect(), &expected)
}

/// What is not there can be removed too.
#[derive(Debug)]
struct Remove {
    whose: Option<Pick>,
    kind: &'static str,
    public: &'static str,
}

impl Rule for Remove {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let names = [
            "RemoveUntrustedCredentials",
            "RemoveUntrustedCredentialsForAssociate",
        ];
        let (operation, whose) = request(model, self.whose, names);
        let what = text("Type", self.kind) + &text("PublicValue", self.public);
        (operation, whose + &what)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        refusals(model, caller, id(model, self.whose, caller))
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let id = id(model, self.whose, caller);
        model.untrusted.remove(&key(id, self.kind, self.public));
        answered(answer, "")
    }
}
