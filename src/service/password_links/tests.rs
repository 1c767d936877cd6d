//! What a link is good for, and when it ends.

use super::*;
use crate::contract::user::{Person, User, UserType};
use crate::contract::user_service::{GetSupportedChangePasswordTypes, MakeRetired, SetPassword};
use crate::fault::Exception;
use crate::service::testing::{Office, caller, refusal};

const NEW: &str = "another one";

fn add(office: &Office, name: &str, email: &str) -> i32 {
    let saved = office.save(User {
        name: Some(name.into()),
        person: Some(Person {
            email: Some(email.into()),
            ..Person::default()
        }),
        ..User::default()
    });
    saved.expect("saved").associate_id
}

/// A link as the mail has it, without the mail.
fn link(office: &Office, id: i32) -> String {
    let token = new_token().expect("token");
    let hash = digest(&token);
    let expires = office.installation.clock.now().unix_seconds() + 600;
    let expires = DateTime::from_unix_seconds(expires);
    let store = &office.installation.store;
    store
        .write(move |tx| Ok(password_resets::replace(tx, id, &hash, expires)?))
        .expect("stored");
    token
}

fn holds(office: &Office, token: &str) -> Option<String> {
    holder(&office.installation, token).expect("an answer")
}

fn set_by(office: &Office, token: &str, new: &str) -> Redeemed {
    redeem(&office.installation, token, new).expect("an answer")
}

#[test]
fn a_link_sets_one_password_and_ends_all_sessions() {
    let office = Office::open();
    let ann = add(&office, "ann", "ann@example.com");
    let sessions = &office.installation.sessions;
    let ticket = sessions.issue_ticket(ann).expect("ticket");
    let token = link(&office, ann);
    assert_eq!(holds(&office, &token).as_deref(), Some("ann"));
    assert!(matches!(
        set_by(&office, &token, "short"),
        Redeemed::Refused(_)
    ));
    assert!(sessions.authenticate(&ticket).is_ok());
    assert_eq!(set_by(&office, &token, NEW), Redeemed::Done);
    assert!(sessions.authenticate(&ticket).is_err());
    let remote = std::net::IpAddr::from([127, 0, 0, 1]);
    let logged_in = sessions.log_in("ann", Some(NEW), remote);
    assert!(logged_in.expect("an answer").is_some());
    assert_eq!(set_by(&office, &token, NEW), Redeemed::Gone);
    assert_eq!(holds(&office, &token), None);
}

#[test]
fn a_link_ends_with_time_with_another_and_with_what_ends_sessions() {
    let office = Office::open();
    let ann = add(&office, "ann", "ann@example.com");
    let late = link(&office, ann);
    office.installation.clock.advance(601);
    let first = link(&office, ann);
    let second = link(&office, ann);
    for token in [&late, &first, "", "no-link-at-all"] {
        assert_eq!(holds(&office, token), None);
        assert_eq!(set_by(&office, token, NEW), Redeemed::Gone);
    }
    assert!(holds(&office, &second).is_some());
    let set = SetPassword {
        associate_id: ann,
        password: Some(NEW.into()),
    };
    office.call(set).expect("set");
    assert_eq!(holds(&office, &second), None);
    let third = link(&office, ann);
    let retired = MakeRetired {
        associate_id: ann,
        retired: true,
    };
    office.call(retired).expect("retired");
    assert_eq!(set_by(&office, &third, NEW), Redeemed::Gone);
}

#[test]
fn without_a_mail_server_the_answer_says_so_and_nothing_is_stored() {
    let office = Office::open();
    let ann = add(&office, "ann", "ann@example.com");
    let send = |associate_id| office.call(SendChangePasswordEMail { associate_id });
    let result = send(ann).expect("an answer").expect("never nil");
    assert!(!result.success);
    let message = result.message.expect("a reason");
    assert!(message.contains("mail server"), "{message}");
    assert_eq!(office.number("SELECT count(*) FROM password_reset"), 0);
    assert_eq!(refusal(send(99_999)), Exception::NotFound);
    let other = caller(1, UserType::InternalAssociate, &[]);
    let request = SendChangePasswordEMail { associate_id: ann };
    assert_eq!(
        refusal(office.call_as(&other, request)),
        Exception::IllegalOperation
    );
    let types = office.call(GetSupportedChangePasswordTypes { associate_id: ann });
    assert_eq!(types.expect("an answer").expect("never nil").len(), 1);
}
