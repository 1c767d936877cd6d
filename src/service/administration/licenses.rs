//! How many licences there are for users, from the command line. A change counts at once.

use crate::fault::{Exception, Fault};
use crate::service::Installation;
use crate::store::licenses;

/// A licence that users may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedLicense {
    pub name: String,
    /// How many there are; `None` when there is no limit.
    pub total: Option<i32>,
    /// How many are held; not counted where there is no limit.
    pub in_use: i32,
}

/// All licences that users may hold.
pub fn list(installation: &Installation) -> Result<Vec<ListedLicense>, Fault> {
    let modules = installation
        .store
        .read(|tx| Ok(licenses::user_modules(tx)?))?;
    let listed = modules.iter().map(|module| ListedLicense {
        name: module.name.clone(),
        total: (!module.unrestricted).then_some(module.total),
        in_use: modules.in_use(module),
    });
    Ok(listed.collect())
}

/// Sets how many there are of a licence, without limit for `None`; nobody loses one who has it.
/// Refused with `SoNotFoundException` when users hold no licence of that name.
pub fn set_total(installation: &Installation, name: &str, total: Option<i32>) -> Result<(), Fault> {
    let wanted = name.to_owned();
    let found = installation
        .store
        .write(move |tx| Ok(licenses::set_total(tx, &wanted, total)?))?;
    if found {
        return Ok(());
    }
    Err(Fault::service(
        Exception::NotFound,
        format!("There is no licence {name} for users."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::administration::{NewUser, add_user};
    use crate::service::testing::{Office, refusal};

    #[test]
    fn users_are_added_while_there_are_licences() {
        let office = Office::open();
        let installation = &office.installation;
        let web = || {
            let mut all = list(installation).expect("list").into_iter();
            let found = all.find(|license| license.name == "web").expect("web");
            (found.total, found.in_use)
        };
        let add = |name: &str| {
            let new = NewUser {
                name: name.into(),
                password: "long enough".into(),
                ..NewUser::default()
            };
            add_user(installation, new)
        };
        assert_eq!(web(), (Some(100), 1));
        set_total(installation, "WEB", Some(2)).expect("set");
        add("ann").expect("the last one");
        assert_eq!(web(), (Some(2), 2));
        assert_eq!(refusal(add("bob")), Exception::License);
        set_total(installation, "web", None).expect("set");
        add("bob").expect("without limit");
        assert_eq!(web(), (None, 0));
        set_total(installation, "web", Some(1)).expect("set");
        assert_eq!(web(), (Some(1), 3));
        for unknown in ["", "webb", "extern-user"] {
            let refused = set_total(installation, unknown, None);
            assert_eq!(refusal(refused), Exception::NotFound);
        }
    }
}
