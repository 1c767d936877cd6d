//! `/api/v1/User`.

use super::{found, links, run, same_key, unmodified};
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
use crate::service::{Call, access, principal, roles, user_carrier};
use crate::store::{Tx, users};

type Resource = Dated<Option<UserWithLinks>>;

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
    condition: impl FnOnce(&Tx<'_>) -> Result<(), Fault> + Send + 'static,
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
) -> impl FnOnce(&Tx<'_>) -> Result<(), Fault> + Send + 'static {
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
