//! What can be saved, and what it becomes.

use super::*;

#[test]
fn what_is_wrong_is_named_and_validation_says_the_same_and_changes_nothing() {
    let office = Office::open();
    office.save(complete()).expect("saved");
    let long = |count| text(&"å".repeat(count));
    let cases: Vec<(&str, User)> = vec![
        ("Name", named("ÅSE.☃.LI")),
        (
            "Name",
            User {
                name: long(240),
                ..User::default()
            },
        ),
        (
            "Tooltip",
            User {
                tooltip: long(255),
                ..User::default()
            },
        ),
        (
            "UserName",
            User {
                user_name: long(255),
                ..User::default()
            },
        ),
        (
            "UserName",
            User {
                user_name: text("ÅSE@Example.com"),
                ..User::default()
            },
        ),
        (
            "NickName",
            User {
                nick_name: text("SNØ"),
                ..User::default()
            },
        ),
        (
            "NickName",
            User {
                nick_name: long(64),
                ..User::default()
            },
        ),
        (
            "EjUserId",
            User {
                ej_user_id: 4711,
                ..User::default()
            },
        ),
        (
            "EjUserId",
            User {
                ej_user_id: -1,
                ..User::default()
            },
        ),
        (
            "EjUserId",
            User {
                ej_user_id: i32::MAX,
                ..User::default()
            },
        ),
        (
            "Role",
            User {
                role: role(99),
                ..User::default()
            },
        ),
        (
            "Role",
            User {
                role: role(10),
                ..User::default()
            },
        ),
        (
            "UserGroup",
            User {
                user_group: Some(group(99)),
                ..User::default()
            },
        ),
        (
            "OtherGroups",
            User {
                other_groups: Some(vec![group(-1)]),
                ..User::default()
            },
        ),
        (
            "TicketCategories",
            User {
                ticket_categories: Some(vec![MDOListItem {
                    id: 99,
                    ..MDOListItem::default()
                }]),
                ..User::default()
            },
        ),
        (
            "LicenseOwners",
            User {
                license_owners: licenses(&[(99, "", true)]),
                ..User::default()
            },
        ),
        (
            "ExtraFields",
            User {
                extra_fields: pairs(&[("a", None), ("a", None)]),
                ..User::default()
            },
        ),
        (
            "Person",
            User {
                person: Some(Person {
                    firstname: long(100),
                    ..Person::default()
                }),
                ..User::default()
            },
        ),
        (
            "Credentials",
            User {
                credentials: Some(vec![credential("imap", "x")]),
                ..User::default()
            },
        ),
        (
            "Credentials",
            User {
                credentials: Some(vec![credential("CRM5/PASSWORD", "")]),
                ..User::default()
            },
        ),
        (
            "Credentials",
            User {
                credentials: Some(vec![credential("CRM5/PASSWORD", "short")]),
                ..User::default()
            },
        ),
        (
            "Credentials",
            User {
                credentials: Some(vec![credential("ActiveDirectory", "me")]),
                ..User::default()
            },
        ),
        (
            "Credentials",
            User {
                credentials: Some(vec![credential("ActiveDirectory", "S-1-5-21-1-2-3-4")]),
                ..User::default()
            },
        ),
    ];
    let rows = office.number("SELECT count(*) FROM associate")
        + office.number("SELECT count(*) FROM person");
    for (field, user) in cases {
        let found = office
            .call(ValidateUser {
                user: Some(user.clone()),
            })
            .expect("validated")
            .expect("dictionary");
        let keys: Vec<_> = found.0.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, [field], "{user:?}");
        assert_eq!(fields(office.save(user)), [field]);
    }
    let after = office.number("SELECT count(*) FROM associate")
        + office.number("SELECT count(*) FROM person");
    assert_eq!(rows, after);
}

#[test]
fn several_things_wrong_are_all_told() {
    let office = Office::open();
    let user = User {
        name: text("BOSS"),
        role: role(99),
        license_owners: licenses(&[(15, "", true)]),
        ..User::default()
    };
    assert_eq!(fields(office.save(user)), ["Name", "Role"]);
}

#[test]
fn a_person_that_exists_is_used_by_its_id_alone() {
    let office = Office::open();
    let first = office.save(complete()).expect("saved");
    let person_id = first.person.as_ref().map_or(0, |person| person.person_id);
    let second = office
        .save(User {
            person: Some(Person {
                person_id,
                lastname: text("other"),
                ..Person::default()
            }),
            ..User::default()
        })
        .expect("saved");
    assert_eq!(second.person, first.person);
    assert_eq!(second.name.as_deref(), Some("Åse.Lí"));
    let third = office.save(User {
        person: Some(Person {
            person_id: 777,
            ..Person::default()
        }),
        ..User::default()
    });
    assert_eq!(fields(third), ["Person"]);
}

#[test]
fn internal_users_come_from_our_own_companies() {
    let office = Office::open();
    office.execute("INSERT INTO contact (contact_id, name) VALUES (50, 'Elsewhere')");
    let of = |user_type, contact_id| User {
        r#type: user_type,
        person: Some(Person {
            contact_id,
            email: text("some@where.example"),
            ..Person::default()
        }),
        ..User::default()
    };
    assert_eq!(
        fields(office.save(of(UserType::InternalAssociate, 50))),
        ["Person"]
    );
    assert_eq!(
        fields(office.save(of(UserType::ExternalAssociate, 51))),
        ["Person"]
    );
    let external = office
        .save(of(UserType::ExternalAssociate, 50))
        .expect("saved");
    assert_eq!(external.name.as_deref(), Some("some@where.example"));
    assert_eq!(external.user_group, None);
    assert_eq!(external.role.map(|role| role.id), Some(10));
    assert_eq!(external.person.map(|person| person.contact_id), Some(50));
}

#[test]
fn system_users_need_no_person_and_have_no_group() {
    let office = Office::open();
    for name in ["System", "System1"] {
        let saved = office
            .save(User {
                r#type: UserType::SystemAssociate,
                ..User::default()
            })
            .expect("saved");
        assert_eq!(saved.name.as_deref(), Some(name));
        assert_eq!((saved.person, saved.user_group), (None, None));
    }
}

#[test]
fn a_user_of_another_type_gets_what_fits_it() {
    let office = Office::open();
    let mut user = complete();
    user.deleted = false;
    let saved = office.save(user).expect("saved");
    let changed = User {
        associate_id: saved.associate_id,
        r#type: UserType::ExternalAssociate,
        ..User::default()
    };
    let mut unfit = changed.clone();
    unfit.role = saved.role;
    assert_eq!(fields(office.save(unfit)), ["Role"]);
    let changed = office.save(changed).expect("changed");
    assert_eq!(changed.role.as_ref().map(|role| role.id), Some(10));
    assert_eq!(changed.user_group, None);
    assert_eq!(group_ids(&changed), [0; 0]);
    assert_eq!(held(&changed), [""; 0]);
}

#[test]
fn each_type_of_user_logs_in_in_its_ways_only() {
    let office = Office::open();
    let with = |user_type, kind: &str, value: &str| User {
        r#type: user_type,
        credentials: Some(vec![credential(kind, value)]),
        ..User::default()
    };
    let ways = [
        ("CRM5/PASSWORD", "long enough"),
        ("ActiveDirectory", "S-1-5-21-1-2-3-"),
        ("CentralSuperIdCredential", "account"),
    ];
    for (number, (user_type, fitting)) in [
        (UserType::InternalAssociate, [true, true, true]),
        (UserType::ExternalAssociate, [true, false, true]),
        (UserType::SystemAssociate, [true, false, false]),
        (UserType::AnonymousAssociate, [false, false, false]),
    ]
    .into_iter()
    .enumerate()
    {
        for ((kind, value), fits) in ways.into_iter().zip(fitting) {
            let value = match kind {
                "CRM5/PASSWORD" => value.to_owned(),
                _ => format!("{value}{number}"),
            };
            let saved = office.save(with(user_type, kind, &value));
            match fits {
                true => drop(saved.expect(kind)),
                false => assert_eq!(fields(saved), ["Credentials"], "{user_type:?} {kind}"),
            }
        }
    }
    // A user who has become another may be saved as it is, but gets no such credential again.
    let own = "S-1-5-21-9-9-9-9";
    let user = office.save(with(UserType::InternalAssociate, "ActiveDirectory", own));
    let mut user = user.expect("saved");
    user.r#type = UserType::ExternalAssociate;
    (user.role, user.user_group, user.license_owners) = (None, None, None);
    let mut user = office.save(user).expect("saved as another");
    user = office.save(user).expect("saved again");
    user.credentials = Some(vec![credential("ActiveDirectory", own)]);
    assert_eq!(fields(office.save(user)), ["Credentials"]);
}
