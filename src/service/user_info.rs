//! Summaries of users, as colleagues see them.

use super::{Call, access};
use crate::contract::user::UserInfo;
use crate::contract::user_service::*;
use crate::fault::Fault;
use crate::model::{Effort, Handler};
use crate::store::user_info;

/// Nil when there is no such user.
impl Handler<Call> for GetUserInfo {
    const EFFORT: Effort = Effort::Short;

    fn handle(self, call: &Call) -> Result<Option<UserInfo>, Fault> {
        Ok(find(call, &[self.user_info_id])?.pop())
    }
}

impl Handler<Call> for GetUserInfoList {
    fn handle(self, call: &Call) -> Result<Option<Vec<UserInfo>>, Fault> {
        find(call, &self.user_info_ids.unwrap_or_default()).map(Some)
    }
}

/// In the order asked, one asked for twice twice, unknown ones left out.
fn find(call: &Call, ids: &[i32]) -> Result<Vec<UserInfo>, Fault> {
    let caller = call.caller()?;
    for id in ids {
        access::see_user(caller, *id)?;
    }
    let found = call
        .installation
        .store
        .read(|tx| Ok(user_info::find(tx, ids)?))?;
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::{User, UserType};
    use crate::fault::Exception;
    use crate::service::testing::{Office, caller, refusal};

    #[test]
    fn a_long_list_comes_in_the_order_asked_without_the_unknown() {
        let office = Office::open();
        let first = office.administrator.associate_id;
        let second = office.save(User::default()).expect("saved").associate_id;
        let mut ids: Vec<i32> = (1_000..51_000).collect();
        ids.insert(0, second);
        ids.insert(25_000, 0);
        ids.extend([first, -1, second, i32::MAX, i32::MIN]);
        let ask = |ids| office.call(GetUserInfoList { user_info_ids: ids });
        let found = ask(Some(ids)).expect("list").expect("array");
        let found: Vec<_> = found.iter().map(|info| info.user_info_id).collect();
        assert_eq!(found, [second, first, second]);
        assert_eq!(ask(None).expect("list"), Some(Vec::new()));
        assert_eq!(ask(Some(Vec::new())).expect("list"), Some(Vec::new()));
    }

    #[test]
    fn who_may_log_in_is_told() {
        let office = Office::open();
        let id = office.save(User::default()).expect("saved").associate_id;
        let ask = || office.call(GetUserInfo { user_info_id: id });
        let can_log_on = || ask().expect("info").expect("user").can_logon;
        assert!(can_log_on());
        office
            .call(RemoveLicenses { associate_id: id })
            .expect("removed");
        assert!(!can_log_on());
        office.execute(
            "INSERT INTO licenseassoclink (moduleLicenseId, assocId)
             SELECT ModuleLicense_id, (SELECT max(associate_id) FROM associate)
             FROM modulelicense WHERE moduleName IN ('user', 'web')",
        );
        assert!(can_log_on());
        office.execute("UPDATE associate SET waiting_for_approval = 1");
        assert!(!can_log_on());
        office.execute("UPDATE associate SET waiting_for_approval = 0, type = 4");
        assert!(!can_log_on());
        office.execute(
            "INSERT INTO licenseassoclink (moduleLicenseId, assocId)
             SELECT 15, associate_id FROM associate",
        );
        assert!(can_log_on());
        let info = ask().expect("info").expect("user");
        assert_eq!(
            info.granted_licenses,
            Some(["user", "web", "extern-user-cal"].map(Into::into).to_vec())
        );
        office.execute("UPDATE associate SET deleted = 1");
        assert!(!can_log_on());
    }

    #[test]
    fn employees_see_all_external_users_themselves_and_nobody_nothing() {
        let office = Office::open();
        let other = office.administrator.associate_id;
        let ask = |user_type, id: i32, ids: &[i32]| {
            let ids = Some(ids.to_vec());
            office.call_as(
                &caller(id, user_type, &["admin-all"]),
                GetUserInfoList { user_info_ids: ids },
            )
        };
        let mine = other + 1;
        assert!(ask(UserType::InternalAssociate, mine, &[other, mine]).is_ok());
        assert!(ask(UserType::ExternalAssociate, mine, &[mine]).is_ok());
        for (user_type, ids) in [
            (UserType::ExternalAssociate, &[mine, other][..]),
            (UserType::AnonymousAssociate, &[mine]),
        ] {
            assert_eq!(refusal(ask(user_type, mine, ids)), Exception::Sentry);
        }
    }
}
