//! Users: saved.

use super::licenses::{self, Wishes};
use super::observe;
use super::roles::role;
use super::rule::*;
use super::state::{Kind, Model, PASSWORD_TYPE};
use super::users::{NAMES, user};
use crate::answer::{Node, element, text};
use proptest::prelude::*;
use proptest::sample::select;

const USER_NAMES: [Option<&str>; 5] = [None, Some(""), Some("bo"), Some("ÅSE"), Some("eva@x.no")];
pub const PASSWORDS: [&str; 3] = ["Better-Horse-9", "Best-Horse-11", "short"];

/// The person that a carrier names.
#[derive(Clone, Debug)]
pub enum Who {
    Nil,
    Stored(Pick),
    New {
        first: &'static str,
        last: &'static str,
        email: &'static str,
        company: i32,
    },
}

impl Who {
    pub fn id(&self, model: &Model) -> i32 {
        match self {
            Self::Stored(pick) => pick.person(model),
            _ => 0,
        }
    }

    fn carrier(&self, model: &Model) -> String {
        match self {
            Self::Nil => String::new(),
            Self::Stored(_) => element("Person", &number("PersonId", self.id(model))),
            Self::New {
                first,
                last,
                email,
                company,
            } => {
                let person = text("Firstname", first)
                    + &text("Lastname", last)
                    + &text("Email", email)
                    + &number("ContactId", *company);
                element("Person", &person)
            }
        }
    }
}

#[derive(Clone, Debug)]
pub struct SaveUser {
    /// None is a new user.
    pub target: Option<Pick>,
    /// Whether the user is named beside the carrier.
    pub by_name: bool,
    pub name: &'static str,
    pub user_name: Option<&'static str>,
    pub tooltip: Option<&'static str>,
    pub rank: i32,
    pub kind: Option<Kind>,
    pub role: Option<Pick>,
    pub group: Option<Pick>,
    pub others: Option<Vec<Pick>>,
    pub person: Who,
    pub licenses: Wishes,
    pub password: Option<&'static str>,
    pub retired: bool,
    pub waiting: bool,
}

pub fn save() -> impl Strategy<Value = SaveUser> {
    let person = prop_oneof![
        5 => Just(Who::Nil),
        1 => (0_u8..8).prop_map(|pick| Who::Stored(Pick(pick))),
        2 => (select(&["Eva", "Åse", ""][..]), select(&["Li", ""][..]),
              select(&["", "eva@x.no"][..]), select(&[0, 0, 0, 1, 1, 2, NOBODY][..]))
            .prop_map(|(first, last, email, company)| Who::New { first, last, email, company }),
    ];
    let kind = prop_oneof![
        6 => Just(None),
        1 => Just(Some(Kind::Internal)),
        1 => Just(Some(Kind::External)),
        1 => select(&Kind::ALL[..]).prop_map(Some),
    ];
    let seldom = || proptest::bool::weighted(0.12);
    let group = || (0_u8..8).prop_map(Pick);
    let who = (
        (proptest::option::weighted(0.5, user()), any::<bool>()),
        select(&NAMES[..]),
        select(&USER_NAMES[..]),
        select(&[None, Some(""), Some("tip <&>")][..]),
        -1_i32..3,
    );
    let what = (
        kind,
        proptest::option::weighted(0.25, role()),
        proptest::option::weighted(0.2, group()),
        proptest::option::weighted(0.2, proptest::collection::vec(group(), 0..3)),
        person,
        licenses::wishes(),
        proptest::option::weighted(0.1, select(&PASSWORDS[..])),
        (seldom(), seldom()),
    );
    (who, what).prop_map(
        |(
            ((target, by_name), name, user_name, tooltip, rank),
            (kind, role, group, others, person, licenses, password, (retired, waiting)),
        )| SaveUser {
            target,
            by_name,
            name,
            user_name,
            tooltip,
            rank,
            kind,
            role,
            group,
            others,
            person,
            licenses,
            password,
            retired,
            waiting,
        },
    )
}

impl SaveUser {
    pub fn id(&self, model: &Model) -> i32 {
        self.target.map_or(0, |pick| pick.user(model))
    }
}

impl Rule for SaveUser {
    fn request(&self, model: &Model) -> (&'static str, String) {
        let mut user = number("AssociateId", self.id(model))
            + &text("Name", self.name)
            + &number("Rank", self.rank)
            + &optional("Tooltip", self.tooltip)
            + &licenses::carrier(&self.licenses)
            + &self.person.carrier(model)
            + &text("Deleted", &self.retired.to_string())
            + &optional("UserName", self.user_name)
            + &text("WaitingForApproval", &self.waiting.to_string());
        if let Some(kind) = self.kind {
            user += &text("Type", &kind.wire());
        }
        if let Some(role) = self.role {
            user += &reference("Role", role.role(model));
        }
        if let Some(group) = self.group {
            user += &reference("UserGroup", group.group(model));
        }
        if let Some(others) = &self.others {
            let others = others
                .iter()
                .map(|pick| reference("UserGroup", pick.group(model)));
            user += &element("OtherGroups", &others.collect::<String>());
        }
        if let Some(password) = self.password {
            let credential = element("Type", &text("Type", PASSWORD_TYPE));
            let credential = element("Credential", &(credential + &text("Value", password)));
            user += &element("Credentials", &credential);
        }
        let user = element("User", &user);
        match self.target {
            Some(_) if self.by_name => {
                let name = text("UserName", model.name_of(self.id(model)));
                ("SaveUserFromName", name + &user)
            }
            _ => ("SaveUser", user),
        }
    }

    fn refusals(&self, model: &Model, caller: Caller) -> Refusals {
        let mut refusals = model.user_administrators_only(caller);
        if !refusals.is_empty() {
            return refusals;
        }
        let id = self.id(model);
        if id == NOBODY {
            return Refusals::from([NOT_FOUND]);
        }
        let draft = self.draft(model);
        refusals.extend(&draft.refusals);
        if let Some(person) = &draft.person {
            let right = model.person_right(caller, 0, person.company);
            refusals.extend(refuse_unless(right.contains('C'), SENTRY));
        }
        refusals.extend(model.guard(caller, id, Some(&draft.user)));
        let can_add = draft.person.is_none() || model.may_with_person(caller, None, 'C');
        refusals.extend(refuse_unless(can_add, SENTRY));
        refusals
    }

    fn carry_out(&self, model: &mut Model, caller: Caller, answer: &Node) -> Difference {
        let mut draft = self.draft(model);
        let mut id = self.id(model);
        if id == 0 {
            id = answer.text_at("AssociateId").parse().unwrap();
            let known = model.users.contains_key(&id) || model.gone.contains(&id);
            same("a new id", &known, &false)?;
        }
        if let Some(word) = draft.word {
            let name = answer.text_at("Name");
            let number = name
                .strip_prefix(&word)
                .and_then(|rest| rest.parse::<u32>().ok());
            same("a made up name", &number.is_some(), &true)?;
            same("name is taken", &model.by_name(name), &None)?;
            draft.user.name = name.to_owned();
        }
        if let Some(person) = draft.person {
            draft.user.person = answer.text_at("Person/PersonId").parse().unwrap();
            let known = model.persons.insert(draft.user.person, person);
            same("a new person", &known, &None)?;
        }
        model.users.insert(id, draft.user);
        if self.password.is_some() {
            model.end_sessions(id, Some(caller.session));
        }
        model.end_sessions_of_the_shut_out();
        observe::same_user(model, id, answer)
    }
}
