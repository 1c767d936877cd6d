//! One store behind both sides: a user with every member that can be written, filled at random,
//! reads the same by SOAP and by REST, whichever of them saved it.

use super::client::{send, ticket};
use crate::answer::{Node, element, text};
use crate::full_user::sid;
use crate::support::{Caller, TestServer};
use crate::users;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

const USER: &str = "/api/v1/User";

/// How the items of an array are called in XML.
const ITEMS: &[(&str, &str)] = &[
    ("OtherGroups", "UserGroup"),
    ("Credentials", "Credential"),
    ("TicketCategories", "MDOListItem"),
    ("LicenseOwners", "LicenseOwner"),
    ("RestrictedModuleLicenses", "ModuleLicenseLink"),
    ("UnrestrictedModuleLicenses", "ModuleLicenseLink"),
];

/// A JSON value as an element of SOAP.
fn xml(name: &str, value: &Value) -> String {
    match value {
        Value::Null => format!("<{name} i:nil=\"true\"/>"),
        Value::String(content) => text(name, content),
        Value::Bool(_) | Value::Number(_) => text(name, &value.to_string()),
        Value::Array(items) => {
            let item = ITEMS.iter().find(|(array, _)| *array == name).unwrap().1;
            let items: String = items.iter().map(|value| xml(item, value)).collect();
            element(name, &items)
        }
        Value::Object(entries) if name.ends_with("Fields") => {
            let pair = |(key, value): (&String, &Value)| {
                element(
                    "StringKeyValuePair",
                    &(text("Key", key) + &xml("Value", value)),
                )
            };
            element(name, &entries.iter().map(pair).collect::<String>())
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| xml(name, value));
            element(name, &members.collect::<String>())
        }
    }
}

/// Fails where an answer of SOAP says something else than one of REST.
#[track_caller]
fn assert_same(node: &Node, value: &Value, path: &str) {
    let is_map = |node: &Node| {
        node.children
            .iter()
            .all(|it| it.local.ends_with("KeyValuePair"))
    };
    match value {
        Value::Null => assert!(node.nil, "{path}: {node:?}"),
        // Flags are lists in XML, and have names for several at once in JSON.
        Value::String(_) if path.ends_with("/Mask") => {}
        Value::String(content) => assert_eq!(&*node.text, content, "{path}"),
        Value::Bool(_) | Value::Number(_) => assert_eq!(&*node.text, value.to_string(), "{path}"),
        Value::Array(items) => {
            assert_eq!(node.children.len(), items.len(), "{path}");
            for (index, (child, item)) in node.children.iter().zip(items).enumerate() {
                assert_same(child, item, &format!("{path}[{index}]"));
            }
        }
        Value::Object(entries) if is_map(node) => {
            assert_eq!(node.children.len(), entries.len(), "{path}");
            for (child, (key, value)) in node.children.iter().zip(entries) {
                assert_eq!(child.text_at("Key"), key, "{path}");
                assert_same(child.at("Value"), value, &format!("{path}[{key}]"));
            }
        }
        Value::Object(members) => {
            assert_eq!(node.children.len(), members.len(), "{path}: {node:?}");
            for (name, value) in members {
                assert_same(node.at(name), value, &format!("{path}/{name}"));
            }
        }
    }
}

/// Leaves out what differs between two users that were saved alike.
fn without_keys(mut user: Value) -> Value {
    let members = user.as_object_mut().unwrap();
    members.remove("AssociateId");
    members.remove("EjUserId");
    if let Some(person) = members.get_mut("Person").and_then(Value::as_object_mut) {
        person.remove("PersonId");
        person.remove("AssociateId");
    }
    user
}

fn read(server: &TestServer, caller: &Caller, id: &str) -> Value {
    let path = format!("{USER}/{id}");
    let mut user = send(server, "GET", &path, &[&ticket(caller)], &Value::Null).ok();
    user.as_object_mut().unwrap().remove("_Links");
    user
}

fn words(longest: usize) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!("[ -~à-ÿЀ-ӿ一-丿😀-😿]{{0,{longest}}}")).unwrap()
}

/// A text that may be missing.
fn maybe(longest: usize) -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => words(longest).prop_map(Value::from),
        1 => Just(json!("")),
        1 => Just(Value::Null),
    ]
}

fn fields() -> impl Strategy<Value = Value> {
    vec(("[a-zA-Z<&\"åЖ:]{1,20}", maybe(30)), 0..4)
        .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>()))
}

fn person() -> impl Strategy<Value = Value> {
    let texts = [
        ("Position", 20),
        ("Mrmrs", 20),
        ("Firstname", 99),
        ("Lastname", 99),
        ("MiddleName", 99),
        ("Title", 100),
        ("Description", 200),
        ("Email", 60),
        ("DirectPhone", 30),
        ("FaxPhone", 30),
        ("MobilePhone", 30),
        ("Kanafname", 30),
        ("Kanalname", 30),
        ("Post1", 30),
        ("Post2", 30),
        ("Post3", 30),
        ("EmailName", 30),
        ("CategoryName", 30),
    ];
    let values: Vec<_> = texts.map(|(_, longest)| maybe(longest)).into();
    let numbers = (0..999_i32, -9..9_i16, 0..9_i16, 0..9_i32, any::<bool>());
    (values, numbers).prop_map(move |(values, (country, rank, few, key, flag))| {
        let names = texts.iter().map(|(name, _)| (*name).to_owned());
        let mut person: Map<_, _> = names.zip(values).collect();
        for (name, value) in [
            ("CountryId", json!(country)),
            ("ContactId", json!(1)),
            ("Rank", json!(rank)),
            ("ActiveInterests", json!(few)),
            ("ActiveErpLinks", json!(few)),
            ("TicketPriorityId", json!(key)),
            ("SupportLanguageId", json!(key)),
            ("SupportAssociateId", json!(1)),
            ("UsePersonAddress", json!(flag)),
        ] {
            person.insert(name.to_owned(), value);
        }
        Value::Object(person)
    })
}

fn user() -> impl Strategy<Value = Value> {
    let names = (words(100), words(40), words(80), words(20));
    let texts = (maybe(254), maybe(60));
    let choices = (any::<i16>(), any::<bool>(), any::<bool>(), 0..=2_usize);
    (names, texts, choices, person(), fields(), fields()).prop_map(
        |(names, texts, choices, person, extra, custom)| {
            let (name, nick, user_name, display) = names;
            let (tooltip, signature) = texts;
            let (rank, waiting, licensed, groups) = choices;
            let other_groups = [json!({"Id": 3}), json!({"Id": 1})];
            let license = |name: &str| json!({"Name": name, "Assigned": licensed});
            json!({
                "Name": format!("n{name}."),
                "Rank": rank,
                "Tooltip": tooltip,
                "LicenseOwners": [{
                    "Name": "SUPEROFFICE",
                    "RestrictedModuleLicenses": [license("user"), license("web")],
                    "UnrestrictedModuleLicenses": [license("visible-for")],
                }],
                "Role": {"Id": 8},
                "UserGroup": {"Id": 2},
                "OtherGroups": other_groups[..groups],
                "Person": person,
                "RequestSignature": signature,
                "Type": "InternalAssociate",
                "Credentials": [{
                    "Type": {"Type": "ActiveDirectory"},
                    "Value": sid(&nick),
                    "DisplayValue": display,
                }],
                "UserName": format!("u{user_name}."),
                "NickName": format!("k{nick}."),
                "WaitingForApproval": waiting,
                "ExtraFields": extra,
                "CustomFields": custom,
            })
        },
    )
}

#[test]
fn what_one_side_saves_the_other_reads_for_every_member() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let cases = std::env::var("SERVICES88_TEST_CASES").ok();
    let mut runner = TestRunner::new(Config {
        cases: cases.and_then(|cases| cases.parse().ok()).unwrap_or(12),
        failure_persistence: None,
        ..Config::default()
    });
    let delete = |id: &str| {
        let path = format!("{USER}/{id}");
        send(&server, "DELETE", &path, &[&ticket(&admin)], &Value::Null).ok();
    };
    let outcome = runner.run(&user(), |user| {
        let told = send(&server, "POST", USER, &[&ticket(&admin)], &user);
        let id = told.ok()["AssociateId"].to_string();
        let by_rest = read(&server, &admin, &id);
        assert_same(&users::get(&server, &admin, &id), &by_rest, "");
        for name in [
            "Name",
            "Rank",
            "Tooltip",
            "UserName",
            "NickName",
            "ExtraFields",
            "CustomFields",
        ] {
            prop_assert_eq!(&by_rest[name], &user[name], "{}", name);
        }
        delete(&id);

        let saved = users::save(&server, &admin, &xml("User", &user));
        let id = saved.text_at("AssociateId").to_owned();
        let by_soap = read(&server, &admin, &id);
        assert_same(&users::get(&server, &admin, &id), &by_soap, "");
        prop_assert_eq!(without_keys(by_soap), without_keys(by_rest));
        delete(&id);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
