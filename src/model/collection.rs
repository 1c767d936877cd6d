//! Arrays and dictionaries.

use super::{Shape, Slot, Value, View, Written};
use std::collections::HashSet;

/// An array to be read.
pub trait List {
    /// The number of items.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The item at an index below [`len`](Self::len).
    fn item(&self, index: usize) -> View<'_>;
    /// Where formats keep what they make of an array that lasts; `None` where it does not.
    fn written(&self) -> Option<&Written> {
        None
    }
}

/// An array to be filled.
pub trait ListSlot {
    /// Appends a default item and gives its slot. Nil items are left out by the readers, since
    /// no operation gives them a meaning.
    fn push(&mut self) -> Slot<'_>;
}

impl<T: Value> List for Vec<T> {
    fn len(&self) -> usize {
        Vec::len(self)
    }
    fn item(&self, index: usize) -> View<'_> {
        self[index].view()
    }
}

impl<T: Value> ListSlot for Vec<T> {
    fn push(&mut self) -> Slot<'_> {
        self.push_mut(T::default()).slot()
    }
}

impl<T: Value> Value for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
    fn view(&self) -> View<'_> {
        View::List(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

/// A dictionary to be read; entries keep the order in which they came.
pub trait Map {
    /// The number of entries.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The entry at an index below [`len`](Self::len).
    fn entry(&self, index: usize) -> (&str, View<'_>);
    /// Where formats keep what they make of a dictionary that lasts; `None` where it does not.
    fn written(&self) -> Option<&Written> {
        None
    }
}

/// A dictionary to be filled. XML may give an entry's value before its key, so an entry is
/// opened first and its two halves are filled in any order.
pub trait MapSlot {
    /// Appends an entry with an empty key and a default value.
    fn open(&mut self);
    /// The key of the entry opened last.
    fn key(&mut self) -> &mut String;
    /// The value of the entry opened last.
    fn value(&mut self) -> Slot<'_>;
    /// The first key that occurs again, if any; to be asked once, when all entries are in.
    fn repeated_key(&self) -> Option<&str>;
}

impl<T: Value> Map for Vec<(String, T)> {
    fn len(&self) -> usize {
        Vec::len(self)
    }
    fn entry(&self, index: usize) -> (&str, View<'_>) {
        let (key, value) = &self[index];
        (key, value.view())
    }
}

impl<T: Value> MapSlot for Vec<(String, T)> {
    fn open(&mut self) {
        self.push((String::new(), T::default()));
    }
    fn key(&mut self) -> &mut String {
        if self.is_empty() {
            self.open();
        }
        let last = self.len() - 1;
        &mut self[last].0
    }
    fn value(&mut self) -> Slot<'_> {
        if self.is_empty() {
            self.open();
        }
        let last = self.len() - 1;
        self[last].1.slot()
    }
    fn repeated_key(&self) -> Option<&str> {
        repeated_key(self)
    }
}

pub(super) fn repeated_key<T>(entries: &[(String, T)]) -> Option<&str> {
    let mut seen = HashSet::with_capacity(entries.len());
    let mut keys = entries.iter().map(|(key, _)| key.as_str());
    keys.find(|key| !seen.insert(*key))
}
