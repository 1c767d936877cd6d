//! Portals and agencies from the command line.

use crate::fault::{Exception, Fault};
use crate::service::password_rules::random_letters;
use crate::service::{Installation, guid, limits};
use crate::session::digest;
use crate::store::installation::add_company;
use crate::store::portals::{self as rows, AgencyRow, PortalRow};
use crate::store::{Tx, persons};

/// Of an agency's key: 130 random bits.
const KEY_LENGTH: usize = 26;

/// Adds a portal and gives its unique identifier. A name that is blank or taken is refused.
pub fn add(installation: &Installation, name: &str) -> Result<String, Fault> {
    let name = checked(name)?;
    let uid = guid::new()?;
    let (given, now) = (uid.clone(), installation.clock.now());
    installation
        .store
        .write(move |tx| Ok(rows::insert(tx, &given, &name, now)?))
        .map_err(taken)?;
    Ok(uid)
}

/// All portals by name.
pub fn list(installation: &Installation) -> Result<Vec<PortalRow>, Fault> {
    installation.store.read(|tx| Ok(rows::list(tx)?))
}

/// Adds an agency to a portal and gives its key, which nobody can be told again: the store keeps a
/// hash. Its agents become people of the company given, or else of a new one of the same name.
pub fn add_agency(
    installation: &Installation,
    name: &str,
    portal_uid: &str,
    company: Option<i32>,
) -> Result<String, Fault> {
    let name = checked(name)?;
    let key = new_key()?;
    let (uid, hash, now) = (
        portal_uid.to_owned(),
        digest(&key),
        installation.clock.now(),
    );
    installation
        .store
        .write(move |tx| {
            let portal = portal(tx, &uid)?;
            let company = match company {
                None => add_company(tx, &name, now)?,
                Some(id) if persons::company_exists(tx, id)? => id,
                Some(id) => {
                    let reason = format!("There is no company {id}.");
                    return Err(Fault::service(Exception::NotFound, reason));
                }
            };
            Ok(rows::insert_agency(tx, portal, company, &name, &hash, now)?)
        })
        .map_err(taken)?;
    Ok(key)
}

/// Gives an agency another key in place of the one it had.
pub fn renew_key(
    installation: &Installation,
    name: &str,
    portal_uid: &str,
) -> Result<String, Fault> {
    let key = new_key()?;
    let (name, uid, hash) = (name.to_owned(), portal_uid.to_owned(), digest(&key));
    installation.store.write(move |tx| {
        if rows::set_agency_key(tx, portal(tx, &uid)?, &name, &hash)? {
            return Ok(());
        }
        let reason = format!("The portal has no agency {name}.");
        Err(Fault::service(Exception::NotFound, reason))
    })?;
    Ok(key)
}

/// All agencies, by portal and name. Their keys are not known here.
pub fn agencies(installation: &Installation) -> Result<Vec<AgencyRow>, Fault> {
    installation.store.read(|tx| Ok(rows::agencies(tx)?))
}

fn portal(tx: &Tx<'_>, uid: &str) -> Result<i32, Fault> {
    let found = match guid::parse(uid) {
        Some(uid) => rows::id_of_uid(tx, &uid)?,
        None => None,
    };
    found.ok_or_else(|| Fault::service(Exception::NotFound, format!("There is no portal {uid}.")))
}

fn checked(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    let reason = if name.is_empty() {
        "The name is blank.".to_owned()
    } else if name.chars().count() > limits::NAME {
        format!("The name is longer than {} characters.", limits::NAME)
    } else {
        return Ok(name.to_owned());
    };
    Err(Fault::service(Exception::InvalidArgument, reason))
}

fn taken(fault: Fault) -> Fault {
    match fault.exception() {
        Some(Exception::Duplicate) => {
            Fault::service(Exception::Duplicate, "There is one of this name already.")
        }
        _ => fault,
    }
}

fn new_key() -> Result<String, Fault> {
    random_letters(KEY_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::{Office, refusal};

    #[test]
    fn portals_and_agencies_are_listed_and_their_names_are_taken() {
        let office = Office::open();
        let installation = &office.installation;
        let uid = add(installation, " North ").expect("added");
        assert_eq!(refusal(add(installation, "NORTH")), Exception::Duplicate);
        assert_eq!(refusal(add(installation, " ")), Exception::InvalidArgument);
        let other = add(installation, "East").expect("added");
        let listed = list(installation).expect("list");
        let names: Vec<_> = listed.iter().map(|portal| portal.name.as_str()).collect();
        assert_eq!(names, ["East", "North"]);

        let agency =
            |name: &str, portal: &str, company| add_agency(installation, name, portal, company);
        let key = agency("Temps", &uid.to_uppercase(), None).expect("added");
        assert_eq!(key.len(), KEY_LENGTH);
        assert_ne!(agency("Temps", &other, Some(1)).expect("added"), key);
        assert_eq!(refusal(agency("temps", &uid, None)), Exception::Duplicate);
        assert_eq!(refusal(agency("x", &uid, Some(99))), Exception::NotFound);
        for unknown in ["", "x", "00000000-0000-0000-0000-000000000000"] {
            assert_eq!(refusal(agency("x", unknown, None)), Exception::NotFound);
        }
        let listed = agencies(installation).expect("list");
        assert_eq!(
            (listed[0].portal_uid.as_str(), listed[0].contact_id),
            (&*other, 1)
        );
        let company = "SELECT count(*) FROM contact WHERE name = 'Temps'";
        assert_eq!(
            office.number(company),
            1,
            "none is left by what was refused"
        );
    }

    #[test]
    fn a_new_key_replaces_the_old_one_and_neither_is_stored() {
        let office = Office::open();
        let installation = &office.installation;
        let uid = add(installation, "North").expect("added");
        let first = add_agency(installation, "Temps", &uid, None).expect("added");
        let second = renew_key(installation, "TEMPS", &uid).expect("renewed");
        assert_ne!(first, second);
        assert_eq!(
            refusal(renew_key(installation, "x", &uid)),
            Exception::NotFound
        );
        let known = |key: &str| {
            let found = |tx: &Tx<'_>| Ok(rows::agency_of_key(tx, 1, key)?.is_some());
            installation.store.read(found).expect("read")
        };
        assert!(known(&digest(&second)));
        assert!(!known(&digest(&first)) && !known(&second));
    }
}
