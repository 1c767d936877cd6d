//! The embedded directory and the rules for passwords, from the command line.

use super::{Directory, Failure, PasswordRules, open};
use services88::service::administration::{directory, password_rules};
use std::io::Read;
use std::path::Path;

/// `services88 directory …`
pub fn directory(command: Directory) -> Result<(), Failure> {
    match command {
        Directory::Import { file, place } => {
            let text = read(&file).map_err(|error| {
                Failure::other(&format!("cannot read {}", file.display()), error)
            })?;
            directory::import(&open(&place)?, &text)?;
        }
        Directory::List { place } => print!("{}", directory::list(&open(&place)?)?),
        Directory::Remove { value, place } => directory::remove(&open(&place)?, &value)?,
    }
    Ok(())
}

/// `-` is standard input.
fn read(file: &Path) -> std::io::Result<String> {
    if file != Path::new("-") {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

/// `services88 password-rules …`
pub fn password_rules(command: PasswordRules) -> Result<(), Failure> {
    match command {
        PasswordRules::Show { place } => {
            let rules = password_rules::show(&open(&place)?)?;
            for (name, number) in [
                ("minimum", rules.characters),
                ("digits", rules.digits),
                ("lower", rules.lowercase),
                ("upper", rules.uppercase),
                ("special", rules.special),
            ] {
                println!("{name}\t{number}");
            }
        }
        PasswordRules::Set { numbers, place } => {
            password_rules::change(&open(&place)?, move |rules| {
                for (rule, given) in [
                    (&mut rules.characters, numbers.minimum),
                    (&mut rules.digits, numbers.digits),
                    (&mut rules.lowercase, numbers.lower),
                    (&mut rules.uppercase, numbers.upper),
                    (&mut rules.special, numbers.special),
                ] {
                    *rule = given.map_or(*rule, i32::from);
                }
            })?;
        }
    }
    Ok(())
}
