//! Whom hints lead to, and who is made.

use super::*;
use crate::service::testing::{Office, fields, refusal};
use std::net::Ipv4Addr;

const DIRECTORY: &str = "ActiveDirectory";
const SUPER_ID: &str = "CentralSuperIdCredential";

/// An office with a customer 71 and four of its people.
fn office() -> Office {
    let office = Office::open();
    office.execute("INSERT INTO contact (contact_id, name) VALUES (71, 'One'), (72, 'Two')");
    office.execute(
        "INSERT INTO person (person_id, contact_id, firstname, middleName, lastname, email,
             direct_phone, retired)
         VALUES (71, 71, 'Ann', 'B.', 'Li', 'ann@one.example', '+47 22 33 44 55', 0),
             (72, 71, 'Bob', '', 'Li', 'team@one.example', '22 00 00 01', 0),
             (73, 71, 'Eve', '', 'Øst', 'team@one.example', '22000001', 0),
             (74, 71, 'Old', '', 'Man', 'old@one.example', '', 1),
             (75, 72, 'Ann', '', 'Li', 'ann@two.example', '', 0)",
    );
    office
}

fn account(number: u32) -> Credential {
    of_type(SUPER_ID, &format!("account{number}@example.com"))
}

fn question(number: u32) -> ResolveUserFromInfo {
    ResolveUserFromInfo {
        contact_id: 71,
        user_type: UserType::ExternalAssociate,
        credential: Some(account(number)),
        ..ResolveUserFromInfo::default()
    }
}

fn resolve(office: &Office, question: ResolveUserFromInfo) -> (User, bool) {
    let resolved = office.call(question).expect("resolved").expect("answer");
    (resolved.user.expect("user"), resolved.person_created)
}

fn person_id(user: &User) -> i32 {
    user.person.as_ref().map_or(0, |person| person.person_id)
}

#[test]
fn the_first_hint_counts_that_fits_one_person() {
    let office = office();
    let texts = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
    let ann = ResolveUserFromInfo {
        emails: texts(&["", "ANN@one.example"]),
        phone_numbers: texts(&["22000001"]),
        ..question(1)
    };
    let by_phone = ResolveUserFromInfo {
        emails: texts(&["team@one.example"]),
        phone_numbers: texts(&["0047 2233-4455"]),
        ..question(2)
    };
    let by_name = ResolveUserFromInfo {
        emails: texts(&["team@one.example"]),
        phone_numbers: texts(&["22000001"]),
        person_name: Some("Øst, EVE".into()),
        ..question(3)
    };
    for (question, person, created) in [(ann, 71, false), (by_name, 73, false)] {
        let (user, person_created) = resolve(&office, question);
        assert_eq!((person_id(&user), person_created), (person, created));
        assert_eq!(user.r#type, UserType::ExternalAssociate);
    }
    // The user whom the telephone leads to logs in with another account.
    let refused = office.call(by_phone);
    assert_eq!(refusal(refused), Exception::IllegalOperation);
    for (number, name) in [(4, "Old Man"), (5, "Ann C. Li"), (6, "Li")] {
        let unknown = ResolveUserFromInfo {
            person_name: Some(name.into()),
            ..question(number)
        };
        assert!(resolve(&office, unknown).1, "{name}");
    }
}

#[test]
fn the_credential_comes_first_and_leads_to_the_same_user_again() {
    let office = office();
    let new = ResolveUserFromInfo {
        person_name: Some("Per Arne Ås".into()),
        emails: Some(vec!["per@one.example".into()]),
        phone_numbers: Some(vec!["12345678".into(), "87654321".into()]),
        ..question(1)
    };
    let (made, created) = resolve(&office, new);
    assert!(created);
    let person = made.person.as_ref().expect("person");
    assert_eq!(person.firstname.as_deref(), Some("Per Arne"));
    assert_eq!(person.lastname.as_deref(), Some("Ås"));
    assert_eq!(person.contact_id, 71);
    assert_eq!(person.mobile_phone.as_deref(), Some("87654321"));
    assert_eq!(made.user_name.as_deref(), Some("per@one.example"));
    assert_eq!(office.get(made.associate_id).as_ref(), Some(&made));
    let info = office.call(GetUserInfo {
        user_info_id: made.associate_id,
    });
    assert!(info.expect("info").expect("user").can_logon);

    let rows = "SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM associate)";
    let before = office.number(rows);
    let again = ResolveUserFromInfo {
        emails: Some(vec!["ann@one.example".into()]),
        ..question(1)
    };
    assert_eq!(resolve(&office, again), (made.clone(), false));
    let elsewhere = ResolveUserFromInfo {
        contact_id: 72,
        ..question(1)
    };
    assert_eq!(refusal(office.call(elsewhere)), Exception::IllegalOperation);
    let employee = ResolveUserFromInfo {
        user_type: UserType::InternalAssociate,
        ..question(1)
    };
    assert_eq!(refusal(office.call(employee)), Exception::IllegalOperation);
    assert_eq!(office.number(rows), before);
}

#[test]
fn a_password_makes_a_user_and_changes_none() {
    let office = office();
    let with = |name: &str, password: &str| ResolveUserFromInfo {
        emails: Some(vec!["ann@one.example".into()]),
        credential: Some(Credential {
            display_value: Some(name.into()),
            ..of_type(PASSWORD, password)
        }),
        ..question(0)
    };
    let sessions = &office.installation.sessions;
    let log_in = |password| {
        let found = sessions.log_in("ann", Some(password), Ipv4Addr::LOCALHOST.into());
        found.expect("an answer").is_some()
    };
    assert_eq!(
        refusal(office.call(with("ann", "short"))),
        Exception::InvalidPassword
    );
    let (made, created) = resolve(&office, with("ann", "first secret"));
    assert_eq!((made.name.as_deref(), created), (Some("ann"), false));
    for name in ["ANN", "other"] {
        assert_eq!(resolve(&office, with(name, "second secret")).0, made);
    }
    assert!(log_in("first secret") && !log_in("second secret"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let office = office();
    let open = ResolveUserFromInfo {
        contact_id: 0,
        ..question(1)
    };
    assert_eq!(refusal(office.call(open)), Exception::InvalidArgument);
    let missing = ResolveUserFromInfo {
        contact_id: 99,
        ..question(1)
    };
    assert_eq!(refusal(office.call(missing)), Exception::NotFound);
    for credential in [
        None,
        Some(of_type("Magic", "x")),
        Some(of_type(SUPER_ID, "")),
    ] {
        let question = ResolveUserFromInfo {
            credential,
            ..question(1)
        };
        assert_eq!(refusal(office.call(question)), Exception::InvalidArgument);
    }
    let program = ResolveUserFromInfo {
        user_type: UserType::SystemAssociate,
        ..question(1)
    };
    assert_eq!(refusal(office.call(program)), Exception::IllegalOperation);
    let guest = ResolveUserFromInfo {
        credential: Some(of_type(DIRECTORY, "S-1-5-21-1-2-3-1")),
        ..question(1)
    };
    assert_eq!(refusal(office.call(guest)), Exception::IllegalOperation);
    let stranger = ResolveUserFromInfo {
        user_type: UserType::InternalAssociate,
        ..question(1)
    };
    assert_eq!(fields(office.call(stranger)), ["Person"]);
    assert_eq!(
        office.number("SELECT count(*) FROM person WHERE person_id > 75"),
        0
    );
}

#[test]
fn a_blank_user_around_a_credential_is_saved_with_its_person() {
    let office = office();
    office.execute(
        "INSERT INTO directory_user (credentialType, value, display_value, firstname, lastname,
             email)
         VALUES ('ActiveDirectory', 'S-1-5-21-1-2-3-1', 'kari', 'Kari', 'Li', 'kari@x.example')",
    );
    let make = |credential_type: &str, value: String, user_type| {
        office.call(CreateDefaultUserFromUserTypeAndCredential {
            user_type,
            contact_id: 1,
            credential_type: Some(credential_type.into()),
            credential_value: Some(value),
            credential_display_value: Some("CORP\\Per Arne Ås".into()),
        })
    };
    let internal = UserType::InternalAssociate;
    let persons = "SELECT count(*) FROM person";
    let before = office.number(persons);
    for (number, name) in [(1, "Kari.Li"), (2, "PerArne.Ås")] {
        let user = make(DIRECTORY, format!("S-1-5-21-1-2-3-{number}"), internal);
        let user = user.expect("made").expect("user");
        assert_eq!(user.name.as_deref(), Some(name));
        if number == 1 {
            assert_eq!(office.number(persons), before);
            assert_eq!(user.user_name.as_deref(), Some("kari@x.example"));
        }
        let saved = office.save(user).expect("saved");
        assert_eq!(saved.credentials.as_ref().map(Vec::len), Some(1));
        assert_eq!(saved.person.map(|person| person.contact_id), Some(1));
    }
    let value = || "x".to_owned();
    assert_eq!(
        refusal(make(PASSWORD, value(), internal)),
        Exception::IllegalOperation
    );
    assert_eq!(
        refusal(make("Magic", value(), internal)),
        Exception::InvalidArgument
    );
    assert_eq!(
        refusal(make(DIRECTORY, String::new(), internal)),
        Exception::InvalidArgument
    );
    let program = make(DIRECTORY, value(), UserType::SystemAssociate);
    assert_eq!(refusal(program), Exception::IllegalOperation);
}

#[test]
fn a_telephone_number_is_found_however_it_was_written_and_among_however_many() {
    let office = office();
    let by_phone = |number: u32, phone: &str| {
        let asked = ResolveUserFromInfo {
            phone_numbers: Some(vec![phone.into()]),
            ..question(number)
        };
        // Nothing is stored, so that each question finds the same.
        let credential = asked.credential.unwrap_or_default();
        let question = Question {
            company: 71,
            name: String::new(),
            phones: asked.phone_numbers.unwrap_or_default(),
            emails: Vec::new(),
            user_type: UserType::ExternalAssociate,
            credential,
        };
        let found = office.installation.store.read(|tx| question.person(tx));
        found.expect("read")
    };
    for written in [
        "+47 22 33 44 55",
        "004722334455",
        "(47) 22.33-44/55",
        "47\u{a0}22334455",
    ] {
        assert_eq!(by_phone(1, written), Some(71), "{written}");
    }
    for unknown in ["22334455", "", "4455", "+4722334456", "22000001"] {
        assert_eq!(by_phone(1, unknown), None, "{unknown}");
    }
    office.execute("UPDATE person SET direct_phone = '0047/22 33 44 55', mobile_phone = '(123) 45.67\u{a0}' WHERE person_id = 71");
    for written in ["+47 22 33 44 55", "1234567"] {
        assert_eq!(by_phone(1, written), Some(71), "{written}");
    }
    let steps = || office.work(|| assert_eq!(by_phone(1, "1234567"), Some(71)));
    let few = steps();
    office.execute(
        "WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)
         INSERT INTO person (person_id, contact_id, direct_phone, mobile_phone)
         SELECT 1000 + n, 71, '+47 9' || n, '+47 8' || n FROM numbers",
    );
    assert!(steps() <= few + few / 4, "{few}, {}", steps());
}
