//! Where log lines go.

use services88::config::{LogFormat, LogSettings};
use std::io::IsTerminal;
use std::panic::PanicHookInfo;

/// Sends log lines to standard error, and panics with them.
pub fn start(settings: LogSettings) {
    let lines = tracing_subscriber::fmt()
        .with_max_level(settings.level)
        .with_target(false)
        .with_writer(std::io::stderr);
    let terminal = std::io::stderr().is_terminal();
    match settings.format {
        LogFormat::Json => lines.json().flatten_event(true).init(),
        LogFormat::Auto if !terminal => lines.json().flatten_event(true).init(),
        LogFormat::Auto | LogFormat::Text => lines.with_ansi(terminal).init(),
    }
    std::panic::set_hook(Box::new(log_panic));
}

/// The message of a panic may hold what a caller sent, so only its place is logged.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    tracing::error!(place = place.unwrap_or_default(), "panic");
}
