//! `/api/v1/User`.

use super::list::{Question, part};
use super::{changed, found, links, patched, run, same_key, unmodified};
use crate::contract::archive::{UserArchive, UserArchiveRow};
use crate::contract::command::{CommandResult, CustomCommand};
use crate::contract::credential::CredentialType;
use crate::contract::links::UserWithLinks;
use crate::contract::principal::SoPrincipalCarrier;
use crate::contract::role::Associate;
use crate::contract::user::{StringDictionary, User, UserPresenceStatus, UserType};
use crate::contract::user_resources::*;
use crate::contract::user_service as agent;
use crate::fault::Fault;
use crate::model::{DateTime, Dated, Handler, Request};
use crate::service::user_guard::Author;
use crate::service::users::{self as saving, Target, given};
use crate::service::{Call, access, person_rights, principal, roles, user_carrier};
use crate::store::{Tx, archives, users};

type Resource = Dated<Option<UserWithLinks>>;

/// What belongs to the persons behind users: who may not read all of them sees none of it here.
const OF_PERSONS: &[&str] = &[
    "firstName",
    "middleName",
    "lastName",
    "title",
    "email",
    "contactName",
];

impl Handler<Call> for GetAll {
    fn handle(self, call: &Call) -> Result<Option<UserArchive>, Fault> {
        let caller = call.caller()?;
        let question = Question {
            select: self.select,
            filter: self.filter,
            order_by: self.order_by,
            top: self.top,
            skip: self.skip,
        };
        let columns = UserArchiveRow::TYPE;
        let list = part(call, "User", &archives::USERS, columns, &question, |tx| {
            Ok(match person_rights::reads_all(tx, caller)? {
                true => &[],
                false => OF_PERSONS,
            })
        })?;
        Ok(Some(UserArchive {
            metadata: Some(list.metadata),
            next_link: list.next,
            value: Some(list.lines),
        }))
    }
}

impl Handler<Call> for PostUser {
    fn handle(self, call: &Call) -> Result<Resource, Fault> {
        let user = User {
            associate_id: 0,
            ..given(self.new_entity)?
        };
        let saved = run(call, agent::SaveUser { user: Some(user) })?;
        stored(call, saved.unwrap_or_default())
    }
}

impl Handler<Call> for GetUser {
    fn handle(self, call: &Call) -> Result<Resource, Fault> {
        read(call, self.id)
    }
}

impl Handler<Call> for PutUser {
    fn handle(self, call: &Call) -> Result<Resource, Fault> {
        access::check(call, agent::SaveUser::OPERATION)?;
        let user = given(self.entity)?;
        same_key(user.associate_id, self.id, "AssociateId")?;
        let condition = condition(self.id, self.unmodified_since);
        stored(call, replace(call, user, self.id, condition)?)
    }
}

impl Handler<Call> for PatchUser {
    fn handle(self, call: &Call) -> Result<Resource, Fault> {
        access::check(call, agent::SaveUser::OPERATION)?;
        let Self {
            id,
            patch,
            unmodified_since,
        } = self;
        let save = |before: User, after: User| {
            same_key(after.associate_id, id, "AssociateId")?;
            let author = Author::of(call)?;
            let condition = condition(id, unmodified_since);
            replace(call, after, id, move |tx| {
                condition(tx)?;
                match user_carrier::find(tx, &author, id)? {
                    Some(now) if now == before => Ok(()),
                    _ => Err(changed()),
                }
            })
        };
        stored(call, patched(patch, || get(call, id), save)?)
    }
}

impl Handler<Call> for DeleteUser {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        access::check(call, agent::DeleteUser::OPERATION)?;
        let condition = condition(self.id, self.unmodified_since);
        saving::delete(call, Target::Id(self.id), condition)
    }
}

impl Handler<Call> for GetUserCommands {
    fn handle(self, call: &Call) -> Result<Option<Vec<CustomCommand>>, Fault> {
        let user = Some(get(call, self.id)?);
        run(call, agent::GetUserCommands { user })
    }
}

impl Handler<Call> for ExecuteUserCommand {
    fn handle(self, call: &Call) -> Result<Option<CommandResult>, Fault> {
        let user = Some(get(call, self.id)?);
        let command = agent::ExecuteUserCommand {
            command_name: Some(self.command_name),
            command_action_result: self.action_result.unwrap_or_default(),
            user,
        };
        run(call, command)
    }
}

impl Handler<Call> for GetUserFromName {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let user_name = Some(self.user_name.clone());
        let user = run(call, agent::GetUserFromName { user_name })?;
        found(user, "user", format_args!("named {:?}", self.user_name)).map(Some)
    }
}

impl Handler<Call> for SaveUserFromName {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let save = agent::SaveUserFromName {
            user_name: Some(self.user_name),
            user: self.user,
        };
        run(call, save)
    }
}

impl Handler<Call> for DeleteUserFromName {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let user_name = Some(self.user_name);
        run(call, agent::DeleteUserFromName { user_name })
    }
}

impl Handler<Call> for GetCredentialTypes {
    fn handle(self, call: &Call) -> Result<Option<Vec<CredentialType>>, Fault> {
        run(call, agent::GetCredentialTypes {})
    }
}

/// Without a person it is what the agent proposes for that type alone.
impl Handler<Call> for CreateDefaultUser {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let user_type = self.user_type.unwrap_or_default();
        let employee = matches!(user_type, UserType::Unknown | UserType::InternalAssociate);
        match self.person_id.unwrap_or_default() {
            0 if employee => run(call, agent::CreateDefaultUser {}),
            person_id => {
                let default = agent::CreateDefaultUserFromUserTypeAndPersonId {
                    user_type,
                    person_id,
                };
                run(call, default)
            }
        }
    }
}

impl Handler<Call> for ValidateUser {
    fn handle(self, call: &Call) -> Result<Option<StringDictionary>, Fault> {
        run(call, agent::ValidateUser { user: self.user })
    }
}

impl Handler<Call> for GetUserPresenceStatus {
    fn handle(self, call: &Call) -> Result<Option<UserPresenceStatus>, Fault> {
        let associate_id = self.associate_id;
        let status = run(call, agent::GetUserPresenceStatus { associate_id })?;
        found(status, "user", associate_id).map(Some)
    }
}

impl Handler<Call> for SetUserPresenceStatus {
    fn handle(self, call: &Call) -> Result<Option<UserPresenceStatus>, Fault> {
        let set = agent::SetUserPresenceStatus {
            associate_id: self.associate_id,
            user_presence_status: self.user_presence_status,
        };
        run(call, set)
    }
}

impl Handler<Call> for GetCurrentUser {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        get(call, call.caller()?.associate_id).map(Some)
    }
}

impl Handler<Call> for GetCurrentPrincipal {
    fn handle(self, call: &Call) -> Result<Option<SoPrincipalCarrier>, Fault> {
        principal::of_caller(call).map(Some)
    }
}

impl Handler<Call> for GetCurrentAssociate {
    fn handle(self, call: &Call) -> Result<Option<Associate>, Fault> {
        let id = call.caller()?.associate_id;
        let store = &call.installation.store;
        let associate = store.read(|tx| roles::associate(tx, id))?;
        found(associate, "user", id).map(Some)
    }
}

impl Handler<Call> for GetCurrentToken {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        run(call, agent::GetAccessToken::default())
    }
}

fn get(call: &Call, id: i32) -> Result<User, Fault> {
    found(run(call, agent::GetUser { user_id: id })?, "user", id)
}

/// A user and the moment of its last change, as they are at the same time.
fn read(call: &Call, id: i32) -> Result<Resource, Fault> {
    access::read_user(call.caller()?, id)?;
    let author = Author::of(call)?;
    let (user, last_modified) = call.installation.store.read(|tx| {
        let user = user_carrier::find(tx, &author, id)?;
        Ok((user, users::last_modified(tx, id)?))
    })?;
    let user = found(user, "user", id)?;
    Ok(resource(call, user, last_modified))
}

/// Saves a carrier on a user that is there.
fn replace(
    call: &Call,
    user: User,
    id: i32,
    condition: impl Fn(&Tx<'_>) -> Result<(), Fault> + Send + 'static,
) -> Result<User, Fault> {
    if id == 0 {
        return Err(saving::not_found(id));
    }
    let user = User {
        associate_id: id,
        ..user
    };
    saving::save(call, user, None, condition)
}

/// That nobody has changed a user since.
fn condition(
    id: i32,
    since: Option<DateTime>,
) -> impl Fn(&Tx<'_>) -> Result<(), Fault> + Send + 'static {
    move |tx| match since {
        None => Ok(()),
        Some(_) => unmodified(users::last_modified(tx, id)?, since),
    }
}

/// A user that this call has stored.
fn stored(call: &Call, user: User) -> Result<Resource, Fault> {
    Ok(resource(call, user, Some(call.stamp()?.at)))
}

fn resource(call: &Call, user: User, last_modified: Option<DateTime>) -> Resource {
    let links = links(call, "User", user.associate_id);
    Dated {
        value: Some(UserWithLinks {
            entity: user,
            links: Some(links),
        }),
        last_modified,
    }
}
