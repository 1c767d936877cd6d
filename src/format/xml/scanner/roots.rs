//! Root start tags that have been read before.
//!
//! A client writes the same one in each of its messages, and declares all its namespaces in it,
//! which makes it the longest tag of a small message. What it says follows from its bytes alone.

use super::super::namespaces::{Declarations, Ns};
use super::{Scanner, Tag};
use std::cell::RefCell;

/// How many a thread remembers, and the longest of them.
const REMEMBERED: usize = 4;
const LONGEST: usize = 1024;

thread_local! {
    static ROOTS: RefCell<Vec<Root>> = const { RefCell::new(Vec::new()) };
}

/// A start tag of a root element with no attributes but declarations, which is within limits.
struct Root {
    /// All of it, from `<` to `>`.
    text: String,
    /// The limits on attributes and on the bytes of names.
    limits: (usize, usize),
    /// Where the name ends.
    name: usize,
    /// Length of the prefix, 0 where there is none.
    prefix: usize,
    ns: Ns,
    declarations: Declarations,
}

impl<'a> Scanner<'a> {
    /// Reads the start tag that comes next, which is that of the root, if it is known.
    pub(super) fn known_root(&mut self) -> Option<Tag<'a>> {
        if self.is_step_by_step() {
            return None;
        }
        let text = self.text.get(self.at..)?;
        let limits = (self.limits.attributes, self.limits.name_bytes);
        ROOTS.with_borrow(|roots| {
            let known = |root: &&Root| text.starts_with(&root.text) && root.limits == limits;
            let root = roots.iter().find(known)?;
            let name = text.get(1..root.name)?;
            if !self.has_room_for(name.as_bytes()) {
                return None;
            }
            let colon = usize::from(root.prefix > 0);
            let local = name.get(root.prefix + colon..)?;
            self.scopes.open(name.as_bytes(), root.prefix, root.ns);
            self.scopes.declare_all(&root.declarations, text);
            self.attributes.clear();
            self.elements += 1;
            self.at += root.text.len();
            Some(Tag {
                ns: root.ns,
                local,
                nil: false,
            })
        })
    }

    /// Remembers the tag of the root element just started, which begins here, if it is one that
    /// is worth it.
    pub(super) fn remember_root(&self, from: usize, tag: &Tag<'a>) {
        let text = self.text.get(from..self.at).unwrap_or_default();
        if text.len() > LONGEST || self.ends_next || tag.nil || !self.attributes.is_empty() {
            return;
        }
        let name = self.scopes.innermost().map_or(0, <[u8]>::len);
        let Some(declarations) = self.scopes.declarations(text) else {
            return;
        };
        let root = Root {
            text: text.to_owned(),
            limits: (self.limits.attributes, self.limits.name_bytes),
            name: 1 + name,
            prefix: (name - tag.local.len()).saturating_sub(1),
            ns: tag.ns,
            declarations,
        };
        ROOTS.with_borrow_mut(|roots| {
            roots.truncate(REMEMBERED - 1);
            roots.insert(0, root);
        });
    }
}
