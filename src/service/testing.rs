//! An installation in a folder of its own, and callers to use it.

use super::{Call, Installation, access};
use crate::clock::Clock;
use crate::config::Settings;
use crate::contract::role::RoleType;
use crate::contract::user::{User, UserType};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::session::Caller;
use crate::store::{Store, testing, work};
use crate::vault::Vault;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A real database file, and an administrator who calls.
pub struct Office {
    pub installation: Arc<Installation>,
    /// Who is stored, with the general right to administer.
    pub administrator: Caller,
    folder: TempDir,
}

impl Office {
    /// A fresh installation.
    pub fn open() -> Self {
        Self::with(&Settings::default())
    }

    /// A fresh installation in a file, for what is only measured there.
    pub fn in_file() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let store = Store::open(&folder.path().join("services88.db")).expect("store");
        Self::around(store, folder, &Settings::default())
    }

    /// A fresh installation with settings.
    pub fn with(settings: &Settings) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let store = testing::open(&folder.path().join("services88.db"));
        Self::around(store, folder, settings)
    }

    fn around(store: Store, folder: TempDir, settings: &Settings) -> Self {
        let installation = Installation::new(store, Clock::default(), Vault::throwaway(), settings)
            .expect("installation");
        let installation = Arc::new(installation);
        let mut office = Self {
            installation,
            administrator: caller(9_999, UserType::InternalAssociate, &["admin-all"]),
            folder,
        };
        let boss = office.save(User {
            name: Some("boss".into()),
            ..User::default()
        });
        office.administrator.associate_id = boss.expect("administrator").associate_id;
        office
    }

    /// Runs an operation on behalf of the administrator.
    pub fn call<R: Handler<Call>>(&self, request: R) -> Result<R::Reply, Fault> {
        self.call_as(&self.administrator, request)
    }

    /// Runs an operation on behalf of somebody.
    pub fn call_as<R: Handler<Call>>(
        &self,
        caller: &Caller,
        request: R,
    ) -> Result<R::Reply, Fault> {
        let call = Call {
            installation: Arc::clone(&self.installation),
            caller: Some(Arc::new(caller.clone())),
            application: None,
            remote: IpAddr::V4(Ipv4Addr::LOCALHOST),
            api: "http://localhost/api".to_owned(),
        };
        access::check(&call, R::OPERATION)?;
        request.handle(&call)
    }

    /// Saves a user on behalf of the administrator.
    pub fn save(&self, user: User) -> Result<User, Fault> {
        let saved = self.call(SaveUser { user: Some(user) })?;
        Ok(saved.expect("the user as stored"))
    }

    /// Reads a user on behalf of the administrator.
    pub fn get(&self, user_id: i32) -> Option<User> {
        self.call(GetUser { user_id }).expect("read")
    }

    /// How much work the database does for something, in steps of its own.
    pub fn work<T>(&self, something: impl FnOnce() -> T) -> i64 {
        self.spent(work::steps, something)
    }

    /// How many statements something takes.
    pub fn statements<T>(&self, something: impl FnOnce() -> T) -> i64 {
        self.spent(work::statements, something)
    }

    fn spent<T>(&self, so_far: fn(&Path) -> i64, something: impl FnOnce() -> T) -> i64 {
        let path = self.folder.path().join("services88.db");
        let before = so_far(&path);
        something();
        so_far(&path) - before
    }

    /// The first column of the first row.
    pub fn number(&self, sql: &str) -> i32 {
        let read = |row: &crate::store::Row<'_>| row.get(0);
        self.installation
            .store
            .read(|tx| Ok(tx.one(sql, &[], read)?))
            .expect("number")
    }

    /// Another node of the same database, or another process that uses the same file.
    pub fn beside(&self, settings: &Settings) -> Self {
        let Installation { clock, vault, .. } = &*self.installation;
        let node = Installation::new(self.elsewhere(), clock.clone(), vault.clone(), settings);
        Self {
            installation: Arc::new(node.expect("installation")),
            administrator: self.administrator.clone(),
            folder: tempfile::tempdir().expect("folder"),
        }
    }

    /// The database once more, as another process has it.
    pub fn elsewhere(&self) -> Store {
        testing::open(&self.folder.path().join("services88.db"))
    }

    /// Changes the database behind everybody's back.
    pub fn execute(&self, sql: &'static str) {
        self.installation
            .store
            .write(move |tx| Ok(tx.execute(sql, &[])?))
            .expect("statement");
    }
}

/// Somebody with these functional rights, and the data rights of the first role of the type.
pub fn caller(associate_id: i32, user_type: UserType, rights: &[&str]) -> Caller {
    Caller {
        associate_id,
        name: format!("caller{associate_id}"),
        user_type,
        person_id: 0,
        contact_id: 0,
        group_id: 0,
        role_id: match user_type {
            UserType::SystemAssociate => 12,
            UserType::ExternalAssociate => 10,
            UserType::AnonymousAssociate => 11,
            _ => 1,
        },
        role_type: match user_type {
            UserType::SystemAssociate => RoleType::System,
            UserType::ExternalAssociate => RoleType::ExternalUser,
            UserType::AnonymousAssociate => RoleType::Anonymous,
            _ => RoleType::Employee,
        },
        ticket_key: String::new(),
        rights: rights.iter().map(|right| (*right).to_owned()).collect(),
    }
}

/// The class of the error that an operation answers.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, Fault>) -> Exception {
    let fault = result.expect_err("refused");
    fault.exception().unwrap_or_else(|| panic!("{fault:?}"))
}

/// Names of the parameters of the validation error that an operation answers.
pub fn fields<T: std::fmt::Debug>(result: Result<T, Fault>) -> Vec<String> {
    let fault = result.expect_err("refused");
    assert_eq!(fault.exception(), Some(Exception::Validation), "{fault:?}");
    let fields = fault.parameters().iter();
    fields.map(|(field, _)| field.clone()).collect()
}
