//! Where settings come from: defaults, then a file, the environment, and flags.

use super::{Setting, Settings, commands};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// Name of the file that is looked for in the data folder.
const FILE_NAME: &str = "services88.toml";
/// Variables that are no settings.
const OTHER_VARIABLES: [&str; 3] = [CONFIG_VARIABLE, KEY_VARIABLE, "SERVICES88_ADMIN_PASSWORD"];
const CONFIG_VARIABLE: &str = "SERVICES88_CONFIG";
/// No setting, so that it stands in no file and on no command line by mistake.
const KEY_VARIABLE: &str = "SERVICES88_KEY";

/// What the operator gave.
#[derive(Debug, Default)]
pub struct Sources {
    /// The file that was named by a flag.
    pub file: Option<PathBuf>,
    /// The environment; variables that do not start with `SERVICES88_` are ignored.
    pub environment: Vec<(String, OsString)>,
    /// Names and values of the flags.
    pub flags: Vec<(String, String)>,
}

/// Settings, and what was strange about their sources.
#[derive(Debug)]
pub struct Loaded {
    pub settings: Settings,
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
    /// Environment variables that look like settings and are none.
    pub ignored: Vec<String>,
}

impl Loaded {
    /// Whether a server can be started with the settings. The environment of other subcommands may
    /// lack the secrets that a server is given.
    pub fn check_for_serving(&self) -> Result<(), ConfigError> {
        commands::check_secrets(&self.settings)
            .map_err(|(place, reason)| wrong(place, "file or command_secret", reason))
    }
}

/// A setting that is wrong, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError {
    setting: String,
    source: String,
    reason: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            setting,
            source,
            reason,
        } = self;
        write!(out, "setting {setting} ({source}): {reason}")
    }
}

impl std::error::Error for ConfigError {}

fn wrong(
    setting: impl Into<String>,
    source: impl Into<String>,
    reason: impl Into<String>,
) -> ConfigError {
    ConfigError {
        setting: setting.into(),
        source: source.into(),
        reason: reason.into(),
    }
}

impl Sources {
    /// Puts the sources on top of each other. The file is the one of the flag, of
    /// `SERVICES88_CONFIG`, or `services88.toml` in the data folder if there is one.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown setting in it or in a flag, a value that makes no
    /// sense.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        let mut over_file = Settings::default();
        self.apply_above_file(&mut over_file)?;

        let named = match &self.file {
            Some(file) => Some((file.clone(), "flag --config")),
            None => self
                .variable(CONFIG_VARIABLE)
                .map(|file| (PathBuf::from(file), "environment SERVICES88_CONFIG")),
        };
        let in_data = over_file.data.join(FILE_NAME);
        let mut settings = Settings::default();
        let file = match named {
            Some((file, source)) => {
                let text = read(&file).map_err(|reason| wrong("config", source, reason))?;
                apply_file(&mut settings, &file, &text)?;
                Some(file)
            }
            None if in_data.exists() => {
                let source = format!("file {}", in_data.display());
                let text = read(&in_data).map_err(|reason| wrong("config", &source, reason))?;
                apply_file(&mut settings, &in_data, &text)?;
                if settings.data != Settings::default().data && settings.data != over_file.data {
                    let reason = "a file that was found in the data folder cannot name another";
                    return Err(wrong("data", source, reason));
                }
                Some(in_data)
            }
            None => None,
        };
        let ignored = self.apply_above_file(&mut settings)?;
        if let Some(keys) = self.variable(KEY_VARIABLE) {
            let not_text = || {
                wrong(
                    "key",
                    "environment SERVICES88_KEY",
                    "the value is not UTF-8",
                )
            };
            settings.keys.text = Some(keys.to_str().ok_or_else(not_text)?.to_owned());
        }
        commands::hand_out_secret(&mut settings);
        Ok(Loaded {
            settings,
            file,
            ignored,
        })
    }

    fn variable(&self, name: &str) -> Option<&OsString> {
        self.environment
            .iter()
            .find(|(variable, value)| variable == name && !value.is_empty())
            .map(|(_, value)| value)
    }

    /// Applies environment and flags; says which variables belong to no setting.
    fn apply_above_file(&self, settings: &mut Settings) -> Result<Vec<String>, ConfigError> {
        let mut ignored = Vec::new();
        for (variable, value) in &self.environment {
            let known = super::SETTINGS
                .iter()
                .find(|setting| setting.variable() == *variable);
            match known {
                Some(setting) => {
                    let source = format!("environment {variable}");
                    let text = value
                        .to_str()
                        .ok_or_else(|| wrong(setting.name, &source, "the value is not UTF-8"))?;
                    apply(settings, setting.name, text, &source)?;
                }
                None if OTHER_VARIABLES.contains(&variable.as_str()) => {}
                None if variable.starts_with("SERVICES88_") => ignored.push(variable.clone()),
                None => {}
            }
        }
        for (name, value) in &self.flags {
            apply(settings, name, value, "flag")?;
        }
        Ok(ignored)
    }
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read {}: {error}", file.display()))
}

fn apply(settings: &mut Settings, name: &str, text: &str, source: &str) -> Result<(), ConfigError> {
    match Setting::named(name) {
        Some(setting) => setting.apply(settings, text),
        None => Err("there is no such setting".to_owned()),
    }
    .map_err(|reason| wrong(name, source, reason))
}

fn apply_file(settings: &mut Settings, file: &Path, text: &str) -> Result<(), ConfigError> {
    let source = format!("file {}", file.display());
    let mut table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| wrong("config", &source, error.to_string()))?;
    if let Some(tables) = table.remove("command") {
        settings.commands =
            commands::read(&tables).map_err(|(place, reason)| wrong(place, &source, reason))?;
    }
    apply_table(settings, "", &table, &source)
}

fn apply_table(
    settings: &mut Settings,
    prefix: &str,
    table: &toml::Table,
    source: &str,
) -> Result<(), ConfigError> {
    for (key, value) in table {
        let name = format!("{prefix}{key}");
        match value {
            toml::Value::Table(inner) if Setting::named(&name).is_none() => {
                apply_table(settings, &format!("{name}."), inner, source)?;
            }
            value => {
                let text = text(value).map_err(|reason| wrong(&name, source, reason))?;
                apply(settings, &name, &text, source)?;
            }
        }
    }
    Ok(())
}

/// The text of a scalar, or of a list of them with commas between.
pub(super) fn text(value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Float(number) => Ok(number.to_string()),
        toml::Value::Boolean(flag) => Ok(flag.to_string()),
        toml::Value::Array(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(text).collect();
            Ok(items?.join(","))
        }
        toml::Value::Datetime(_) | toml::Value::Table(_) => {
            Err("expected a text, a number or a list".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Mode, SETTINGS};
    use super::*;
    use std::collections::BTreeSet;
    use std::time::Duration;

    const EXAMPLE: &str = include_str!("../../docs/services88.toml");

    fn from_file(text: &str) -> Result<Settings, ConfigError> {
        let mut settings = Settings::default();
        apply_file(&mut settings, Path::new("x.toml"), text)?;
        Ok(settings)
    }

    fn names(prefix: &str, table: &toml::Table) -> BTreeSet<String> {
        table
            .iter()
            .flat_map(|(key, value)| match value {
                toml::Value::Table(inner) => names(&format!("{key}."), inner),
                _ => BTreeSet::from([format!("{prefix}{key}")]),
            })
            .collect()
    }

    #[test]
    fn the_example_file_names_every_setting_with_its_default() {
        assert_eq!(from_file(EXAMPLE), Ok(Settings::default()));
        let all: BTreeSet<_> = SETTINGS.iter().map(|s| s.name.to_owned()).collect();
        assert_eq!(names("", &EXAMPLE.parse().unwrap()), all);
    }

    #[test]
    fn the_command_in_the_example_shows_every_setting_of_commands_with_its_default() {
        let (_, command) = EXAMPLE.split_once("\n# [[command]]\n").unwrap();
        let lines = command.lines().filter_map(|line| line.strip_prefix("# "));
        let lines: Vec<_> = lines.filter(|line| line.contains(" = ")).collect();
        let shown = lines.iter().map(|line| line.split_once(" = ").unwrap().0);
        assert!(shown.eq(commands::KEYS.iter().map(|key| key.name)));
        let command = |lines: &[&str]| {
            let text = format!("[[command]]\n{}", lines.join("\n"));
            from_file(&text).unwrap().commands
        };
        let mut needed = lines.clone();
        needed.retain(|line| line.starts_with("name") || line.starts_with("url"));
        assert_eq!(command(&lines), command(&needed));
    }

    #[test]
    fn commands_come_from_the_file_and_their_common_secret_may_come_from_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        std::fs::write(
            &file,
            "[[command]]\nname = 'Sync'\nurl = 'http://localhost/'",
        )
        .unwrap();
        let load = |secret: &str| {
            let sources = Sources {
                file: Some(file.clone()),
                environment: vec![("SERVICES88_COMMAND_SECRET".into(), secret.into())],
                flags: Vec::new(),
            };
            sources.load().unwrap()
        };
        let loaded = load("0123456789abcdef");
        let command = &loaded.settings.commands[0];
        assert_eq!(command.secret.reveal(), "0123456789abcdef");
        assert_eq!(loaded.check_for_serving(), Ok(()));
        assert_eq!(
            load("").check_for_serving().unwrap_err().to_string(),
            "setting command \"Sync\": secret (file or command_secret): expected 16 characters or more"
        );
    }

    #[test]
    fn a_setting_is_explained_above_its_line_in_the_example() {
        let lines: Vec<_> = EXAMPLE.lines().collect();
        for (before, line) in lines.iter().zip(&lines[1..]) {
            if line.contains(" = ") && !line.starts_with('#') {
                assert!(before.starts_with('#'), "{line}");
            }
        }
    }

    #[test]
    fn later_sources_win() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        std::fs::write(
            &file,
            "listen = '127.0.0.1:1'\nmode = 'online'\n[limits]\ndepth = 10\nidle_seconds = 0.5",
        )
        .unwrap();
        let loaded = Sources {
            file: Some(file.clone()),
            environment: vec![
                ("SERVICES88_LISTEN".into(), "127.0.0.1:2".into()),
                ("SERVICES88_LIMITS_DEPTH".into(), "20".into()),
                ("SERVICES88_ADMIN_PASSWORD".into(), "x".into()),
                ("SERVICES88_PORT".into(), "tcp://10.0.0.1:80".into()),
                ("HOME".into(), "/".into()),
            ],
            flags: vec![("listen".into(), "127.0.0.1:3".into())],
        }
        .load()
        .unwrap();
        assert_eq!(loaded.settings.listen, "127.0.0.1:3");
        assert_eq!(loaded.settings.message.depth, 20);
        assert_eq!(loaded.settings.http.idle_time, Duration::from_millis(500));
        assert_eq!(loaded.settings.mode, Mode::Online);
        assert_eq!(loaded.file, Some(file));
        assert_eq!(loaded.ignored, ["SERVICES88_PORT"]);
    }

    #[test]
    fn the_file_in_the_data_folder_is_found_and_may_not_lead_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap().to_owned();
        let sources = Sources {
            flags: vec![("data".into(), data.clone())],
            ..Sources::default()
        };
        let file = folder.path().join(FILE_NAME);
        std::fs::write(&file, "[session]\nticket_minutes = 5").unwrap();
        let loaded = sources.load().unwrap();
        assert_eq!(loaded.settings.session.ticket_minutes, 5);
        assert_eq!(loaded.settings.data, PathBuf::from(data));

        std::fs::write(&file, "data = '/elsewhere'").unwrap();
        let error = sources.load().unwrap_err().to_string();
        assert!(error.starts_with("setting data "), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_reason() {
        for (file, expected) in [
            (
                "colour = 'red'",
                "setting colour (file x.toml): there is no such setting",
            ),
            (
                "[limits]\nbody = 7",
                "setting limits.body (file x.toml): there is no such setting",
            ),
            (
                "[limits]\ndepth = 'deep'",
                "setting limits.depth (file x.toml): expected a whole number, 8 or more, not \"deep\"",
            ),
            (
                "listen = 8088",
                "setting listen (file x.toml): expected HOST:PORT, like 127.0.0.1:8088, not \"8088\"",
            ),
            (
                "mode = 'Online'",
                "setting mode (file x.toml): expected one of onsite, online, not \"Online\"",
            ),
            (
                "trusted_proxies = ['10.0.0.0/8', 'lb']",
                "setting trusted_proxies (file x.toml): expected an address or a range like 10.0.0.0/8, not \"lb\"",
            ),
            (
                "[limits]\nhead_seconds = nan",
                "setting limits.head_seconds (file x.toml): expected a number of seconds above 0, not \"NaN\"",
            ),
            (
                "[listen]\nx = 1",
                "setting listen (file x.toml): expected a text, a number or a list",
            ),
        ] {
            assert_eq!(from_file(file).unwrap_err().to_string(), expected);
        }
        assert!(from_file("listen = ").is_err());
    }
}
