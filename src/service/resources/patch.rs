//! Changing some of a document: JSON Patch (RFC 6902) and merge patch (RFC 7396).
//!
//! The document is the carrier as JSON. What has become of it is read like any other that a client
//! sends, so that nothing gets in that a save would not take. Names of members count in any letter
//! case, as they do elsewhere.

use crate::config::MessageLimits;
use crate::contract::links::{Patch, PatchNotation};
use crate::fault::{Exception, Fault, Protocol};
use crate::format::json;
use crate::format::lexical::shown;
use crate::model::{Dates, Shape, Value};
use json_patch::{PatchErrorKind, PatchOperation};
use serde_json::Value as Json;

/// Operations in a patch.
const MOST_OPERATIONS: usize = 1000;
/// Values in a document: copies could make it grow without bounds.
const MOST_VALUES: usize = 100_000;
/// Values inside each other.
const DEEPEST: usize = 100;

/// A carrier as a patch leaves it.
///
/// # Errors
///
/// `Malformed` when the patch is none, `Conflict` when it does not fit the document, and what
/// reading the document may say.
pub fn apply<T: Value>(carrier: &T, patch: &Patch) -> Result<T, Fault> {
    let mut document = serde_json::to_value(json::Json(carrier.view())).map_err(Fault::internal)?;
    let text = &patch.document.0;
    match patch.notation {
        PatchNotation::MergePatch => {
            let mut merge: Json = serde_json::from_slice(text).map_err(malformed)?;
            if !merge.is_object() {
                return Err(malformed("a merge patch is an object"));
            }
            rename(&mut merge, T::SHAPE);
            json_patch::merge(&mut document, &merge);
        }
        PatchNotation::JsonPatch => {
            let mut given: Json = serde_json::from_slice(text).map_err(malformed)?;
            for operation in given.as_array_mut().into_iter().flatten() {
                for name in ["path", "from"] {
                    if let Some(Json::String(pointer)) = operation.get_mut(name) {
                        *pointer = renamed(pointer, T::SHAPE);
                    }
                }
            }
            let operations: json_patch::Patch = serde_json::from_value(given).map_err(malformed)?;
            run(&mut document, operations.0)?;
        }
    }
    let text = serde_json::to_vec(&document).map_err(Fault::internal)?;
    let mut changed = T::default();
    let limits = MessageLimits {
        elements: MOST_VALUES,
        ..MessageLimits::default()
    };
    json::read::read(&text, limits, &Dates::BASE, || changed.slot())?;
    Ok(changed)
}

fn run(document: &mut Json, operations: Vec<PatchOperation>) -> Result<(), Fault> {
    if operations.len() > MOST_OPERATIONS {
        return Err(malformed("it has too many operations"));
    }
    for (number, operation) in operations.into_iter().enumerate() {
        let grows = !matches!(
            operation,
            PatchOperation::Test(_) | PatchOperation::Remove(_)
        );
        let result = json_patch::patch(document, &[operation]);
        result.map_err(|error| {
            let reason = match error.kind {
                PatchErrorKind::TestFailed => "the document has another value there",
                _ => "there is no such place in the document",
            };
            Fault::protocol(
                Protocol::Conflict,
                format!("Operation {number} of the patch cannot be done: {reason}."),
            )
        })?;
        if grows && measure(document, DEEPEST).is_none_or(|values| values > MOST_VALUES) {
            return Err(malformed("the document becomes too large"));
        }
    }
    Ok(())
}

/// The number of values in a value; `None` when they nest deeper.
fn measure(value: &Json, depth: usize) -> Option<usize> {
    let depth = depth.checked_sub(1)?;
    let mut count = 1;
    match value {
        Json::Array(items) => {
            for item in items {
                count += measure(item, depth)?;
            }
        }
        Json::Object(members) => {
            for member in members.values() {
                count += measure(member, depth)?;
            }
        }
        _ => {}
    }
    Some(count)
}

/// Gives the members of a merge patch the names that the document has.
fn rename(value: &mut Json, shape: Shape) {
    match (value, shape) {
        (Json::Object(members), Shape::Object(object)) => {
            let given = std::mem::take(members);
            for (name, mut value) in given {
                let mut fields = object().fields.iter();
                match fields.find(|field| field.rest_name.eq_ignore_ascii_case(&name)) {
                    Some(field) => {
                        rename(&mut value, field.shape);
                        members.insert(field.rest_name.to_owned(), value);
                    }
                    None => {
                        members.insert(name, value);
                    }
                }
            }
        }
        (Json::Object(members), Shape::Map(dictionary)) => {
            for value in members.values_mut() {
                rename(value, dictionary.value);
            }
        }
        _ => {}
    }
}

/// A pointer with the names that the document has.
fn renamed(pointer: &str, shape: Shape) -> String {
    let mut shape = Some(shape);
    let steps = pointer.split('/').enumerate().map(|(index, step)| {
        if index == 0 {
            return step;
        }
        let (name, below) = match shape {
            Some(Shape::Object(object)) => {
                let mut fields = object().fields.iter();
                let field = fields.find(|field| field.rest_name.eq_ignore_ascii_case(step));
                (field.map(|field| field.rest_name), field.map(|it| it.shape))
            }
            Some(Shape::List(item)) => (None, Some(*item)),
            Some(Shape::Map(dictionary)) => (None, Some(dictionary.value)),
            _ => (None, None),
        };
        shape = below;
        name.unwrap_or(step)
    });
    steps.collect::<Vec<_>>().join("/")
}

fn malformed(reason: impl std::fmt::Display) -> Fault {
    Fault::protocol(
        Protocol::Malformed,
        format!("The patch is none: {}.", shown(&reason.to_string())),
    )
}

/// The argument of an operation that needs a patch.
pub fn given(patch: Option<Patch>) -> Result<Patch, Fault> {
    patch.ok_or_else(|| Fault::service(Exception::InvalidArgument, "There is no patch."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::{User, UserGroup};
    use crate::fault::Kind;
    use crate::model::Bytes;

    fn patched(notation: PatchNotation, text: &str) -> Result<User, Fault> {
        let user = User {
            associate_id: 7,
            tooltip: Some("old".into()),
            other_groups: Some(vec![UserGroup {
                id: 1,
                ..UserGroup::default()
            }]),
            ..User::default()
        };
        let document = Bytes(text.as_bytes().to_vec());
        apply(&user, &Patch { notation, document })
    }

    #[test]
    fn each_notation_changes_what_it_names() {
        let user = patched(
            PatchNotation::MergePatch,
            r#"{"tooltip": "new", "Person": {"FIRSTNAME": "x"}, "OtherGroups": [], "what": 1}"#,
        )
        .expect("patched");
        assert_eq!(
            (user.associate_id, user.tooltip.as_deref()),
            (7, Some("new"))
        );
        assert_eq!(user.person.expect("there").firstname.as_deref(), Some("x"));
        assert_eq!(user.other_groups, Some(Vec::new()));
        let user = patched(
            PatchNotation::JsonPatch,
            r#"[{"op": "test", "path": "/Tooltip", "value": "old"},
                {"op": "replace", "path": "/tooltip", "value": null},
                {"op": "add", "path": "/othergroups/-", "value": {"Id": 2}},
                {"op": "copy", "from": "/AssociateId", "path": "/EjUserId"}]"#,
        )
        .expect("patched");
        assert_eq!((user.tooltip, user.ej_user_id), (None, 7));
        assert_eq!(user.other_groups.expect("there").len(), 2);
    }

    #[test]
    fn what_does_not_fit_is_a_conflict_and_what_is_none_malformed() {
        let copies = r#"{"op":"copy","from":"/OtherGroups","path":"/OtherGroups/-"}"#;
        let growing = format!("[{}]", vec![copies; 40].join(","));
        let nested = r#"{"op":"copy","from":"","path":"/Person"}"#;
        let deep = format!("[{}]", vec![nested; 110].join(","));
        let many = format!(
            "[{}]",
            vec![r#"{"op":"test","path":"","value":1}"#; 2000].join(",")
        );
        for (notation, text, kind) in [
            (
                PatchNotation::JsonPatch,
                r#"[{"op": "test", "path": "/Tooltip", "value": "new"}]"#,
                Protocol::Conflict,
            ),
            (
                PatchNotation::JsonPatch,
                r#"[{"op": "remove", "path": "/Nothing"}]"#,
                Protocol::Conflict,
            ),
            (
                PatchNotation::JsonPatch,
                r#"[{"op": "jump"}]"#,
                Protocol::Malformed,
            ),
            (PatchNotation::JsonPatch, "{}", Protocol::Malformed),
            (PatchNotation::JsonPatch, "[", Protocol::Malformed),
            (PatchNotation::JsonPatch, &growing, Protocol::Malformed),
            (PatchNotation::JsonPatch, &deep, Protocol::Malformed),
            (PatchNotation::JsonPatch, &many, Protocol::Malformed),
            (PatchNotation::MergePatch, "[]", Protocol::Malformed),
            (PatchNotation::MergePatch, "1", Protocol::Malformed),
            (
                PatchNotation::MergePatch,
                r#"{"Rank": "x"}"#,
                Protocol::DeserializationFailed,
            ),
        ] {
            let fault = patched(notation, text).expect_err(text);
            assert_eq!(*fault.kind(), Kind::Protocol(kind), "{text}");
        }
    }
}
