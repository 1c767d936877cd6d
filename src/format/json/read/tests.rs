//! What is read, and what is refused with which words.

use super::read;
use crate::config::MessageLimits;
use crate::contract::user::{ResolvedUser, User, UserType};
use crate::fault::{Fault, Kind, Protocol};
use crate::model::{Dates, Slot, Value};

fn user(text: &str) -> Result<User, Fault> {
    let mut user = User::default();
    let limits = MessageLimits::default();
    read(text.as_bytes(), limits, &Dates::BASE, || {
        Slot::Object(&mut user)
    })
    .map(|()| user)
}

#[test]
fn more_values_than_a_message_may_have_are_refused() {
    let few = MessageLimits {
        elements: 4,
        ..MessageLimits::default()
    };
    let filled = |text: &str| {
        let mut user = User::default();
        read(text.as_bytes(), few, &Dates::BASE, || {
            Slot::Object(&mut user)
        })
    };
    filled(r#"{"OtherGroups": [{}, {}, null], "Role": null, "x": [1, 2, 3]}"#).expect("four");
    let fault = filled(r#"{"OtherGroups": [{}, {}, {}]}"#).expect_err("five");
    assert!(fault.message().contains("more than 4 values"), "{fault}");
}

#[test]
fn any_order_any_case_unknown_properties_and_nulls() {
    let user = user(
        r#"{"type": 1, "new": {"a": [1, {}]}, "Name": "ab", "ASSOCIATEID": 5, "Role": null,
            "Deleted": null, "OtherGroups": [null, {"Id": 7}], "ExtraFields": {"x": null},
            "Person": {}, "TableRight": {"Mask": "Select, Update"}}"#,
    )
    .expect("acceptable");
    assert_eq!((user.associate_id, user.name.as_deref()), (5, Some("ab")));
    assert_eq!(user.r#type, UserType::InternalAssociate);
    assert!(user.role.is_none() && user.person.is_some() && !user.deleted);
    let groups = user.other_groups.expect("present");
    assert_eq!(groups.iter().map(|group| group.id).collect::<Vec<_>>(), [7]);
    let fields = user.extra_fields.expect("present");
    assert_eq!(fields.0, [("x".to_owned(), None)]);
    assert_eq!(user.table_right.map(|right| right.mask.0), Some(3));
}

#[test]
fn whole_numbers_are_whole_however_they_are_written() {
    let user = user(r#"{"AssociateId": 5.0, "Rank": -1e2, "Type": 1.0}"#).expect("acceptable");
    assert_eq!((user.associate_id, user.rank), (5, -100));
    assert_eq!(user.r#type, UserType::InternalAssociate);
    for text in [
        r#"{"Rank": 1e5}"#,
        r#"{"AssociateId": 1e300}"#,
        r#"{"Name": 1.0}"#,
    ] {
        self::user(text).expect_err(text);
    }
}

#[test]
fn null_asks_for_no_place() {
    let mut resolved = ResolvedUser::default();
    read(b" null ", MessageLimits::default(), &Dates::BASE, || {
        resolved.user.slot()
    })
    .expect("null");
    assert!(resolved.user.is_none());
}

#[test]
fn a_misfit_is_refused_with_its_path() {
    for (text, expected) in [
        (
            r#"{"AssociateId": "5"}"#,
            "invalid type: string \"5\", expected a whole number from -2147483648 to 2147483647 for AssociateId",
        ),
        (
            r#"{"AssociateId": 2147483648}"#,
            "invalid value: integer `2147483648`, expected a whole number",
        ),
        (r#"{"AssociateId": 1.5}"#, "for AssociateId"),
        (
            r#"{"Rank": 40000}"#,
            "a whole number from -32768 to 32767 for Rank",
        ),
        (
            r#"{"Person": {"Firstname": 1}}"#,
            "expected a string for Person.Firstname",
        ),
        (
            r#"{"Person": []}"#,
            "invalid type: sequence, expected an object of type Person for Person",
        ),
        (
            r#"{"OtherGroups": [{}, {"Id": true}]}"#,
            "invalid type: boolean `true`, expected a whole number from -2147483648 to 2147483647 for OtherGroups[1].Id",
        ),
        (
            r#"{"OtherGroups": {}}"#,
            "expected an array for OtherGroups",
        ),
        (
            r#"{"ExtraFields": {"a": {}}}"#,
            "expected a string for ExtraFields[\"a\"]",
        ),
        (
            r#"{"Type": "Nobody"}"#,
            "expected one of Unknown, InternalAssociate",
        ),
        (r#"{"Type": 9}"#, "for Type"),
        (
            r#"{"TableRight": {"Mask": "All"}}"#,
            "expected some of Select, Update",
        ),
        (r#"{"Lastlogin": "yesterday"}"#, "expected a date such as"),
        (r#"{"Name": "a", "name": "b"}"#, "Name comes twice"),
        (
            r#"{"ExtraFields": {"a": "1", "a": "1"}}"#,
            "ExtraFields[\"a\"] comes twice",
        ),
        ("[]", "expected an object of type User for the body"),
    ] {
        let fault = user(text).expect_err(text);
        assert_eq!(
            *fault.kind(),
            Kind::Protocol(Protocol::DeserializationFailed),
            "{text}"
        );
        assert!(
            fault.message().contains(expected),
            "{text}: {}",
            fault.message()
        );
    }
}

#[test]
fn what_is_no_json_is_malformed() {
    let bottomless = r#"{"TicketCategories":[{"ChildItems":["#.to_owned()
        + &r#"{"ChildItems":["#.repeat(100_000);
    for text in ["", "{", "{} {}", "{\"Name\": \"a}", &bottomless] {
        let fault = user(text).expect_err("no JSON");
        assert_eq!(
            *fault.kind(),
            Kind::Protocol(Protocol::Malformed),
            "{fault}"
        );
    }
}

#[test]
fn messages_stay_short() {
    let fault = user(&format!(r#"{{"AssociateId": "{}"}}"#, "ø".repeat(10_000)));
    assert!(fault.expect_err("no number").message().len() < 400);
}
