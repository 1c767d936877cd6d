//! Callers who save users all the time, and what they were told.

use crate::answer::{Answer, text};
use crate::faults::{ADDRESSING, Expected, fault};
use crate::full_user::SECRET;
use crate::seeds::Seeded;
use crate::support::{Caller, Connection, PRINCIPAL, Response, Soap, TestServer, USER};
use rusqlite::OpenFlags;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// A save, and what is known of it.
pub struct Save {
    pub user: Seeded,
    /// When all of the request was handed to the system.
    pub sent: Instant,
    /// The answer, if there was one, and when.
    pub answer: Option<Response>,
    pub answered: Option<Instant>,
}

impl Save {
    /// The id of the user if the save was acknowledged.
    pub fn acknowledged(&self) -> Option<String> {
        if self.busy().is_some() {
            return None;
        }
        let answer = Answer::of(Soap::V11, "SaveUserResponse", self.answer.as_ref()?);
        match answer.exception {
            None => Some(answer.response.text_at("Response/AssociateId").to_owned()),
            Some(_) => None,
        }
    }

    /// The reason if it was to be tried again later.
    pub fn busy(&self) -> Option<String> {
        let answer = self.answer.as_ref()?;
        (answer.status == 503).then(|| busy(Soap::V11, answer))
    }

    /// The exception class, or `busy`, and the message if it was declined.
    pub fn declined(&self) -> Option<(String, String)> {
        if let Some(reason) = self.busy() {
            return Some(("busy".to_owned(), reason));
        }
        let answer = Answer::of(Soap::V11, "SaveUserResponse", self.answer.as_ref()?);
        let exception = answer.exception?;
        Some((exception.class, exception.message))
    }
}

const BUSY: Expected = Expected {
    status: [503, 503],
    code: ["Server", "Receiver"],
    subcode: Some((ADDRESSING, "EndpointUnavailable")),
};

/// That an answer says to come back later; gives the reason.
#[track_caller]
pub fn busy(soap: Soap, response: &Response) -> String {
    assert_eq!(response.field("retry-after"), Some("1"));
    fault(soap, response, &BUSY)
}

/// A request on a connection that stays open.
pub fn request(fields: &str, envelope: &str) -> String {
    format!(
        "POST {USER} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\n{fields}Content-Length: {}\r\n\r\n{envelope}",
        Soap::V11.content_type(),
        envelope.len()
    )
}

/// The envelope that saves a user.
pub fn envelope(caller: &Caller, user: &Seeded) -> String {
    Soap::V11.envelope(caller, "SaveUser", &user.xml)
}

/// Saves one user on a connection.
pub fn save(connection: &mut Connection, caller: &Caller) -> Save {
    let user = Seeded::next();
    connection.send(request("", &envelope(caller, &user)).as_bytes());
    let sent = Instant::now();
    let answer = connection.try_response("POST");
    let answered = answer.is_some().then(Instant::now);
    Save {
        user,
        sent,
        answer,
        answered,
    }
}

/// Lets some callers save users on connections of their own, one after the other, each until
/// `is_enough` says so of its last save, or there is no answer. `watch` runs beside them.
pub fn save_all(
    connections: Vec<Connection>,
    caller: &Caller,
    is_enough: impl Fn(&Save, usize) -> bool + Sync,
    watch: impl FnOnce(),
) -> Vec<Save> {
    let all = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for mut connection in connections {
            let (all, is_enough) = (&all, &is_enough);
            scope.spawn(move || {
                loop {
                    let save = save(&mut connection, caller);
                    let mut all = all.lock().unwrap();
                    let count = all.len() + 1;
                    let enough = save.answer.is_none() || is_enough(&save, count);
                    all.push(save);
                    if enough {
                        return;
                    }
                }
            });
        }
        watch();
    });
    all.into_inner().unwrap()
}

/// How many of some saves were found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    pub acknowledged: usize,
    /// Kept although nobody was told.
    pub unacknowledged: usize,
    pub absent: usize,
}

/// That what was acknowledged is there field by field, and that the rest is whole or absent.
#[track_caller]
pub fn assert_all_kept(server: &TestServer, caller: &Caller, saves: &[Save]) -> Found {
    let mut found = Found::default();
    for save in saves {
        let id = save.acknowledged();
        let stored = match &id {
            Some(id) => server.user(Soap::V12, caller, "GetUser", &text("UserId", id)),
            None => {
                let name = text("UserName", &save.user.name());
                server.user(Soap::V12, caller, "GetUserFromName", &name)
            }
        };
        let stored = stored.result();
        if id.is_none() && stored.nil {
            found.absent += 1;
            continue;
        }
        save.user.assert_kept(&stored);
        match id {
            Some(_) => found.acknowledged += 1,
            None => found.unacknowledged += 1,
        }
    }
    found
}

/// That somebody whose save with a password was acknowledged can log in. One is enough: each
/// takes long.
#[track_caller]
pub fn assert_logs_in(server: &TestServer, saves: &[Save]) {
    let with_password = saves
        .iter()
        .find(|save| save.user.has_password() && save.acknowledged().is_some());
    if let Some(save) = with_password {
        let ticket = server.log_in(Soap::V12, &save.user.name(), SECRET);
        assert!(ticket.is_some(), "{}", save.user.key);
    }
}

/// What a log-in is answered.
#[track_caller]
pub fn log_in(server: &TestServer, name: &str, password: &str) -> Answer {
    let arguments = text("UserName", name) + &text("Password", password);
    let operation = "AuthenticateUsernamePassword";
    let anybody = Caller::Anonymous;
    let response = server.call(Soap::V12, PRINCIPAL, &anybody, operation, &arguments);
    Answer::of(Soap::V12, "AuthenticateResponse", &response)
}

/// A caller with a ticket that was got over the wire.
pub fn administrator(server: &TestServer) -> Caller {
    let password = crate::support::PASSWORD;
    Caller::Ticket(server.log_in(Soap::V12, "admin", password).unwrap())
}

/// Rows that are half of something.
const HALVES: [&str; 6] = [
    "SELECT associate_id FROM associate WHERE associate_id NOT IN (SELECT associate_id FROM userrolelink)",
    "SELECT associate_id FROM associate WHERE person_id NOT IN (SELECT person_id FROM person)",
    "SELECT associate_id FROM associate WHERE ejuserId <> 0 AND ejuserId NOT IN (SELECT id FROM ejuser)",
    "SELECT person_id FROM person WHERE person_id NOT IN (SELECT person_id FROM associate)",
    "SELECT id FROM ejuser WHERE id NOT IN (SELECT ejuserId FROM associate)",
    "SELECT Credentials_id FROM credentials WHERE associateId NOT IN (SELECT associate_id FROM associate)",
];

/// That a database is whole, by SQLite's own word and by what belongs together.
#[track_caller]
pub fn assert_sound(database: &Path) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = rusqlite::Connection::open_with_flags(database, flags).unwrap();
    let integrity: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    for rows in [&["PRAGMA foreign_key_check"][..], &HALVES].concat() {
        assert!(
            !database.prepare(rows).unwrap().exists([]).unwrap(),
            "{rows}"
        );
    }
}
