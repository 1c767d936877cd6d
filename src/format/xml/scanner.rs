//! Tokens of a document, namespaces resolved, every rule of well-formedness and every limit
//! enforced. Tags and text are cut out here; quick-xml reads what is rare, such as comments and
//! references, and what it lets pass is refused here too.

mod ahead;
mod attributes;
mod roots;

use super::declaration;
use super::names;
use super::namespaces::{Ns, Scopes};
use super::runs;
use crate::config::MessageLimits;
use crate::fault::{Fault, Protocol};
use crate::model::Dates;
pub(super) use ahead::Home;
use attributes::Attribute;
pub(super) use attributes::cut_attribute;
use quick_xml::errors::IllFormedError;
use quick_xml::events::{BytesRef, BytesText, Event};
use quick_xml::parser::{ElementParser, Parser};
use std::borrow::Cow;
use std::fmt::{self, Write};

/// Characters of what is wrong that a fault repeats: names in it may be as long as the message.
const REASON_SHOWN: usize = 200;

/// A pull reader over one document.
pub struct Scanner<'a> {
    text: &'a str,
    /// How many bytes of it have been read; a character never lies across it.
    at: usize,
    limits: MessageLimits,
    scopes: Scopes<'a>,
    attributes: Vec<Attribute<'a>>,
    elements: usize,
    /// The element just started is an empty one, so its end comes next.
    ends_next: bool,
    /// Elements are told by their local names alone.
    local_names: bool,
    /// How dates are written in the document.
    dates: &'a Dates,
    /// Nothing is taken in one step, so that both ways can be compared.
    #[cfg(test)]
    step_by_step: bool,
}

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub struct Tag<'a> {
    /// Namespace of the element.
    pub ns: Ns,
    /// Local name.
    pub local: &'a str,
    /// `xsi:nil` is true.
    pub nil: bool,
}

/// What comes next.
#[derive(Debug)]
pub enum Token<'a> {
    /// A start tag; its attributes can be asked for until the next token.
    Start(Tag<'a>),
    /// The end of the innermost open element.
    End,
    /// A piece of text; references and CDATA are pieces of their own.
    Text(Cow<'a, str>),
    /// The end of the document.
    Eof,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning of a document that holds no forbidden characters
    /// (see [`decode`](super::decode::decode)).
    pub fn new(text: &'a str, limits: MessageLimits) -> Self {
        Self {
            text,
            at: 0,
            limits,
            scopes: Scopes::new(),
            attributes: Vec::new(),
            elements: 0,
            ends_next: false,
            local_names: false,
            dates: &Dates::BASE,
            #[cfg(test)]
            step_by_step: false,
        }
    }

    /// From here on elements are told by their local names alone, whatever their namespace, and
    /// the items of an array may have any name. Dates are read as they are written here.
    #[must_use]
    pub fn by_local_names(self, dates: &'a Dates) -> Self {
        Self {
            local_names: true,
            dates,
            ..self
        }
    }

    /// Takes nothing in one step.
    #[cfg(test)]
    pub(super) fn step_by_step(self) -> Self {
        Self {
            step_by_step: true,
            ..self
        }
    }

    /// How dates are written in the document.
    pub(super) fn dates(&self) -> &Dates {
        self.dates
    }

    /// Whether elements are told by their local names alone.
    pub(super) fn takes_local_names(&self) -> bool {
        self.local_names
    }

    /// The next token.
    pub fn token(&mut self) -> Result<Token<'a>, Fault> {
        if self.ends_next {
            self.ends_next = false;
            self.scopes.close();
            return Ok(Token::End);
        }
        loop {
            return match self.rest() {
                [] if self.scopes.depth() > 0 || self.elements == 0 => {
                    Err(self.fault("the document ends too early"))
                }
                [] => Ok(Token::Eof),
                [b'<', b'/', ..] => self.end(),
                [b'<', b'?', ..] if self.declaration() => continue,
                [b'<'] | [b'<', b'!' | b'?', ..] | [b'&', ..] => match self.rare()? {
                    Some(token) => Ok(token),
                    None => continue,
                },
                [b'<', ..] => self.start(),
                _ => self.text(),
            };
        }
    }

    /// The next token that is no white space; other text is refused.
    pub fn next_tag(&mut self) -> Result<Token<'a>, Fault> {
        self.pass_blanks();
        loop {
            match self.token()? {
                Token::Text(text) if is_blank(&text) => {}
                Token::Text(_) => return Err(self.fault("text stands where elements are expected")),
                token => return Ok(token),
            }
        }
    }

    /// Passes over white space, where it does not count.
    pub(super) fn pass_blanks(&mut self) {
        if !self.ends_next {
            self.at += runs::blank(self.rest());
        }
    }

    /// The whole text of the element just started, up to and including its end. `None` when
    /// there are elements in it.
    pub fn element_text(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        if let Some(text) = self.expected_text() {
            return Ok(Some(text));
        }
        let mut whole = Cow::Borrowed("");
        loop {
            match self.token()? {
                Token::Text(piece) if whole.is_empty() => whole = piece,
                Token::Text(piece) => whole.to_mut().push_str(&piece),
                Token::End => return Ok(Some(whole)),
                Token::Start(_) => {
                    self.skip()?;
                    self.skip()?;
                    return Ok(None);
                }
                Token::Eof => return Err(self.fault("the document ends too early")),
            }
        }
    }

    /// Passes over the rest of the element just started, its end included.
    pub fn skip(&mut self) -> Result<(), Fault> {
        if self.ends_next {
            self.ends_next = false;
            self.scopes.close();
            return Ok(());
        }
        let outside = self.scopes.depth().saturating_sub(1);
        while self.scopes.depth() > outside {
            if let Token::Eof = self.token()? {
                return Err(self.fault("the document ends too early"));
            }
        }
        Ok(())
    }

    /// The name of a namespace, while an element that uses it is open.
    pub fn uri(&self, ns: Ns) -> &str {
        self.scopes.uri(ns)
    }

    /// A fault that says on which line the document is wrong.
    pub fn fault(&self, reason: impl fmt::Display) -> Fault {
        let line = self.line();
        let mut shown = Shown::default();
        // It fails when there is more than is shown.
        let _ = write!(shown, "{reason}");
        Fault::protocol(
            Protocol::Malformed,
            format!(
                "The message is not acceptable XML, line {line}: {}.",
                shown.text
            ),
        )
    }

    /// The line up to which the document has been read, counted from 1.
    pub fn line(&self) -> usize {
        let before = self.text.as_bytes().get(..self.at);
        memchr::memchr_iter(b'\n', before.unwrap_or_default()).count() + 1
    }

    /// What has not been read yet.
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Cuts so many bytes off what has not been read yet; all of it when there are fewer.
    fn cut(&mut self, length: usize) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let piece = rest.get(..length).unwrap_or(rest);
        self.at += piece.len();
        piece
    }

    /// Cuts off a tag, without its last character. `None` when it does not end.
    fn tag(&mut self) -> Option<&'a str> {
        let end = ElementParser::Outside.feed(self.rest())?;
        self.cut(end + 1).strip_suffix('>')
    }

    fn start(&mut self) -> Result<Token<'a>, Fault> {
        let (is_root, from) = (self.elements == 0, self.at);
        if is_root && let Some(tag) = self.known_root() {
            return Ok(Token::Start(tag));
        }
        if let Some(tag) = self.usual_start() {
            let tag = tag?;
            if is_root {
                self.remember_root(from, &tag);
            }
            return Ok(Token::Start(tag));
        }
        let Some(tag) = self.tag() else {
            return self.endless();
        };
        if self.scopes.depth() == 0 && self.elements > 0 {
            return Err(self.fault("there is more than one root element"));
        }
        self.elements += 1;
        if self.elements > self.limits.elements {
            return Err(self.fault(format_args!("more than {} elements", self.limits.elements)));
        }
        if self.scopes.depth() >= self.limits.depth {
            return Err(self.fault(format_args!("nested deeper than {}", self.limits.depth)));
        }
        let tag = tag.strip_prefix('<').unwrap_or(tag);
        let (tag, empty) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let name_end = tag.bytes().position(is_space_byte).unwrap_or(tag.len());
        let (whole, attributes) = tag.split_at_checked(name_end).unwrap_or((tag, ""));
        let (prefix, local) = self.name(whole)?;
        self.scopes.open(whole.as_bytes(), prefix.len(), Ns::None);
        self.attributes.clear();
        let nil = if attributes.is_empty() {
            false
        } else {
            self.attributes(attributes)?
        };
        let ns = self.resolve(prefix)?;
        self.scopes.settle(ns);
        self.ends_next = empty;
        Ok(Token::Start(Tag { ns, local, nil }))
    }

    /// Reads the XML declaration, if it comes next and may come here.
    fn declaration(&mut self) -> bool {
        for usual in declaration::USUAL {
            if self.at == 0 && self.text.starts_with(usual) {
                self.at = usual.len();
                return true;
            }
        }
        let end = memchr::memmem::find(self.rest(), b"?>").filter(|_| self.at == 0);
        let Some(text) = end.and_then(|end| self.text.get(..end + 2)) else {
            return false;
        };
        let right = declaration::encoding(text).is_some();
        if right {
            self.at = text.len();
        }
        right
    }

    fn end(&mut self) -> Result<Token<'a>, Fault> {
        let open = self.scopes.innermost();
        if let Some(length) = open.and_then(|name| ahead::end_tag(self.rest(), name)) {
            self.at += length;
            self.scopes.close();
            return Ok(Token::End);
        }
        let Some(tag) = self.tag() else {
            return self.endless();
        };
        let name = tag.strip_prefix("</").unwrap_or(tag);
        let name = name.trim_end_matches(is_space);
        match open {
            Some(open) if open == name.as_bytes() => {
                self.scopes.close();
                Ok(Token::End)
            }
            Some(open) => Err(self.ill_formed(IllFormedError::MismatchedEndTag {
                expected: String::from_utf8_lossy(open).into_owned(),
                found: name.to_owned(),
            })),
            None => Err(self.ill_formed(IllFormedError::UnmatchedEndTag(name.to_owned()))),
        }
    }

    fn text(&mut self) -> Result<Token<'a>, Fault> {
        let end = memchr::memchr2(b'<', b'&', self.rest()).unwrap_or(usize::MAX);
        let text = BytesText::from_escaped(self.cut(end)).xml10_content();
        if text.contains("]]>") {
            return Err(self.fault("']]>' stands in text"));
        }
        if self.scopes.depth() == 0 && !is_blank(&text) {
            return Err(self.fault("text stands outside the root element"));
        }
        Ok(Token::Text(text))
    }

    /// Lets quick-xml read what comes next. `None` when it is of no concern to anybody.
    fn rare(&mut self) -> Result<Option<Token<'a>>, Fault> {
        let mut reader = quick_xml::Reader::from_reader(self.rest());
        reader.config_mut().check_comments = true;
        let event = reader.read_event();
        let length = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        self.cut(length);
        match event.map_err(|error| self.fault(error))? {
            Event::CData(text) if self.scopes.depth() > 0 => {
                Ok(Some(Token::Text(text.xml10_content())))
            }
            Event::GeneralRef(reference) if self.scopes.depth() > 0 => {
                Ok(Some(Token::Text(self.reference(&reference)?)))
            }
            Event::CData(_) | Event::GeneralRef(_) => {
                Err(self.fault("text stands outside the root element"))
            }
            Event::Comment(_) => Ok(None),
            Event::Decl(_) => Err(self.fault("only XML 1.0 is read, declared at the very start")),
            Event::PI(_) => Err(self.fault("processing instructions are not allowed")),
            Event::DocType(_) => Err(self.fault("document type declarations are not allowed")),
            // Nothing else begins as what is handed over here does.
            Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::Text(_) | Event::Eof => {
                Err(self.fault("a tag is not complete"))
            }
        }
    }

    /// Refuses a tag that does not end.
    fn endless(&mut self) -> Result<Token<'a>, Fault> {
        match self.rare()? {
            Some(token) => Ok(token),
            None => Err(self.fault("a tag is not complete")),
        }
    }

    fn ill_formed(&self, error: IllFormedError) -> Fault {
        self.fault(quick_xml::Error::IllFormed(error))
    }

    fn name(&self, name: &'a str) -> Result<(&'a str, &'a str), Fault> {
        if name.len() > self.limits.name_bytes {
            return Err(self.fault(format_args!(
                "a name is longer than {} bytes",
                self.limits.name_bytes
            )));
        }
        names::split(name).ok_or_else(|| {
            self.fault(format_args!(
                "'{}' is not a qualified name",
                name.escape_debug()
            ))
        })
    }

    fn resolve(&self, prefix: &str) -> Result<Ns, Fault> {
        self.scopes
            .resolve(prefix)
            .ok_or_else(|| self.fault(format_args!("the prefix '{prefix}' is not declared")))
    }

    fn reference(&self, reference: &BytesRef<'_>) -> Result<Cow<'a, str>, Fault> {
        match reference
            .resolve_char_ref()
            .map_err(|error| self.fault(error))?
        {
            Some(character) if is_xml_char(character) => Ok(Cow::Owned(character.to_string())),
            Some(_) => {
                Err(self.fault("a character reference names a character that XML does not allow"))
            }
            None => match quick_xml::escape::resolve_predefined_entity(reference) {
                Some(text) => Ok(Cow::Borrowed(text)),
                None => Err(self.fault("an entity is not declared")),
            },
        }
    }
}

/// The start of a text. What does not fit is not even put together.
#[derive(Default)]
struct Shown {
    text: String,
    characters: usize,
}

impl Write for Shown {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for character in more.chars() {
            if self.characters == REASON_SHOWN {
                self.text.push('…');
                return Err(fmt::Error);
            }
            self.characters += 1;
            self.text.push(character);
        }
        Ok(())
    }
}

/// White space and nothing else.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space_byte)
}

/// White space as XML has it; Rust's own idea is wider.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_xml_char(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests;
