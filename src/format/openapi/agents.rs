//! The operations of an agent: `POST /api/v1/Agents/{Service}/{Operation}`.

use super::schema::Schemas;
use super::{introduction, open_document, parts, text};
use crate::format::rest::READ;
use crate::model::{Field, Operation, Rest, Service};
use serde_json::{Map, Value, json};

/// What these operations are grouped by.
pub const TAG: &str = "UserAgent";

/// Adds the paths of all operations.
pub fn describe(service: &Service, paths: &mut Map<String, Value>, schemas: &mut Schemas) {
    for operation in service.operations {
        let path = format!("/api/v1/Agents/{}/{}", service.name, operation.name);
        let id = format!("DescribeAgent_{}", operation.name);
        let about = open_document(&id, "What the operation does, in words.");
        let operation = describe_one(service, operation, schemas);
        paths.insert(path, json!({"post": operation, "get": about}));
    }
}

fn describe_one(service: &Service, operation: &Operation, schemas: &mut Schemas) -> Value {
    let id = format!("v1{}Agent_{}", service.name, operation.name);
    let mut described = introduction(TAG, &id, operation);
    let says = operation.response.fields.first();
    let mut parameters = parts::parameter_references(says.is_some());
    let fields = operation.request.fields;
    if operation.rest == Rest::Query {
        parameters.extend(fields.iter().map(|field| parameter(field, schemas)));
    }
    described["parameters"] = parameters.into();
    let body = match (operation.rest, fields) {
        (Rest::Query, _) | (_, []) => None,
        (Rest::Bare, [field, ..]) => Some(schemas.of(field.shape)),
        (Rest::Arguments, _) => {
            let name = format!("{}Request", operation.name);
            let doc = format!("The arguments of `{}`.", operation.name);
            Some(schemas.named(&name, fields, &doc))
        }
    };
    if let Some(schema) = body {
        let content = parts::content(&READ, &schema);
        described["requestBody"] = json!({"required": true, "content": content});
    }
    let says = says.map(|field| (field.shape, field.nillable));
    described["responses"] = parts::answers(schemas, says).into();
    described
}

/// An argument in the query.
fn parameter(field: &'static Field, schemas: &mut Schemas) -> Value {
    let mut parameter = json!({
        "name": camel_case(field.rest_name),
        "in": "query",
        "required": true,
        "schema": schemas.of(field.shape),
    });
    let doc = text(field.doc);
    if !doc.is_empty() {
        parameter["description"] = doc.into();
    }
    parameter
}

/// Parameters begin with a small letter; the server does not mind.
fn camel_case(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
