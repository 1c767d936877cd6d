//! Who may change which password, and what becomes of sessions.

use super::*;
use crate::contract::credential::{Credential, CredentialType};
use crate::contract::user::{User, UserType};
use crate::service::testing::{Office, caller, refusal};
use crate::session::Caller;
use std::net::{IpAddr, Ipv4Addr};

const OLD: &str = "long enough";
const NEW: &str = "another one";
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn with_credential(name: &str, kind: &str, value: &str) -> User {
    User {
        name: Some(name.into()),
        credentials: Some(vec![Credential {
            r#type: Some(CredentialType {
                r#type: Some(kind.into()),
                ..CredentialType::default()
            }),
            value: Some(value.into()),
            ..Credential::default()
        }]),
        ..User::default()
    }
}

fn add(office: &Office, name: &str) -> i32 {
    let user = with_credential(name, passwords::TYPE, OLD);
    office.save(user).expect("saved").associate_id
}

fn employee(id: i32) -> Caller {
    caller(id, UserType::InternalAssociate, &[])
}

fn fits(office: &Office, name: &str, password: &str) -> bool {
    let sessions = &office.installation.sessions;
    let found = sessions.log_in(name, Some(password), HERE);
    found.expect("an answer").is_some()
}

fn change(id: i32, old: &str, new: &str) -> ChangePassword {
    ChangePassword {
        associate_id: id,
        old_password: Some(old.into()),
        new_password: Some(new.into()),
    }
}

#[test]
fn the_own_password_changes_against_the_present_one() {
    let office = Office::open();
    let ann = add(&office, "ann");
    let who = employee(ann);
    let own = |old: Option<&str>, new: &str| {
        let request = ChangeOwnPassword {
            old_password: old.map(Into::into),
            new_password: Some(new.into()),
        };
        office.call_as(&who, request)
    };
    for wrong in [None, Some(""), Some("wrong"), Some(NEW)] {
        assert!(!own(wrong, NEW).expect("an answer"), "{wrong:?}");
    }
    assert_eq!(refusal(own(Some(OLD), "short")), Exception::InvalidPassword);
    assert!(fits(&office, "ann", OLD));
    assert!(own(Some(OLD), NEW).expect("changed"));
    assert!(!own(Some(OLD), NEW).expect("an answer"));
    assert!(fits(&office, "ann", NEW) && !fits(&office, "ann", OLD));
    let by_id = office.call_as(&who, change(ann, NEW, OLD));
    assert!(by_id.expect("changed") && fits(&office, "ann", OLD));
}

#[test]
fn others_are_for_administrators_whether_they_exist_or_not() {
    let office = Office::open();
    let (ann, bob) = (add(&office, "ann"), add(&office, "bob"));
    let who = employee(ann);
    let mut messages = Vec::new();
    for id in [bob, 0, 99_999] {
        let fault = office.call_as(&who, change(id, OLD, NEW));
        messages.push(format!("{:?}", fault.expect_err("refused")));
    }
    for name in ["bob", "nobody", ""] {
        let request = ChangePasswordFromName {
            associate_name: Some(name.into()),
            old_password: Some(OLD.into()),
            new_password: Some(NEW.into()),
        };
        let fault = office.call_as(&who, request).expect_err("refused");
        messages.push(format!("{fault:?}"));
    }
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("IllegalOperation"), "{messages:?}");
    let set = SetPassword {
        associate_id: ann,
        password: Some(NEW.into()),
    };
    assert_eq!(
        refusal(office.call_as(&who, set)),
        Exception::IllegalOperation
    );
    assert!(fits(&office, "bob", OLD));
    let anonymous = caller(ann, UserType::AnonymousAssociate, &["admin-all"]);
    let own = ChangeOwnPassword {
        old_password: Some(OLD.into()),
        new_password: Some(NEW.into()),
    };
    assert_eq!(
        refusal(office.call_as(&anonymous, own)),
        Exception::IllegalOperation
    );
}

#[test]
fn an_administrator_needs_no_old_password_but_a_wrong_one_is_wrong() {
    let office = Office::open();
    let ann = add(&office, "ann");
    assert!(!office.call(change(ann, "wrong", NEW)).expect("an answer"));
    assert!(fits(&office, "ann", OLD));
    assert!(office.call(change(ann, OLD, NEW)).expect("changed"));
    assert!(office.call(change(ann, "", OLD)).expect("changed"));
    assert!(fits(&office, "ann", OLD));
    let missing = refusal(office.call(change(99_999, "", NEW)));
    assert_eq!(missing, Exception::NotFound);
}

#[test]
fn a_lesser_administrator_does_not_touch_a_greater_one() {
    let office = Office::open();
    let ann = add(&office, "ann");
    let chief = add(&office, "chief");
    office.execute(
        "UPDATE userrolelink SET role_id = 1
         WHERE associate_id = (SELECT associate_id FROM associate WHERE name = 'chief')",
    );
    let lesser = caller(ann, UserType::InternalAssociate, &["admin-users"]);
    let set = |password: &str| SetPassword {
        associate_id: chief,
        password: Some(password.into()),
    };
    assert_eq!(
        refusal(office.call_as(&lesser, set(NEW))),
        Exception::Sentry
    );
    for old in ["", OLD] {
        let refused = office.call_as(&lesser, change(chief, old, NEW));
        assert_eq!(refusal(refused), Exception::Sentry, "{old}");
    }
    let generated = SetGeneratedPassword {
        associate_id: chief,
    };
    assert_eq!(
        refusal(office.call_as(&lesser, generated)),
        Exception::Sentry
    );
    let can = |associate_id| CanChangePassword { associate_id };
    assert!(!office.call_as(&lesser, can(chief)).expect("an answer"));
    assert!(office.call_as(&lesser, can(ann)).expect("an answer"));
    assert!(fits(&office, "chief", OLD));
    assert!(office.call(set(NEW)).expect("set"));
    assert!(fits(&office, "chief", NEW));
}

#[test]
fn a_new_password_ends_all_sessions_but_the_one_that_set_it() {
    let office = Office::open();
    let ann = add(&office, "ann");
    let sessions = &office.installation.sessions;
    let [here, elsewhere] = [(); 2].map(|()| sessions.issue_ticket(ann).expect("ticket"));
    let who = Caller::clone(&sessions.authenticate(&here).expect("valid"));
    assert!(
        office
            .call_as(&who, change(ann, OLD, NEW))
            .expect("changed")
    );
    assert!(sessions.authenticate(&here).is_ok());
    assert!(sessions.authenticate(&elsewhere).is_err());
    office.call(change(ann, "", OLD)).expect("changed");
    assert!(sessions.authenticate(&here).is_err());
}

#[test]
fn guessing_by_changing_is_slowed_down_like_logging_in() {
    let office = Office::open();
    let ann = add(&office, "ann");
    let who = employee(ann);
    let start = std::time::Instant::now();
    for _ in 0..7 {
        let changed = office.call_as(&who, change(ann, "wrong", NEW));
        assert!(!changed.expect("an answer"));
    }
    // Five are free; the waits then add up to 250 and 500 ms.
    assert!(start.elapsed().as_millis() >= 700, "{:?}", start.elapsed());
}

#[test]
fn made_up_passwords_keep_the_rules_in_force() {
    let office = Office::open();
    let ann = add(&office, "ann");
    office.execute(
        "UPDATE password_rules SET min_characters = 30, min_numbers = 4, min_lowercase = 3,
             min_uppercase = 5, min_special = 2",
    );
    let check = |password: &str| {
        let result = office.call(IsPasswordValidWithReason {
            password: Some(password.into()),
            ..IsPasswordValidWithReason::default()
        });
        let result = result.expect("an answer").expect("never nil");
        (result.result, result.reason.unwrap_or_default())
    };
    let generated = office.call(SetGeneratedPassword { associate_id: ann });
    let generated = generated.expect("set").expect("a password");
    assert_eq!(check(&generated), (true, String::new()));
    assert!(fits(&office, "ann", &generated));
    let (valid, reason) = check(OLD);
    assert!(!valid && reason.contains("30"), "{reason}");
    let refused = refusal(office.call(change(ann, "", OLD)));
    assert_eq!(refused, Exception::InvalidPassword);
    office.execute("UPDATE password_rules SET flags = 0");
    assert_eq!(check(""), (true, String::new()));
}

#[test]
fn passwords_kept_elsewhere_are_not_changed_here() {
    let office = Office::open();
    let windows = with_credential("windows", "ActiveDirectory", "S-1-5-21-1-2-3-1001");
    let windows = office.save(windows).expect("saved").associate_id;
    let ann = add(&office, "ann");
    let none = office.save(User {
        name: Some("none".into()),
        ..User::default()
    });
    let none = none.expect("saved").associate_id;
    let types = |who: &Caller, associate_id| {
        let request = GetSupportedChangePasswordTypes { associate_id };
        let types = office.call_as(who, request).expect("an answer");
        let types = types.expect("never nil");
        let can = office.call_as(who, CanChangePassword { associate_id });
        assert_eq!(can.expect("an answer"), !types.is_empty());
        types
    };
    let password = [ChangePasswordType::Password];
    let boss = &office.administrator;
    assert_eq!(types(boss, windows), []);
    assert_eq!(types(boss, ann), password);
    assert_eq!(types(boss, none), password);
    assert_eq!(types(boss, 99_999), []);
    assert_eq!(types(&employee(ann), ann), password);
    assert_eq!(types(&employee(ann), none), []);
    assert_eq!(types(&employee(none), none), []);
    let refused = refusal(office.call(change(windows, "", NEW)));
    assert_eq!(refused, Exception::IllegalOperation);
    assert!(office.call(change(none, "", NEW)).expect("set"));
    assert_eq!(types(&employee(none), none), password);
}

#[test]
fn names_lead_to_the_same_users() {
    let office = Office::open();
    add(&office, "ann");
    let set = |name: &str| {
        office.call(SetPasswordFromName {
            associate_name: Some(name.into()),
            password: Some(NEW.into()),
        })
    };
    assert!(set("ANN").expect("set") && fits(&office, "ann", NEW));
    let generated = office.call(SetGeneratedPasswordFromName {
        associate_name: Some("ann".into()),
    });
    let generated = generated.expect("set").expect("a password");
    assert!(fits(&office, "ann", &generated));
    for name in ["nobody", ""] {
        assert_eq!(refusal(set(name)), Exception::NotFound);
    }
}
