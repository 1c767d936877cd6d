//! Administrators, and who may not touch them.

use super::*;
use crate::session::Caller;

const ADMINISTRATOR_ROLE: i32 = 1;

/// An office with two employees who administer everything.
fn office_of_two() -> (Office, [i32; 2]) {
    let office = Office::open();
    let ids = ["chief", "deputy"].map(|name| {
        let user = User {
            role: role(ADMINISTRATOR_ROLE),
            ..named(name)
        };
        office.save(user).expect("saved").associate_id
    });
    (office, ids)
}

fn update(id: i32) -> User {
    User {
        associate_id: id,
        ..User::default()
    }
}

fn save_as(office: &Office, who: &Caller, user: User) -> Result<User, Fault> {
    let saved = office.call_as(who, SaveUser { user: Some(user) })?;
    Ok(saved.expect("the user as stored"))
}

/// Properties that validation objects to.
fn found_by(office: &Office, who: &Caller, user: User) -> Vec<String> {
    let found = office.call_as(who, ValidateUser { user: Some(user) });
    let found = found.expect("validated").expect("dictionary");
    found.0.into_iter().map(|(key, _)| key).collect()
}

#[test]
fn an_administrator_of_users_gains_and_grants_no_more_than_that() {
    let (office, [chief, _]) = office_of_two();
    let clerk = office.save(named("clerk")).expect("saved").associate_id;
    let own = office.save(named("own")).expect("saved").associate_id;
    let system = User {
        r#type: UserType::SystemAssociate,
        ..named("program")
    };
    let program = office.save(system.clone()).expect("saved").associate_id;
    let limited = caller(own, UserType::InternalAssociate, &["admin-users"]);

    for id in [chief, program] {
        for user in [
            update(id),
            User {
                credentials: Some(vec![credential("CRM5/PASSWORD", "taken over")]),
                ..update(id)
            },
            User {
                role: role(9),
                ..update(id)
            },
            User {
                r#type: UserType::ExternalAssociate,
                ..update(id)
            },
        ] {
            let found = found_by(&office, &limited, user.clone());
            assert!(found.contains(&"AssociateId".to_owned()), "{found:?}");
            let saved = save_as(&office, &limited, user);
            assert_eq!(refusal(saved), Exception::Sentry);
        }
        let delete = office.call_as(&limited, DeleteUser { user_id: id });
        assert_eq!(refusal(delete), Exception::Sentry);
    }
    let by_name = office.call_as(
        &limited,
        SaveUserFromName {
            user_name: text("CHIEF"),
            user: Some(User::default()),
        },
    );
    assert_eq!(refusal(by_name), Exception::Sentry);
    let by_name = office.call_as(
        &limited,
        DeleteUserFromName {
            user_name: text("CHIEF"),
        },
    );
    assert_eq!(refusal(by_name), Exception::Sentry);

    for user in [
        User {
            role: role(ADMINISTRATOR_ROLE),
            ..update(clerk)
        },
        User {
            role: role(ADMINISTRATOR_ROLE),
            ..named("new")
        },
        User {
            role: Some(Role {
                value: text("user LEVEL 0"),
                ..Role::default()
            }),
            ..named("new")
        },
        User {
            name: text("new"),
            ..system
        },
    ] {
        assert_eq!(found_by(&office, &limited, user.clone()), ["Role"]);
        assert_eq!(refusal(save_as(&office, &limited, user)), Exception::Sentry);
    }
    // A system role without the right makes a user who may do everything nevertheless.
    office.execute("DELETE FROM functionrightrolelink WHERE roleId = 12");
    let saved = save_as(&office, &limited, update(program));
    assert_eq!(refusal(saved), Exception::Sentry);

    let promoted = User {
        role: role(8),
        ..update(clerk)
    };
    save_as(&office, &limited, promoted).expect("rights below everything may be given");
    for user_id in [clerk, own] {
        let user = User {
            credentials: Some(vec![credential("CRM5/PASSWORD", "new password")]),
            role: role(if user_id == own { 0 } else { 9 }),
            ..update(user_id)
        };
        save_as(&office, &limited, user).expect("everybody else may be changed");
    }
    office
        .call_as(&limited, DeleteUser { user_id: clerk })
        .expect("deleted");
    office
        .save(update(chief))
        .expect("one who administers everything may");
}

#[test]
fn an_external_user_with_every_right_is_no_administrator_of_anything() {
    let (office, [chief, _]) = office_of_two();
    for user_type in [UserType::ExternalAssociate, UserType::AnonymousAssociate] {
        let who = caller(chief + 1, user_type, &["admin-all", "admin-users"]);
        let saved = save_as(&office, &who, update(chief));
        assert_eq!(refusal(saved), Exception::IllegalOperation);
    }
}

#[test]
fn the_last_administrator_stays_one() {
    let (office, [chief, deputy]) = office_of_two();
    let program = caller(7_777, UserType::SystemAssociate, &["admin-all"]);
    let changes = |id| {
        [
            (
                "Role",
                User {
                    role: role(9),
                    ..update(id)
                },
            ),
            (
                "Deleted",
                User {
                    deleted: true,
                    ..update(id)
                },
            ),
            (
                "WaitingForApproval",
                User {
                    waiting_for_approval: true,
                    ..update(id)
                },
            ),
        ]
    };
    for user_id in [chief, deputy] {
        for (_, user) in changes(user_id) {
            save_as(&office, &program, user).expect("the other one is left");
            let back = User {
                role: role(ADMINISTRATOR_ROLE),
                ..update(user_id)
            };
            save_as(&office, &program, back).expect("saved");
        }
    }
    // Programs, and employees who cannot log in, are no substitute.
    let system = User {
        r#type: UserType::SystemAssociate,
        ..User::default()
    };
    office.save(system).expect("saved");
    for (property, user) in changes(deputy) {
        save_as(&office, &program, user).expect("the other one is left");
        for (property, user) in changes(chief) {
            assert_eq!(found_by(&office, &program, user.clone()), [property]);
            let saved = save_as(&office, &program, user);
            assert_eq!(refusal(saved), Exception::IllegalOperation);
        }
        let delete = office.call_as(&program, DeleteUser { user_id: chief });
        assert_eq!(refusal(delete), Exception::IllegalOperation, "{property}");
        let harmless = User {
            rank: 4,
            ..update(chief)
        };
        save_as(&office, &program, harmless).expect("the rest may change");
        let back = User {
            role: role(ADMINISTRATOR_ROLE),
            ..update(deputy)
        };
        save_as(&office, &program, back).expect("saved");
    }
    office
        .call_as(&program, DeleteUser { user_id: chief })
        .expect("the other one is left");
    let delete = office.call_as(&program, DeleteUser { user_id: deputy });
    assert_eq!(refusal(delete), Exception::IllegalOperation);
}

#[test]
fn two_administrators_who_remove_each_other_leave_one() {
    for _ in 0..5 {
        let (office, [chief, deputy]) = office_of_two();
        let removed = std::thread::scope(|scope| {
            let threads = [(chief, deputy), (deputy, chief)].map(|(who, user_id)| {
                let who = caller(who, UserType::InternalAssociate, &["admin-all"]);
                let office = &office;
                scope.spawn(move || office.call_as(&who, DeleteUser { user_id }))
            });
            let results = threads.map(|thread| thread.join().expect("thread"));
            results.iter().filter(|result| result.is_ok()).count()
        });
        assert_eq!(removed, 1);
    }
}

#[test]
fn a_name_leads_to_whoever_has_it_when_the_change_is_made() {
    let office = Office::open();
    let [first, second] =
        ["first", "second"].map(|name| office.save(named(name)).expect("saved").associate_id);
    let rename = |id, name: &str| User {
        associate_id: id,
        ..named(name)
    };
    std::thread::scope(|scope| {
        let office = &office;
        scope.spawn(move || {
            for _ in 0..20 {
                for (id, name) in [
                    (first, "third"),
                    (second, "first"),
                    (second, "second"),
                    (first, "first"),
                ] {
                    office.save(rename(id, name)).expect("renamed");
                }
            }
        });
        for rank in 0..40 {
            let saved = office.call(SaveUserFromName {
                user_name: text("first"),
                user: Some(User {
                    rank,
                    ..User::default()
                }),
            });
            // Nobody has the name for a moment in each round.
            match saved {
                Ok(user) => assert_eq!(user.and_then(|user| user.name), text("first")),
                Err(fault) => assert_eq!(fault.exception(), Some(Exception::NotFound)),
            }
        }
    });
}
