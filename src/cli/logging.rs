//! Where log lines go.

mod json;
mod lines;

use json::Json;
pub use lines::Flush;
use lines::Lines;
use services88::config::{LogFormat, LogSettings};
use std::io::IsTerminal;
use std::panic::PanicHookInfo;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Sends log lines to standard error, and panics with them. Below warnings only our own: what
/// libraries have to tell holds the messages that they carry, secrets included. The last lines are
/// written when what is given back goes.
pub fn start(settings: LogSettings) -> Flush {
    let (writer, flush) = Lines::start(std::io::stderr());
    let levels = Targets::new()
        .with_default(settings.level.min(LevelFilter::WARN))
        .with_target("services88", settings.level);
    let lines = tracing_subscriber::fmt()
        .with_max_level(settings.level)
        .with_target(false)
        // A line that cannot be written, say because the disk is full, would be reported on the
        // same standard error, and that panics.
        .log_internal_errors(false)
        .with_writer(writer);
    let terminal = std::io::stderr().is_terminal();
    let is_text = match settings.format {
        LogFormat::Auto => terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    if is_text {
        let lines = lines.with_ansi(terminal).finish();
        lines.with(levels).init();
    } else {
        let lines = lines.event_format(Json).finish();
        lines.with(levels).init();
    }
    std::panic::set_hook(Box::new(log_panic));
    flush
}

/// The message of a panic may hold what a caller sent, so only its place is logged.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    tracing::error!(place = place.unwrap_or_default(), "panic");
}
