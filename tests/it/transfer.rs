//! `services88 copy`: a whole installation goes to another place and works there. Each place is a
//! folder, or a database on the server that the tests have.

use crate::answer::text;
use crate::support::{
    Caller, Database, Soap, TestServer, USER, eventually, services88, services88_on,
};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Companies in a database that takes a while to copy.
const COMPANIES: i64 = 150_000;

/// How a server or command is told to use the file in its folder, whatever the tests have.
const IN_FILE: (&str, &str) = ("database", "");

/// Where the database of a folder is.
fn place(data: &Path) -> String {
    let database = Database::of(data);
    let address = database.address().map(str::to_owned);
    address.unwrap_or_else(|| data.to_str().unwrap().to_owned())
}

fn copy(from: &str, to: &str) -> Command {
    services88(&["copy", "--from", from, "--to", to])
}

fn ran(mut command: Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let [out, err] = [stdout, stderr].map(|it| String::from_utf8(it).unwrap());
    (status.code(), out, err)
}

#[track_caller]
fn succeeds(command: Command) -> (String, String) {
    let (code, out, err) = ran(command);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(!out.contains("DIFFERENT"), "{out}");
    (out, err)
}

#[track_caller]
fn fails(command: Command, expected: &str) {
    let (code, out, err) = ran(command);
    assert_eq!(code, Some(1), "{out}{err}");
    assert!(err.contains(expected), "{expected}: {err}");
}

/// Copies the key file, which a copy of the database does not bring.
fn bring_keys(from: &Path, to: &Path) {
    let [from, to] = [from, to].map(|it| it.join("services88.key"));
    if from.exists() {
        std::fs::copy(from, to).unwrap();
    }
}

/// The list of users as the program prints it, and the ticket that one of them has still.
#[track_caller]
fn assert_works(server: &TestServer, ticket: &str, users: &str, in_file: bool) {
    let mut list = services88_on(server.data(), &["user", "list"]);
    if in_file {
        list.env_remove("SERVICES88_DATABASE");
    }
    assert_eq!(succeeds(list).0, users);
    let caller = Caller::Ticket(ticket.to_owned());
    let answer = server.call(Soap::V11, USER, &caller, "GetUser", &text("UserId", "1"));
    assert!(answer.body.contains("admin"), "{}", answer.body);
}

#[test]
fn an_installation_moves_and_comes_back_with_all_who_work_in_it() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let [home, file, back] = folders.each_ref().map(tempfile::TempDir::path);
    let mut server = TestServer::on(home, &[]);
    server.add_user("kai", "Correct-Horse-8");
    let ticket = server.command(&["ticket", "new", "--user", "admin"], "");
    let users = server.command(&["user", "list"], "");
    let (_, warning) = succeeds(copy(&place(home), &place(back)));
    assert!(warning.contains("the source is in use"), "{warning}");
    fails(copy(&place(home), &place(back)), "holds an installation");
    server.signal("TERM");
    server.wait();

    // Never onto the server.
    let (out, err) = succeeds(copy(&place(home), file.to_str().unwrap()));
    assert!(
        out.starts_with("table ") && out.contains("associate "),
        "{out}"
    );
    assert!(
        err.contains("copying ") && err.contains("comparing "),
        "{err}"
    );
    bring_keys(home, file);
    bring_keys(home, back);
    let users = users.as_str();
    let moved = TestServer::on(file, &[IN_FILE]);
    assert_works(&moved, ticket.trim(), users, true);
    drop(moved);
    let next = tempfile::tempdir().unwrap();
    let (out, _) = succeeds(copy(file.to_str().unwrap(), &place(next.path())));
    let is_named = |keys: &str| out.contains(keys);
    match Database::of(home).address() {
        Some(_) => assert!(
            is_named("of every node") && is_named("services88.key"),
            "{out}"
        ),
        None => assert!(is_named("there are no secrets"), "{out}"),
    }
    bring_keys(home, next.path());
    assert_works(
        &TestServer::on(next.path(), &[]),
        ticket.trim(),
        users,
        false,
    );
    assert_works(&TestServer::on(back, &[]), ticket.trim(), users, false);
}

/// An installation with many rows, which nobody uses.
fn large(data: &Path) {
    drop(TestServer::on(data, &[]));
    Database::of(data).execute(&format!(
        "INSERT INTO contact (name, department)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {COMPANIES})
         SELECT 'Company ' || i, 'Department ' || i FROM n"
    ));
}

/// Starts a copy and kills it a moment after it has begun to copy. Says whether it was over by then.
fn killed(mut copy: Command, moment: Duration) -> bool {
    let mut process = copy
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut err = BufReader::new(process.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("copying ") && !said.contains("comparing ") {
        assert!(err.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let end = Instant::now() + moment;
    while Instant::now() < end && process.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let is_over = process.try_wait().unwrap().is_some();
    process.kill().unwrap();
    process.wait().unwrap();
    is_over
}

fn random(end: u64) -> u64 {
    RandomState::new().build_hasher().finish() % end
}

/// Whether the mark of a copy is on a database.
fn is_marked(data: &Path) -> bool {
    let tables = Database::of(data).tables();
    tables.iter().any(|(name, _)| name == "services88_copy")
}

#[test]
fn a_copy_that_is_killed_is_no_database_and_goes_on() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    large(from.path());
    let [source, target] = [&from, &to].map(|it| place(it.path()));
    let mut times = 0;
    for _ in 0..8 {
        let moment = Duration::from_millis(random(1000));
        if killed(copy(&source, &target), moment) {
            break;
        }
        times += 1;
        let serve = services88_on(to.path(), &["serve", "--listen", "127.0.0.1:0"]);
        if is_marked(to.path()) {
            fails(serve, "a part of a copy only");
        }
    }
    println!("killed {times} times");
    if is_marked(to.path()) {
        let (_, said) = succeeds(copy(&source, &target));
        assert!(said.contains("going on behind"), "{said}");
    }
    let companies = Database::of(to.path()).number("SELECT count(*) FROM contact");
    assert!(companies > COMPANIES, "{companies}");
    bring_keys(from.path(), to.path());
    let server = TestServer::on(to.path(), &[]);
    eventually("it answers", || server.get("/healthz", &[]).status == 200);
}

#[test]
fn a_difference_is_an_error_until_the_copy_begins_anew() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    large(from.path());
    let [source, target] = [&from, &to].map(|it| place(it.path()));
    loop {
        let is_over = killed(copy(&source, &target), Duration::from_millis(200));
        assert!(!is_over, "it was too fast");
        if Database::of(to.path()).number("SELECT count(*) FROM contact") > 1000 {
            break;
        }
    }
    let change = "UPDATE contact SET name = 'Another' WHERE contact_id = 1";
    Database::of(from.path()).execute(change);
    let (code, out, err) = ran(copy(&source, &target));
    assert_eq!(code, Some(1), "{err}");
    let different: Vec<_> = out.lines().filter(|it| it.contains("DIFFERENT")).collect();
    assert!(
        different.len() == 1 && different[0].starts_with("contact "),
        "{out}"
    );
    assert!(err.contains("begin anew with --restart"), "{err}");
    assert!(is_marked(to.path()));
    let mut restart = copy(&source, &target);
    restart.arg("--restart");
    succeeds(restart);
    assert!(!is_marked(to.path()));
}

#[test]
fn places_that_make_no_sense_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fails(copy(&path("none"), &path("new")), "cannot be read");
    assert!(!folder.path().join("new").exists());
    fails(
        copy("postgres://somebody@127.0.0.1", &path("new")),
        "the name of a database",
    );
    fails(
        copy("postgres://somebody:secret@127.0.0.1:1/none", &path("new")),
        "cannot copy from postgres://127.0.0.1:1/none",
    );
    let nothing = services88(&["copy"]).output().unwrap();
    assert_eq!(nothing.status.code(), Some(2));
}
