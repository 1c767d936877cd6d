//! Callers who work at the same time, on connections that are kept, filled ahead or left half-way:
//! each sees what is its own.

use crate::answer::{Answer, Node, element, text};
use crate::clean::clean;
use crate::faults::credentials;
use crate::line::envelope;
use crate::support::{Caller, Connection, PASSWORD, Soap, TestServer, USER};

const ROUNDS: usize = 12;
/// In all that one of them has, and nowhere else.
const MARKS: [&str; 3] = ["Zaphod4711", "Trillian0815", "Marvin2342"];

fn request(soap: Soap, caller: &Caller, operation: &str, arguments: &str) -> String {
    let envelope = envelope(soap, &credentials(caller.ticket()), operation, arguments);
    let media = soap.content_type();
    format!(
        "POST {USER} HTTP/1.1\r\nHost: a\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n{envelope}",
        envelope.len()
    )
}

fn imap(mark: &str) -> String {
    let members = ["PublicValue", "SecretValue", "Comment"];
    let members: String = members.iter().map(|name| text(name, mark)).collect();
    text("Type", "imap") + &element("Credentials", &members)
}

/// An answer that shows a caller nothing of the others.
#[track_caller]
fn own_answer(connection: &mut Connection, soap: Soap, operation: &str, own: &str) -> Node {
    let response = connection.response();
    clean(&response);
    for mark in MARKS.iter().filter(|mark| **mark != own) {
        assert!(
            !response.body.contains(mark),
            "{own} sees {}",
            response.body
        );
    }
    Answer::of(soap, &format!("{operation}Response"), &response).response
}

/// What a caller asks over and over, and what holds the caller's mark in the answer.
fn calls(mark: &str, id: &str) -> [(&'static str, String, bool); 5] {
    let unknown = text("CommandName", mark);
    [
        ("SaveUntrustedCredentials", imap(mark), false),
        ("GetUntrustedCredentials", text("Type", "imap"), true),
        ("GetUserInfo", text("UserInfoId", id), true),
        // Refused, and says what was asked for.
        ("ExecuteUserCommand", unknown, true),
        ("GetServiceAuth", text("ServiceAuthId", "999"), false),
    ]
}

fn work(server: &TestServer, mark: &str, id: &str, caller: &Caller, thread: usize) -> usize {
    let soap = [Soap::V11, Soap::V12][thread % 2];
    let mut connection = server.connect();
    let mut seen = 0;
    for round in 0..ROUNDS {
        let calls = calls(mark, id);
        // One after the other, or all of them ahead of the first answer.
        let ahead = (round + thread).is_multiple_of(2);
        let requests = calls
            .each_ref()
            .map(|(operation, arguments, _)| request(soap, caller, operation, arguments));
        if ahead {
            connection.send(requests.concat().as_bytes());
        }
        for (request, (operation, _, is_marked)) in requests.iter().zip(&calls) {
            if !ahead {
                connection.send(request.as_bytes());
            }
            let answer = own_answer(&mut connection, soap, operation, mark);
            let found = format!("{answer:?}").contains(mark);
            assert!(found || !is_marked, "{operation} of {mark}: {answer:?}");
            seen += 1;
        }
        // Others of the same caller are left in the middle of a request or of an answer.
        let mut left = server.connect();
        match round % 3 {
            0 => left.send(&requests[1].as_bytes()[..requests[1].len() / 2]),
            1 => left.send(requests.concat().as_bytes()),
            _ => {
                left.send(requests[1].as_bytes());
                left.send(&requests[2].as_bytes()[..requests[2].len() - 9]);
                own_answer(&mut left, soap, "GetUntrustedCredentials", mark);
                seen += 1;
            }
        }
        drop(left);
    }
    seen
}

#[test]
fn nobody_sees_what_is_somebody_elses() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let callers = MARKS.map(|mark| {
        server.add_user(mark, PASSWORD);
        let found = server.user(
            Soap::V11,
            &admin,
            "GetUserFromName",
            &text("UserName", mark),
        );
        let id = found.result().text_at("AssociateId").to_owned();
        (mark, id, server.caller(mark))
    });
    let seen: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..9)
            .map(|thread| {
                let (server, (mark, id, caller)) = (&server, &callers[thread % MARKS.len()]);
                scope.spawn(move || work(server, mark, id, caller, thread))
            })
            .collect();
        threads.into_iter().map(|it| it.join().unwrap()).sum()
    });
    assert!(seen > 500, "{seen}");
    println!(
        "{seen} answers to {} callers on {} connections",
        MARKS.len(),
        9 * (ROUNDS + 1)
    );
    // What was cut off in the middle did nothing, and what came whole was done for its caller.
    for (mark, _, caller) in &callers {
        let own = server.user(
            Soap::V12,
            caller,
            "GetUntrustedCredentials",
            &text("Type", "imap"),
        );
        let own = own.result();
        assert_eq!(own.children.len(), 1);
        assert_eq!(own.children[0].text_at("SecretValue"), *mark);
    }
}
