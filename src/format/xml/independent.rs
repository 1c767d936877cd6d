//! xml-rs, which shares no code with us, sees in what we write exactly what the descriptors
//! promise.

use super::{XSI, write};
use crate::format::filled::{blanks, fill};
use crate::model::{Enumeration, Namespace, Object, Shape, View};
use xml::reader::{EventReader, XmlEvent};

/// An element as xml-rs sees it.
#[derive(Default)]
struct Node {
    namespace: String,
    local: String,
    nil: bool,
    text: String,
    children: Vec<Node>,
}

fn document(object: &dyn Object) -> String {
    let mut out = String::from("<r:root xmlns:r=\"urn:root\"");
    write::push_declarations(&mut out);
    out.push('>');
    write::members(&mut out, object);
    out.push_str("</r:root>");
    out
}

#[test]
fn another_reader_sees_what_the_descriptors_promise() {
    for (name, blank) in blanks() {
        for seed in 0..2 {
            let mut filled = blank();
            fill(filled.as_mut(), seed);
            let text = document(filled.as_ref());
            assert_eq!(
                text.matches("xmlns").count(),
                5,
                "one declaration per prefix"
            );
            let root = parse(&text);
            check_members(&root, filled.as_ref(), &name);
        }
    }
}

fn parse(text: &str) -> Node {
    let mut open = vec![Node::default()];
    for event in EventReader::from_str(text) {
        match event.unwrap_or_else(|error| panic!("{error}\n{text}")) {
            XmlEvent::StartElement {
                name, attributes, ..
            } => {
                for attribute in &attributes {
                    assert_eq!(attribute.name.local_name, "nil");
                    assert_eq!(attribute.name.namespace.as_deref(), Some(XSI));
                    assert_eq!(attribute.value, "true");
                }
                open.push(Node {
                    namespace: name.namespace.unwrap_or_default(),
                    local: name.local_name,
                    nil: !attributes.is_empty(),
                    ..Node::default()
                });
            }
            XmlEvent::EndElement { .. } => {
                let node = open.pop().unwrap();
                open.last_mut().unwrap().children.push(node);
            }
            XmlEvent::Characters(text) | XmlEvent::CData(text) | XmlEvent::Whitespace(text) => {
                open.last_mut().unwrap().text.push_str(&text);
            }
            _ => {}
        }
    }
    open.pop().unwrap().children.remove(0)
}

fn check_members(node: &Node, object: &dyn Object, path: &str) {
    let object_type = object.object_type();
    assert_eq!(node.children.len(), object_type.fields.len(), "{path}");
    for (index, (field, child)) in object_type.fields.iter().zip(&node.children).enumerate() {
        let path = format!("{path}.{}", field.name);
        assert_eq!(child.local, field.name, "{path}");
        assert_eq!(child.namespace, object_type.namespace.uri(), "{path}");
        check(child, field.shape, object.field(index), &path);
    }
}

fn check(node: &Node, shape: Shape, view: View<'_>, path: &str) {
    assert_eq!(node.nil, matches!(view, View::Null), "{path}");
    match (view, shape) {
        (View::Null, _) => assert!(node.children.is_empty() && node.text.is_empty(), "{path}"),
        (View::Bool(value), _) => assert_eq!(node.text, value.to_string(), "{path}"),
        (View::Short(value), _) => assert_eq!(node.text, value.to_string(), "{path}"),
        (View::Int(value), _) => assert_eq!(node.text, value.to_string(), "{path}"),
        (View::Text(text), _) => assert_eq!(node.text, text, "{path}"),
        (View::DateTime(value), _) => assert_eq!(node.text, value.to_string(), "{path}"),
        (View::Bytes(bytes), _) => {
            use base64::Engine;
            let decoded = base64::engine::general_purpose::STANDARD.decode(&node.text);
            assert_eq!(decoded.as_deref(), Ok(bytes), "{path}");
        }
        (View::Enum(enumeration, number), _) => {
            assert_eq!(number_of(enumeration, &node.text), number, "{path}");
        }
        (View::Object(object), _) => check_members(node, object, path),
        (View::List(list), Shape::List(item)) => {
            assert_eq!(node.children.len(), list.len(), "{path}");
            for (index, child) in node.children.iter().enumerate() {
                assert_eq!(child.local, item.name(), "{path}");
                assert_eq!(child.namespace, item.array_namespace().uri(), "{path}");
                check(child, *item, list.item(index), path);
            }
        }
        (View::Map(map), Shape::Map(dictionary)) => {
            assert_eq!(node.children.len(), map.len(), "{path}");
            for (index, child) in node.children.iter().enumerate() {
                let (key, value) = map.entry(index);
                assert_eq!(child.local, dictionary.item, "{path}");
                assert_eq!(child.namespace, Namespace::Services88.uri(), "{path}");
                assert_eq!(
                    [&child.children[0].local, &child.children[1].local],
                    ["Key", "Value"]
                );
                assert_eq!(child.children[0].text, key, "{path}");
                check(&child.children[1], dictionary.value, value, path);
            }
        }
        (View::List(_) | View::Map(_), _) => panic!("{path}: the shape is another"),
    }
}

fn number_of(enumeration: &Enumeration, text: &str) -> i32 {
    let names = text.split(' ').filter(|name| !name.is_empty());
    names
        .map(|name| enumeration.by_name(name).unwrap().number)
        .fold(0, |set, bit| set | bit)
}
