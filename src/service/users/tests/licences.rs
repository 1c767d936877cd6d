//! Licences that users hold, and how many there are.

use super::*;

#[test]
fn licences_have_limits_prerequisites_and_plans() {
    let office = Office::open();
    office.execute("UPDATE modulelicense SET licenseNumber = 1 WHERE moduleName = 'service'");
    let wish = |name: &str, wishes| User {
        license_owners: licenses(wishes),
        ..named(name)
    };
    let first = office
        .save(wish("first", &[(0, "user", true), (0, "service", true)]))
        .expect("saved");
    assert_eq!(held(&first), ["user", "service"]);

    let full = office.save(wish("second", &[(0, "user", true), (0, "service", true)]));
    let fault = full.expect_err("none left");
    assert_eq!(fault.exception(), Some(Exception::License));
    assert_eq!(
        fault.parameters(),
        [("Module".to_owned(), "service".to_owned())]
    );
    for wishes in [
        &[(4, "", true)][..],
        &[(15, "", true)],
        &[(3, "", true), (7, "", true), (8, "", true)],
    ] {
        assert_eq!(
            refusal(office.save(wish("second", wishes))),
            Exception::License
        );
    }

    let id = first.associate_id;
    let update = |wishes| User {
        associate_id: id,
        license_owners: licenses(wishes),
        ..User::default()
    };
    let planned = office.save(update(&[(7, "", true)])).expect("saved");
    assert_eq!(
        held(&planned),
        ["user", "service", "plan-sales", "sales", "quote"]
    );
    let other = office
        .save(update(&[(7, "", false), (8, "", true)]))
        .expect("saved");
    assert_eq!(
        held(&other),
        ["user", "service", "plan-marketing", "marketing"]
    );
    let none = office
        .save(update(&[(8, "", false), (12, "", true)]))
        .expect("saved");
    assert_eq!(held(&none), ["user", "service"]);

    office
        .save(User {
            associate_id: id,
            deleted: true,
            ..User::default()
        })
        .expect("retired");
    office
        .save(wish("second", &[(0, "user", true), (0, "service", true)]))
        .expect("a retired user does not count");
    let back = office.save(User {
        associate_id: id,
        ..User::default()
    });
    assert_eq!(refusal(back), Exception::License);
}

/// What a licence is said to have in use, as the carrier of a user tells it.
fn in_use(user: &User, name: &str) -> i32 {
    let owners = user.license_owners.iter().flatten();
    let links = owners.filter_map(|owner| owner.restricted_module_licenses.as_ref());
    let found = links
        .flatten()
        .find(|link| link.name.as_deref() == Some(name));
    found.expect("the licence").in_use
}

#[test]
fn the_number_in_use_follows_every_change() {
    let office = Office::open();
    let with = |name: &str| User {
        license_owners: licenses(&[(3, "", true), (4, "", true)]),
        ..named(name)
    };
    let first = office.save(with("first")).expect("saved");
    // The administrator of the office has some, too.
    assert_eq!((in_use(&first, "user"), in_use(&first, "web")), (2, 2));
    let second = office.save(with("second")).expect("saved");
    assert_eq!((in_use(&second, "user"), in_use(&second, "web")), (3, 3));

    let update = |user| User {
        associate_id: second.associate_id,
        ..user
    };
    let fewer = update(User {
        license_owners: licenses(&[(4, "", false)]),
        ..User::default()
    });
    let saved = office.save(fewer).expect("saved");
    assert_eq!((in_use(&saved, "user"), in_use(&saved, "web")), (3, 2));
    let retired = update(User {
        deleted: true,
        license_owners: licenses(&[(4, "", true)]),
        ..User::default()
    });
    let saved = office.save(retired).expect("saved");
    assert_eq!((in_use(&saved, "user"), in_use(&saved, "web")), (2, 2));
    let back = office.save(update(User::default())).expect("saved");
    assert_eq!((in_use(&back, "user"), in_use(&back, "web")), (3, 3));

    office.execute("UPDATE licenseassoclink SET licenseNumber = 0 WHERE moduleLicenseId = 4");
    let seen = office.get(first.associate_id).expect("user");
    assert_eq!((in_use(&seen, "user"), in_use(&seen, "web")), (3, 0));
    office.execute("UPDATE licenseassoclink SET licenseNumber = 1 WHERE moduleLicenseId = 4");
    let user_id = second.associate_id;
    office.call(DeleteUser { user_id }).expect("deleted");
    let seen = office.get(first.associate_id).expect("user");
    assert_eq!((in_use(&seen, "user"), in_use(&seen, "web")), (2, 2));
    let unlimited = "SELECT max(inUse) FROM modulelicense WHERE unrestricted = 1";
    assert_eq!(office.number(unlimited), 0);
}

#[test]
fn the_last_licence_goes_to_one_of_many() {
    let office = Office::open();
    office.execute("UPDATE modulelicense SET licenseNumber = 4 WHERE moduleName = 'user'");
    let saved = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let user = User {
                    license_owners: licenses(&[(3, "", true)]),
                    ..named(&format!("user{number}"))
                };
                let office = &office;
                scope.spawn(move || office.save(user))
            })
            .collect();
        let results = threads
            .into_iter()
            .map(|thread| thread.join().expect("thread"));
        results.filter(Result::is_ok).count()
    });
    assert_eq!(saved, 3);
    let held = "SELECT count(*) FROM licenseassoclink WHERE moduleLicenseId = 3";
    assert_eq!(office.number(held), 4, "with that of the administrator");
}

#[test]
fn what_others_build_on_cannot_be_taken_away_alone() {
    let office = Office::open();
    let saved = office
        .save(User {
            license_owners: licenses(&[(0, "user", true), (0, "web", true)]),
            ..named("holder")
        })
        .expect("saved");
    let update = |wishes| User {
        associate_id: saved.associate_id,
        license_owners: licenses(wishes),
        ..User::default()
    };
    let fault = office
        .save(update(&[(0, "user", false)]))
        .expect_err("web needs it");
    assert_eq!(fault.exception(), Some(Exception::License));
    assert_eq!(
        fault.parameters(),
        [("Module".to_owned(), "web".to_owned())]
    );
    let both = update(&[(0, "user", false), (0, "web", false)]);
    assert_eq!(held(&office.save(both).expect("saved")), [""; 0]);
}

#[test]
fn users_from_outside_need_a_licence_of_the_site() {
    let office = Office::open();
    for (module, user_types) in [
        ("extern-user", &[UserType::ExternalAssociate][..]),
        (
            "expander-services",
            &[UserType::AnonymousAssociate, UserType::SystemAssociate],
        ),
    ] {
        for user_type in user_types {
            let user = User {
                r#type: *user_type,
                ..User::default()
            };
            let mut kept = office.save(user.clone()).expect("saved");
            office.execute("UPDATE modulelicense SET licenseNumber = 0 WHERE licenseType = 1");
            let fault = office.save(user).expect_err("not licensed");
            assert_eq!(fault.exception(), Some(Exception::License));
            assert_eq!(
                fault.parameters(),
                [("Module".to_owned(), module.to_owned())]
            );
            kept.rank = 5;
            office.save(kept).expect("who is there may be changed");
            office.execute("UPDATE modulelicense SET licenseNumber = 1 WHERE licenseType = 1");
        }
    }
}

#[test]
fn who_is_new_gets_what_log_in_asks_while_there_is_enough() {
    let office = Office::open();
    let of = |user_type| User {
        r#type: user_type,
        ..User::default()
    };
    let made = |user| held(&office.save(user).expect("saved")).join(" ");
    for (user_type, licenses) in [
        (UserType::Unknown, "user web"),
        (UserType::InternalAssociate, "user web"),
        (UserType::ResourceAssociate, ""),
        (UserType::ExternalAssociate, "extern-user-cal"),
        (UserType::AnonymousAssociate, "anonymous-user-cal"),
        (UserType::SystemAssociate, "system-user-cal"),
    ] {
        assert_eq!(made(of(user_type)), licenses, "{user_type:?}");
    }
    let asked = User {
        license_owners: licenses(&[(0, "user", true)]),
        ..User::default()
    };
    assert_eq!(made(asked), "user", "of whom something is said");
    office.execute("UPDATE modulelicense SET licenseNumber = 4 WHERE moduleName = 'web'");
    let blank = || {
        let blank = office.call(CreateDefaultUser {}).expect("made");
        held(&blank.expect("a user")).join(" ")
    };
    assert_eq!(blank(), "user web");
    assert_eq!(made(User::default()), "user web");
    assert_eq!(
        (made(User::default()), blank()),
        (String::new(), String::new())
    );
}

#[test]
fn a_user_plan_may_bring_what_log_in_asks() {
    let office = Office::open();
    office
        .execute("UPDATE modulelicense SET extraInfo = 'set=web' WHERE moduleName = 'plan-sales'");
    let planned = User {
        license_owners: licenses(&[(0, "user", true), (0, "plan-sales", true)]),
        ..User::default()
    };
    let id = office.save(planned).expect("saved").associate_id;
    let sessions = &office.installation.sessions;
    assert!(sessions.issue_ticket(id).is_ok());
    let without = User {
        associate_id: id,
        license_owners: licenses(&[(0, "plan-sales", false), (0, "web", false)]),
        ..User::default()
    };
    office.save(without).expect("saved");
    assert!(sessions.issue_ticket(id).is_err());
}

#[test]
fn nobody_takes_the_log_in_from_oneself_or_from_the_last_administrator() {
    let office = Office::open();
    let own = office.administrator.associate_id;
    let taken = |id| User {
        associate_id: id,
        license_owners: licenses(&[(0, "web", false)]),
        ..User::default()
    };
    assert_eq!(
        refusal(office.save(taken(own))),
        Exception::IllegalOperation
    );
    let chief = office.save(User {
        role: role(1),
        ..named("chief")
    });
    let chief = chief.expect("saved").associate_id;
    // The administrator of the office has the right only where it calls.
    for refused in [
        office.save(taken(chief)).map(drop),
        office.call(RemoveLicenses {
            associate_id: chief,
        }),
    ] {
        assert_eq!(refusal(refused), Exception::IllegalOperation);
    }
    let other = office.save(User {
        role: role(1),
        ..named("other")
    });
    let other = other.expect("saved").associate_id;
    office.save(taken(chief)).expect("there is another one");
    assert_eq!(
        refusal(office.save(taken(other))),
        Exception::IllegalOperation
    );
}
