//! WSDL 1.1: one document per service, with all schemas inside.
//!
//! Generated client code takes its names from those of messages, bindings, ports and types, so
//! they are the original's. The SOAP 1.2 binding and port are ours; they stand behind the
//! SOAP 1.1 ones, since many tools take the first.

use super::files::{self, File};
use super::markup::Markup;
use super::xsd::{self, Schemas};
use crate::model::{Field, Namespace, Operation, Service};
use std::collections::HashSet;
use std::io;
use std::path::Path;

/// The namespace of XML Schema itself.
pub(super) const XML_SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";

const NAMESPACES: &[(&str, &str)] = &[
    ("xmlns:wsdl", "http://schemas.xmlsoap.org/wsdl/"),
    ("xmlns:xs", XML_SCHEMA),
    ("xmlns:soap", "http://schemas.xmlsoap.org/wsdl/soap/"),
    ("xmlns:soap12", "http://schemas.xmlsoap.org/wsdl/soap12/"),
    ("xmlns:wsaw", "http://www.w3.org/2006/05/addressing/wsdl"),
];

/// Both bindings use it, as SOAP 1.2 has no other transport name of its own in WSDL 1.1.
const HTTP: &str = "http://schemas.xmlsoap.org/soap/http";

/// Describes a service that is reached at an address, which is written escaped.
///
/// No prefix is bound twice, so that simple parsers understand the text too.
pub fn document(service: &'static Service, address: &str) -> String {
    let schemas = Schemas::of(service);
    let own: Vec<_> = schemas
        .namespaces()
        .map(|namespace| (format!("xmlns:{}", xsd::prefix(namespace)), namespace.uri()))
        .collect();
    let mut attributes = vec![
        ("name", service.definitions),
        ("targetNamespace", Namespace::Services88.uri()),
    ];
    attributes.extend_from_slice(NAMESPACES);
    attributes.extend(own.iter().map(|(name, uri)| (name.as_str(), *uri)));

    let mut out = Markup::new();
    out.element("wsdl:definitions", &attributes, |out| {
        out.element("wsdl:types", &[], |out| schemas.write(out));
        messages(out, service);
        port_type(out, service);
        for version in VERSIONS {
            binding(out, service, version);
        }
        let name = [("name", service.definitions)];
        out.element("wsdl:service", &name, |out| {
            for version in VERSIONS {
                port(out, service, version, address);
            }
        });
    });
    out.finish()
}

/// The documents of several services, as the project keeps them: `User.wsdl`, with the address
/// that the server has when nothing is configured.
pub fn files(services: &[&'static Service]) -> Vec<File> {
    let file = |service: &&'static Service| {
        let name = service.name;
        let address = format!("http://localhost:8088/Remote/Services88/{name}.svc");
        File {
            path: format!("{name}.wsdl"),
            text: document(service, &address),
        }
    };
    services.iter().map(file).collect()
}

/// Writes [`files()`] into a directory.
pub fn write_all(directory: &Path, services: &[&'static Service]) -> io::Result<()> {
    files::write_all(directory, files(services))
}

/// What differs between the bindings.
struct Version {
    prefix: &'static str,
    suffix: &'static str,
}

const VERSIONS: &[Version] = &[
    Version {
        prefix: "soap",
        suffix: "",
    },
    Version {
        prefix: "soap12",
        suffix: "12",
    },
];

impl Version {
    fn binding_name(&self, service: &Service) -> String {
        format!("BasicHttpBinding_{}{}", service.name, self.suffix)
    }

    fn tag(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }
}

fn tns(name: &str) -> String {
    format!("tns:{name}")
}

fn request_name(operation: &Operation) -> String {
    format!("{}Request", operation.name)
}

fn headers_name(message: &str) -> String {
    format!("{message}_Headers")
}

fn messages(out: &mut Markup, service: &Service) {
    let mut seen = HashSet::new();
    for operation in service.operations {
        let request = request_name(operation);
        message(
            out,
            &request,
            operation.request.name,
            service.request_headers.fields,
        );
        // Operations that answer the same element share its message.
        let response = operation.response.name;
        if seen.insert(response) {
            message(out, response, response, service.response_headers.fields);
        }
    }
}

fn message(out: &mut Markup, name: &str, element: &str, headers: &[Field]) {
    fn part(out: &mut Markup, name: &str, element: &str) {
        out.empty("wsdl:part", &[("name", name), ("element", &tns(element))]);
    }
    out.element("wsdl:message", &[("name", name)], |out| {
        part(out, "parameters", element);
    });
    out.element("wsdl:message", &[("name", &headers_name(name))], |out| {
        for header in headers {
            part(out, header.name, header.name);
        }
    });
}

fn port_type(out: &mut Markup, service: &Service) {
    out.element("wsdl:portType", &[("name", service.name)], |out| {
        for operation in service.operations {
            let action = service.action(operation);
            let request = request_name(operation);
            out.element("wsdl:operation", &[("name", operation.name)], |out| {
                let mut direction = |tag, action: &str, name: &str| {
                    let attributes = [
                        ("wsaw:Action", action),
                        ("name", name),
                        ("message", &tns(name)),
                    ];
                    out.empty(tag, &attributes);
                };
                direction("wsdl:input", &action, &request);
                direction(
                    "wsdl:output",
                    &format!("{action}Response"),
                    operation.response.name,
                );
            });
        }
    });
}

fn binding(out: &mut Markup, service: &Service, version: &Version) {
    let name = version.binding_name(service);
    let attributes = [("name", name.as_str()), ("type", &tns(service.name))];
    out.element("wsdl:binding", &attributes, |out| {
        out.empty(&version.tag("binding"), &[("transport", HTTP)]);
        for operation in service.operations {
            out.element("wsdl:operation", &[("name", operation.name)], |out| {
                let action = service.action(operation);
                let attributes = [("soapAction", action.as_str()), ("style", "document")];
                out.empty(&version.tag("operation"), &attributes);
                let request = request_name(operation);
                let mut direction = |tag, name: &str, headers| {
                    out.element(tag, &[("name", name)], |out| {
                        literal(out, version, name, headers);
                    });
                };
                direction("wsdl:input", &request, service.request_headers.fields);
                direction(
                    "wsdl:output",
                    operation.response.name,
                    service.response_headers.fields,
                );
            });
        }
    });
}

fn literal(out: &mut Markup, version: &Version, message: &str, headers: &[Field]) {
    let message = tns(&headers_name(message));
    for header in headers {
        let attributes = [
            ("message", message.as_str()),
            ("part", header.name),
            ("use", "literal"),
        ];
        out.empty(&version.tag("header"), &attributes);
    }
    out.empty(&version.tag("body"), &[("use", "literal")]);
}

fn port(out: &mut Markup, service: &Service, version: &Version, address: &str) {
    let name = version.binding_name(service);
    let attributes = [("name", name.as_str()), ("binding", &tns(&name))];
    out.element("wsdl:port", &attributes, |out| {
        out.empty(&version.tag("address"), &[("location", address)]);
    });
}

#[cfg(test)]
mod tests {
    use super::{XML_SCHEMA, document, files};
    use crate::contract::SERVICES;
    use crate::format::files::assert_committed;
    use std::collections::{BTreeMap, BTreeSet};
    use xml::EventReader;
    use xml::reader::XmlEvent;

    const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";

    #[test]
    fn the_committed_documents_are_up_to_date() {
        assert_committed("wsdl", &files(SERVICES), "cargo run -- wsdl");
    }

    #[test]
    fn an_address_cannot_break_out_of_its_attribute() {
        let text = document(SERVICES[1], "http://h/\"><x y='&");
        assert_eq!(text.matches("&quot;&gt;&lt;x y='&amp;\"/>").count(), 2);
    }

    /// What a document defines and what it refers to, as `kind {namespace}name`.
    #[derive(Default)]
    struct Names {
        defined: BTreeSet<String>,
        used: BTreeSet<String>,
        /// Target namespace and the other one that it imports or uses.
        imported: BTreeSet<(String, String)>,
        crossed: BTreeSet<(String, String)>,
    }

    fn read(text: &str) -> Names {
        let mut names = Names::default();
        let mut prefixes = BTreeMap::<String, String>::new();
        let mut open: Vec<String> = Vec::new();
        let mut target = String::new();
        for event in EventReader::from_str(text) {
            let (name, attributes, namespace) = match event.expect("well-formed XML") {
                XmlEvent::StartElement {
                    name,
                    attributes,
                    namespace,
                } => (name, attributes, namespace),
                XmlEvent::EndElement { .. } => {
                    open.pop();
                    continue;
                }
                _ => continue,
            };
            for (prefix, uri) in &namespace {
                let known = prefixes.entry(prefix.to_owned()).or_insert(uri.to_owned());
                assert_eq!(known, uri, "prefix {prefix} has two meanings");
            }
            let attribute = |wanted: &str| {
                let found = attributes.iter().find(|a| a.name.local_name == wanted);
                found.map(|a| a.value.clone())
            };
            let resolve = |reference: &str| {
                let (prefix, local) = reference.split_once(':').expect("a prefix");
                (
                    namespace.get(prefix).expect("declared").to_owned(),
                    local.to_owned(),
                )
            };
            let in_schema = name.namespace.as_deref() == Some(XML_SCHEMA);
            let local = name.local_name.as_str();
            if let Some(uri) = attribute("targetNamespace") {
                target = uri;
            }
            if local == "import" {
                names
                    .imported
                    .insert((target.clone(), attribute("namespace").expect("one")));
            }
            if let Some(own) = attribute("name") {
                let kind = match local {
                    "complexType" | "simpleType" => "type",
                    other => other,
                };
                if open
                    .last()
                    .is_some_and(|parent| parent == "schema" || parent == "definitions")
                {
                    // WSDL things are in the namespace of the definitions, which is the first.
                    let uri = if in_schema { &target } else { &prefixes["tns"] };
                    let definition = format!("{kind} {{{uri}}}{own}");
                    assert!(
                        names.defined.insert(definition.clone()),
                        "{definition} twice"
                    );
                }
            }
            for (used, kind) in [
                ("type", if in_schema { "type" } else { "portType" }),
                ("base", "type"),
                ("element", "element"),
                ("message", "message"),
                ("binding", "binding"),
            ] {
                let Some(reference) = attribute(used) else {
                    continue;
                };
                let (uri, local) = resolve(&reference);
                if uri == XML_SCHEMA {
                    continue;
                }
                if in_schema && uri != target {
                    names.crossed.insert((target.clone(), uri.clone()));
                }
                names.used.insert(format!("{kind} {{{uri}}}{local}"));
            }
            if local == "definitions" {
                assert_eq!(name.namespace.as_deref(), Some(WSDL));
            }
            open.push(local.to_owned());
        }
        names
    }

    #[test]
    fn all_references_resolve_and_no_prefix_has_two_meanings() {
        for file in files(SERVICES) {
            let names = read(&file.text);
            let unresolved: Vec<_> = names.used.difference(&names.defined).collect();
            assert!(unresolved.is_empty(), "{}: {unresolved:?}", file.path);
            let missing: Vec<_> = names.crossed.difference(&names.imported).collect();
            assert!(
                missing.is_empty(),
                "{}: not imported {missing:?}",
                file.path
            );
        }
    }

    #[test]
    fn every_operation_is_in_both_bindings_and_the_port_type() {
        for (service, file) in SERVICES.iter().zip(files(SERVICES)) {
            for operation in service.operations {
                let tag = format!("<wsdl:operation name=\"{}\">", operation.name);
                assert_eq!(file.text.matches(&tag).count(), 3, "{tag}");
            }
        }
    }
}
