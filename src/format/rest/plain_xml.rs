//! XML as the REST side has it: the type is the root element, nothing is in a namespace, and
//! otherwise it looks like the XML of SOAP.

use crate::config::MessageLimits;
use crate::fault::{Fault, Kind, Protocol};
use crate::format::enumeration;
use crate::format::style::{Inside, Style};
use crate::format::xml::{Scanner, Tag, Token, XSI, decode, push_text, read};
use crate::model::{Dates, Object, Shape, Slot, View};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::fmt::Write;

/// Fills an object from a document, as [`fill`] does; false when it says nil.
///
/// # Errors
///
/// As those of [`fill`].
pub fn fill_object(
    text: &str,
    limits: MessageLimits,
    dates: &Dates,
    object: &mut dyn Object,
) -> Result<bool, Fault> {
    let mut is_there = false;
    root(text, limits, dates, |scanner, _| {
        is_there = true;
        read::object(scanner, object)
    })?;
    Ok(is_there)
}

/// Fills a place from a document; the root may have any name, and elements any namespace. A nil
/// root asks for no place.
///
/// # Errors
///
/// Those of [`Scanner`] and of [`read::value`].
pub fn fill<'s>(
    text: &str,
    limits: MessageLimits,
    dates: &Dates,
    shape: Shape,
    place: impl FnOnce() -> Slot<'s>,
) -> Result<(), Fault> {
    root(text, limits, dates, |scanner, root| {
        read::value(scanner, root, shape, place())
    })
}

fn root(
    text: &str,
    limits: MessageLimits,
    dates: &Dates,
    fill: impl FnOnce(&mut Scanner<'_>, &Tag<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut scanner = Scanner::new(text, limits).by_local_names(dates);
    let Token::Start(root) = scanner.next_tag()? else {
        return Err(scanner.fault("there is no root element"));
    };
    if root.nil {
        scanner.skip()?;
    } else {
        let filled = fill(&mut scanner, &root);
        filled.map_err(|fault| with_line(&scanner, fault))?;
    }
    match scanner.next_tag()? {
        Token::Eof => Ok(()),
        _ => Err(scanner.fault("something follows the root element")),
    }
}

/// Adds where in the document a value does not fit; what is no XML says that by itself.
fn with_line(scanner: &Scanner<'_>, fault: Fault) -> Fault {
    match fault.kind() {
        Kind::Protocol(error @ Protocol::DeserializationFailed) => Fault::protocol(
            error.clone(),
            format!("Line {}: {}", scanner.line(), fault.message()),
        ),
        _ => fault,
    }
}

/// The text of a body, by its byte order mark, the charset of its media type, or its declaration.
///
/// # Errors
///
/// Those of [`decode::decode`].
pub fn text<'a>(body: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, Fault> {
    if body.is_empty() {
        return Err(Fault::protocol(Protocol::Malformed, "The body is empty."));
    }
    decode::decode(body, charset)
}

/// A document for a value.
pub fn document(shape: Shape, view: View<'_>, style: &Style) -> String {
    let mut out = String::with_capacity(1024);
    out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    let name = shape.name();
    let _ = write!(out, "<{name} xmlns:xsi=\"{XSI}\"");
    rest_of_element(&mut out, &name, shape, view, Inside::root(style));
    out
}

fn element(out: &mut String, name: &str, shape: Shape, view: View<'_>, inside: Inside<'_>) {
    out.push('<');
    out.push_str(name);
    rest_of_element(out, name, shape, view, inside);
}

/// All that comes after the name and the declarations in a start tag.
fn rest_of_element(out: &mut String, name: &str, shape: Shape, view: View<'_>, inside: Inside<'_>) {
    if matches!(view, View::Null) {
        out.push_str(" xsi:nil=\"true\"/>");
        return;
    }
    out.push('>');
    let start = out.len();
    content(out, shape, view, inside);
    if out.len() == start {
        out.pop();
        out.push_str("/>");
    } else {
        let _ = write!(out, "</{name}>");
    }
}

fn content(out: &mut String, shape: Shape, view: View<'_>, inside: Inside<'_>) {
    // Writing to a String cannot fail.
    let _ = match view {
        View::Null => Ok(()),
        View::Bool(value) => write!(out, "{value}"),
        View::Short(value) => write!(out, "{value}"),
        View::Int(value) => write!(out, "{value}"),
        View::DateTime(value) => out.write_str(&inside.date(value)),
        View::Enum(enumeration, number) => out.write_str(&enumeration::text(enumeration, number)),
        View::Text(text) => {
            push_text(out, inside.text(text));
            Ok(())
        }
        View::Bytes(bytes) => {
            STANDARD.encode_string(bytes, out);
            Ok(())
        }
        View::Object(object) => {
            let object_type = object.object_type();
            for index in object_type.base_last() {
                let field = &object_type.fields[index];
                let (name, shape) = (field.rest_name, field.shape);
                match inside.member(field) {
                    Some(inside) => element(out, name, shape, object.field(index), inside),
                    None => element(out, name, shape, View::Null, inside),
                }
            }
            Ok(())
        }
        View::List(list) => {
            if let Shape::List(item) = shape {
                let name = item.name();
                for index in 0..list.len() {
                    element(out, &name, *item, list.item(index), inside);
                }
            }
            Ok(())
        }
        View::Map(map) => {
            if let Shape::Object(line) = shape {
                // A line of a list, which holds some of the members of its type.
                for index in 0..map.len() {
                    let (key, value) = map.entry(index);
                    let mut fields = line().fields.iter();
                    if let Some(field) = fields.find(|field| field.rest_name == key) {
                        element(out, key, field.shape, value, inside);
                    }
                }
            }
            if let Shape::Map(dictionary) = shape {
                for index in 0..map.len() {
                    let (key, value) = map.entry(index);
                    let _ = write!(out, "<{}>", dictionary.item);
                    let wanted = inside.entry(key);
                    let value = wanted.map_or(View::Null, |_| value);
                    element(out, "Key", Shape::Text, View::Text(key), inside);
                    let inside = wanted.unwrap_or(inside);
                    element(out, "Value", dictionary.value, value, inside);
                    let _ = write!(out, "</{}>", dictionary.item);
                }
            }
            Ok(())
        }
    };
}

#[cfg(test)]
mod tests {
    use super::{document, fill, text};
    use crate::config::MessageLimits;
    use crate::contract::rights::{ETableRight, TableRight};
    use crate::contract::role::Role;
    use crate::contract::user::{StringDictionary, User};
    use crate::format::style::Style;
    use crate::model::{Dates, Value};

    fn written<T: Value>(value: &T) -> String {
        let document = document(T::SHAPE, value.view(), &Style::default());
        let (_, root) = document.split_once("?>").expect("a declaration");
        root.replace(
            " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
            "",
        )
    }

    fn again<T: Value>(document: &str) -> T {
        let mut value = T::default();
        let text = text(document.as_bytes(), None).expect("characters");
        let limits = MessageLimits::default();
        fill(&text, limits, &Dates::BASE, T::SHAPE, || value.slot()).expect("readable");
        value
    }

    #[test]
    fn the_type_is_the_root_and_nothing_has_a_namespace() {
        let role = Role {
            id: 4,
            value: Some("a & b".into()),
            table_right: Some(TableRight {
                mask: ETableRight::SELECT | ETableRight::INSERT,
                reason: Some(String::new()),
            }),
            ..Role::default()
        };
        let document = written(&role);
        assert_eq!(
            document,
            "<Role><Id>4</Id><Value>a &amp; b</Value><Tooltip xsi:nil=\"true\"/>\
             <TableRight><Mask>Select, Insert</Mask><Reason/></TableRight>\
             <FieldProperties xsi:nil=\"true\"/></Role>"
        );
        let namespace = "<Role xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">";
        assert_eq!(again::<Role>(&document.replace("<Role>", namespace)), role);
    }

    #[test]
    fn values_of_every_kind_are_roots() {
        assert_eq!(written(&true), "<boolean>true</boolean>");
        assert_eq!(
            written(&vec![1, 2]),
            "<ArrayOfint><int>1</int><int>2</int></ArrayOfint>"
        );
        assert_eq!(written(&None::<User>), "<User xsi:nil=\"true\"/>");
        let entries = StringDictionary(vec![("k".into(), Some("<".into()))]);
        assert_eq!(again::<StringDictionary>(&written(&entries)), entries);
    }

    #[test]
    fn names_count_and_namespaces_do_not() {
        let user: User = again(
            "<x:Any xmlns:x='urn:x' xmlns='urn:y'><Name>ab</Name><x:Type>externalassociate</x:Type>\
             <OtherGroups><Anything><Id>7</Id></Anything></OtherGroups>\
             <TableRight><Mask>Select Update</Mask></TableRight></x:Any>",
        );
        assert_eq!(user.name.as_deref(), Some("ab"));
        assert_eq!(user.r#type as i32, 3);
        assert_eq!(user.other_groups.expect("groups")[0].id, 7);
        assert_eq!(user.table_right.expect("right").mask.0, 3);
    }
}
