//! Taking what is expected in one step.
//!
//! Whoever walks a descriptor knows which elements may come next. If one of them is there, in the
//! form in which nearly all clients write it, then it need not be cut up and looked into. If it is
//! not, or in another form, nothing has been read, and the general way has to find out what there
//! is.

use super::super::names;
use super::super::namespaces::Ns;
use super::super::runs;
use super::super::starts::{Start, starts_with};
use super::{Scanner, Tag};
use crate::fault::Fault;
use std::borrow::Cow;

/// Where elements of a namespace are expected: the children of the element just started.
pub(in crate::format::xml) struct Home {
    ns: Ns,
    /// Length of the prefix, 0 where none is needed.
    prefix: usize,
    /// How a start tag begins, up to the local name.
    start: Start,
}

/// A start tag that has not been read yet.
pub(in crate::format::xml) struct Ahead<'a> {
    /// Whether it has the name that was guessed.
    pub as_guessed: bool,
    /// The local name, which may be none at all.
    pub local: &'a [u8],
    /// All that follows the name.
    rest: &'a [u8],
}

impl<'a> Scanner<'a> {
    /// How children of the element just started are expected to be written. It serves until that
    /// element ends.
    pub(in crate::format::xml) fn home(&self, ns: Ns) -> Option<Home> {
        if self.local_names || self.is_step_by_step() {
            return None;
        }
        let prefix = self.scopes.prefix_of(ns)?;
        let start = match prefix {
            b"" => Start::of(&[b"<"]),
            prefix => Start::of(&[b"<", prefix, b":"]),
        };
        Some(Home {
            ns,
            prefix: prefix.len(),
            start: start?,
        })
    }

    /// The start tag that comes next, after white space, if it is one of an expected element.
    #[inline]
    pub(in crate::format::xml) fn ahead(&self, home: &Home, guess: &str) -> Option<Ahead<'a>> {
        if self.ends_next {
            return None;
        }
        let rest = self.rest();
        let named = home.start.strip(rest.get(runs::blank(rest)..)?)?;
        let guess = guess.as_bytes();
        let as_guessed =
            starts_with(named, guess) && matches!(named.get(guess.len()), Some(b'>' | b' ' | b'/'));
        let length = match as_guessed {
            true => guess.len(),
            false => runs::name(named),
        };
        let (local, rest) = named.split_at_checked(length)?;
        Some(Ahead {
            as_guessed,
            local,
            rest,
        })
    }

    /// Reads a start tag that is ahead, if it has no attribute but a type or a nil; these cannot
    /// be asked for. The local name is given because it has to be known for one.
    #[inline]
    pub(in crate::format::xml) fn take<'n>(
        &mut self,
        home: &Home,
        ahead: &Ahead<'a>,
        local: &'n str,
    ) -> Option<Tag<'n>> {
        let name = self.name_ahead(home, ahead, local)?;
        let (nil, rest) = match ahead.rest {
            rest @ [b' ', ..] => self.type_or_nil(rest)?,
            rest => (false, rest),
        };
        let (ends_next, rest) = match rest {
            [b'>', rest @ ..] => (false, rest),
            [b'/', b'>', rest @ ..] => (true, rest),
            _ => return None,
        };
        if !self.has_room_for(name) {
            return None;
        }
        self.elements += 1;
        self.ends_next = ends_next;
        self.at = self.text.len() - rest.len();
        self.attributes.clear();
        self.scopes.open(name, home.prefix, home.ns);
        Some(Tag {
            ns: home.ns,
            local,
            nil,
        })
    }

    /// Takes a start tag that is in its usual form. `None` when it is not, or has anything wrong
    /// with it but attributes that are in each other's way.
    pub(super) fn usual_start(&mut self) -> Option<Result<Tag<'a>, Fault>> {
        let rest = self.rest().get(1..)?;
        let whole = self.text.get(self.at + 1..self.at + 1 + runs::name(rest))?;
        let outside = self.scopes.depth() == 0 && self.elements > 0;
        if outside || !self.has_room_for(whole.as_bytes()) || self.is_step_by_step() {
            return None;
        }
        let (prefix, local) = names::split(whole)?;
        self.scopes.open(whole.as_bytes(), prefix.len(), Ns::None);
        self.attributes.clear();
        let end = self
            .usual_attributes(self.at + 1 + whole.len())
            .filter(|_| self.scopes.resolve(prefix).is_some());
        let Some(end) = end else {
            self.scopes.close();
            return None;
        };
        self.elements += 1;
        self.ends_next = self.text.as_bytes().get(end) == Some(&b'/');
        self.at = end + 1 + usize::from(self.ends_next);
        Some(self.settle().and_then(|nil| {
            let ns = self.resolve(prefix)?;
            self.scopes.settle(ns);
            Ok(Tag { ns, local, nil })
        }))
    }

    /// Reads a whole element that is ahead, if there is nothing but text in it and it has no
    /// attribute but a type. The local name is given because it has to be known for one.
    #[inline]
    pub(in crate::format::xml) fn take_whole(
        &mut self,
        home: &Home,
        ahead: &Ahead<'a>,
        local: &str,
    ) -> Option<Cow<'a, str>> {
        let name = self.name_ahead(home, ahead, local)?;
        let rest = match ahead.rest {
            rest @ [b' ', ..] => self.type_or_nil(rest).filter(|(nil, _)| !nil)?.1,
            rest => rest,
        };
        let (text, rest) = self.text_ahead(rest.strip_prefix(b">")?)?;
        let end = end_tag(rest, name)?;
        if !self.has_room_for(name) {
            return None;
        }
        self.elements += 1;
        self.at = self.text.len() - rest.len() + end;
        self.attributes.clear();
        Some(text)
    }

    /// The name of an element that is ahead, as it stands there.
    #[inline]
    fn name_ahead(&self, home: &Home, ahead: &Ahead<'a>, local: &str) -> Option<&'a [u8]> {
        let bytes = self.text.as_bytes();
        let end = bytes.len() - ahead.rest.len();
        let colon = usize::from(home.prefix > 0);
        bytes.get(end.checked_sub(local.len() + colon + home.prefix)?..end)
    }

    /// Whether one more element of this name keeps to the limits.
    pub(super) fn has_room_for(&self, name: &[u8]) -> bool {
        self.elements < self.limits.elements
            && self.scopes.depth() < self.limits.depth
            && name.len() <= self.limits.name_bytes
    }

    /// Cuts ` xsi:type="…"` or ` xsi:nil="true"` off the front, and says whether it is the latter.
    #[inline]
    fn type_or_nil(&self, text: &'a [u8]) -> Option<(bool, &'a [u8])> {
        if self.limits.attributes == 0 {
            return None;
        }
        let rest = self.scopes.xsi()?.strip(text)?;
        match rest {
            // Which type it is, is known.
            [b't', b'y', b'p', b'e', b'=', b'"', value @ ..] => {
                let rest = value.get(runs::quoted(value)..)?;
                Some((false, rest.strip_prefix(b"\"")?))
            }
            rest => Some((true, rest.strip_prefix(b"nil=\"true\"")?)),
        }
    }

    /// Takes the end tag of the innermost element, after white space, if it comes next.
    #[inline]
    pub(in crate::format::xml) fn take_end(&mut self) -> bool {
        if self.ends_next || self.is_step_by_step() {
            return false;
        }
        let at = self.at + runs::blank(self.rest());
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let innermost = self.scopes.innermost();
        let Some(length) = innermost.and_then(|name| end_tag(rest, name)) else {
            return false;
        };
        self.at = at + length;
        self.scopes.close();
        true
    }

    /// Takes the text of the element just started and its end tag, if there is nothing else.
    pub(super) fn expected_text(&mut self) -> Option<Cow<'a, str>> {
        if self.ends_next || self.is_step_by_step() {
            return None;
        }
        let (text, rest) = self.text_ahead(self.rest())?;
        let end = end_tag(rest, self.scopes.innermost()?)?;
        self.at = self.text.len() - rest.len() + end;
        self.scopes.close();
        Some(text)
    }

    /// The text up to the next tag, and what follows it. `None` where it is not in its usual form.
    #[inline]
    fn text_ahead(&self, rest: &'a [u8]) -> Option<(Cow<'a, str>, &'a [u8])> {
        let at = self.text.len() - rest.len();
        let length = runs::plain(rest);
        let text = self.text.get(at..at + length)?;
        match rest.get(length..)? {
            rest @ [b'&', ..] => self.text_with_references(text, rest),
            rest => Some((Cow::Borrowed(text), rest)),
        }
    }

    /// The same, where a reference follows the start of the text.
    fn text_with_references(
        &self,
        start: &str,
        mut rest: &'a [u8],
    ) -> Option<(Cow<'a, str>, &'a [u8])> {
        // What is still to come gets no longer when it is decoded.
        let left = memchr::memchr(b'<', rest)?;
        let mut whole = String::with_capacity(start.len() + left);
        whole.push_str(start);
        while rest.starts_with(b"&") {
            let character;
            (character, rest) = predefined(rest)?;
            let length = runs::plain(rest);
            let at = self.text.len() - rest.len();
            whole.push(character);
            whole.push_str(self.text.get(at..at + length)?);
            rest = rest.get(length..)?;
        }
        Some((Cow::Owned(whole), rest))
    }

    #[cfg(test)]
    pub(super) fn is_step_by_step(&self) -> bool {
        self.step_by_step
    }

    #[cfg(not(test))]
    pub(super) fn is_step_by_step(&self) -> bool {
        false
    }
}

/// The length of the end tag of this name that comes next, if it is there without white space.
#[inline]
pub(super) fn end_tag(text: &[u8], name: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b"</")?;
    let there = starts_with(rest, name) && rest.get(name.len()) == Some(&b'>');
    there.then_some(name.len() + 3)
}

/// The character of a reference to an entity that needs no declaration, and what follows.
fn predefined(text: &[u8]) -> Option<(char, &[u8])> {
    match text {
        [b'&', b'a', b'm', b'p', b';', rest @ ..] => Some(('&', rest)),
        [b'&', b'l', b't', b';', rest @ ..] => Some(('<', rest)),
        [b'&', b'g', b't', b';', rest @ ..] => Some(('>', rest)),
        [b'&', b'q', b'u', b'o', b't', b';', rest @ ..] => Some(('"', rest)),
        [b'&', b'a', b'p', b'o', b's', b';', rest @ ..] => Some(('\'', rest)),
        _ => None,
    }
}
