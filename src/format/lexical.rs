//! Plain values as text, wherever text is all there is: elements, form fields, parameters.

use super::enumeration;
use crate::model::{Dates, EnumSlot, Enumeration, Slot};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How enumerations are spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As in XML Schema: letter case counts, and there are spaces between flags.
    Schema,
    /// As in .NET: letter case does not count, and there are commas between flags.
    DotNet,
}

/// Fills the place of a plain value from text without space around it, or says what was expected
/// there. Other places are left as they are.
pub fn fill(slot: Slot<'_>, text: &str, spelling: Spelling, dates: &Dates) -> Result<(), String> {
    match slot {
        Slot::Bool(place) => set(place, boolean(text), "xs:boolean (true or false)"),
        Slot::Short(place) => set(place, text.parse().ok(), "xs:short (-32768 to 32767)"),
        Slot::Int(place) => {
            let expected = "xs:int (-2147483648 to 2147483647)";
            set(place, text.parse().ok(), expected)
        }
        Slot::DateTime(place) => {
            let expected = "xs:dateTime (such as 2023-02-15T13:18:35)";
            set(place, dates.read(text), expected)
        }
        Slot::Bytes(place) => {
            let packed: String = text.split_ascii_whitespace().collect();
            set(place, STANDARD.decode(packed).ok(), "xs:base64Binary")
        }
        Slot::Enum(enumeration, place) => member(enumeration, place, text, spelling),
        Slot::Text(place) => {
            text.clone_into(place);
            Ok(())
        }
        Slot::Object(_) | Slot::List(_) | Slot::Map(_) => Ok(()),
    }
}

/// A value from the wire in a message: short, and without control characters.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

fn set<T>(place: &mut T, value: Option<T>, expected: &str) -> Result<(), String> {
    *place = value.ok_or(expected)?;
    Ok(())
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn member(
    enumeration: &Enumeration,
    place: &mut dyn EnumSlot,
    text: &str,
    spelling: Spelling,
) -> Result<(), String> {
    let number = match spelling {
        Spelling::DotNet => enumeration::number(enumeration, text),
        Spelling::Schema => named(enumeration, text),
    };
    match number {
        Some(number) if place.set(number) => Ok(()),
        _ => {
            let names: Vec<_> = enumeration
                .members
                .iter()
                .map(|member| member.name)
                .collect();
            Err(format!("{} ({})", enumeration.name, names.join(", ")))
        }
    }
}

/// The number of a member, or that of a set of flags with spaces between.
fn named(enumeration: &Enumeration, text: &str) -> Option<i32> {
    if !enumeration.flags {
        return enumeration.by_name(text).map(|member| member.number);
    }
    text.split_ascii_whitespace()
        .map(|name| enumeration.by_name(name).map(|member| member.number))
        .try_fold(0, |set, number| number.map(|number| set | number))
}
