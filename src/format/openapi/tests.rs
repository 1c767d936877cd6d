//! Whether the document says what there is.

use super::{document, files};
use crate::contract::user_service::SERVICE;
use serde_json::Value;
use std::fs;
use std::path::Path;

#[test]
fn the_committed_document_is_up_to_date() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for file in files() {
        let committed = fs::read_to_string(docs.join(&file.path)).unwrap_or_default();
        assert!(
            committed == file.text,
            "docs/ is stale, run `cargo run -- docs`"
        );
    }
}

#[test]
fn every_operation_is_there() {
    let document = document();
    for operation in SERVICE.operations {
        let path = format!("/api/v1/Agents/User/{}", operation.name);
        let described = &document["paths"][&path]["post"];
        let id = format!("v1UserAgent_{}", operation.name);
        assert_eq!(described["operationId"], id);
        let has_answer = !operation.response.fields.is_empty();
        let status = if has_answer { "200" } else { "204" };
        assert!(described["responses"][status].is_object(), "{path}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    for reference in &references {
        let target = document.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some_and(Value::is_object), "{reference}");
    }
    for (kind, components) in document["components"].as_object().expect("components") {
        if kind == "securitySchemes" {
            continue;
        }
        for name in components.as_object().expect("an object").keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(references.contains(&reference.as_str()), "{reference}");
        }
    }
}

fn collect<'d>(value: &'d Value, references: &mut Vec<&'d str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(reference) if name == "$ref" => references.push(reference),
                    _ => collect(member, references),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

#[test]
fn shapes_are_told_in_full() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let user = &schemas["User"]["properties"];
    assert_eq!(user["Rank"]["type"], serde_json::json!(["integer", "null"]));
    assert_eq!(user["Rank"]["maximum"], i16::MAX);
    assert_eq!(
        user["Type"]["anyOf"][0]["$ref"],
        "#/components/schemas/UserType"
    );
    assert_eq!(schemas["UserType"]["enum"][1], "InternalAssociate");
    assert!(user["Lastlogin"]["format"].is_null(), "there is no zone");
    let names: Vec<_> = user.as_object().expect("properties").keys().collect();
    assert_eq!(
        names.last().map(|name| name.as_str()),
        Some("FieldProperties")
    );
    let arguments = &schemas["ExecuteUserCommandRequest"]["properties"];
    assert!(arguments["ActionResult"].is_object());
}
