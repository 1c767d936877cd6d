//! Shapes as JSON Schema.

use super::text;
use crate::model::{Dictionary, Enumeration, Field, Namespace, ObjectType, Shape};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a date looks like: no zone unless one is asked for, down to 100 ns.
const DATE: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,7})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$";

/// The named types that were met, as the components of a document.
#[derive(Default)]
pub struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    /// All of them, by name.
    pub fn into_components(self) -> Map<String, Value> {
        self.0.into_iter().collect()
    }

    /// The schema of a value that is there.
    pub fn of(&mut self, shape: Shape) -> Value {
        match shape {
            Shape::Bool => json!({"type": "boolean"}),
            Shape::Short => integer("int16", i16::MIN.into(), i16::MAX.into()),
            Shape::Int => integer("int32", i32::MIN, i32::MAX),
            Shape::Text => json!({"type": "string"}),
            Shape::DateTime => json!({
                "type": "string",
                "pattern": DATE,
                "examples": ["2023-02-15T13:18:35"],
            }),
            Shape::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
            Shape::Enum(enumeration) => self.reference(enumeration.name, |_| members(enumeration)),
            Shape::Object(object) => {
                let object = object();
                self.reference(object.name, |schemas| schemas.object(object))
            }
            Shape::List(item) => {
                let mut items = self.of(*item);
                if items.get("$ref").is_none() {
                    items["xml"] = json!({"name": item.name()});
                }
                json!({"type": "array", "items": items, "xml": {"wrapped": true}})
            }
            Shape::Map(dictionary) => {
                self.reference(dictionary.name, |schemas| schemas.dictionary(dictionary))
            }
        }
    }

    /// The schema of a value that may be null.
    pub fn or_null(&mut self, shape: Shape) -> Value {
        let mut schema = self.of(shape);
        match schema.get_mut("type") {
            Some(kind) => {
                *kind = json!([*kind, "null"]);
                schema
            }
            None => json!({"anyOf": [schema, {"type": "null"}]}),
        }
    }

    /// A component that is no type of the contract.
    pub fn given(&mut self, name: &str, schema: Value) -> Value {
        self.reference(name, |_| schema)
    }

    /// An object type that is not held by a field, such as the arguments of an operation.
    pub fn named(&mut self, name: &str, fields: &'static [Field], doc: &str) -> Value {
        self.reference(name, |schemas| {
            json!({
                "type": "object",
                "description": text(doc),
                "properties": schemas.properties(fields.iter()),
            })
        })
    }

    /// A reference to a component, which is made when it is met first.
    fn reference(&mut self, name: &str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.0.contains_key(name) {
            // A type may hold others of its own.
            self.0.insert(name.to_owned(), Value::Null);
            let made = make(self);
            self.0.insert(name.to_owned(), made);
        }
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    fn object(&mut self, object: &'static ObjectType) -> Value {
        let fields = object.base_last().map(|index| &object.fields[index]);
        json!({
            "type": "object",
            "description": text(object.doc),
            "properties": self.properties(fields),
            "xml": root(object),
        })
    }

    fn properties(&mut self, fields: impl Iterator<Item = &'static Field>) -> Map<String, Value> {
        fields
            .map(|field| {
                let mut schema = self.or_null(field.shape);
                let doc = text(field.doc);
                if !doc.is_empty() {
                    schema["description"] = doc.into();
                }
                (field.rest_name.to_owned(), schema)
            })
            .collect()
    }

    fn dictionary(&mut self, dictionary: &'static Dictionary) -> Value {
        json!({
            "type": "object",
            "description": format!(
                "{} In XML, its entries are elements `{}`.",
                text(dictionary.doc),
                dictionary.item
            ),
            "additionalProperties": self.or_null(dictionary.value),
        })
    }
}

/// The element of a type. Of those that the REST side knows, only the portals' have a namespace.
pub fn root(object: &ObjectType) -> Value {
    match object.namespace {
        Namespace::PortalModels | Namespace::PortalViews => {
            json!({"name": object.name, "namespace": object.namespace.uri()})
        }
        _ => json!({"name": object.name}),
    }
}

fn integer(format: &str, minimum: i32, maximum: i32) -> Value {
    json!({"type": "integer", "format": format, "minimum": minimum, "maximum": maximum})
}

fn members(enumeration: &Enumeration) -> Value {
    let names: Vec<_> = enumeration
        .members
        .iter()
        .map(|member| member.name)
        .collect();
    let doc = text(enumeration.doc);
    if !enumeration.flags {
        return json!({"type": "string", "description": doc, "enum": names});
    }
    let one = names.join("|");
    json!({
        "type": "string",
        "description": format!("{doc} Several have commas between them."),
        "pattern": format!("^(None|({one})(, ({one}))*)$"),
        "examples": ["None", names.iter().take(2).copied().collect::<Vec<_>>().join(", ")],
    })
}
