//! The installation that every case starts from: a data folder, made once and copied.

use super::observe;
use super::rule::{WATCHER, array, number};
use super::state::{Credential, Model, PASSWORD_TYPE, Session};
use crate::answer::text;
use crate::support::{Caller, Database, PASSWORD, Soap, TestServer};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The users whom every database has at first, in the order of their ids.
const USERS: [&str; 4] = ["admin", "nora", "ulf", "gita@customer.example.com"];
/// Who has a session: all of them, and `nora` at a second place. The program that watches has one
/// more.
const SESSIONS: [usize; 5] = [0, 1, 2, 3, 1];

/// The role of external users, and the right to manage those of customers.
const EXTERNAL_ROLE: i32 = 10;
const AUDIENCE: i32 = 38;

pub struct Seed {
    folder: TempDir,
    /// What it holds.
    pub model: Model,
    /// Ticket of a program that sees everything.
    pub watcher: String,
}

impl Seed {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = TestServer::on(folder.path(), &[]);
        let admin = server.caller("admin");
        for id in 2..=USERS.len() {
            let password = text("AssociateId", &id.to_string()) + &text("Password", PASSWORD);
            let set = server.user(Soap::V12, &admin, "SetPassword", &password);
            assert_eq!(set.result().text, "true");
        }
        let program = "<User><Name>watcher</Name><Type>SystemAssociate</Type></User>";
        let saved = server.user(Soap::V12, &admin, "SaveUser", program).result();
        assert_eq!(saved.text_at("AssociateId"), WATCHER.to_string());
        // So that external users may manage those of their company.
        let audience = array("FunctionalRightIds", &number("a:int", AUDIENCE));
        let audience = number("RoleId", EXTERNAL_ROLE) + &audience;
        let set = server.user(Soap::V12, &admin, "SetFunctionalRights", &audience);
        assert!(set.exception.is_none(), "{:?}", set.exception);
        few_licenses(folder.path());
        let watcher = server.caller("watcher").ticket().to_owned();
        let sessions = SESSIONS.map(|user| Session {
            user: i32::try_from(user + 1).unwrap(),
            ticket: server.log_in(Soap::V12, USERS[user], PASSWORD).unwrap(),
            alive: true,
        });
        let mut model = observe::everything(&server, &Caller::Ticket(watcher.clone()));
        model.sessions = sessions.to_vec();
        model.sessions.push(Session {
            user: WATCHER,
            ticket: watcher.clone(),
            alive: true,
        });
        for (id, user) in &mut model.users {
            if *id != WATCHER {
                let password = Credential {
                    value: PASSWORD.to_owned(),
                    ..user.credentials[PASSWORD_TYPE].clone()
                };
                user.credentials.insert(PASSWORD_TYPE.to_owned(), password);
            }
        }
        server.signal("TERM");
        assert!(server.wait().success());
        Self {
            folder,
            model,
            watcher,
        }
    }

    /// A server of its own on a copy, in a folder that has to outlive it.
    pub fn start(&self, folder: &TempDir) -> TestServer {
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Database::copy(self.folder.path(), folder.path());
        TestServer::on(folder.path(), &[])
    }
}

/// So few licences that they run out.
fn few_licenses(data: &Path) {
    let few = "UPDATE modulelicense SET licenseNumber = CASE moduleName
                   WHEN 'user' THEN 6 WHEN 'web' THEN 5 WHEN 'plan-sales' THEN 2 ELSE 1 END
               WHERE licenseType = 3 AND unrestricted = 0";
    assert!(Database::of(data).execute(few) > 5);
}
