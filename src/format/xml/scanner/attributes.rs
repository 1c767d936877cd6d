//! The attributes of a start tag, and the namespaces that they declare.

use super::super::names;
use super::super::namespaces::Ns;
use super::super::runs;
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

/// The value of an attribute as it stands between its quotation marks.
#[derive(Clone, Copy)]
pub(in crate::format::xml) struct RawValue<'a> {
    pub text: &'a str,
    /// There is nothing in it to be normalised.
    plain: bool,
}

/// An attribute that declares no namespace.
#[derive(Clone, Copy)]
pub(super) struct Attribute<'a> {
    prefix: &'a str,
    local: &'a str,
    raw: RawValue<'a>,
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
        self.settle()
    }

    /// Carries out the declarations among the attributes of a tag that begin here, and keeps the
    /// others. Gives what follows them, or `None` when they are not in their usual form; it is no
    /// matter what has been done by then.
    pub(super) fn usual_attributes(&mut self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let (mut at, mut count, declared) = (from, 0, self.scopes.len());
        loop {
            let rest = bytes.get(at..)?;
            let name_at = at + runs::blank(rest);
            let rest = bytes.get(name_at..)?;
            if let [b'>', ..] | [b'/', b'>', ..] = rest {
                return Some(name_at);
            }
            let name_end = name_at + memchr::memchr(b'=', rest)?;
            let name = self.text.get(name_at..name_end)?;
            let value = bytes.get(name_end + 1..)?.strip_prefix(b"\"")?;
            let value_at = name_end + 2;
            let value_end = value_at + runs::value(value);
            let text = self.text.get(value_at..value_end)?;
            count += 1;
            let fits = count <= self.limits.attributes && name.len() <= self.limits.name_bytes;
            if name_at == at || bytes.get(value_end) != Some(&b'"') || !fits {
                return None;
            }
            let raw = RawValue { text, plain: true };
            let split = match name.strip_prefix("xmlns:") {
                Some(prefix) => ("xmlns", Some(prefix).filter(|it| names::is_ncname(it))?),
                None => names::split(name)?,
            };
            self.keep(split, raw, declared).ok()?;
            at = value_end + 1;
        }
    }

    /// Gives the attributes of a tag their namespaces and says whether it is nil.
    pub(super) fn settle(&mut self) -> Result<bool, Fault> {
        let mut nil = false;
        for index in 0..self.attributes.len() {
            let Attribute {
                prefix, local, raw, ..
            } = self.attributes[index];
            self.normalize(raw)?;
            if prefix.is_empty() {
                continue;
            }
            let ns = self.resolve(prefix)?;
            self.attributes[index].ns = ns;
            if ns == Ns::Xsi && local == "nil" {
                nil = match raw.text.trim_matches(is_space) {
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
            self.keep(self.name(name)?, raw, declared)?;
        }
    }

    /// Carries out a declaration, or keeps an attribute that is none.
    fn keep(
        &mut self,
        (prefix, local): (&'a str, &'a str),
        raw: RawValue<'a>,
        declared: usize,
    ) -> Result<(), Fault> {
        match (prefix, local) {
            ("", "xmlns") => self.declare("", raw, declared)?,
            ("xmlns", prefix) => self.declare(prefix, raw, declared)?,
            (prefix, local) => self.attributes.push(Attribute {
                prefix,
                local,
                raw,
                ns: Ns::None,
            }),
        }
        Ok(())
    }

    fn declare(
        &mut self,
        prefix: &'a str,
        raw: RawValue<'a>,
        declared: usize,
    ) -> Result<(), Fault> {
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

    fn normalize(&self, raw: RawValue<'a>) -> Result<Cow<'a, str>, Fault> {
        let value = Cow::Borrowed(raw.text);
        if raw.plain {
            return Ok(value);
        }
        let attribute = Raw {
            key: QName(""),
            value,
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
pub(in crate::format::xml) fn cut_attribute(text: &str) -> Option<(&str, RawValue<'_>, &str)> {
    let (name, rest) = text.split_at_checked(memchr::memchr(b'=', text.as_bytes())?)?;
    let rest = rest.get(1..)?.trim_start_matches(is_space);
    let quote = *rest
        .as_bytes()
        .first()
        .filter(|quote| matches!(quote, b'"' | b'\''))?;
    let rest = rest.get(1..)?;
    let bytes = rest.as_bytes();
    let mut end = runs::value(bytes);
    let mut plain = true;
    loop {
        match bytes.get(end)? {
            byte if *byte == quote => break,
            b'<' => return None,
            byte => plain &= matches!(byte, b'"' | b'\''),
        }
        end += 1;
        end += runs::value(bytes.get(end..)?);
    }
    let text = rest.get(..end)?;
    let name = name.trim_end_matches(is_space);
    Some((name, RawValue { text, plain }, rest.get(end + 1..)?))
}
