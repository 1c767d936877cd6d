//! Tokens of a document, namespaces resolved, every rule of well-formedness and every limit
//! enforced. quick-xml finds the markup; what it lets pass is refused here.

mod attributes;

use super::declaration;
use super::names;
use super::namespaces::{Ns, Scopes};
use crate::config::MessageLimits;
use crate::fault::{Fault, Protocol};
use crate::model::Dates;
use attributes::Attribute;
pub(super) use attributes::cut_attribute;
use quick_xml::events::{BytesRef, Event};
use std::borrow::Cow;
use std::fmt::{self, Write};

/// Characters of what is wrong that a fault repeats: names in it may be as long as the message.
const REASON_SHOWN: usize = 200;

/// A pull reader over one document.
pub struct Scanner<'a> {
    text: &'a str,
    reader: quick_xml::Reader<&'a [u8]>,
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
        let mut reader = quick_xml::Reader::from_str(text);
        reader.config_mut().check_comments = true;
        Self {
            text,
            reader,
            limits,
            scopes: Scopes::default(),
            attributes: Vec::new(),
            elements: 0,
            ends_next: false,
            local_names: false,
            dates: &Dates::BASE,
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
            let from = self.position();
            let event = self
                .reader
                .read_event()
                .map_err(|error| self.fault(error))?;
            return match event {
                Event::Start(_) => self.start(from, ">"),
                Event::Empty(_) => {
                    let tag = self.start(from, "/>")?;
                    self.ends_next = true;
                    Ok(tag)
                }
                Event::End(_) => {
                    self.scopes.close();
                    Ok(Token::End)
                }
                Event::Text(text) => {
                    let text = text.xml10_content();
                    if text.contains("]]>") {
                        return Err(self.fault("']]>' stands in text"));
                    }
                    self.text_piece(text)
                }
                Event::CData(text) if self.scopes.depth() > 0 => {
                    Ok(Token::Text(text.xml10_content()))
                }
                Event::GeneralRef(reference) if self.scopes.depth() > 0 => {
                    self.reference(&reference).map(Token::Text)
                }
                Event::CData(_) | Event::GeneralRef(_) => {
                    Err(self.fault("text stands outside the root element"))
                }
                Event::Comment(_) => continue,
                Event::Decl(_) => {
                    let declaration = self.text.get(from..self.position());
                    if from != 0 || declaration.and_then(declaration::encoding).is_none() {
                        return Err(self.fault("only XML 1.0 is read, declared at the very start"));
                    }
                    continue;
                }
                Event::PI(_) => Err(self.fault("processing instructions are not allowed")),
                Event::DocType(_) => Err(self.fault("document type declarations are not allowed")),
                Event::Eof if self.scopes.depth() > 0 || self.elements == 0 => {
                    Err(self.fault("the document ends too early"))
                }
                Event::Eof => Ok(Token::Eof),
            };
        }
    }

    /// The next token that is no white space; other text is refused.
    pub fn next_tag(&mut self) -> Result<Token<'a>, Fault> {
        loop {
            match self.token()? {
                Token::Text(text) if is_blank(&text) => {}
                Token::Text(_) => return Err(self.fault("text stands where elements are expected")),
                token => return Ok(token),
            }
        }
    }

    /// The whole text of the element just started, up to and including its end. `None` when
    /// there are elements in it.
    pub fn element_text(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
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
        let before = self.text.as_bytes().get(..self.position());
        memchr::memchr_iter(b'\n', before.unwrap_or_default()).count() + 1
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len())
    }

    fn start(&mut self, from: usize, close: &str) -> Result<Token<'a>, Fault> {
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
        // The event's own text does not outlive it; the document does.
        let tag = self
            .text
            .get(from..self.position())
            .and_then(|tag| tag.strip_prefix('<')?.strip_suffix(close))
            .ok_or_else(|| self.fault("a tag is not complete"))?;
        let name_end = tag.find(is_space).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(name_end);
        let (prefix, local) = self.name(name)?;
        self.scopes.open();
        self.attributes.clear();
        let nil = if attributes.is_empty() {
            false
        } else {
            self.attributes(attributes)?
        };
        let ns = self.resolve(prefix)?;
        Ok(Token::Start(Tag { ns, local, nil }))
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

    fn text_piece(&self, text: Cow<'a, str>) -> Result<Token<'a>, Fault> {
        if self.scopes.depth() == 0 && !is_blank(&text) {
            return Err(self.fault("text stands outside the root element"));
        }
        Ok(Token::Text(text))
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
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// White space as XML has it; Rust's own idea is wider.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

fn is_xml_char(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests;
