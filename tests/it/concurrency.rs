//! Many callers at once, and one user.

use crate::answer::{Node, element, text};
use crate::support::{Soap, TestServer};
use crate::users::{get, save};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A user in which every text holds a marker.
fn marked(id: &str, marker: &str) -> String {
    let pair = text("Key", marker) + &text("Value", marker);
    let fields = element("StringKeyValuePair", &pair);
    let user = text("AssociateId", id)
        + &text("Name", marker)
        + &text("Tooltip", marker)
        + &text("RequestSignature", marker)
        + &text("UserName", marker)
        + &text("NickName", marker)
        + &element("ExtraFields", &fields)
        + &element("CustomFields", &fields);
    element("User", &user)
}

/// The marker that a user holds everywhere.
#[track_caller]
fn marker_of(user: &Node) -> String {
    let marker = user.text_at("Name");
    for path in [
        "Tooltip",
        "RequestSignature",
        "UserName",
        "NickName",
        "ExtraFields/StringKeyValuePair/Key",
        "ExtraFields/StringKeyValuePair/Value",
        "CustomFields/StringKeyValuePair/Key",
        "CustomFields/StringKeyValuePair/Value",
    ] {
        assert_eq!(user.text_at(path), marker, "{path}");
    }
    for fields in ["ExtraFields", "CustomFields"] {
        assert_eq!(user.at(fields).children.len(), 1);
    }
    marker.to_owned()
}

#[test]
fn concurrent_saves_of_one_user_never_mix() {
    const WRITERS: usize = 16;
    const ROUNDS: usize = 5;
    let server = TestServer::start();
    let caller = server.caller("admin");
    let saved = save(&server, &caller, &marked("0", "first"));
    let id = saved.text_at("AssociateId");
    let done = AtomicBool::new(false);
    let reads = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (server, caller) = (&server, &caller);
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let marker = format!("marker {writer} {round} 😀");
                        let saved = save(server, caller, &marked(id, &marker));
                        assert_eq!(marker_of(&saved), marker);
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                marker_of(&get(&server, &caller, id));
                reads.fetch_add(1, Ordering::Relaxed);
            }
        });
        let failed = writers.into_iter().filter_map(|it| it.join().err()).count();
        done.store(true, Ordering::Relaxed);
        assert_eq!(failed, 0);
    });
    assert!(marker_of(&get(&server, &caller, id)).ends_with(&format!(" {} 😀", ROUNDS - 1)));
    assert!(reads.load(Ordering::Relaxed) > 0);
}

#[test]
fn of_users_who_want_the_same_name_at_once_one_gets_it() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let user = marked("0", "wanted");
    let winners = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| server.user(Soap::V11, &caller, "SaveUser", &user)))
            .collect();
        let answers = tries.into_iter().map(|it| it.join().unwrap());
        answers.filter(|answer| answer.exception.is_none()).count()
    });
    assert_eq!(winners, 1);
}
