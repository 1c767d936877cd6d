//! The table of resources, and the columns of their lists.

use super::needs;
use crate::model::{ObjectType, Operation, Service, Shape};
use std::fmt::Write as _;

/// The page about the resources of several services.
pub fn text(services: &[&'static Service]) -> String {
    let mut text = String::from(
        "# Resources of the REST side\n\n\
         Made from the contract by `services88 docs`; what to change is in `src/contract`. Each \
         does what the operation of the user agent does, and asks the same of its caller. Words \
         in braces stand for arguments. The addresses below `/api/v1/Agents` are in \
         [`operations.md`](operations.md).\n",
    );
    for service in services {
        // Writing into a String does not fail.
        let _ = write!(
            text,
            "\n## {}\n\n| resource | needs | what it does |\n|---|---|---|\n",
            service.name
        );
        for operation in service.operations {
            let Some(route) = operation.route else {
                continue;
            };
            let _ = writeln!(
                text,
                "| `{} /api{}` | {} | {} |",
                route.method.name(),
                route.path,
                needs(operation),
                words(operation.doc)
            );
        }
        for operation in service.operations {
            if let (Some(route), Some(line)) = (operation.route, line(operation)) {
                let _ = write!(
                    text,
                    "\nColumns of `GET /api{}`:\n\n| column | type | |\n|---|---|---|\n",
                    route.path
                );
                for field in line.fields {
                    let (name, shape) = (field.rest_name, field.shape.name());
                    let _ = writeln!(text, "| `{name}` | {shape} | {} |", words(field.doc));
                }
            }
        }
    }
    text
}

/// What a line of a list looks like; `None` where the answer is no list.
fn line(operation: &Operation) -> Option<&'static ObjectType> {
    let Shape::Object(answer) = operation.response.fields.first()?.shape else {
        return None;
    };
    let value = answer().fields.iter().find(|field| field.name == "value")?;
    match value.shape {
        Shape::List(Shape::Object(line)) => Some(line()),
        _ => None,
    }
}

fn words(doc: &str) -> String {
    let words: Vec<_> = doc.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}
