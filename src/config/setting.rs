//! The list of settings: name, and how its text is read.

use super::{LogFormat, MailTls, Mode, Secret, Settings};
use std::time::Duration;

/// One setting. File, environment and flags all go through it.
pub struct Setting<T: 'static = Settings> {
    /// Name in the file, dotted where it stands in a section.
    pub name: &'static str,
    pub(super) read: fn(&mut T, &str) -> Result<(), String>,
}

impl Setting {
    /// Finds a setting by its name.
    pub fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// Name of the environment variable: `limits.body_bytes` is `SERVICES88_LIMITS_BODY_BYTES`.
    pub fn variable(&self) -> String {
        let name = self.name.replace('.', "_").to_ascii_uppercase();
        format!("SERVICES88_{name}")
    }
}

impl<T> Setting<T> {
    /// Reads a value from its text, or says what was expected.
    pub fn apply(&self, settings: &mut T, text: &str) -> Result<(), String> {
        (self.read)(settings, text.trim())
    }
}

/// Declares a list of settings, in the order of the example file.
macro_rules! settings {
    ($list:ident: $type:ty;
     $($name:literal: $settings:ident, $text:ident => $field:expr, $value:expr;)+) => {
        /// All of them, in the order of the example file.
        pub static $list: &[Setting<$type>] = &[$(
            Setting {
                name: $name,
                read: |$settings, $text| {
                    $field = $value?;
                    Ok(())
                },
            },
        )+];
    };
}
pub(super) use settings;

settings! { SETTINGS: Settings;
    "listen": s, text => s.listen, host_and_port(text);
    "data": s, text => s.data, not_empty(text).map(Into::into);
    "database": s, text => s.database, database(text);
    "key_file": s, text => s.keys.file, file_or_default(text);
    "mode": s, text => s.mode, one_of(text, &[("onsite", Mode::Onsite), ("online", Mode::Online)]);
    "trusted_proxies": s, text => s.trusted_proxies, list(text);
    "cors_origins": s, text => s.cors_origins, list(text);
    "command_secret": s, text => s.command_secret, any(text).map(Secret::new);
    "limits.body_bytes": s, text => s.message.body_bytes, number(text, 1024);
    "limits.bodies_bytes": s, text => s.http.bodies_bytes, number(text, 1024);
    "limits.depth": s, text => s.message.depth, number(text, 8);
    "limits.attributes": s, text => s.message.attributes, number(text, 8);
    "limits.name_bytes": s, text => s.message.name_bytes, number(text, 64);
    "limits.elements": s, text => s.message.elements, number(text, 100);
    "limits.connections": s, text => s.http.connections, number(text, 1);
    "limits.headers": s, text => s.http.headers, number(text, 10);
    "limits.head_bytes": s, text => s.http.head_bytes, number(text, 8192);
    "limits.head_seconds": s, text => s.http.head_time, seconds(text);
    "limits.idle_seconds": s, text => s.http.idle_time, seconds(text);
    "limits.body_seconds": s, text => s.http.body_time, seconds(text);
    "limits.body_bytes_per_second": s, text => s.http.body_rate, number(text, 1);
    "limits.body_grace_seconds": s, text => s.http.body_grace, seconds(text);
    "limits.write_seconds": s, text => s.http.write_time, seconds(text);
    "limits.stop_seconds": s, text => s.http.stop_time, seconds(text);
    "session.ticket_minutes": s, text => s.session.ticket_minutes, number(text, 1);
    "mail.host": s, text => s.mail.host, any(text);
    "mail.port": s, text => s.mail.port, number(text, 1);
    "mail.tls": s, text => s.mail.tls, one_of(text, &[
        ("none", MailTls::None),
        ("starttls", MailTls::StartTls),
        ("tls", MailTls::Tls),
    ]);
    "mail.user": s, text => s.mail.user, any(text);
    "mail.password": s, text => s.mail.password, any(text);
    "mail.from": s, text => s.mail.from, any(text);
    "mail.base_url": s, text => s.mail.base_url, any(text);
    "mail.link_minutes": s, text => s.mail.link_minutes, number(text, 1);
    "access_gateway.issuer": s, text => s.access_gateway.issuer, any(text);
    "access_gateway.name": s, text => s.access_gateway.name, any(text);
    "access_gateway.client_name": s, text => s.access_gateway.client_name, not_empty(text);
    "access_gateway.initial_access_token": s, text =>
        s.access_gateway.initial_access_token, any(text).map(Secret::new);
    "access_gateway.timeout_seconds": s, text => s.access_gateway.timeout, seconds(text);
    "access_gateway.decryption_key": s, text =>
        s.access_gateway.decryption_key, any(text).map(Secret::new);
    "directory.url": s, text => s.directory.url, any(text);
    "directory.starttls": s, text => s.directory.starttls, flag(text);
    "directory.ca_file": s, text => s.directory.ca_file, file_or_default(text);
    "directory.bind_dn": s, text => s.directory.bind_dn, any(text);
    "directory.bind_password": s, text => s.directory.bind_password, any(text).map(Secret::new);
    "directory.timeout_seconds": s, text => s.directory.patience, seconds(text);
    "directory.user_base": s, text => s.directory.user_base, any(text);
    "directory.user_filter": s, text => s.directory.user_filter, any(text);
    "directory.group_base": s, text => s.directory.group_base, any(text);
    "directory.group_filter": s, text => s.directory.group_filter, any(text);
    "directory.value": s, text => s.directory.value, any(text);
    "directory.account": s, text => s.directory.account, any(text);
    "directory.display": s, text => s.directory.display, any(text);
    "directory.first_name": s, text => s.directory.first_name, any(text);
    "directory.last_name": s, text => s.directory.last_name, any(text);
    "directory.mail": s, text => s.directory.mail, any(text);
    "directory.group_name": s, text => s.directory.group_name, any(text);
    "directory.member": s, text => s.directory.member, any(text);
    "directory.member_key": s, text => s.directory.member_key, any(text);
    "directory.member_of": s, text => s.directory.member_of, any(text);
    "registration.confirmation_hours": s, text =>
        s.registration.confirmation_hours, number(text, 1);
    "registration.address_per_hour": s, text => s.registration.address_per_hour, number(text, 1);
    "registration.portal_per_hour": s, text => s.registration.portal_per_hour, number(text, 1);
    "log.format": s, text => s.log.format, one_of(text, &[
        ("auto", LogFormat::Auto),
        ("text", LogFormat::Text),
        ("json", LogFormat::Json),
    ]);
    "log.level": s, text => s.log.level, one_of(text, &[
        ("off", tracing::level_filters::LevelFilter::OFF),
        ("error", tracing::level_filters::LevelFilter::ERROR),
        ("warn", tracing::level_filters::LevelFilter::WARN),
        ("info", tracing::level_filters::LevelFilter::INFO),
        ("debug", tracing::level_filters::LevelFilter::DEBUG),
        ("trace", tracing::level_filters::LevelFilter::TRACE),
    ]);
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of a reader")]
pub(super) fn any(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

pub(super) fn not_empty(text: &str) -> Result<String, String> {
    match text {
        "" => Err("expected a text that is not empty".to_owned()),
        text => Ok(text.to_owned()),
    }
}

/// Empty is the file that is taken when nothing is said.
fn file_or_default(text: &str) -> Result<Option<std::path::PathBuf>, String> {
    Ok(Some(text).filter(|text| !text.is_empty()).map(Into::into))
}

/// The address itself is looked at when it is used, and not shown, since there may be a password
/// in it.
fn database(text: &str) -> Result<Secret, String> {
    let is_address = text.starts_with("postgres://") || text.starts_with("postgresql://");
    match is_address || text.is_empty() {
        true => Ok(Secret::new(text)),
        false => Err("expected an address like postgres://USER@HOST/DATABASE, or nothing".into()),
    }
}

fn host_and_port(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err(format!(
            "expected HOST:PORT, like 127.0.0.1:8088, not \"{text}\""
        )),
    }
}

pub(super) fn one_of<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    match choices.iter().find(|(name, _)| *name == text) {
        Some((_, value)) => Ok(*value),
        None => {
            let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
            let names = names.join(", ");
            Err(format!("expected one of {names}, not \"{text}\""))
        }
    }
}

fn flag(text: &str) -> Result<bool, String> {
    one_of(text, &[("true", true), ("false", false)])
}

fn number<T: std::str::FromStr + PartialOrd + std::fmt::Display + Copy>(
    text: &str,
    least: T,
) -> Result<T, String> {
    match text.parse() {
        Ok(number) if number >= least => Ok(number),
        _ => Err(format!(
            "expected a whole number, {least} or more, not \"{text}\""
        )),
    }
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    /// A year: longer than any sensible limit, short enough to be added to any instant.
    const MOST: f64 = 31_536_000.0;
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= MOST => Ok(Duration::from_secs_f64(number)),
        _ => Err(format!(
            "expected a number of seconds above 0, not \"{text}\""
        )),
    }
}

pub(super) fn at_most(time: Duration, most: Duration) -> Result<Duration, String> {
    match time {
        time if time <= most => Ok(time),
        _ => Err(format!("expected {} or less", most.as_secs())),
    }
}

fn list<T: std::str::FromStr<Err = String>>(text: &str) -> Result<Vec<T>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::parse)
        .collect()
}
