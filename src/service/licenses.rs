//! Taking licences from users, and retiring users.

use super::findings::Findings;
use super::user_guard::{Author, objection};
use super::user_licenses::{self, Holder};
use super::{Call, person_rights};
use crate::contract::rights::ETableRight;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::session;
use crate::store::users::UserRecord;
use crate::store::{Tx, licenses, persons, user_saving, users};

/// The user's sessions end. Whoever takes the own licences could not give them back.
impl Handler<Call> for RemoveLicenses {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let author = Author::of(call)?;
        let id = self.associate_id;
        if id == author.stamp.by {
            return Err(Fault::service(
                Exception::IllegalOperation,
                "Nobody can take the own licences.",
            ));
        }
        call.installation.store.write(move |tx| {
            let before = existing(tx, id)?;
            let mut after = before.clone();
            after.licenses.clear();
            change(tx, &author, &before, &after)
        })?;
        call.installation.sessions.forget_user(id);
        Ok(())
    }
}

/// The person retires with the user, and comes back with it; the licences do not come back. A user
/// who was retired by a save holds its licences still, and comes back only if there are enough.
impl Handler<Call> for MakeRetired {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let author = Author::of(call)?;
        let Self {
            associate_id: id,
            retired,
        } = self;
        call.installation.store.write(move |tx| {
            let before = existing(tx, id)?;
            let mut after = before.clone();
            after.deleted = retired;
            if retired {
                after.licenses.clear();
            } else if before.deleted {
                enough_licenses(tx, &before)?;
            }
            change(tx, &author, &before, &after)?;
            let Some(person) = persons::find(tx, before.person_id)? else {
                return Ok(());
            };
            if retired == (person.retired != 0) {
                return Ok(());
            }
            if let Some(fault) = person_rights::refusal(tx, &author, &person, ETableRight::UPDATE)?
            {
                return Err(fault);
            }
            Ok(persons::set_retired(
                tx,
                person.person_id,
                retired,
                author.stamp,
            )?)
        })?;
        call.installation.sessions.forget_user(id);
        Ok(())
    }
}

fn existing(tx: &Tx<'_>, id: i32) -> Result<UserRecord, Fault> {
    users::find(tx, id)?
        .ok_or_else(|| Fault::service(Exception::NotFound, format!("There is no user {id}.")))
}

/// Whether those that a retired user holds may count again; `SoLicenseException` otherwise.
fn enough_licenses(tx: &Tx<'_>, user: &UserRecord) -> Result<(), Fault> {
    let mut findings = Findings::default();
    let holder = Holder {
        user_type: user.user_type,
        held: &user.licenses,
        was_counted: false,
        is_counted: true,
    };
    user_licenses::assign(&licenses::user_modules(tx)?, &[], &holder, &mut findings);
    findings.into_result()
}

/// Stores what is left of a user. A user who has lost something has no session any more.
fn change(
    tx: &Tx<'_>,
    author: &Author,
    before: &UserRecord,
    after: &UserRecord,
) -> Result<(), Fault> {
    if let Some(objection) = objection(tx, author, Some(before), Some(after))? {
        return Err(objection.into());
    }
    if before == after {
        return Ok(());
    }
    user_saving::save(tx, Some(before), &mut after.clone(), author.stamp)?;
    session::revoke_tickets(tx, before.id, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::license::{LicenseOwner, ModuleLicenseLink};
    use crate::contract::user::{User, UserType};
    use crate::service::testing::{Office, caller, refusal};
    use std::collections::BTreeSet;

    fn licensed(office: &Office, name: &str) -> i32 {
        let link = |name: &str| ModuleLicenseLink {
            name: Some(name.into()),
            assigned: true,
            ..ModuleLicenseLink::default()
        };
        let owner = LicenseOwner {
            restricted_module_licenses: Some(vec![link("user"), link("web"), link("plan-sales")]),
            ..LicenseOwner::default()
        };
        let saved = office.save(User {
            name: Some(name.into()),
            license_owners: Some(vec![owner].into()),
            ..User::default()
        });
        saved.expect("saved").associate_id
    }

    fn held(office: &Office, id: i32) -> BTreeSet<String> {
        let owners = office.get(id).expect("user").license_owners;
        let owners = owners.iter().flatten().cloned();
        let links = owners.flat_map(|owner| {
            let restricted = owner.restricted_module_licenses.unwrap_or_default();
            let unrestricted = owner.unrestricted_module_licenses.unwrap_or_default();
            restricted.into_iter().chain(unrestricted)
        });
        let held = links.filter(|link| link.assigned);
        held.filter_map(|link| link.name).collect()
    }

    fn retire(office: &Office, associate_id: i32, retired: bool) -> Result<(), Fault> {
        office.call(MakeRetired {
            associate_id,
            retired,
        })
    }

    fn remove(office: &Office, associate_id: i32) -> Result<(), Fault> {
        office.call(RemoveLicenses { associate_id })
    }

    #[test]
    fn all_licences_go_hidden_ones_too_and_the_sessions_with_them() {
        let office = Office::open();
        let id = licensed(&office, "ann");
        assert_eq!(held(&office, id).len(), 5);
        let sessions = &office.installation.sessions;
        let ticket = sessions.issue_ticket(id).expect("ticket");
        assert!(sessions.authenticate(&ticket).is_ok());
        remove(&office, id).expect("removed");
        assert!(held(&office, id).is_empty());
        assert!(sessions.authenticate(&ticket).is_err());
        assert!(sessions.issue_ticket(id).is_err());
        assert!(!office.get(id).expect("user").deleted);
        remove(&office, id).expect("removed again");
    }

    #[test]
    fn who_retires_has_no_licence_and_no_session_and_comes_back_without() {
        let office = Office::open();
        let id = licensed(&office, "ann");
        let sessions = &office.installation.sessions;
        let ticket = sessions.issue_ticket(id).expect("ticket");
        retire(&office, id, true).expect("retired");
        let user = office.get(id).expect("user");
        assert!(user.deleted && user.is_person_retired);
        assert!(held(&office, id).is_empty());
        assert!(sessions.authenticate(&ticket).is_err());
        assert!(sessions.issue_ticket(id).is_err());
        retire(&office, id, true).expect("retired already");
        retire(&office, id, false).expect("back");
        let user = office.get(id).expect("user");
        assert!(!user.deleted && !user.is_person_retired);
        assert!(held(&office, id).is_empty());
        assert!(sessions.authenticate(&ticket).is_err());
        assert!(sessions.issue_ticket(id).is_err(), "without licences");
    }

    #[test]
    fn who_kept_licences_comes_back_only_if_there_are_enough() {
        let office = Office::open();
        let id = licensed(&office, "ann");
        let user = User {
            deleted: true,
            ..office.get(id).expect("user")
        };
        office.save(user).expect("saved");
        assert_eq!(held(&office, id).len(), 5);
        office.execute("UPDATE modulelicense SET licenseNumber = 0 WHERE moduleName = 'web'");
        let refused = retire(&office, id, false).expect_err("too many");
        assert!(refused.message().contains("web"), "{refused:?}");
        assert_eq!(refusal(Err::<(), _>(refused)), Exception::License);
        assert!(office.get(id).expect("user").deleted);
        // The administrator has one, too.
        office.execute("UPDATE modulelicense SET licenseNumber = 2 WHERE moduleName = 'web'");
        retire(&office, id, false).expect("back");
        assert_eq!(held(&office, id).len(), 5);
    }

    #[test]
    fn a_user_without_a_person_retires_alone() {
        let office = Office::open();
        let program = office.save(User {
            name: Some("program".into()),
            r#type: UserType::SystemAssociate,
            ..User::default()
        });
        let id = program.expect("saved").associate_id;
        retire(&office, id, true).expect("retired");
        assert!(office.get(id).expect("user").deleted);
        assert_eq!(
            office.number("SELECT count(*) FROM person WHERE retired <> 0"),
            0
        );
    }

    #[test]
    fn oneself_and_those_who_may_do_more_are_out_of_reach() {
        let office = Office::open();
        let own = office.administrator.associate_id;
        for refused in [retire(&office, own, true), remove(&office, own)] {
            assert_eq!(refusal(refused), Exception::IllegalOperation);
        }
        for id in [0, -1, 99_999] {
            assert_eq!(refusal(retire(&office, id, true)), Exception::NotFound);
            assert_eq!(refusal(remove(&office, id)), Exception::NotFound);
        }
        let chief = licensed(&office, "chief");
        office.execute(
            "UPDATE userrolelink SET role_id = 1
             WHERE associate_id = (SELECT associate_id FROM associate WHERE name = 'chief')",
        );
        let limited = caller(own, UserType::InternalAssociate, &["admin-users"]);
        let license = office.call_as(
            &limited,
            RemoveLicenses {
                associate_id: chief,
            },
        );
        assert_eq!(refusal(license), Exception::Sentry);
        let last = MakeRetired {
            associate_id: chief,
            retired: true,
        };
        assert_eq!(refusal(office.call_as(&limited, last)), Exception::Sentry);
        // The caller's rights are not in the database: the chief is the last one there.
        assert_eq!(
            refusal(retire(&office, chief, true)),
            Exception::IllegalOperation
        );
        assert_eq!(held(&office, chief).len(), 5);
        let user = office.get(chief).expect("user");
        assert!(!user.deleted && !user.is_person_retired);
    }
}
