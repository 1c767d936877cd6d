//! The companies that own the installation: their people can be employees.

use super::Call;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::store::{Tx, owner_contacts, persons};

impl Handler<Call> for AddOwnerContact {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let stamp = call.stamp()?;
        call.installation.store.write(move |tx| {
            check_exists(tx, self.contact_id)?;
            Ok(owner_contacts::add(tx, self.contact_id, stamp)?)
        })
    }
}

/// Nothing happens when the company is none of the owners.
impl Handler<Call> for RemoveOwnerContact {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        call.installation.store.write(move |tx| {
            let id = self.contact_id;
            check_exists(tx, id)?;
            if !persons::is_owner_company(tx, id)? {
                return Ok(());
            }
            if persons::owner_company(tx)? == id {
                return Err(refusal("The company owns the database."));
            }
            // Retired ones may come back, and then have to be allowed.
            if owner_contacts::has_internal_users(tx, id)? {
                return Err(refusal("Employees belong to the company, or did."));
            }
            Ok(owner_contacts::remove(tx, id)?)
        })
    }
}

fn check_exists(tx: &Tx<'_>, id: i32) -> Result<(), Fault> {
    if persons::company_exists(tx, id)? {
        Ok(())
    } else {
        Err(Fault::service(
            Exception::NotFound,
            format!("There is no company {id}."),
        ))
    }
}

fn refusal(reason: &str) -> Fault {
    Fault::service(Exception::IllegalOperation, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::{Person, User};
    use crate::service::testing::{Office, refusal};

    const OWNERS: &str = "SELECT count(*) FROM ownercontactlink";

    fn add(office: &Office, contact_id: i32) -> Result<(), Fault> {
        office.call(AddOwnerContact { contact_id })
    }

    fn remove(office: &Office, contact_id: i32) -> Result<(), Fault> {
        office.call(RemoveOwnerContact { contact_id })
    }

    #[test]
    fn people_of_an_added_company_can_be_employees_and_keep_it_there() {
        let office = Office::open();
        office.execute("INSERT INTO contact (contact_id, name) VALUES (77, 'Sister')");
        let employee = |name: &str| {
            office.save(User {
                name: Some(name.into()),
                person: Some(Person {
                    contact_id: 77,
                    ..Person::default()
                }),
                ..User::default()
            })
        };
        assert!(employee("early").is_err());
        add(&office, 77).expect("added");
        add(&office, 77).expect("added again");
        assert_eq!(office.number(OWNERS), 2);
        let id = employee("now").expect("saved").associate_id;
        assert_eq!(refusal(remove(&office, 77)), Exception::IllegalOperation);
        office.execute("UPDATE associate SET deleted = 1 WHERE name = 'now'");
        assert_eq!(refusal(remove(&office, 77)), Exception::IllegalOperation);
        office.call(DeleteUser { user_id: id }).expect("deleted");
        remove(&office, 77).expect("removed");
        remove(&office, 77).expect("removed again");
        assert_eq!(office.number(OWNERS), 1);
        assert!(employee("late").is_err());
    }

    #[test]
    fn the_owner_of_the_database_stays_whatever_numbers_others_have() {
        let office = Office::open();
        office.execute("INSERT INTO contact (contact_id, name) VALUES (-4, 'Sister')");
        add(&office, -4).expect("added");
        let owner =
            office.number("SELECT min(contact_id) FROM ownercontactlink WHERE contact_id > 0");
        office.execute("DELETE FROM associate");
        assert_eq!(refusal(remove(&office, owner)), Exception::IllegalOperation);
        remove(&office, -4).expect("removed");
        for id in [0, -1, 99_999] {
            assert_eq!(refusal(add(&office, id)), Exception::NotFound);
            assert_eq!(refusal(remove(&office, id)), Exception::NotFound);
        }
        assert_eq!(office.number(OWNERS), 1);
    }
}
