//! Sample envelopes: a request and an answer of every operation, made from the contract.
//!
//! They come in two forms: as the vendor's documentation prints them, and as real clients send
//! them. All values are defaults, and arrays and dictionaries hold one item.

use super::files::{self, File};
use super::markup::Markup;
use super::xml::{SOAP11, SOAP12, XSI};
use super::xsd::{self, Schemas};
use crate::model::{Field, Namespace, ObjectType, Operation, Service, Shape};
use std::io;
use std::path::Path;

/// Stands where a caller has to put a ticket. It looks like one, so that it is refused as an
/// unknown ticket when it is sent as it is.
pub const TICKET: &str = "7T:put-a-ticket-here";

/// Stands where a caller has to put the token of an application.
pub const APPLICATION_TOKEN: &str = "put-an-application-token-here";

/// How an envelope is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// SOAP 1.2, header blocks directly under the envelope, `xsi:type` on all values, and the
    /// members of the base type left out.
    Documentation,
    /// SOAP 1.1 with a header, the service's own namespace as the default one, and all members.
    Client,
}

/// One direction of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Request,
    Response,
}

/// The sample envelopes of several services, as `client/User/SaveUser.request.xml`.
pub fn files(services: &[&'static Service]) -> Vec<File> {
    let mut files = Vec::new();
    for (form, folder) in [
        (Form::Documentation, "documentation"),
        (Form::Client, "client"),
    ] {
        for service in services {
            let sampler = Sampler::new(service, form);
            for operation in service.operations {
                for (direction, suffix) in [
                    (Direction::Request, "request"),
                    (Direction::Response, "response"),
                ] {
                    let (service, operation_name) = (service.name, operation.name);
                    files.push(File {
                        path: format!("{folder}/{service}/{operation_name}.{suffix}.xml"),
                        text: sampler.envelope(operation, direction),
                    });
                }
            }
        }
    }
    files
}

/// Writes [`files()`] below a directory.
pub fn write_all(directory: &Path, services: &[&'static Service]) -> io::Result<()> {
    files::write_all(directory, files(services))
}

/// One sample envelope.
pub fn envelope(
    service: &'static Service,
    operation: &Operation,
    direction: Direction,
    form: Form,
) -> String {
    Sampler::new(service, form).envelope(operation, direction)
}

/// Carriers, arrays and dictionaries at this depth are nil, as carriers may hold others of their
/// own type for ever. Nothing else nests as deep.
const DEEPEST: usize = 8;

struct Sampler {
    service: &'static Service,
    form: Form,
    /// What an element or type of a namespace has in front of its name, the colon included.
    prefixes: Vec<(Namespace, String)>,
}

impl Sampler {
    fn new(service: &'static Service, form: Form) -> Self {
        let mut namespaces: Vec<_> = Schemas::of(service).namespaces().collect();
        // The printed numbers go by first use, but the serializer's own namespace has the first.
        namespaces.sort_by_key(|namespace| match namespace {
            Namespace::Services88 => 0,
            Namespace::Serialization => 1,
            _ => 2,
        });
        let prefixes = namespaces
            .into_iter()
            .enumerate()
            .map(|(index, namespace)| {
                let prefix = match (form, namespace) {
                    (Form::Documentation, Namespace::Services88) => format!("{}:", service.name),
                    (Form::Documentation, _) => format!("NetServerServices88{index}:"),
                    (Form::Client, Namespace::Services88) => String::new(),
                    (Form::Client, other) => format!("{}:", xsd::prefix(other)),
                };
                (namespace, prefix)
            });
        Self {
            service,
            form,
            prefixes: prefixes.collect(),
        }
    }

    fn envelope(&self, operation: &Operation, direction: Direction) -> String {
        let declarations: Vec<_> = self
            .prefixes
            .iter()
            .map(|(namespace, prefix)| match prefix.strip_suffix(':') {
                Some(prefix) => (format!("xmlns:{prefix}"), namespace.uri()),
                None => (String::from("xmlns"), namespace.uri()),
            })
            .collect();
        let soap: &[_] = match self.form {
            Form::Documentation => &[
                ("xmlns:SOAP-ENV", SOAP12),
                ("xmlns:SOAP-ENC", "http://www.w3.org/2003/05/soap-encoding"),
                ("xmlns:xsi", XSI),
                ("xmlns:xsd", super::wsdl::XML_SCHEMA),
            ],
            Form::Client => &[("xmlns:s", SOAP11), ("xmlns:xsi", XSI)],
        };
        let own = declarations.iter().map(|(name, uri)| (name.as_str(), *uri));
        let attributes: Vec<_> = soap.iter().copied().chain(own).collect();
        // The printed requests end one level earlier than the printed answers.
        let (message, depth) = match direction {
            Direction::Request => (operation.request, 2),
            Direction::Response => (operation.response, 1),
        };

        let mut out = Markup::new();
        match self.form {
            Form::Documentation => out.element("SOAP-ENV:Envelope", &attributes, |out| {
                if direction == Direction::Request {
                    self.request_headers(out);
                }
                out.element("SOAP-ENV:Body", &[], |out| {
                    self.message(out, message, depth);
                });
            }),
            Form::Client => out.element("s:Envelope", &attributes, |out| {
                out.element("s:Header", &[], |out| match direction {
                    Direction::Request => self.request_headers(out),
                    Direction::Response => self.response_headers(out),
                });
                out.element("s:Body", &[], |out| self.message(out, message, depth));
            }),
        }
        out.finish()
    }

    /// The only place that knows members by name: a sample is of no use without these two.
    fn request_headers(&self, out: &mut Markup) {
        let name = |name: &str| self.name(Namespace::Services88, name);
        for header in self.service.request_headers.fields {
            match header.name {
                "ApplicationToken" => out.text(&name(header.name), &[], APPLICATION_TOKEN),
                "Credentials" => out.element(&name(header.name), &[], |out| {
                    out.text(&name("Ticket"), &[], TICKET);
                }),
                _ if self.form == Form::Client => self.field(out, header, 1),
                // The printed envelopes have no others.
                _ => {}
            }
        }
    }

    /// An answer that reports success.
    fn response_headers(&self, out: &mut Markup) {
        for header in self.service.response_headers.fields {
            let name = self.name(Namespace::Services88, header.name);
            if header.nillable {
                nil(out, &name);
            } else {
                out.text(&name, &[], "true");
            }
        }
    }

    fn message(&self, out: &mut Markup, message: &ObjectType, depth: usize) {
        let name = self.name(message.namespace, message.name);
        out.element(&name, &[], |out| {
            for field in message.fields {
                self.field(out, field, depth);
            }
        });
    }

    fn field(&self, out: &mut Markup, field: &Field, depth: usize) {
        let name = self.name(Namespace::Services88, field.name);
        self.value(out, &name, field.shape, depth);
    }

    fn value(&self, out: &mut Markup, name: &str, shape: Shape, depth: usize) {
        let type_name = match xsd::type_namespace(shape) {
            Some(namespace) => self.name(namespace, &shape.name()),
            None => format!("xsd:{}", shape.name()),
        };
        let attributes: &[(&str, &str)] = match self.form {
            Form::Documentation => &[("xsi:type", &type_name)],
            Form::Client => &[],
        };
        let inner = depth + 1;
        match shape {
            Shape::Bool => out.text(name, attributes, "false"),
            Shape::Short | Shape::Int => out.text(name, attributes, "0"),
            Shape::Text | Shape::Bytes => out.text(name, attributes, ""),
            Shape::DateTime => out.text(name, attributes, self.date()),
            Shape::Enum(enumeration) => {
                let first = enumeration.members.first();
                out.text(name, attributes, first.map_or("", |member| member.name));
            }
            _ if depth >= DEEPEST => nil(out, name),
            Shape::Object(object) => {
                out.element(name, attributes, |out| self.members(out, object(), inner));
            }
            Shape::List(item) => out.element(name, attributes, |out| {
                let name = self.name(shape.array_namespace(), &item.name());
                self.value(out, &name, *item, inner);
            }),
            Shape::Map(dictionary) => out.element(name, attributes, |out| {
                let own = |name| self.name(Namespace::Services88, name);
                out.element(&own(dictionary.item), &[], |out| {
                    self.value(out, &own("Key"), Shape::Text, inner + 1);
                    self.value(out, &own("Value"), dictionary.value, inner + 1);
                });
            }),
        }
    }

    fn members(&self, out: &mut Markup, object: &ObjectType, depth: usize) {
        for (index, field) in object.fields.iter().enumerate() {
            let name = self.name(object.namespace, field.name);
            if index >= object.inherited {
                self.value(out, &name, field.shape, depth);
            } else if self.form == Form::Client {
                nil(out, &name);
            }
        }
    }

    fn date(&self) -> &'static str {
        match self.form {
            Form::Documentation => "2024-02-29T12:34:56Z",
            Form::Client => "2024-02-29T12:34:56",
        }
    }

    fn name(&self, namespace: Namespace, local: &str) -> String {
        let prefix = self
            .prefixes
            .iter()
            .find(|(known, _)| *known == namespace)
            .map_or("", |(_, prefix)| prefix);
        format!("{prefix}{local}")
    }
}

fn nil(out: &mut Markup, name: &str) {
    out.empty(name, &[("xsi:nil", "true")]);
}

#[cfg(test)]
mod tests {
    use super::{APPLICATION_TOKEN, Direction, Form, TICKET, envelope, files};
    use crate::config::MessageLimits;
    use crate::contract::{SERVICES, principal_service, user_service};
    use crate::format::files::assert_committed;
    use crate::format::filled::assert_same;
    use crate::format::soap::Incoming;
    use crate::model::{Operation, Service, View};
    use xml::EventReader;

    fn operation(service: &Service, name: &str) -> &'static Operation {
        service.operations[service.position(name).expect("a known operation")]
    }

    #[test]
    fn the_committed_samples_are_up_to_date() {
        assert_committed("fixtures", &files(SERVICES), "cargo run -- fixtures");
    }

    #[test]
    fn samples_are_well_formed() {
        for file in files(SERVICES) {
            for event in EventReader::from_str(&file.text) {
                event.unwrap_or_else(|error| panic!("{}: {error}", file.path));
            }
        }
    }

    #[test]
    fn both_forms_are_read_and_say_the_same() {
        for service in SERVICES {
            for operation in service.operations {
                for (direction, blank, name) in [
                    (Direction::Request, operation.new_request, operation.name),
                    (
                        Direction::Response,
                        operation.nil_response,
                        operation.response.name,
                    ),
                ] {
                    let [printed, sent] = [Form::Documentation, Form::Client].map(|form| {
                        let text = envelope(service, operation, direction, form);
                        let incoming = Incoming::open(&text, MessageLimits::default());
                        let incoming = incoming.map_err(|(_, fault)| fault).expect(name);
                        assert_eq!(incoming.operation(), Some(name));
                        let mut object = blank();
                        incoming.read(&mut *object).expect(name);
                        object
                    });
                    assert_same(View::Object(&*printed), View::Object(&*sent), name);
                }
            }
        }
    }

    #[test]
    fn the_printed_form_types_its_values_and_has_no_header() {
        let service = &user_service::SERVICE;
        let text = envelope(
            service,
            operation(service, "SetExternalUserInfo"),
            Direction::Request,
            Form::Documentation,
        );
        for part in [
            &format!("\n  <User:ApplicationToken>{APPLICATION_TOKEN}</User:ApplicationToken>\n"),
            &format!("    <User:Ticket>{TICKET}</User:Ticket>\n"),
            "<User:IsActive xsi:type=\"xsd:boolean\">false</User:IsActive>",
            "xsi:type=\"User:ExternalUserInfoModification\">UserName</User",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("Header>") && !text.contains("TimeZone"));
    }

    #[test]
    fn the_client_form_has_a_header_and_all_members_in_order() {
        let service = &user_service::SERVICE;
        let text = envelope(
            service,
            operation(service, "GetRole"),
            Direction::Response,
            Form::Client,
        );
        let body = &text[text.find("  <s:Header>").expect("a header")..];
        let expected = "  <s:Header>
    <ExceptionInfo xsi:nil=\"true\"/>
    <ExtraInfo xsi:nil=\"true\"/>
    <Succeeded>true</Succeeded>
    <TimeZone xsi:nil=\"true\"/>
  </s:Header>
  <s:Body>
    <GetRoleResponse>
      <Response>
        <TableRight xsi:nil=\"true\"/>
        <FieldProperties xsi:nil=\"true\"/>
        <Id>0</Id>
        <Value></Value>
        <Tooltip></Tooltip>
      </Response>
    </GetRoleResponse>
  </s:Body>
</s:Envelope>
";
        assert_eq!(body, expected);
    }

    #[test]
    fn carriers_within_their_own_kind_end() {
        let service = &user_service::SERVICE;
        let text = envelope(
            service,
            operation(service, "SaveUser"),
            Direction::Request,
            Form::Documentation,
        );
        assert_eq!(text.matches("<User:MDOListItem xsi:type").count(), 2);
        assert_eq!(
            text.matches("<User:MDOListItem xsi:nil=\"true\"/>").count(),
            1
        );
    }

    #[test]
    fn nobody_needs_a_ticket_to_log_in() {
        let service = &principal_service::SERVICE;
        let text = envelope(
            service,
            operation(service, "GetSystemInfo"),
            Direction::Request,
            Form::Client,
        );
        assert!(text.contains(APPLICATION_TOKEN) && !text.contains(TICKET));
    }
}
