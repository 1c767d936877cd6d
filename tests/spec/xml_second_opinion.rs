//! What another reader of XML, xml-rs, thinks of documents that are broken in random ways.

use services88::config::MessageLimits;
use services88::format::xml::{Scanner, Token, decode};
use xml::reader::{EventReader, XmlEvent};

/// Random changes; more by `SERVICES88_TEST_CASES`.
const CASES: usize = 20_000;

/// What a document says, in one line; or why it is none.
type Reading = Result<Vec<String>, String>;

fn ours(document: &[u8]) -> Reading {
    let text = decode::decode(document, None).map_err(|fault| fault.to_string())?;
    let mut scanner = Scanner::new(&text, MessageLimits::default());
    let mut seen = Vec::new();
    let mut words = String::new();
    loop {
        let token = scanner.token().map_err(|fault| fault.to_string())?;
        if !matches!(token, Token::Text(_)) && !words.is_empty() {
            seen.push(format!("text {words:?}"));
            words.clear();
        }
        match token {
            Token::Start(tag) => {
                seen.push(format!("start {{{}}}{}", scanner.uri(tag.ns), tag.local));
            }
            Token::End => seen.push("end".to_owned()),
            // White space about the root is not reported by everybody.
            Token::Text(text) if seen.is_empty() || text_is_outside(&seen) => assert_blank(&text),
            Token::Text(text) => words.push_str(&text),
            Token::Eof => return Ok(seen),
        }
    }
}

fn text_is_outside(seen: &[String]) -> bool {
    let ends = seen.iter().filter(|it| *it == "end").count();
    seen.iter().filter(|it| it.starts_with("start")).count() == ends
}

fn assert_blank(text: &str) {
    assert!(text.trim().is_empty(), "{text:?}");
}

fn theirs(document: &[u8]) -> Reading {
    let mut seen = Vec::new();
    let mut words = String::new();
    for event in EventReader::new(document) {
        let event = event.map_err(|error| error.to_string())?;
        let is_text = matches!(
            event,
            XmlEvent::Characters(_)
                | XmlEvent::CData(_)
                | XmlEvent::Whitespace(_)
                | XmlEvent::Comment(_)
        );
        if !is_text && !words.is_empty() {
            seen.push(format!("text {words:?}"));
            words.clear();
        }
        match event {
            XmlEvent::StartElement { name, .. } => {
                let namespace = name.namespace.unwrap_or_default();
                seen.push(format!("start {{{namespace}}}{}", name.local_name));
            }
            XmlEvent::EndElement { .. } => seen.push("end".to_owned()),
            XmlEvent::Characters(text) | XmlEvent::CData(text) | XmlEvent::Whitespace(text) => {
                words.push_str(&text);
            }
            _ => {}
        }
    }
    Ok(seen)
}

/// Numbers that look random and are the same in every run with the same start.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }
}

const SEED: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<s:Envelope xmlns:s=\"urn:s\" xmlns=\"urn:d\">\
    <!-- c --><s:Header><Credentials><Ticket>7T:a&amp;b&#65;</Ticket></Credentials></s:Header>\
    <s:Body><SaveUser a=\"1\" s:b='&lt;2'><o:x xmlns:o=\"urn:o\" o:y=\"\"/><Name><![CDATA[<n>]]> æ\u{1F600}</Name>\
    <Nil/></SaveUser></s:Body></s:Envelope>\n";

const PIECES: [&str; 40] = [
    "<",
    ">",
    "/",
    "\"",
    "'",
    "=",
    "&",
    ";",
    ":",
    "!",
    "?",
    "-",
    "--",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "xmlns",
    "xmlns:o=\"urn:p\"",
    " ",
    "\n",
    "\r",
    "\0",
    "\u{b}",
    "\u{FFFE}",
    "&#0;",
    "&#x41;",
    "&lt;",
    "&nbsp;",
    "<a>",
    "</a>",
    "<a/>",
    "a",
    "1",
    "xml",
    "s:",
    "o:",
    "æ",
    "\u{10FFFF}",
    " b=\"c\"",
];

fn broken(dice: &mut Dice) -> Vec<u8> {
    let mut document = SEED.as_bytes().to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(document.len());
        match dice.roll(6) {
            0 => {
                document.remove(at);
            }
            1 => document[at] = u8::try_from(dice.roll(256)).unwrap(),
            2 => {
                let end = (at + dice.roll(30)).min(document.len());
                document.drain(at..end);
            }
            3 => {
                let end = (at + dice.roll(60)).min(document.len());
                let copy = document[at..end].to_vec();
                let to = dice.roll(document.len());
                document.splice(to..to, copy);
            }
            _ => {
                let piece = PIECES[dice.roll(PIECES.len())];
                document.splice(at..at, piece.bytes());
            }
        }
    }
    document
}

/// Where we refuse and xml-rs does not: rules of XML that it does not hold (`<` in the value of an
/// attribute, names of encodings and of elements), and two of messages.
const ONLY_OURS: [&str; 6] = [
    "processing instructions are not allowed",
    "an attribute is not of the form",
    "only XML 1.0 is read, declared at the very start",
    "is not a qualified name",
    "is not supported; use UTF-8 or UTF-16",
    "there is more than one root element",
];

#[test]
fn another_reader_agrees_on_what_is_well_formed() {
    let cases = std::env::var("SERVICES88_TEST_CASES").map_or(CASES, |it| it.parse().unwrap());
    let mut dice = Dice(0x5eed_0088);
    let (mut both, mut neither, mut stricter) = (0, 0, 0);
    for _ in 0..cases {
        let document = broken(&mut dice);
        let shown = String::from_utf8_lossy(&document);
        match (ours(&document), theirs(&document)) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(ours, theirs, "{shown}");
                both += 1;
            }
            (Err(_), Err(_)) => neither += 1,
            (Ok(_), Err(reason)) => panic!("taken, but {reason}:\n{shown}"),
            (Err(reason), Ok(_)) => {
                let ours = ONLY_OURS.iter().any(|rule| reason.contains(rule));
                assert!(
                    ours,
                    "refused, but another reader takes it: {reason}\n{shown}"
                );
                stricter += 1;
            }
        }
    }
    println!("{both} taken by both, {neither} by neither, {stricter} by xml-rs alone");
    assert!(
        both > cases / 50 && neither > cases / 2,
        "{both} {neither} {stricter}"
    );
}
