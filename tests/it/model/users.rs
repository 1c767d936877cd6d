//! Users: read and deleted.

use super::rule::*;
use super::state::Model;
use super::{observe, save_user};
use crate::answer::{Node, text};
use proptest::prelude::*;
use proptest::sample::select;

pub const NAMES: [&str; 12] = [
    "bo", "Bo", "Åse", "åse", "Eva.Li", "NORA", "Ida", "Kai", "Nobody", "", "", "",
];

pub fn user() -> impl Strategy<Value = Pick> + Clone {
    (0_u8..10).prop_map(Pick)
}

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    let name = select(&NAMES[..]);
    prop_oneof![
        6 => save_user::save().prop_map(|it| Box::new(it) as Box<dyn Rule>),
        1 => (user(), any::<bool>()).prop_map(|(user, by_name)| {
            Box::new(DeleteUser { user, by_name }) as Box<dyn Rule>
        }),
        1 => user().prop_map(|user| Box::new(GetUser { user }) as Box<dyn Rule>),
        1 => name.prop_map(|name| Box::new(GetUserFromName { name }) as Box<dyn Rule>),
    ]
    .boxed()
}

#[derive(Debug)]
struct DeleteUser {
    user: Pick,
    by_name: bool,
}

impl Rule for DeleteUser {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let id = self.user.user(model);
        match self.by_name {
            true => ("DeleteUserFromName", text("UserName", model.name_of(id))),
            false => ("DeleteUser", number("UserId", id)),
        }
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let refusals = model.user_administrators_only(caller);
        let id = self.user.user(model);
        if !refusals.is_empty() {
            return refusals;
        }
        if id == NOBODY {
            return Refusals::from([NOT_FOUND]);
        }
        model.guard(caller, id, None)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        model.delete(self.user.user(model));
        answered(answer, "")
    }
}

/// Administrators may read all, others themselves.
#[derive(Debug)]
struct GetUser {
    user: Pick,
}

impl Rule for GetUser {
    fn request(&self, model: &Model) -> (&'static str, String) {
        ("GetUser", number("UserId", self.user.user(model)))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let own = self.user.user(model) == caller.id;
        refuse_unless(own || model.manages_users(caller), SENTRY)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        match self.user.user(model) {
            NOBODY => same("nil", &answer.nil, &true),
            id => observe::same_user(model, id, answer),
        }
    }
}

#[derive(Debug)]
struct GetUserFromName {
    name: &'static str,
}

impl Rule for GetUserFromName {
    fn request(&self, _: &Model) -> (&'static str, String) {
        ("GetUserFromName", text("UserName", self.name))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let own = model.named(self.name) == Some(caller.id);
        refuse_unless(own || model.manages_users(caller), SENTRY)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        match model.named(self.name) {
            None => same("nil", &answer.nil, &true),
            Some(id) => observe::same_user(model, id, answer),
        }
    }
}
