//! The REST side as an OpenAPI 3.1 document, for people and for generators of clients.

mod agents;
mod parts;
mod patch;
mod portals;
mod resources;
mod schema;

use super::files::{self, File};
use super::handbook;
use crate::contract::{RESOURCES, user_service};
use crate::model::{Access, Operation};
use schema::Schemas;
use serde_json::{Map, Value, json};
use std::io;
use std::path::Path;
use std::sync::LazyLock;

/// The document, without needless space.
pub static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

/// The document for people, as `openapi.json`.
pub fn files() -> Vec<File> {
    vec![File {
        path: "openapi.json".to_owned(),
        text: format!("{:#}\n", document()),
    }]
}

/// Writes [`files()`] into a directory.
pub fn write_all(directory: &Path) -> io::Result<()> {
    files::write_all(directory, files())
}

fn document() -> Value {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    agents::describe(&user_service::SERVICE, &mut paths, &mut schemas);
    for service in RESOURCES {
        resources::describe(service, &mut paths, &mut schemas);
    }
    portals::describe(&mut paths, &mut schemas);
    for (path, id, doc) in [
        ("/api", "GetApi", "Which versions there are."),
        (
            "/api/v1",
            "GetAddresses",
            "All addresses, with the methods of each.",
        ),
    ] {
        paths.insert(path.to_owned(), json!({"get": open_document(id, doc)}));
    }
    paths.insert("/api/v1/openapi.json".to_owned(), json!({"get": itself()}));
    let responses = parts::responses(&mut schemas);
    let mut tags = vec![
        json!({"name": agents::TAG, "description": "Each operation of `User.svc`, by its name."}),
    ];
    tags.extend(
        RESOURCES
            .iter()
            .map(|service| json!({"name": service.name, "description": text(service.doc)})),
    );
    tags.push(
        json!({"name": portals::TAG, "description": "Agents of agencies register themselves."}),
    );
    tags.push(json!({"name": TAG, "description": "What there is to call."}));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "services88",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
        },
        "servers": [
            {"url": "/"},
            {
                "url": "/{tenant}",
                "description": "The same below the name of a tenant.",
                "variables": {"tenant": {"default": "Cust1"}},
            },
        ],
        "security": [
            {"basic": []},
            {"ticket": []},
            {"bearer": []},
            {"cookie": [], "xsrf": []},
        ],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": parts::security_schemes(),
            "parameters": parts::parameters(),
            "headers": parts::headers(),
            "responses": responses,
            "schemas": schemas.into_components(),
        },
    })
}

const TAG: &str = "Description";

const ABOUT: &str = "The operations of `User.svc` as JSON, XML and forms.\n\n\
    Properties may come in any order and letter case. One that is missing or null stays as it is \
    without it; one that is not known is passed over; one that comes twice is refused. Answers \
    have all properties, in the order given here; null is nothing, or what was \
    not selected.\n\n\
    XML has the name of the type as its root and no namespaces. The entries of a dictionary are \
    elements with a `Key` and a `Value` each. In a form, `Person.Firstname`, `OtherGroups[0].Id` \
    and `ExtraFields[key]` lead into objects, arrays and dictionaries.";

/// A document that anybody may read.
fn open_document(id: &str, doc: &str) -> Value {
    json!({
        "tags": [TAG],
        "operationId": format!("v1_{id}"),
        "summary": doc,
        "security": [],
        "responses": {"200": {
            "description": "The document.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        }},
    })
}

/// This document, which a client may have already.
fn itself() -> Value {
    let mut itself = open_document("GetOpenApi", "This document.");
    let responses = &mut itself["responses"];
    responses["200"]["headers"] = json!({"ETag": {"$ref": "#/components/headers/ETag"}});
    responses["304"] =
        json!({"description": "The document is the one that `If-None-Match` names."});
    itself
}

/// What an operation does, and what it asks of its caller.
fn introduction(tag: &str, id: &str, operation: &Operation) -> Value {
    let doc = text(operation.doc);
    let summary = doc.split_inclusive(". ").next().unwrap_or_default().trim();
    let mut introduction = json!({
        "tags": [tag],
        "operationId": id,
        "summary": summary,
        "description": format!("{doc}\n\nNeeds {}.", handbook::needs(operation)),
    });
    if operation.access == Access::Anybody {
        introduction["security"] = json!([]);
    }
    introduction
}

/// Doc lines as one text.
fn text(doc: &str) -> String {
    let lines: Vec<_> = doc.lines().map(str::trim).collect();
    lines.join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests;
