//! Who may do what, and to whom.

use super::*;

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
        // Those of the administrator.
        ("licenseassoclink", 2),
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
    let other = office.save(named("Ærlig Ødegård")).expect("saved");
    assert_eq!(by_name("æRLIG øDEGÅRD"), Some(other.associate_id));

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
fn a_user_with_a_ticket_category_in_hand_stays() {
    let office = Office::open();
    let user = User {
        nick_name: text("master"),
        ..named("master")
    };
    let user_id = office.save(user).expect("saved").associate_id;
    let delete = || office.call(DeleteUser { user_id });
    office.execute(
        "UPDATE ej_category SET category_master = (SELECT id FROM ejuser WHERE username = 'master')",
    );
    assert_eq!(refusal(delete()), Exception::IllegalOperation);
    office.execute("UPDATE ej_category SET category_master = 0");
    delete().expect("deleted");
}
