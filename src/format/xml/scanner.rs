//! Tokens of a document, namespaces resolved, every rule of well-formedness and every limit
//! enforced. quick-xml finds the markup; what it lets pass is refused here.

use super::names;
use super::namespaces::{Ns, Scopes};
use crate::config::MessageLimits;
use crate::fault::{Fault, Protocol};
use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute as Raw;
use quick_xml::events::{BytesRef, Event};
use quick_xml::name::QName;
use std::borrow::Cow;

/// Namespace declarations that one element may have, and that may be in scope at once; look-ups
/// are linear in the latter.
const DECLARATIONS_PER_ELEMENT: usize = 64;
const DECLARATIONS_IN_SCOPE: usize = 256;

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

struct Attribute<'a> {
    ns: Ns,
    local: &'a str,
    raw: &'a str,
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
        }
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
                Event::Decl(declaration) => {
                    let version = declaration.version().map_err(|error| self.fault(error))?;
                    if from != 0 || version != "1.0" {
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

    /// The name of a namespace, while an element that uses it is open.
    pub fn uri(&self, ns: Ns) -> &str {
        self.scopes.uri(ns)
    }

    /// A fault that says on which line the document is wrong.
    pub fn fault(&self, reason: impl std::fmt::Display) -> Fault {
        let before = self
            .text
            .as_bytes()
            .get(..self.position())
            .unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        Fault::protocol(
            Protocol::Malformed,
            format!("The message is not acceptable XML, line {line}: {reason}."),
        )
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

    /// Reads the attributes of a tag, declares its namespaces and says whether it is nil.
    fn attributes(&mut self, text: &'a str) -> Result<bool, Fault> {
        let mut pending: Vec<(&'a str, &'a str, &'a str)> = Vec::new();
        let (mut rest, mut count, declared) = (text, 0, self.scopes.len());
        loop {
            let trimmed = rest.trim_start_matches(is_space);
            if trimmed.is_empty() {
                break;
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
            let (prefix, local) = self.name(name)?;
            let declares = match (prefix, local) {
                ("", "xmlns") => Some(""),
                ("xmlns", prefix) => Some(prefix),
                _ => None,
            };
            match declares {
                Some(prefix) => self.declare(prefix, raw, declared)?,
                None => pending.push((prefix, local, raw)),
            }
        }
        let mut nil = false;
        for (prefix, local, raw) in pending {
            let ns = if prefix.is_empty() {
                Ns::None
            } else {
                self.resolve(prefix)?
            };
            if raw.contains('&') {
                self.normalize(raw)?;
            }
            if ns == Ns::Xsi && local == "nil" {
                nil = match raw.trim_matches(is_space) {
                    "true" | "1" => true,
                    "false" | "0" => false,
                    _ => return Err(self.fault("xsi:nil is neither true nor false")),
                };
            }
            self.attributes.push(Attribute { ns, local, raw });
        }
        if self.repeats_attribute() {
            return Err(self.fault("an attribute occurs twice"));
        }
        Ok(nil)
    }

    fn declare(&mut self, prefix: &'a str, raw: &'a str, declared: usize) -> Result<(), Fault> {
        let uri = self.normalize(raw)?;
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
        let key = |at: &Attribute<'a>| (at.local, self.scopes.uri(at.ns).to_owned());
        match self.attributes.as_slice() {
            [] | [_] => false,
            [one, two] => {
                one.local == two.local && self.scopes.uri(one.ns) == self.scopes.uri(two.ns)
            }
            many => {
                let mut keys: Vec<_> = many.iter().map(key).collect();
                keys.sort_unstable();
                keys.windows(2).any(|pair| pair[0] == pair[1])
            }
        }
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

/// Cuts `name="value"` off the front: name, raw value, rest.
fn cut_attribute(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once('=')?;
    let rest = rest.trim_start_matches(is_space);
    let quote = rest
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let (value, rest) = rest.get(1..)?.split_once(quote)?;
    (!value.contains('<')).then(|| (name.trim_end_matches(is_space), value, rest))
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
mod tests {
    use super::{Ns, Scanner, Token};
    use crate::config::MessageLimits;

    /// All tokens in a short form, or the fault.
    fn scan(text: &str) -> Result<String, String> {
        let mut scanner = Scanner::new(text, MessageLimits::default());
        let mut out = String::new();
        loop {
            match scanner.token().map_err(|fault| fault.to_string())? {
                Token::Start(tag) => {
                    let uri = scanner.uri(tag.ns).to_owned();
                    out += &format!(
                        "<{{{uri}}}{}{}>",
                        tag.local,
                        if tag.nil { " nil" } else { "" }
                    );
                }
                Token::End => out += "</>",
                Token::Text(text) => out += &text,
                Token::Eof => return Ok(out),
            }
        }
    }

    #[test]
    fn namespaces_follow_the_scopes() {
        assert_eq!(
            scan("<a xmlns='u:1' xmlns:p='u:2'><p:b xmlns:p='u:3'><p:c xmlns=''><d/></p:c></p:b><p:e/><f/></a>").unwrap(),
            "<{u:1}a><{u:3}b><{u:3}c><{}d></></></><{u:2}e></><{u:1}f></></>"
        );
        let xsi = "http://www.w3.org/2001/XMLSchema-instance";
        assert_eq!(
            scan(&format!(
                "<a xmlns:z='{xsi}'><b z:nil='1'/><b z:nil='false'/><b nil='true'/></a>"
            ))
            .unwrap(),
            "<{}a><{}b nil></><{}b></><{}b></></>"
        );
    }

    #[test]
    fn text_is_decoded_in_pieces() {
        assert_eq!(
            scan("<?xml version='1.0'?>\r\n<!-- c --><a>1&lt;&#x1F600;<![CDATA[<&]]>\r\n2<!-- x -->3</a>\n<!-- d -->").unwrap(),
            "\n<{}a>1<😀<&\n23</>\n"
        );
    }

    #[test]
    fn attributes_are_normalised() {
        let mut scanner = Scanner::new("<a b='1&amp;2' c = \"x\ty\"/>", MessageLimits::default());
        assert!(matches!(scanner.token(), Ok(Token::Start(_))));
        assert_eq!(scanner.attribute(Ns::None, "b").unwrap().unwrap(), "1&2");
        assert_eq!(scanner.attribute(Ns::None, "c").unwrap().unwrap(), "x y");
        assert_eq!(scanner.attribute(Ns::Xsi, "b").unwrap(), None);
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for text in [
            "",
            " ",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>text",
            "text<a/>",
            "<a/>&amp;",
            "<a/><![CDATA[]]>",
            "<a b/>",
            "<a b=c/>",
            "<a b='1' b='2'/>",
            "<a b='1'c='2'/>",
            "<a b='<'/>",
            "<a b='&x;'/>",
            "<a b='&#1;'/>",
            "<a xmlns:p='u:1' xmlns:q='u:1' p:b='1' q:b='2'/>",
            "<a xmlns:p='u:1' xmlns:q='u:1' c='' p:b='1' q:b='2'/>",
            "<p:a/>",
            "<a p:b=''/>",
            "<a xmlns:p=''/>",
            "<a xmlns:xmlns='u:1'/>",
            "<a xmlns:xml='u:1'/>",
            "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
            "<a xmlns='u:1' xmlns='u:2'/>",
            "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
            "<a>&x;</a>",
            "<a>&#0;</a>",
            "<a>&#xD800;</a>",
            "<a>&#x1F;</a>",
            "<a>&</a>",
            "<a>& b;</a>",
            "<a>&#;</a>",
            "<a>]]></a>",
            "<a><!-- -- --></a>",
            "<a><![CDATA[</a>",
            "<a",
            "<1a/>",
            "<a:b:c/>",
            "< a/>",
            "<a$/>",
            "<?xml version='1.1'?><a/>",
            " <?xml version='1.0'?><a/>",
            "<a><?xml version='1.0'?></a>",
            "<?xml?><a/>",
            "<?pi x?><a/>",
            "<a><?pi?></a>",
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<a></a b='1'>",
            "<a/ >",
            "<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='yes'/>",
        ] {
            assert!(scan(text).is_err(), "accepted: {text}");
        }
        for text in [
            "<a ></a >",
            "<a\n\tb = '1'\r\n/>",
            "<a b='>'/>",
            "<_.-/>",
            "<é/>",
            "<a xml:lang='x'/>",
        ] {
            assert!(scan(text).is_ok(), "refused: {text}: {:?}", scan(text));
        }
    }

    #[test]
    fn limits_hold() {
        let nested = |count: usize| "<a>".repeat(count) + &"</a>".repeat(count);
        assert!(scan(&nested(64)).is_ok());
        assert!(scan(&nested(65)).is_err());
        let attributes = |count: usize| {
            let list: String = (0..count).map(|at| format!(" a{at}=''")).collect();
            format!("<a{list}/>")
        };
        assert!(scan(&attributes(200)).is_ok());
        assert!(scan(&attributes(201)).is_err());
        assert!(scan(&format!("<{}/>", "a".repeat(1025))).is_err());
        assert!(scan(&format!("<a>{}</a>", "<b/>".repeat(50_000))).is_err());
        let declarations: String = (0..65).map(|at| format!(" xmlns:p{at}='u:{at}'")).collect();
        assert!(scan(&format!("<a{declarations}/>")).is_err());
    }

    #[test]
    fn a_fault_names_the_line() {
        assert!(scan("<a>\n<b>\n</a>").unwrap_err().contains("line 3"));
    }
}
