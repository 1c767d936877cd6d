//! What a process and its children use, as the system counts it.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// Ticks in which `/proc` counts time.
const TICKS_PER_SECOND: f64 = 100.0;

/// Time that a process, its threads and its children have been running, ended ones included.
/// It comes in steps of 10 ms.
pub fn cpu(process: u32) -> Duration {
    let ticks: u64 = family(process).iter().map(|process| process.ticks).sum();
    Duration::from_secs_f64(ticks as f64 / TICKS_PER_SECOND)
}

/// Memory of a process in KiB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// All that is in memory, pages of files included.
    pub resident: f64,
    /// Of that what is in no file: heap and stacks.
    pub anonymous: f64,
    /// The most that was ever resident.
    pub most: f64,
}

pub fn memory(process: u32) -> Memory {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let value = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let words = line.unwrap_or_default().split_whitespace();
        words.filter_map(|word| word.parse().ok()).next()
    };
    Memory {
        resident: value("VmRSS:").unwrap_or_default(),
        anonymous: value("RssAnon:").unwrap_or_default(),
        most: value("VmHWM:").unwrap_or_default(),
    }
}

impl Memory {
    pub fn since(self, before: Self) -> Self {
        Self {
            resident: self.resident - before.resident,
            anonymous: self.anonymous - before.anonymous,
            most: self.most - before.most,
        }
    }

    /// A part of it for each of so many.
    pub fn of_each(self, number: u32) -> Self {
        let number = f64::from(number);
        Self {
            resident: self.resident / number,
            anonymous: self.anonymous / number,
            most: self.most / number,
        }
    }
}

/// What is known of a process.
pub struct Process {
    pub id: u32,
    parent: u32,
    ticks: u64,
}

/// A process and all that descends from it, the eldest first.
pub fn family(first: u32) -> Vec<Process> {
    let all = fs::read_dir("/proc").expect("the list of processes");
    let mut others: BTreeMap<u32, Process> = all
        .filter_map(|entry| {
            let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
            Some((id, process(id)?))
        })
        .collect();
    let mut found: Vec<_> = others.remove(&first).into_iter().collect();
    let mut parents = vec![first];
    while let Some(parent) = parents.pop() {
        let children = others.iter().filter(|(_, it)| it.parent == parent);
        let children: Vec<_> = children.map(|(id, _)| *id).collect();
        for id in children {
            found.extend(others.remove(&id));
            parents.push(id);
        }
    }
    found
}

fn process(id: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before may contain anything, brackets too.
    let (_, fields) = stat.rsplit_once(") ")?;
    let fields: Vec<_> = fields.split(' ').collect();
    let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    // User and system time of its own, then those of children that have ended.
    let ticks = (11..=14).map(|at| number(at).unwrap_or_default()).sum();
    Some(Process {
        id,
        parent: fields.get(1)?.parse().ok()?,
        ticks,
    })
}
