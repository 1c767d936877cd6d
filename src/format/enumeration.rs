//! Enumerations as .NET writes them: a name, or for flags several with commas between.

use crate::model::Enumeration;
use std::borrow::Cow;

/// An empty set of flags.
const NONE: &str = "None";

/// The text of a member or of a set of flags.
pub fn text(enumeration: &Enumeration, number: i32) -> Cow<'static, str> {
    if enumeration.flags {
        if number == 0 {
            return Cow::Borrowed(NONE);
        }
        let names: Vec<_> = enumeration
            .in_set(number)
            .map(|member| member.name)
            .collect();
        return Cow::Owned(names.join(", "));
    }
    match enumeration.by_number(number) {
        Some(member) => Cow::Borrowed(member.name),
        None => Cow::Owned(number.to_string()),
    }
}

/// The number behind a text, letter case aside; `None` when it names no member. Between flags may
/// be spaces, as in XML, as well as commas.
pub fn number(enumeration: &Enumeration, text: &str) -> Option<i32> {
    let by_name = |name: &str| {
        let mut members = enumeration.members.iter();
        let found = members.find(|member| member.name.eq_ignore_ascii_case(name));
        found.map(|member| member.number)
    };
    if !enumeration.flags {
        return by_name(text);
    }
    if text.eq_ignore_ascii_case(NONE) {
        return Some(0);
    }
    if text.is_empty() {
        return None;
    }
    text.split([',', ' '])
        .filter(|name| !name.is_empty())
        .map(by_name)
        .try_fold(0, |set, number| number.map(|number| set | number))
}

#[cfg(test)]
mod tests {
    use super::{number, text};
    use crate::contract::rights::ETableRight;
    use crate::contract::user::UserType;
    use crate::model::{Enumeration, Shape, Value};

    fn enumeration<T: Value>() -> &'static Enumeration {
        match T::SHAPE {
            Shape::Enum(enumeration) => enumeration,
            other => panic!("{other:?} is no enumeration"),
        }
    }

    #[test]
    fn flags_are_names_with_commas_between() {
        let rights = enumeration::<ETableRight>();
        for (set, written) in [
            (0, "None"),
            (1, "Select"),
            (37, "Select, Insert, RestrictedUpdate"),
        ] {
            assert_eq!(text(rights, set), written);
            assert_eq!(number(rights, written), Some(set));
        }
        assert_eq!(number(rights, "insert,SELECT"), Some(5));
        assert_eq!(number(rights, "R, F"), Some(17), "aliases are read");
        assert_eq!(number(rights, "Select, Rule"), None);
        assert_eq!(number(rights, ""), None);
    }

    #[test]
    fn members_are_names() {
        let types = enumeration::<UserType>();
        assert_eq!(text(types, 3), "ExternalAssociate");
        assert_eq!(number(types, "externalassociate"), Some(3));
        assert_eq!(number(types, "External"), None);
    }
}
