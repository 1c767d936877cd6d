//! Commands on users: which there are, and running one.

use super::custom_commands::Command;
use super::user_guard::Author;
use super::users::{given, not_found};
use super::{Call, access, user_carrier};
use crate::contract::command::{CommandResult, CustomCommand};
use crate::contract::user::User;
use crate::contract::user_service::*;
use crate::fault::Fault;
use crate::model::Handler;

/// The same for all users.
impl Handler<Call> for GetUserCommands {
    fn handle(self, call: &Call) -> Result<Option<Vec<CustomCommand>>, Fault> {
        Ok(Some(offered(call)?.map(Command::carrier).collect()))
    }
}

/// A command that is not offered is an answer without success.
impl Handler<Call> for ExecuteUserCommand {
    fn handle(self, call: &Call) -> Result<Option<CommandResult>, Fault> {
        let name = self.command_name.unwrap_or_default();
        let result = match offered(call)?.find(|command| command.name() == name) {
            Some(command) => {
                let user = subject(call, given(self.user)?)?;
                command.run(call, &user, self.command_action_result)?
            }
            None => CommandResult {
                message: Some(format!("There is no command \"{name}\".")),
                result: self.command_action_result,
                ..CommandResult::default()
            },
        };
        Ok(Some(result))
    }
}

/// The commands that clients shall run after a save.
pub fn after_save(call: &Call) -> Result<Vec<CustomCommand>, Fault> {
    let commands = offered(call)?.filter(|command| command.is_after_save());
    Ok(commands.map(Command::carrier).collect())
}

fn offered(call: &Call) -> Result<impl Iterator<Item = &Command>, Fault> {
    let caller = call.caller()?;
    let commands = call.installation.commands.iter();
    Ok(commands.filter(|command| command.is_for(caller)))
}

/// The user whom a command is told about: as stored, so that nobody can have us vouch for what is
/// not so, and as far as the caller may see it, or as given while there is none. There are no
/// secrets in it.
fn subject(call: &Call, mut given: User) -> Result<User, Fault> {
    let id = given.associate_id;
    access::read_user(call.caller()?, id)?;
    if id != 0 {
        let author = Author::of(call)?;
        let stored = call
            .installation
            .store
            .read(|tx| user_carrier::find(tx, &author, id))?;
        return stored.ok_or_else(|| not_found(id));
    }
    for credential in given.credentials.iter_mut().flatten() {
        credential.value = Some(String::new());
    }
    Ok(given)
}
