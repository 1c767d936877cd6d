//! The tables, as text that is Markdown too.

use crate::calls;
use crate::cluster::{self, NO_TURN, ONE, ONE_OF_TWO, PGBENCH, TWO};
use crate::codec::{self, TEXTS};
use crate::exchange::{BARE, Measured, OURS, SCAN};
use crate::marks::{Aim, marks};
use crate::memory;
use crate::page;
use crate::peers;
use crate::results::{Results, What};
use crate::saving::{self, BY_CALLERS, BY_ONE, PER_COMMIT, SQLITE};
use crate::scale;

/// Adds a table with a heading, unless nothing of it was measured.
fn table(report: &mut String, heading: &str, columns: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let columns: Vec<_> = columns.iter().map(|&column| column.to_owned()).collect();
    let rule = "|---".repeat(columns.len());
    *report += &format!("\n### {heading}\n\n{}{rule}|\n", line(&columns));
    for row in rows {
        *report += &line(row);
    }
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(String::new, |value| format!("{value:.digits$}"))
}

/// What is aimed at, and what came of it.
pub fn aims(report: &mut String, results: &Results) {
    let marks = marks(results);
    let measured = marks.iter().filter(|mark| mark.measured.is_some());
    let rows = measured.map(|mark| {
        let (word, aim) = match mark.aim {
            Aim::AtLeast(aim) => ("≥", aim),
            Aim::AtMost(aim) => ("≤", aim),
        };
        let met = if mark.is_met() == Some(true) {
            "yes"
        } else {
            "**no**"
        };
        vec![
            mark.work.clone(),
            mark.against.clone(),
            format!("{word} {aim}{}", mark.unit),
            format!("{}{}", number(mark.measured, 2), mark.unit),
            met.to_owned(),
        ]
    });
    let columns = ["what", "beside", "aim", "measured", "met"];
    table(
        report,
        "What was aimed at",
        &columns,
        &rows.collect::<Vec<_>>(),
    );
}

/// Calls beside the limit.
pub fn calls(report: &mut String, results: &Results, calls: &[&Measured]) {
    let rows = calls.iter().map(|measured| {
        let name = measured.call.name;
        let rate = |side| number(results.median(side, name, What::Rate), 0);
        let cpu = |side| number(results.least(side, name, What::Cpu), 4);
        let ratio = |side| number(results.ratio((OURS, name), (side, name), What::Rate), 2);
        let of_cpu = results.ratio_of_least((OURS, name), (BARE, name), What::Cpu);
        vec![
            name.to_owned(),
            measured.call.length().to_string(),
            measured.answer.to_string(),
            rate(OURS),
            rate(BARE),
            ratio(BARE),
            ratio(SCAN),
            cpu(OURS),
            cpu(BARE),
            cpu(SCAN),
            number(of_cpu, 2),
        ]
    });
    let columns = [
        "call",
        "bytes in",
        "bytes out",
        "requests/s",
        "bare hyper",
        "ratio",
        "ratio to hyper and a scan",
        "CPU s per 1,000",
        "bare hyper",
        "hyper and a scan",
        "ratio to bare",
    ];
    table(report, "Calls", &columns, &rows.collect::<Vec<_>>());
}

pub fn codec(report: &mut String, results: &Results) {
    let works = [codec::SCAN, codec::READ, codec::READ_BACK, codec::WRITE];
    let rows = TEXTS.into_iter().flat_map(|text| {
        works.into_iter().filter_map(move |work| {
            let rate = results.median(work, text, What::Rate)?;
            let ratio = results.ratio((work, text), (codec::SCAN, text), What::Rate);
            Some(vec![
                text.to_owned(),
                work.to_owned(),
                format!("{rate:.0}"),
                number(ratio, 2),
            ])
        })
    });
    let columns = [
        "SaveUser",
        "work of one thread",
        "MB/s",
        "ratio to quick-xml",
    ];
    table(
        report,
        "Bytes and carriers",
        &columns,
        &rows.collect::<Vec<_>>(),
    );
}

pub fn saving(report: &mut String, results: &Results) {
    let row = |side: &str, work: &str| {
        let rate = results.median(side, work, What::Rate);
        let time = results.median(side, work, What::Time);
        (rate.is_some() || time.is_some()).then(|| {
            vec![
                format!("{side}, {work}"),
                number(rate, 0),
                number(time, 2),
                number(results.least(side, work, What::Cpu), 4),
            ]
        })
    };
    let alone = PER_COMMIT.into_iter().map(saving::per_commit);
    let alone = alone.filter_map(|work| row(SQLITE, &work));
    let ours = [BY_CALLERS, BY_ONE]
        .into_iter()
        .filter_map(|work| row(OURS, work));
    let columns = [
        "users that are on disk",
        "users/s",
        "ms for one commit",
        "CPU s per 1,000",
    ];
    table(
        report,
        "Saving",
        &columns,
        &alone.chain(ours).collect::<Vec<_>>(),
    );
}

pub fn peers<'p>(
    report: &mut String,
    results: &Results,
    names: impl Iterator<Item = (&'p str, &'p str)>,
) {
    let ours = [calls::REGISTER, calls::CHANGE_CLIENT];
    let theirs = [calls::REGISTER, calls::SAVE_CLIENT];
    let row = |side: &str, version: &str, works: [&str; 2]| {
        let mut row = vec![if version.is_empty() { side } else { version }.to_owned()];
        for (index, work) in works.into_iter().enumerate() {
            let times = results.ratio((peers::OURS, ours[index]), (side, work), What::Rate);
            row.push(number(results.median(side, work, What::Rate), 0));
            row.push(number(times, 1));
            row.push(number(results.least(side, work, What::Cpu), 4));
        }
        row
    };
    let mut rows: Vec<_> = names
        .map(|(name, version)| row(name, version, theirs))
        .collect();
    if results.median(peers::OURS, ours[0], What::Rate).is_some() {
        rows.insert(0, row(peers::OURS, "", ours));
    }
    let columns = [
        "server",
        "RegisterWithAccessGateway, requests/s",
        "ours is times as fast",
        "CPU s per 1,000",
        "SaveUser, filled, requests/s",
        "ours is times as fast",
        "CPU s per 1,000",
    ];
    table(report, "Peers", &columns, &rows);
}

pub fn scale(report: &mut String, results: &Results, sizes: &[u32]) {
    let rows = sizes.iter().map(|users| {
        let name = scale::name(*users);
        let time = |work| number(results.median(&name, work, What::Time), 1);
        let mut row = vec![name.clone(), time(scale::START), time(scale::FIRST_CALLS)];
        let rates = scale::CALLS.map(|call| number(results.median(&name, call, What::Rate), 0));
        row.extend(rates);
        row
    });
    let mut columns = vec![
        "database",
        "ms from start to first answer",
        "ms for 100 GetUser then",
    ];
    columns.extend(scale::CALLS);
    table(report, "Many users", &columns, &rows.collect::<Vec<_>>());
}

/// Nodes beside pgbench.
pub fn cluster(report: &mut String, results: &Results) {
    let works = [cluster::SAVE, cluster::GET];
    let rows = works.into_iter().flat_map(|work| {
        let sides = [PGBENCH, NO_TURN, ONE, ONE_OF_TWO, TWO];
        sides.into_iter().filter_map(move |side| {
            let rate = results.median(side, work, What::Rate)?;
            let ratio = results.ratio((side, work), (PGBENCH, work), What::Rate);
            Some(vec![
                work.to_owned(),
                side.to_owned(),
                format!("{rate:.0}"),
                number(ratio, 2),
                number(results.least(side, work, What::Cpu), 4),
            ])
        })
    });
    let columns = [
        "over PostgreSQL",
        "by",
        "a second",
        "ratio to pgbench",
        "CPU s per 1,000",
    ];
    table(report, "Several nodes", &columns, &rows.collect::<Vec<_>>());
}

pub fn memory(report: &mut String, results: &Results) {
    let kib = |side, when, unit: f64| {
        let value = results.median(side, when, What::Memory);
        number(value.map(|kib| kib / unit), 1)
    };
    let whole = [
        memory::STARTED,
        memory::LOADED,
        memory::LARGE,
        memory::MANY_LARGE,
    ];
    let each = [memory::UNUSED, memory::KEPT];
    let whole = whole.map(|when| (when, 1024.0, "MiB"));
    let each = each.map(|when| (when, 1.0, "KiB"));
    let rows = whole.into_iter().chain(each).map(|(when, unit, name)| {
        vec![
            when.to_owned(),
            format!("{} {name}", kib(memory::RESIDENT, when, unit)),
            format!("{} {name}", kib(memory::ANONYMOUS, when, unit)),
            match name {
                "MiB" => format!("{} {name}", kib(memory::MOST, when, unit)),
                _ => String::new(),
            },
        ]
    });
    let columns = [
        "when",
        "resident",
        "of that anonymous",
        "most that was resident",
    ];
    table(report, "Memory", &columns, &rows.collect::<Vec<_>>());
}

/// Puts a report into the document, in place of the last one.
pub fn write(report: &str) {
    page::replace("measured", &format!("{report}\n"));
}
