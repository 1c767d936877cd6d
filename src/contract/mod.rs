//! What the two services promise: carriers, enumerations and operations, each declared once.
//!
//! Declarations only: everything that is read, written or described is derived from them by
//! the formats, and the order of members, enumeration members and operations is the order on
//! the wire. Where a file has no other word on it, names, types and order are those of the
//! vendor's WSDLs of 2023; two operations, and most of what is said about meaning, come from
//! its REST description of 2026.
//!
//! The doc lines are data too: descriptors carry them to whatever is shown to people.

pub mod archive;
pub mod command;
pub mod credential;
pub mod headers;
pub mod license;
pub mod links;
pub mod list;
pub mod portal;
pub mod principal;
pub mod principal_service;
pub mod rest;
pub mod rights;
pub mod role;
pub mod role_resources;
pub mod session_resources;
pub mod time_zones;
pub mod user;
pub mod user_resources;
pub mod user_service;

use crate::model::Service;

/// All services of SOAP, in the order in which the help pages list them.
pub static SERVICES: &[&Service] = &[&user_service::SERVICE, &principal_service::SERVICE];

/// The resources of the REST side, which SOAP does not know.
pub static RESOURCES: &[&Service] = &[
    &user_resources::SERVICE,
    &role_resources::SERVICE,
    &session_resources::SERVICE,
];

#[cfg(test)]
mod tests {
    use super::rights::Carrier;
    use super::{RESOURCES, SERVICES};
    use crate::model::{
        Access, Dictionary, Edition, Enumeration, Field, ObjectType, Operation, Shape, Value,
    };
    use std::collections::{BTreeMap, BTreeSet};
    use std::ptr;

    /// Every type that a request, an answer or a header block can hold, by name.
    #[derive(Default)]
    struct Types {
        objects: BTreeMap<&'static str, &'static ObjectType>,
        enumerations: BTreeMap<&'static str, &'static Enumeration>,
        dictionaries: BTreeMap<&'static str, &'static Dictionary>,
    }

    impl Types {
        fn of_contract() -> Self {
            let mut types = Self::default();
            for operation in operations() {
                types.add_fields(operation.request.fields);
                types.add_fields(operation.response.fields);
            }
            for service in SERVICES {
                types.add_fields(service.request_headers.fields);
                types.add_fields(service.response_headers.fields);
            }
            types.add(Carrier::SHAPE);
            types
        }

        fn add_fields(&mut self, fields: &'static [Field]) {
            for field in fields {
                self.add(field.shape);
            }
        }

        fn add(&mut self, shape: Shape) {
            match shape {
                Shape::Object(object) => {
                    let object = object();
                    match self.objects.insert(object.name, object) {
                        None => self.add_fields(object.fields),
                        Some(known) => assert!(ptr::eq(known, object), "two {}", object.name),
                    }
                }
                Shape::Enum(enumeration) => {
                    if let Some(known) = self.enumerations.insert(enumeration.name, enumeration) {
                        assert!(ptr::eq(known, enumeration), "two {}", enumeration.name);
                    }
                }
                Shape::Map(dictionary) => {
                    match self.dictionaries.insert(dictionary.name, dictionary) {
                        None => self.add(dictionary.value),
                        Some(known) => assert!(ptr::eq(known, dictionary), "two {}", known.name),
                    }
                }
                Shape::List(item) => self.add(*item),
                Shape::Bool
                | Shape::Short
                | Shape::Int
                | Shape::Text
                | Shape::DateTime
                | Shape::Bytes => {}
            }
        }
    }

    fn operations() -> impl Iterator<Item = &'static Operation> {
        SERVICES
            .iter()
            .flat_map(|service| service.operations.iter().copied())
    }

    #[track_caller]
    fn assert_unique(owner: &str, names: impl IntoIterator<Item = &'static str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            assert!(seen.insert(name), "{owner} has {name} twice");
        }
    }

    /// A single word, such as the name again, says nothing.
    #[track_caller]
    fn assert_documented(name: &str, doc: &str) {
        let doc = doc.trim();
        assert!(doc.contains(' ') && doc.ends_with('.'), "{name}: {doc:?}");
    }

    #[test]
    fn services_have_all_their_operations() {
        let counts: Vec<_> = SERVICES
            .iter()
            .map(|service| (service.name, service.operations.len()))
            .collect();
        assert_eq!(counts, [("User", 97), ("SoPrincipal", 5)]);
        for service in SERVICES {
            assert_unique(service.name, service.operations.iter().map(|it| it.name));
        }
    }

    #[test]
    fn resources_are_documented_and_need_a_ticket_but_to_log_in() {
        for service in RESOURCES {
            assert_documented(service.name, service.doc);
            assert_unique(service.name, service.operations.iter().map(|it| it.name));
            for operation in service.operations {
                assert_documented(operation.name, operation.doc);
                let logs_in = service.name == "Session";
                assert!(logs_in || operation.access != Access::Anybody);
                assert!(operation.route.is_some(), "{}", operation.name);
            }
        }
        let routes = RESOURCES.iter().flat_map(|service| service.operations);
        let routes = routes.filter_map(|operation| operation.route);
        let mut seen = BTreeSet::new();
        for route in routes {
            assert!(seen.insert((route.method, route.path)), "{}", route.path);
        }
        assert!(SERVICES.iter().all(|service| {
            let mut operations = service.operations.iter();
            operations.all(|operation| operation.route.is_none())
        }));
    }

    #[test]
    fn only_logging_in_needs_no_ticket() {
        for service in SERVICES {
            for operation in service.operations {
                let user = service.name == "User";
                assert_eq!(
                    operation.access != Access::Anybody,
                    user,
                    "{}",
                    operation.name
                );
            }
        }
    }

    #[test]
    fn seventeen_operations_answer_nothing() {
        let silent = operations().filter(|operation| operation.response.fields.is_empty());
        assert_eq!(silent.count(), 17);
    }

    #[test]
    fn two_operations_are_newer_than_the_wsdl_and_stand_last() {
        let newer: Vec<_> = operations()
            .filter(|operation| operation.since == Edition::Rest2026)
            .map(|operation| operation.name)
            .collect();
        assert_eq!(newer, ["GetAllDataRights", "ExchangeCodeAndSaveTokens"]);
        let editions = SERVICES[0].operations.iter().map(|it| it.since);
        assert!(editions.is_sorted_by_key(|edition| edition));
    }

    #[test]
    fn names_are_unique_where_they_meet() {
        for operation in operations() {
            let request = operation.request;
            assert_unique(request.name, request.fields.iter().map(|it| it.name));
            let response = operation.response;
            assert_unique(response.name, response.fields.iter().map(|it| it.name));
        }
        let types = Types::of_contract();
        for (name, object) in &types.objects {
            assert!(!object.fields.is_empty(), "{name} is empty");
            assert_unique(name, object.fields.iter().map(|it| it.name));
        }
        for (name, enumeration) in &types.enumerations {
            assert_unique(name, enumeration.members.iter().map(|it| it.name));
        }
        assert_unique(
            "the schema",
            (types.objects.keys())
                .chain(types.enumerations.keys())
                .chain(types.dictionaries.keys())
                .copied(),
        );
    }

    #[test]
    fn carriers_begin_with_the_members_of_their_base() {
        let base = Carrier::TYPE.fields;
        for (name, object) in Types::of_contract().objects {
            let inherited = object.fields.iter().take(object.inherited);
            assert!(
                object.inherited == 0 || object.inherited == base.len(),
                "{name}"
            );
            for (field, of_base) in inherited.zip(base) {
                assert_eq!(field.name, of_base.name, "{name}");
                assert_eq!(field.nillable, of_base.nillable, "{name}");
                assert_eq!(field.shape.name(), of_base.shape.name(), "{name}");
            }
        }
    }

    #[test]
    fn flags_are_single_bits() {
        for (name, enumeration) in Types::of_contract().enumerations {
            if enumeration.flags {
                let mut members = enumeration.members.iter();
                assert!(members.all(|it| it.number.count_ones() == 1), "{name}");
            }
        }
    }

    #[test]
    fn everything_is_documented() {
        for service in SERVICES {
            assert_documented(service.name, service.doc);
            for headers in [service.request_headers, service.response_headers] {
                assert_documented(headers.name, headers.doc);
                assert_unique(headers.name, headers.fields.iter().map(|it| it.name));
            }
        }
        for operation in operations() {
            assert_documented(operation.name, operation.doc);
        }
        let types = Types::of_contract();
        for (name, object) in &types.objects {
            assert_documented(name, object.doc);
        }
        for (name, enumeration) in &types.enumerations {
            assert_documented(name, enumeration.doc);
        }
        for (name, dictionary) in &types.dictionaries {
            assert_documented(name, dictionary.doc);
        }
    }
}
