//! The rules for passwords from the command line. They are read anew by every call, so a change
//! counts at once, for passwords that are set from then on.

use crate::fault::{Exception, Fault};
use crate::service::Installation;
use crate::service::password_rules::made_for;
use crate::store::credentials;

pub use crate::store::credentials::PasswordRules;

/// The rules in force.
pub fn show(installation: &Installation) -> Result<PasswordRules, Fault> {
    installation
        .store
        .read(|tx| Ok(credentials::password_rules(tx)?))
}

/// Changes the rules, and gives those in force then. Refused with `SoInvalidArgumentException` when
/// no password could keep them.
pub fn change(
    installation: &Installation,
    change: impl FnOnce(&mut PasswordRules) + Send + 'static,
) -> Result<PasswordRules, Fault> {
    installation.store.write(move |tx| {
        let mut rules = credentials::password_rules(tx)?;
        change(&mut rules);
        made_for(rules).map_err(|fault| {
            Fault::service(Exception::InvalidArgument, fault.message().to_owned())
        })?;
        credentials::set_password_rules(tx, rules)?;
        Ok(rules)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::administration::{NewUser, add_user};
    use crate::service::testing::{Office, fields, refusal};

    #[test]
    fn changed_rules_hold_and_the_others_stay() {
        let office = Office::open();
        let installation = &office.installation;
        assert_eq!(show(installation).expect("rules").characters, 8);
        let changed = change(installation, |rules| rules.digits = 2).expect("changed");
        assert_eq!((changed.characters, changed.digits), (8, 2));
        assert_eq!(show(installation).expect("rules"), changed);
        let new = |password: &str| NewUser {
            name: "ann".into(),
            password: password.into(),
            ..NewUser::default()
        };
        assert_eq!(
            fields(add_user(installation, new("long enough"))),
            ["Credentials"]
        );
        add_user(installation, new("long enough 42")).expect("added");
    }

    #[test]
    fn rules_that_nothing_can_keep_are_refused() {
        let office = Office::open();
        let installation = &office.installation;
        let before = show(installation).expect("rules");
        let refused = change(installation, |rules| rules.special = 255);
        assert_eq!(refusal(refused), Exception::InvalidArgument);
        assert_eq!(show(installation).expect("rules"), before);
    }

    #[test]
    fn rules_that_were_switched_off_are_on_again() {
        let office = Office::open();
        office.execute("DELETE FROM password_rules");
        let installation = &office.installation;
        assert_eq!(show(installation).expect("rules"), PasswordRules::default());
        change(installation, |rules| rules.characters = 12).expect("changed");
        assert_eq!(show(installation).expect("rules").characters, 12);
    }
}
