//! The ways to log in that a user has.

use super::passwords::is_valid;
use super::rule::*;
use super::state::{Credential, Kind, Model, PASSWORD_TYPE};
use super::users::user;
use crate::answer::{Node, element, text};
use proptest::prelude::*;
use proptest::sample::select;

const ACTIVE_DIRECTORY: &str = "ActiveDirectory";
const SUPER_ID: &str = "CentralSuperIdCredential";
const TYPES: [&str; 4] = [PASSWORD_TYPE, ACTIVE_DIRECTORY, SUPER_ID, "imap"];

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    let given = prop_oneof![
        3 => (Just(PASSWORD_TYPE), select(&["Better-Horse-9", "short", ""][..])),
        3 => (Just(ACTIVE_DIRECTORY), select(&["S-1-5-21-1-2", "S-1-5-21-1-3", "me"][..])),
        3 => (Just(SUPER_ID), select(&["eva@x.no", "bo@x.no", " "][..])),
        1 => (Just("imap"), Just("secret")),
    ];
    let display = select(&[None, Some("shown")][..]);
    prop_oneof![
        3 => (user(), given, display).prop_map(|(user, (kind, value), display)| {
            Box::new(SaveCredential { user, kind, value, display }) as Box<dyn Rule>
        }),
        2 => (user(), select(&TYPES[..])).prop_map(|(user, kind)| {
            Box::new(DeleteCredential { user, kind }) as Box<dyn Rule>
        }),
    ]
    .boxed()
}

#[derive(Debug)]
struct SaveCredential {
    user: Pick,
    kind: &'static str,
    value: &'static str,
    display: Option<&'static str>,
}

impl SaveCredential {
    /// Whose ways to log in these are.
    fn fits(&self, kind: Kind) -> bool {
        match self.kind {
            PASSWORD_TYPE => matches!(kind, Kind::Internal | Kind::External | Kind::System),
            ACTIVE_DIRECTORY => kind == Kind::Internal,
            _ => matches!(kind, Kind::Internal | Kind::External),
        }
    }
}

impl Rule for SaveCredential {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let credential = element("Type", &text("Type", self.kind))
            + &text("Value", self.value)
            + &optional("DisplayValue", self.display);
        let arguments = number("UserId", self.user.user(model));
        let arguments = arguments + &element("Credential", &credential);
        ("SaveCredential", arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let mut refusals = model.user_administrators_only(caller);
        if !refusals.is_empty() {
            return refusals;
        }
        refusals.extend(refuse_unless(self.kind != "imap", ARGUMENT));
        let usable = match self.kind {
            ACTIVE_DIRECTORY => self.value.starts_with("S-1-"),
            _ => !self.value.trim().is_empty(),
        };
        refusals.extend(refuse_unless(usable, VALIDATION));
        if self.kind == PASSWORD_TYPE && !is_valid(self.value) {
            refusals.insert(PASSWORD);
        }
        let id = self.user.user(model);
        let Some(user) = model.users.get(&id) else {
            refusals.insert(NOT_FOUND);
            return refusals;
        };
        refusals.extend(model.guard(caller, id, Some(user)));
        refusals.extend(refuse_unless(self.fits(user.kind), ARGUMENT));
        let taken = model.users.iter().any(|(other, user)| {
            let credential = user.credentials.get(self.kind);
            *other != id && credential.is_some_and(|it| it.value == self.value)
        });
        let taken = taken && self.kind != PASSWORD_TYPE;
        refusals.extend(refuse_unless(!taken, VALIDATION));
        refusals
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let id = self.user.user(model);
        let credential = Credential {
            display: self.display.map(str::to_owned),
            value: self.value.to_owned(),
        };
        let user = model.users.get_mut(&id).unwrap();
        user.credentials.insert(self.kind.to_owned(), credential);
        if self.kind == PASSWORD_TYPE {
            model.end_sessions(id, Some(caller.session));
        }
        answered(answer, "true")
    }
}

#[derive(Debug)]
struct DeleteCredential {
    user: Pick,
    kind: &'static str,
}

impl Rule for DeleteCredential {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let arguments = number("UserId", self.user.user(model));
        let arguments = arguments + &text("CredentialType", self.kind);
        ("DeleteCredential", arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let mut refusals = model.user_administrators_only(caller);
        if !refusals.is_empty() {
            return refusals;
        }
        let id = self.user.user(model);
        let Some(user) = model.users.get(&id) else {
            return [NOT_FOUND].into();
        };
        refusals.extend(model.guard(caller, id, Some(user)));
        let last = user.credentials.len() == 1 && user.credentials.contains_key(self.kind);
        refusals.extend(refuse_unless(!(last && id == caller.id), ILLEGAL));
        refusals
    }

    /// A session that was opened with it ends.
    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let id = self.user.user(model);
        let user = model.users.get_mut(&id).unwrap();
        let removed = user.credentials.remove(self.kind).is_some();
        if removed {
            model.end_sessions(id, Some(caller.session));
        }
        answered(answer, &removed.to_string())
    }
}
