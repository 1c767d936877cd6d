//! From objects to XML, by walking descriptors.
//!
//! Members come in schema order, nulls as nil. Prefixes are fixed, and declared once by
//! [`push_declarations`] on an element around everything: the default namespace is that of the
//! services.

use super::escape::{push_attribute, push_text};
use super::namespaces::XSI;
use crate::model::{Dictionary, Enumeration, Namespace, Object, Shape, View};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write;

/// Appends the namespace declarations that everything written here relies on.
pub fn push_declarations(out: &mut String) {
    let declarations = [
        ("xmlns", Namespace::Services88.uri()),
        ("xmlns:a", Namespace::Arrays.uri()),
        ("xmlns:c", Namespace::Cryptography.uri()),
        ("xmlns:i", XSI),
    ];
    for (name, uri) in declarations {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        push_attribute(out, uri);
        out.push('"');
    }
}

/// Appends the members of an object, without an element around them.
pub fn members(out: &mut String, object: &dyn Object) {
    for index in 0..object.object_type().fields.len() {
        member(out, object, index);
    }
}

/// Appends one member of an object, by its index in the descriptor.
pub fn member(out: &mut String, object: &dyn Object, index: usize) {
    let object_type = object.object_type();
    let field = &object_type.fields[index];
    let name = Name {
        namespace: object_type.namespace,
        local: field.name,
    };
    value(out, name, field.shape, object.field(index));
}

/// Appends an element in the namespace of the services with the members of an object.
pub fn element(out: &mut String, local: &str, object: &dyn Object) {
    let name = Name {
        namespace: Namespace::Services88,
        local,
    };
    name.around(out, |out| members(out, object));
}

#[derive(Clone, Copy)]
struct Name<'a> {
    namespace: Namespace,
    local: &'a str,
}

impl Name<'_> {
    fn push(self, out: &mut String) {
        match self.namespace {
            Namespace::Services88 => {}
            Namespace::Arrays => out.push_str("a:"),
            Namespace::Cryptography => out.push_str("c:"),
            // Nothing is declared in it but basic types; and no service speaks to portals.
            Namespace::Serialization | Namespace::PortalModels | Namespace::PortalViews => {}
        }
        out.push_str(self.local);
    }

    /// Wraps content in an element; an empty one closes itself.
    fn around(self, out: &mut String, content: impl FnOnce(&mut String)) {
        out.push('<');
        self.push(out);
        out.push('>');
        let start = out.len();
        content(out);
        if out.len() == start {
            out.pop();
            out.push_str("/>");
        } else {
            out.push_str("</");
            self.push(out);
            out.push('>');
        }
    }
}

fn value(out: &mut String, name: Name<'_>, shape: Shape, view: View<'_>) {
    if matches!(view, View::Null) {
        out.push('<');
        name.push(out);
        out.push_str(" i:nil=\"true\"/>");
        return;
    }
    name.around(out, |out| match view {
        View::Object(object) => members(out, object),
        View::List(list) => {
            if let Shape::List(item) = shape {
                let item_name = item.name();
                let name = Name {
                    namespace: item.array_namespace(),
                    local: &item_name,
                };
                for index in 0..list.len() {
                    value(out, name, *item, list.item(index));
                }
            }
        }
        View::Map(map) => {
            if let Shape::Map(dictionary) = shape {
                for index in 0..map.len() {
                    let (key, view) = map.entry(index);
                    entry(out, dictionary, key, view);
                }
            }
        }
        view => plain(out, view),
    });
}

/// Appends a value that needs no elements, and nothing for one that does.
pub(super) fn plain(out: &mut String, view: View<'_>) {
    match view {
        View::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        View::Short(value) => push_display(out, value),
        View::Int(value) => push_display(out, value),
        View::Text(text) => push_text(out, text),
        View::DateTime(value) => push_display(out, value),
        View::Bytes(bytes) => STANDARD.encode_string(bytes, out),
        View::Enum(enumeration, number) => names(out, enumeration, number),
        View::Null | View::Object(_) | View::List(_) | View::Map(_) => {}
    }
}

fn entry(out: &mut String, dictionary: &Dictionary, key: &str, view: View<'_>) {
    let name = |local| Name {
        namespace: Namespace::Services88,
        local,
    };
    name(dictionary.item).around(out, |out| {
        value(out, name("Key"), Shape::Text, View::Text(key));
        value(out, name("Value"), dictionary.value, view);
    });
}

fn names(out: &mut String, enumeration: &Enumeration, number: i32) {
    if enumeration.flags {
        for (index, member) in enumeration.in_set(number).enumerate() {
            if index > 0 {
                out.push(' ');
            }
            out.push_str(member.name);
        }
    } else if let Some(member) = enumeration.by_number(number) {
        out.push_str(member.name);
    }
}

fn push_display(out: &mut String, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}
