//! Questions about names of users: whether one can be had, and which to propose.

use super::user_kinds::named_type;
use super::user_names::{default_user_name, free_name, free_name_like, objection};
use super::{Call, users as saving};
use crate::contract::user::{Person, User, UserValidationResult};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::store::{Tx, persons, service_users, users};

impl Handler<Call> for IsUserNameValid {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        let reason = reason_against(call, self.associate_id, self.user_name)?;
        Ok(reason.is_none())
    }
}

impl Handler<Call> for IsUserNameValidWithReason {
    fn handle(self, call: &Call) -> Result<Option<UserValidationResult>, Fault> {
        let reason = reason_against(call, self.associate_id, self.user_name)?;
        Ok(Some(UserValidationResult {
            result: reason.is_none(),
            reason: Some(reason.unwrap_or_default()),
            ..UserValidationResult::default()
        }))
    }
}

/// Where nothing legal is in the wish, the name is that of a new user.
impl Handler<Call> for GetValidUserName {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let wish = self.user_name.unwrap_or_default();
        call.installation.store.read(|tx| {
            let name = match free_name_like(tx, &wish, self.associate_id)? {
                Some(name) => Some(name),
                None => {
                    let person = persons::find(tx, self.person_id)?;
                    free_name(tx, named_type(self.r#type), person.as_ref())?
                }
            };
            some_name(name)
        })
    }
}

impl Handler<Call> for GetValidUserNameForNewUser {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let user = saving::given(self.user)?;
        call.installation.store.read(|tx| {
            let person = person_of(tx, &user)?;
            some_name(free_name(tx, named_type(user.r#type), person.as_ref())?)
        })
    }
}

/// Empty where the person has no e-mail address, or somebody else has it as user name.
impl Handler<Call> for GetDefaultAssociateUserName {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let user = saving::given(self.user)?;
        call.installation.store.read(|tx| {
            let person = person_of(tx, &user)?.unwrap_or_default();
            default_user_name(tx, &person, user.associate_id).map(Some)
        })
    }
}

/// No name at all is nobody else's.
impl Handler<Call> for IsNickNameUnique {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        let name = self.nick_name.unwrap_or_default();
        call.installation.store.read(|tx| {
            let own = service_users::id_of_user(tx, self.associate_id)?;
            Ok(!service_users::nick_name_taken(tx, &name, own)?)
        })
    }
}

fn reason_against(call: &Call, user: i32, name: Option<String>) -> Result<Option<String>, Fault> {
    let name = name.unwrap_or_default();
    call.installation.store.read(|tx| {
        if user != 0 && !users::exists(tx, user)? {
            return Ok(Some(format!("There is no user {user}.")));
        }
        objection(tx, &name, user)
    })
}

fn some_name(name: Option<String>) -> Result<Option<String>, Fault> {
    name.map(Some).ok_or_else(|| {
        Fault::validation(vec![(
            "Name".into(),
            "No name is left; please give one.".into(),
        )])
    })
}

/// The person of a carrier: the stored one that it names, else what it tells of a new one, else
/// that of the stored user.
fn person_of(tx: &Tx<'_>, user: &User) -> Result<Option<Person>, Fault> {
    let given = user.person.as_ref();
    let id = match given.map_or(0, |person| person.person_id) {
        0 if given.is_none() && user.associate_id != 0 => {
            users::find(tx, user.associate_id)?.map_or(0, |user| user.person_id)
        }
        id => id,
    };
    if id == 0 {
        return Ok(given.cloned());
    }
    let person = persons::find(tx, id)?
        .ok_or_else(|| Fault::service(Exception::NotFound, format!("There is no person {id}.")))?;
    Ok(Some(person))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::UserType;
    use crate::service::testing::{Office, refusal};

    fn reason(office: &Office, associate_id: i32, name: &str) -> String {
        let arguments = (
            associate_id,
            UserType::InternalAssociate,
            Some(name.to_owned()),
        );
        let (associate_id, r#type, user_name) = arguments.clone();
        let result = office
            .call(IsUserNameValidWithReason {
                associate_id,
                r#type,
                person_id: 0,
                user_name,
            })
            .expect("answer")
            .expect("result");
        let (associate_id, r#type, user_name) = arguments;
        let valid = office.call(IsUserNameValid {
            associate_id,
            r#type,
            person_id: 0,
            user_name,
        });
        assert_eq!(valid.expect("answer"), result.result);
        let reason = result.reason.expect("text");
        assert_eq!(reason.is_empty(), result.result);
        reason
    }

    #[test]
    fn a_name_is_valid_when_a_save_takes_it() {
        let office = Office::open();
        let boss = office.administrator.associate_id;
        assert_eq!(reason(&office, 0, "Åse ☃ <Li>"), "");
        assert_eq!(reason(&office, 0, &"å".repeat(239)), "");
        assert_eq!(reason(&office, boss, "BOSS"), "");
        assert!(reason(&office, 0, "BOSS").contains("Another"));
        assert!(reason(&office, 0, " ").contains("blank"));
        assert!(reason(&office, 0, &"å".repeat(240)).contains("239"));
        assert!(reason(&office, 999, "free").contains("999"));
    }

    #[test]
    fn a_wish_becomes_a_name_that_can_be_had() {
        let office = Office::open();
        let boss = office.administrator.associate_id;
        let make = |associate_id, wish: &str| {
            let name = office.call(GetValidUserName {
                associate_id,
                r#type: UserType::Unknown,
                person_id: 0,
                user_name: Some(wish.into()),
            });
            name.expect("made").expect("name")
        };
        assert_eq!(make(0, "Å. O'Li"), "Å.OLi");
        assert_eq!(make(0, "a+b@example.com"), "a+b@example.com");
        assert_eq!(make(0, "Boss"), "Boss1");
        assert_eq!(make(boss, "Boss"), "Boss");
        assert!(make(0, "☃").starts_with("User"));
        let long = "x".repeat(239);
        assert_eq!(make(0, &long), long);
        office
            .save(User {
                name: Some(long.clone()),
                ..User::default()
            })
            .expect("saved");
        assert_eq!(make(0, &long), format!("{}1", "x".repeat(235)));
    }

    #[test]
    fn names_are_proposed_from_the_person() {
        let office = Office::open();
        let person = Person {
            firstname: Some("Kari".into()),
            lastname: Some("Li".into()),
            email: Some("kari@example.com".into()),
            ..Person::default()
        };
        let user = |r#type, person| User {
            r#type,
            person: Some(person),
            ..User::default()
        };
        let name = |user| office.call(GetValidUserNameForNewUser { user: Some(user) });
        let user_name = |user| office.call(GetDefaultAssociateUserName { user: Some(user) });
        let internal = user(UserType::InternalAssociate, person.clone());
        let external = user(UserType::ExternalAssociate, person);
        assert_eq!(
            name(internal.clone()).expect("name").as_deref(),
            Some("Kari.Li")
        );
        let email = Some("kari@example.com");
        assert_eq!(name(external).expect("name").as_deref(), email);
        assert_eq!(user_name(internal.clone()).expect("name").as_deref(), email);

        let saved = office.save(User {
            user_name: Some("KARI@example.com".into()),
            ..internal
        });
        let saved = saved.expect("saved");
        let person_id = saved.person.as_ref().map_or(0, |person| person.person_id);
        let same = user(
            UserType::Unknown,
            Person {
                person_id,
                ..Person::default()
            },
        );
        assert_eq!(
            name(same.clone()).expect("name").as_deref(),
            Some("Kari.Li1")
        );
        assert_eq!(user_name(same).expect("name").as_deref(), Some(""));
        let own = User {
            associate_id: saved.associate_id,
            ..User::default()
        };
        assert_eq!(user_name(own).expect("name").as_deref(), email);

        let missing = user(
            UserType::Unknown,
            Person {
                person_id: 999,
                ..Person::default()
            },
        );
        assert_eq!(refusal(name(missing)), Exception::NotFound);
        let none = office.call(GetValidUserNameForNewUser { user: None });
        assert_eq!(refusal(none), Exception::InvalidArgument);
    }

    #[test]
    fn a_nick_name_is_unique_among_the_others() {
        let office = Office::open();
        let user = User {
            nick_name: Some("Nick".into()),
            ..User::default()
        };
        let id = office.save(user).expect("saved").associate_id;
        let unique = |associate_id, name: &str| {
            let nick_name = Some(name.to_owned());
            office
                .call(IsNickNameUnique {
                    associate_id,
                    nick_name,
                })
                .expect("answer")
        };
        assert!(!unique(0, "nick"));
        assert!(!unique(office.administrator.associate_id, "NICK"));
        assert!(unique(id, "nick"));
        assert!(unique(0, "other"));
        assert!(unique(0, ""));
    }
}
