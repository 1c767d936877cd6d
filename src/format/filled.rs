//! Objects full of varied values, for tests that a format loses nothing.

use crate::contract::SERVICES;
use crate::contract::headers::{PrincipalRequestHeaders, ResponseHeaders, UserRequestHeaders};
use crate::model::{DateTime, Object, Shape, Slot, View};

/// Makes a blank object.
pub(crate) type Blank = fn() -> Box<dyn Object>;

/// A maker of one blank object of every kind: the requests and responses of all operations,
/// which together hold all carriers, and the header blocks.
pub(crate) fn blanks() -> Vec<(String, Blank)> {
    let mut blanks: Vec<(String, Blank)> = vec![
        ("user headers".into(), || {
            Box::new(UserRequestHeaders::default())
        }),
        ("log-in headers".into(), || {
            Box::new(PrincipalRequestHeaders::default())
        }),
        ("answer headers".into(), || {
            Box::new(ResponseHeaders::default())
        }),
    ];
    for service in SERVICES {
        for operation in service.operations {
            blanks.push((format!("{} request", operation.name), operation.new_request));
            blanks.push((
                format!("{} response", operation.name),
                operation.nil_response,
            ));
        }
    }
    blanks
}

/// Fills an object. The same seed gives the same values; seed 0 leaves nothing nil that does
/// not have to be, others leave some members nil.
pub(crate) fn fill(object: &mut dyn Object, seed: u64) {
    Filler {
        state: seed,
        gaps: seed != 0,
    }
    .object(object, 0);
}

/// Fails, naming the place, unless two values are the same.
pub(crate) fn assert_same(left: View<'_>, right: View<'_>, path: &str) {
    match (left, right) {
        (View::Null, View::Null) => {}
        (View::Bool(left), View::Bool(right)) => assert_eq!(left, right, "{path}"),
        (View::Short(left), View::Short(right)) => assert_eq!(left, right, "{path}"),
        (View::Int(left), View::Int(right)) => assert_eq!(left, right, "{path}"),
        (View::Text(left), View::Text(right)) => assert_eq!(left, right, "{path}"),
        (View::DateTime(left), View::DateTime(right)) => assert_eq!(left, right, "{path}"),
        (View::Bytes(left), View::Bytes(right)) => assert_eq!(left, right, "{path}"),
        (View::Enum(_, left), View::Enum(_, right)) => assert_eq!(left, right, "{path}"),
        (View::Object(left), View::Object(right)) => {
            for (index, field) in left.object_type().fields.iter().enumerate() {
                let path = format!("{path}.{}", field.name);
                assert_same(left.field(index), right.field(index), &path);
            }
        }
        (View::List(left), View::List(right)) => {
            assert_eq!(left.len(), right.len(), "items of {path}");
            for index in 0..left.len() {
                assert_same(
                    left.item(index),
                    right.item(index),
                    &format!("{path}[{index}]"),
                );
            }
        }
        (View::Map(left), View::Map(right)) => {
            assert_eq!(left.len(), right.len(), "entries of {path}");
            for index in 0..left.len() {
                let ((key, left), (right_key, right)) = (left.entry(index), right.entry(index));
                assert_eq!(key, right_key, "key {index} of {path}");
                assert_same(left, right, &format!("{path}[{key:?}]"));
            }
        }
        _ => panic!("{path} is nil, or of another kind, on one side only"),
    }
}

/// Carriers may hold others of their own type for ever; below this they are nil.
const DEEPEST: usize = 7;

const TEXTS: &[&str] = &[
    "",
    "plain",
    " spaces in front and behind ",
    "Bjørn Ærlig Åsgård",
    "日本語 テキスト",
    "שלום ‏עולם",
    "😀 👩‍👩‍👧 \u{10FFFD}",
    "<b a=\"1\" c='2'>&amp; ]]> <!-- x --> <![CDATA[y]]></b>",
    "line one\nline two\r\nline three\ttabbed\rbare",
    "\\ \"quoted\" / \\u0041 {} [] null",
    "e\u{301} a\u{30A} \u{FEFF}\u{200B}\u{2028}\u{85}\u{A0}",
    "7T:AAAA==;%41+_-~",
];

struct Filler {
    state: u64,
    gaps: bool,
}

impl Filler {
    /// SplitMix64: a few lines, and good enough to vary values.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("less than a usize")
    }

    fn gap(&mut self) -> bool {
        self.gaps && self.below(6) == 0
    }

    fn text(&mut self) -> &'static str {
        TEXTS[self.below(TEXTS.len())]
    }

    fn object(&mut self, object: &mut dyn Object, depth: usize) {
        for (index, field) in object.object_type().fields.iter().enumerate() {
            let nests = matches!(
                field.shape,
                Shape::Object(_) | Shape::List(_) | Shape::Map(_)
            );
            if field.nillable && (self.gap() || nests && depth >= DEEPEST) {
                continue;
            }
            self.slot(object.field_mut(index), depth);
        }
    }

    fn slot(&mut self, slot: Slot<'_>, depth: usize) {
        let [a, b, c, d, ..] = self.next().to_le_bytes();
        let number = i32::from_le_bytes([a, b, c, d]);
        match slot {
            Slot::Bool(place) => *place = number & 1 == 1,
            Slot::Short(place) => *place = i16::from_le_bytes([a, b]),
            Slot::Int(place) => *place = [number, i32::MIN, i32::MAX, 0][self.below(4)],
            Slot::Text(place) => self.text().clone_into(place),
            Slot::DateTime(place) => {
                let second = DateTime::from_unix_seconds(i64::from(number) * 16);
                let fraction = DateTime::parse(&format!("{second}.{:07}", self.below(10_000_000)));
                let choices = [
                    second,
                    fraction.unwrap_or(second),
                    DateTime::MIN,
                    DateTime::MAX,
                ];
                *place = choices[self.below(4)];
            }
            Slot::Bytes(place) => *place = self.text().as_bytes().to_vec(),
            Slot::Enum(enumeration, place) => {
                let members = enumeration.members;
                let mut number = members[self.below(members.len())].number;
                if enumeration.flags {
                    for _ in 0..self.below(4) {
                        number |= members[self.below(members.len())].number;
                    }
                    if self.gap() {
                        number = 0;
                    }
                }
                assert!(place.set(number), "{number} of {}", enumeration.name);
            }
            Slot::Object(object) => self.object(object, depth + 1),
            Slot::List(items) => {
                for _ in 0..1 + self.below(2) {
                    self.slot(items.push(), depth + 1);
                }
            }
            Slot::Map(entries) => {
                for index in 0..1 + self.below(3) {
                    entries.open();
                    *entries.key() = format!("{}{index}", self.text());
                    if !self.gap() {
                        self.slot(entries.value(), depth + 1);
                    }
                }
            }
        }
    }
}

mod tests {
    use super::{assert_same, blanks, fill};
    use crate::config::MessageLimits;
    use crate::format::json;
    use crate::format::xml::{Scanner, Token, read, write};
    use crate::model::{Dates, Object, Slot, View};

    fn through_xml(object: &dyn Object, back: &mut dyn Object) {
        let mut text = String::from("<x");
        write::push_declarations(&mut text);
        text.push('>');
        write::members(&mut text, object);
        text.push_str("</x>");
        let mut scanner = Scanner::new(&text, MessageLimits::default());
        assert!(matches!(scanner.token(), Ok(Token::Start(_))));
        read::object(&mut scanner, back).unwrap_or_else(|fault| panic!("{fault}: {text}"));
    }

    fn through_json(object: &dyn Object, back: &mut dyn Object) {
        let text = serde_json::to_vec(&json::Json(View::Object(object))).expect("JSON");
        json::read::read(&text, MessageLimits::default(), &Dates::BASE, || {
            Slot::Object(back)
        })
        .expect("readable");
    }

    #[test]
    fn no_format_loses_anything() {
        for (name, blank) in blanks() {
            for seed in 0..6 {
                let mut object = blank();
                fill(&mut *object, seed);
                for through in [through_xml, through_json] {
                    let mut back = blank();
                    through(&*object, &mut *back);
                    assert_same(View::Object(&*object), View::Object(&*back), &name);
                }
            }
        }
    }
}
