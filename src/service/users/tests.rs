use super::*;
use crate::contract::command::CustomCommand;
use crate::contract::credential::{Credential, CredentialType};
use crate::contract::license::{LicenseOwner, ModuleLicenseLink};
use crate::contract::list::MDOListItem;
use crate::contract::role::Role;
use crate::contract::user::{Person, UserGroup, UserType};
use crate::service::testing::{Office, caller, fields, refusal};
use crate::store::credentials;

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn pairs(entries: &[(&str, Option<&str>)]) -> Option<StringDictionary> {
    let owned = |(key, value): &(&str, Option<&str>)| ((*key).into(), value.map(Into::into));
    Some(StringDictionary(entries.iter().map(owned).collect()))
}

fn credential(kind: &str, value: &str) -> Credential {
    Credential {
        r#type: Some(CredentialType {
            r#type: text(kind),
            ..CredentialType::default()
        }),
        value: text(value),
        display_value: text("shown"),
        ..Credential::default()
    }
}

fn role(id: i32) -> Option<Role> {
    Some(Role {
        id,
        ..Role::default()
    })
}

fn group(id: i32) -> UserGroup {
    UserGroup {
        id,
        ..UserGroup::default()
    }
}

fn licenses(wishes: &[(i32, &str, bool)]) -> Option<Vec<LicenseOwner>> {
    let link = |(id, name, assigned): &(i32, &str, bool)| ModuleLicenseLink {
        module_license_id: *id,
        name: text(name),
        assigned: *assigned,
        ..ModuleLicenseLink::default()
    };
    Some(vec![LicenseOwner {
        restricted_module_licenses: Some(wishes.iter().map(link).collect()),
        ..LicenseOwner::default()
    }])
}

/// Names of the licences that a user holds.
fn held(user: &User) -> Vec<&str> {
    let owners = user.license_owners.iter().flatten();
    let lists = owners.flat_map(|owner| {
        [
            &owner.restricted_module_licenses,
            &owner.unrestricted_module_licenses,
        ]
    });
    let links = lists.flatten().flatten().filter(|link| link.assigned);
    links.filter_map(|link| link.name.as_deref()).collect()
}

fn named(name: &str) -> User {
    User {
        name: text(name),
        ..User::default()
    }
}

/// All texts empty, all numbers 0, one blank item in each list: the envelope as it is printed.
fn printed() -> User {
    let item = MDOListItem {
        name: text(""),
        child_items: Some(vec![MDOListItem::default()]),
        ..MDOListItem::default()
    };
    User {
        name: text(""),
        tooltip: text(""),
        license_owners: licenses(&[(0, "", false)]),
        role: Some(Role {
            value: text(""),
            ..Role::default()
        }),
        user_group: Some(group(0)),
        other_groups: Some(vec![group(0)]),
        person: Some(Person {
            firstname: text(""),
            ..Person::default()
        }),
        request_signature: text(""),
        credentials: Some(vec![credential("", "")]),
        user_name: text(""),
        ticket_categories: Some(vec![item]),
        nick_name: text(""),
        extra_fields: pairs(&[("", Some(""))]),
        custom_fields: pairs(&[("", Some(""))]),
        post_save_commands: Some(vec![CustomCommand::default()]),
        ..User::default()
    }
}

/// Every writable field is filled, none with a default.
fn complete() -> User {
    User {
        associate_id: 0,
        name: text("åse.☃.li"),
        rank: -7,
        tooltip: text("<Åse & \"Lí\">"),
        license_owners: licenses(&[(3, "", true), (0, "WEB", true)]),
        role: role(9),
        user_group: Some(group(2)),
        other_groups: Some(vec![group(3), group(1), group(3), group(2)]),
        person: Some(Person {
            position: text("Boss"),
            mrmrs: text("Ms"),
            firstname: text("Åse"),
            lastname: text("Lí"),
            middle_name: text("☃"),
            title: text("Dr"),
            description: text("tall\nand thin"),
            email: text("ase@example.com"),
            direct_phone: text("1"),
            country_id: 578,
            retired: 1,
            rank: 4,
            active_interests: 2,
            fax_phone: text("2"),
            mobile_phone: text("3"),
            use_person_address: true,
            kanafname: text("ア"),
            kanalname: text("セ"),
            post1: text("a"),
            post2: text("b"),
            post3: text("c"),
            email_name: text("Åse at work"),
            active_erp_links: 5,
            ticket_priority_id: 6,
            support_language_id: 7,
            support_associate_id: 8,
            category_name: text("Staff"),
            ..Person::default()
        }),
        deleted: true,
        ej_user_id: 4711,
        request_signature: text("Regards,\nÅse"),
        r#type: UserType::InternalAssociate,
        credentials: Some(vec![
            credential("CRM5/PASSWORD", "secret enough ☃"),
            credential("ActiveDirectory", "S-1-5-21-1-2-3-4"),
        ]),
        user_name: text("ase@example.com"),
        ticket_categories: Some(vec![
            MDOListItem {
                id: 3,
                ..MDOListItem::default()
            },
            MDOListItem {
                name: text("billing"),
                ..MDOListItem::default()
            },
        ]),
        nick_name: text("snow"),
        waiting_for_approval: true,
        extra_fields: pairs(&[("b", Some("2")), ("", Some("")), ("a", None)]),
        custom_fields: pairs(&[("SuperOffice:1", Some("[I:1]")), ("ø", Some(" "))]),
        ..User::default()
    }
}

fn group_ids(user: &User) -> Vec<i32> {
    let groups = user.other_groups.iter().flatten();
    groups.map(|group| group.id).collect()
}

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
    assert_eq!(office.get(first.associate_id), Some(first));
}

#[test]
fn every_writable_field_comes_back() {
    let office = Office::open();
    let given = complete();
    let saved = office.save(given.clone()).expect("saved");
    assert_eq!(office.get(saved.associate_id), Some(saved.clone()));

    let person = saved.person.clone().expect("person");
    let expected = Person {
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
        nick_name: text("snow"),
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
fn what_is_wrong_is_named_and_validation_says_the_same_and_changes_nothing() {
    let office = Office::open();
    office.save(complete()).expect("saved");
    let long = |count| text(&"å".repeat(count));
    let cases: Vec<(&str, User)> = vec![
        ("Name", named("ÅSE.☃.li".replace('Å', "å").as_str())),
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
                user_name: text("ASE@example.com"),
                ..User::default()
            },
        ),
        (
            "NickName",
            User {
                nick_name: text("SNOW"),
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
fn a_deleted_user_leaves_only_history() {
    let office = Office::open();
    let mut user = complete();
    (user.deleted, user.waiting_for_approval) = (false, false);
    let id = office.save(user).expect("saved").associate_id;
    let ticket = office
        .installation
        .sessions
        .issue_ticket(id)
        .expect("ticket");
    office.call(DeleteUser { user_id: id }).expect("deleted");
    assert_eq!(office.get(id), None);
    office
        .installation
        .sessions
        .authenticate(&ticket)
        .expect_err("session ended");
    for (table, rows) in [
        ("usergrouplink", 0),
        ("licenseassoclink", 0),
        ("credentials", 0),
        ("ejuser", 0),
        ("category_membership", 0),
        ("associate_extra_field", 0),
        (
            "associatehistory WHERE name = 'åse.☃.li' AND firstname = 'Åse' AND contactId = 1",
            1,
        ),
        ("person WHERE firstname = 'Åse'", 1),
    ] {
        assert_eq!(
            office.number(&format!("SELECT count(*) FROM {table}")),
            rows,
            "{table}"
        );
    }
    for gone in [id, 0, -1] {
        assert_eq!(
            refusal(office.call(DeleteUser { user_id: gone })),
            Exception::NotFound
        );
    }
    let update = User {
        associate_id: id,
        ..User::default()
    };
    assert_eq!(refusal(office.save(update)), Exception::NotFound);
}

#[test]
fn names_lead_to_users() {
    let office = Office::open();
    let id = office
        .save(User {
            user_name: text("anna@example.com"),
            ..named("Anna")
        })
        .expect("saved")
        .associate_id;
    let by_name = |name: &str| {
        let user = office
            .call(GetUserFromName {
                user_name: text(name),
            })
            .expect("read");
        user.map(|user| user.associate_id)
    };
    assert_eq!(by_name("aNNa"), Some(id));
    assert_eq!(by_name("ANNA@example.com"), Some(id));
    assert_eq!((by_name(""), by_name("an%")), (None, None));

    let save = |name: &str, user| {
        office.call(SaveUserFromName {
            user_name: text(name),
            user,
        })
    };
    let saved = save(
        "anna",
        Some(User {
            rank: 5,
            ..User::default()
        }),
    )
    .expect("saved")
    .expect("user");
    assert_eq!((saved.associate_id, saved.rank), (id, 5));
    assert_eq!(
        refusal(save("nobody", Some(User::default()))),
        Exception::NotFound
    );
    assert_eq!(refusal(save("anna", None)), Exception::InvalidArgument);
    let other = User {
        associate_id: id + 1,
        ..User::default()
    };
    assert_eq!(
        refusal(save("anna", Some(other))),
        Exception::InvalidArgument
    );

    let delete = |name: &str| {
        office.call(DeleteUserFromName {
            user_name: text(name),
        })
    };
    delete("ANNA").expect("deleted");
    assert_eq!(refusal(delete("anna")), Exception::NotFound);
    assert_eq!(refusal(delete("")), Exception::NotFound);
    assert_eq!(
        refusal(office.call(SaveUser { user: None })),
        Exception::InvalidArgument
    );
    assert_eq!(
        refusal(office.call(ValidateUser { user: None })),
        Exception::InvalidArgument
    );
}

#[test]
fn nobody_changes_the_own_role_or_removes_oneself() {
    let office = Office::open();
    let own = office.administrator.associate_id;
    let update = User {
        associate_id: own,
        ..User::default()
    };
    office
        .save(User {
            rank: 3,
            ..update.clone()
        })
        .expect("the rest may change");
    for (field, user) in [
        (
            "Role",
            User {
                role: role(1),
                ..update.clone()
            },
        ),
        (
            "Deleted",
            User {
                deleted: true,
                ..update.clone()
            },
        ),
        (
            "WaitingForApproval",
            User {
                waiting_for_approval: true,
                ..update.clone()
            },
        ),
    ] {
        let found = office
            .call(ValidateUser {
                user: Some(user.clone()),
            })
            .expect("validated");
        assert_eq!(
            found.map(|found| found.0[0].0.clone()).as_deref(),
            Some(field)
        );
        assert_eq!(refusal(office.save(user)), Exception::IllegalOperation);
    }
    let delete = office.call(DeleteUser { user_id: own });
    assert_eq!(refusal(delete), Exception::IllegalOperation);
}

#[test]
fn who_may_read_and_who_may_save() {
    let office = Office::open();
    let own = office.save(named("own")).expect("saved").associate_id;
    let other = office.save(named("other")).expect("saved").associate_id;
    let internal = UserType::InternalAssociate;
    let external = UserType::ExternalAssociate;
    let get = |who: &_, user_id| office.call_as(who, GetUser { user_id });
    let save = |who: &_, id| {
        let user = Some(User {
            associate_id: id,
            ..User::default()
        });
        office.call_as(who, SaveUser { user })
    };
    for who in [
        caller(own, internal, &[]),
        caller(own, internal, &["admin-lists"]),
        caller(own, external, &["admin-all"]),
        caller(own, UserType::AnonymousAssociate, &[]),
    ] {
        assert!(get(&who, own).expect("own user").is_some());
        assert_eq!(refusal(get(&who, other)), Exception::Sentry);
        assert_eq!(refusal(get(&who, 0)), Exception::Sentry);
        let by_name = |name: &str| {
            office.call_as(
                &who,
                GetUserFromName {
                    user_name: text(name),
                },
            )
        };
        assert!(by_name("own").expect("own user").is_some());
        assert_eq!(refusal(by_name("other")), Exception::Sentry);
        assert_eq!(refusal(by_name("nobody")), Exception::Sentry);
        for id in [0, own, other] {
            assert_eq!(refusal(save(&who, id)), Exception::IllegalOperation);
        }
        let delete = office.call_as(&who, DeleteUser { user_id: other });
        assert_eq!(refusal(delete), Exception::IllegalOperation);
    }
    for who in [
        caller(own, internal, &["admin-users"]),
        caller(own, UserType::SystemAssociate, &[]),
    ] {
        assert!(get(&who, other).expect("read").is_some());
        assert_eq!(get(&who, 0).expect("read"), None);
        save(&who, other).expect("saved");
    }
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
