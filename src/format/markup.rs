//! XML for people to read: indented, one element a line.

use super::xml::{push_attribute, push_text};

const STEP: &str = "  ";

/// A document that grows from top to bottom. Names are written as they are given; attribute
/// values and text are escaped.
pub struct Markup {
    text: String,
    depth: usize,
}

impl Markup {
    /// An empty document.
    pub fn new() -> Self {
        Self {
            text: String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"),
            depth: 0,
        }
    }

    /// An element that holds others; without any it closes itself.
    pub fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        content: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes);
        let start = self.text.len();
        self.text.push_str(">\n");
        let inside = self.text.len();
        self.depth += 1;
        content(self);
        self.depth -= 1;
        if self.text.len() == inside {
            self.text.truncate(start);
            self.text.push_str("/>\n");
        } else {
            self.indent();
            self.end(name);
        }
    }

    /// An element that holds text.
    pub fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.start(name, attributes);
        self.text.push('>');
        push_text(&mut self.text, text);
        self.end(name);
    }

    /// An element that holds nothing.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.text.push_str("/>\n");
    }

    /// The text written so far.
    pub fn finish(self) -> String {
        self.text
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        for (attribute, value) in attributes {
            self.text.push(' ');
            self.text.push_str(attribute);
            self.text.push_str("=\"");
            push_attribute(&mut self.text, value);
            self.text.push('"');
        }
    }

    fn end(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push_str(">\n");
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str(STEP);
        }
    }
}
