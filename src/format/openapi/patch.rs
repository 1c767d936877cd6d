//! Bodies that change some of a document.

use super::schema::Schemas;
use serde_json::{Map, Value, json};

/// The media types of a patch, each with its schema; `document` is that of what is changed.
pub fn content(schemas: &mut Schemas, document: &Value) -> Map<String, Value> {
    let patch = schemas.given("JsonPatch", json_patch());
    let either = json!({"anyOf": [patch, document]});
    [
        ("application/json-patch+json", &patch),
        ("application/merge-patch+json", document),
        ("application/json", &either),
        ("text/json", &either),
    ]
    .into_iter()
    .map(|(name, schema)| (name.to_owned(), json!({"schema": schema})))
    .collect()
}

/// Operations as RFC 6902 has them.
fn json_patch() -> Value {
    let pointer = json!({"type": "string", "pattern": "^(/([^~/]|~[01])*)*$"});
    let operation = |names: &[&str], more: &str, schema: Value| {
        let mut operation = json!({
            "type": "object",
            "properties": {"op": {"type": "string", "enum": names}, "path": pointer},
            "required": ["op", "path"],
        });
        if !more.is_empty() {
            operation["properties"][more] = schema;
            operation["required"] = json!(["op", "path", more]);
        }
        operation
    };
    json!({
        "type": "array",
        "description": "A JSON Patch (RFC 6902). Letter case does not count in names of members.",
        "maxItems": 1000,
        "items": {"anyOf": [
            operation(&["add", "replace", "test"], "value", json!({})),
            operation(&["remove"], "", Value::Null),
            operation(&["move", "copy"], "from", pointer.clone()),
        ]},
    })
}
