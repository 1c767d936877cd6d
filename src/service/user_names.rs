//! Names for users who were not given one.

use super::user_kinds::{UserKind, kind_of};
use crate::contract::user::{Person, UserType};
use crate::fault::Fault;
use crate::store::{Tx, users};

/// Characters of a log-on name.
pub const NAME_LIMIT: usize = 239;
/// How often a number is tried behind a name.
const ATTEMPTS: i32 = 1000;

/// A log-on name that is free: from the names of the person (or the e-mail address of an external
/// one), else from a word for the type and a number. `None` when a thousand are taken.
pub fn free_name(
    tx: &Tx<'_>,
    user_type: UserType,
    person: Option<&Person>,
) -> Result<Option<String>, Fault> {
    let kind = kind_of(user_type);
    let own = person.map(|person| wanted(user_type, person));
    if let Some(name) = own.filter(|name| !name.is_empty()) {
        return first_free(tx, &name);
    }
    if matches!(
        user_type,
        UserType::SystemAssociate | UserType::AnonymousAssociate
    ) {
        return first_free(tx, kind.word);
    }
    numbered(tx, &kind)
}

/// Nameless users are many, so their numbers begin where none has been.
fn numbered(tx: &Tx<'_>, kind: &UserKind) -> Result<Option<String>, Fault> {
    let next = users::next_id(tx)?;
    first_free(tx, &format!("{}{next}", kind.word))
}

fn first_free(tx: &Tx<'_>, name: &str) -> Result<Option<String>, Fault> {
    if !users::name_taken(tx, name, 0)? {
        return Ok(Some(name.into()));
    }
    for number in 1..=ATTEMPTS {
        let candidate = format!("{name}{number}");
        if !users::name_taken(tx, &candidate, 0)? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// The name that a person would have if nobody else had it; empty when the person has no names.
fn wanted(user_type: UserType, person: &Person) -> String {
    let email = legal(&person.email, |c| c == '@' || c == '+');
    if user_type == UserType::ExternalAssociate && !email.is_empty() {
        return email;
    }
    let names = [&person.firstname, &person.middle_name, &person.lastname];
    let names: Vec<_> = names
        .into_iter()
        .map(|name| legal(name, |_| false).trim_matches('.').to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    // Room for a number behind it.
    names.join(".").chars().take(NAME_LIMIT - 4).collect()
}

/// Letters, digits and the three marks that names need; others are dropped.
fn legal(text: &Option<String>, more: fn(char) -> bool) -> String {
    let text = text.as_deref().unwrap_or_default();
    text.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_') || more(*c))
        .take(NAME_LIMIT - 4)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(first: &str, middle: &str, last: &str, email: &str) -> Person {
        Person {
            firstname: Some(first.into()),
            middle_name: Some(middle.into()),
            lastname: Some(last.into()),
            email: Some(email.into()),
            ..Person::default()
        }
    }

    #[test]
    fn names_come_from_the_person() {
        let name = |user_type, person| wanted(user_type, &person);
        let internal = UserType::InternalAssociate;
        let external = UserType::ExternalAssociate;
        for (user_type, person, expected) in [
            (internal, person("Åse", "", "Li", "a@b"), "Åse.Li"),
            (
                internal,
                person("An Na", "B.", "O'Neil!", ""),
                "AnNa.B.ONeil",
            ),
            (internal, person("", " ", "☃", "a@b"), ""),
            (external, person("Åse", "", "Li", "a+x@b.no"), "a+x@b.no"),
            (external, person("Åse", "", "Li", ""), "Åse.Li"),
        ] {
            assert_eq!(name(user_type, person), expected);
        }
    }

    #[test]
    fn a_long_name_leaves_room_for_a_number() {
        let name = wanted(
            UserType::InternalAssociate,
            &person(&"x".repeat(99), &"ø".repeat(99), &"y".repeat(99), ""),
        );
        assert_eq!(name.chars().count(), NAME_LIMIT - 4);
    }
}
