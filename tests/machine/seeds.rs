//! Users of which every field follows from a number, and the numbers.

use crate::answer::{Node, text};
use crate::full_user::{HARD, assert_kept, full_user, parsed};
use std::sync::atomic::{AtomicU64, Ordering};

/// Pieces of texts that XML, HTTP or a database may stumble over.
const PIECES: [&str; 20] = [
    "Æ", "日本", "😀", "𝄞", " ", "  ", "<b>", "&amp;", "\"q\"", "'a'", "]]>", "\r", "\n", "\t",
    "%s", "_", "\\", "x", "Za", "7",
];

/// Random numbers (SplitMix64) that come again for the same start.
#[derive(Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn text(&mut self) -> String {
        let pieces = 1 + self.below(20);
        (0..pieces)
            .map(|_| PIECES[usize::try_from(self.below(20)).unwrap()])
            .collect()
    }
}

/// Numbers that no two users of a test run share.
static LAST: AtomicU64 = AtomicU64::new(0);

/// A user to be saved.
pub struct Seeded {
    pub key: String,
    /// The `User` argument.
    pub xml: String,
}

impl Seeded {
    /// The next one. One in eight has a password, which takes the server long to store.
    pub fn next() -> Self {
        Self::of(LAST.fetch_add(1, Ordering::Relaxed))
    }

    fn of(number: u64) -> Self {
        let mut random = Random(number);
        let key = format!("{number}");
        let whole = full_user(&key);
        let hard = text("", HARD);
        let hard = &hard["<>".len()..hard.len() - "</>".len()];
        let mut xml = String::new();
        for (index, part) in whole.split(hard).enumerate() {
            if index > 0 {
                let other = text("", &random.text());
                xml += &other["<>".len()..other.len() - "</>".len()];
            }
            xml += part;
        }
        for (name, value) in [("Rank", "-32768"), ("Rank", "-3"), ("ActiveInterests", "2")] {
            let other = random.below(30_000).to_string();
            xml = xml.replace(&text(name, value), &text(name, &other));
        }
        let mut cut = |start: &str, end: &str| {
            let start = xml.find(start).unwrap();
            let end = start + xml[start..].find(end).unwrap() + end.len();
            xml.replace_range(start..end, "");
        };
        // There are fewer licences of some kinds than users here.
        if number.is_multiple_of(8) {
            let plan = "<ModuleLicenseLink><Name>plan-sales";
            cut(plan, "</ModuleLicenseLink>");
        } else {
            cut("<RestrictedModuleLicenses>", "</RestrictedModuleLicenses>");
            cut("<Credential><Type><Type>CRM5/PASSWORD", "</Credential>");
        }
        Self { key, xml }
    }

    pub fn has_password(&self) -> bool {
        self.xml.contains("CRM5/PASSWORD")
    }

    /// The log-on name.
    pub fn name(&self) -> String {
        parsed(&self.xml).text_at("Name").to_owned()
    }

    /// Looks at every field of what is stored.
    #[track_caller]
    pub fn assert_kept(&self, stored: &Node) {
        assert_kept(&parsed(&self.xml), stored, &self.key);
    }
}

#[test]
fn each_number_has_its_own_user() {
    let [one, two] = [8, 9].map(|number| parsed(&Seeded::of(number).xml));
    for path in [
        "Tooltip",
        "Person/Title",
        "Rank",
        "Name",
        "RequestSignature",
    ] {
        assert_ne!(one.text_at(path), two.text_at(path), "{path}");
    }
    assert_ne!(
        one.text_at("Person/Title"),
        one.text_at("Person/Description")
    );
    assert_eq!(Seeded::of(8).xml, Seeded::of(8).xml);
    assert!(Seeded::of(8).has_password() && !Seeded::of(9).has_password());
}
