//! Where a call has room for a text: every member at every depth, as the contract declares them.

use crate::answer::Node;
use crate::support::SERVICES88;
use services88::contract::user_service;
use services88::model::{Dictionary, Field, Namespace, ObjectType, Operation, Shape};
use std::fmt;

/// Calls that are right, one for each operation; see there.
const CALLS: &str = include_str!("../it/refusals/calls.txt");

/// A step into a call.
#[derive(Clone, Copy)]
enum Step {
    Member(&'static Field, Namespace),
    Item(Shape),
    Key(&'static Dictionary),
    Value(&'static Dictionary),
}

/// A place for a plain value.
#[derive(Clone)]
pub struct Place {
    steps: Vec<Step>,
    /// Whether any text will do there; others have to be numbers, dates and the like.
    pub is_text: bool,
}

/// The members that lead there, for people.
impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            let slash = if index == 0 { "" } else { "/" };
            match step {
                Step::Member(field, _) => write!(out, "{slash}{}", field.name)?,
                Step::Item(shape) => write!(out, "{slash}{}", shape.name())?,
                Step::Key(_) => write!(out, "{slash}Key")?,
                Step::Value(_) => write!(out, "{slash}Value")?,
            }
        }
        Ok(())
    }
}

/// All places in the arguments of an operation. Carriers within their own kind are left out.
pub fn places(operation: &Operation) -> Vec<Place> {
    let mut found = Vec::new();
    let mut carriers = Vec::new();
    members(
        operation.request,
        &mut Vec::new(),
        &mut carriers,
        &mut found,
    );
    found
}

fn members(
    object: &'static ObjectType,
    steps: &mut Vec<Step>,
    carriers: &mut Vec<&'static str>,
    found: &mut Vec<Place>,
) {
    if carriers.contains(&object.name) {
        return;
    }
    carriers.push(object.name);
    for field in object.fields {
        steps.push(Step::Member(field, object.namespace));
        within(field.shape, steps, carriers, found);
        steps.pop();
    }
    carriers.pop();
}

fn within(
    shape: Shape,
    steps: &mut Vec<Step>,
    carriers: &mut Vec<&'static str>,
    found: &mut Vec<Place>,
) {
    match shape {
        Shape::Object(object) => members(object(), steps, carriers, found),
        Shape::List(item) => {
            steps.push(Step::Item(*item));
            within(*item, steps, carriers, found);
            steps.pop();
        }
        Shape::Map(dictionary) => {
            steps.push(Step::Key(dictionary));
            within(Shape::Text, steps, carriers, found);
            steps.pop();
            steps.push(Step::Value(dictionary));
            within(dictionary.value, steps, carriers, found);
            steps.pop();
        }
        Shape::Bool
        | Shape::Short
        | Shape::Int
        | Shape::Text
        | Shape::DateTime
        | Shape::Bytes
        | Shape::Enum(_) => found.push(Place {
            steps: steps.clone(),
            is_text: matches!(shape, Shape::Text),
        }),
    }
}

/// The child of this name, which is made when it is missing.
fn child<'a>(node: &'a mut Node, namespace: Namespace, local: &str) -> &'a mut Node {
    let found = node.children.iter().position(|it| it.local == local);
    let index = found.unwrap_or_else(|| {
        let mut made = Node::default();
        made.local = local.to_owned();
        made.namespace = namespace.uri().to_owned();
        node.children.push(made);
        node.children.len() - 1
    });
    &mut node.children[index]
}

impl Place {
    /// How deep it is.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Puts a text there, whatever was there before.
    pub fn put(&self, call: &mut Node, text: &str) {
        let services = Namespace::Services88;
        let node = self.steps.iter().fold(call, |node, step| match *step {
            Step::Member(field, namespace) => child(node, namespace, field.name),
            Step::Item(shape) => child(node, shape.array_namespace(), &shape.name()),
            Step::Key(dictionary) => child(child(node, services, dictionary.item), services, "Key"),
            Step::Value(dictionary) => {
                child(child(node, services, dictionary.item), services, "Value")
            }
        });
        node.children.clear();
        node.text = text.to_owned();
    }

    /// What is there in an answer, below the argument that the answer gives back.
    pub fn find<'a>(&self, answer: &'a Node) -> Option<&'a str> {
        let found = self.steps[1..]
            .iter()
            .try_fold(answer, |node, step| match *step {
                Step::Member(field, _) => node.find(field.name),
                Step::Item(shape) => node.find(&shape.name()),
                Step::Key(dictionary) => node.find(dictionary.item)?.find("Key"),
                Step::Value(dictionary) => node.find(dictionary.item)?.find("Value"),
            });
        found.map(|node| node.text.as_str())
    }
}

/// A call of an operation of `User.svc` that an administrator gets through with, or none would.
pub fn call(operation: &Operation) -> Node {
    let mut lines = CALLS.lines();
    let line = lines.find(|line| {
        line.split_whitespace().next() == Some(operation.name) && !line.contains(" outside")
    });
    let line = line.unwrap_or_else(|| panic!("no call of {}", operation.name));
    let arguments = line.find('<').map_or("", |at| &line[at..]);
    let arrays = Namespace::Arrays.uri();
    let name = operation.name;
    Node::parse(&format!(
        "<{name} xmlns=\"{SERVICES88}\" xmlns:a=\"{arrays}\">{arguments}</{name}>"
    ))
}

/// The children of an element as XML that stands in the namespace of the services.
pub fn write(node: &Node) -> String {
    node.children
        .iter()
        .map(|child| element(child, SERVICES88))
        .collect()
}

fn element(node: &Node, outer: &str) -> String {
    let declared = if node.namespace == outer {
        String::new()
    } else {
        format!(" xmlns=\"{}\"", node.namespace)
    };
    let text = node
        .text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\r', "&#13;");
    let children: String = node
        .children
        .iter()
        .map(|child| element(child, &node.namespace))
        .collect();
    let name = &node.local;
    format!("<{name}{declared}>{text}{children}</{name}>")
}

/// The operations of `User.svc` in the order of [`CALLS`], in which all of them can be carried out.
pub fn in_order() -> Vec<&'static Operation> {
    let service = &user_service::SERVICE;
    let mut operations = service.operations.to_vec();
    let place = |name: &str| {
        let begins = |line: &str| line.split_whitespace().next() == Some(name);
        CALLS.lines().position(begins)
    };
    operations.sort_by_key(|operation| place(operation.name));
    operations
}
