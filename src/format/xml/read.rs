//! From XML to objects, by walking descriptors.
//!
//! Members may come in any order and unknown ones are passed over, but a member that comes
//! twice, or that holds what its type cannot, is refused: what is accepted is never misread.

use super::Ns;
use super::scanner::{Home, Scanner, Tag, Token, is_blank, is_space};
use crate::fault::{Fault, Protocol};
use crate::format::lexical::{self, Spelling, shown};
use crate::model::{Dictionary, Field, ListSlot, MapSlot, Namespace, Object, Shape, Slot};
use std::borrow::Cow;

/// Fills an object from the element just started, its end included.
pub fn object(scanner: &mut Scanner<'_>, object: &mut dyn Object) -> Result<(), Fault> {
    let object_type = object.object_type();
    let ns = Ns::Contract(object_type.namespace);
    let fields = object_type.fields;
    let home = scanner.home(ns);
    let mut seen = 0_u128;
    // Elements nearly always come in schema order, so the next field is the first guess.
    let mut next = 0;
    loop {
        let (found, index) = match home
            .as_ref()
            .and_then(|home| field(scanner, home, fields, next))
        {
            Some(found) => found,
            None => {
                let Some(tag) = child(scanner, object_type.name)? else {
                    return Ok(());
                };
                match position(scanner, fields, &tag, ns) {
                    Some(index) => (Found::Start(tag), index),
                    None => {
                        scanner.skip()?;
                        continue;
                    }
                }
            }
        };
        let bit = 1 << index;
        if seen & bit != 0 {
            return Err(refused(format!(
                "The element '{}' occurs more than once in '{}'.",
                found.local(&fields[index]),
                object_type.name
            )));
        }
        seen |= bit;
        next = index + 1;
        match found {
            Found::Whole(text) => {
                let slot = object.field_mut(index);
                plain(scanner, fields[index].name, text, slot)?;
            }
            Found::Start(tag) if tag.nil => scanner.skip()?,
            Found::Start(tag) => {
                value(scanner, &tag, fields[index].shape, object.field_mut(index))?;
            }
        }
    }
}

/// What has been read of a field.
enum Found<'a> {
    /// Its start tag.
    Start(Tag<'a>),
    /// Its text, with both tags.
    Whole(Cow<'a, str>),
}

impl Found<'_> {
    fn local(&self, field: &Field) -> &str {
        match self {
            Self::Start(tag) => tag.local,
            Self::Whole(_) => field.name,
        }
    }
}

/// Takes the start tag of a field, or the whole of a plain one, if one is ahead; `next` is the
/// first guess.
#[inline]
fn field<'a>(
    scanner: &mut Scanner<'a>,
    home: &Home,
    fields: &'static [Field],
    next: usize,
) -> Option<(Found<'a>, usize)> {
    let guess = fields.get(next).map_or("", |field| field.name);
    let ahead = scanner.ahead(home, guess)?;
    let index = match ahead.as_guessed {
        true => next,
        false => {
            let is_field = |field: &Field| field.name.as_bytes() == ahead.local;
            // Members are left out more often than they come in another order.
            match fields.iter().skip(next).position(is_field) {
                Some(further) => next + further,
                None => fields.iter().position(is_field)?,
            }
        }
    };
    let field = fields.get(index)?;
    if field.shape.is_plain()
        && let Some(text) = scanner.take_whole(home, &ahead, field.name)
    {
        return Some((Found::Whole(text), index));
    }
    let tag = scanner.take(home, &ahead, field.name)?;
    Some((Found::Start(tag), index))
}

/// Which field an element is; `None` when it is unknown.
fn position(scanner: &Scanner<'_>, fields: &[Field], tag: &Tag<'_>, ns: Ns) -> Option<usize> {
    let local_names = scanner.takes_local_names();
    if tag.ns != ns && !local_names {
        return None;
    }
    fields.iter().position(|field| match local_names {
        true => field.rest_name == tag.local,
        false => field.name == tag.local,
    })
}

/// Fills a slot from the element just started, which is not nil, its end included.
pub fn value(
    scanner: &mut Scanner<'_>,
    tag: &Tag<'_>,
    shape: Shape,
    slot: Slot<'_>,
) -> Result<(), Fault> {
    match (slot, shape) {
        (Slot::Object(inner), _) => object(scanner, inner),
        (Slot::List(items), Shape::List(item)) => list(scanner, tag, *item, items),
        (Slot::Map(entries), Shape::Map(dictionary)) => map(scanner, dictionary, entries),
        (slot, _) => scalar(scanner, tag, slot),
    }
}

fn list(
    scanner: &mut Scanner<'_>,
    tag: &Tag<'_>,
    item: Shape,
    items: &mut dyn ListSlot,
) -> Result<(), Fault> {
    let ns = Ns::Contract(item.array_namespace());
    let name = item.name();
    let home = scanner.home(ns);
    while let Some(child) = expected(scanner, home.as_ref(), &name, tag.local)? {
        let named = child.ns == ns && child.local == name || scanner.takes_local_names();
        if !named || child.nil {
            scanner.skip()?;
        } else {
            value(scanner, &child, item, items.push())?;
        }
    }
    Ok(())
}

fn map(
    scanner: &mut Scanner<'_>,
    dictionary: &Dictionary,
    entries: &mut dyn MapSlot,
) -> Result<(), Fault> {
    let any = scanner.takes_local_names();
    let ns = Ns::Contract(Namespace::Services88);
    let known = |other| any || other == ns;
    let home = scanner.home(ns);
    while let Some(item) = expected(scanner, home.as_ref(), dictionary.item, dictionary.name)? {
        let named = item.local == dictionary.item || any;
        if !known(item.ns) || !named || item.nil {
            scanner.skip()?;
            continue;
        }
        entries.open();
        let home = scanner.home(ns);
        let (mut key_seen, mut value_seen) = (false, false);
        loop {
            let guess = if key_seen { "Value" } else { "Key" };
            let Some(part) = expected(scanner, home.as_ref(), guess, dictionary.item)? else {
                break;
            };
            let seen = match part.local {
                "Key" if known(part.ns) => &mut key_seen,
                "Value" if known(part.ns) => &mut value_seen,
                _ => {
                    scanner.skip()?;
                    continue;
                }
            };
            if std::mem::replace(seen, true) {
                return Err(refused(format!(
                    "The element '{}' occurs more than once in '{}'.",
                    part.local, dictionary.item
                )));
            }
            if part.nil {
                scanner.skip()?;
            } else if part.local == "Key" {
                scalar(scanner, &part, Slot::Text(entries.key()))?;
            } else {
                value(scanner, &part, dictionary.value, entries.value())?;
            }
        }
    }
    match entries.repeated_key() {
        None => Ok(()),
        Some(key) => Err(refused(format!(
            "The key '{}' occurs more than once in '{}'.",
            shown(key),
            dictionary.name
        ))),
    }
}

/// The next child element, which probably has this name; `None` at the end of the parent.
fn expected<'a: 'n, 'n>(
    scanner: &mut Scanner<'a>,
    home: Option<&Home>,
    name: &'n str,
    parent: &str,
) -> Result<Option<Tag<'n>>, Fault> {
    let taken = home.and_then(|home| {
        let ahead = scanner.ahead(home, name)?;
        scanner.take(home, &ahead, ahead.as_guessed.then_some(name)?)
    });
    match taken {
        Some(tag) => Ok(Some(tag)),
        None => child(scanner, parent),
    }
}

/// The next child element, or `None` at the end of the element that is being read.
fn child<'a>(scanner: &mut Scanner<'a>, parent: &str) -> Result<Option<Tag<'a>>, Fault> {
    if scanner.take_end() {
        return Ok(None);
    }
    scanner.pass_blanks();
    loop {
        match scanner.token()? {
            Token::Start(tag) => return Ok(Some(tag)),
            Token::End | Token::Eof => return Ok(None),
            Token::Text(text) if is_blank(&text) => {}
            // The text stays out of the answer: it may be a secret in the wrong place.
            Token::Text(_) => {
                return Err(refused(format!("'{parent}' holds elements, not text.")));
            }
        }
    }
}

fn scalar(scanner: &mut Scanner<'_>, tag: &Tag<'_>, slot: Slot<'_>) -> Result<(), Fault> {
    let text = scanner.element_text()?.ok_or_else(|| {
        refused(format!(
            "The element '{}' holds a plain value, not elements.",
            tag.local
        ))
    })?;
    plain(scanner, tag.local, text, slot)
}

/// Fills a slot from the text of an element. An empty one is the default of its type: that is how
/// PHP writes null numbers.
fn plain(
    scanner: &Scanner<'_>,
    local: &str,
    text: Cow<'_, str>,
    slot: Slot<'_>,
) -> Result<(), Fault> {
    if let Slot::Text(place) = slot {
        *place = text.into_owned();
        return Ok(());
    }
    let trimmed = text.trim_matches(is_space);
    if trimmed.is_empty() {
        return Ok(());
    }
    let spelling = match scanner.takes_local_names() {
        true => Spelling::DotNet,
        false => Spelling::Schema,
    };
    lexical::fill(slot, trimmed, spelling, scanner.dates()).map_err(|expected| {
        refused(format!(
            "The element '{}' holds '{}', which is no {expected}.",
            local,
            shown(trimmed)
        ))
    })
}

fn refused(message: String) -> Fault {
    Fault::protocol(Protocol::DeserializationFailed, message)
}
