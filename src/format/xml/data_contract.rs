//! XML as .NET's data contract serializer has it in a Web API: the type is the root element, its
//! namespace the default one, and members come in the order of their names, those of the base type
//! before all others.
//!
//! Another namespace is declared where it is needed first, with a prefix that tells the depth.

use super::escape::push_attribute;
use super::namespaces::XSI;
use super::{Ns, Scanner, Token, decode, read, write};
use crate::config::MessageLimits;
use crate::fault::{Fault, Protocol};
use crate::model::{Namespace, Object, ObjectType, Shape, View};
use std::fmt::Write;

/// Fills an object from a document. Members may come in any order, which the serializer of .NET
/// does not allow. False when the root element is nil.
///
/// # Errors
///
/// `UnsupportedMedia` for a character set that is not known, `Malformed` for what is no XML, and
/// `DeserializationFailed` for what does not fit the object, the name of the root element included.
pub fn fill(
    body: &[u8],
    charset: Option<&str>,
    limits: MessageLimits,
    object: &mut dyn Object,
) -> Result<bool, Fault> {
    let text = decode::decode(body, charset)?;
    let mut scanner = Scanner::new(&text, limits);
    let ObjectType {
        name, namespace, ..
    } = object.object_type();
    let root = match scanner.next_tag()? {
        Token::Start(tag) if tag.ns == Ns::Contract(*namespace) && tag.local == *name => tag,
        _ => {
            return Err(Fault::protocol(
                Protocol::DeserializationFailed,
                format!(
                    "The root element has to be '{name}' of '{}'.",
                    namespace.uri()
                ),
            ));
        }
    };
    if root.nil {
        scanner.skip()?;
    } else {
        read::object(&mut scanner, object)?;
    }
    match scanner.next_tag()? {
        Token::Eof => Ok(!root.nil),
        _ => Err(scanner.fault("something follows the root element")),
    }
}

/// A document that holds an object.
pub fn document(object: &dyn Object) -> String {
    let ObjectType {
        name, namespace, ..
    } = object.object_type();
    let mut writer = Writer {
        out: format!("<{name} xmlns:i=\"{XSI}\" xmlns=\"{}\">", namespace.uri()),
        prefixes: vec![(*namespace, String::new())],
    };
    writer.members(object, 2);
    let _ = write!(writer.out, "</{name}>");
    writer.out
}

struct Writer {
    out: String,
    /// The namespaces in scope and what stands before a name in them, the colon included.
    prefixes: Vec<(Namespace, String)>,
}

impl Writer {
    fn members(&mut self, object: &dyn Object, depth: usize) {
        let object_type = object.object_type();
        let fields = object_type.fields;
        let mut order: Vec<usize> = (0..fields.len()).collect();
        order.sort_by_key(|index| (*index >= object_type.inherited, fields[*index].name));
        for index in order {
            let field = &fields[index];
            let view = object.field(index);
            self.element(object_type.namespace, field.name, field.shape, view, depth);
        }
    }

    fn element(
        &mut self,
        namespace: Namespace,
        name: &str,
        shape: Shape,
        view: View<'_>,
        depth: usize,
    ) {
        let known = self.prefixes.iter().find(|(known, _)| *known == namespace);
        let prefix = known.map_or_else(String::new, |(_, prefix)| prefix.clone());
        let _ = write!(self.out, "<{prefix}{name}");
        if matches!(view, View::Null) {
            self.out.push_str(" i:nil=\"true\" />");
            return;
        }
        let declared = self.prefixes.len();
        if let Some(inner) = namespace_of_content(shape)
            && !self.prefixes.iter().any(|(known, _)| *known == inner)
        {
            let _ = write!(self.out, " xmlns:d{depth}p1=\"");
            push_attribute(&mut self.out, inner.uri());
            self.out.push('"');
            self.prefixes.push((inner, format!("d{depth}p1:")));
        }
        self.out.push('>');
        let start = self.out.len();
        match (view, shape) {
            (View::Object(object), _) => self.members(object, depth + 1),
            (View::List(list), Shape::List(item)) => {
                let (namespace, name) = (item.array_namespace(), item.name());
                for index in 0..list.len() {
                    self.element(namespace, &name, *item, list.item(index), depth + 1);
                }
            }
            (view, _) => write::plain(&mut self.out, view),
        }
        self.prefixes.truncate(declared);
        if self.out.len() == start {
            self.out.pop();
            self.out.push_str(" />");
        } else {
            let _ = write!(self.out, "</{prefix}{name}>");
        }
    }
}

/// The namespace of the elements inside an element, if there are any.
fn namespace_of_content(shape: Shape) -> Option<Namespace> {
    match shape {
        Shape::Object(object) => Some(object().namespace),
        Shape::List(item) => Some(item.array_namespace()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{document, fill};
    use crate::config::MessageLimits;
    use crate::contract::portal::{
        AgentRegistration, Link, UserConfirmationViewModel, UserViewModel,
    };
    use crate::fault::Fault;

    const MODELS: &str = "http://schemas.datacontract.org/2004/07/Eclipse.WebApi.Common.Models";
    const VIEWS: &str = "http://schemas.datacontract.org/2004/07/Eclipse.WebApi.Common.ViewModels";
    const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

    fn user() -> UserViewModel {
        UserViewModel {
            uid: "u".into(),
            links: Some(vec![Link {
                href: Some("http://h/?a&b".into()),
                ..Link::default()
            }]),
            logon: Some("ann".into()),
            is_confirmed: true,
            ..UserViewModel::default()
        }
    }

    #[test]
    fn base_members_first_each_by_name_and_namespaces_where_they_begin() {
        let link = |prefix: &str| {
            format!(
                "<Links xmlns:{prefix}=\"{MODELS}\"><{prefix}:Link>\
                 <{prefix}:Href>http://h/?a&amp;b</{prefix}:Href>\
                 <{prefix}:Method i:nil=\"true\" /><{prefix}:Rel i:nil=\"true\" />\
                 <{prefix}:Title i:nil=\"true\" /><{prefix}:Type i:nil=\"true\" />\
                 </{prefix}:Link></Links>"
            )
        };
        let members = |prefix: &str| {
            format!(
                "<DateUpdated />{}<Uid>u</Uid><UpdatedBy i:nil=\"true\" />\
                 <CandidateReference i:nil=\"true\" /><Forename i:nil=\"true\" />\
                 <Is2FASiteWide>false</Is2FASiteWide><IsConfirmed>true</IsConfirmed>\
                 <Logon>ann</Logon><OtherNames i:nil=\"true\" /><SecretKey2FA i:nil=\"true\" />\
                 <Surname i:nil=\"true\" />",
                link(prefix)
            )
        };
        assert_eq!(
            document(&user()),
            format!(
                "<UserViewModel xmlns:i=\"{XSI}\" xmlns=\"{VIEWS}\">{}</UserViewModel>",
                members("d2p1")
            )
        );
        let confirmation = UserConfirmationViewModel {
            user: Some(user()),
            request_guid: "g".into(),
            ..UserConfirmationViewModel::default()
        };
        assert_eq!(
            document(&confirmation),
            format!(
                "<UserConfirmationViewModel xmlns:i=\"{XSI}\" xmlns=\"{VIEWS}\">\
                 <CandidateReference i:nil=\"true\" /><Email i:nil=\"true\" />\
                 <RequestGuid>g</RequestGuid><User>{}</User></UserConfirmationViewModel>",
                members("d3p1")
            )
        );
    }

    fn registration(text: &str) -> Result<Option<AgentRegistration>, Fault> {
        let mut registration = AgentRegistration::default();
        let limits = MessageLimits::default();
        let there = fill(text.as_bytes(), None, limits, &mut registration)?;
        Ok(there.then_some(registration))
    }

    #[test]
    fn members_in_any_order_and_with_any_prefix() {
        let text = format!(
            "<?xml version=\"1.0\"?>\r\n<x:AgentRegistration xmlns:x=\"{MODELS}\" xmlns:i=\"{XSI}\">\
             <x:Email>a@b</x:Email><x:Other><x:Email/></x:Other><AgencyKey>no</AgencyKey>\
             <x:Forename i:nil=\"true\"/><x:AgencyKey>k</x:AgencyKey></x:AgentRegistration>"
        );
        let expected = AgentRegistration {
            email: Some("a@b".into()),
            agency_key: Some("k".into()),
            ..AgentRegistration::default()
        };
        assert_eq!(registration(&text).expect("acceptable"), Some(expected));
        let nil = format!("<AgentRegistration xmlns=\"{MODELS}\" xmlns:i=\"{XSI}\" i:nil=\"1\"/>");
        assert_eq!(registration(&nil).expect("acceptable"), None);
    }

    #[test]
    fn other_roots_and_hostile_documents_are_refused() {
        let root = format!("<AgentRegistration xmlns=\"{MODELS}\"");
        for (text, expected) in [
            ("<AgentRegistration/>".to_owned(), "root element"),
            (format!("<Agent xmlns=\"{MODELS}\"/>"), "root element"),
            (
                format!("{root}><Email>a</Email><Email>b</Email></AgentRegistration>"),
                "more than once",
            ),
            (format!("{root}/>{root}/>"), "more than one root"),
            (
                format!("<!DOCTYPE a [<!ENTITY e \"x\">]>{root}/>"),
                "document type",
            ),
            (
                format!("{root}><Email>&e;</Email></AgentRegistration>"),
                "entity",
            ),
            (
                format!("{root}><Email><b/></Email></AgentRegistration>"),
                "plain value",
            ),
            (String::new(), "too early"),
        ] {
            let fault = registration(&text).expect_err(expected);
            assert!(fault.message().contains(expected), "{text}: {fault}");
        }
    }
}
