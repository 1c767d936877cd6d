//! Blank users with their defaults filled in. Nothing is stored.

use super::user_guard::Author;
use super::user_kinds::{kind_of, named_type};
use super::user_names::{default_user_name, free_name};
use super::{Call, user_carrier, user_licenses};
use crate::contract::user::{Person, User, UserType};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::store::users::UserRecord;
use crate::store::{Tx, groups, licenses, persons, roles};

/// An internal user.
impl Handler<Call> for CreateDefaultUser {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        default_user(call, UserType::InternalAssociate, 0).map(Some)
    }
}

/// A system or anonymous user, which needs no person. A type left open counts as that of
/// [`CreateDefaultUser`].
impl Handler<Call> for CreateDefaultUserFromUserType {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        of_type(call, self.user_type, 0).map(Some)
    }
}

/// A user for a person that exists.
impl Handler<Call> for CreateDefaultUserFromUserTypeAndPersonId {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        of_type(call, self.user_type, self.person_id).map(Some)
    }
}

fn of_type(call: &Call, user_type: UserType, person_id: i32) -> Result<User, Fault> {
    let without_person = matches!(
        user_type,
        UserType::Unknown | UserType::AnonymousAssociate | UserType::SystemAssociate
    );
    if person_id == 0 && !without_person {
        return Err(Fault::service(
            Exception::IllegalOperation,
            format!("A user of type {} starts from a person.", user_type.name()),
        ));
    }
    default_user(call, named_type(user_type), person_id)
}

fn default_user(call: &Call, user_type: UserType, person_id: i32) -> Result<User, Fault> {
    let author = Author::of(call)?;
    call.installation.store.read(|tx| {
        let person = match person_id {
            0 => None,
            id => Some(persons::find(tx, id)?.ok_or_else(|| {
                Fault::service(Exception::NotFound, format!("There is no person {id}."))
            })?),
        };
        let record = blank(tx, user_type, person.as_ref())?;
        user_carrier::shown(tx, &author, &record)
    })
}

/// A user with defaults for a type and a person, which need not be stored.
pub fn blank(
    tx: &Tx<'_>,
    user_type: UserType,
    person: Option<&Person>,
) -> Result<UserRecord, Fault> {
    let kind = kind_of(user_type);
    let name = match (person, user_type) {
        // The person is not known yet, so its names cannot be guessed.
        (None, UserType::InternalAssociate) => None,
        _ => free_name(tx, user_type, person)?,
    };
    let user_name = match person {
        Some(person) => default_user_name(tx, person, 0)?,
        None => String::new(),
    };
    let role = roles::default_of_type(tx, kind.role_type)?;
    let group_id = match kind.has_groups {
        true => groups::default_id(tx)?.unwrap_or_default(),
        false => 0,
    };
    Ok(UserRecord {
        name: name.unwrap_or_default(),
        tooltip: Some(String::new()),
        user_name: Some(user_name),
        group_id,
        person_id: person.map_or(0, |person| person.person_id),
        user_type,
        role_id: role.map_or(0, |role| role.id),
        licenses: user_licenses::default(&licenses::user_modules(tx)?, user_type),
        ..UserRecord::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::{Office, refusal};

    #[test]
    fn a_blank_user_can_be_saved_as_it_is() {
        let office = Office::open();
        let rows = "SELECT count(*) FROM associate";
        let before = office.number(rows);
        let blank = office.call(CreateDefaultUser {}).expect("made");
        let blank = blank.expect("user");
        assert_eq!(office.number(rows), before);
        assert_eq!(blank.associate_id, 0);
        assert_eq!(blank.r#type, UserType::InternalAssociate);
        assert_eq!(blank.name.as_deref(), Some(""));
        assert_eq!(blank.role.as_ref().map(|role| role.id), Some(16));
        assert_eq!(blank.user_group.as_ref().map(|group| group.id), Some(1));
        assert!(
            blank
                .license_owners
                .as_ref()
                .is_some_and(|list| list.len() == 1)
        );
        let saved = office.save(blank).expect("saved");
        assert_eq!(saved.role.map(|role| role.id), Some(16));
    }

    #[test]
    fn only_system_and_anonymous_users_start_without_a_person() {
        let office = Office::open();
        let make = |user_type| office.call(CreateDefaultUserFromUserType { user_type });
        for (user_type, name, role) in [
            (UserType::SystemAssociate, "System", 12),
            (UserType::AnonymousAssociate, "Anonymous", 11),
        ] {
            let user = make(user_type).expect("made").expect("user");
            assert_eq!(user.name.as_deref(), Some(name));
            assert_eq!(user.role.as_ref().map(|role| role.id), Some(role));
            office.save(user).expect("saved");
            let next = make(user_type).expect("made").expect("user");
            assert_eq!(next.name, Some(format!("{name}1")));
        }
        for user_type in [
            UserType::InternalAssociate,
            UserType::ResourceAssociate,
            UserType::ExternalAssociate,
        ] {
            assert_eq!(refusal(make(user_type)), Exception::IllegalOperation);
        }
        let open = make(UserType::Unknown).expect("made").expect("user");
        assert_eq!(open.r#type, UserType::InternalAssociate);
    }

    #[test]
    fn a_person_gives_the_user_its_names() {
        let office = Office::open();
        let given = User {
            person: Some(Person {
                firstname: Some("Kari".into()),
                lastname: Some("Nordmann".into()),
                email: Some("kari@example.com".into()),
                ..Person::default()
            }),
            ..User::default()
        };
        let first = office.save(given).expect("saved");
        let person_id = first.person.as_ref().map_or(0, |person| person.person_id);
        let make = |user_type, person_id| {
            office.call(CreateDefaultUserFromUserTypeAndPersonId {
                user_type,
                person_id,
            })
        };
        let user = make(UserType::InternalAssociate, person_id);
        let user = user.expect("made").expect("user");
        assert_eq!(user.name.as_deref(), Some("Kari.Nordmann1"));
        assert_eq!(user.user_name.as_deref(), Some("kari@example.com"));
        assert_eq!(user.person, first.person);
        let external = make(UserType::ExternalAssociate, person_id);
        let external = external.expect("made").expect("user");
        assert_eq!(external.name.as_deref(), Some("kari@example.com"));
        assert_eq!(external.user_group, None);

        let missing = make(UserType::InternalAssociate, 999);
        assert_eq!(refusal(missing), Exception::NotFound);
        let nobody = make(UserType::InternalAssociate, 0);
        assert_eq!(refusal(nobody), Exception::IllegalOperation);
        assert!(make(UserType::SystemAssociate, 0).is_ok());
        assert!(make(UserType::Unknown, 0).is_ok());
    }
}
