//! `/api/v1/Role`.

use super::list::{Question, part};
use super::{changed, found, links, patched, run, same_key, unmodified};
use crate::contract::archive::{RoleArchive, RoleArchiveRow};
use crate::contract::links::RoleEntityWithLinks;
use crate::contract::list::{MDOListItem, SelectableMDOListItem};
use crate::contract::role::RoleEntity;
use crate::contract::role_resources::*;
use crate::contract::user::StringDictionary;
use crate::contract::user_service as agent;
use crate::fault::Fault;
use crate::model::{DateTime, Dated, Handler, Request};
use crate::service::{Call, access, role_guard, roles as saving};
use crate::store::{Tx, archives, roles};

type Resource = Dated<Option<RoleEntityWithLinks>>;

impl Handler<Call> for DefaultRoleEntity {
    fn handle(self, call: &Call) -> Result<Option<RoleEntity>, Fault> {
        run(call, agent::CreateDefaultRoleEntity {})
    }
}

impl Handler<Call> for CreateDefaultRoleEntityFromType {
    fn handle(self, call: &Call) -> Result<Option<RoleEntity>, Fault> {
        let r#type = self.r#type;
        run(call, agent::CreateDefaultRoleEntityFromType { r#type })
    }
}

impl Handler<Call> for GetAll {
    fn handle(self, call: &Call) -> Result<Option<RoleArchive>, Fault> {
        let question = Question {
            select: self.select,
            filter: self.filter,
            order_by: self.order_by,
            top: self.top,
            skip: self.skip,
        };
        let columns = RoleArchiveRow::TYPE;
        let list = part(call, "Role", &archives::ROLES, columns, &question, |_| {
            Ok(&[])
        })?;
        Ok(Some(RoleArchive {
            metadata: Some(list.metadata),
            next_link: list.next,
            value: Some(list.lines),
        }))
    }
}

impl Handler<Call> for PostRoleEntity {
    fn handle(self, call: &Call) -> Result<Resource, Fault> {
        let role = RoleEntity {
            role_id: 0,
            ..saving::given(self.new_entity)?
        };
        let role_entity = Some(role);
        let saved = run(call, agent::SaveRoleEntity { role_entity })?;
        Ok(resource(call, saved.unwrap_or_default()))
    }
}

impl Handler<Call> for GetRoleEntity {
    fn handle(self, call: &Call) -> Result<Resource, Fault> {
        Ok(resource(call, get(call, self.id)?))
    }
}

impl Handler<Call> for PutRoleEntity {
    fn handle(self, call: &Call) -> Result<Resource, Fault> {
        access::check(call, agent::SaveRoleEntity::OPERATION)?;
        let role = saving::given(self.entity)?;
        same_key(role.role_id, self.id, "RoleId")?;
        let condition = condition(self.id, self.unmodified_since);
        let saved = replace(call, role, self.id, condition)?;
        Ok(resource(call, saved))
    }
}

impl Handler<Call> for PatchRoleEntity {
    fn handle(self, call: &Call) -> Result<Resource, Fault> {
        access::check(call, agent::SaveRoleEntity::OPERATION)?;
        let Self {
            id,
            patch,
            unmodified_since,
        } = self;
        let caller = call.caller()?;
        let save = |before: RoleEntity, after: RoleEntity| {
            same_key(after.role_id, id, "RoleId")?;
            let condition = condition(id, unmodified_since);
            let caller = caller.clone();
            replace(call, after, id, move |tx| {
                condition(tx)?;
                match saving::find_entity(tx, &caller, id)? {
                    Some(now) if now == before => Ok(()),
                    _ => Err(changed()),
                }
            })
        };
        Ok(resource(call, patched(patch, || get(call, id), save)?))
    }
}

impl Handler<Call> for DeleteRole {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        access::check(call, agent::DeleteRole::OPERATION)?;
        let id = self.role_id_to_delete;
        let condition = condition(id, self.unmodified_since);
        saving::delete(call, id, self.replacing_role_id, condition)
    }
}

impl Handler<Call> for GetAllRoles {
    fn handle(self, call: &Call) -> Result<Option<Vec<SelectableMDOListItem>>, Fault> {
        let role_type = self.role_type;
        run(call, agent::GetAllRoles { role_type })
    }
}

impl Handler<Call> for GetAllFunctionalRights {
    fn handle(self, call: &Call) -> Result<Option<Vec<SelectableMDOListItem>>, Fault> {
        let role_type = self.role_type;
        run(call, agent::GetAllFunctionalRights { role_type })
    }
}

impl Handler<Call> for GetFunctionalRights {
    fn handle(self, call: &Call) -> Result<Option<Vec<SelectableMDOListItem>>, Fault> {
        let role_id = self.role_id;
        let role = run(call, agent::GetRole { role_id })?;
        found(role, "role", role_id)?;
        run(call, agent::GetFunctionalRights { role_id })
    }
}

impl Handler<Call> for SetFunctionalRights {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let set = agent::SetFunctionalRights {
            role_id: self.role_id,
            functional_right_ids: self.functional_right_ids,
        };
        run(call, set)
    }
}

impl Handler<Call> for GetAllDataRights {
    fn handle(self, call: &Call) -> Result<Option<StringDictionary>, Fault> {
        let all = agent::GetAllDataRights {
            role_id: self.role_id,
            relation_to_owner: self.relation_to_owner,
        };
        run(call, all)
    }
}

impl Handler<Call> for GetDataRights {
    fn handle(self, call: &Call) -> Result<Option<StringDictionary>, Fault> {
        let row = agent::GetDataRights {
            role_id: self.role_id,
            table_name: Some(self.table_name),
        };
        run(call, row)
    }
}

impl Handler<Call> for GetDataRight {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let cell = agent::GetDataRight {
            role_id: self.role_id,
            table_name: Some(self.table_name),
            relation_to_owner: self.relation_to_owner,
        };
        run(call, cell)
    }
}

impl Handler<Call> for SetDataRight {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let cell = agent::SetDataRight {
            role_id: self.role_id,
            table_name: Some(self.table_name),
            relation_to_owner: self.relation_to_owner,
            data_right_value: Some(self.data_right_value),
        };
        run(call, cell)
    }
}

impl Handler<Call> for FindRolesWithFunctionalRight {
    fn handle(self, call: &Call) -> Result<Option<Vec<MDOListItem>>, Fault> {
        let functional_right_name = Some(self.functional_right_name);
        let find = agent::FindRolesWithFunctionalRight {
            functional_right_name,
        };
        run(call, find)
    }
}

fn get(call: &Call, id: i32) -> Result<RoleEntity, Fault> {
    let role = run(call, agent::GetRoleEntity { role_entity_id: id })?;
    found(role, "role", id)
}

/// Saves a carrier on a role that is there.
fn replace(
    call: &Call,
    role: RoleEntity,
    id: i32,
    condition: impl FnOnce(&Tx<'_>) -> Result<(), Fault> + Send + 'static,
) -> Result<RoleEntity, Fault> {
    if id == 0 {
        return Err(role_guard::not_found(id));
    }
    let role = RoleEntity {
        role_id: id,
        ..role
    };
    found(saving::save(call, role, condition)?, "role", id)
}

/// That nobody has changed a role since.
fn condition(
    id: i32,
    since: Option<DateTime>,
) -> impl FnOnce(&Tx<'_>) -> Result<(), Fault> + Send + 'static {
    move |tx| {
        let role = roles::find_record(tx, id)?;
        unmodified(role.map(|role| role.updated), since)
    }
}

fn resource(call: &Call, role: RoleEntity) -> Resource {
    let last_modified = Some(role.updated);
    let links = links(call, "Role", role.role_id);
    Dated {
        value: Some(RoleEntityWithLinks {
            entity: role,
            links: Some(links),
        }),
        last_modified,
    }
}
