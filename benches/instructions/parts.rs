//! Which parts of the program the instructions are in, by the names of functions.

use crate::page;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What names of functions contain, and the part that they belong to; the first that fits counts.
/// What the compiler has put into its caller counts there.
const NAMES: &[(&str, &str)] = &[
    ("services88::format::xml::decode", "characters"),
    ("from_utf8", "characters"),
    ("services88::format::xml::write", "XML written"),
    ("services88::format::xml::escape", "XML written"),
    ("services88::format::soap::answer", "XML written"),
    ("services88::format::soap::fault", "XML written"),
    ("services88::format::xml", "XML read"),
    ("services88::format::soap", "XML read"),
    ("quick_xml", "XML read"),
    ("memchr", "XML read"),
    ("drop_in_place", "memory"),
    ("services88::store", "store"),
    ("rusqlite", "store"),
    ("services88::server", "HTTP"),
    ("hyper", "HTTP"),
    ("http", "HTTP"),
    ("bytes::", "HTTP"),
    ("services88::", "services"),
    ("tokio", "runtime"),
    ("mio::", "runtime"),
    ("std::sys", "runtime"),
];
const MEMORY: [&str; 7] = [
    "malloc",
    "free",
    "realloc",
    "calloc",
    "unlink_chunk",
    "_int_",
    "tcache",
];
const BYTES: [&str; 5] = ["memcpy", "memmove", "memset", "memcmp", "strlen"];

/// The columns of the table.
const PARTS: [&str; 10] = [
    "HTTP",
    "runtime",
    "XML read",
    "characters",
    "XML written",
    "services",
    "store",
    "memory",
    "bytes",
    "others",
];

/// Names of functions and files by the numbers that callgrind gives them, in the first dump that
/// they come in.
#[derive(Default)]
pub struct Names {
    functions: HashMap<String, String>,
    objects: HashMap<String, String>,
}

impl Names {
    /// Adds the instructions of a dump by part.
    pub fn parts(&mut self, dump: &Path) -> BTreeMap<&'static str, u64> {
        let text = std::fs::read_to_string(dump).expect("a dump for every piece of work");
        let mut parts = BTreeMap::new();
        let (mut part, mut object) = ("others", String::new());
        let mut is_of_callee = false;
        for line in text.lines() {
            match line.split_once('=') {
                Some(("ob", name)) => object = named(&mut self.objects, name),
                Some(("cob", name)) => drop(named(&mut self.objects, name)),
                Some(("fn", name)) => part = part_of(&named(&mut self.functions, name), &object),
                Some(("cfn", name)) => drop(named(&mut self.functions, name)),
                Some(("calls", _)) => is_of_callee = true,
                Some(_) => {}
                None if !line.starts_with([
                    '+', '-', '*', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
                ]) => {}
                None if is_of_callee => is_of_callee = false,
                None => {
                    let count = line.split(' ').nth(1).and_then(|it| it.parse().ok());
                    *parts.entry(part).or_default() += count.unwrap_or(0);
                }
            }
        }
        parts
    }
}

/// `(7) name` where it is told for the first time, `(7)` after that.
fn named(names: &mut HashMap<String, String>, text: &str) -> String {
    let (number, name) = text.split_once(' ').unwrap_or((text, ""));
    let known = names.entry(number.to_owned()).or_default();
    if !name.is_empty() {
        name.clone_into(known);
    }
    known.clone()
}

fn part_of(function: &str, object: &str) -> &'static str {
    let is = |words: &[&str]| words.iter().any(|word| function.contains(word));
    let found = NAMES.iter().find(|(name, _)| function.contains(name));
    match found {
        Some((_, part)) => part,
        None if function.contains("::") && is(&["alloc::", "raw_vec"]) => "memory",
        None if function.contains("::") => "others",
        None if is(&BYTES) => "bytes",
        None if object.contains("/libc") && is(&MEMORY) => "memory",
        None if object.contains("/lib") => "runtime",
        // What is in the program and has a name of C is SQLite.
        None => "store",
    }
}

/// Writes the table into the documentation: a row for each piece of work, with the percentages.
pub fn write(counted: &[(String, BTreeMap<&'static str, u64>)], times: u64) {
    let mut table = format!("| work | instructions | {} |\n", PARTS.join(" | "));
    table += &format!("{}|\n", "|---".repeat(PARTS.len() + 2));
    for (name, parts) in counted {
        let total: u64 = parts.values().sum();
        table += &format!("| {name} | {} ", total / times);
        for part in PARTS {
            let count = parts.get(part).copied().unwrap_or(0);
            table += &format!("| {:.0} ", count as f64 / total as f64 * 100.0);
        }
        table += "|\n";
    }
    page::replace("counted", &table);
    print!("{table}");
}
