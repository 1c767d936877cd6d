//! Users: saved, read and deleted.

use super::licenses::{self, Wishes};
use super::observe;
use super::rule::*;
use super::state::{Credential, Kind, Model, OWNER, PASSWORD_TYPE, Person, User, same_name};
use crate::answer::{Node, element, text};
use proptest::prelude::*;
use proptest::sample::select;

pub const NAMES: [&str; 12] = [
    "bo", "Bo", "Åse", "åse", "Eva.Li", "NORA", "Ida", "Kai", "Nobody", "", "", "",
];
const USER_NAMES: [Option<&str>; 5] = [None, Some(""), Some("bo"), Some("ÅSE"), Some("eva@x.no")];
pub const PASSWORDS: [&str; 3] = ["Better-Horse-9", "Best-Horse-11", "short"];

pub fn user() -> impl Strategy<Value = Pick> + Clone {
    (0_u8..10).prop_map(Pick)
}

pub fn steps() -> BoxedStrategy<Box<dyn Rule>> {
    let name = select(&NAMES[..]);
    prop_oneof![
        6 => save().prop_map(|it| Box::new(it) as Box<dyn Rule>),
        1 => user().prop_map(|user| Box::new(DeleteUser { user }) as Box<dyn Rule>),
        1 => user().prop_map(|user| Box::new(GetUser { user }) as Box<dyn Rule>),
        1 => name.prop_map(|name| Box::new(GetUserFromName { name }) as Box<dyn Rule>),
    ]
    .boxed()
}

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
    fn id(&self, model: &Model) -> i32 {
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
struct SaveUser {
    /// None is a new user.
    target: Option<Pick>,
    name: &'static str,
    user_name: Option<&'static str>,
    tooltip: Option<&'static str>,
    rank: i32,
    kind: Option<Kind>,
    role: Option<Pick>,
    group: Option<Pick>,
    others: Option<Vec<Pick>>,
    person: Who,
    licenses: Wishes,
    password: Option<&'static str>,
    retired: bool,
    waiting: bool,
}

fn save() -> impl Strategy<Value = SaveUser> {
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
    let seldom = || proptest::bool::weighted(0.08);
    let group = || (0_u8..8).prop_map(Pick);
    let who = (
        proptest::option::weighted(0.5, user()),
        select(&NAMES[..]),
        select(&USER_NAMES[..]),
        select(&[None, Some(""), Some("tip <&>")][..]),
        -1_i32..3,
    );
    let what = (
        kind,
        proptest::option::weighted(0.25, (0_u8..24).prop_map(Pick)),
        proptest::option::weighted(0.2, group()),
        proptest::option::weighted(0.2, proptest::collection::vec(group(), 0..3)),
        person,
        licenses::wishes(),
        proptest::option::weighted(0.1, select(&PASSWORDS[..])),
        (seldom(), seldom()),
    );
    (who, what).prop_map(
        |(
            (target, name, user_name, tooltip, rank),
            (kind, role, group, others, person, licenses, password, (retired, waiting)),
        )| SaveUser {
            target,
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

/// What a save would leave, and what forbids it.
struct Draft {
    user: User,
    /// A person that is made for the user.
    person: Option<Person>,
    /// What stands before the number in a name that is made up entirely.
    word: Option<String>,
    refusals: Refusals,
}

impl SaveUser {
    fn id(&self, model: &Model) -> i32 {
        self.target.map_or(0, |pick| pick.user(model))
    }

    fn draft(&self, model: &Model) -> Draft {
        let id = self.id(model);
        let before = model.users.get(&id);
        let mut draft = Draft {
            user: before.cloned().unwrap_or_default(),
            person: None,
            word: None,
            refusals: Refusals::new(),
        };
        let user = &mut draft.user;
        user.kind = self.kind.unwrap_or(user.kind);
        user.rank = self.rank;
        user.retired = self.retired;
        user.waiting = self.waiting;
        user.tooltip = self.tooltip.map(str::to_owned);
        user.user_name = self.user_name.map(str::to_owned);
        if let Some(name) = self.user_name.filter(|name| !name.is_empty())
            && model.by_user_name_of_another(name, id)
        {
            draft.refusals.insert(VALIDATION);
        }
        draft.person(self, model, before);
        draft.name(self, model, id);
        draft.role(self, model, before);
        draft.groups(self, model, before);
        let licenses = model.assign(before, &mut draft.user, &self.licenses);
        draft.refusals.extend(licenses);
        draft.password(self);
        draft
    }
}

impl Draft {
    fn refuse_unless(&mut self, valid: bool) {
        self.refusals.extend(refuse_unless(valid, VALIDATION));
    }

    /// A given name is nobody else's; a new user without one gets one from the person.
    fn name(&mut self, save: &SaveUser, model: &Model, id: i32) {
        if !save.name.is_empty() {
            let mut others = model.users.iter().filter(|(other, _)| **other != id);
            self.user.name = save.name.to_owned();
            self.refuse_unless(!others.any(|(_, user)| same_name(&user.name, save.name)));
        } else if save.target.is_none() {
            let person = model
                .persons
                .get(&self.user.person)
                .or(self.person.as_ref());
            let wanted = person.map(|person| wanted_name(self.user.kind, person));
            match wanted.filter(|name| !name.is_empty()) {
                Some(name) => self.user.name = model.free_name(&name),
                None if matches!(self.user.kind, Kind::Anonymous | Kind::System) => {
                    self.user.name = model.free_name(&format!("{:?}", self.user.kind));
                }
                None => self.word = Some(word(self.user.kind)),
            }
        }
    }

    /// Internal users need a person of our own company, external ones any; it is made if need be.
    fn person(&mut self, save: &SaveUser, model: &Model, before: Option<&User>) {
        let kind = self.user.kind;
        let fits = |company: i32| match kind {
            Kind::Internal => company == OWNER,
            _ => [0, 1, 2].contains(&company),
        };
        let wanted = save.person.id(model);
        if wanted != 0 {
            self.user.person = wanted;
        }
        if self.user.person == 0 {
            if matches!(kind, Kind::Internal | Kind::External) {
                let mut person = match save.person {
                    Who::New {
                        first,
                        last,
                        email,
                        company,
                    } => Person {
                        first: first.to_owned(),
                        last: last.to_owned(),
                        email: email.to_owned(),
                        company,
                        retired: false,
                    },
                    _ => Person::default(),
                };
                if person.company == 0 {
                    person.company = OWNER;
                }
                self.refuse_unless(fits(person.company));
                self.person = Some(person);
            }
            return;
        }
        let is_new =
            before.is_none_or(|before| before.person != self.user.person || before.kind != kind);
        if is_new {
            let person = model.persons.get(&self.user.person);
            self.refuse_unless(person.is_some_and(|person| fits(person.company)));
        }
    }

    /// The role that is named, else the one that the user has if it fits, else the default.
    fn role(&mut self, save: &SaveUser, model: &Model, before: Option<&User>) {
        let role_type = self.user.kind.role_type();
        let fits = |id: i32| {
            model
                .roles
                .get(&id)
                .is_some_and(|role| role.role_type == role_type)
        };
        let wanted = match save.role {
            Some(pick) => Some(pick.role(model)),
            None if fits(self.user.role) => Some(self.user.role),
            None => model.default_role(role_type),
        };
        let id = wanted.unwrap_or_default();
        let kept = before.is_some_and(|before| before.role == id);
        let deleted = model.roles.get(&id).is_none_or(|role| role.deleted);
        self.refuse_unless(fits(id) && (kept || !deleted));
        self.user.role = id;
    }

    /// A deleted group may stay, but not be chosen. The primary one is not among the others.
    fn groups(&mut self, save: &SaveUser, model: &Model, before: Option<&User>) {
        let primary = save.group.map(|pick| pick.group(model));
        let others = save.others.as_ref();
        let others = others.map(|picks| picks.iter().map(|pick| pick.group(model)).collect());
        let named = primary.iter().chain(others.iter().flatten()).copied();
        for id in named.collect::<Vec<i32>>() {
            let had = before.is_some_and(|user| user.group == id || user.others.contains(&id));
            let group = model.groups.get(&id);
            self.refuse_unless(group.is_some_and(|group| had || !group.deleted));
            self.refuse_unless(self.user.kind.has_groups());
        }
        let user = &mut self.user;
        if user.kind.has_groups() {
            let kept = Some(user.group).filter(|id| *id != 0);
            let group = primary.or(kept).or_else(|| model.default_group());
            user.group = group.unwrap_or_default();
            user.others = others.unwrap_or_else(|| user.others.clone());
            user.others.remove(&user.group);
        } else {
            user.group = 0;
            user.others.clear();
        }
    }

    fn password(&mut self, save: &SaveUser) {
        if let Some(password) = save.password {
            self.refuse_unless(password.chars().count() >= 8);
            let credential = Credential {
                display: None,
                value: password.to_owned(),
            };
            self.user
                .credentials
                .insert(PASSWORD_TYPE.to_owned(), credential);
        }
    }
}

fn word(kind: Kind) -> String {
    match kind {
        Kind::Internal => "User".to_owned(),
        kind => format!("{kind:?}"),
    }
}

/// The name that a person gives a user; empty when it has none.
pub fn wanted_name(kind: Kind, person: &Person) -> String {
    if kind == Kind::External && !person.email.is_empty() {
        return person.email.clone();
    }
    let names = [person.first.as_str(), person.last.as_str()];
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    names.join(".")
}

impl Model {
    fn by_user_name_of_another(&self, name: &str, id: i32) -> bool {
        self.users.iter().any(|(other, user)| {
            let taken = user.user_name.as_deref().unwrap_or_default();
            *other != id && same_name(taken, name)
        })
    }

    /// A name, with the first number behind it that makes it free.
    pub fn free_name(&self, name: &str) -> String {
        let numbered = (1..).map(|number| format!("{name}{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| self.by_name(name).is_none()).unwrap()
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
        ("SaveUser", element("User", &user))
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
        refusals.extend(model.guard(caller, id, Some(&draft.user)));
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

#[derive(Debug)]
struct DeleteUser {
    user: Pick,
}

impl Rule for DeleteUser {
    fn request(&self, model: &Model) -> (&'static str, String) {
        ("DeleteUser", number("UserId", self.user.user(model)))
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
        let id = self.user.user(model);
        model.users.remove(&id);
        model.gone.insert(id);
        model.untrusted.retain(|(user, _, _), _| *user != id);
        model.end_sessions_of_the_shut_out();
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
