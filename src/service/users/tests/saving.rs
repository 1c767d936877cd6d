//! What is saved comes back.

use super::*;

#[test]
fn the_printed_envelope_makes_a_user_each_time() {
    let office = Office::open();
    let first = office.save(printed()).expect("saved");
    let second = office.save(printed()).expect("saved again");
    assert!(first.associate_id > 0);
    assert_ne!(first.associate_id, second.associate_id);
    assert_ne!(first.name, second.name);
    assert_eq!(first.r#type, UserType::InternalAssociate);
    assert_eq!(
        first.role.as_ref().and_then(|role| role.value.as_deref()),
        Some("CRM User")
    );
    assert_eq!(first.user_group.as_ref().map(|group| group.id), Some(1));
    assert_eq!(group_ids(&first), [0; 0]);
    assert_eq!(first.credentials.as_deref(), Some(&[][..]));
    assert_eq!(first.ticket_categories.as_deref(), Some(&[][..]));
    assert_eq!(first.post_save_commands.as_deref(), Some(&[][..]));
    assert_eq!(first.extra_fields, pairs(&[("", Some(""))]));
    assert_eq!(first.custom_fields, pairs(&[("", Some(""))]));
    let person = first.person.as_ref().expect("person");
    assert_eq!(
        (person.contact_id, person.firstname.as_deref()),
        (1, Some(""))
    );
    assert_eq!(held(&first), ["user", "web"]);
    assert_eq!(office.get(second.associate_id), Some(second));
}

#[test]
fn every_writable_field_comes_back() {
    let office = Office::open();
    let given = complete();
    let saved = office.save(given.clone()).expect("saved");
    assert_eq!(office.get(saved.associate_id), Some(saved.clone()));

    let person = saved.person.clone().expect("person");
    let expected = Person {
        table_right: person.table_right.clone(),
        field_properties: person.field_properties.clone(),
        person_id: person.person_id,
        contact_id: 1,
        contact_name: person.contact_name.clone(),
        contact_department: text(""),
        contact_org_nr: text(""),
        contact_phone: text(""),
        contact_fax: text(""),
        contact_full_name: person.contact_name.clone(),
        full_name: text("Åse ☃ Lí"),
        formal_name: text("Ms Åse ☃ Lí"),
        ..given.person.clone().expect("person")
    };
    assert_eq!(person, expected);
    assert!(person.person_id > 0);

    assert_eq!(held(&saved), ["user", "web"]);
    assert_eq!(saved.role.as_ref().map(|role| role.id), Some(9));
    assert_eq!(saved.user_group.as_ref().map(|group| group.id), Some(2));
    assert_eq!(group_ids(&saved), [3, 1]);
    let categories = saved.ticket_categories.iter().flatten();
    assert_eq!(categories.map(|item| item.id).collect::<Vec<_>>(), [3, 2]);
    let credentials = saved.credentials.as_ref().expect("credentials");
    for (credential, kind) in credentials.iter().zip(["CRM5/PASSWORD", "ActiveDirectory"]) {
        let found = credential
            .r#type
            .as_ref()
            .and_then(|kind| kind.r#type.as_deref());
        assert_eq!(found, Some(kind));
        assert_eq!(credential.value.as_deref(), Some(""));
        assert_eq!(credential.display_value.as_deref(), Some("shown"));
    }
    let plain = User {
        table_right: saved.table_right.clone(),
        field_properties: saved.field_properties.clone(),
        associate_id: saved.associate_id,
        is_person_retired: true,
        license_owners: saved.license_owners.clone(),
        role: saved.role.clone(),
        user_group: saved.user_group.clone(),
        other_groups: saved.other_groups.clone(),
        person: saved.person.clone(),
        credentials: saved.credentials.clone(),
        ticket_categories: saved.ticket_categories.clone(),
        post_save_commands: Some(Vec::new()),
        ..given
    };
    assert_eq!(saved, plain);
}

#[test]
fn nil_texts_stay_nil() {
    let office = Office::open();
    let saved = office
        .save(User {
            name: text("nil"),
            nick_name: text("n"),
            person: Some(Person::default()),
            ..User::default()
        })
        .expect("saved");
    assert_eq!((saved.tooltip, saved.user_name), (None, None));
    assert_eq!(saved.request_signature, None);
    assert_eq!(saved.person.and_then(|person| person.title), None);
}

#[test]
fn saving_what_was_read_changes_nothing() {
    let office = Office::open();
    let mut user = complete();
    user.deleted = false;
    let saved = office.save(user).expect("saved");
    let again = office.save(saved.clone()).expect("saved again");
    assert_eq!(again, saved);
    let hash = "SELECT count(*) FROM credentials WHERE secret LIKE '$argon2id%'";
    assert_eq!(office.number(hash), 1);
}

#[test]
fn an_update_replaces_what_is_given_and_leaves_what_is_nil() {
    let office = Office::open();
    let id = office.save(complete()).expect("saved").associate_id;
    let before = office.get(id).expect("user");
    let nils = User {
        associate_id: id,
        nick_name: text("snø"),
        ..User::default()
    };
    let after = office.save(nils).expect("updated");
    assert_eq!(
        (after.name.as_deref(), after.rank),
        (before.name.as_deref(), 0)
    );
    assert!(!after.deleted && !after.waiting_for_approval);
    assert_eq!(after.person, before.person);
    assert_eq!(after.role, before.role);
    assert_eq!(after.user_group, before.user_group);
    assert_eq!(after.other_groups, before.other_groups);
    assert_eq!(after.ticket_categories, before.ticket_categories);
    assert_eq!(after.credentials, before.credentials);
    assert_eq!(after.extra_fields, before.extra_fields);
    assert_eq!(held(&after), ["user", "web"]);
    assert_eq!(after.ej_user_id, 4711);

    let emptied = User {
        associate_id: id,
        name: text("Renamed"),
        role: role(6),
        other_groups: Some(vec![group(1)]),
        ticket_categories: Some(Vec::new()),
        extra_fields: pairs(&[("a", Some("1"))]),
        custom_fields: pairs(&[]),
        license_owners: licenses(&[(4, "", false)]),
        person: Some(Person {
            lastname: text("not stored"),
            ..Person::default()
        }),
        ..User::default()
    };
    let after = office.save(emptied).expect("updated");
    assert_eq!(after.name.as_deref(), Some("Renamed"));
    assert_eq!(after.role.as_ref().map(|role| role.id), Some(6));
    assert_eq!(group_ids(&after), [1]);
    assert_eq!(after.ticket_categories.as_deref(), Some(&[][..]));
    assert_eq!(after.extra_fields, pairs(&[("a", Some("1"))]));
    assert_eq!(after.custom_fields, pairs(&[]));
    assert_eq!(held(&after), ["user"]);
    assert_eq!(after.person, before.person);
    let count = "SELECT updatedCount FROM associate WHERE name = 'Renamed'";
    assert_eq!(office.number(count), 2);
}

#[test]
fn a_text_of_the_longest_length_is_kept_whole() {
    let office = Office::open();
    let user = User {
        name: text(&"å".repeat(239)),
        tooltip: text(&"☃".repeat(254)),
        ..User::default()
    };
    let saved = office.save(user.clone()).expect("saved");
    assert_eq!((saved.name, saved.tooltip), (user.name, user.tooltip));
}

#[test]
fn rows_are_stamped() {
    let office = Office::open();
    office.installation.clock.advance(1000);
    let id = office.save(named("stamped")).expect("saved").associate_id;
    let by = format!("SELECT registered_associate_id FROM associate WHERE associate_id = {id}");
    assert_eq!(office.number(&by), office.administrator.associate_id);
    let same = format!(
        "SELECT registered = updated AND registered > '2020' FROM associate WHERE associate_id = {id}"
    );
    assert_eq!(office.number(&same), 1);
    office.installation.clock.advance(1000);
    office
        .save(User {
            associate_id: id,
            ..User::default()
        })
        .expect("saved");
    assert_eq!(office.number(&same), 0);
}

#[test]
fn saves_of_one_user_at_a_time_never_mix() {
    let office = Office::open();
    let id = office.save(named("busy")).expect("saved").associate_id;
    let version = |number: i16| User {
        associate_id: id,
        rank: number,
        tooltip: text(&number.to_string()),
        nick_name: text(&format!("nick{number}")),
        other_groups: Some(vec![group(2 + i32::from(number % 2))]),
        extra_fields: pairs(&[(&number.to_string(), None)]),
        ..User::default()
    };
    let is_whole = |user: &User| {
        let sent = version(user.rank);
        assert_eq!(user.tooltip, sent.tooltip);
        assert_eq!(user.nick_name, sent.nick_name);
        assert_eq!(user.extra_fields, sent.extra_fields);
        assert_eq!(group_ids(user), group_ids(&sent));
    };
    office.save(version(1)).expect("saved");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (office, version, is_whole) = (&office, &version, &is_whole);
            scope.spawn(move || {
                for number in 1..10 {
                    let sent = version(thread * 10 + number);
                    let saved = office.save(sent.clone()).expect("saved");
                    assert_eq!(saved.rank, sent.rank);
                    is_whole(&saved);
                    is_whole(&office.get(id).expect("user"));
                }
            });
        }
    });
    let count = format!("SELECT updatedCount FROM associate WHERE associate_id = {id}");
    assert_eq!(office.number(&count), 37);
}

#[test]
fn one_of_two_with_the_same_name_is_refused() {
    let office = Office::open();
    let saved = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| office.save(named("same"))))
            .collect();
        let results = threads
            .into_iter()
            .map(|thread| thread.join().expect("thread"));
        results.filter(Result::is_ok).count()
    });
    assert_eq!(saved, 1);
}

#[test]
fn secrets_are_hashed_kept_and_never_shown() {
    let office = Office::open();
    let with = |id, value: &str| User {
        associate_id: id,
        name: text("keeper"),
        credentials: Some(vec![credential("CRM5/PASSWORD", value)]),
        ..User::default()
    };
    let id = office
        .save(with(0, "open sesame"))
        .expect("saved")
        .associate_id;
    let secret = || {
        let rows = office
            .installation
            .store
            .read(|tx| Ok(credentials::of_user(tx, id)?));
        rows.expect("rows").remove(0).secret
    };
    assert!(password::verify("open sesame", &secret()));
    let ticket = office
        .installation
        .sessions
        .issue_ticket(id)
        .expect("ticket");

    let untouched = secret();
    office.save(with(id, "")).expect("saved");
    assert_eq!(secret(), untouched);
    office
        .installation
        .sessions
        .authenticate(&ticket)
        .expect("still in session");

    office.save(with(id, "close sesame")).expect("saved");
    assert!(password::verify("close sesame", &secret()));
    office
        .installation
        .sessions
        .authenticate(&ticket)
        .expect_err("session ended");
}

#[test]
fn a_new_password_is_good_although_the_old_one_had_ended() {
    let office = Office::open();
    let with = |id, value: &str| User {
        associate_id: id,
        name: text("Kåre Ærlig"),
        credentials: Some(vec![credential("CRM5/PASSWORD", value)]),
        ..User::default()
    };
    let log_in = |password| {
        let client = std::net::Ipv4Addr::LOCALHOST.into();
        let sessions = &office.installation.sessions;
        let found = sessions.log_in("kÅRE æRLIG", Some(password), client);
        found.expect("an answer").is_some()
    };
    let id = office
        .save(with(0, "open sesame"))
        .expect("saved")
        .associate_id;
    office.execute("UPDATE credentials SET validTo = '2001-01-01T00:00:00'");
    office.save(with(id, "")).expect("saved");
    assert!(!log_in("open sesame"));
    office.save(with(id, "close sesame")).expect("saved");
    assert!(log_in("close sesame"));
}

#[test]
fn a_new_password_of_ones_own_keeps_the_session_that_set_it() {
    let office = Office::open();
    let sessions = &office.installation.sessions;
    let own = office.administrator.associate_id;
    let [kept, other] = [(); 2].map(|()| sessions.issue_ticket(own).expect("ticket"));
    let mut caller = office.administrator.clone();
    caller.ticket_key = sessions
        .authenticate(&kept)
        .expect("valid")
        .ticket_key
        .clone();
    let user = User {
        associate_id: own,
        credentials: Some(vec![credential("CRM5/PASSWORD", "brand new one")]),
        ..User::default()
    };
    office
        .call_as(&caller, SaveUser { user: Some(user) })
        .expect("saved");
    sessions.authenticate(&kept).expect("kept");
    sessions.authenticate(&other).expect_err("ended");
}
