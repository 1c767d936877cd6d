//! Who may manage external users, and what becomes of them.

use super::*;
use crate::service::testing::{Office, caller, fields, refusal};
use crate::session::LogIn;
use std::net::Ipv4Addr;

const RIGHT: &str = "admin-audience";
const FIRST: &str = "first secret";

/// An office with two customers, 71 and 72, each with a person of the same number.
fn office() -> Office {
    let office = Office::open();
    office.execute("INSERT INTO contact (contact_id, name) VALUES (71, 'One'), (72, 'Two')");
    office.execute(
        "INSERT INTO person (person_id, contact_id, firstname, email)
         VALUES (71, 71, 'Ann', 'ann@one.example'), (72, 72, 'Bob', 'bob@two.example')",
    );
    office
}

fn create(person_id: i32, name: &str) -> CreateExternalUser {
    CreateExternalUser {
        person_id,
        user_name: Some(name.into()),
        password: Some(FIRST.into()),
        role_id: 10,
        is_active: true,
    }
}

fn set(associate_id: i32, flags: ExternalUserInfoModification) -> SetExternalUserInfo {
    SetExternalUserInfo {
        associate_id,
        user_name: Some("renamed".into()),
        password: Some("second secret".into()),
        is_active: false,
        role_id: 10,
        external_user_info_modification: flags,
    }
}

fn log_in(office: &Office, name: &str, password: &str) -> Option<LogIn> {
    let sessions = &office.installation.sessions;
    let found = sessions.log_in(name, Some(password), Ipv4Addr::LOCALHOST.into());
    found.expect("an answer")
}

/// Somebody of a customer who may manage its users.
fn manager(id: i32, company: i32) -> Caller {
    Caller {
        contact_id: company,
        ..caller(id, UserType::ExternalAssociate, &[RIGHT])
    }
}

const NAME: ExternalUserInfoModification = ExternalUserInfoModification::USER_NAME;
const WORD: ExternalUserInfoModification = ExternalUserInfoModification::PASSWORD;
const ACTIVE: ExternalUserInfoModification = ExternalUserInfoModification::ACTIVE;

#[test]
fn only_what_the_flags_name_changes() {
    let office = office();
    let id = office.call(create(71, "")).expect("created");
    let made = office.get(id).expect("user");
    assert_eq!(made.name.as_deref(), Some("ann@one.example"));
    assert_eq!(made.role.as_ref().map(|role| role.id), Some(10));
    assert!(log_in(&office, "ann@one.example", FIRST).is_some());

    let nothing = ExternalUserInfoModification::UNDEFINED_VALUE16;
    office.call(set(id, nothing)).expect("nothing");
    assert_eq!(
        office.get(id).as_ref().map(|user| &user.name),
        Some(&made.name)
    );
    assert!(log_in(&office, "ann@one.example", FIRST).is_some());

    office.call(set(id, NAME)).expect("renamed");
    let ticket = log_in(&office, "renamed", FIRST).expect("still").ticket;
    office.call(set(id, WORD)).expect("changed");
    assert!(office.installation.sessions.authenticate(&ticket).is_err());
    let ticket = log_in(&office, "renamed", "second secret")
        .expect("new")
        .ticket;
    office.call(set(id, ACTIVE)).expect("switched off");
    assert!(office.installation.sessions.authenticate(&ticket).is_err());
    assert!(log_in(&office, "renamed", "second secret").is_none());
    let on = SetExternalUserInfo {
        is_active: true,
        ..set(id, ACTIVE)
    };
    office.call(on).expect("switched on");
    assert!(office.installation.sessions.authenticate(&ticket).is_err());
    assert!(log_in(&office, "renamed", "second secret").is_some());
}

#[test]
fn a_user_who_is_not_active_cannot_log_in() {
    let office = office();
    let passive = CreateExternalUser {
        is_active: false,
        ..create(71, "passive")
    };
    let id = office.call(passive).expect("created");
    assert!(log_in(&office, "passive", FIRST).is_none());
    let info = office.call(GetUserInfo { user_info_id: id });
    assert!(!info.expect("info").expect("user").can_logon);
}

#[test]
fn a_generated_password_keeps_the_rules_and_works() {
    let office = office();
    office.execute("UPDATE password_rules SET min_uppercase = 2, min_special = 3");
    let strict = CreateExternalUser {
        password: Some("AB-..longer".into()),
        ..create(71, "ann")
    };
    office.call(strict).expect("created");
    let generate = |name: &str| {
        let associate_name = Some(name.to_owned());
        office.call(GenerateNewPasswordForExternalUser { associate_name })
    };
    let password = generate("ANN").expect("made").expect("password");
    assert!(log_in(&office, "ann", &password).is_some());
    assert!(log_in(&office, "ann", "AB-..longer").is_none());
    assert_eq!(refusal(generate("nobody")), Exception::NotFound);
    assert_eq!(refusal(generate("")), Exception::NotFound);
    assert_eq!(refusal(generate("boss")), Exception::IllegalOperation);
}

#[test]
fn a_customer_manages_its_own_people_and_no_others() {
    let office = office();
    let [ann, bob] = [(71, "ann"), (72, "bob")]
        .map(|(person, name)| office.call(create(person, name)).expect("created"));
    let state = "SELECT count(*) FROM associate WHERE type = 4 AND name <> 'renamed'";
    let manager = manager(900, 71);
    let powerless = Caller {
        contact_id: 71,
        ..caller(901, UserType::ExternalAssociate, &[])
    };
    let anonymous = Caller {
        contact_id: 71,
        ..caller(902, UserType::AnonymousAssociate, &[RIGHT])
    };
    let nowhere = caller(903, UserType::ExternalAssociate, &[RIGHT]);
    let ordinary = caller(904, UserType::InternalAssociate, &[]);
    let illegal = Exception::IllegalOperation;
    let boss = office.administrator.associate_id;
    for (by, person, id, name) in [
        (&manager, 72, bob, "bob"),
        (&manager, 999, 999, "nobody"),
        (&manager, 1, boss, "boss"),
        (&powerless, 71, ann, "ann"),
        (&anonymous, 71, ann, "ann"),
        (&nowhere, 71, ann, "ann"),
        (&ordinary, 71, ann, "ann"),
    ] {
        assert_eq!(refusal(office.call_as(by, create(person, "new"))), illegal);
        assert_eq!(refusal(office.call_as(by, set(id, NAME))), illegal);
        let delete = DeleteExternalUser { associate_id: id };
        assert_eq!(refusal(office.call_as(by, delete)), illegal);
        let generate = GenerateNewPasswordForExternalUser {
            associate_name: Some(name.into()),
        };
        assert_eq!(refusal(office.call_as(by, generate)), illegal);
    }
    assert_eq!(office.number(state), 2);
    assert!(log_in(&office, "ann", FIRST).is_some());

    let second = office
        .call_as(&manager, create(71, "second"))
        .expect("created");
    office.call_as(&manager, set(ann, NAME)).expect("renamed");
    let delete = DeleteExternalUser {
        associate_id: second,
    };
    office.call_as(&manager, delete).expect("deleted");
    assert_eq!(
        office.number("SELECT count(*) FROM person WHERE person_id = 71"),
        1
    );
    let helper = caller(905, UserType::InternalAssociate, &[RIGHT]);
    office.call_as(&helper, set(bob, WORD)).expect("set");
}

#[test]
fn nobody_harms_the_own_user() {
    let office = office();
    office.execute("INSERT INTO role (Role_id, name, roleType) VALUES (50, 'Other', 1)");
    let ann = office.call(create(71, "ann")).expect("created");
    let own = manager(ann, 71);
    let role = SetExternalUserInfo {
        role_id: 50,
        ..set(ann, ExternalUserInfoModification::ROLE)
    };
    assert_eq!(
        refusal(office.call_as(&own, role)),
        Exception::IllegalOperation
    );
    assert_eq!(
        refusal(office.call_as(&own, set(ann, ACTIVE))),
        Exception::IllegalOperation
    );
    let delete = DeleteExternalUser { associate_id: ann };
    assert_eq!(
        refusal(office.call_as(&own, delete)),
        Exception::IllegalOperation
    );
    office.call_as(&own, set(ann, NAME)).expect("renamed");
    assert!(log_in(&office, "renamed", FIRST).is_some());
}

#[test]
fn what_cannot_be_saved_leaves_nothing() {
    let office = office();
    let ann = office.call(create(71, "ann")).expect("created");
    let before = office.get(ann);
    let rows = "SELECT count(*) FROM associate";
    let count = office.number(rows);
    let with_role = |role_id| CreateExternalUser {
        role_id,
        ..create(72, "new")
    };
    for role in [0, 1, 999] {
        assert_eq!(fields(office.call(with_role(role))), ["Role"], "{role}");
    }
    let weak = CreateExternalUser {
        password: None,
        ..create(72, "new")
    };
    assert_eq!(refusal(office.call(weak)), Exception::InvalidPassword);
    assert_eq!(
        refusal(office.call(create(999, "new"))),
        Exception::NotFound
    );
    assert!(fields(office.call(create(72, "ANN"))).contains(&"Name".to_owned()));
    assert_eq!(office.number(rows), count);

    let blank = SetExternalUserInfo {
        user_name: Some(" ".into()),
        ..set(ann, NAME)
    };
    assert_eq!(fields(office.call(blank)), ["Name"]);
    let weak = SetExternalUserInfo {
        password: Some("short".into()),
        ..set(ann, NAME | WORD)
    };
    assert_eq!(refusal(office.call(weak)), Exception::InvalidPassword);
    let employee = SetExternalUserInfo {
        role_id: 1,
        ..set(ann, NAME | ExternalUserInfoModification::ROLE)
    };
    assert_eq!(fields(office.call(employee)), ["Role"]);
    let boss = office.administrator.associate_id;
    assert_eq!(
        refusal(office.call(set(boss, NAME))),
        Exception::IllegalOperation
    );
    assert_eq!(refusal(office.call(set(999, NAME))), Exception::NotFound);
    assert_eq!(office.get(ann), before);
}
