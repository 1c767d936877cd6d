//! Passwords over the wire, shown by logging in.

use crate::answer::text;
use crate::support::{Caller, PASSWORD, Soap, TestServer};

const NEW: &str = "Better-Horse-9";
const NEWER: &str = "Best-Horse-11 ☃ & <æ>";

fn id_of(server: &TestServer, name: &str) -> String {
    let admin = server.caller("admin");
    let found = server.user(
        Soap::V11,
        &admin,
        "GetUserFromName",
        &text("UserName", name),
    );
    found.result().text_at("AssociateId").to_owned()
}

fn fits(server: &TestServer, name: &str, password: &str) -> bool {
    server.log_in(Soap::V12, name, password).is_some()
}

#[track_caller]
fn answer(
    server: &TestServer,
    caller: &Caller,
    operation: &str,
    arguments: &[(&str, &str)],
) -> String {
    let arguments = arguments.iter().map(|(name, value)| text(name, value));
    let arguments = arguments.collect::<String>();
    let answers = [Soap::V11].map(|soap| server.user(soap, caller, operation, &arguments));
    let [answer] = answers;
    match &answer.exception {
        Some(exception) => exception.class.clone(),
        None => answer.result().text,
    }
}

#[test]
fn an_ordinary_user_changes_the_own_password_and_no_other() {
    let server = TestServer::start();
    server.add_user("ann", PASSWORD);
    server.add_user("bob", PASSWORD);
    let [here, elsewhere] =
        [(); 2].map(|()| Caller::Ticket(server.log_in(Soap::V11, "ann", PASSWORD).unwrap()));
    let (ann, bob) = (id_of(&server, "ann"), id_of(&server, "bob"));
    let call =
        |operation: &str, arguments: &[(&str, &str)]| answer(&server, &here, operation, arguments);
    let own = |old: &str, new: &str| {
        call(
            "ChangeOwnPassword",
            &[("OldPassword", old), ("NewPassword", new)],
        )
    };
    assert_eq!(call("CanChangePassword", &[("AssociateId", &ann)]), "true");
    assert_eq!(own("wrong", NEW), "false");
    assert_eq!(own("", NEW), "false");
    assert_eq!(own(PASSWORD, "short"), "SoInvalidPasswordException");
    assert!(fits(&server, "ann", PASSWORD));
    assert_eq!(own(PASSWORD, NEW), "true");
    assert!(fits(&server, "ann", NEW) && !fits(&server, "ann", PASSWORD));
    // The session that did it goes on, the other has ended.
    assert_eq!(call("CanChangePassword", &[("AssociateId", &ann)]), "true");
    let ended = answer(
        &server,
        &elsewhere,
        "CanChangePassword",
        &[("AssociateId", &ann)],
    );
    assert_eq!(ended, "SoSessionException");
    let by_name = [
        ("AssociateName", "ANN"),
        ("OldPassword", NEW),
        ("NewPassword", NEWER),
    ];
    assert_eq!(call("ChangePasswordFromName", &by_name), "true");
    assert!(fits(&server, "ann", NEWER));

    assert_eq!(call("CanChangePassword", &[("AssociateId", &bob)]), "false");
    let types = call("GetSupportedChangePasswordTypes", &[("AssociateId", &bob)]);
    assert_eq!(types, "");
    for (operation, arguments) in [
        (
            "ChangePassword",
            vec![
                ("AssociateId", &*bob),
                ("OldPassword", PASSWORD),
                ("NewPassword", NEW),
            ],
        ),
        (
            "ChangePasswordFromName",
            vec![
                ("AssociateName", "bob"),
                ("OldPassword", PASSWORD),
                ("NewPassword", NEW),
            ],
        ),
        (
            "SetPassword",
            vec![("AssociateId", &bob), ("Password", NEW)],
        ),
        (
            "SetPassword",
            vec![("AssociateId", &ann), ("Password", NEW)],
        ),
        (
            "SetPasswordFromName",
            vec![("AssociateName", "bob"), ("Password", NEW)],
        ),
        ("SetGeneratedPassword", vec![("AssociateId", &bob)]),
        (
            "SetGeneratedPasswordFromName",
            vec![("AssociateName", "bob")],
        ),
    ] {
        let class = call(operation, &arguments);
        assert_eq!(class, "SoIllegalOperationException", "{operation}");
    }
    assert!(fits(&server, "bob", PASSWORD) && fits(&server, "ann", NEWER));
}

#[test]
fn an_administrator_sets_and_makes_up_passwords() {
    let server = TestServer::start();
    server.add_user("ann", PASSWORD);
    let admin = server.caller("admin");
    let ann = id_of(&server, "ann");
    let call =
        |operation: &str, arguments: &[(&str, &str)]| answer(&server, &admin, operation, arguments);
    let ticket = Caller::Ticket(server.log_in(Soap::V11, "ann", PASSWORD).unwrap());
    let set = [("AssociateId", &*ann), ("Password", NEW)];
    assert_eq!(call("SetPassword", &set), "true");
    assert!(fits(&server, "ann", NEW));
    let ended = answer(&server, &ticket, "ChangeOwnPassword", &[]);
    assert_eq!(ended, "SoSessionException");
    let set = [("AssociateName", "ann"), ("Password", NEWER)];
    assert_eq!(call("SetPasswordFromName", &set), "true");
    assert!(fits(&server, "ann", NEWER));
    let forced = [("AssociateId", &*ann), ("NewPassword", NEW)];
    assert_eq!(call("ChangePassword", &forced), "true");
    assert!(fits(&server, "ann", NEW));

    server.database().execute(
        "UPDATE password_rules SET min_characters = 24, min_numbers = 2, min_lowercase = 3,
             min_uppercase = 4, min_special = 5",
    );
    for (operation, argument) in [
        ("SetGeneratedPassword", ("AssociateId", &*ann)),
        ("SetGeneratedPasswordFromName", ("AssociateName", "ann")),
    ] {
        let password = call(operation, &[argument]);
        assert!(fits(&server, "ann", &password), "{operation}");
        assert_eq!(call("IsPasswordValid", &[("Password", &password)]), "true");
        assert!(!server.log().contains(&password));
    }
    let weak = text("Password", NEW);
    let result = server.user(Soap::V12, &admin, "IsPasswordValidWithReason", &weak);
    let result = result.result();
    assert_eq!(result.text_at("Result"), "false");
    assert!(result.text_at("Reason").contains("24"), "{result:?}");
    assert_eq!(call("IsPasswordValid", &[("Password", NEW)]), "false");
    let before = id_of(&server, "ann");
    for (operation, arguments) in [
        ("SetPassword", [("AssociateId", &*ann), ("Password", NEW)]),
        (
            "ChangePassword",
            [("AssociateId", &ann), ("NewPassword", NEW)],
        ),
    ] {
        let class = call(operation, &arguments);
        assert_eq!(class, "SoInvalidPasswordException", "{operation}");
    }
    assert_eq!(id_of(&server, "ann"), before);
    assert!(!fits(&server, "ann", NEW));
    let made = server.command(&["user", "passwd", "ann"], "");
    assert!(made.trim().len() >= 24 && fits(&server, "ann", made.trim()));
}

#[test]
fn a_user_administrator_cannot_take_over_a_general_one() {
    let server = TestServer::start();
    let ulf = server.caller("ulf");
    let call =
        |operation: &str, arguments: &[(&str, &str)]| answer(&server, &ulf, operation, arguments);
    assert_eq!(call("CanChangePassword", &[("AssociateId", "1")]), "false");
    for (operation, arguments) in [
        ("SetPassword", vec![("AssociateId", "1"), ("Password", NEW)]),
        (
            "SetPasswordFromName",
            vec![("AssociateName", "admin"), ("Password", NEW)],
        ),
        (
            "ChangePassword",
            vec![("AssociateId", "1"), ("NewPassword", NEW)],
        ),
        ("SetGeneratedPassword", vec![("AssociateId", "1")]),
        ("RemoveLicenses", vec![("AssociateId", "1")]),
        (
            "MakeRetired",
            vec![("AssociateId", "1"), ("Retired", "true")],
        ),
    ] {
        assert_eq!(
            call(operation, &arguments),
            "SoSentryException",
            "{operation}"
        );
    }
    assert!(fits(&server, "admin", PASSWORD));
    let nora = [("AssociateId", "2"), ("Password", NEW)];
    assert_eq!(call("SetPassword", &nora), "true");
    assert!(fits(&server, "nora", NEW));
}

#[test]
fn of_two_who_change_the_same_password_at_once_one_comes_first() {
    let server = TestServer::start();
    server.add_user("ann", PASSWORD);
    let ticket = server.log_in(Soap::V11, "ann", PASSWORD).unwrap();
    let candidates = ["Candidate-1", "Candidate-2", "Candidate-3", "Candidate-4"];
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads = candidates.map(|new| {
            let (server, ticket) = (&server, &ticket);
            scope.spawn(move || {
                let caller = Caller::Ticket(ticket.clone());
                let arguments = [("OldPassword", PASSWORD), ("NewPassword", new)];
                answer(server, &caller, "ChangeOwnPassword", &arguments)
            })
        });
        threads.map(|thread| thread.join().unwrap()).into()
    });
    let winners: Vec<_> = (0..candidates.len())
        .filter(|index| results[*index] == "true")
        .collect();
    assert_eq!(winners.len(), 1, "{results:?}");
    assert!(fits(&server, "ann", candidates[winners[0]]));
}
