//! The table of operations for people, in Markdown.

mod resources;

use super::files::{self, File};
use crate::model::{Access, Edition, Operation, Reach, Rest, Service};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// The table of all operations of several services, as `operations.md`, and that of all resources,
/// as `resources.md`.
pub fn files(services: &[&'static Service], resources: &[&'static Service]) -> Vec<File> {
    vec![
        File {
            path: "operations.md".to_owned(),
            text: text(services),
        },
        File {
            path: "resources.md".to_owned(),
            text: resources::text(resources),
        },
    ]
}

/// Writes [`files()`] into a directory.
pub fn write_all(
    directory: &Path,
    services: &[&'static Service],
    resources: &[&'static Service],
) -> io::Result<()> {
    files::write_all(directory, files(services, resources))
}

fn text(services: &[&'static Service]) -> String {
    let mut text = String::from(
        "# Operations\n\n\
         Made from the contract by `services88 docs`; what to change is in `src/contract`. \
         The middle column is what a caller needs: a ticket of some kind, or a role with one of \
         the rights named. System users may all.\n",
    );
    for service in services {
        // Writing into a String does not fail.
        let _ = write!(
            text,
            "\n## {}.svc\n\n| operation | needs | REST twin |\n|---|---|---|\n",
            service.name
        );
        for operation in service.operations {
            let _ = writeln!(
                text,
                "| `{}`{} | {} | {} |",
                operation.name,
                match operation.since {
                    Edition::Wsdl2023 => "",
                    Edition::Rest2026 => " (2026)",
                },
                needs(operation),
                rest(service, operation)
            );
        }
    }
    text
}

/// What an operation asks of its caller, in words.
pub(super) fn needs(operation: &Operation) -> String {
    let needs = ticket(operation.access);
    match operation.reach {
        Reach::All => needs,
        Reach::Own => format!("{needs}, for oneself"),
        Reach::Others(access) => format!("{needs}; for others {}", ticket(access)),
        Reach::Company => format!("{needs}; external users for their own company"),
    }
}

fn ticket(access: Access) -> String {
    match access {
        Access::Anybody => "nothing".to_owned(),
        Access::Ticket => "a ticket".to_owned(),
        Access::Employee => "an employee's ticket".to_owned(),
        _ => {
            let rights: Vec<_> = access.rights().iter().map(|it| format!("`{it}`")).collect();
            rights.join(" or ")
        }
    }
}

fn rest(service: &Service, operation: &Operation) -> String {
    // Logging in has no twin: REST callers say who they are in each request.
    if operation.access == Access::Anybody {
        return "none".to_owned();
    }
    let arguments = match operation.rest {
        _ if operation.request.fields.is_empty() => "no arguments",
        Rest::Arguments => "arguments in an object",
        Rest::Bare => "the argument is the body",
        Rest::Query => "argument in the query",
    };
    format!(
        "`POST /api/v1/Agents/{}/{}`, {arguments}",
        service.name, operation.name
    )
}

#[cfg(test)]
mod tests {
    use super::files;
    use crate::contract::{RESOURCES, SERVICES};
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_committed_table_is_up_to_date() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        for file in files(SERVICES, RESOURCES) {
            let committed = fs::read_to_string(docs.join(&file.path)).unwrap_or_default();
            assert!(
                committed == file.text,
                "docs/ is stale, run `cargo run -- docs`"
            );
        }
    }
}
