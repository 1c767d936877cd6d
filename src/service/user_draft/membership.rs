//! The role and the groups of a user.

use super::Draft;
use crate::contract::user::{User, UserGroup};
use crate::fault::Fault;
use crate::service::user_kinds::UserKind;
use crate::store::users::UserRecord;
use crate::store::{Tx, groups, roles};

impl Draft {
    pub(super) fn role(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        kind: &UserKind,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        let (id, name) = user.role.as_ref().map_or((0, ""), |role| {
            (role.id, role.value.as_deref().unwrap_or_default())
        });
        let mut wanted = match (id, name) {
            (0, "") => None,
            (0, name) => Some(roles::find_by_name(tx, name)?),
            (id, _) => Some(roles::find(tx, id)?),
        };
        if wanted.is_none() && before.is_some() {
            let kept = roles::find(tx, self.record.role_id)?;
            wanted = kept
                .filter(|role| role.role_type == kind.role_type)
                .map(Some);
        }
        let wanted = match wanted {
            Some(wanted) => wanted,
            None => roles::default_of_type(tx, kind.role_type)?,
        };
        let Some(role) = wanted else {
            self.findings
                .add("Role", format!("There is no role {id} {name}."));
            return Ok(());
        };
        let unchanged = before.is_some_and(|before| before.role_id == role.id);
        if role.role_type != kind.role_type {
            self.findings.add(
                "Role",
                format!(
                    "A role of type {} does not fit a user of type {}.",
                    role.role_type.name(),
                    self.record.user_type.name()
                ),
            );
        } else if role.deleted && !unchanged {
            self.findings.add("Role", "The role has been deleted.");
        }
        self.record.role_id = role.id;
        Ok(())
    }

    pub(super) fn groups(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        kind: &UserKind,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        // As printed requests have them, groups may come with a type that has none.
        if !kind.has_groups {
            self.record.group_id = 0;
            self.record.other_groups.clear();
            return Ok(());
        }
        let kept = before.map_or(&[][..], |before| &before.other_groups);
        let primary = match &user.user_group {
            Some(group) if !is_blank(group) => self.group(tx, "UserGroup", group, before)?,
            _ => None,
        };
        let mut others = Vec::new();
        for group in user
            .other_groups
            .iter()
            .flatten()
            .filter(|group| !is_blank(group))
        {
            let id = self.group(tx, "OtherGroups", group, before)?;
            others.extend(id.filter(|id| !others.contains(id)));
        }
        self.record.group_id = match primary {
            Some(id) => id,
            None if self.record.group_id != 0 => self.record.group_id,
            None => groups::default_id(tx)?.unwrap_or_default(),
        };
        if self.record.group_id == 0 {
            self.findings.add("UserGroup", "There is no group.");
        }
        self.record.other_groups = match user.other_groups {
            Some(_) => others,
            None => kept.to_vec(),
        };
        let primary = self.record.group_id;
        self.record.other_groups.retain(|group| *group != primary);
        Ok(())
    }

    /// The id of a group that a carrier names. A deleted one may stay but not be chosen.
    fn group(
        &mut self,
        tx: &Tx<'_>,
        field: &str,
        given: &UserGroup,
        before: Option<&UserRecord>,
    ) -> Result<Option<i32>, Fault> {
        let name = given.value.as_deref().unwrap_or_default();
        let found = match given.id {
            0 => groups::find_by_name(tx, name)?,
            id => groups::find(tx, id)?,
        };
        let Some(group) = found else {
            self.findings
                .add(field, format!("There is no group {} {name}.", given.id));
            return Ok(None);
        };
        let member = before.is_some_and(|before| {
            before.group_id == group.id || before.other_groups.contains(&group.id)
        });
        if group.deleted && !member {
            self.findings
                .add(field, format!("The group {} has been deleted.", group.id));
        }
        Ok(Some(group.id))
    }
}

fn is_blank(group: &UserGroup) -> bool {
    group.id == 0 && group.value.as_deref().unwrap_or_default().is_empty()
}
