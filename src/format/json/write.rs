//! From objects to JSON.

use crate::format::enumeration;
use crate::format::style::{Inside, Style};
use crate::model::View;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A value that any serde format can write, as it is. Writing JSON text with it into memory never
/// fails.
///
/// Dates are written without a zone, binary data in base64, dictionaries as objects.
#[derive(Clone, Copy)]
pub struct Json<'a>(pub View<'a>);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let style = Style::default();
        Styled(self.0, Inside::root(&style)).serialize(out)
    }
}

/// A value as a caller wants to have it: what is not wanted is null.
#[derive(Clone, Copy)]
pub struct Styled<'a>(pub View<'a>, pub Inside<'a>);

impl<'a> Styled<'a> {
    fn wanted(view: View<'a>, inside: Option<Inside<'a>>, whole: Inside<'a>) -> Self {
        match inside {
            Some(inside) => Self(view, inside),
            None => Self(View::Null, whole),
        }
    }
}

impl Serialize for Styled<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let Self(view, inside) = *self;
        match view {
            View::Null => out.serialize_unit(),
            View::Bool(value) => out.serialize_bool(value),
            View::Short(value) => out.serialize_i16(value),
            View::Int(value) => out.serialize_i32(value),
            View::Text(text) => out.serialize_str(inside.text(text)),
            View::DateTime(value) => out.serialize_str(&inside.date(value)),
            View::Bytes(bytes) => out.serialize_str(&STANDARD.encode(bytes)),
            View::Enum(enumeration, number) => {
                out.serialize_str(&enumeration::text(enumeration, number))
            }
            View::Object(object) => {
                let object_type = object.object_type();
                let mut map = out.serialize_map(Some(object_type.fields.len()))?;
                for index in object_type.base_last() {
                    let field = &object_type.fields[index];
                    let member = inside.member(field);
                    let value = Self::wanted(object.field(index), member, inside);
                    map.serialize_entry(field.rest_name, &value)?;
                }
                map.end()
            }
            View::List(list) => {
                let mut seq = out.serialize_seq(Some(list.len()))?;
                for index in 0..list.len() {
                    seq.serialize_element(&Self(list.item(index), inside))?;
                }
                seq.end()
            }
            View::Map(entries) => {
                let mut map = out.serialize_map(Some(entries.len()))?;
                for index in 0..entries.len() {
                    let (key, value) = entries.entry(index);
                    let value = Self::wanted(value, inside.entry(key), inside);
                    map.serialize_entry(key, &value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Json;
    use crate::contract::rights::{ETableRight, TableRight};
    use crate::contract::role::{Role, RoleEntity, RoleType};
    use crate::contract::user::StringDictionary;
    use crate::model::{Bytes, DateTime, Value};

    fn text(value: &impl Value) -> String {
        serde_json::to_string(&Json(value.view())).expect("JSON")
    }

    #[test]
    fn members_of_the_base_type_come_last() {
        let role = Role {
            id: 4,
            value: Some("Users \"and\" <more>".into()),
            table_right: Some(TableRight {
                mask: ETableRight::SELECT | ETableRight::INSERT,
                reason: None,
            }),
            ..Role::default()
        };
        assert_eq!(
            text(&role),
            r#"{"Id":4,"Value":"Users \"and\" <more>","Tooltip":null,"TableRight":{"Mask":"Select, Insert","Reason":null},"FieldProperties":null}"#
        );
    }

    #[test]
    fn each_kind_of_value() {
        let entity = RoleEntity {
            role_type: RoleType::System,
            ..RoleEntity::default()
        };
        assert!(text(&entity).contains(r#""RoleType":"System","Deleted":0"#));
        assert_eq!(text(&DateTime::MIN), r#""0001-01-01T00:00:00""#);
        assert_eq!(text(&Bytes(vec![0, 255])), r#""AP8=""#);
        assert_eq!(text(&vec![1, 2]), "[1,2]");
        let entries = vec![("b".into(), Some("1".into())), ("a".into(), None)];
        assert_eq!(text(&StringDictionary(entries)), r#"{"b":"1","a":null}"#);
        assert_eq!(text(&None::<bool>), "null");
    }
}
