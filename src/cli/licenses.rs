//! How many licences there are, from the command line.

use super::{Failure, License, open};
use services88::service::administration::licenses;

/// `services88 license …`
pub fn license(command: License) -> Result<(), Failure> {
    match command {
        License::List { place } => {
            for license in licenses::list(&open(&place)?)? {
                let (name, in_use) = (license.name, license.in_use);
                match license.total {
                    Some(total) => println!("{name}\t{in_use} of {total}"),
                    None => println!("{name}\tunlimited"),
                }
            }
        }
        License::Set { name, total, place } => {
            licenses::set_total(&open(&place)?, &name, total.0)?;
        }
    }
    Ok(())
}

/// A number of licences, or no limit.
#[derive(Clone, Copy)]
pub struct Total(Option<i32>);

impl std::str::FromStr for Total {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            _ if text == "unlimited" => Ok(Self(None)),
            Ok(total) if total >= 0 => Ok(Self(Some(total))),
            _ => Err("expected a number, 0 or more, or unlimited"),
        }
    }
}
