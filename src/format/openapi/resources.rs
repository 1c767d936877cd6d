//! The operations on resources: `GET /api/v1/User/{id}` and the like.
//!
//! Paths that differ in the names of their arguments only are one path to OpenAPI, so that what the
//! server tells apart by the look of a segment is one operation here.

use super::schema::Schemas;
use super::{introduction, parts, patch, text};
use crate::contract::links::Patch;
use crate::format::rest::READ;
use crate::model::{Field, Method, Operation, Route, Service, Shape};
use serde_json::{Map, Value, json};

/// Adds the paths of all operations.
pub fn describe(service: &Service, paths: &mut Map<String, Value>, schemas: &mut Schemas) {
    // The first name of each argument, by the path without names.
    let mut shapes: Vec<(String, String)> = Vec::new();
    for operation in service.operations {
        let Some(route) = operation.route else {
            continue;
        };
        let own = format!("/api{}", route.path);
        let nameless = without_names(route);
        let path = match shapes.iter().find(|(known, _)| *known == nameless) {
            Some((_, path)) => path.clone(),
            None => {
                shapes.push((nameless, own.clone()));
                own
            }
        };
        let mut described = describe_one(service, operation, route, schemas);
        rename(&mut described, &path);
        let item = &mut paths.entry(path).or_insert_with(|| json!({}))[method(route)];
        match item {
            Value::Null => *item = described,
            known => join(known, &described),
        }
    }
}

fn method(route: Route) -> &'static str {
    match route.method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
    }
}

fn without_names(route: Route) -> String {
    let name = |segment| Route::argument(segment).map_or(segment, |_| "{}");
    route.segments().map(name).collect::<Vec<_>>().join("/")
}

fn describe_one(
    service: &Service,
    operation: &Operation,
    route: Route,
    schemas: &mut Schemas,
) -> Value {
    let id = format!("v1{}_{}", service.name, operation.name);
    let mut described = introduction(service.name, &id, operation);
    let answer = operation.response.fields;
    let mut parameters = Vec::new();
    for segment in route.segments() {
        let argument = Route::argument(segment);
        let mut fields = operation.request.fields.iter();
        let field = argument.and_then(|name| fields.find(|field| field.rest_name == name));
        parameters.extend(field.map(|field| in_path(field, schemas)));
    }
    let in_path = parameters.len();
    for field in operation.request.fields {
        let named = |it: &Value| it["name"] == field.rest_name;
        if parameters.iter().take(in_path).any(named) {
            continue;
        }
        match field.shape {
            Shape::Object(object) if std::ptr::eq(object(), Patch::TYPE) => {
                let document = replaced(service, route).map(|it| schemas.of(it.shape));
                let content = patch::content(schemas, &document.unwrap_or_default());
                described["requestBody"] = json!({"required": true, "content": content});
            }
            Shape::Object(_) | Shape::List(_) | Shape::Map(_) => {
                let content = parts::content(&READ, &schemas.of(field.shape));
                described["requestBody"] = json!({"required": true, "content": content});
            }
            Shape::DateTime => parameters.push(parts::reference(field.rest_name)),
            _ => parameters.push(in_query(field, schemas)),
        }
    }
    let told = |name: &str| answer.iter().find(|field| field.name == name);
    let says = told("Response").map(|it| (it.shape, it.nillable));
    let mut answers = parts::answers(schemas, says);
    if told("Last-Modified").is_some() {
        let header = json!({"$ref": "#/components/headers/Last-Modified"});
        answers["200"]["headers"] = json!({"Last-Modified": header});
        if route.method == Method::Get {
            parameters.push(parts::reference("If-Modified-Since"));
            parameters.push(parts::reference("If-Unmodified-Since"));
            let known = json!({"description": "It has not changed since `If-Modified-Since`."});
            answers.insert("304".to_owned(), known);
        }
    }
    if parameters.contains(&parts::reference("If-Unmodified-Since")) {
        let changed = json!({"$ref": "#/components/responses/PreconditionFailed"});
        answers.insert("412".to_owned(), changed);
    }
    let mut names = operation.request.fields.iter();
    let has_select = names.any(|field| field.rest_name == "$select");
    let common = parts::parameter_references(says.is_some());
    let select = parts::reference("$select");
    parameters.extend(common.into_iter().filter(|it| !has_select || *it != select));
    described["parameters"] = parameters.into();
    described["responses"] = answers.into();
    described
}

/// What a PUT at the same path takes whole.
fn replaced(service: &Service, route: Route) -> Option<&'static Field> {
    let whole = Route {
        method: Method::Put,
        ..route
    };
    let mut operations = service.operations.iter();
    let operation = operations.find(|it| it.route == Some(whole))?;
    let mut fields = operation.request.fields.iter();
    fields.find(|field| matches!(field.shape, Shape::Object(_)))
}

/// An argument that is a segment of the path. Numbers there are digits.
fn in_path(field: &'static Field, schemas: &mut Schemas) -> Value {
    let mut parameter = parameter(field, "path", true, schemas);
    if matches!(field.shape, Shape::Int) {
        parameter["schema"]["minimum"] = 0.into();
    }
    parameter
}

fn in_query(field: &'static Field, schemas: &mut Schemas) -> Value {
    parameter(field, "query", !field.nillable, schemas)
}

fn parameter(field: &'static Field, place: &str, required: bool, schemas: &mut Schemas) -> Value {
    let mut parameter = json!({
        "name": field.rest_name,
        "in": place,
        "required": required,
        "schema": schemas.of(field.shape),
    });
    let doc = text(field.doc);
    if !doc.is_empty() {
        parameter["description"] = doc.into();
    }
    parameter
}

/// Gives the arguments in a path the names that another operation on it has given them.
fn rename(described: &mut Value, path: &str) {
    let names = path.split('/').filter_map(Route::argument);
    let parameters = described["parameters"].as_array_mut();
    let in_path = parameters.into_iter().flatten();
    for (parameter, name) in in_path.filter(|it| it["in"] == "path").zip(names) {
        parameter["name"] = name.into();
    }
}

/// Joins what the server does with one look of a segment and what it does with another.
fn join(known: &mut Value, other: &Value) {
    let told = format!(
        "{}\n\nOr: {}",
        known["description"].as_str().unwrap_or_default(),
        other["description"].as_str().unwrap_or_default()
    );
    known["description"] = told.into();
    let (Value::Array(parameters), Value::Array(others)) =
        (&mut known["parameters"], &other["parameters"])
    else {
        return;
    };
    for parameter in others {
        let same =
            |it: &&mut Value| it["name"] == parameter["name"] && it["$ref"] == parameter["$ref"];
        match parameters.iter_mut().find(same) {
            Some(known) if known["schema"] != parameter["schema"] => {
                known["schema"] = either(&known["schema"], &parameter["schema"]);
            }
            Some(_) => {}
            None => parameters.push(parameter.clone()),
        }
    }
    let pointer = "/responses/200/content";
    let contents = (
        known.pointer_mut(pointer).and_then(Value::as_object_mut),
        other.pointer(pointer).and_then(Value::as_object),
    );
    if let (Some(contents), Some(others)) = contents {
        for (media, content) in contents {
            if content["schema"] != others[media]["schema"] {
                content["schema"] = either(&content["schema"], &others[media]["schema"]);
            }
        }
    }
}

/// One schema or another.
fn either(one: &Value, other: &Value) -> Value {
    let mut alternatives: Vec<Value> = Vec::new();
    for schema in [one, other] {
        let simple = match (&schema["anyOf"], &schema["type"]) {
            (Value::Array(several), _) => several.clone(),
            (_, Value::Array(types)) => {
                let of_type = |kind: &Value| match kind.as_str() {
                    Some("null") => json!({"type": "null"}),
                    _ => {
                        let mut schema = schema.clone();
                        schema["type"] = kind.clone();
                        schema
                    }
                };
                types.iter().map(of_type).collect()
            }
            _ => vec![schema.clone()],
        };
        for schema in simple {
            if !alternatives.contains(&schema) {
                alternatives.push(schema);
            }
        }
    }
    json!({"anyOf": alternatives})
}
