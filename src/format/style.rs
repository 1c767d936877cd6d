//! How the caller of a REST service wants to have an answer: which members, in which language, and
//! dates in which zone.

use crate::model::{DateTime, Dates, Field};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a caller asks for beside the values. The default asks for all, as it is stored.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// Which members of the answer.
    pub select: Select,
    /// How dates are written.
    pub dates: Dates,
    /// The languages of texts in several, best first.
    pub languages: Languages,
}

/// The members that are wanted, by their names in lower case, and what is wanted of each. All where
/// there is no name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select(BTreeMap<String, Select>);

/// Members inside each other that are told apart in a list of names.
const DEEPEST: usize = 16;

impl Select {
    /// Reads a list with commas between the names, and slashes inside them.
    pub fn parse(list: &str) -> Self {
        let mut root = Self::default();
        for path in list.split(',') {
            let mut place = &mut root;
            let names = path.split('/').map(str::trim);
            for name in names.filter(|name| !name.is_empty()).take(DEEPEST) {
                place = place.0.entry(name.to_ascii_lowercase()).or_default();
            }
        }
        root
    }

    /// What is wanted of a member; `None` when it is not wanted at all.
    pub fn of(&self, member: &str) -> Option<&Self> {
        if self.0.is_empty() {
            return Some(self);
        }
        self.0.get(&member.to_ascii_lowercase())
    }
}

/// The languages that a caller understands, best first. None asks for texts as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Languages(Vec<String>);

impl Languages {
    /// Reads the two header fields. `SO-Language` wins; a star or an `x` in it asks for texts as
    /// they are stored.
    pub fn parse(accept_language: Option<&str>, so_language: Option<&str>) -> Self {
        match so_language.map(str::trim).filter(|asked| !asked.is_empty()) {
            Some("*" | "x" | "X") => Self::default(),
            Some(asked) => Self(primary(asked).into_iter().collect()),
            None => Self::accepted(accept_language.unwrap_or_default()),
        }
    }

    fn accepted(list: &str) -> Self {
        let mut ranges: Vec<(f32, String)> = list
            .split(',')
            .filter_map(|range| {
                let mut parts = range.split(';');
                let language = primary(parts.next()?)?;
                let weight = parts
                    .find_map(|part| part.trim().strip_prefix("q=")?.trim().parse().ok())
                    .unwrap_or(1.0);
                (weight > 0.0).then_some((weight, language))
            })
            .collect();
        ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        Self(ranges.into_iter().map(|(_, language)| language).collect())
    }

    /// The part of a text in several languages (`NO:"Hei";US:"Hello"`) that is understood best;
    /// English, or else the first, where none is. Other texts are as they are.
    pub fn pick<'t>(&self, text: &'t str) -> &'t str {
        if self.0.is_empty() || text.as_bytes().get(2..4) != Some(b":\"") {
            return text;
        }
        let Some(parts) = parts(text) else {
            return text;
        };
        let part = |codes: &[&str]| {
            let found = codes.iter().find_map(|code| {
                parts
                    .iter()
                    .find(|(found, _)| found.eq_ignore_ascii_case(code))
            });
            found.map(|(_, text)| *text)
        };
        let understood = self.0.iter().find_map(|language| part(&codes(language)));
        let first = || parts.first().map(|(_, text)| *text);
        understood
            .or_else(|| part(&codes("en")))
            .or_else(first)
            .unwrap_or(text)
    }
}

/// The language of a tag without region, in lower case.
fn primary(tag: &str) -> Option<String> {
    let language = tag.trim().split(['-', '_', ';']).next()?.trim();
    let is_one =
        matches!(language.len(), 2 | 3) && language.bytes().all(|it| it.is_ascii_alphabetic());
    is_one.then(|| language.to_ascii_lowercase())
}

/// The codes under which the vendor's texts have a language: mostly those of its countries.
fn codes(language: &str) -> Vec<&str> {
    match language {
        "en" => vec!["US", "EN", "UK", "GB"],
        "nb" | "nn" | "no" => vec!["NO", "NB"],
        "sv" => vec!["SW", "SV", "SE"],
        "da" => vec!["DA", "DK"],
        "de" => vec!["GE", "DE"],
        "es" => vec!["SP", "ES"],
        "nl" => vec!["NL", "DU"],
        other => vec![other],
    }
}

/// The parts of a text in several languages: code and text of each.
fn parts(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (code, after) = rest.split_at_checked(2)?;
        let (part, after) = after.strip_prefix(":\"")?.split_once('"')?;
        if !code.bytes().all(|it| it.is_ascii_alphabetic()) {
            return None;
        }
        parts.push((code, part));
        rest = match after.strip_prefix(';') {
            Some(after) => after,
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(parts)
}

/// A value inside an answer: the style, and what is wanted below this place.
#[derive(Clone, Copy)]
pub struct Inside<'s> {
    style: &'s Style,
    select: &'s Select,
    utc: bool,
}

impl<'s> Inside<'s> {
    /// The answer itself.
    pub fn root(style: &'s Style) -> Self {
        Self {
            style,
            select: &style.select,
            utc: false,
        }
    }

    /// Whether all below this place is wanted as it is stored.
    pub fn is_as_stored(self) -> bool {
        let Style {
            dates, languages, ..
        } = self.style;
        self.select.0.is_empty() && languages.0.is_empty() && *dates == Dates::BASE
    }

    /// A member of an object; `None` when it is not wanted.
    pub fn member(self, field: &Field) -> Option<Self> {
        Some(Self {
            select: self.select.of(field.rest_name)?,
            utc: field.is_always_utc(),
            ..self
        })
    }

    /// An entry of a dictionary; `None` when it is not wanted.
    pub fn entry(self, key: &str) -> Option<Self> {
        Some(Self {
            select: self.select.of(key)?,
            ..self
        })
    }

    /// A text as the caller wants it.
    pub fn text(self, text: &str) -> &str {
        self.style.languages.pick(text)
    }

    /// A date as the caller wants it.
    pub fn date(self, date: DateTime) -> Cow<'static, str> {
        let dates = &self.style.dates;
        Cow::Owned(match self.utc {
            true => dates.in_base_zone().written(date),
            false => dates.written(date),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Languages, Select};

    #[test]
    fn what_is_not_selected_is_not_wanted() {
        let select = Select::parse("Name, person/FirstName,Person/Lastname,,/");
        assert!(
            select
                .of("NAME")
                .is_some_and(|below| below.of("anything").is_some())
        );
        let person = select.of("Person").expect("wanted");
        assert!(person.of("Firstname").is_some() && person.of("Title").is_none());
        assert!(select.of("Rank").is_none());
        assert!(Select::parse(" , ").of("Rank").is_some());
        let _ = Select::parse(&"a/".repeat(100_000));
    }

    #[test]
    fn languages_by_weight_and_the_own_header_over_the_common_one() {
        let text = "NO:\"Hei\";US:\"Hello\";GE:\"Hallo\"";
        for (accept, own, expected) in [
            (None, None, text),
            (Some("en"), None, "Hello"),
            (Some("fr, nb-NO;q=0.5, en;q=0.4"), None, "Hei"),
            (Some("de;q=0.1,en;q=0"), None, "Hallo"),
            (Some("en"), Some("nn"), "Hei"),
            (Some("en"), Some("x"), text),
            (Some("en"), Some("*"), text),
            (Some("*"), None, text),
            (Some("fr"), None, "Hello"),
        ] {
            assert_eq!(
                Languages::parse(accept, own).pick(text),
                expected,
                "{accept:?} {own:?}"
            );
        }
    }

    #[test]
    fn only_a_text_in_several_languages_is_taken_apart() {
        let english = Languages::parse(Some("en"), None);
        for text in [
            "",
            "a",
            "NO:\"",
            "NO:\"x\" y",
            "NO:\"x\";",
            "12:\"x\"",
            "é:\"x\"",
            "NO:x",
        ] {
            let expected = if text == "NO:\"x\";" { "x" } else { text };
            assert_eq!(english.pick(text), expected, "{text}");
        }
    }
}
