//! Which prefix means which namespace, element by element.

use super::starts::Start;
use crate::model::Namespace;
use std::borrow::Cow;
use std::ops::Range;

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

/// The open elements, and the declarations in scope.
pub(super) struct Scopes<'a> {
    open: Vec<Open<'a>>,
    bindings: Vec<(&'a str, Ns)>,
    others: Vec<Cow<'a, str>>,
    /// The start of an attribute of XML Schema instance: a space, a prefix that means it, and a
    /// colon; and the place of its declaration. It may be `None` although there is one.
    xsi: Option<(usize, Start)>,
}

/// All declarations of an element: where each prefix stands in a text, and the names of the
/// namespaces that have a number.
pub(super) struct Declarations {
    bindings: Vec<(Range<usize>, Ns)>,
    others: Vec<Range<usize>>,
}

/// Where a piece of a text stands in it; `None` when it is none.
fn place(text: &str, piece: &str) -> Option<Range<usize>> {
    if piece.is_empty() {
        return Some(0..0);
    }
    let from = piece.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let place = from..from + piece.len();
    (text.get(place.clone()) == Some(piece)).then_some(place)
}

/// The namespaces that have a meaning here.
fn known(uri: &str) -> Option<Ns> {
    const CONTRACT: [Namespace; 6] = [
        Namespace::Services88,
        Namespace::Arrays,
        Namespace::Serialization,
        Namespace::Cryptography,
        Namespace::PortalModels,
        Namespace::PortalViews,
    ];
    match uri {
        SOAP11 => Some(Ns::Soap11),
        SOAP12 => Some(Ns::Soap12),
        XSI => Some(Ns::Xsi),
        _ => CONTRACT
            .into_iter()
            .find(|namespace| namespace.uri() == uri)
            .map(Ns::Contract),
    }
}

/// An element whose end has not come yet.
struct Open<'a> {
    /// As it stands in the start tag.
    name: &'a [u8],
    /// Length of the part of the name before the colon, 0 where there is none.
    prefix: usize,
    ns: Ns,
    /// How many declarations were in scope before it, and how many namespaces had a number.
    bindings: usize,
    others: usize,
}

impl<'a> Scopes<'a> {
    /// Outside of any element.
    pub(super) fn new() -> Self {
        // Enough for what most clients send.
        Self {
            open: Vec::with_capacity(8),
            bindings: Vec::with_capacity(8),
            others: Vec::new(),
            xsi: None,
        }
    }

    /// Opens an element and its scope. The length of the prefix is 0 where there is none.
    pub(super) fn open(&mut self, name: &'a [u8], prefix: usize, ns: Ns) {
        self.open.push(Open {
            name,
            prefix,
            ns,
            bindings: self.bindings.len(),
            others: self.others.len(),
        });
    }

    /// Says what the namespace of the innermost element is, now that its declarations are known.
    pub(super) fn settle(&mut self, ns: Ns) {
        if let Some(open) = self.open.last_mut() {
            open.ns = ns;
        }
    }

    /// Closes the innermost element and its scope.
    pub(super) fn close(&mut self) {
        if let Some(open) = self.open.pop()
            && open.bindings < self.bindings.len()
        {
            self.bindings.truncate(open.bindings);
            self.others.truncate(open.others);
            if self.xsi.is_none_or(|(at, _)| at >= open.bindings) {
                self.find_xsi();
            }
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The name of the innermost open element as it stands in its start tag.
    pub(super) fn innermost(&self) -> Option<&'a [u8]> {
        self.open.last().map(|open| open.name)
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
        let known = known(&uri);
        if known.is_none() {
            let reserved = uri == XMLNS || (prefix == "xml") != (uri == XML);
            if reserved || (uri.is_empty() && !prefix.is_empty()) {
                return false;
            }
        }
        if matches!(prefix, "xml" | "xmlns") {
            return prefix == "xml" && known.is_none();
        }
        let ns = known.unwrap_or_else(|| match uri.as_ref() {
            "" => Ns::None,
            _ => Ns::Other(self.number(uri)),
        });
        let shadows = |(at, _): &(usize, Start)| {
            self.bindings
                .get(*at)
                .is_some_and(|bound| bound.0 == prefix)
        };
        let stale = ns == Ns::Xsi || self.xsi.as_ref().is_some_and(shadows);
        self.bindings.push((prefix, ns));
        if stale {
            self.find_xsi();
        }
        true
    }

    fn find_xsi(&mut self) {
        let bound = |bound: &(&str, Ns)| bound.1 == Ns::Xsi && !bound.0.is_empty();
        self.xsi = self.bindings.iter().rposition(bound).and_then(|at| {
            let (prefix, _) = self.bindings.get(at)?;
            let start = Start::of(&[b" ", prefix.as_bytes(), b":"])?;
            (self.resolve(prefix) == Some(Ns::Xsi)).then_some((at, start))
        });
    }

    /// All declarations in scope, if all were borrowed from this text.
    pub(super) fn declarations(&self, text: &str) -> Option<Declarations> {
        let bindings = self.bindings.iter();
        let bindings = bindings.map(|(prefix, ns)| Some((place(text, prefix)?, *ns)));
        let others = self.others.iter().map(|uri| place(text, uri));
        Some(Declarations {
            bindings: bindings.collect::<Option<_>>()?,
            others: others.collect::<Option<_>>()?,
        })
    }

    /// Carries out all declarations of the root element, which a text has in the same places.
    pub(super) fn declare_all(&mut self, declarations: &Declarations, text: &'a str) {
        let piece = |place: &Range<usize>| text.get(place.clone()).unwrap_or_default();
        let bindings = declarations.bindings.iter();
        self.bindings
            .extend(bindings.map(|(place, ns)| (piece(place), *ns)));
        let others = declarations.others.iter();
        self.others
            .extend(others.map(|place| Cow::Borrowed(piece(place))));
        self.find_xsi();
    }

    /// The start of an attribute of XML Schema instance, the space before it included. It may be
    /// `None` although a prefix means that.
    pub(super) fn xsi(&self) -> Option<Start> {
        self.xsi.map(|(_, start)| start)
    }

    /// A prefix (empty: none is needed) that means a namespace here: that of the innermost
    /// element if it can be, for its children nearly always have it too. It may be `None`
    /// although there is one.
    pub(super) fn prefix_of(&self, ns: Ns) -> Option<&'a [u8]> {
        if let Some(open) = self.open.last().filter(|open| open.ns == ns) {
            return open.name.get(..open.prefix);
        }
        let &(prefix, _) = self.bindings.iter().rev().find(|bound| bound.1 == ns)?;
        (self.resolve(prefix) == Some(ns)).then_some(prefix.as_bytes())
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
