//! Whether users are at work.

use super::{Call, access, findings::Findings};
use crate::contract::user::{EjUserStatus, UserPresenceStatus};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::store::presence;

/// Characters of the message.
const MESSAGE_LIMIT: usize = 255;

/// Nil when there is no such user; `StatusNone` when it is not a user of Service.
impl Handler<Call> for GetUserPresenceStatus {
    fn handle(self, call: &Call) -> Result<Option<UserPresenceStatus>, Fault> {
        access::see_user(call.caller()?, self.associate_id)?;
        let found = call
            .installation
            .store
            .read(|tx| Ok(presence::find(tx, self.associate_id)?))?;
        Ok(found.map(|(_, presence)| presence))
    }
}

/// Only a user of Service can be at work or not. What somebody says who is not at work is
/// forgotten with the return.
impl Handler<Call> for SetUserPresenceStatus {
    fn handle(self, call: &Call) -> Result<Option<UserPresenceStatus>, Fault> {
        let caller = call.caller()?;
        let id = self.associate_id;
        access::change_own(caller, id)?;
        let presence = checked(self.user_presence_status)?;
        let administrator = access::is_user_administrator(caller);
        let stored = call.installation.store.write(move |tx| {
            let (service_user, before) = presence::find(tx, id)?.ok_or_else(|| {
                Fault::service(Exception::NotFound, format!("There is no user {id}."))
            })?;
            if service_user == 0 {
                return Err(Fault::service(
                    Exception::IllegalOperation,
                    "Presence is kept for users of Service only.",
                ));
            }
            let is_free = before.status == EjUserStatus::StatusNone || is_settable(before.status);
            if !administrator && !is_free {
                return Err(Fault::service(
                    Exception::IllegalOperation,
                    format!("Only an administrator may end {}.", before.status.name()),
                ));
            }
            presence::set(tx, service_user, &presence)?;
            Ok(presence::find(tx, id)?)
        })?;
        Ok(stored.map(|(_, presence)| presence))
    }
}

fn is_settable(status: EjUserStatus) -> bool {
    matches!(
        status,
        EjUserStatus::StatusNormal | EjUserStatus::StatusNotAvailable
    )
}

/// What is to be stored of an argument.
fn checked(given: Option<UserPresenceStatus>) -> Result<UserPresenceStatus, Fault> {
    let Some(given) = given.filter(|given| is_settable(given.status)) else {
        return Err(Fault::service(
            Exception::InvalidArgument,
            "The status has to be StatusNormal or StatusNotAvailable.",
        ));
    };
    let message = match given.status {
        EjUserStatus::StatusNotAvailable => given.message.unwrap_or_default(),
        _ => String::new(),
    };
    let mut findings = Findings::default();
    findings.check_length("Message", "The text", Some(&message), MESSAGE_LIMIT);
    findings.into_result()?;
    Ok(UserPresenceStatus {
        message: Some(message),
        ..given
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::{User, UserType};
    use crate::service::testing::{Office, caller, fields, refusal};
    use crate::session::Caller;

    fn set(
        office: &Office,
        by: &Caller,
        associate_id: i32,
        status: EjUserStatus,
        message: &str,
    ) -> Result<Option<UserPresenceStatus>, Fault> {
        let presence = UserPresenceStatus {
            status,
            message: Some(message.into()),
        };
        office.call_as(
            by,
            SetUserPresenceStatus {
                associate_id,
                user_presence_status: Some(presence),
            },
        )
    }

    fn with_service_user(office: &Office, nick_name: &str) -> i32 {
        let user = User {
            nick_name: Some(nick_name.into()),
            ..User::default()
        };
        office.save(user).expect("saved").associate_id
    }

    #[test]
    fn a_message_lasts_as_long_as_the_absence() {
        let office = Office::open();
        let id = with_service_user(&office, "nick");
        let me = caller(id, UserType::InternalAssociate, &[]);
        let away = set(
            &office,
            &me,
            id,
            EjUserStatus::StatusNotAvailable,
            "On leave",
        );
        let away = away.expect("set").expect("status");
        assert_eq!(away.message.as_deref(), Some("On leave"));
        let get = || office.call(GetUserPresenceStatus { associate_id: id });
        assert_eq!(get().expect("read"), Some(away));
        let back = set(&office, &me, id, EjUserStatus::StatusNormal, "ignored");
        assert_eq!(
            back.expect("set").expect("status").message.as_deref(),
            Some("")
        );
    }

    #[test]
    fn what_nobody_may_set_changes_nothing() {
        let office = Office::open();
        let boss = office.administrator.clone();
        let id = with_service_user(&office, "nick");
        let me = caller(id, UserType::InternalAssociate, &[]);
        let away = EjUserStatus::StatusNotAvailable;
        assert_eq!(
            refusal(set(&office, &me, boss.associate_id, away, "")),
            Exception::IllegalOperation
        );
        let nobody = caller(id, UserType::AnonymousAssociate, &["admin-users"]);
        assert_eq!(
            refusal(set(&office, &nobody, id, away, "")),
            Exception::IllegalOperation
        );
        assert_eq!(
            refusal(set(&office, &me, id, EjUserStatus::StatusReadOnly, "")),
            Exception::InvalidArgument
        );
        assert_eq!(
            fields(set(&office, &me, id, away, &"å".repeat(256))),
            ["Message"]
        );
        let missing = set(&office, &boss, 999, away, "");
        assert_eq!(refusal(missing), Exception::NotFound);
        let without = office.save(User::default()).expect("saved").associate_id;
        let without = set(&office, &boss, without, away, "");
        assert_eq!(refusal(without), Exception::IllegalOperation);
        assert_eq!(
            office.number("SELECT count(*) FROM ejuser WHERE status <> 1"),
            0
        );
    }

    #[test]
    fn only_an_administrator_ends_a_state_that_is_no_absence() {
        let office = Office::open();
        let boss = office.administrator.clone();
        let id = with_service_user(&office, "nick");
        office.execute("UPDATE ejuser SET status = 4");
        let me = caller(id, UserType::InternalAssociate, &[]);
        let normal = EjUserStatus::StatusNormal;
        assert_eq!(
            refusal(set(&office, &me, id, normal, "")),
            Exception::IllegalOperation
        );
        assert!(set(&office, &boss, id, normal, "").is_ok());
    }
}
