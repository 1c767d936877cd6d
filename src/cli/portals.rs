//! Portals and their agencies, from the command line.

use super::{Agency, Failure, Portal, open};
use services88::service::administration::portals;

/// `services88 portal …`
pub fn portal(command: Portal) -> Result<(), Failure> {
    match command {
        Portal::Add { name, place } => println!("{}", portals::add(&open(&place)?, &name)?),
        Portal::List { place } => {
            for portal in portals::list(&open(&place)?)? {
                println!("{}\t{}", portal.uid, portal.name);
            }
        }
    }
    Ok(())
}

/// `services88 agency …`
pub fn agency(command: Agency) -> Result<(), Failure> {
    match command {
        Agency::Add {
            name,
            portal,
            company,
            place,
        } => {
            let key = portals::add_agency(&open(&place)?, &name, &portal, company)?;
            println!("{key}");
        }
        Agency::NewKey {
            name,
            portal,
            place,
        } => println!("{}", portals::renew_key(&open(&place)?, &name, &portal)?),
        Agency::List { place } => {
            for agency in portals::agencies(&open(&place)?)? {
                let (portal, name) = (agency.portal_uid, agency.name);
                println!("{portal}\t{name}\tcompany {}", agency.contact_id);
            }
        }
    }
    Ok(())
}
