//! No operation on a user takes longer for all the others there are.

use super::*;
use crate::contract::principal_service::AuthenticateUsernamePassword;
use crate::session::Sessions;
use std::net::Ipv4Addr;
use std::time::Instant;

/// Users of the larger office, each with all that users have. More can be asked for by hand, to
/// see how long things take.
const MANY: &str = "SERVICES88_TEST_USERS";
/// Enough to leave each log-in as many ended tickets as it clears away.
const FEW: i32 = 1_000;

/// An office with this many users who are named `bulk1` and so on.
fn office_of(users: i32) -> Office {
    let office = Office::in_file();
    let numbers = format!(
        "WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < {users})"
    );
    let statements = [
        "INSERT INTO contact (contact_id, name) SELECT 1000000 + n, 'Company ' || n FROM numbers",
        "INSERT INTO person (person_id, contact_id, firstname, lastname, email)
             SELECT 1000000 + n, 1000000 + n, 'Bulk', 'Person' || n, 'bulk' || n || '@mail.example'
             FROM numbers",
        "INSERT INTO ejuser (id, loginname, username, username_key)
             SELECT 1000000 + n, 'bulk' || n, 'bulk' || n, 'bulk' || n FROM numbers",
        "INSERT INTO associate (associate_id, name, name_key, group_idx, person_id, userName, userName_key,
                 ejuserId, deleted)
             SELECT 1000000 + n, 'bulk' || n, 'bulk' || n, 1, 1000000 + n,
                 'bulk' || n || '@corp.example', 'bulk' || n || '@corp.example', 1000000 + n,
                 n % 10 = 0
             FROM numbers",
        "INSERT INTO userrolelink (associate_id, role_id)
             SELECT 1000000 + n, CASE n % 10 WHEN 1 THEN 1 ELSE 16 END FROM numbers",
        "INSERT INTO usergrouplink (assoc_id, UserGroup_id) SELECT 1000000 + n, 2 FROM numbers",
        "INSERT INTO category_membership (category_id, user_id) SELECT 1, 1000000 + n FROM numbers",
        "INSERT INTO licenseassoclink (moduleLicenseId, assocId) SELECT 3, 1000000 + n FROM numbers",
        "INSERT INTO licenseassoclink (moduleLicenseId, assocId) SELECT 4, 1000000 + n FROM numbers",
        "INSERT INTO licenseassoclink (moduleLicenseId, assocId) SELECT 13, 1000000 + n FROM numbers",
        "INSERT INTO associate_extra_field (associate_id, kind, key) SELECT 1000000 + n, 'extra', 'a'
             FROM numbers",
        "INSERT INTO credentials (associateId, credentialType, searchName, secret)
             SELECT 1000000 + n, 'CRM5/PASSWORD', 'bulk' || n, 'none' FROM numbers",
        "INSERT INTO credentials (associateId, credentialType, searchName, isActive, validTo)
             SELECT 1000000 + n, 'Ticket', 'ended' || n, 2, '2001-01-01T00:00:00' FROM numbers",
        "INSERT INTO credentials (associateId, credentialType, searchName, isActive)
             SELECT 1000000 + n, 'Ticket', 'good' || n, 2 FROM numbers",
    ];
    let store = &office.installation.store;
    store
        .write(move |tx| {
            for statement in statements {
                let (insert, select) = statement.split_once("SELECT").expect("two parts");
                tx.execute(&format!("{insert} {numbers} SELECT {select}"), &[])?;
            }
            tx.execute("UPDATE modulelicense SET licenseNumber = 10000000", &[])?;
            Ok(())
        })
        .expect("users");
    office
}

/// What the database does for each thing that happens to users.
fn work(office: &Office) -> Vec<(&'static str, i64)> {
    let sessions = &office.installation.sessions;
    let log_in = |name: &str| {
        let request = AuthenticateUsernamePassword {
            user_name: text(name),
            password: text("open sesame"),
        };
        let answer = office.call(request).expect("an answer");
        assert!(answer.authentication_succeeded, "{name}");
    };
    let by_name = |name: &str| {
        let found = office.call(GetUserFromName {
            user_name: text(name),
        });
        assert!(found.expect("read").is_some(), "{name}");
    };
    let fresh = User {
        deleted: false,
        waiting_for_approval: false,
        credentials: Some(vec![credential("CRM5/PASSWORD", "open sesame")]),
        ..complete()
    };
    let saved = office.save(fresh.clone()).expect("saved");
    let user_id = saved.associate_id;
    let another = User {
        ej_user_id: 0,
        name: text("another"),
        user_name: text("another@example.com"),
        nick_name: text("another"),
        license_owners: licenses(&[(3, "", true), (7, "", true)]),
        ..fresh
    };
    let ticket = sessions.issue_ticket(user_id).expect("ticket");
    let restarted = Sessions::new(
        office.installation.store.clone(),
        office.installation.clock.clone(),
        crate::config::SessionSettings::default(),
        &session::news::News::alone(),
    )
    .expect("sessions");
    let mut found = Vec::new();
    let mut measure = |what, something: &dyn Fn()| {
        let start = Instant::now();
        let steps = office.work(something);
        if std::env::var_os(MANY).is_some() {
            println!("{what}: {steps} steps, {:?}", start.elapsed());
        }
        found.push((what, steps));
    };
    measure("a ticket unknown in memory", &|| {
        restarted.authenticate(&ticket).expect("valid");
    });
    for name in ["åse.☃.li", "åse@example.com"] {
        measure("a log-in", &|| log_in(name));
    }
    measure("a log-in of nobody", &|| {
        let found = sessions.log_in("nobody@x", Some("x"), Ipv4Addr::LOCALHOST.into());
        assert!(found.expect("an answer").is_none());
    });
    measure("a log-in by e-mail address", &|| {
        let address = "bulk3@mail.example";
        let found = sessions.log_in(address, Some("x"), Ipv4Addr::LOCALHOST.into());
        assert!(found.expect("an answer").is_none());
    });
    measure("GetUser", &|| assert!(office.get(user_id).is_some()));
    measure("GetUserFromName", &|| by_name("bulk5"));
    measure("GetUserFromName by user name", &|| {
        by_name("BULK5@corp.example");
    });
    measure("CreateDefaultUser", &|| {
        office.call(CreateDefaultUser {}).expect("made");
    });
    measure("CreateDefaultUserFromUserTypeAndPersonId", &|| {
        let request = CreateDefaultUserFromUserTypeAndPersonId {
            user_type: UserType::ExternalAssociate,
            person_id: 1_000_005,
        };
        office.call(request).expect("made");
    });
    measure("ValidateUser", &|| {
        let user = Some(saved.clone());
        office.call(ValidateUser { user }).expect("validated");
    });
    measure("SaveUser of a new one", &|| {
        office.save(another.clone()).expect("saved");
    });
    measure("SaveUser of a blank one", &|| {
        office.save(printed()).expect("saved");
    });
    measure("SaveUser", &|| {
        let changed = User {
            name: text("changed"),
            license_owners: licenses(&[(4, "", false)]),
            extra_fields: pairs(&[("changed", None)]),
            ..saved.clone()
        };
        office.save(changed).expect("saved");
    });
    measure("SaveUser that retires an administrator", &|| {
        let user = User {
            associate_id: 1_000_001,
            deleted: true,
            ..User::default()
        };
        office.save(user).expect("saved");
    });
    measure("SaveUserFromName", &|| {
        let request = SaveUserFromName {
            user_name: text("bulk6@corp.example"),
            user: Some(User::default()),
        };
        office.call(request).expect("saved");
    });
    measure("DeleteUser", &|| {
        office.call(DeleteUser { user_id }).expect("deleted");
    });
    measure("DeleteUser with everything", &|| {
        office
            .call(DeleteUser { user_id: 1_000_007 })
            .expect("deleted");
    });
    found
}

#[test]
fn the_work_for_one_user_does_not_grow_with_the_others() {
    let many = std::env::var(MANY).map_or(4_000, |many| many.parse().expect("a number"));
    let few = work(&office_of(FEW));
    let many = work(&office_of(many));
    for ((what, few), (_, many)) in few.into_iter().zip(many) {
        assert!(many <= few + few / 4 + 100, "{what}: {few}, {many}");
    }
}

#[test]
fn a_user_takes_a_few_statements_however_much_it_holds() {
    let office = Office::in_file();
    let saved = office.save(printed()).expect("saved");
    let many: Vec<_> = (0..500).map(|number| number.to_string()).collect();
    let many: Vec<_> = many.iter().map(|key| (key.as_str(), None)).collect();
    let full = || User {
        name: None,
        user_name: None,
        nick_name: None,
        ej_user_id: 0,
        extra_fields: pairs(&many),
        custom_fields: pairs(&many),
        credentials: None,
        ..complete()
    };
    let first = office.save(full()).expect("saved");
    for (what, most, statements) in [
        ("printed", 16, office.statements(|| office.save(printed()))),
        ("full", 24, office.statements(|| office.save(full()))),
        (
            "changed",
            24,
            office.statements(|| {
                office.save(User {
                    associate_id: first.associate_id,
                    name: text("changed"),
                    extra_fields: pairs(&[]),
                    ..full()
                })
            }),
        ),
        (
            "unchanged",
            13,
            office.statements(|| office.save(saved.clone())),
        ),
        (
            "read",
            7,
            office.statements(|| office.get(first.associate_id)),
        ),
    ] {
        assert!(statements <= most, "{what}: {statements} statements");
    }
}
