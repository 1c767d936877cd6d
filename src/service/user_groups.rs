//! User groups.

use super::findings::Findings;
use super::{Call, limits};
use crate::contract::user::UserGroup;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::store::{Tx, groups};

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

/// In the order of the ids; those that nobody has are left out.
impl Handler<Call> for GetUserGroupList {
    fn handle(self, call: &Call) -> Result<Option<Vec<UserGroup>>, Fault> {
        let ids = self.user_group_ids.unwrap_or_default();
        call.installation
            .store
            .read(|tx| Ok(Some(groups::list(tx, &ids)?)))
    }
}

/// Behind all others, and without a name.
impl Handler<Call> for CreateUserGroup {
    fn handle(self, call: &Call) -> Result<Option<UserGroup>, Fault> {
        let highest = call
            .installation
            .store
            .read(|tx| Ok(groups::highest_rank(tx)?))?;
        Ok(Some(UserGroup {
            value: Some(String::new()),
            tooltip: Some(String::new()),
            rank: highest.saturating_add(1),
            ..UserGroup::default()
        }))
    }
}

/// Inserts when `Id` is 0, else updates; answers the group as stored.
impl Handler<Call> for SaveUserGroup {
    fn handle(self, call: &Call) -> Result<Option<UserGroup>, Fault> {
        let group = self.user_group.ok_or_else(|| {
            Fault::service(Exception::InvalidArgument, "The argument UserGroup is nil.")
        })?;
        let stamp = call.stamp()?;
        call.installation.store.write(move |tx| {
            if group.id != 0 {
                existing(tx, group.id)?;
            }
            findings(tx, &group)?.into_result()?;
            let id = groups::save(tx, &group, stamp)?;
            Ok(groups::find(tx, id)?)
        })
    }
}

/// The group is hidden, not removed: data keeps referring to it.
impl Handler<Call> for DeleteUserGroup {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let (from, to) = (self.user_group_to_delete, self.user_group_to_move_to);
        let stamp = call.stamp()?;
        call.installation.store.write(move |tx| {
            existing(tx, from)?;
            let target = existing(tx, to)?;
            if from == to || target.deleted {
                return Err(Fault::service(
                    Exception::InvalidArgument,
                    "The members need another group, which is not deleted.",
                ));
            }
            groups::move_members(tx, from, to, stamp)?;
            Ok(groups::mark_deleted(tx, from, stamp)?)
        })?;
        // Sessions know the primary group.
        call.installation.sessions.forget_all();
        Ok(())
    }
}

fn existing(tx: &Tx<'_>, id: i32) -> Result<UserGroup, Fault> {
    groups::find(tx, id)?
        .ok_or_else(|| Fault::service(Exception::NotFound, format!("There is no group {id}.")))
}

/// What forbids saving a group.
fn findings(tx: &Tx<'_>, group: &UserGroup) -> Result<Findings, Fault> {
    let mut findings = Findings::default();
    let name = group.value.as_deref().unwrap_or_default();
    findings.check_length("Value", "The name", Some(name), limits::NAME);
    if name.trim().is_empty() {
        findings.add("Value", "A group needs a name.");
    } else if groups::find_by_name(tx, name)?.is_some_and(|other| other.id != group.id) {
        findings.add("Value", "Another group has this name.");
    }
    let tooltip = group.tooltip.as_deref();
    findings.check_length("Tooltip", "The text", tooltip, limits::TEXT);
    // Employees need a group, and new ones get the first.
    if group.deleted && group.id != 0 && groups::default_id(tx)? == Some(group.id) {
        let others = groups::all(tx, false)?;
        if others.iter().all(|other| other.id == group.id) {
            findings.add("Deleted", "This is the last group.");
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::User;
    use crate::service::testing::{Office, fields, refusal};

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

    fn group(id: i32, name: &str) -> UserGroup {
        UserGroup {
            id,
            value: Some(name.into()),
            ..UserGroup::default()
        }
    }

    fn save(office: &Office, group: UserGroup) -> Result<UserGroup, Fault> {
        let user_group = Some(group);
        let saved = office.call(SaveUserGroup { user_group })?;
        Ok(saved.expect("the group as stored"))
    }

    #[test]
    fn a_group_is_created_behind_the_others_and_changed_in_place() {
        let office = Office::open();
        let mut blank = office
            .call(CreateUserGroup {})
            .expect("made")
            .expect("group");
        assert_eq!((blank.id, blank.rank), (0, 4));
        blank.value = Some("Påske".into());
        let saved = save(&office, blank.clone()).expect("saved");
        assert_eq!(
            saved,
            UserGroup {
                id: saved.id,
                ..blank
            }
        );
        let hidden = UserGroup {
            deleted: true,
            rank: -3,
            tooltip: None,
            ..group(saved.id, "PÅSKE")
        };
        assert_eq!(save(&office, hidden.clone()).expect("saved"), hidden);
        office.execute("UPDATE usergroup SET rank = 32767 WHERE UserGroup_id = 1");
        let last = office
            .call(CreateUserGroup {})
            .expect("made")
            .expect("group");
        assert_eq!(last.rank, i16::MAX);
    }

    #[test]
    fn groups_that_cannot_be_saved() {
        let office = Office::open();
        for (wrong, field) in [
            (group(0, ""), "Value"),
            (group(0, " \t"), "Value"),
            (group(0, "SALES"), "Value"),
            (group(1, "sales"), "Value"),
            (group(0, &"å".repeat(240)), "Value"),
            (
                UserGroup {
                    tooltip: Some("å".repeat(255)),
                    ..group(0, "new")
                },
                "Tooltip",
            ),
        ] {
            assert_eq!(fields(save(&office, wrong)), [field]);
        }
        assert!(save(&office, group(2, "SALES")).is_ok());
        assert!(save(&office, group(0, &"å".repeat(239))).is_ok());
        assert_eq!(
            refusal(save(&office, group(99, "new"))),
            Exception::NotFound
        );
        let nil = office.call(SaveUserGroup { user_group: None });
        assert_eq!(refusal(nil), Exception::InvalidArgument);
    }

    #[test]
    fn the_last_group_stays() {
        let office = Office::open();
        let hide = |id, name: &str| {
            save(
                &office,
                UserGroup {
                    deleted: true,
                    ..group(id, name)
                },
            )
        };
        office.execute("UPDATE usergroup SET deleted = 1 WHERE UserGroup_id = 1");
        hide(2, "Sales").expect("hidden");
        assert_eq!(fields(hide(3, "Support")), ["Deleted"]);
    }

    #[test]
    fn members_of_a_deleted_group_move_and_none_is_there_twice() {
        let office = Office::open();
        let member = |name: &str, primary, others: &[i32]| {
            let saved = office.save(User {
                name: Some(name.into()),
                user_group: Some(group(primary, "")),
                other_groups: Some(others.iter().map(|id| group(*id, "")).collect()),
                ..User::default()
            });
            saved.expect("saved").associate_id
        };
        let ids = [
            member("primary", 2, &[]),
            member("secondary", 1, &[2]),
            member("both", 2, &[3]),
            member("other way", 3, &[2]),
            member("twice", 1, &[2, 3]),
            member("elsewhere", 1, &[]),
        ];
        // No save leaves it like this.
        office.execute(
            "INSERT INTO usergrouplink (assoc_id, UserGroup_id)
             SELECT associate_id, 2 FROM associate WHERE name = 'primary'",
        );
        let delete = |from, to| {
            office.call(DeleteUserGroup {
                user_group_to_delete: from,
                user_group_to_move_to: to,
            })
        };
        delete(2, 3).expect("deleted");
        let groups = ids.map(|id| {
            let user = office.get(id).expect("user");
            let others = user.other_groups.expect("never nil");
            let others: Vec<_> = others.iter().map(|group| group.id).collect();
            (user.user_group.expect("group").id, others)
        });
        assert_eq!(
            groups,
            [
                (3, vec![]),
                (1, vec![3]),
                (3, vec![]),
                (3, vec![]),
                (1, vec![3]),
                (1, vec![]),
            ]
        );
        for (from, to, expected) in [
            (3, 3, Exception::InvalidArgument),
            (3, 2, Exception::InvalidArgument),
            (3, 99, Exception::NotFound),
            (0, 3, Exception::NotFound),
        ] {
            assert_eq!(refusal(delete(from, to)), expected, "{from} {to}");
        }
    }

    #[test]
    fn lists_come_as_asked_for() {
        let office = Office::open();
        let list = |ids: Option<Vec<i32>>| {
            let found = office.call(GetUserGroupList {
                user_group_ids: ids,
            });
            let found = found.expect("read").expect("never nil");
            found.iter().map(|group| group.id).collect::<Vec<_>>()
        };
        assert_eq!(list(Some(vec![3, 99, 1, 0, 3, -1])), [3, 1, 3]);
        assert_eq!(list(Some(vec![])), [0; 0]);
        assert_eq!(list(None), [0; 0]);
    }
}
