//! What the measurements were made on.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The machine and what programs were built with, a line each.
pub fn description() -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = field("/proc/meminfo", "MemTotal:");
    let kib: f64 = memory.trim_end_matches(" kB").parse().unwrap_or_default();
    let mut lines = vec![
        format!(
            "processor: {}, {cores} cores",
            field("/proc/cpuinfo", "model name\t:")
        ),
        format!("memory: {:.1} GiB", kib / 1024.0 / 1024.0),
        format!("disk: {}", disk(Path::new(env!("CARGO_TARGET_TMPDIR")))),
        format!("kernel: {}", read("/proc/sys/kernel/osrelease").trim()),
        format!("compiler: {}", output("rustc", &["--version"])),
        format!("SQLite: {}", rusqlite::version()),
    ];
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    lines.push(format!("load average at the start: {load}"));
    lines
}

/// File system and device that a folder is on.
fn disk(folder: &Path) -> String {
    let mounts = read("/proc/self/mounts");
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ');
        let (device, place, kind) = (fields.next()?, fields.next()?, fields.next()?);
        folder
            .starts_with(place)
            .then_some((place.len(), device, kind))
    });
    let (_, device, kind) = mounts.max().unwrap_or_default();
    let device = device.rsplit('/').next().unwrap_or_default();
    format!("{kind} on {device}")
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn field(path: &str, name: &str) -> String {
    let text = read(path);
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    value.unwrap_or_default().trim().to_owned()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text).trim().to_owned()
}
