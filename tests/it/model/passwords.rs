//! Passwords: set, changed and made up, and logging in with them.

use super::rule::*;
use super::state::{Credential, Kind, Model, PASSWORD_TYPE, Session, User, same_name};
use super::users::{NAMES, user};
use crate::answer::{Node, text};
use crate::support;
use proptest::prelude::*;
use proptest::sample::select;

/// Wrong passwords are slowed down after some failures, so that there are only a few in each
/// sequence. The limit is five for an account.
const FAILURES: usize = 4;
const GIVEN: [&str; 5] = [
    support::PASSWORD,
    support::PASSWORD,
    "Better-Horse-9",
    "Best-Horse-11",
    "short",
];

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    let given = || select(&GIVEN[..]);
    let whom = || {
        prop_oneof![
            4 => user().prop_map(Whom::Id),
            1 => select(&NAMES[..]).prop_map(Whom::Name),
        ]
    };
    let old = || prop_oneof![3 => Just(None), 1 => given().prop_map(Some), 1 => Just(Some(""))];
    prop_oneof![
        3 => (0_usize..5, 0_u8..3, proptest::option::weighted(0.3, given())).prop_map(
            |(session, by, password)| Box::new(LogIn { session, by, password }) as Box<dyn Rule>
        ),
        2 => (whom(), given()).prop_map(|(whom, new)| {
            Box::new(SetPassword { whom, new }) as Box<dyn Rule>
        }),
        1 => whom().prop_map(|whom| Box::new(SetGenerated { whom }) as Box<dyn Rule>),
        2 => (whom(), old(), given()).prop_map(|(whom, old, new)| {
            Box::new(ChangePassword { whom, old, new }) as Box<dyn Rule>
        }),
        2 => (old(), given()).prop_map(|(old, new)| {
            Box::new(ChangeOwnPassword { old, new }) as Box<dyn Rule>
        }),
        1 => user().prop_map(|user| Box::new(CanChange { user }) as Box<dyn Rule>),
        1 => given().prop_map(|password| Box::new(IsValid { password }) as Box<dyn Rule>),
    ]
    .boxed()
}

pub fn is_valid(password: &str) -> bool {
    password.chars().count() >= 8
}

impl User {
    /// What logs the user in here.
    pub fn password(&self) -> Option<&str> {
        let credential = self.credentials.get(PASSWORD_TYPE)?;
        Some(&credential.value)
    }

    /// Whether the user can only log in by a directory.
    fn is_kept_elsewhere(&self) -> bool {
        !self.credentials.is_empty() && self.password().is_none()
    }
}

impl Model {
    /// Ends all sessions but the one that set the password.
    pub fn set_password(&mut self, id: i32, password: &str, caller: Caller) {
        let user = self.users.get_mut(&id).unwrap();
        // A first one is shown as the name under which it logs in.
        let fresh = || Credential {
            display: Some(user.name.clone()),
            value: String::new(),
        };
        let credentials = user.credentials.entry(PASSWORD_TYPE.to_owned());
        credentials.or_insert_with(fresh).value = password.to_owned();
        self.end_sessions(id, Some(caller.session));
    }

    /// Whether the caller is this user; nobody in particular is an anonymous one.
    pub fn is_own(&self, caller: Caller, id: i32) -> bool {
        caller.id == id && self.caller(caller).kind != Kind::Anonymous
    }

    /// What keeps the caller from giving a user another password.
    fn changeable(&self, caller: Caller, id: i32, new: &str) -> Refusals {
        let Some(user) = self.users.get(&id) else {
            return [NOT_FOUND].into();
        };
        let mut refusals = refuse_unless(!user.is_kept_elsewhere(), ILLEGAL);
        if id != caller.id {
            refusals.extend(self.guard(caller, id, Some(user)));
        }
        refusals.extend(refuse_unless(is_valid(new), PASSWORD));
        refusals
    }

    /// Whom a name means that somebody logs in with: the user name and the e-mail address only
    /// when one user in service has them.
    fn logging_in(&self, name: &str) -> Option<i32> {
        if name.is_empty() {
            return None;
        }
        if let Some(id) = self.by_name(name) {
            return Some(id);
        }
        let in_service = || self.users.iter().filter(|(_, user)| !user.retired);
        let by_user_name: Vec<i32> = in_service()
            .filter(|(_, user)| same_name(user.user_name.as_deref().unwrap_or_default(), name))
            .map(|(id, _)| *id)
            .collect();
        let by_email = in_service().filter(|(_, user)| {
            let person = self.persons.get(&user.person);
            person.is_some_and(|person| person.email.eq_ignore_ascii_case(name))
        });
        let by_email: Vec<i32> = by_email.map(|(id, _)| *id).collect();
        let found = if by_user_name.is_empty() {
            by_email
        } else {
            by_user_name
        };
        match found[..] {
            [id] => Some(id),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
enum Whom {
    Id(Pick),
    Name(&'static str),
}

impl Whom {
    /// 0 where nobody has the name.
    fn id(&self, model: &Model) -> i32 {
        match self {
            Self::Id(pick) => pick.user(model),
            Self::Name(name) => model.named(name).unwrap_or_default(),
        }
    }

    /// The operation and who is meant.
    fn request(&self, model: &Model, names: [&'static str; 2]) -> (&'static str, String) {
        match self {
            Self::Id(pick) => (names[0], number("AssociateId", pick.user(model))),
            Self::Name(name) => (names[1], text("AssociateName", name)),
        }
    }
}

/// Opens a session anew.
#[derive(Debug)]
struct LogIn {
    session: usize,
    /// 0 the name, 1 the user name, 2 the e-mail address.
    by: u8,
    /// The right one if none is given.
    password: Option<&'static str>,
}

impl LogIn {
    fn name_and_password(&self, model: &Model) -> (String, String) {
        let Some(user) = model.users.get(&model.sessions[self.session].user) else {
            return ("Nobody".to_owned(), GIVEN[0].to_owned());
        };
        let person = model.persons.get(&user.person);
        let name = match self.by {
            0 => user.name.clone(),
            1 => user.user_name.clone().unwrap_or_default(),
            _ => person.map_or(String::new(), |person| person.email.clone()),
        };
        let password = self.password.or(user.password()).unwrap_or(GIVEN[0]);
        (name, password.to_owned())
    }

    fn who_succeeds(&self, model: &Model) -> Option<i32> {
        let (name, password) = self.name_and_password(model);
        let id = model.logging_in(&name)?;
        let user = &model.users[&id];
        let fits = user.password() == Some(&password) && model.may_log_in(user);
        fits.then_some(id)
    }
}

impl Rule for LogIn {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let (name, password) = self.name_and_password(model);
        let arguments = text("UserName", &name) + &text("Password", &password);
        ("AuthenticateUsernamePassword", arguments)
    }

    fn refusals(&self, _: &Model, _: Caller) -> Refusals {
        Refusals::new()
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let expected = self.who_succeeds(model);
        let succeeded = answer.text_at("AuthenticationSucceeded") == "true";
        same("AuthenticationSucceeded", &succeeded, &expected.is_some())?;
        let Some(id) = expected else {
            model.failures += 1;
            return same("Credentials", &answer.at("Credentials").nil, &true);
        };
        same(
            "who",
            &answer.text_at("Response/AssociateId"),
            &&*id.to_string(),
        )?;
        model.sessions[self.session] = Session {
            user: id,
            ticket: answer.text_at("Credentials/Ticket").to_owned(),
            alive: true,
        };
        Ok(())
    }

    fn applies(&self, model: &Model) -> bool {
        model.failures < FAILURES || self.who_succeeds(model).is_some()
    }

    fn is_log_in(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct SetPassword {
    whom: Whom,
    new: &'static str,
}

impl Rule for SetPassword {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let names = ["SetPassword", "SetPasswordFromName"];
        let (operation, whom) = self.whom.request(model, names);
        (operation, whom + &text("Password", self.new))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let refusals = model.user_administrators_only(caller);
        match refusals.is_empty() {
            true => model.changeable(caller, self.whom.id(model), self.new),
            false => refusals,
        }
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        model.set_password(self.whom.id(model), self.new, caller);
        answered(answer, "true")
    }
}

#[derive(Debug)]
struct SetGenerated {
    whom: Whom,
}

impl Rule for SetGenerated {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let names = ["SetGeneratedPassword", "SetGeneratedPasswordFromName"];
        self.whom.request(model, names)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let refusals = model.user_administrators_only(caller);
        match refusals.is_empty() {
            true => model.changeable(caller, self.whom.id(model), GIVEN[0]),
            false => refusals,
        }
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        model.set_password(self.whom.id(model), &answer.text, caller);
        same("length", &answer.text.chars().count(), &20)
    }
}

/// What a change with a present password answers: whether it was the right one. Administrators
/// may leave it out.
fn change(
    model: &mut Model,
    caller: Caller,
    (id, old, new): (i32, String, &str),
    answer: &Node,
) -> Difference {
    let forced = old.is_empty() && model.manages_users(caller);
    let right = forced || model.users[&id].password() == Some(&old);
    if right {
        model.set_password(id, new, caller);
    } else {
        model.failures += 1;
    }
    answered(answer, if right { "true" } else { "false" })
}

/// The present password: the right one if none is given.
fn present(model: &Model, id: i32, given: Option<&str>) -> String {
    let known = model.users.get(&id).and_then(User::password);
    given.or(known).unwrap_or_default().to_owned()
}

#[derive(Debug)]
struct ChangePassword {
    whom: Whom,
    old: Option<&'static str>,
    new: &'static str,
}

impl Rule for ChangePassword {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let names = ["ChangePassword", "ChangePasswordFromName"];
        let (operation, whom) = self.whom.request(model, names);
        let old = present(model, self.whom.id(model), self.old);
        let passwords = text("OldPassword", &old) + &text("NewPassword", self.new);
        (operation, whom + &passwords)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let id = self.whom.id(model);
        match model.is_own(caller, id) || model.manages_users(caller) {
            true => model.changeable(caller, id, self.new),
            false => [ILLEGAL].into(),
        }
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let id = self.whom.id(model);
        let old = present(model, id, self.old);
        change(model, caller, (id, old, self.new), answer)
    }

    fn applies(&self, model: &Model) -> bool {
        model.failures < FAILURES
    }
}

#[derive(Debug)]
struct ChangeOwnPassword {
    /// A given one, since nobody knows who calls; the one of everybody in the beginning if none.
    old: Option<&'static str>,
    new: &'static str,
}

impl ChangeOwnPassword {
    fn old(&self) -> &'static str {
        self.old.unwrap_or(support::PASSWORD)
    }
}

impl Rule for ChangeOwnPassword {
    fn request(&self, _: &Model) -> (&'static str, String) {
        let passwords = text("OldPassword", self.old()) + &text("NewPassword", self.new);
        ("ChangeOwnPassword", passwords)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        match model.is_own(caller, caller.id) {
            true => model.changeable(caller, caller.id, self.new),
            false => [ILLEGAL].into(),
        }
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let old = self.old().to_owned();
        change(model, caller, (caller.id, old, self.new), answer)
    }

    fn applies(&self, model: &Model) -> bool {
        model.failures < FAILURES
    }
}

/// Whether the caller may; never for users who do not exist.
#[derive(Debug)]
struct CanChange {
    user: Pick,
}

impl Rule for CanChange {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let id = number("AssociateId", self.user.user(model));
        ("CanChangePassword", id)
    }

    fn refusals(&self, _: &Model, _: Caller) -> Refusals {
        Refusals::new()
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let id = self.user.user(model);
        let manages = model.manages_users(caller);
        // Who has to show a password needs to have one.
        let has_one = || model.users[&id].password().is_some();
        let can = (manages || model.is_own(caller, id))
            && model.changeable(caller, id, GIVEN[0]).is_empty()
            && (manages || has_one());
        answered(answer, &can.to_string())
    }
}

/// The rules for passwords are no secret.
#[derive(Debug)]
struct IsValid {
    password: &'static str,
}

impl Rule for IsValid {
    fn request(&self, _: &Model) -> (&'static str, String) {
        ("IsPasswordValid", text("Password", self.password))
    }

    fn refusals(&self, _: &Model, _: Caller) -> Refusals {
        Refusals::new()
    }

    fn carry_out(&self, _: &mut Model, _: Caller, answer: &Node) -> Difference {
        answered(answer, &is_valid(self.password).to_string())
    }
}
