//! From JSON to objects.
//!
//! Properties may come in any order and letter case, unknown ones are passed over, and null
//! leaves a place as it is. Whole numbers may be written with a point or an exponent. What is of a
//! wrong type, or comes twice, is refused.

use crate::config::MessageLimits;
use crate::fault::{Fault, Protocol};
use crate::format::enumeration;
use crate::model::{Dates, EnumSlot, Enumeration, ListSlot, MapSlot, Object, ObjectType, Slot};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde_json::error::Category;
use std::cell::Cell;
use std::fmt;

/// Fills a place from JSON text; the place is asked for unless the text says null.
///
/// # Errors
///
/// `Malformed` when the text is no JSON or nests deeper than 128 levels, and
/// `DeserializationFailed`, with the path of the property and what was expected there, when it
/// does not fit the place, or has more values than a message may have elements.
pub fn read<'s>(
    text: &[u8],
    limits: MessageLimits,
    dates: &Dates,
    place: impl FnOnce() -> Slot<'s>,
) -> Result<(), Fault> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let body = Body {
        dates,
        elements: limits.elements,
        left: Cell::new(limits.elements),
    };
    Place::new(place, &Path::Root(&body))
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|error| {
            let kind = match error.classify() {
                Category::Data => Protocol::DeserializationFailed,
                Category::Syntax | Category::Eof | Category::Io => Protocol::Malformed,
            };
            Fault::protocol(kind, format!("The JSON text is not acceptable: {error}."))
        })
}

/// What is true of the text as a whole.
struct Body<'a> {
    /// How dates are written in it.
    dates: &'a Dates,
    /// How many values it may have that take a place. A carrier takes many times the bytes of `{}`.
    elements: usize,
    /// How many more.
    left: Cell<usize>,
}

impl Body<'_> {
    fn count<E: Error>(&self) -> Result<(), E> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(E::custom(format_args!(
                "more than {} values",
                self.elements
            ))),
        }
    }
}

/// Where in the text a value stands.
enum Path<'a> {
    Root(&'a Body<'a>),
    Property(&'a Path<'a>, &'static str),
    Item(&'a Path<'a>, usize),
    Key(&'a Path<'a>, &'a str),
}

impl Path<'_> {
    fn body(&self) -> &Body<'_> {
        let mut path = self;
        loop {
            path = match path {
                Self::Root(body) => return body,
                Self::Property(parent, _) | Self::Item(parent, _) | Self::Key(parent, _) => parent,
            };
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(_) => out.write_str("the body"),
            Self::Property(Self::Root(_), name) => out.write_str(name),
            Self::Property(parent, name) => write!(out, "{parent}.{name}"),
            Self::Item(parent, index) => write!(out, "{parent}[{index}]"),
            Self::Key(parent, key) => write!(out, "{parent}[{:?}]", shortened(key)),
        }
    }
}

/// A place that is asked for only when there is something to put into it.
struct Place<'p, F> {
    slot: F,
    path: &'p Path<'p>,
}

impl<'s, 'p, F: FnOnce() -> Slot<'s>> Place<'p, F> {
    fn new(slot: F, path: &'p Path<'p>) -> Self {
        Self { slot, path }
    }
}

impl<'de, 's, F: FnOnce() -> Slot<'s>> DeserializeSeed<'de> for Place<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, 's, F: FnOnce() -> Slot<'s>> Visitor<'de> for Place<'_, F> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a value for {}", self.path)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.path.body().count()?;
        deserializer.deserialize_any(Fill {
            slot: (self.slot)(),
            path: self.path,
        })
    }
}

/// A place to be filled now.
struct Fill<'s, 'p> {
    slot: Slot<'s>,
    path: &'p Path<'p>,
}

impl<'de> Visitor<'de> for Fill<'_, '_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.slot {
            Slot::Bool(_) => out.write_str("true or false"),
            Slot::Short(_) => out.write_str("a whole number from -32768 to 32767"),
            Slot::Int(_) => out.write_str("a whole number from -2147483648 to 2147483647"),
            Slot::Text(_) => out.write_str("a string"),
            Slot::DateTime(_) => out.write_str("a date such as \"2023-02-15T13:18:35\""),
            Slot::Bytes(_) => out.write_str("a string in base64"),
            Slot::Enum(enumeration, _) => {
                let names: Vec<_> = enumeration
                    .members
                    .iter()
                    .map(|member| member.name)
                    .collect();
                let kind = if enumeration.flags { "some" } else { "one" };
                write!(out, "{kind} of {}", names.join(", "))
            }
            Slot::Object(object) => {
                write!(out, "an object of type {}", object.object_type().name)
            }
            Slot::List(_) => out.write_str("an array"),
            Slot::Map(_) => out.write_str("an object whose properties are the entries"),
        }?;
        write!(out, " for {}", self.path)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        match self.slot {
            Slot::Bool(place) => {
                *place = value;
                Ok(())
            }
            _ => Err(E::invalid_type(Unexpected::Bool(value), &self)),
        }
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<(), E> {
        let done = match &mut self.slot {
            Slot::Short(place) => i16::try_from(value).map(|value| **place = value).is_ok(),
            Slot::Int(place) => i32::try_from(value).map(|value| **place = value).is_ok(),
            Slot::Enum(_, place) => i32::try_from(value).is_ok_and(|number| place.set(number)),
            _ => return Err(E::invalid_type(Unexpected::Signed(value), &self)),
        };
        if done {
            Ok(())
        } else {
            Err(E::invalid_value(Unexpected::Signed(value), &self))
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }

    /// `5.0` is the number 5. Beyond what a float holds exactly, there are no numbers here anyway.
    #[expect(clippy::cast_possible_truncation, reason = "checked before")]
    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        let is_number = matches!(self.slot, Slot::Short(_) | Slot::Int(_) | Slot::Enum(..));
        if is_number && value.fract() == 0.0 && value.abs() <= f64::from(u32::MAX) {
            return self.visit_i64(value as i64);
        }
        Err(E::invalid_type(Unexpected::Float(value), &self))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        let done = match &mut self.slot {
            Slot::Text(place) => {
                text.clone_into(place);
                true
            }
            Slot::DateTime(place) => {
                let date = self.path.body().dates.read(text);
                date.map(|date| **place = date).is_some()
            }
            Slot::Bytes(place) => STANDARD.decode(text).map(|bytes| **place = bytes).is_ok(),
            Slot::Enum(enumeration, place) => set_member(enumeration, *place, text),
            _ => return Err(E::invalid_type(Unexpected::Str(shortened(text)), &self)),
        };
        if done {
            Ok(())
        } else {
            Err(E::invalid_value(Unexpected::Str(shortened(text)), &self))
        }
    }

    fn visit_string<E: Error>(self, text: String) -> Result<(), E> {
        match self.slot {
            Slot::Text(place) => {
                *place = text;
                Ok(())
            }
            _ => self.visit_str(&text),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        match self.slot {
            Slot::List(items) => read_items(seq, items, self.path),
            _ => Err(A::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        match self.slot {
            Slot::Object(object) => read_members(map, object, self.path),
            Slot::Map(entries) => read_entries(map, entries, self.path),
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

fn set_member(enumeration: &Enumeration, place: &mut dyn EnumSlot, text: &str) -> bool {
    enumeration::number(enumeration, text).is_some_and(|number| place.set(number))
}

fn read_members<'de, A: MapAccess<'de>>(
    mut map: A,
    object: &mut dyn Object,
    path: &Path<'_>,
) -> Result<(), A::Error> {
    let object_type = object.object_type();
    let mut seen = vec![false; object_type.fields.len()];
    let mut next = 0;
    while let Some(found) = map.next_key_seed(Property { object_type, next })? {
        let Some(index) = found else {
            map.next_value::<IgnoredAny>()?;
            continue;
        };
        let path = Path::Property(path, object_type.fields[index].rest_name);
        if std::mem::replace(&mut seen[index], true) {
            return Err(A::Error::custom(format_args!("{path} comes twice")));
        }
        map.next_value_seed(Place::new(|| object.field_mut(index), &path))?;
        next = index + 1;
    }
    Ok(())
}

/// Nil items are left out: no operation gives them a meaning.
fn read_items<'de, A: SeqAccess<'de>>(
    mut seq: A,
    items: &mut dyn ListSlot,
    path: &Path<'_>,
) -> Result<(), A::Error> {
    let mut index = 0;
    loop {
        let path = Path::Item(path, index);
        let item = Place::new(|| items.push(), &path);
        if seq.next_element_seed(item)?.is_none() {
            return Ok(());
        }
        index += 1;
    }
}

fn read_entries<'de, A: MapAccess<'de>>(
    mut map: A,
    entries: &mut dyn MapSlot,
    path: &Path<'_>,
) -> Result<(), A::Error> {
    while let Some(key) = map.next_key::<String>()? {
        entries.open();
        entries.key().clone_from(&key);
        map.next_value_seed(Place::new(|| entries.value(), &Path::Key(path, &key)))?;
    }
    match entries.repeated_key() {
        None => Ok(()),
        Some(key) => {
            let path = Path::Key(path, key);
            Err(A::Error::custom(format_args!("{path} comes twice")))
        }
    }
}

/// Finds the field of a property name.
struct Property {
    object_type: &'static ObjectType,
    /// Tried first, since properties mostly come in order.
    next: usize,
}

impl<'de> DeserializeSeed<'de> for Property {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Property {
    type Value = Option<usize>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a property of {}", self.object_type.name)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let fields = self.object_type.fields;
        if fields
            .get(self.next)
            .is_some_and(|field| field.rest_name == name)
        {
            return Ok(Some(self.next));
        }
        Ok(fields
            .iter()
            .position(|field| field.rest_name.eq_ignore_ascii_case(name)))
    }
}

/// The beginning of a text from outside, for messages.
fn shortened(text: &str) -> &str {
    const LONGEST: usize = 60;
    &text[..text.floor_char_boundary(LONGEST)]
}

#[cfg(test)]
mod tests;
