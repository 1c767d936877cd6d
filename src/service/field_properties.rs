//! What callers are told of the members of a carrier: what they may do with each, and what it
//! holds.

use super::limits;
use crate::contract::rights::{EFieldRight, ETableRight, FieldProperty, FieldRight};
use crate::model::{Field, ObjectType, Shape};

/// To be read only.
pub const READ: EFieldRight = EFieldRight::READ;
/// To be read and written.
pub const UPDATE: EFieldRight = EFieldRight(EFieldRight::READ.0 | EFieldRight::WRITE.0);

/// A member for which the right on the row does not say all, with the reason.
pub type Special = (&'static str, EFieldRight, &'static str);

/// Properties of members by their names.
pub type Properties = Vec<(String, Option<FieldProperty>)>;

/// The properties of the members of a carrier that may be used otherwise than the row. To tell of
/// the others what the right on the row says would make most answers several times as long.
pub fn of(object: &'static ObjectType, row: ETableRight, specials: &[Special]) -> Properties {
    let usual = usual(row);
    let differing = specials.iter().filter(|(_, mask, _)| *mask != usual);
    let properties = differing.filter_map(|(name, mask, reason)| {
        let field = object.fields.iter().find(|field| field.name == *name)?;
        let property = property(object, field, *mask, reason);
        Some((field.name.to_owned(), Some(property)))
    });
    properties.collect()
}

/// What a right on a row says of its members.
fn usual(row: ETableRight) -> EFieldRight {
    if row.contains(ETableRight::UPDATE) {
        UPDATE
    } else if row.contains(ETableRight::SELECT) {
        READ
    } else {
        EFieldRight::default()
    }
}

fn property(object: &ObjectType, field: &Field, mask: EFieldRight, reason: &str) -> FieldProperty {
    FieldProperty {
        field_right: Some(FieldRight {
            mask,
            reason: Some(reason.to_owned()),
        }),
        field_type: Some(net_type(field.shape)),
        field_length: limits::of(object.name, field.name),
    }
}

/// The name of a type in .NET.
fn net_type(shape: Shape) -> String {
    let name = match shape {
        Shape::Bool => "System.Boolean",
        Shape::Short => "System.Int16",
        Shape::Int => "System.Int32",
        Shape::Text => "System.String",
        Shape::DateTime => "System.DateTime",
        Shape::Bytes => "System.Byte[]",
        Shape::List(item) => return format!("{}[]", net_type(*item)),
        Shape::Enum(_) | Shape::Object(_) | Shape::Map(_) => {
            return format!("SuperOffice.CRM.Services.{}", shape.name());
        }
    };
    name.to_owned()
}
