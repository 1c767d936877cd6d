//! XML Schema: the types of a service, as its WSDL embeds them.
//!
//! Types come in the order of their first use, each followed by the global element that the
//! data contract serializer gives every type. Prefixes are those of the WSDL's root.

mod serializer;

use super::markup::Markup;
use crate::contract::rights::Carrier;
use crate::model::{Dictionary, Enumeration, Field, Namespace, ObjectType, Service, Shape};
use std::collections::HashSet;

/// The prefix of a namespace, unique in the whole document.
pub(in crate::format) const fn prefix(namespace: Namespace) -> &'static str {
    match namespace {
        Namespace::Services88 => "tns",
        Namespace::Arrays => "arr",
        Namespace::Serialization => "ser",
        Namespace::Cryptography => "dsa",
        Namespace::PortalModels => "pm",
        Namespace::PortalViews => "pv",
    }
}

/// What the schemas of a service declare, found by following its operations.
pub(in crate::format) struct Schemas {
    /// In the order of first use, the service's own first.
    parts: Vec<(Namespace, Vec<Declaration>)>,
    seen: HashSet<(Namespace, String)>,
}

enum Declaration {
    /// The element of a request or response.
    Message(&'static ObjectType),
    /// The element of a header block.
    Header(&'static Field),
    /// A type and its element.
    Type(Shape),
}

impl Schemas {
    /// All that the operations of a service use.
    pub(in crate::format) fn of(service: &'static Service) -> Self {
        let mut schemas = Self {
            parts: Vec::new(),
            seen: HashSet::new(),
        };
        for operation in service.operations {
            schemas.message(operation.request);
            schemas.headers(service.request_headers.fields);
            schemas.message(operation.response);
            schemas.headers(service.response_headers.fields);
        }
        schemas
    }

    /// The namespaces for which the document needs prefixes.
    pub(in crate::format) fn namespaces(&self) -> impl Iterator<Item = Namespace> {
        let own = self.parts.iter().map(|(namespace, _)| *namespace);
        own.chain([Namespace::Serialization])
    }

    fn message(&mut self, message: &'static ObjectType) {
        if self.is_new(message.namespace, message.name) {
            self.declare(message.namespace, Declaration::Message(message));
            self.fields(message.fields);
        }
    }

    fn headers(&mut self, headers: &'static [Field]) {
        for header in headers {
            self.shape(header.shape);
            if self.is_new(Namespace::Services88, header.name) {
                self.declare(Namespace::Services88, Declaration::Header(header));
            }
        }
    }

    fn fields(&mut self, fields: &'static [Field]) {
        for field in fields {
            self.shape(field.shape);
        }
    }

    fn shape(&mut self, shape: Shape) {
        let Some(namespace) = type_namespace(shape) else {
            return;
        };
        if !self.is_new(namespace, &shape.name()) {
            return;
        }
        self.declare(namespace, Declaration::Type(shape));
        match shape {
            Shape::Object(object) => {
                let object = object();
                if object.inherited > 0 {
                    self.shape(BASE);
                }
                self.fields(own_fields(object));
            }
            Shape::List(item) => self.shape(*item),
            Shape::Map(dictionary) => self.shape(dictionary.value),
            _ => {}
        }
    }

    fn is_new(&mut self, namespace: Namespace, name: &str) -> bool {
        self.seen.insert((namespace, name.to_owned()))
    }

    fn declare(&mut self, namespace: Namespace, declaration: Declaration) {
        match self.parts.iter_mut().find(|(known, _)| *known == namespace) {
            Some((_, declarations)) => declarations.push(declaration),
            None => self.parts.push((namespace, vec![declaration])),
        }
    }

    /// Writes one `xs:schema` for each namespace, and that of the serializer.
    pub(in crate::format) fn write(&self, out: &mut Markup) {
        for (index, (namespace, declarations)) in self.parts.iter().enumerate() {
            let attributes = [
                ("elementFormDefault", "qualified"),
                ("targetNamespace", namespace.uri()),
            ];
            out.element("xs:schema", &attributes, |out| {
                if declarations.iter().any(Declaration::has_annotation) {
                    import(out, Namespace::Serialization);
                }
                if index == 0 {
                    for (other, _) in &self.parts[1..] {
                        import(out, *other);
                    }
                }
                for declaration in declarations {
                    declaration.write(out);
                }
            });
            if index == 0 {
                serializer::write(out);
            }
        }
    }
}

/// The base type of most carriers.
const BASE: Shape = Shape::Object(|| Carrier::TYPE);

/// The namespace of a type that the schema has to define; `None` for those of XML Schema.
pub(in crate::format) fn type_namespace(shape: Shape) -> Option<Namespace> {
    match shape {
        Shape::Enum(_) | Shape::Object(_) | Shape::List(_) | Shape::Map(_) => {
            Some(shape.array_namespace())
        }
        _ => None,
    }
}

/// A reference to a type.
fn reference(shape: Shape) -> String {
    let prefix = type_namespace(shape).map_or("xs", prefix);
    format!("{prefix}:{}", shape.name())
}

fn own_fields(object: &ObjectType) -> &[Field] {
    object.fields.get(object.inherited..).unwrap_or_default()
}

fn import(out: &mut Markup, namespace: Namespace) {
    out.empty("xs:import", &[("namespace", namespace.uri())]);
}

impl Declaration {
    fn has_annotation(&self) -> bool {
        match self {
            Self::Message(_) | Self::Header(_) => false,
            Self::Type(Shape::Object(object)) => object().value_type,
            Self::Type(Shape::Enum(enumeration)) => {
                enumeration.actual_type.is_some()
                    || (0..enumeration.members.len())
                        .any(|index| deviating_number(enumeration, index).is_some())
            }
            Self::Type(shape) => matches!(shape, Shape::Map(_)),
        }
    }

    fn write(&self, out: &mut Markup) {
        match self {
            Self::Message(message) => {
                out.element("xs:element", &[("name", message.name)], |out| {
                    out.element("xs:complexType", &[], |out| sequence(out, message, false));
                });
            }
            Self::Header(header) => element(out, header.name, header.shape, header.nillable, &[]),
            Self::Type(shape) => {
                match shape {
                    Shape::Object(object) => complex_type(out, object()),
                    Shape::List(item) => array(out, &shape.name(), **item),
                    Shape::Map(dictionary) => dictionary_type(out, dictionary),
                    Shape::Enum(enumeration) => simple_type(out, enumeration),
                    _ => {}
                }
                element(out, &shape.name(), *shape, true, &[]);
            }
        }
    }
}

const OPTIONAL: (&str, &str) = ("minOccurs", "0");
const REPEATED: (&str, &str) = ("maxOccurs", "unbounded");

fn element(
    out: &mut Markup,
    name: &str,
    shape: Shape,
    nillable: bool,
    occurrence: &[(&str, &str)],
) {
    let reference = reference(shape);
    let mut attributes = occurrence.to_vec();
    attributes.push(("name", name));
    if nillable {
        attributes.push(("nillable", "true"));
    }
    attributes.push(("type", &reference));
    out.empty("xs:element", &attributes);
}

fn sequence(out: &mut Markup, object: &ObjectType, required: bool) {
    let occurrence: &[_] = if required { &[] } else { &[OPTIONAL] };
    out.element("xs:sequence", &[], |out| {
        for field in own_fields(object) {
            element(out, field.name, field.shape, field.nillable, occurrence);
        }
    });
}

fn complex_type(out: &mut Markup, object: &ObjectType) {
    out.element("xs:complexType", &[("name", object.name)], |out| {
        if object.inherited > 0 {
            out.element("xs:complexContent", &[("mixed", "false")], |out| {
                let base = reference(BASE);
                out.element("xs:extension", &[("base", &base)], |out| {
                    sequence(out, object, false);
                });
            });
        } else {
            if object.value_type {
                annotation(out, |out| out.text("ser:IsValueType", &[], "true"));
            }
            sequence(out, object, object.value_type);
        }
    });
}

fn array(out: &mut Markup, name: &str, item: Shape) {
    out.element("xs:complexType", &[("name", name)], |out| {
        out.element("xs:sequence", &[], |out| {
            let nillable = item.is_reference();
            element(out, &item.name(), item, nillable, &[OPTIONAL, REPEATED]);
        });
    });
}

fn dictionary_type(out: &mut Markup, dictionary: &Dictionary) {
    out.element("xs:complexType", &[("name", dictionary.name)], |out| {
        annotation(out, |out| out.text("ser:IsDictionary", &[], "true"));
        out.element("xs:sequence", &[], |out| {
            let item = [OPTIONAL, REPEATED, ("name", dictionary.item)];
            out.element("xs:element", &item, |out| {
                out.element("xs:complexType", &[], |out| {
                    out.element("xs:sequence", &[], |out| {
                        let value = dictionary.value;
                        element(out, "Key", Shape::Text, true, &[]);
                        element(out, "Value", value, value.is_reference(), &[]);
                    });
                });
            });
        });
    });
}

fn simple_type(out: &mut Markup, enumeration: &Enumeration) {
    out.element("xs:simpleType", &[("name", enumeration.name)], |out| {
        if let Some(actual) = enumeration.actual_type {
            let attributes = [("Name", actual), ("Namespace", super::wsdl::XML_SCHEMA)];
            annotation(out, |out| out.empty("ser:ActualType", &attributes));
        }
        if enumeration.flags {
            out.element("xs:list", &[], |out| {
                out.element("xs:simpleType", &[], |out| members(out, enumeration));
            });
        } else {
            members(out, enumeration);
        }
    });
}

fn members(out: &mut Markup, enumeration: &Enumeration) {
    out.element("xs:restriction", &[("base", "xs:string")], |out| {
        for (index, member) in enumeration.members.iter().enumerate() {
            let value = [("value", member.name)];
            match deviating_number(enumeration, index) {
                None => out.empty("xs:enumeration", &value),
                Some(number) => out.element("xs:enumeration", &value, |out| {
                    let number = number.to_string();
                    annotation(out, |out| out.text("ser:EnumerationValue", &[], &number));
                }),
            }
        }
    });
}

/// The number of a member, unless its position says the same.
fn deviating_number(enumeration: &Enumeration, index: usize) -> Option<i32> {
    let number = enumeration.members.get(index)?.number;
    (number != enumeration.positional_number(index)).then_some(number)
}

fn annotation(out: &mut Markup, content: impl FnOnce(&mut Markup)) {
    out.element("xs:annotation", &[], |out| {
        out.element("xs:appinfo", &[], content);
    });
}
