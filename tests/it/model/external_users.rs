//! External users, whom some may manage who do not manage others.

use super::passwords::is_valid;
use super::roles::role;
use super::rule::*;
use super::state::{Credential, Kind, Model, PASSWORD_TYPE, User, same_name};
use super::user_draft::wanted_name;
use super::users::{NAMES, user};
use crate::answer::{Node, text};
use crate::support;
use proptest::prelude::*;
use proptest::sample::select;

/// The role of external users that every database has.
const EXTERNAL_ROLE: u8 = 10;
/// The licence that makes external users active.
const EXTERNAL_LICENSE: &str = "extern-user-cal";

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    let info = || {
        let password = select(&[support::PASSWORD, "Better-Horse-9", "short"][..]);
        let role = prop_oneof![3 => Just(Pick(EXTERNAL_ROLE)), 1 => role()];
        (select(&NAMES[..]), password, role, any::<bool>()).prop_map(
            |(name, password, role, active)| Info {
                name,
                password,
                role,
                active,
            },
        )
    };
    let flags = [any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()];
    prop_oneof![
        2 => ((0_u8..8).prop_map(Pick), info()).prop_map(|(person, info)| {
            Box::new(Create { person, info }) as Box<dyn Rule>
        }),
        2 => (user(), info(), flags).prop_map(|(user, info, flags)| {
            Box::new(SetInfo { user, info, flags }) as Box<dyn Rule>
        }),
        1 => user().prop_map(|user| Box::new(Delete { user }) as Box<dyn Rule>),
    ]
    .boxed()
}

#[derive(Debug)]
struct Info {
    name: &'static str,
    password: &'static str,
    role: Pick,
    active: bool,
}

impl Info {
    fn arguments(&self, model: &Model) -> String {
        text("UserName", self.name)
            + &text("Password", self.password)
            + &number("RoleId", self.role.role(model))
            + &text("IsActive", &self.active.to_string())
    }

    /// Whether the role is one for external users. The one that a user has may be deleted.
    fn has_role(&self, model: &Model, kept: i32) -> bool {
        let id = self.role.role(model);
        let role = model.roles.get(&id);
        let in_use = role.filter(|role| id == kept || !role.deleted);
        in_use.is_some_and(|role| role.role_type == Kind::External.role_type())
    }

    fn is_taken(&self, model: &Model, by_others_than: i32) -> bool {
        let mut others = model.users.iter().filter(|(id, _)| **id != by_others_than);
        others.any(|(_, user)| same_name(&user.name, self.name))
    }

    fn set_active(&self, user: &mut User) {
        match self.active {
            true => user.licenses.insert(EXTERNAL_LICENSE.to_owned()),
            false => user.licenses.remove(EXTERNAL_LICENSE),
        };
    }

    fn set_password(&self, user: &mut User) {
        let credentials = user.credentials.entry(PASSWORD_TYPE.to_owned());
        let credential: &mut Credential = credentials.or_default();
        credential.value = self.password.to_owned();
    }
}

impl Model {
    /// Employees with the right reach the external users of all companies, external persons with
    /// it those of their own. Company 0 is that of users who do not exist or have none.
    fn reaches(&self, caller: Caller, company: i32) -> bool {
        let user = self.caller(caller);
        let has_right = ["admin-all", "admin-users", "admin-audience"]
            .iter()
            .any(|code| self.user_has(user, code));
        match user.kind {
            Kind::Internal => has_right,
            Kind::External => has_right && company != 0 && company == self.company(user.person),
            kind => kind == Kind::System,
        }
    }

    fn company(&self, person: i32) -> i32 {
        self.persons.get(&person).map_or(0, |person| person.company)
    }

    /// Why the caller cannot have to do with a user as an external one.
    fn out_of_reach(&self, caller: Caller, id: i32) -> Refusals {
        let user = self.users.get(&id);
        let company = self.company(user.map_or(0, |user| user.person));
        if !self.reaches(caller, company) {
            return [ILLEGAL].into();
        }
        match user {
            None => [NOT_FOUND].into(),
            Some(user) => refuse_unless(user.kind == Kind::External, ILLEGAL),
        }
    }
}

#[derive(Debug)]
struct Create {
    person: Pick,
    info: Info,
}

impl Create {
    /// What the name of the person makes of a blank one.
    fn wanted_name(&self, model: &Model) -> String {
        let person = model.persons.get(&self.person.person(model));
        person.map_or(String::new(), |person| wanted_name(Kind::External, person))
    }

    fn user(&self, model: &Model) -> User {
        let mut user = User {
            name: self.info.name.to_owned(),
            user_name: Some(String::new()),
            tooltip: Some(String::new()),
            kind: Kind::External,
            role: self.info.role.role(model),
            person: self.person.person(model),
            ..User::default()
        };
        self.info.set_active(&mut user);
        self.info.set_password(&mut user);
        user
    }
}

impl Rule for Create {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let person = number("PersonId", self.person.person(model));
        ("CreateExternalUser", person + &self.info.arguments(model))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let person = self.person.person(model);
        if !model.reaches(caller, model.company(person)) {
            return [ILLEGAL].into();
        }
        let mut refusals = refuse_unless(person != NOBODY, NOT_FOUND);
        let valid = self.info.has_role(model, 0)
            && (self.info.name.is_empty() || !self.info.is_taken(model, 0));
        refusals.extend(refuse_unless(valid, VALIDATION));
        refusals.extend(refuse_unless(is_valid(self.info.password), PASSWORD));
        refusals.extend(model.guard(caller, 0, Some(&self.user(model))));
        refusals
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let id: i32 = answer.text.parse().unwrap();
        let known = model.users.contains_key(&id) || model.gone.contains(&id);
        same("a new id", &known, &false)?;
        let mut user = self.user(model);
        if user.name.is_empty() {
            user.name = model.free_name(&self.wanted_name(model));
        }
        model.users.insert(id, user);
        Ok(())
    }

    /// The name of somebody without a name has some number in it, which the answer does not tell.
    fn applies(&self, model: &Model) -> bool {
        !self.info.name.is_empty() || !self.wanted_name(model).is_empty()
    }
}

#[derive(Debug)]
struct SetInfo {
    user: Pick,
    info: Info,
    /// Whether name, password, role and activity count.
    flags: [bool; 4],
}

impl SetInfo {
    fn after(&self, model: &Model, user: &User) -> User {
        let [name, password, role, active] = self.flags;
        let mut user = user.clone();
        if name {
            user.name = self.info.name.to_owned();
        }
        if password {
            self.info.set_password(&mut user);
        }
        if role {
            user.role = self.info.role.role(model);
        }
        if active {
            self.info.set_active(&mut user);
        }
        user
    }
}

impl Rule for SetInfo {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let names = ["UserName", "Password", "Role", "Active"];
        let named = names.iter().zip(self.flags).filter(|(_, counts)| *counts);
        let named: Vec<&str> = named.map(|(name, _)| *name).collect();
        let arguments = number("AssociateId", self.user.user(model))
            + &self.info.arguments(model)
            + &text("ExternalUserInfoModification", &named.join(" "));
        ("SetExternalUserInfo", arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let id = self.user.user(model);
        let mut refusals = model.out_of_reach(caller, id);
        let [name, password, role, active] = self.flags;
        let Some(user) = model.users.get(&id).filter(|_| refusals.is_empty()) else {
            return refusals;
        };
        if self.flags == [false; 4] {
            return refusals;
        }
        let is_named = !self.info.name.is_empty() && !self.info.is_taken(model, id);
        let valid = (!name || is_named) && (!role || self.info.has_role(model, user.role));
        refusals.extend(refuse_unless(valid, VALIDATION));
        let good = !password || is_valid(self.info.password);
        refusals.extend(refuse_unless(good, PASSWORD));
        let shuts_out_oneself = active && !self.info.active && id == caller.id;
        refusals.extend(refuse_unless(!shuts_out_oneself, ILLEGAL));
        let after = self.after(model, user);
        refusals.extend(model.guard(caller, id, Some(&after)));
        refusals
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let id = self.user.user(model);
        let after = self.after(model, &model.users[&id]);
        model.users.insert(id, after);
        if self.flags[1] {
            model.end_sessions(id, Some(caller.session));
        }
        model.end_sessions_of_the_shut_out();
        answered(answer, "")
    }
}

/// The person stays.
#[derive(Debug)]
struct Delete {
    user: Pick,
}

impl Rule for Delete {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let id = number("AssociateId", self.user.user(model));
        ("DeleteExternalUser", id)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let id = self.user.user(model);
        let refusals = model.out_of_reach(caller, id);
        match refusals.is_empty() {
            true => model.guard(caller, id, None),
            false => refusals,
        }
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        model.delete(self.user.user(model));
        answered(answer, "")
    }
}
