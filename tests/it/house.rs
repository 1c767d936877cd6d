//! The rules of the house that a compiler does not hold.

use services88::contract::SERVICES;
use std::path::{Path, PathBuf};

/// The modules from the ground up: each uses those before it only.
const FLOORS: [&str; 15] = [
    "fault", "config", "model", "clock", "draft", "vault", "wait", "outbound", "contract",
    "format", "store", "session", "service", "server", "cli",
];
const LONGEST: usize = 500;
/// It says itself why it is longer.
const LONGER: &str = "src/contract/user_service.rs";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Path below the project, and text, of all files in a folder whose names end so.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            let name = path.to_str().unwrap().to_owned();
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if name.ends_with(ending) {
                found.push((name, std::fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

/// The modules of this crate that a file names, outside comments. A macro's `$crate` is not the
/// macro's own use.
fn used(text: &str) -> Vec<&str> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        line.match_indices("crate::").filter_map(|(at, found)| {
            let rest = &line[at + found.len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let own = !line[..at].ends_with('$');
            own.then(|| &rest[..end.unwrap_or(rest.len())])
        })
    })
    .collect()
}

#[test]
fn modules_use_lower_floors_only() {
    let floor = |module: &str| FLOORS.iter().position(|it| *it == module);
    let mut seen = [false; FLOORS.len()];
    for (path, text) in files("src", ".rs") {
        let module = path.split('/').nth(1).unwrap().trim_end_matches(".rs");
        if ["lib", "main"].contains(&module) {
            continue;
        }
        let own = floor(module).unwrap_or_else(|| panic!("{path} is on no floor"));
        seen[own] = true;
        for used in used(&text) {
            // A group of modules in braces has no name and ends here, too.
            let below = floor(used).unwrap_or_else(|| panic!("{path}: crate::{used}"));
            assert!(below <= own, "{path} uses {used}, which is above it");
            let siblings = (module, used) == ("store", "format");
            assert!(!siblings, "{path} uses {used}, which stands beside it");
        }
    }
    assert!(seen.iter().all(|it| *it), "a floor is empty: {seen:?}");
}

#[test]
fn uses_are_found_where_they_are() {
    let text = "use crate::model::X;\n//! crate::a\n  // crate::b\nfn x() { crate::fault::y(crate::z) }\n\
        $crate::c::d!()\nuse crate::{e, f};";
    assert_eq!(used(text), ["model", "fault", "z", ""]);
}

#[test]
fn every_operation_has_its_samples() {
    for service in SERVICES {
        for operation in service.operations {
            for form in ["client", "documentation"] {
                for direction in ["request", "response"] {
                    let file = format!("{}.{direction}.xml", operation.name);
                    let path = root()
                        .join("fixtures")
                        .join(form)
                        .join(service.name)
                        .join(file);
                    assert!(path.is_file(), "{}", path.display());
                }
            }
        }
    }
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    for folder in ["src", "tests", "benches"] {
        for (path, text) in files(folder, ".rs") {
            let lines = text.lines().count();
            assert!(
                lines <= LONGEST || path == LONGER,
                "{path} has {lines} lines"
            );
            assert!(
                text.starts_with("//! "),
                "{path} does not say what it is for"
            );
        }
    }
}

#[test]
fn every_file_of_tests_is_one_of_a_binary() {
    let binaries = [
        "tests/it",
        "tests/spec",
        "tests/hostile",
        "tests/machine",
        "tests/cluster",
        "tests/outbound",
        "tests/allocations",
    ];
    for (path, _) in binaries.map(|it| files(it, ".rs")).concat() {
        let path = Path::new(&path);
        let folder = path.parent().unwrap();
        let parent = match binaries.iter().any(|it| folder == Path::new(it)) {
            true => folder.join("main.rs"),
            false => folder.with_extension("rs"),
        };
        let parent = std::fs::read_to_string(root().join(parent)).unwrap();
        let module = path.file_stem().unwrap().to_str().unwrap();
        let listed = parent.contains(&format!("\nmod {module};"));
        assert!(
            listed || module == "main",
            "{} is in no module",
            path.display()
        );
    }
}

#[test]
fn documents_name_files_that_exist() {
    let exists = |path: &str| root().join(path).exists() || root().join("src").join(path).exists();
    let mut checked = 0;
    for document in [
        "README.md",
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/decisions.md",
    ] {
        let text = std::fs::read_to_string(root().join(document)).unwrap();
        for path in text
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|it| it.contains('/'))
        {
            let is_path = path
                .chars()
                .all(|c| c.is_alphanumeric() || "_./-".contains(c));
            let folder = path.split('/').next().unwrap();
            // What a run of the program or of cargo leaves here is no part of the project.
            let left_by_runs = ["", ".", "data", "target"].contains(&folder);
            if is_path && !left_by_runs && exists(folder) {
                assert!(exists(path), "{document}: {path}");
                checked += 1;
            }
        }
    }
    assert!(checked > 20, "{checked}");
}
