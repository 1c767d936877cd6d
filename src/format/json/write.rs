//! From objects to JSON.

use crate::format::enumeration;
use crate::format::style::{Inside, Style};
use crate::model::{List, Map, View, Written};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// A value that serde_json can write, as it is. Writing JSON text with it into memory never
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
            View::List(list) => once(out, list.written(), inside, &Items(list, inside)),
            View::Map(map) => once(out, map.written(), inside, &Entries(map, inside)),
        }
    }
}

/// Writes what has been written before of something that lasts, or else the value itself.
fn once<S: Serializer>(
    out: S,
    written: Option<&Written>,
    inside: Inside<'_>,
    value: &impl Serialize,
) -> Result<S::Ok, S::Error> {
    let Some(written) = written.filter(|_| inside.is_as_stored()) else {
        return value.serialize(out);
    };
    let write = || to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned());
    written.json.get_or_init(write).serialize(out)
}

struct Items<'a>(&'a dyn List, Inside<'a>);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let Self(items, inside) = *self;
        let mut seq = out.serialize_seq(Some(items.len()))?;
        for index in 0..items.len() {
            seq.serialize_element(&Styled(items.item(index), inside))?;
        }
        seq.end()
    }
}

struct Entries<'a>(&'a dyn Map, Inside<'a>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let Self(entries, inside) = *self;
        let mut map = out.serialize_map(Some(entries.len()))?;
        for index in 0..entries.len() {
            let (key, value) = entries.entry(index);
            map.serialize_entry(key, &Styled::wanted(value, inside.entry(key), inside))?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, Styled};
    use crate::contract::rights::{
        ETableRight, FieldProperty, FieldPropertyDictionary, TableRight,
    };
    use crate::contract::role::{Role, RoleEntity, RoleType};
    use crate::contract::user::StringDictionary;
    use crate::format::style::{Inside, Languages, Select, Style};
    use crate::model::{Bytes, DateTime, Shared, Value};

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

    #[test]
    fn what_lasts_is_written_as_other_things_are() {
        let property = FieldProperty {
            field_type: Some("NO:\"Tall\";US:\"Number\"".to_owned()),
            ..FieldProperty::default()
        };
        let entries = vec![("a".to_owned(), Some(property)), ("b".to_owned(), None)];
        let own = FieldPropertyDictionary(entries.clone().into());
        let lasting = FieldPropertyDictionary(Shared::lasting(entries));
        let styles = [
            Style::default(),
            Style {
                languages: Languages::parse(Some("en"), None),
                ..Style::default()
            },
            Style {
                select: Select::parse("b"),
                ..Style::default()
            },
            Style::default(),
        ];
        let mut seen = Vec::new();
        for style in &styles {
            let text = |value: &FieldPropertyDictionary| {
                let styled = Styled(value.view(), Inside::root(style));
                serde_json::to_string(&styled).expect("JSON")
            };
            assert_eq!(text(&lasting), text(&own));
            seen.push(text(&own));
        }
        assert!(
            seen[0] != seen[1] && seen[0] != seen[2] && seen[0] == seen[3],
            "{seen:?}"
        );
    }
}
