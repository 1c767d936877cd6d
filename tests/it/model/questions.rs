//! Questions about users, and carriers that are made up but not stored.

use super::licenses::{self, Wishes};
use super::observe;
use super::roles::role;
use super::rule::*;
use super::save_user::{SaveUser, save};
use super::state::{Kind, Model, User, same_name};
use super::user_draft::wanted_name;
use super::users::{NAMES, user};
use crate::answer::{Node, element, text};
use proptest::prelude::*;
use proptest::sample::select;

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    let kind = || proptest::option::weighted(0.8, select(&Kind::ALL[..]));
    let person = (0_u8..8).prop_map(Pick);
    prop_oneof![
        3 => save().prop_map(|save| Box::new(ValidateUser(save)) as Box<dyn Rule>),
        2 => (user(), select(&NAMES[..]), any::<bool>()).prop_map(|(user, name, reason)| {
            Box::new(NameValid { user, name, reason }) as Box<dyn Rule>
        }),
        2 => proptest::collection::vec(user(), 0..3).prop_map(|users| {
            Box::new(UserInfos { users }) as Box<dyn Rule>
        }),
        1 => (select(&Kind::ALL[..]), role(), proptest::option::of((0_u8..8).prop_map(Pick)),
              licenses::wishes()).prop_map(|(kind, role, group, licenses)| {
            Box::new(ChangeType { kind, role, group, licenses }) as Box<dyn Rule>
        }),
        2 => (kind(), proptest::option::of(person)).prop_map(|(kind, person)| {
            Box::new(BlankUser { kind, person }) as Box<dyn Rule>
        }),
    ]
    .boxed()
}

/// The same rules as those of a save.
#[derive(Debug)]
struct ValidateUser(SaveUser);

impl Rule for ValidateUser {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let (_, arguments) = self.0.request(model);
        ("ValidateUser", arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.user_administrators_only(caller)
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let refusals = self.0.refusals(model, caller);
        let same_verdict = answer.children.is_empty() == refusals.is_empty();
        let what = format!("{answer:?} for {refusals:?}");
        same(&what, &same_verdict, &true)
    }
}

/// A name is valid that nobody else has, for a user who exists or a new one.
#[derive(Debug)]
struct NameValid {
    user: Pick,
    name: &'static str,
    reason: bool,
}

impl NameValid {
    fn is_valid(&self, model: &Model) -> bool {
        let id = self.user.user(model);
        let mut others = model.users.iter().filter(|(other, _)| **other != id);
        id != NOBODY
            && !self.name.is_empty()
            && !others.any(|(_, user)| same_name(&user.name, self.name))
    }
}

impl Rule for NameValid {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let id = number("AssociateId", self.user.user(model));
        let operation = match self.reason {
            true => "IsUserNameValidWithReason",
            false => "IsUserNameValid",
        };
        (operation, id + &text("UserName", self.name))
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.user_administrators_only(caller)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let valid = self.is_valid(model);
        if self.reason {
            let empty = answer.text_at("Reason").is_empty();
            same("whether there is no reason", &empty, &valid)?;
            return answered(answer.at("Result"), &valid.to_string());
        }
        answered(answer, &valid.to_string())
    }
}

/// Summaries, in the order asked and without the unknown. Employees see all, others themselves.
#[derive(Debug)]
struct UserInfos {
    users: Vec<Pick>,
}

impl UserInfos {
    fn ids(&self, model: &Model) -> Vec<i32> {
        self.users.iter().map(|pick| pick.user(model)).collect()
    }
}

impl Rule for UserInfos {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let ids = self.ids(model);
        let ids = ids.iter().map(|id| number("a:int", *id));
        let ids = array("UserInfoIds", &ids.collect::<String>());
        ("GetUserInfoList", ids)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let employee = model.employees_only(caller).is_empty();
        let own = |id: i32| model.is_own(caller, id);
        let allowed = employee || self.ids(model).into_iter().all(own);
        refuse_unless(allowed, SENTRY)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let ids = self.ids(model);
        let ids = ids.iter().filter(|id| model.users.contains_key(id));
        let expected: Vec<String> = ids.map(|id| summary(model, *id)).collect();
        let seen: Vec<String> = answer.children.iter().map(seen_summary).collect();
        same("summaries", &seen, &expected)
    }
}

/// What is compared of a summary.
const MEMBERS: [&str; 11] = [
    "UserInfoId",
    "Deleted",
    "UserName",
    "PersonId",
    "Rank",
    "Tooltip",
    "UserGroupId",
    "UserType",
    "CanLogon",
    "RoleName",
    "UserGroupName",
];

fn seen_summary(info: &Node) -> String {
    let members = MEMBERS.map(|name| info.text_at(name));
    let licenses = &info.at("GrantedLicenses").children;
    let mut licenses: Vec<&str> = licenses.iter().map(|it| it.text.as_str()).collect();
    licenses.sort_unstable();
    format!("{members:?} {licenses:?}")
}

fn summary(model: &Model, id: i32) -> String {
    let user = &model.users[&id];
    let group = model.groups.get(&user.group);
    let members: [&str; 11] = [
        &id.to_string(),
        &user.retired.to_string(),
        &user.name,
        &user.person.to_string(),
        &user.rank.to_string(),
        user.tooltip.as_deref().unwrap_or_default(),
        &user.group.to_string(),
        &user.kind.wire(),
        &model.may_log_in(user).to_string(),
        &model.roles[&user.role].name,
        group.map_or("", |group| group.name.as_str()),
    ];
    let licenses: Vec<&String> = user.licenses.iter().collect();
    format!("{members:?} {licenses:?}")
}

/// A user with defaults. Only system and anonymous users start without a person.
#[derive(Debug)]
struct BlankUser {
    kind: Option<Kind>,
    person: Option<Pick>,
}

impl BlankUser {
    fn person(&self, model: &Model) -> i32 {
        self.person.map_or(0, |pick| pick.person(model))
    }
}

impl Rule for BlankUser {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let kind = self.kind.map_or("Unknown".to_owned(), Kind::wire);
        let kind = text("UserType", &kind);
        match self.person {
            None => ("CreateDefaultUserFromUserType", kind),
            Some(_) => {
                let person = number("PersonId", self.person(model));
                ("CreateDefaultUserFromUserTypeAndPersonId", kind + &person)
            }
        }
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let mut refusals = model.user_administrators_only(caller);
        if refusals.is_empty() {
            let without = matches!(self.kind, None | Some(Kind::Anonymous | Kind::System));
            refusals.extend(refuse_unless(self.person.is_some() || without, ILLEGAL));
            refusals.extend(refuse_unless(self.person(model) != NOBODY, NOT_FOUND));
        }
        refusals
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let kind = self.kind.unwrap_or_default();
        let id = self.person(model);
        let person = model.persons.get(&id);
        let name = person.map(|person| wanted_name(kind, person));
        let name = match name.filter(|name| !name.is_empty()) {
            Some(name) => model.free_name(&name),
            None if matches!(kind, Kind::Anonymous | Kind::System) => {
                model.free_name(&format!("{kind:?}"))
            }
            // The person of an employee is not known yet, so that there is no name either; for
            // others it is a word and some number.
            None if person.is_none() => String::new(),
            None => answer.text_at("Name").to_owned(),
        };
        let email = person.map_or("", |person| &person.email);
        let taken = model
            .users
            .values()
            .any(|user| same_name(user.user_name.as_deref().unwrap_or_default(), email));
        let user_name = if taken { "" } else { email };
        let group = kind.has_groups().then(|| model.default_group()).flatten();
        let user = User {
            name,
            user_name: Some(user_name.to_owned()),
            tooltip: Some(String::new()),
            kind,
            role: model.default_role(kind.role_type()).unwrap_or_default(),
            group: group.unwrap_or_default(),
            person: id,
            licenses: model.default_licenses(kind),
            ..User::default()
        };
        same("AssociateId", &answer.text_at("AssociateId"), &"0")?;
        let seen = observe::user(answer);
        same("blank user", &seen, &observe::expected(model, &user))
    }
}

/// A carrier as one of another type: what does not fit is replaced or dropped.
#[derive(Debug)]
struct ChangeType {
    kind: Kind,
    role: Pick,
    group: Option<Pick>,
    licenses: Wishes,
}

impl Rule for ChangeType {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let mut user = licenses::carrier(&self.licenses);
        user += &reference("Role", self.role.role(model));
        if let Some(group) = self.group {
            user += &reference("UserGroup", group.group(model));
        }
        let arguments = element("User", &user) + &text("UserType", &self.kind.wire());
        ("ChangeUserType", arguments)
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        model.user_administrators_only(caller)
    }

    fn carry_out(&self, model: &mut Model, _: Caller, answer: &Node) -> Difference {
        let role_type = self.kind.role_type();
        let role = self.role.role(model);
        let fits = model
            .roles
            .get(&role)
            .is_some_and(|role| role.role_type == role_type);
        let role = if fits {
            Some(role)
        } else {
            model.default_role(role_type)
        };
        let group = self
            .group
            .map(|pick| pick.group(model))
            .or(model.default_group());
        let group = group.filter(|_| self.kind.has_groups());
        let wishes = self.licenses.iter().filter(|(_, assigned)| *assigned);
        let licenses = wishes.filter_map(|(wish, _)| {
            let mut modules = model.modules.iter();
            let found = modules.find(|(name, _)| name.eq_ignore_ascii_case(wish));
            found
                .filter(|(_, module)| module.kind == self.kind)
                .map(|(name, _)| name.clone())
        });
        let number = |path: &str| answer.text_at(path).parse().ok();
        same("Type", &answer.text_at("Type"), &&*self.kind.wire())?;
        same("Role", &number("Role/Id"), &role)?;
        let seen = if answer.at("UserGroup").nil {
            None
        } else {
            number("UserGroup/Id")
        };
        same("UserGroup", &seen, &group)?;
        same("licences", &observe::held(answer), &licenses.collect())
    }
}
