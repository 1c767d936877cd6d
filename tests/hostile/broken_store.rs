//! A database that falls to pieces under a running server: callers are told that it does not work,
//! in the usual shape, and only the log says why.

use crate::answer::{Answer, Exception, text};
use crate::faults::{VERSIONS, credentials};
use crate::line::{Line, envelope, operations, path};
use crate::logs::assert_lines;
use crate::places::{call, write};
use crate::support::{PASSWORD, TestServer, USER};
use rusqlite::Connection;
use std::collections::BTreeMap;

fn database(server: &TestServer) -> Connection {
    Connection::open(server.data().join("services88.db")).unwrap()
}

/// That an exception tells of the database no more than that it failed.
#[track_caller]
fn tells_nothing(exception: &Exception, what: &str) {
    let said = "The database could not do its work.";
    assert_eq!(exception.message, said, "{what}");
    assert!(exception.parameters.is_empty(), "{what}");
}

/// Calls every operation with arguments that would do, in both versions; counts the answers.
fn call_all(server: &TestServer, ticket: &str) -> BTreeMap<String, usize> {
    let mut line = Line::to(server);
    let mut outcomes = BTreeMap::<String, usize>::new();
    for (index, (service, operation)) in operations().enumerate() {
        let arguments = match operation.name {
            "AuthenticateUsernamePassword" => text("UserName", "bob") + &text("Password", PASSWORD),
            _ if path(service) != USER => String::new(),
            _ => write(&call(operation)),
        };
        for soap in VERSIONS {
            let envelope = envelope(soap, &credentials(ticket), operation.name, &arguments);
            let response = line.post(soap, &path(service), &[], &envelope, &[]);
            let answer = Answer::of(soap, operation.response.name, &response);
            let what = format!("{} {index}", operation.name);
            let outcome = match &answer.exception {
                None => "done".to_owned(),
                Some(exception) => {
                    if exception.class == "SoDbAccessException" {
                        tells_nothing(exception, &what);
                    }
                    exception.class.clone()
                }
            };
            *outcomes.entry(outcome).or_default() += 1;
        }
    }
    outcomes
}

/// Drops all tables by another connection.
pub fn drop_all_tables(server: &TestServer) {
    let database = database(server);
    database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let mut tables = database.prepare(tables).unwrap();
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let tables: Vec<_> = tables.map(Result::unwrap).collect();
    assert!(tables.len() > 30);
    for table in &tables {
        let dropped = database.execute_batch(&format!("DROP TABLE \"{table}\""));
        dropped.unwrap();
    }
}

#[test]
fn without_its_tables_every_operation_says_so_and_no_more() {
    for ticket_is_known in [true, false] {
        let server = TestServer::with(&[("log.level", "trace"), ("log.format", "json")]);
        server.add_user("bob", PASSWORD);
        let admin = server.caller("admin");
        let own = "<UserId>1</UserId>";
        if ticket_is_known {
            let user = server.user(VERSIONS[0], &admin, "GetUser", own);
            assert_eq!(user.result().text_at("Name"), "admin");
        }
        drop_all_tables(&server);
        let outcomes = call_all(&server, admin.ticket());
        println!("without tables: {outcomes:?}");
        assert!(outcomes["SoDbAccessException"] > 120, "{outcomes:?}");
        assert!(!outcomes.contains_key("SoServerException"));
        let health = server.get("/healthz", &[]);
        assert_eq!(health.status, 503, "{}", health.body);
        crate::clean::clean(&health);
        let log = server.log();
        assert!(log.contains("no such table"), "the operator is told");
        assert!(!log.contains(&admin.ticket()[10..30]) && !log.contains(PASSWORD));
        assert_lines(&log, true);
    }
}

#[test]
fn one_missing_table_spoils_only_what_needs_it() {
    let server = TestServer::start();
    server.add_user("bob", PASSWORD);
    let admin = server.caller("admin");
    let dropped = "PRAGMA foreign_keys = OFF; DROP TABLE service_auth;";
    database(&server).execute_batch(dropped).unwrap();
    let mail = "<ServiceAuth><Server>'mail'</Server></ServiceAuth>";
    for (operation, arguments) in [
        ("SaveServiceAuth", mail),
        ("GetServiceAuth", "<ServiceAuthId>1</ServiceAuthId>"),
    ] {
        let refused = server
            .user(VERSIONS[1], &admin, operation, arguments)
            .refused();
        assert_eq!(refused.class, "SoDbAccessException");
        tells_nothing(&refused, operation);
    }
    let user = server.user(
        VERSIONS[0],
        &admin,
        "GetUserFromName",
        &text("UserName", "bob"),
    );
    assert_eq!(user.result().text_at("Name"), "bob");
    assert!(server.log_in(VERSIONS[1], "bob", PASSWORD).is_some());
}

#[test]
fn a_file_that_is_overwritten_is_not_told_of() {
    let server = TestServer::start();
    server.add_user("bob", PASSWORD);
    let admin = server.caller("admin");
    database(&server)
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    let file = server.data().join("services88.db");
    let length = std::fs::metadata(&file).unwrap().len();
    // Cut short it would end the program, which maps it into memory.
    let garbage: Vec<u8> = (0..length).map(|at| (at * 31 % 251) as u8).collect();
    let mut open = std::fs::File::options().write(true).open(&file).unwrap();
    std::io::Write::write_all(&mut open, &garbage).unwrap();
    let outcomes = call_all(&server, admin.ticket());
    println!("overwritten: {outcomes:?}");
    assert_eq!(server.get("/healthz", &[]).status, 503);
    assert!(outcomes["SoDbAccessException"] > 100, "{outcomes:?}");
    assert_lines(&server.log(), true);
}
