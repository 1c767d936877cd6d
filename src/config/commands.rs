//! Commands on users that the operator adds: tables `[[command]]` of the file.

use super::setting::{Setting, any, at_most, not_empty, one_of, seconds, settings};
use super::sources::text;
use super::{Secret, Settings};
use std::time::Duration;
use ureq::http::Uri;

/// Bytes of a secret, at least: what signs messages has to be hard to guess.
const SHORTEST_SECRET: usize = 16;
/// A run keeps a thread of the server busy.
const LONGEST_RUN: Duration = Duration::from_secs(60);

/// A command: what people see of it, and where it is carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandSettings {
    /// Identifies it; no other command has the same name.
    pub name: String,
    /// Label of the button; empty when it is the name.
    pub display_name: String,
    pub description: String,
    pub tooltip: String,
    /// What clients ask first; empty when they ask nothing.
    pub question: String,
    pub buttons: Buttons,
    pub audience: Audience,
    /// Whether clients shall run it after each save.
    pub after_save: bool,
    /// What is posted to: an address with the scheme http or https.
    pub url: Uri,
    /// What signs the messages.
    pub secret: Secret,
    /// From looking up the host to the end of its answer.
    pub timeout: Duration,
}

impl Default for CommandSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            display_name: String::new(),
            description: String::new(),
            tooltip: String::new(),
            question: String::new(),
            buttons: Buttons::None,
            audience: Audience::Administrators,
            after_save: false,
            url: Uri::default(),
            secret: Secret::default(),
            timeout: Duration::from_secs(10),
        }
    }
}

/// The buttons under a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buttons {
    /// There is no question.
    None,
    YesNo,
    OkCancel,
    Ok,
}

/// Whom a command is offered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Those who look after users.
    Administrators,
    /// Every employee, for the own user.
    Employees,
}

settings! { KEYS: CommandSettings;
    "name": c, text => c.name, not_empty(text);
    "display_name": c, text => c.display_name, any(text);
    "description": c, text => c.description, any(text);
    "tooltip": c, text => c.tooltip, any(text);
    "question": c, text => c.question, any(text);
    "buttons": c, text => c.buttons, one_of(text, &[
        ("none", Buttons::None),
        ("yes_no", Buttons::YesNo),
        ("ok_cancel", Buttons::OkCancel),
        ("ok", Buttons::Ok),
    ]);
    "audience": c, text => c.audience, one_of(text, &[
        ("administrators", Audience::Administrators),
        ("employees", Audience::Employees),
    ]);
    "after_save": c, text => c.after_save, one_of(text, &[("true", true), ("false", false)]);
    "url": c, text => c.url, address(text);
    "secret": c, text => c.secret, any(text).map(Secret::new);
    "timeout_seconds": c, text => c.timeout, seconds(text).and_then(|time| at_most(time, LONGEST_RUN));
}

/// Where in the settings a mistake is, and what was expected there.
pub(super) type Mistake = (String, String);

/// The commands of a file, whose secrets may still be missing.
pub(super) fn read(value: &toml::Value) -> Result<Vec<CommandSettings>, Mistake> {
    let no_tables = || {
        let reason = "expected tables, each below a line [[command]]";
        ("command".to_owned(), reason.to_owned())
    };
    let mut commands: Vec<CommandSettings> = Vec::new();
    for table in value.as_array().ok_or_else(no_tables)? {
        let command = read_one(table.as_table().ok_or_else(no_tables)?)?;
        if commands.iter().any(|other| other.name == command.name) {
            return Err(mistake(&command.name, "name", "there is another one"));
        }
        commands.push(command);
    }
    Ok(commands)
}

fn read_one(table: &toml::Table) -> Result<CommandSettings, Mistake> {
    let name = table.get("name").and_then(toml::Value::as_str);
    let wrong = |key: &str, reason| mistake(name.unwrap_or_default(), key, reason);
    let mut command = CommandSettings::default();
    for (key, value) in table {
        let read = KEYS.iter().find(|known| known.name == key);
        let read = read.ok_or_else(|| wrong(key, "there is no such setting".to_owned()))?;
        text(value)
            .and_then(|text| read.apply(&mut command, &text))
            .map_err(|reason| wrong(key, reason))?;
    }
    for needed in ["name", "url"] {
        if !table.contains_key(needed) {
            return Err(wrong(needed, "it is missing".to_owned()));
        }
    }
    if command.question.is_empty() != (command.buttons == Buttons::None) {
        let reason = "a question needs buttons, and they need a question";
        return Err(wrong("buttons", reason.to_owned()));
    }
    Ok(command)
}

/// Gives the common secret to commands without one of their own.
pub(super) fn hand_out_secret(settings: &mut Settings) {
    for command in &mut settings.commands {
        if command.secret.reveal().is_empty() {
            command.secret = settings.command_secret.clone();
        }
    }
}

/// Whether the secrets of all commands are good.
pub(super) fn check_secrets(settings: &Settings) -> Result<(), Mistake> {
    for command in &settings.commands {
        if command.secret.reveal().len() < SHORTEST_SECRET {
            let reason = format!("expected {SHORTEST_SECRET} characters or more");
            return Err(mistake(&command.name, "secret", reason));
        }
    }
    Ok(())
}

fn mistake(command: &str, key: &str, reason: impl Into<String>) -> Mistake {
    (format!("command \"{command}\": {key}"), reason.into())
}

/// An address that can be posted to. A password in it would be seen in logs.
fn address(text: &str) -> Result<Uri, String> {
    let uri = text.parse::<Uri>().ok().filter(|uri| {
        let plain = uri.authority().is_some_and(|it| !it.as_str().contains('@'));
        plain && matches!(uri.scheme_str(), Some("http" | "https"))
    });
    let expected = "expected an address like https://example.com/hook, without user and password";
    uri.ok_or_else(|| expected.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYNC: &str = "[[command]]\nname = 'Sync'\nurl = 'https://example.com/hook'\n";

    fn commands(text: &str) -> Result<Vec<CommandSettings>, String> {
        let table: toml::Table = text.parse().expect("TOML");
        read(&table["command"]).map_err(|(place, reason)| format!("{place}: {reason}"))
    }

    #[test]
    fn a_command_needs_a_name_and_an_address_and_may_have_more() {
        let found = commands(
            "[[command]]\nname = 'Sync'\nurl = 'https://example.com/hook?a=b'\n\
             [[command]]\nname = 'Badge'\nurl = 'http://[::1]:8080'\ndisplay_name = 'New badge'\n\
             description = 'd'\ntooltip = 't'\nquestion = 'Sure?'\nbuttons = 'ok_cancel'\n\
             audience = 'employees'\nafter_save = true\nsecret = ' own '\ntimeout_seconds = 1.5",
        );
        let sync = CommandSettings {
            name: "Sync".into(),
            url: Uri::from_static("https://example.com/hook?a=b"),
            ..CommandSettings::default()
        };
        let badge = CommandSettings {
            name: "Badge".into(),
            display_name: "New badge".into(),
            description: "d".into(),
            tooltip: "t".into(),
            question: "Sure?".into(),
            buttons: Buttons::OkCancel,
            audience: Audience::Employees,
            after_save: true,
            url: Uri::from_static("http://[::1]:8080"),
            secret: Secret::new("own"),
            timeout: Duration::from_millis(1500),
        };
        assert_eq!(found, Ok(vec![sync, badge]));
    }

    #[test]
    fn what_is_wrong_with_a_command_is_named() {
        for (more, expected) in [
            ("colour = 'red'", "colour: there is no such setting"),
            (
                "buttons = 'maybe'",
                "buttons: expected one of none, yes_no, ok_cancel, ok, not \"maybe\"",
            ),
            (
                "buttons = 'ok'",
                "buttons: a question needs buttons, and they need a question",
            ),
            (
                "question = 'Sure?'",
                "buttons: a question needs buttons, and they need a question",
            ),
            (
                "timeout_seconds = 61",
                "timeout_seconds: expected 60 or less",
            ),
            (
                "tooltip = { a = 1 }",
                "tooltip: expected a text, a number or a list",
            ),
            (SYNC, "name: there is another one"),
        ] {
            let found = commands(&format!("{SYNC}{more}"));
            assert_eq!(found, Err(format!("command \"Sync\": {expected}")));
        }
        for url in [
            "",
            "hook",
            "/hook",
            "ftp://example.com",
            "https://a:b@example.com",
            "http://",
        ] {
            let found = commands(&format!("[[command]]\nname = 'Sync'\nurl = '{url}'"));
            assert!(
                found.is_err_and(|it| it.starts_with("command \"Sync\": url: ")),
                "{url}"
            );
        }
        for (text, expected) in [
            (
                "[command]\nname = 'Sync'",
                "command: expected tables, each below a line [[command]]",
            ),
            (
                "command = ['Sync']",
                "command: expected tables, each below a line [[command]]",
            ),
            ("[[command]]", "command \"\": name: it is missing"),
            (
                "[[command]]\nname = 'Sync'",
                "command \"Sync\": url: it is missing",
            ),
            (
                "[[command]]\nname = ' '",
                "command \" \": name: expected a text that is not empty",
            ),
        ] {
            assert_eq!(commands(text), Err(expected.to_owned()));
        }
    }

    #[test]
    fn a_command_without_a_secret_has_the_common_one_and_none_may_be_short() {
        let own = format!("{SYNC}secret = 'own secret of Sync'");
        let with = |text: &str, common: &str| {
            let mut settings = Settings {
                commands: commands(text).expect("commands"),
                command_secret: Secret::new(common),
                ..Settings::default()
            };
            hand_out_secret(&mut settings);
            check_secrets(&settings).map(|()| settings.commands[0].secret.clone())
        };
        let common = "0123456789abcdef";
        assert_eq!(with(SYNC, common), Ok(Secret::new(common)));
        assert_eq!(with(&own, common), Ok(Secret::new("own secret of Sync")));
        assert_eq!(with(&own, ""), Ok(Secret::new("own secret of Sync")));
        for short in ["", "0123456789abcde"] {
            let (place, reason) = with(SYNC, short).expect_err("refused");
            assert_eq!(
                (&*place, &*reason),
                ("command \"Sync\": secret", "expected 16 characters or more")
            );
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let settings = Settings {
            commands: commands(&format!("{SYNC}secret = 'sesame'")).expect("commands"),
            command_secret: Secret::new("open"),
            ..Settings::default()
        };
        let shown = format!("{settings:?}");
        assert!(shown.contains("Sync"), "{shown}");
        assert!(
            !shown.contains("sesame") && !shown.contains("\"open\""),
            "{shown}"
        );
    }
}
