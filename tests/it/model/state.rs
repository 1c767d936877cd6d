//! What the model knows: plain rows, and questions about them.

use std::collections::{BTreeMap, BTreeSet};

/// Type of a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Internal,
    Resource,
    External,
    Anonymous,
    System,
}

/// Type of a role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoleType {
    #[default]
    Employee,
    ExternalUser,
    Anonymous,
    System,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::Internal,
        Self::Resource,
        Self::External,
        Self::Anonymous,
        Self::System,
    ];

    pub fn wire(self) -> String {
        format!("{self:?}Associate")
    }

    pub fn of(wire: &str) -> Self {
        let found = Self::ALL.into_iter().find(|kind| kind.wire() == wire);
        found.unwrap_or_else(|| panic!("{wire}"))
    }

    pub fn role_type(self) -> RoleType {
        match self {
            Self::Internal | Self::Resource => RoleType::Employee,
            Self::External => RoleType::ExternalUser,
            Self::Anonymous => RoleType::Anonymous,
            Self::System => RoleType::System,
        }
    }

    pub fn has_groups(self) -> bool {
        matches!(self, Self::Internal | Self::Resource)
    }
}

impl RoleType {
    pub const ALL: [Self; 4] = [
        Self::Employee,
        Self::ExternalUser,
        Self::Anonymous,
        Self::System,
    ];

    pub fn of(wire: &str) -> Self {
        let found = Self::ALL
            .into_iter()
            .find(|kind| format!("{kind:?}") == wire);
        found.unwrap_or_else(|| panic!("{wire}"))
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct User {
    pub name: String,
    pub user_name: Option<String>,
    pub tooltip: Option<String>,
    pub rank: i32,
    pub kind: Kind,
    pub role: i32,
    /// 0 is none.
    pub group: i32,
    pub others: BTreeSet<i32>,
    /// 0 is none.
    pub person: i32,
    pub retired: bool,
    pub waiting: bool,
    /// Names of modules.
    pub licenses: BTreeSet<String>,
    /// By type.
    pub credentials: BTreeMap<String, Credential>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Credential {
    pub display: Option<String>,
    /// What nobody is shown: the password, or the name in a directory.
    pub value: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    pub first: String,
    pub last: String,
    pub email: String,
    pub company: i32,
    pub retired: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    pub name: String,
    pub tooltip: Option<String>,
    pub rank: i32,
    pub deleted: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Role {
    pub name: String,
    pub tooltip: Option<String>,
    pub rank: i32,
    pub role_type: RoleType,
    pub deleted: bool,
    /// Ids of functional rights.
    pub rights: BTreeSet<i32>,
    /// By table and relation; only those that differ from the empty text.
    pub cells: BTreeMap<(String, String), String>,
}

/// A functional right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Right {
    pub code: String,
    pub role_types: Vec<RoleType>,
}

/// A licence for users.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    pub total: i32,
    pub unrestricted: bool,
    pub hidden: bool,
    pub needs: String,
    /// Whose licence it is.
    pub kind: Kind,
    /// Whether its kind of users needs it to log in.
    pub to_log_in: bool,
    /// What a user plan brings; `None` when it is no plan.
    pub plan: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Untrusted {
    pub comment: String,
    pub secret: String,
    pub active: bool,
}

/// Somebody who is logged in, or was.
#[derive(Clone, Debug)]
pub struct Session {
    pub user: i32,
    pub ticket: String,
    pub alive: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub users: BTreeMap<i32, User>,
    pub persons: BTreeMap<i32, Person>,
    pub groups: BTreeMap<i32, Group>,
    pub roles: BTreeMap<i32, Role>,
    pub rights: BTreeMap<i32, Right>,
    pub modules: BTreeMap<String, Module>,
    /// By user, type and public value.
    pub untrusted: BTreeMap<(i32, String, String), Untrusted>,
    pub sessions: Vec<Session>,
    /// Users that have been, whose ids are not given again.
    pub gone: BTreeSet<i32>,
    /// How often somebody has failed to log in.
    pub failures: usize,
}

pub const ADMIN_ALL: &str = "admin-all";
/// The company that owns the database, and the only one whose people may be internal users.
pub const OWNER: i32 = 1;
pub const PASSWORD_TYPE: &str = "CRM5/PASSWORD";

/// Names of users compare without regard to letter case in all scripts.
pub fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

impl Model {
    pub fn role_has(&self, role: i32, code: &str) -> bool {
        let rights = self.roles.get(&role).map(|role| &role.rights);
        rights
            .into_iter()
            .flatten()
            .any(|id| self.rights[id].code == code)
    }

    /// Whether a role holds a right that lets somebody administer something.
    pub fn role_administers(&self, role: &Role) -> bool {
        let mut codes = role.rights.iter().map(|id| &self.rights[id].code);
        codes.any(|code| code.starts_with("admin-"))
    }

    pub fn user_has(&self, user: &User, code: &str) -> bool {
        self.role_has(user.role, code)
    }

    /// Whether a user may do everything.
    pub fn has_all_rights(&self, user: &User) -> bool {
        user.kind == Kind::System || self.user_has(user, ADMIN_ALL)
    }

    /// Whether a user is one of the administrators without whom nothing goes.
    pub fn is_administrator(&self, user: &User) -> bool {
        user.kind == Kind::Internal
            && !user.retired
            && !user.waiting
            && self.is_licensed(user)
            && self.user_has(user, ADMIN_ALL)
    }

    pub fn has_administrator(&self) -> bool {
        self.users.values().any(|user| self.is_administrator(user))
    }

    /// The name of a user, or one that nobody has.
    pub fn name_of(&self, id: i32) -> &str {
        self.users
            .get(&id)
            .map_or("No such user", |user| &user.name)
    }

    pub fn by_name(&self, name: &str) -> Option<i32> {
        let mut users = self.users.iter();
        users
            .find(|(_, user)| same_name(&user.name, name))
            .map(|(id, _)| *id)
    }

    pub fn by_user_name(&self, name: &str) -> Option<i32> {
        let mut users = self.users.iter();
        let found = users.find(|(_, user)| {
            let own = user.user_name.as_deref().unwrap_or_default();
            !own.is_empty() && same_name(own, name)
        });
        found.map(|(id, _)| *id)
    }

    /// Whom a name means: that of the associate goes before the user name.
    pub fn named(&self, name: &str) -> Option<i32> {
        self.by_name(name).or_else(|| self.by_user_name(name))
    }

    pub fn may_log_in(&self, user: &User) -> bool {
        !user.retired && !user.waiting && self.is_licensed(user)
    }

    /// Whether a user has the licences to log in.
    pub fn is_licensed(&self, user: &User) -> bool {
        self.to_log_in(user.kind).is_subset(&user.licenses)
    }

    /// The licences that a kind of users needs to log in.
    pub fn to_log_in(&self, kind: Kind) -> BTreeSet<String> {
        let modules = self.modules.iter();
        let needed = modules.filter(|(_, module)| module.to_log_in && module.kind == kind);
        needed.map(|(name, _)| name.clone()).collect()
    }

    /// How many licences of a module are in use.
    pub fn in_use(&self, module: &str) -> i32 {
        if self.modules[module].unrestricted {
            return 0;
        }
        let holders = self.users.values();
        let count = holders.filter(|user| !user.retired && user.licenses.contains(module));
        i32::try_from(count.count()).unwrap()
    }

    /// The role that a user of a kind gets when nobody says which: the one with the highest rank
    /// that administers nothing.
    pub fn default_role(&self, role_type: RoleType) -> Option<i32> {
        let roles = self.roles.iter();
        let fitting = roles.filter(|(_, role)| role.role_type == role_type && !role.deleted);
        fitting
            .min_by_key(|(id, role)| (self.role_administers(role), -role.rank, **id))
            .map(|(id, _)| *id)
    }

    /// The first group in use, by rank and name.
    pub fn default_group(&self) -> Option<i32> {
        let groups = self.groups.iter().filter(|(_, group)| !group.deleted);
        groups
            .min_by_key(|(id, group)| (group.rank, group.name.clone(), **id))
            .map(|(id, _)| *id)
    }

    /// Removes a user with everything that is only the user's. The person stays.
    pub fn delete(&mut self, id: i32) {
        self.users.remove(&id);
        self.gone.insert(id);
        self.untrusted.retain(|(user, _, _), _| *user != id);
        self.end_sessions_of_the_shut_out();
    }

    /// Ends the sessions of a user, except one.
    pub fn end_sessions(&mut self, user: i32, except: Option<usize>) {
        for (index, session) in self.sessions.iter_mut().enumerate() {
            if session.user == user && except != Some(index) {
                session.alive = false;
            }
        }
    }

    /// Ends the sessions of those who may not log in any more. They do not come back.
    pub fn end_sessions_of_the_shut_out(&mut self) {
        let shut_out = |user: i32| {
            let user = self.users.get(&user);
            user.is_none_or(|user| !self.may_log_in(user))
        };
        let users: Vec<i32> = self.sessions.iter().map(|it| it.user).collect();
        let ended: Vec<bool> = users.into_iter().map(shut_out).collect();
        for (session, ended) in self.sessions.iter_mut().zip(ended) {
            session.alive &= !ended;
        }
    }
}
