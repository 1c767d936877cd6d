//! Custom commands on users. A bare system has none.

use super::Call;
use crate::contract::command::{CommandResult, CustomCommand};
use crate::contract::user_service::*;
use crate::fault::Fault;
use crate::model::Handler;

impl Handler<Call> for GetUserCommands {
    fn handle(self, _: &Call) -> Result<Option<Vec<CustomCommand>>, Fault> {
        Ok(Some(Vec::new()))
    }
}

/// An unknown command is an answer without success.
impl Handler<Call> for ExecuteUserCommand {
    fn handle(self, _: &Call) -> Result<Option<CommandResult>, Fault> {
        let name = self.command_name.unwrap_or_default();
        Ok(Some(CommandResult {
            success: false,
            message: Some(format!("There is no command \"{name}\".")),
            result: self.command_action_result,
            ..CommandResult::default()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::command::CommandActionResult;
    use crate::service::testing::Office;

    #[test]
    fn there_are_no_commands_and_none_can_be_run() {
        let office = Office::open();
        let commands = office.call(GetUserCommands { user: None });
        assert_eq!(commands.expect("read"), Some(Vec::new()));
        let request = ExecuteUserCommand {
            command_name: Some("Sync".into()),
            command_action_result: CommandActionResult::Yes,
            user: None,
        };
        let result = office.call(request).expect("answered").expect("a result");
        assert!(!result.success);
        assert_eq!(result.result, CommandActionResult::Yes);
        assert!(result.message.is_some_and(|text| text.contains("Sync")));
    }
}
