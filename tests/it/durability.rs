//! What was acknowledged is kept, whatever happens to the program.

use crate::answer::{Answer, Node, element, text};
use crate::support::{Caller, Connection, Response, Soap, TestServer, USER, eventually};
use rusqlite::OpenFlags;
use std::path::Path;
use std::sync::Mutex;

/// A request on a connection that stays open.
fn request(fields: &str, envelope: &str) -> String {
    format!(
        "POST {USER} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\n{fields}Content-Length: {}\r\n\r\n{envelope}",
        Soap::V11.content_type(),
        envelope.len()
    )
}

/// An envelope that creates a user with something in every table that a save writes to.
fn creation(caller: &Caller, name: &str) -> String {
    let pair = text("Key", "marker") + &text("Value", name);
    let license = text("Name", "visible-for") + &text("Assigned", "true");
    let license = element("ModuleLicenseLink", &license);
    let owner = text("Name", "SUPEROFFICE") + &element("UnrestrictedModuleLicenses", &license);
    let user = text("Name", name)
        + &text("Tooltip", name)
        + &element("LicenseOwners", &element("LicenseOwner", &owner))
        + &element("OtherGroups", &element("UserGroup", &text("Id", "3")))
        + &element("Person", &text("Firstname", name))
        + &text("RequestSignature", name)
        + &element(
            "TicketCategories",
            &element("MDOListItem", &text("Id", "2")),
        )
        + &element("ExtraFields", &element("StringKeyValuePair", &pair));
    Soap::V11.envelope(caller, "SaveUser", &element("User", &user))
}

/// That a user is there with all that was sent.
fn assert_complete(user: &Node, name: &str) {
    for path in [
        "Name",
        "Tooltip",
        "Person/Firstname",
        "RequestSignature",
        "ExtraFields/StringKeyValuePair/Value",
    ] {
        assert_eq!(user.text_at(path), name, "{path}");
    }
    assert_eq!(user.text_at("OtherGroups/UserGroup/Id"), "3");
    assert_eq!(user.text_at("TicketCategories/MDOListItem/Id"), "2");
    let owner = user.at("LicenseOwners/LicenseOwner/UnrestrictedModuleLicenses");
    let license = owner
        .children
        .iter()
        .find(|it| it.text_at("Name") == "visible-for");
    assert_eq!(license.unwrap().text_at("Assigned"), "true");
}

/// Saves users one after the other until the server is gone. `acknowledge` is told id and name of
/// each as soon as the answer is there.
fn save_until_the_end(
    connection: &mut Connection,
    caller: &Caller,
    names: impl Iterator<Item = String>,
    acknowledge: impl Fn(Acknowledged),
) {
    for name in names {
        connection.send(request("", &creation(caller, &name)).as_bytes());
        let Some(response) = connection.try_response("POST") else {
            return;
        };
        acknowledge(Acknowledged { name, response });
    }
}

struct Acknowledged {
    name: String,
    response: Response,
}

impl Acknowledged {
    fn id(&self) -> String {
        let answer = Answer::of(Soap::V11, "SaveUserResponse", &self.response);
        answer.result().text_at("AssociateId").to_owned()
    }
}

/// That the database is whole, by SQLite's own word.
fn assert_sound(data: &Path) {
    let path = data.join("services88.db");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = rusqlite::Connection::open_with_flags(path, flags).unwrap();
    let integrity: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    let mut check = database.prepare("PRAGMA foreign_key_check").unwrap();
    assert!(!check.exists([]).unwrap());
    let half_saved = "SELECT associate_id FROM associate
        WHERE associate_id NOT IN (SELECT associate_id FROM userrolelink)
           OR person_id NOT IN (SELECT person_id FROM person)";
    assert!(!database.prepare(half_saved).unwrap().exists([]).unwrap());
}

/// The server is killed by whoever gets a certain answer, before anything else happens: nothing
/// that is left to do after an answer would be done.
#[test]
fn kill_9_loses_no_acknowledged_user() {
    const ROUNDS: usize = 12;
    const WRITERS: usize = 4;
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path(), &[]);
    let caller = server.caller("admin");
    let mut all = Vec::new();
    for round in 0..ROUNDS {
        let acknowledged = Mutex::new(Vec::new());
        let connections: Vec<_> = (0..WRITERS).map(|_| server.connect()).collect();
        let victim = Mutex::new(server);
        std::thread::scope(|scope| {
            for (writer, mut connection) in connections.into_iter().enumerate() {
                let (caller, acknowledged, victim) = (&caller, &acknowledged, &victim);
                let names = (0..).map(move |n| format!("user {round} {writer} {n}"));
                scope.spawn(move || {
                    save_until_the_end(&mut connection, caller, names, |saved| {
                        let mut acknowledged = acknowledged.lock().unwrap();
                        acknowledged.push(saved);
                        if acknowledged.len() >= 8 + round {
                            victim.lock().unwrap().kill();
                        }
                    });
                });
            }
        });
        victim.into_inner().unwrap().wait();
        server = TestServer::on(folder.path(), &[]);
        assert_sound(folder.path());
        let acknowledged = acknowledged.into_inner().unwrap();
        assert!(acknowledged.len() >= 8 + round);
        for saved in acknowledged {
            let id = saved.id();
            assert_saved(&server, &caller, &id, &saved.name);
            all.push((id, saved.name));
        }
    }
    for (id, name) in all {
        assert_saved(&server, &caller, &id, &name);
    }
}

fn assert_saved(server: &TestServer, caller: &Caller, id: &str, name: &str) {
    let found = server.user(Soap::V12, caller, "GetUser", &text("UserId", id));
    assert_complete(&found.result(), name);
}

#[test]
fn what_is_under_way_is_answered_before_the_end() {
    const CLIENTS: usize = 12;
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path(), &[]);
    let caller = server.caller("admin");
    let envelopes = (0..CLIENTS).map(|n| creation(&caller, &format!("user {n}")));
    let mut clients: Vec<_> = envelopes
        .map(|envelope| {
            let mut connection = server.connect();
            let whole = request("Expect: 100-continue\r\n", &envelope);
            let head = whole.len() - envelope.len();
            connection.send(&whole.as_bytes()[..head]);
            // The server says so itself that it has begun.
            assert_eq!(connection.response().status, 100);
            (connection, envelope)
        })
        .collect();
    // Half of them have sent nearly all, the others nothing.
    let sent = |n: usize, envelope: &str| {
        if n.is_multiple_of(2) {
            envelope.len() - 1
        } else {
            0
        }
    };
    for (n, (connection, envelope)) in clients.iter_mut().enumerate() {
        connection.send(&envelope.as_bytes()[..sent(n, envelope)]);
    }
    server.signal("TERM");
    eventually("no connection is taken any more", || {
        std::net::TcpStream::connect(server.address).is_err()
    });
    let mut saved = Vec::new();
    for (n, (connection, envelope)) in clients.iter_mut().enumerate() {
        connection.send(&envelope.as_bytes()[sent(n, envelope)..]);
        let response = connection.response();
        assert_eq!(response.field("connection"), Some("close"));
        let user = Answer::of(Soap::V11, "SaveUserResponse", &response).result();
        saved.push(user.text_at("AssociateId").to_owned());
        assert!(connection.is_closed());
    }
    assert_eq!(server.wait().code(), Some(0));

    let server = TestServer::on(folder.path(), &[]);
    assert_sound(folder.path());
    for (n, id) in saved.iter().enumerate() {
        assert_saved(&server, &caller, id, &format!("user {n}"));
    }
}
