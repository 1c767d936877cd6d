//! How many instructions requests take, from the first byte that the server reads to the last that
//! it writes, all of its threads together; and reading and writing one envelope. Counted by
//! valgrind, compared to `baseline`: `benches/instructions/run`.
//!
//! `--accept` makes what is counted the baseline, and `--parts` writes into the documentation which
//! parts of the program the instructions are in. Unlike times, counts are the same on a busy
//! machine; they are others with another compiler, C library or kind of processor.

// A count that cannot be made should end the program.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "../compare/envelopes.rs"]
mod envelopes;
mod office;
#[path = "../compare/page.rs"]
mod page;
mod parts;

use office::Office;
use parts::Names;
use services88::contract::user_service::SaveUser;
use services88::format::soap::{self, Version};
use services88::model::{Object, Reply, Request};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// How often each piece of work is done before and while it is counted.
const WARM: usize = 20;
const COUNTED: usize = 50;
/// Percent by which a count may grow.
const ALLOWED: f64 = 5.0;
/// Says that the program runs under valgrind.
const UNDER_VALGRIND: &str = "--work";

fn main() -> ExitCode {
    let has = |name: &str| std::env::args().any(|argument| argument == name);
    if has(UNDER_VALGRIND) {
        work();
        return ExitCode::SUCCESS;
    }
    let counted = count();
    let times = COUNTED as u64;
    let total = |parts: &BTreeMap<_, u64>| parts.values().sum::<u64>() / times;
    let counts = counted
        .iter()
        .map(|(name, parts)| (name.clone(), total(parts)));
    let counts: BTreeMap<_, _> = counts.collect();
    if has("--parts") {
        parts::write(&counted, times);
    }
    if has("--accept") {
        let lines = counts
            .iter()
            .map(|(name, count)| format!("{count:>9} {name}\n"));
        std::fs::write(baseline_file(), lines.collect::<String>()).expect("the baseline");
    }
    match compare(&counts, &baseline()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Does all that is counted, and ends each piece by a call of [`end_of_count`].
fn work() {
    let printed = envelopes::printed("SaveUser", "7T:any");
    let filled = envelopes::fill(&printed);
    for (name, envelope) in [("as printed", &printed), ("filled", &filled)] {
        repeat(|| drop(black_box(envelopes::user(envelope))));
        println!("read SaveUser, {name}");
        let user = Some(envelopes::user(envelope)).into_object(SaveUser::OPERATION);
        repeat(|| drop(black_box(answer(user.as_ref()))));
        println!("write SaveUser's answer, {name}");
    }
    let (mut office, calls) = Office::open();
    for mut call in calls {
        repeat(|| office.send(&mut call));
        println!("{}", call.name);
    }
}

fn repeat(mut work: impl FnMut()) {
    for _ in 0..WARM {
        work();
    }
    end_of_count();
    for _ in 0..COUNTED {
        work();
    }
    end_of_count();
}

/// Valgrind writes what it has counted since the last time when this is called.
#[inline(never)]
fn end_of_count() {
    black_box(());
}

fn answer(user: &dyn Object) -> String {
    soap::success(Version::Soap11, SaveUser::OPERATION, user)
}

/// Runs this program under valgrind, and reads the counts that it leaves.
fn count() -> Vec<(String, BTreeMap<&'static str, u64>)> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let out = folder.path().join("counts");
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg("--dump-before=*end_of_count*")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(std::env::current_exe().expect("this program"))
        .arg(UNDER_VALGRIND)
        .output();
    let output = output.expect("valgrind has to be installed");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let work = String::from_utf8(output.stdout).expect("names");
    let mut names = Names::default();
    let mut dump = |index: usize| names.parts(&out.with_extension(index.to_string()));
    // Each piece of work is what comes before the second of its two dumps.
    let counted = work.lines().zip(1..).map(|(name, index)| {
        dump(2 * index - 1);
        (name.to_owned(), dump(2 * index))
    });
    counted.collect()
}

fn baseline_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/instructions/baseline")
}

fn baseline() -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(baseline_file()).unwrap_or_default();
    text.lines()
        .map(|line| {
            let (count, name) = line.trim_start().split_once(' ').expect("count and name");
            (name.to_owned(), count.parse().expect("a number"))
        })
        .collect()
}

/// Prints both; false when one has grown by more than is allowed, or is not in the baseline.
fn compare(counts: &BTreeMap<String, u64>, baseline: &BTreeMap<String, u64>) -> bool {
    println!(
        "{:<45} {:>10} {:>10} {:>7}",
        "instructions", "baseline", "now", "%"
    );
    let mut right = true;
    for (name, count) in counts {
        let Some(before) = baseline.get(name) else {
            println!("{name:<45} {:>10} {count:>10}   not in the baseline", "");
            right = false;
            continue;
        };
        let change = (*count as f64 / *before as f64 - 1.0) * 100.0;
        let verdict = match change {
            more if more > ALLOWED => "too many",
            less if less < -ALLOWED => "fewer: --accept",
            _ => "",
        };
        println!("{name:<45} {before:>10} {count:>10} {change:>+7.1} {verdict}");
        right &= change <= ALLOWED;
    }
    right
}
