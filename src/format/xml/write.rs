//! From objects to XML, by walking descriptors.
//!
//! Members come in schema order, nulls as nil. Prefixes are fixed, and declared once by
//! [`push_declarations`] on an element around everything: the default namespace is that of the
//! services.

use super::escape::{push_attribute, push_text};
use super::namespaces::XSI;
use crate::model::{
    Dictionary, Enumeration, List, Map, Namespace, Object, ObjectType, Shape, Tags, View, Written,
};
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
    let object_type = object.object_type();
    if object_type.namespace == Namespace::Services88 && !object_type.tags.filled.is_empty() {
        tagged(out, object, object_type);
        return;
    }
    for index in 0..object_type.fields.len() {
        member(out, object, index);
    }
}

/// The same with tags that have been put together before. What stands side by side in them is
/// copied in one piece.
fn tagged(out: &mut String, object: &dyn Object, object_type: &ObjectType) {
    let Tags { filled, empty, nil } = object_type.tags;
    let mut piece = Piece::default();
    let (mut filled_at, mut empty_at, mut nil_at) = (0, 0, 0);
    for (index, field) in object_type.fields.iter().enumerate() {
        let length = field.name.len();
        let content_at = filled_at + length + "<>".len();
        let filled_end = content_at + length + "</>".len();
        let empty_end = empty_at + length + "</>".len();
        let nil_end = nil_at + length + "< i:nil=\"true\"/>".len();
        match object.field(index) {
            View::Null => piece.add(out, nil, nil_at, nil_end),
            View::Text("") => piece.add(out, empty, empty_at, empty_end),
            View::Text(text) => {
                piece.add(out, filled, filled_at, content_at);
                piece.flush(out);
                push_text(out, text);
                piece.add(out, filled, content_at, filled_end);
            }
            view => {
                piece.add(out, filled, filled_at, content_at);
                piece.flush(out);
                let start = out.len();
                content(out, field.shape, view);
                if out.len() == start {
                    close_empty(out);
                } else {
                    piece.add(out, filled, content_at, filled_end);
                }
            }
        }
        (filled_at, empty_at, nil_at) = (filled_end, empty_end, nil_end);
    }
    piece.flush(out);
}

/// A part of a text that is still to be copied.
#[derive(Default)]
struct Piece {
    text: &'static str,
    from: usize,
    to: usize,
}

impl Piece {
    /// Adds another part, at best one that is next to it.
    #[inline]
    fn add(&mut self, out: &mut String, text: &'static str, from: usize, to: usize) {
        if self.to != from || !std::ptr::eq(self.text, text) {
            self.flush(out);
            *self = Self { text, from, to };
        } else {
            self.to = to;
        }
    }

    #[inline]
    fn flush(&mut self, out: &mut String) {
        out.push_str(self.text.get(self.from..self.to).unwrap_or_default());
        self.from = self.to;
    }
}

/// Makes an empty element of the start tag at the end.
fn close_empty(out: &mut String) {
    out.pop();
    out.push_str("/>");
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
            close_empty(out);
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
    name.around(out, |out| content(out, shape, view));
}

/// Appends what stands between the tags of an element.
fn content(out: &mut String, shape: Shape, view: View<'_>) {
    match view {
        View::Object(object) => members(out, object),
        View::List(list) => {
            if let Shape::List(item) = shape {
                once(out, list.written(), |out| items(out, *item, list));
            }
        }
        View::Map(map) => {
            if let Shape::Map(dictionary) = shape {
                once(out, map.written(), |out| entries(out, dictionary, map));
            }
        }
        view => plain(out, view),
    }
}

/// Appends a value that needs no elements, and nothing for one that does.
pub(super) fn plain(out: &mut String, view: View<'_>) {
    match view {
        View::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        View::Short(value) => out.push_str(itoa::Buffer::new().format(value)),
        View::Int(value) => out.push_str(itoa::Buffer::new().format(value)),
        View::Text(text) => push_text(out, text),
        View::DateTime(value) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "{value}");
        }
        View::Bytes(bytes) => STANDARD.encode_string(bytes, out),
        View::Enum(enumeration, number) => names(out, enumeration, number),
        View::Null | View::Object(_) | View::List(_) | View::Map(_) => {}
    }
}

/// Appends what has been written before of something that lasts, or else writes it.
fn once(out: &mut String, written: Option<&Written>, write: impl FnOnce(&mut String)) {
    let Some(written) = written else {
        return write(out);
    };
    out.push_str(written.xml.get_or_init(|| {
        let mut text = String::new();
        write(&mut text);
        text
    }));
}

fn items(out: &mut String, item: Shape, list: &dyn List) {
    let item_name = item.name();
    let name = Name {
        namespace: item.array_namespace(),
        local: &item_name,
    };
    for index in 0..list.len() {
        value(out, name, item, list.item(index));
    }
}

fn entries(out: &mut String, dictionary: &Dictionary, map: &dyn Map) {
    for index in 0..map.len() {
        let (key, view) = map.entry(index);
        entry(out, dictionary, key, view);
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

#[cfg(test)]
mod tests {
    use super::{Name, members, value};
    use crate::contract::license::LicenseOwner;
    use crate::contract::rights::{FieldProperty, FieldPropertyDictionary};
    use crate::contract::user::User;
    use crate::format::filled::{blanks, fill};
    use crate::model::{Object, Shared};

    /// The members, tag by tag.
    fn one_by_one(object: &dyn Object) -> String {
        let mut out = String::new();
        let object_type = object.object_type();
        for (index, field) in object_type.fields.iter().enumerate() {
            let name = Name {
                namespace: object_type.namespace,
                local: field.name,
            };
            value(&mut out, name, field.shape, object.field(index));
        }
        out
    }

    #[test]
    fn tags_that_were_put_together_before_are_the_same() {
        for (name, blank) in blanks() {
            let mut object = blank();
            for seed in 0..6 {
                let mut out = String::new();
                members(&mut out, object.as_ref());
                assert_eq!(out, one_by_one(object.as_ref()), "{name}");
                object = blank();
                fill(object.as_mut(), seed);
            }
        }
    }

    #[test]
    fn what_lasts_is_written_as_other_things_are() {
        let property = FieldProperty {
            field_type: Some("System.<>".to_owned()),
            ..FieldProperty::default()
        };
        let entries = vec![("a&b".to_owned(), Some(property)), ("c".to_owned(), None)];
        let owners = vec![LicenseOwner::default(); 2];
        let text = |entries: &Shared<_>, owners: &Shared<_>| {
            let mut out = String::new();
            let user = User {
                field_properties: Some(FieldPropertyDictionary(entries.clone())),
                license_owners: Some(owners.clone()),
                ..User::default()
            };
            members(&mut out, &user);
            out
        };
        let own = text(&entries.clone().into(), &owners.clone().into());
        assert!(own.contains("<Key>a&amp;b</Key>"), "{own}");
        let (entries, owners) = (Shared::lasting(entries), Shared::lasting(owners));
        for _ in 0..2 {
            assert_eq!(text(&entries, &owners), own);
        }
    }
}
