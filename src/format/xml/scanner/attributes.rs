//! The attributes of a start tag, and the namespaces that they declare.

use super::super::namespaces::Ns;
use super::{Scanner, is_space, is_xml_char};
use crate::fault::Fault;
use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute as Raw;
use quick_xml::name::QName;
use std::borrow::Cow;

/// Namespace declarations that one element may have, and that may be in scope at once; look-ups
/// are linear in the latter.
const DECLARATIONS_PER_ELEMENT: usize = 64;
const DECLARATIONS_IN_SCOPE: usize = 128;
/// Bytes of the name of a namespace. No operator sets this, so that those of SOAP always fit.
const NAMESPACE_BYTES: usize = 1024;

/// An attribute that declares no namespace.
#[derive(Clone, Copy)]
pub(super) struct Attribute<'a> {
    prefix: &'a str,
    local: &'a str,
    raw: &'a str,
    /// What the prefix means, once all declarations of the tag are known.
    ns: Ns,
}

impl<'a> Scanner<'a> {
    /// An attribute of the element just started, normalised.
    pub fn attribute(&self, ns: Ns, local: &str) -> Result<Option<Cow<'a, str>>, Fault> {
        let found = self
            .attributes
            .iter()
            .find(|found| found.ns == ns && found.local == local);
        found
            .map(|attribute| self.normalize(attribute.raw))
            .transpose()
    }

    /// Reads the attributes of a tag, declares its namespaces and says whether it is nil.
    pub(super) fn attributes(&mut self, text: &'a str) -> Result<bool, Fault> {
        self.collect(text)?;
        let mut nil = false;
        for index in 0..self.attributes.len() {
            let Attribute {
                prefix, local, raw, ..
            } = self.attributes[index];
            if raw.contains('&') {
                self.normalize(raw)?;
            }
            if prefix.is_empty() {
                continue;
            }
            let ns = self.resolve(prefix)?;
            self.attributes[index].ns = ns;
            if ns == Ns::Xsi && local == "nil" {
                nil = match raw.trim_matches(is_space) {
                    "true" | "1" => true,
                    "false" | "0" => false,
                    _ => return Err(self.fault("xsi:nil is neither true nor false")),
                };
            }
        }
        if self.repeats_attribute() {
            return Err(self.fault("an attribute occurs twice"));
        }
        Ok(nil)
    }

    /// Cuts a tag into attributes and carries out the declarations among them.
    fn collect(&mut self, text: &'a str) -> Result<(), Fault> {
        let (mut rest, mut count, declared) = (text, 0, self.scopes.len());
        loop {
            let trimmed = rest.trim_start_matches(is_space);
            if trimmed.is_empty() {
                return Ok(());
            }
            if trimmed.len() == rest.len() {
                return Err(self.fault("white space is missing between attributes"));
            }
            let (name, raw);
            (name, raw, rest) = cut_attribute(trimmed)
                .ok_or_else(|| self.fault("an attribute is not of the form name=\"value\""))?;
            count += 1;
            if count > self.limits.attributes {
                return Err(self.fault(format_args!(
                    "more than {} attributes",
                    self.limits.attributes
                )));
            }
            match self.name(name)? {
                ("", "xmlns") => self.declare("", raw, declared)?,
                ("xmlns", prefix) => self.declare(prefix, raw, declared)?,
                (prefix, local) => self.attributes.push(Attribute {
                    prefix,
                    local,
                    raw,
                    ns: Ns::None,
                }),
            }
        }
    }

    fn declare(&mut self, prefix: &'a str, raw: &'a str, declared: usize) -> Result<(), Fault> {
        let uri = self.normalize(raw)?;
        if uri.len() > NAMESPACE_BYTES {
            return Err(self.fault(format_args!(
                "the name of a namespace is longer than {NAMESPACE_BYTES} bytes"
            )));
        }
        let repeated = self.scopes.declared_since(declared, prefix);
        let count = self.scopes.len() - declared;
        if count >= DECLARATIONS_PER_ELEMENT || self.scopes.len() >= DECLARATIONS_IN_SCOPE {
            return Err(self.fault("too many namespace declarations"));
        }
        if repeated || !self.scopes.declare(prefix, uri) {
            return Err(self.fault(format_args!(
                "the declaration of prefix '{prefix}' is not allowed"
            )));
        }
        Ok(())
    }

    /// Two attributes of the same expanded name, found in n log n.
    fn repeats_attribute(&self) -> bool {
        let key = |at: &Attribute<'a>| (at.local, at.ns);
        match self.attributes.as_slice() {
            [] | [_] => false,
            [one, two] => key(one) == key(two),
            many => {
                let mut keys: Vec<_> = many.iter().map(key).collect();
                keys.sort_unstable();
                keys.windows(2).any(|pair| pair[0] == pair[1])
            }
        }
    }

    fn normalize(&self, raw: &'a str) -> Result<Cow<'a, str>, Fault> {
        let attribute = Raw {
            key: QName(""),
            value: Cow::Borrowed(raw),
        };
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| self.fault(error))?;
        if value.chars().all(is_xml_char) {
            Ok(value)
        } else {
            Err(self.fault("a character reference names a character that XML does not allow"))
        }
    }
}

/// Cuts `name="value"` off the front: name, raw value, rest.
pub(in crate::format::xml) fn cut_attribute(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once('=')?;
    let rest = rest.trim_start_matches(is_space);
    let quote = rest
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let (value, rest) = rest.get(1..)?.split_once(quote)?;
    (!value.contains('<')).then(|| (name.trim_end_matches(is_space), value, rest))
}
