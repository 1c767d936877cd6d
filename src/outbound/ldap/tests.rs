//! What holds without a directory.

use super::*;
use crate::config::Secret;
use std::net::TcpListener;
use std::time::{Duration, Instant};

fn settings() -> DirectorySettings {
    DirectorySettings {
        url: "ldap://ldap.example.com".into(),
        user_base: "ou=people,dc=example,dc=com".into(),
        ..DirectorySettings::default()
    }
}

fn directory(settings: &DirectorySettings) -> LdapDirectory {
    LdapDirectory::new(settings)
        .expect("good")
        .expect("a directory")
}

#[test]
fn without_a_url_there_is_no_directory() {
    let none = LdapDirectory::new(&DirectorySettings::default());
    assert!(none.expect("none").is_none());
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").expect("a file");
    let wrong = |name: &str, change: &dyn Fn(&mut DirectorySettings)| {
        let mut settings = settings();
        change(&mut settings);
        let error = LdapDirectory::new(&settings).expect_err(name).to_string();
        let start = format!("setting directory.{name}: ");
        assert!(error.starts_with(&start), "{error}");
    };
    for url in [
        "ldap.example.com",
        "http://ldap.example.com",
        "ldapi://%2ftmp%2fsocket",
        "ldap://",
        "ldap://ann:secret@ldap.example.com",
        "ldap://ldap.example.com/dc=example,dc=com",
        "ldap://ldap.example.com/??sub",
    ] {
        wrong("url", &|it| it.url = url.into());
    }
    wrong("starttls", &|it| {
        it.url = "ldaps://ldap.example.com".into();
        it.starttls = true;
    });
    wrong("bind_password", &|it| it.bind_dn = "cn=admin".into());
    wrong("user_base", &|it| it.user_base = String::new());
    for filter in ["", "cn=a", "(cn=a", "(cn=a)(cn=b)", "(cn=a))"] {
        wrong("user_filter", &|it| it.user_filter = filter.into());
        wrong("group_filter", &|it| it.group_filter = filter.into());
    }
    for attribute in ["", "a b", "cn=*)(uid", "*"] {
        wrong("value", &|it| it.value = attribute.into());
        wrong("member_key", &|it| it.member_key = attribute.into());
    }
    wrong("member_of", &|it| it.member_of = "a)(b".into());
    for file in [folder.path().join("none.pem"), empty] {
        wrong("ca_file", &|it| it.ca_file = Some(file.clone()));
    }
}

#[test]
fn nested_filters_and_matching_rules_are_taken() {
    directory(&DirectorySettings {
        user_filter: "(&(objectCategory=person)(|(ou=a)(!(ou=ø))))".into(),
        member_of: "memberOf:1.2.840.113556.1.4.1941:".into(),
        ..settings()
    });
}

#[test]
fn the_password_is_not_shown() {
    let settings = DirectorySettings {
        bind_dn: "cn=admin".into(),
        bind_password: Secret::new("postage"),
        ..settings()
    };
    let shown = format!("{settings:?} {:?}", directory(&settings));
    assert!(
        shown.contains("cn=admin") && !shown.contains("postage"),
        "{shown}"
    );
}

#[test]
fn a_search_cannot_bring_a_filter_of_its_own() {
    assert_eq!(holding(&["a", "b"], "").as_deref(), Some(""));
    let filter = holding(&["a", "b"], "*)(x=\\ø").expect("a filter");
    assert_eq!(
        filter,
        "(|(a=*\\2a\\29\\28x=\\5cø*)(b=*\\2a\\29\\28x=\\5cø*))"
    );
    assert!(ldap3::parse_filter(filter).is_ok());
    assert_eq!(holding(&["a"], &"å".repeat(LONGEST + 1)), None);
}

#[test]
fn a_directory_that_is_silent_or_not_there_is_an_error_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    for starttls in [false, true] {
        let silent = directory(&DirectorySettings {
            url: format!("ldap://{address}"),
            starttls,
            bind_dn: "cn=admin".into(),
            bind_password: Secret::new("postage"),
            patience: Duration::from_millis(300),
            ..settings()
        });
        let begin = Instant::now();
        let late = silent.users("a").expect_err("late");
        assert_eq!(late.exception(), Some(Exception::Server));
        assert!(late.message().contains("in time"), "{late:?}");
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
    drop(listener);
    let gone = directory(&DirectorySettings {
        url: format!("ldap://{address}"),
        ..settings()
    });
    let gone = gone.user("a").expect_err("gone");
    assert!(gone.message().contains("reached"), "{gone:?}");
}
