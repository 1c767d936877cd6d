//! Which prefix means which namespace, element by element.

use crate::model::Namespace;
use std::borrow::Cow;

/// The SOAP 1.1 envelope.
pub const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// The SOAP 1.2 envelope.
pub const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";
/// `nil` and `type`.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// A namespace, as cheap to compare as a number, however it was declared. Those that no rule
/// here cares about are numbered per message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ns {
    /// No namespace.
    None,
    /// One of the contract's.
    Contract(Namespace),
    /// The SOAP 1.1 envelope.
    Soap11,
    /// The SOAP 1.2 envelope.
    Soap12,
    /// XML Schema instance.
    Xsi,
    /// The reserved prefix `xml`.
    Xml,
    /// Another; `Scopes::uri` has its name while the element is open.
    Other(usize),
}

/// The declarations in scope.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    bindings: Vec<(&'a str, Ns)>,
    others: Vec<Cow<'a, str>>,
    /// Lengths of the two lists before each open element.
    marks: Vec<(usize, usize)>,
}

impl<'a> Scopes<'a> {
    /// Opens the scope of an element.
    pub(super) fn open(&mut self) {
        self.marks.push((self.bindings.len(), self.others.len()));
    }

    /// Closes the innermost scope.
    pub(super) fn close(&mut self) {
        if let Some((bindings, others)) = self.marks.pop() {
            self.bindings.truncate(bindings);
            self.others.truncate(others);
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.marks.len()
    }

    /// How many declarations are in scope.
    pub(super) fn len(&self) -> usize {
        self.bindings.len()
    }

    /// Whether a prefix has been declared since there were `count` declarations.
    pub(super) fn declared_since(&self, count: usize, prefix: &str) -> bool {
        self.bindings
            .iter()
            .skip(count)
            .any(|(name, _)| *name == prefix)
    }

    /// Declares a prefix (empty: the default namespace) in the innermost scope; false when
    /// Namespaces in XML forbids it.
    pub(super) fn declare(&mut self, prefix: &'a str, uri: Cow<'a, str>) -> bool {
        let reserved = prefix == "xmlns" || uri == XMLNS || (prefix == "xml") != (uri == XML);
        if reserved || (uri.is_empty() && !prefix.is_empty()) {
            return false;
        }
        if prefix != "xml" {
            let namespace = self.intern(uri);
            self.bindings.push((prefix, namespace));
        }
        true
    }

    fn intern(&mut self, uri: Cow<'a, str>) -> Ns {
        const CONTRACT: [Namespace; 6] = [
            Namespace::Services88,
            Namespace::Arrays,
            Namespace::Serialization,
            Namespace::Cryptography,
            Namespace::PortalModels,
            Namespace::PortalViews,
        ];
        match uri.as_ref() {
            "" => Ns::None,
            SOAP11 => Ns::Soap11,
            SOAP12 => Ns::Soap12,
            XSI => Ns::Xsi,
            other => match CONTRACT
                .into_iter()
                .find(|namespace| namespace.uri() == other)
            {
                Some(namespace) => Ns::Contract(namespace),
                None => Ns::Other(self.number(uri)),
            },
        }
    }

    /// The number of a namespace, which it keeps while a declaration of it is in scope.
    fn number(&mut self, uri: Cow<'a, str>) -> usize {
        let known = self.others.iter().position(|other| *other == uri);
        known.unwrap_or_else(|| {
            self.others.push(uri);
            self.others.len() - 1
        })
    }

    /// What a prefix means here; `None` when it is not declared.
    pub(super) fn resolve(&self, prefix: &str) -> Option<Ns> {
        let bound = self.bindings.iter().rev().find(|(name, _)| *name == prefix);
        match bound {
            Some(&(_, namespace)) => Some(namespace),
            None if prefix.is_empty() => Some(Ns::None),
            None if prefix == "xml" => Some(Ns::Xml),
            None => None,
        }
    }

    /// The namespace name.
    pub(super) fn uri(&self, namespace: Ns) -> &str {
        match namespace {
            Ns::None => "",
            Ns::Contract(namespace) => namespace.uri(),
            Ns::Soap11 => SOAP11,
            Ns::Soap12 => SOAP12,
            Ns::Xsi => XSI,
            Ns::Xml => XML,
            Ns::Other(index) => self.others.get(index).map_or("", AsRef::as_ref),
        }
    }
}
