//! From XML to objects, by walking descriptors.
//!
//! Members may come in any order and unknown ones are passed over, but a member that comes
//! twice, or that holds what its type cannot, is refused: what is accepted is never misread.

use super::Ns;
use super::scanner::{Scanner, Tag, Token, is_blank, is_space};
use crate::fault::{Fault, Protocol};
use crate::format::lexical::{self, Spelling, shown};
use crate::model::{Dictionary, ListSlot, MapSlot, Namespace, Object, Shape, Slot};

/// Fills an object from the element just started, its end included.
pub fn object(scanner: &mut Scanner<'_>, object: &mut dyn Object) -> Result<(), Fault> {
    let object_type = object.object_type();
    let ns = Ns::Contract(object_type.namespace);
    let fields = object_type.fields;
    let mut seen = 0_u128;
    // Elements nearly always come in schema order, so the next field is the first guess.
    let mut next = 0;
    while let Some(tag) = child(scanner, object_type.name)? {
        let local_names = scanner.takes_local_names();
        let is_field = |index: &usize| {
            fields.get(*index).is_some_and(|field| match local_names {
                true => field.rest_name == tag.local,
                false => field.name == tag.local,
            })
        };
        let found = if tag.ns == ns || local_names {
            Some(next)
                .filter(is_field)
                .or_else(|| (0..fields.len()).find(is_field))
        } else {
            None
        };
        let Some(index) = found else {
            scanner.skip()?;
            continue;
        };
        let bit = 1 << index;
        if seen & bit != 0 {
            return Err(refused(format!(
                "The element '{}' occurs more than once in '{}'.",
                tag.local, object_type.name
            )));
        }
        seen |= bit;
        next = index + 1;
        if tag.nil {
            scanner.skip()?;
        } else {
            value(scanner, &tag, fields[index].shape, object.field_mut(index))?;
        }
    }
    Ok(())
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
    while let Some(child) = child(scanner, tag.local)? {
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
    let known = |ns| any || ns == Ns::Contract(Namespace::Services88);
    while let Some(item) = child(scanner, dictionary.name)? {
        let named = item.local == dictionary.item || any;
        if !known(item.ns) || !named || item.nil {
            scanner.skip()?;
            continue;
        }
        entries.open();
        let (mut key_seen, mut value_seen) = (false, false);
        while let Some(part) = child(scanner, dictionary.item)? {
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

/// The next child element, or `None` at the end of the element that is being read.
fn child<'a>(scanner: &mut Scanner<'a>, parent: &str) -> Result<Option<Tag<'a>>, Fault> {
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

/// An empty element is the default of its type: that is how PHP writes null numbers.
fn scalar(scanner: &mut Scanner<'_>, tag: &Tag<'_>, slot: Slot<'_>) -> Result<(), Fault> {
    let text = scanner.element_text()?.ok_or_else(|| {
        refused(format!(
            "The element '{}' holds a plain value, not elements.",
            tag.local
        ))
    })?;
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
            tag.local,
            shown(trimmed)
        ))
    })
}

fn refused(message: String) -> Fault {
    Fault::protocol(Protocol::DeserializationFailed, message)
}
