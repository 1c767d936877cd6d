//! Users found by what stands behind them: a person, or a user of Service.

use super::user_guard::Author;
use super::{Call, access, user_carrier};
use crate::contract::user::User;
use crate::contract::user_service::*;
use crate::fault::Fault;
use crate::model::Handler;
use crate::store::{StoreError, Tx, user_lookup};

impl Handler<Call> for GetUserFromPersonId {
    fn handle(self, call: &Call) -> Result<Option<Vec<User>>, Fault> {
        find(call, self.person_id, user_lookup::of_person)
    }
}

impl Handler<Call> for GetUserFromEjUserId {
    fn handle(self, call: &Call) -> Result<Option<Vec<User>>, Fault> {
        find(call, self.ej_user_id, user_lookup::of_service_user)
    }
}

/// The users who have something; 0 is what those have who have nothing. Who may not read others
/// gets the own user, if that is one of them.
fn find(
    call: &Call,
    key: i32,
    having: fn(&Tx<'_>, i32) -> Result<Vec<i32>, StoreError>,
) -> Result<Option<Vec<User>>, Fault> {
    let caller = call.caller()?;
    let author = Author::of(call)?;
    call.installation.store.read(|tx| {
        let mut ids = match key {
            0 => Vec::new(),
            key => having(tx, key)?,
        };
        if !access::is_user_administrator(caller) {
            ids.retain(|id| *id == caller.associate_id);
            access::read_user(caller, ids.first().copied().unwrap_or_default())?;
        }
        let mut users = Vec::new();
        for id in ids {
            users.extend(user_carrier::find(tx, &author, id)?);
        }
        Ok(Some(users))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::{Person, UserType};
    use crate::fault::Exception;
    use crate::service::testing::{Office, caller, refusal};

    #[test]
    fn a_person_may_be_several_users_and_sees_of_them_the_own() {
        let office = Office::open();
        let first = office.save(User::default()).expect("saved");
        let number = first.associate_id;
        let person_id = first.person.as_ref().map_or(0, |person| person.person_id);
        let person = Person {
            person_id,
            ..Person::default()
        };
        let second = office.save(User {
            person: Some(person),
            nick_name: Some("second".into()),
            ..User::default()
        });
        let second = second.expect("saved");
        // Of licences there are fewer left.
        let first = office.get(number).expect("the first");
        let of_person = |by, person_id| office.call_as(by, GetUserFromPersonId { person_id });
        let of_service = |by, ej_user_id| office.call_as(by, GetUserFromEjUserId { ej_user_id });
        let boss = &office.administrator;
        let both = of_person(boss, person_id).expect("found");
        assert_eq!(both, Some(vec![first.clone(), second.clone()]));
        let one = of_service(boss, second.ej_user_id).expect("found");
        assert_eq!(one, Some(vec![second.clone()]));
        for nothing in [0, 999] {
            assert_eq!(of_person(boss, nothing).expect("found"), Some(Vec::new()));
            assert_eq!(of_service(boss, nothing).expect("found"), Some(Vec::new()));
        }

        let own = caller(first.associate_id, UserType::InternalAssociate, &[]);
        let seen = of_person(&own, person_id).expect("found");
        let seen: Vec<_> = seen
            .iter()
            .flatten()
            .map(|user| user.associate_id)
            .collect();
        assert_eq!(seen, [first.associate_id]);
        for refused in [
            of_service(&own, second.ej_user_id),
            of_person(&own, 0),
            of_person(&own, 999),
        ] {
            assert_eq!(refusal(refused), Exception::Sentry);
        }
    }
}
