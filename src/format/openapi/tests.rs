//! Whether the document says what there is.

use super::{document, files};
use crate::contract::RESOURCES;
use crate::contract::user_service::SERVICE;
use crate::model::Route;
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
fn every_resource_is_there_and_no_two_paths_are_the_same() {
    let document = document();
    let paths = document["paths"].as_object().expect("paths");
    let nameless = |path: &str| -> Vec<String> {
        let name = |segment| {
            Route::argument(segment)
                .map_or(segment, |_| "{}")
                .to_owned()
        };
        path.split('/').map(name).collect()
    };
    for service in RESOURCES {
        for operation in service.operations {
            let route = operation.route.expect("a route");
            let wanted = nameless(&format!("/api{}", route.path));
            let mut found = paths.iter().filter(|(path, _)| nameless(path) == wanted);
            let (path, item) = found.next().expect(route.path);
            assert!(found.next().is_none(), "{path}");
            let described = &item[route.method.name().to_ascii_lowercase()];
            assert!(described.is_object(), "{} {path}", operation.name);
            let named = |it: &&Value| it["in"] == "path";
            let parameters = described["parameters"].as_array().expect("parameters");
            let names: Vec<_> = parameters
                .iter()
                .filter(named)
                .map(|it| &it["name"])
                .collect();
            let in_path: Vec<_> = path.split('/').filter_map(Route::argument).collect();
            assert_eq!(names, in_path, "{path}");
        }
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
