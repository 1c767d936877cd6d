//! `services88 copy`.

use super::{Copy, Failure, PlaceArgs};
use indicatif::{ProgressBar, ProgressStyle};
use services88::service::administration::transfer::{self, Copied, CopyError};
use services88::store::transfer::{Compared, Progress, Step};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often there is a line where there is no terminal.
const PAUSE: Duration = Duration::from_secs(5);

/// Digits of a checksum that are shown: enough to see that two are the same.
const DIGITS: usize = 16;

/// `services88 copy`
pub fn copy(command: &Copy) -> Result<(), Failure> {
    let place = PlaceArgs {
        config: command.config.clone(),
        data: None,
        database: None,
    };
    let settings = place.load(Vec::new())?.settings;
    let mut shown = Shown::new();
    let copied = transfer::copy(
        &settings,
        command.from.as_deref(),
        command.to.as_deref(),
        command.restart,
        &mut |progress| shown.show(progress),
    );
    shown.clear();
    let copied = copied?;
    let different: Vec<_> = copied
        .transferred
        .tables
        .iter()
        .filter(|it| it.source != it.target)
        .map(|it| &*it.table)
        .collect();
    print_table(&copied.transferred.tables);
    if !different.is_empty() {
        return Err(Failure::Other(format!(
            "the copy is not what the source holds: {}; the source was changed after a part of it \
             had been copied: begin anew with --restart",
            different.join(", ")
        )));
    }
    print_keys(&copied);
    Ok(())
}

fn print_table(tables: &[Compared]) {
    let width = tables.iter().map(|it| it.table.len()).max().unwrap_or(0);
    let rows = tables.iter().map(|it| it.source.rows.to_string().len());
    let digits = rows.max().unwrap_or(0).max("rows".len());
    let begin = |hash: &str| hash.get(..DIGITS).unwrap_or(hash).to_owned();
    println!("{:width$}  {:>digits$}  SHA-256", "table", "rows");
    for it in tables {
        let (rows, hash) = (it.source.rows, begin(&it.source.hash));
        print!("{:width$}  {rows:>digits$}  {hash}", it.table);
        match it.source == it.target {
            true => println!("  same"),
            false => {
                let (rows, hash) = (it.target.rows, begin(&it.target.hash));
                println!("  DIFFERENT: {rows} rows, {hash}");
            }
        }
    }
    let total: u64 = tables.iter().map(|it| it.source.rows).sum();
    println!("{:width$}  {total:>digits$}", "all");
}

fn print_keys(copied: &Copied) {
    let keys: Vec<_> = copied.transferred.keys.iter().map(|it| &**it).collect();
    if keys.is_empty() {
        println!("there are no secrets in it for which keys are needed");
        return;
    }
    let at = |file: &Option<_>, or: &str| {
        let show = |path: &std::path::PathBuf| Path::display(path).to_string();
        file.as_ref().map_or_else(|| or.to_owned(), show)
    };
    println!(
        "its secrets open with the keys {}, which were not copied: take them from {}, and put them \
         into {}",
        keys.join(", "),
        at(&copied.keys_from, "where its nodes have them"),
        at(
            &copied.keys_to,
            "key_file or SERVICES88_KEY of every node, the same for all"
        ),
    );
}

/// How far the copy is: a bar on a terminal, a line now and then elsewhere.
struct Shown {
    bar: ProgressBar,
    is_terminal: bool,
    step: Option<Step>,
    last: Instant,
}

impl Shown {
    fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self {
            bar: match is_terminal {
                true => bar(),
                false => ProgressBar::hidden(),
            },
            is_terminal,
            step: None,
            last: Instant::now(),
        }
    }

    fn show(&mut self, progress: Progress<'_>) {
        let verb = match progress.step {
            Step::Begin {
                again,
                is_source_in_use,
            } => {
                if is_source_in_use {
                    say("the source is in use: what is stored from now on is not in the copy");
                }
                if again {
                    say(&format!(
                        "going on behind {} of {} rows",
                        progress.done, progress.total
                    ));
                }
                return;
            }
            Step::Copy => "copying",
            Step::Compare => "comparing",
        };
        let (done, total, table) = (progress.done, progress.total, progress.table);
        let is_new = self.step.replace(progress.step) != Some(progress.step);
        if self.is_terminal {
            if is_new {
                self.bar.set_length(total);
                self.bar.reset_elapsed();
                self.bar.reset_eta();
                self.bar.set_prefix(verb);
            }
            self.bar.set_position(done);
            self.bar.set_message(table.to_owned());
        } else if is_new || self.last.elapsed() >= PAUSE {
            self.last = Instant::now();
            say(&format!("{verb} {table}: {done} of {total} rows"));
        }
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn bar() -> ProgressBar {
    let form = "{prefix:9} [{bar:30}] {human_pos} of {human_len} rows, {eta} left  {msg}";
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template(form) {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}

/// Standard error may be on a full disk, which is no reason to stop.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "services88: {text}");
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        Self::Other(error.to_string())
    }
}
