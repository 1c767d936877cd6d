//! User groups.

use super::Call;
use crate::contract::user::UserGroup;
use crate::contract::user_service::*;
use crate::fault::Fault;
use crate::model::Handler;
use crate::store::groups;

/// Nil when there is no such group.
impl Handler<Call> for GetUserGroup {
    fn handle(self, call: &Call) -> Result<Option<UserGroup>, Fault> {
        call.installation
            .store
            .read(|tx| Ok(groups::find(tx, self.user_group_id)?))
    }
}

/// By rank, then name.
impl Handler<Call> for GetAllUserGroups {
    fn handle(self, call: &Call) -> Result<Option<Vec<UserGroup>>, Fault> {
        call.installation
            .store
            .read(|tx| Ok(Some(groups::all(tx, self.include_deleted)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::Office;

    #[test]
    fn groups_come_by_rank_and_deleted_ones_on_request() {
        let office = Office::open();
        office.execute("UPDATE usergroup SET deleted = 1 WHERE UserGroup_id = 1");
        office.execute("UPDATE usergroup SET rank = 9 WHERE UserGroup_id = 2");
        let all = |include_deleted| {
            let groups = office.call(GetAllUserGroups { include_deleted });
            let groups = groups.expect("read").expect("never nil");
            groups.iter().map(|group| group.id).collect::<Vec<_>>()
        };
        assert_eq!(all(false), [3, 2]);
        assert_eq!(all(true), [1, 3, 2]);
        let group = |user_group_id| office.call(GetUserGroup { user_group_id }).expect("read");
        let found = group(1).expect("group");
        assert_eq!(
            (found.value.as_deref(), found.rank),
            (Some("Administration"), 1)
        );
        assert!(found.deleted);
        assert_eq!((group(0), group(-1)), (None, None));
    }
}
