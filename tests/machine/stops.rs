//! SIGTERM and SIGINT under load.

use crate::answer::Answer;
use crate::load::{
    Save, administrator, assert_all_kept, assert_sound, envelope, request, save_all,
};
use crate::seeds::Seeded;
use crate::support::{Connection, Soap, TestServer, USER, eventually};
use std::io::Read;
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Seconds for requests under way in these tests, and what the program may take beyond them.
const STOP_SECONDS: u64 = 3;
const BEYOND: Duration = Duration::from_secs(12);

#[test]
fn what_is_under_way_is_answered_before_the_end() {
    const CLIENTS: usize = 12;
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path(), &[]);
    let caller = administrator(&server);
    let users = (0..CLIENTS).map(|_| Seeded::next());
    let mut clients: Vec<_> = users
        .map(|user| {
            let mut connection = server.connect();
            let envelope = envelope(&caller, &user);
            let whole = request("Expect: 100-continue\r\n", &envelope);
            let head = whole.len() - envelope.len();
            connection.send(&whole.as_bytes()[..head]);
            // The server says so itself that it has begun.
            assert_eq!(connection.response().status, 100);
            (connection, envelope, user)
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
    for (n, (connection, envelope, _)) in clients.iter_mut().enumerate() {
        connection.send(&envelope.as_bytes()[..sent(n, envelope)]);
    }
    server.signal("TERM");
    eventually("no connection is taken any more", || {
        TcpStream::connect(server.address).is_err()
    });
    let mut saved = Vec::new();
    for (n, (connection, envelope, user)) in clients.iter_mut().enumerate() {
        connection.send(&envelope.as_bytes()[sent(n, envelope)..]);
        let response = connection.response();
        assert_eq!(response.field("connection"), Some("close"));
        let stored = Answer::of(Soap::V11, "SaveUserResponse", &response).result();
        user.assert_kept(&stored);
        saved.push((stored.text_at("AssociateId").to_owned(), user));
        assert!(connection.is_closed());
    }
    assert_eq!(server.wait().code(), Some(0));

    assert_sound(&folder.path().join("services88.db"));
    let server = TestServer::on(folder.path(), &[]);
    for (id, user) in saved {
        let arguments = crate::answer::text("UserId", &id);
        let found = server.user(Soap::V12, &caller, "GetUser", &arguments);
        user.assert_kept(&found.result());
    }
}

#[test]
fn a_signal_under_load_loses_no_answer_and_no_idle_client_holds_it_up() {
    const CALLERS: usize = 8;
    const IDLE: usize = 50;
    for signal in ["TERM", "INT"] {
        let folder = tempfile::tempdir().unwrap();
        let seconds = STOP_SECONDS.to_string();
        let mut server = TestServer::on(folder.path(), &[("limits.stop_seconds", &seconds)]);
        let address = server.address;
        let caller = administrator(&server);
        let mut idle: Vec<_> = (0..IDLE).map(|_| server.connect()).collect();
        for connection in &mut idle {
            connection.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
            assert_eq!(connection.response().status, 200);
        }
        let mut slow: Vec<_> = (0..3).map(|_| server.connect()).collect();
        slow[0].send(b"GET /healthz HTTP/1.1\r\nHo");
        let begun = request("", &" ".repeat(1000));
        slow[1].send(&begun.as_bytes()[..begun.len() - 1]);

        let told = Mutex::new(None);
        let connections = (0..CALLERS).map(|_| server.connect()).collect();
        let saves = save_all(
            connections,
            &caller,
            |save, _| {
                let answer = save.answer.as_ref().unwrap();
                answer.field("connection") == Some("close")
            },
            || {
                std::thread::sleep(Duration::from_millis(400));
                *told.lock().unwrap() = Some(Instant::now());
                server.signal(signal);
            },
        );
        let told = told.into_inner().unwrap().unwrap();
        let status = server.wait();
        let time = told.elapsed();
        assert_eq!(status.code(), Some(0));
        assert!(
            time < Duration::from_secs(STOP_SECONDS) + BEYOND,
            "{time:?}"
        );
        assert!(TcpStream::connect(address).is_err());
        assert!(idle.iter_mut().all(Connection::is_closed));

        let lost = saves.iter().filter(|save| save.answer.is_none());
        let (before, after): (Vec<_>, Vec<_>) = lost.partition(|save| save.sent < told);
        assert!(
            before.is_empty(),
            "{} of {} are lost",
            before.len(),
            saves.len()
        );
        assert_eq!(saves.iter().find_map(Save::declined), None);
        assert_sound(&folder.path().join("services88.db"));
        let server = TestServer::on(folder.path(), &[]);
        let found = assert_all_kept(&server, &caller, &saves);
        assert!(found.acknowledged >= CALLERS);
        println!(
            "{signal}: {found:?}, {} sent too late, ended after {time:?}",
            after.len()
        );
    }
}

/// Answers that a client has asked for and is slow to read are not cut off, whether all of what it
/// has sent was read or not: a system resets connections that are closed with something unread.
#[test]
fn an_answer_that_is_being_read_slowly_is_finished() {
    for unread in [0, 10] {
        finishes_what_is_read_slowly(unread);
    }
}

fn finishes_what_is_read_slowly(unread: usize) {
    let mut server = TestServer::start();
    let mut connection = server.connect();
    let get = format!("GET {USER}?wsdl HTTP/1.1\r\nHost: a\r\n\r\n");
    // Their answers are more than the buffers of the system hold.
    connection.send(get.repeat(60).as_bytes());
    let first = connection.response();
    assert_eq!(first.status, 200);
    // These come when the server cannot write, and so does not read.
    std::thread::sleep(Duration::from_millis(300));
    connection.send(get.repeat(unread).as_bytes());
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(1500));
    // So slowly that the end of the last answer is still with the server's system when it closes.
    let mut rest = Vec::new();
    let mut piece = [0; 16 * 1024];
    while let Ok(count @ 1..) = connection.stream.read(&mut piece) {
        rest.extend_from_slice(&piece[..count]);
        std::thread::sleep(Duration::from_millis(10));
    }
    // The client had read the beginning of the second answer along with the first.
    let rest = connection.unread().iter().chain(&rest).copied();
    let rest = String::from_utf8(rest.collect()).unwrap();
    let mut whole = 1;
    let mut at = 0;
    while at < rest.len() {
        let head = rest[at..].find("\r\n\r\n").unwrap() + 4;
        at += head + first.body.len();
        assert!(at <= rest.len(), "{} bytes are missing", at - rest.len());
        whole += 1;
    }
    assert_eq!(server.wait().code(), Some(0));
    println!("{whole} answers, each of {} bytes", first.body.len());
}
