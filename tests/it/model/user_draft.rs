//! What a save of a user would leave, and what forbids it.

use super::rule::*;
use super::save_user::{SaveUser, Who};
use super::state::{Credential, Kind, Model, OWNER, PASSWORD_TYPE, Person, User, same_name};

/// A user as a save would leave it.
pub struct Draft {
    pub user: User,
    /// A person that is made for the user.
    pub person: Option<Person>,
    /// What stands before the number in a name that is made up entirely.
    pub word: Option<String>,
    pub refusals: Refusals,
}

impl SaveUser {
    pub fn draft(&self, model: &Model) -> Draft {
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

    /// A deleted group may stay, but not be chosen; with a type that has none, groups do not count.
    /// The primary one is not among the others.
    fn groups(&mut self, save: &SaveUser, model: &Model, before: Option<&User>) {
        if !self.user.kind.has_groups() {
            self.user.group = 0;
            self.user.others.clear();
            return;
        }
        let primary = save.group.map(|pick| pick.group(model));
        let others = save.others.as_ref();
        let others = others.map(|picks| picks.iter().map(|pick| pick.group(model)).collect());
        let named = primary.iter().chain(others.iter().flatten()).copied();
        for id in named.collect::<Vec<i32>>() {
            let had = before.is_some_and(|user| user.group == id || user.others.contains(&id));
            let group = model.groups.get(&id);
            self.refuse_unless(group.is_some_and(|group| had || !group.deleted));
        }
        let user = &mut self.user;
        let kept = Some(user.group).filter(|id| *id != 0);
        let group = primary.or(kept).or_else(|| model.default_group());
        user.group = group.unwrap_or_default();
        user.others = others.unwrap_or_else(|| user.others.clone());
        user.others.remove(&user.group);
    }

    fn password(&mut self, save: &SaveUser) {
        if let Some(password) = save.password {
            self.refuse_unless(password.chars().count() >= 8);
            // Nobody logs in as a room or a car, and nobody in particular as an anonymous user.
            let logs_in = !matches!(self.user.kind, Kind::Resource | Kind::Anonymous);
            self.refuse_unless(logs_in);
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
