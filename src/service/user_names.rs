//! Names of users: which are legal and free, and what to propose.

use super::limits;
use super::user_kinds::{UserKind, kind_of};
use crate::contract::user::{Person, UserType};
use crate::fault::Fault;
use crate::store::{Tx, users};

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
        return first_free(tx, &name, 0);
    }
    if matches!(
        user_type,
        UserType::SystemAssociate | UserType::AnonymousAssociate
    ) {
        return first_free(tx, kind.word, 0);
    }
    numbered(tx, &kind)
}

/// Nameless users are many, so their numbers begin where none has been.
fn numbered(tx: &Tx<'_>, kind: &UserKind) -> Result<Option<String>, Fault> {
    let next = users::next_id(tx)?;
    first_free(tx, &format!("{}{next}", kind.word), 0)
}

/// The first name that no other user than this one has, of a name and the same with a number
/// behind it.
fn first_free(tx: &Tx<'_>, name: &str, user: i32) -> Result<Option<String>, Fault> {
    if !users::name_taken(tx, name, user)? {
        return Ok(Some(name.into()));
    }
    let start: String = name.chars().take(limits::NAME - 4).collect();
    for number in 1..=ATTEMPTS {
        let candidate = format!("{start}{number}");
        if !users::name_taken(tx, &candidate, user)? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// A log-on name as near to a wish as can be that is free for a user (0 for a new one). `None` when
/// the wish holds no legal character, or a thousand names like it are taken.
pub fn free_name_like(tx: &Tx<'_>, wish: &str, user: i32) -> Result<Option<String>, Fault> {
    let name = legal(wish, is_in_addresses);
    if name.is_empty() {
        return Ok(None);
    }
    first_free(tx, &name, user)
}

/// Why a user (0 for a new one) cannot have a log-on name, if so. Any character may be in it:
/// only names that are made here keep to the plain ones.
pub fn objection(tx: &Tx<'_>, name: &str, user: i32) -> Result<Option<String>, Fault> {
    Ok(if name.trim().is_empty() {
        Some("The name is blank.".into())
    } else if name.chars().count() > limits::NAME {
        Some(format!(
            "The name is longer than {} characters.",
            limits::NAME
        ))
    } else if users::name_taken(tx, name, user)? {
        Some("Another user has this name.".into())
    } else {
        None
    })
}

/// The user name that a person gets unless another one is wished for: the e-mail address, or
/// none where another user than this one (0 for a new one) has it already.
pub fn default_user_name(tx: &Tx<'_>, person: &Person, user: i32) -> Result<String, Fault> {
    let email = person.email.as_deref().unwrap_or_default().trim();
    let usable = !email.is_empty() && !users::user_name_taken(tx, email, user)?;
    Ok(if usable { email.into() } else { String::new() })
}

/// The name that a person would have if nobody else had it; empty when the person has no names.
fn wanted(user_type: UserType, person: &Person) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let email = shortened(&legal(&text(&person.email), is_in_addresses));
    if user_type == UserType::ExternalAssociate && !email.is_empty() {
        return email;
    }
    let names = [&person.firstname, &person.middle_name, &person.lastname];
    let names: Vec<_> = names
        .into_iter()
        .map(|name| legal(&text(name), |_| false).trim_matches('.').to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    shortened(&names.join("."))
}

/// Leaves room for a number behind it.
fn shortened(name: &str) -> String {
    name.chars().take(limits::NAME - 4).collect()
}

fn is_in_addresses(c: char) -> bool {
    c == '@' || c == '+'
}

/// Letters, digits and the three marks that names need; others are dropped.
fn legal(text: &str, more: fn(char) -> bool) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_') || more(*c))
        .take(limits::NAME)
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
        assert_eq!(name.chars().count(), limits::NAME - 4);
    }
}
