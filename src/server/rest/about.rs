//! What there is, for people and programs that look around: `GET /api`, `/api/v1`, and a GET on an
//! operation of the agent. Anybody may look.

use super::path;
use crate::contract::RESOURCES;
use crate::contract::user_service;
use crate::model::{Namespace, Operation};
use hyper::Method;
use serde_json::{Map, Value, json};

/// How these documents are read.
pub const METHODS: &str = "GET, HEAD, OPTIONS";

/// The document at a path below `/api`, as JSON, if there is one to be read.
///
/// `api` is where the client reaches `/api`.
pub fn document(method: &Method, tail: &str, api: &str) -> Option<Value> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let segments = path::segments(tail)?;
    let named = |place: usize, name: &str| {
        let segment = segments.get(place);
        segment.is_some_and(|segment| segment.eq_ignore_ascii_case(name))
    };
    match segments.len() {
        1 if segments[0].is_empty() => Some(version(api)),
        1 if named(0, "v1") => Some(all(api)),
        4 if named(0, "v1") && named(1, "Agents") && named(2, "User") => {
            let mut operations = user_service::SERVICE.operations.iter();
            operations
                .find(|operation| named(3, operation.name))
                .map(|operation| json!({ agent(api, operation): { "POST": words(operation) } }))
        }
        _ => None,
    }
}

/// Which versions there are.
fn version(api: &str) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    json!({
        "v1": format!("{api}/v1"),
        "Version": "v1",
        "NetServerVersion": version,
        "NetServerAssembly": format!("{version}.0"),
        "NetServer": format!("services88 {version}"),
        "Services": "Services88",
        "Services88": Namespace::Services88.uri(),
    })
}

/// All addresses, with the methods of each and what they do.
fn all(api: &str) -> Value {
    let mut addresses = Map::new();
    let mut add = |address: String, method: &str, operation: &Operation| {
        let methods = addresses.entry(address).or_insert_with(|| json!({}));
        methods[method] = words(operation).into();
    };
    for operation in user_service::SERVICE.operations {
        add(agent(api, operation), "POST", operation);
    }
    for operation in RESOURCES.iter().flat_map(|service| service.operations) {
        if let Some(route) = operation.route {
            add(
                format!("{api}{}", route.path),
                route.method.name(),
                operation,
            );
        }
    }
    Value::Object(addresses)
}

fn agent(api: &str, operation: &Operation) -> String {
    format!("{api}/v1/Agents/User/{}", operation.name)
}

fn words(operation: &Operation) -> String {
    let words: Vec<_> = operation.doc.split_whitespace().collect();
    words.join(" ")
}
