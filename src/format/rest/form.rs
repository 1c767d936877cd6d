//! The fields of a form, as ASP.NET binds them to carriers: `Name=x`, `Person.Firstname=x`,
//! `OtherGroups[0].Id=7`, `ExtraFields[key]=x`, and a repeated name for an array of plain values.

use crate::config::MessageLimits;
use crate::fault::{Fault, Protocol};
use crate::format::lexical::{self, Spelling, shown};
use crate::model::{Dates, ListSlot, MapSlot, Object, Slot};
use indexmap::IndexMap;

/// Fills a place from a form.
///
/// # Errors
///
/// `DeserializationFailed`, with the path of the field, when a value does not fit its place, and
/// `Malformed` when there are more fields or deeper ones than a message may have.
pub fn fill(
    form: &[u8],
    limits: MessageLimits,
    dates: &Dates,
    slot: Slot<'_>,
) -> Result<(), Fault> {
    let mut root = Node::default();
    for (count, (name, value)) in url::form_urlencoded::parse(form).enumerate() {
        let steps: Vec<_> = steps(&name).collect();
        if count >= limits.elements || steps.len() > limits.depth {
            let reason = "The form has more or deeper fields than a message may have.";
            return Err(Fault::protocol(Protocol::Malformed, reason));
        }
        let mut node = &mut root;
        for step in steps {
            node = node.branches.entry(step.to_owned()).or_default();
        }
        node.texts.push(value.into_owned());
    }
    Form(dates).place(slot, &root, "the form")
}

/// What the fields say of one place: its text, and what is below it.
#[derive(Default)]
struct Node {
    texts: Vec<String>,
    branches: IndexMap<String, Node>,
}

/// The names and indices that lead to a field.
fn steps(name: &str) -> impl Iterator<Item = &str> {
    name.split(['.', '[', ']']).filter(|step| !step.is_empty())
}

/// Fills places; dates are written like this.
#[derive(Clone, Copy)]
struct Form<'d>(&'d Dates);

impl Form<'_> {
    fn place(self, slot: Slot<'_>, node: &Node, path: &str) -> Result<(), Fault> {
        match slot {
            Slot::Object(object) => self.members(object, node, path),
            Slot::List(items) => self.list(items, node, path),
            Slot::Map(entries) => self.map(entries, node, path),
            slot => self.plain(slot, node, path),
        }
    }

    /// Fields that are not known are passed over, as in other notations.
    fn members(self, object: &mut dyn Object, node: &Node, path: &str) -> Result<(), Fault> {
        no_text(node, path)?;
        let fields = object.object_type().fields;
        let mut seen = vec![false; fields.len()];
        for (name, branch) in &node.branches {
            let named = |field: &crate::model::Field| field.rest_name.eq_ignore_ascii_case(name);
            let Some(index) = fields.iter().position(named) else {
                continue;
            };
            if std::mem::replace(&mut seen[index], true) {
                return Err(refused(format!(
                    "The field '{}' comes twice.",
                    fields[index].rest_name
                )));
            }
            self.place(object.field_mut(index), branch, fields[index].rest_name)?;
        }
        Ok(())
    }

    fn list(self, items: &mut dyn ListSlot, node: &Node, path: &str) -> Result<(), Fault> {
        for text in node.texts.iter().filter(|text| !text.is_empty()) {
            self.scalar(items.push(), text, path)?;
        }
        for branch in node.branches.values() {
            self.place(items.push(), branch, path)?;
        }
        Ok(())
    }

    fn map(self, entries: &mut dyn MapSlot, node: &Node, path: &str) -> Result<(), Fault> {
        no_text(node, path)?;
        for (key, branch) in &node.branches {
            entries.open();
            entries.key().clone_from(key);
            self.place(entries.value(), branch, key)?;
        }
        Ok(())
    }

    fn plain(self, slot: Slot<'_>, node: &Node, path: &str) -> Result<(), Fault> {
        match (&node.texts[..], node.branches.is_empty()) {
            ([text], true) => self.scalar(slot, text, path),
            ([], true) => Ok(()),
            (_, true) => Err(refused(format!("The field '{}' comes twice.", shown(path)))),
            (_, false) => Err(refused(format!(
                "The field '{}' holds a plain value.",
                shown(path)
            ))),
        }
    }

    /// A field that was left empty is not filled in, unless it is for text.
    fn scalar(self, slot: Slot<'_>, text: &str, path: &str) -> Result<(), Fault> {
        if matches!(slot, Slot::Object(_) | Slot::List(_) | Slot::Map(_)) {
            return Err(refused(format!(
                "The field '{}' holds no plain value.",
                shown(path)
            )));
        }
        let text = match slot {
            Slot::Text(_) => text,
            _ => text.trim(),
        };
        if text.is_empty() && !matches!(slot, Slot::Text(_)) {
            return Ok(());
        }
        lexical::fill(slot, text, Spelling::DotNet, self.0).map_err(|expected| {
            refused(format!(
                "The field '{}' holds '{}', which is no {expected}.",
                shown(path),
                shown(text)
            ))
        })
    }
}

fn no_text(node: &Node, path: &str) -> Result<(), Fault> {
    if node.texts.iter().all(String::is_empty) {
        return Ok(());
    }
    Err(refused(format!(
        "The field '{}' holds no plain value.",
        shown(path)
    )))
}

fn refused(message: String) -> Fault {
    Fault::protocol(Protocol::DeserializationFailed, message)
}

#[cfg(test)]
mod tests {
    use super::fill;
    use crate::config::MessageLimits;
    use crate::contract::user::User;
    use crate::fault::Fault;
    use crate::model::{Dates, Slot};

    fn user(form: &str) -> Result<User, Fault> {
        let mut user = User::default();
        let limits = MessageLimits::default();
        fill(
            form.as_bytes(),
            limits,
            &Dates::BASE,
            Slot::Object(&mut user),
        )
        .map(|()| user)
    }

    #[test]
    fn names_lead_into_carriers_arrays_and_dictionaries() {
        let user = user(
            "name=a+b%26&Person.Firstname=%C3%98&Person[Lastname]=y&OtherGroups[0].Id=7\
             &OtherGroups[0].Value=x&OtherGroups[1].Id=8&ExtraFields[k]=v&ExtraFields.l=w\
             &Type=3&unknown=1&Deleted=true&Rank=",
        );
        assert!(user.is_err(), "an enumeration is a name");
        let user = self::user(
            "name=a+b%26&Person.Firstname=%C3%98&Person[Lastname]=y&OtherGroups[0].Id=7\
             &OtherGroups[0].Value=x&OtherGroups[1].Id=8&ExtraFields[k]=v&ExtraFields.l=w\
             &Type=ExternalAssociate&unknown=1&Deleted=true&Rank=",
        )
        .expect("acceptable");
        assert_eq!(user.name.as_deref(), Some("a b&"));
        let person = user.person.expect("person");
        assert_eq!(person.firstname.as_deref(), Some("Ø"));
        assert_eq!(person.lastname.as_deref(), Some("y"));
        let ids: Vec<_> = user
            .other_groups
            .expect("groups")
            .iter()
            .map(|it| it.id)
            .collect();
        assert_eq!(ids, [7, 8]);
        assert_eq!(user.extra_fields.expect("fields").0.len(), 2);
        assert!(user.deleted && user.rank == 0);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_field() {
        let deep = format!("{}=1", "Person.".repeat(10_000));
        for (form, expected) in [
            ("Rank=x", "The field 'Rank' holds 'x', which is no xs:short"),
            ("Name=a&name=b", "'Name' comes twice"),
            ("Name=a&Name=b", "'Name' comes twice"),
            ("Person=x", "The field 'Person' holds no plain value"),
            ("OtherGroups=x", "'OtherGroups' holds no plain value"),
            ("Name.x=y", "The field 'Name' holds a plain value"),
            (deep.as_str(), "deeper"),
        ] {
            let fault = user(form).expect_err(expected);
            assert!(fault.message().contains(expected), "{}", fault.message());
        }
    }
}
