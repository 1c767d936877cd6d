//! The commands that the operator has added: what clients see of them, and running one.

use super::{Call, access};
use crate::config::{Audience, Buttons, CommandSettings, MessageLimits};
use crate::contract::command::{CommandAction, CommandActionResult, CommandResult, CustomCommand};
use crate::contract::user::User;
use crate::fault::{Fault, chain};
use crate::format::json::{self, Json};
use crate::model::{Dates, Slot, Value, View};
use crate::outbound::http::HttpError;
use crate::outbound::webhook::{Answer, Webhook};
use crate::session::Caller;
use serde::Serializer;
use serde::ser::SerializeMap;
use tokio::sync::Semaphore;

/// How often a command runs at the same time. Each run keeps a thread waiting that others need.
const RUNS: usize = 8;
/// Characters of a message that are shown.
const LONGEST_MESSAGE: usize = 1000;

/// A command that can be run.
pub struct Command {
    settings: CommandSettings,
    webhook: Webhook,
    free: Semaphore,
}

impl Command {
    /// Makes a command of its settings.
    pub fn new(settings: &CommandSettings) -> Result<Self, Fault> {
        let url = settings.url.clone();
        Ok(Self {
            webhook: Webhook::new(url, &settings.secret, settings.timeout)?,
            settings: settings.clone(),
            free: Semaphore::new(RUNS),
        })
    }

    /// What identifies it.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Whether clients shall run it after each save.
    pub fn is_after_save(&self) -> bool {
        self.settings.after_save
    }

    /// Whether it is offered to somebody.
    pub fn is_for(&self, caller: &Caller) -> bool {
        match self.settings.audience {
            Audience::Employees => true,
            Audience::Administrators => access::is_user_administrator(caller),
        }
    }

    /// What clients see of it.
    pub fn carrier(&self) -> CustomCommand {
        let settings = &self.settings;
        let label = match settings.display_name.as_str() {
            "" => &settings.name,
            label => label,
        };
        CustomCommand {
            name: Some(settings.name.clone()),
            display_name: Some(label.to_owned()),
            description: Some(settings.description.clone()),
            tool_tip: Some(settings.tooltip.clone()),
            actions: match settings.buttons {
                Buttons::None => CommandAction::Implicit,
                Buttons::YesNo => CommandAction::YesNo,
                Buttons::OkCancel => CommandAction::OkCancel,
                Buttons::Ok => CommandAction::Ok,
            },
            action_data: Some(settings.question.clone()),
            ..CustomCommand::default()
        }
    }

    /// Runs it on a user, and tells how that went. What keeps it from being run is a result
    /// without success. Blocks as long as the settings allow.
    pub fn run(
        &self,
        call: &Call,
        user: &User,
        answered: CommandActionResult,
    ) -> Result<CommandResult, Fault> {
        let caller = call.caller()?;
        let message = self.message(caller, user, answered)?;
        let now = call.installation.clock.now().unix_seconds();
        let outcome = self.post(message, now, answered);
        let success = outcome.as_ref().is_ok_and(|result| result.success);
        let (command, by, user) = (self.name(), caller.associate_id, user.associate_id);
        tracing::info!(command, by, user, success, "a command was run");
        Ok(outcome.unwrap_or_else(|reason| CommandResult {
            message: Some(format!("The command \"{command}\" {reason}.")),
            result: answered,
            ..CommandResult::default()
        }))
    }

    /// What its server is told.
    fn message(
        &self,
        caller: &Caller,
        user: &User,
        answered: CommandActionResult,
    ) -> Result<Vec<u8>, Fault> {
        let mut text = Vec::new();
        let write = |text: &mut Vec<u8>| {
            let mut json = serde_json::Serializer::new(text);
            let mut members = json.serialize_map(None)?;
            members.serialize_entry("Command", self.name())?;
            members.serialize_entry("ActionResult", &Json(answered.view()))?;
            members.serialize_entry("CallerAssociateId", &caller.associate_id)?;
            members.serialize_entry("CallerName", &caller.name)?;
            members.serialize_entry("User", &Json(View::Object(user)))?;
            members.end()
        };
        write(&mut text).map_err(Fault::internal)?;
        Ok(text)
    }

    /// What its server says to a message, or what went wrong, as the end of a sentence.
    fn post(
        &self,
        message: Vec<u8>,
        now: i64,
        answered: CommandActionResult,
    ) -> Result<CommandResult, String> {
        let Ok(_run) = self.free.try_acquire() else {
            return Err("is run too often at the moment".to_owned());
        };
        let command = self.name();
        let answer = self.webhook.post(message, now).map_err(|error| {
            let cause = chain(&error);
            tracing::warn!(command, cause = %cause.escape_debug(), "no answer to a command");
            match error {
                late if late.is_timeout() => {
                    format!("did not answer within {:?}", self.settings.timeout)
                }
                HttpError::NoAnswer { .. } => "could not be reached".to_owned(),
                HttpError::Answer { .. } => "did not answer whole, or too much".to_owned(),
            }
        })?;
        if !(200..300).contains(&answer.status) {
            return Err(format!("failed with status {}", answer.status));
        }
        outcome(&answer, answered).map_err(|fault| {
            let cause = fault.message();
            tracing::warn!(command, cause = %cause.escape_debug(), "no sense in the answer to a command");
            "gave an answer that makes no sense".to_owned()
        })
    }
}

/// Reads an answer: JSON says how it went, any other text is a message of success.
fn outcome(answer: &Answer, answered: CommandActionResult) -> Result<CommandResult, Fault> {
    let body = answer.body.trim_ascii();
    let mut said = CommandResult {
        success: true,
        result: answered,
        ..CommandResult::default()
    };
    if body.starts_with(b"{") || answer.is_json && !body.is_empty() {
        json::read::read(body, MessageLimits::default(), &Dates::BASE, || {
            Slot::Object(&mut said)
        })?;
    } else {
        said.message = Some(String::from_utf8_lossy(body).into_owned());
    }
    let message = said.message.unwrap_or_default();
    Ok(CommandResult {
        success: said.success,
        message: Some(message.chars().take(LONGEST_MESSAGE).collect()),
        result: said.result,
        ..CommandResult::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(is_json: bool, body: &str) -> Option<(bool, String, CommandActionResult)> {
        let answer = Answer {
            status: 200,
            is_json,
            body: body.into(),
        };
        let result = outcome(&answer, CommandActionResult::Yes).ok()?;
        assert!(result.table_right.is_none() && result.field_properties.is_none());
        Some((result.success, result.message?, result.result))
    }

    #[test]
    fn an_answer_is_json_or_a_message() {
        let yes = CommandActionResult::Yes;
        for (is_json, body, expected) in [
            (false, "", (true, "", yes)),
            (true, "", (true, "", yes)),
            (false, " Done. \n", (true, "Done.", yes)),
            (true, "{}", (true, "", yes)),
            (false, " {\"success\": false}", (false, "", yes)),
            (
                true,
                r#"{"Success":true,"Message":"Ny","Result":"Cancel","TableRight":{},"x":[]}"#,
                (true, "Ny", CommandActionResult::Cancel),
            ),
            (true, r#"{"Success":null,"Message":null}"#, (true, "", yes)),
        ] {
            let (success, message, result) = read(is_json, body).expect(body);
            assert_eq!((success, &*message, result), expected, "{body}");
        }
        for (is_json, body) in [
            (false, "{"),
            (true, "Done."),
            (true, "[]"),
            (true, r#"{"Success":"yes"}"#),
            (true, r#"{"Result":"Perhaps"}"#),
        ] {
            assert_eq!(read(is_json, body), None, "{body}");
        }
        let (_, message, _) = read(false, &"ø".repeat(5000)).expect("a message");
        assert_eq!(message, "ø".repeat(LONGEST_MESSAGE));
    }
}
