//! What passwords have to be like: the one place that says so, whoever sets them.

use crate::fault::{Exception, Fault};
use crate::store::credentials::{PasswordRules, password_rules};
use crate::store::{Store, Tx};

/// Characters of a password at most.
pub const LONGEST: usize = 254;

/// Characters of a generated password, unless the rules ask for more: with these letters, 100
/// random bits.
const GENERATED: usize = 20;
const DIGITS: &[u8] = b"23456789";
const LOWERCASE: &[u8] = b"abcdefghijkmnpqrstuvwxyz";
const UPPERCASE: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Those that neither shells nor mark-up take for something else.
const SPECIAL: &[u8] = b"-_.+:,=@";
/// What a generated password is made of where the rules ask for nothing: 32 characters that are
/// easy to type, none of which is taken for another.
const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The first rule in force that a password breaks, in words; `None` when it may be used.
pub fn broken_rule(tx: &Tx<'_>, password: &str) -> Result<Option<String>, Fault> {
    Ok(broken(password_rules(tx)?, password))
}

/// The same, for those whose passwords have a limit of their own.
pub fn broken_rule_but_longest(tx: &Tx<'_>, password: &str) -> Result<Option<String>, Fault> {
    Ok(weakness(password_rules(tx)?, password))
}

/// Refuses a password that breaks a rule with `SoInvalidPasswordException`.
pub fn check(tx: &Tx<'_>, password: &str) -> Result<(), Fault> {
    match broken_rule(tx, password)? {
        Some(reason) => Err(Fault::service(Exception::InvalidPassword, reason)),
        None => Ok(()),
    }
}

/// A random password that keeps the rules in force, easy to copy from a screen.
pub fn generate(store: &Store) -> Result<String, Fault> {
    made_for(store.read(|tx| Ok(password_rules(tx)?))?)
}

fn broken(rules: PasswordRules, password: &str) -> Option<String> {
    if password.chars().count() > LONGEST {
        return Some(format!("The password is longer than {LONGEST} characters."));
    }
    weakness(rules, password)
}

/// What a password lacks.
fn weakness(rules: PasswordRules, password: &str) -> Option<String> {
    let count = |wanted: fn(char) -> bool| password.chars().filter(|c| wanted(*c)).count();
    let counts: [(i32, usize, &str); 5] = [
        (rules.characters, count(|_| true), "characters"),
        (rules.digits, count(char::is_numeric), "digits"),
        (rules.lowercase, count(char::is_lowercase), "small letters"),
        (
            rules.uppercase,
            count(char::is_uppercase),
            "capital letters",
        ),
        (
            rules.special,
            count(|c| !c.is_alphanumeric()),
            "characters that are neither letters nor digits",
        ),
    ];
    counts
        .into_iter()
        .find(|(least, found, _)| *found < at_least(*least))
        .map(|(least, _, what)| format!("The password needs at least {least} {what}."))
}

/// A random password for rules. Fails with `SoInvalidPasswordException` where no password keeps
/// them.
pub fn made_for(rules: PasswordRules) -> Result<String, Fault> {
    let mut password = Vec::new();
    let wanted = [
        (at_least(rules.digits), DIGITS),
        (at_least(rules.lowercase), LOWERCASE),
        (at_least(rules.uppercase), UPPERCASE),
        (at_least(rules.special), SPECIAL),
    ];
    let needed = wanted
        .iter()
        .fold(0_usize, |sum, (count, _)| sum.saturating_add(*count));
    let length = needed.max(at_least(rules.characters)).max(GENERATED);
    if length > LONGEST {
        return Err(Fault::service(
            Exception::InvalidPassword,
            format!("No password of {LONGEST} characters keeps the rules."),
        ));
    }
    for (count, letters) in wanted {
        for _ in 0..count {
            password.push(any_of(letters)?);
        }
    }
    while password.len() < length {
        password.push(any_of(LETTERS)?);
    }
    // The first characters would otherwise tell of which kind they are.
    for last in (1..password.len()).rev() {
        password.swap(last, below(last + 1)?);
    }
    Ok(password.into_iter().map(char::from).collect())
}

/// A rule below nothing asks for nothing.
fn at_least(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// Random characters that are easy to type, five bits each.
pub fn random_letters(count: usize) -> Result<String, Fault> {
    (0..count)
        .map(|_| any_of(LETTERS).map(char::from))
        .collect()
}

fn any_of(letters: &[u8]) -> Result<u8, Fault> {
    let chosen = letters.get(below(letters.len())?).copied();
    chosen.ok_or_else(|| Fault::internal("there is no letter to choose"))
}

/// A random number below this one. Of 64 bits, so that no number is favoured noticeably.
fn below(limit: usize) -> Result<usize, Fault> {
    let random = getrandom::u64().map_err(Fault::internal)?;
    let limit = u64::try_from(limit).map_err(Fault::internal)?;
    let number = random
        .checked_rem(limit)
        .ok_or_else(|| Fault::internal("there is nothing to choose from"))?;
    usize::try_from(number).map_err(Fault::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_count_characters_not_bytes() {
        let rules = PasswordRules {
            characters: 4,
            digits: 1,
            uppercase: 1,
            ..PasswordRules::default()
        };
        assert_eq!(broken(rules, "Åæ1☃"), None);
        for (password, word) in [
            ("Åæ1", "4 characters"),
            ("Åæøå", "digits"),
            ("æøå1", "capital"),
        ] {
            let reason = broken(rules, password).expect("broken");
            assert!(reason.contains(word), "{reason}");
        }
        assert_eq!(broken(PasswordRules::default(), ""), None);
        assert!(broken(PasswordRules::default(), &"å".repeat(255)).is_some());
    }

    #[test]
    fn each_rule_is_asked_for() {
        let none = PasswordRules::default();
        for (rules, bad, good) in [
            (
                PasswordRules {
                    characters: 3,
                    ..none
                },
                "ab",
                "abc",
            ),
            (PasswordRules { digits: 2, ..none }, "a1", "a12"),
            (
                PasswordRules {
                    lowercase: 2,
                    ..none
                },
                "aBC1",
                "abC1",
            ),
            (
                PasswordRules {
                    uppercase: 2,
                    ..none
                },
                "Abc1",
                "ABc1",
            ),
            (PasswordRules { special: 2, ..none }, "a b", "a b☃"),
        ] {
            assert!(broken(rules, bad).is_some(), "{bad}");
            assert_eq!(broken(rules, good), None, "{good}");
        }
    }

    #[test]
    fn what_is_made_up_keeps_whatever_rules_there_are() {
        let none = PasswordRules::default();
        for rules in [
            none,
            PasswordRules {
                characters: 40,
                ..none
            },
            PasswordRules {
                characters: -1,
                digits: i32::MIN,
                ..none
            },
            PasswordRules {
                characters: 8,
                digits: 3,
                lowercase: 2,
                uppercase: 4,
                special: 5,
            },
            PasswordRules {
                digits: 60,
                lowercase: 60,
                uppercase: 60,
                special: 74,
                characters: 254,
            },
        ] {
            let made = [(); 20].map(|()| made_for(rules).expect("made"));
            for (index, password) in made.iter().enumerate() {
                assert_eq!(broken(rules, password), None, "{password} {rules:?}");
                assert!(password.len() >= GENERATED, "{password}");
                assert!(!made[..index].contains(password), "{password} came twice");
            }
        }
    }

    #[test]
    fn rules_that_nothing_can_keep_are_an_error() {
        for rules in [
            PasswordRules {
                characters: 255,
                ..PasswordRules::default()
            },
            PasswordRules {
                digits: 200,
                special: 55,
                ..PasswordRules::default()
            },
            PasswordRules {
                digits: i32::MAX,
                uppercase: i32::MAX,
                lowercase: i32::MAX,
                special: i32::MAX,
                characters: i32::MAX,
            },
        ] {
            let fault = made_for(rules).expect_err("refused");
            assert_eq!(fault.exception(), Some(Exception::InvalidPassword));
        }
    }
}
