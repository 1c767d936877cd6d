//! Dictionaries that are the same in many answers.

use super::{Map, MapSlot, Slot, Value, View};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

/// The entries of a dictionary in the order in which they came: its own, or [`Lasting`] ones, which
/// are neither copied nor written again for each answer.
#[derive(Clone, Debug)]
pub struct Entries<T: Clone + 'static> {
    entries: Cow<'static, [(String, T)]>,
    written: Option<&'static Written>,
}

/// Entries that stay what they are as long as the program runs.
#[derive(Debug)]
pub struct Lasting<T> {
    entries: Vec<(String, T)>,
    written: Written,
}

/// What formats make of something that lasts, each when it needs it for the first time.
#[derive(Debug, Default)]
pub struct Written {
    /// As content of an element of SOAP.
    pub xml: OnceLock<String>,
    /// As it is stored: nothing left out, no language chosen.
    pub json: OnceLock<Box<RawValue>>,
}

impl<T> Lasting<T> {
    /// Nothing has been written yet.
    pub fn new(entries: Vec<(String, T)>) -> Self {
        Self {
            entries,
            written: Written::default(),
        }
    }
}

impl<T: Clone> Entries<T> {
    /// The entries, to be changed: from here on they are nobody else's.
    fn own(&mut self) -> &mut Vec<(String, T)> {
        self.written = None;
        self.entries.to_mut()
    }
}

impl<T: Clone> Default for Entries<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T: Clone> From<Vec<(String, T)>> for Entries<T> {
    fn from(entries: Vec<(String, T)>) -> Self {
        Self {
            entries: Cow::Owned(entries),
            written: None,
        }
    }
}

impl<T: Clone> From<&'static Lasting<T>> for Entries<T> {
    fn from(lasting: &'static Lasting<T>) -> Self {
        Self {
            entries: Cow::Borrowed(&lasting.entries),
            written: Some(&lasting.written),
        }
    }
}

impl<T: Clone> Deref for Entries<T> {
    type Target = [(String, T)];
    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

impl<T: Clone + PartialEq> PartialEq for Entries<T> {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl<T: Value + Clone> Map for Entries<T> {
    fn len(&self) -> usize {
        self.entries.len()
    }
    fn entry(&self, index: usize) -> (&str, View<'_>) {
        let (key, value) = &self.entries[index];
        (key, value.view())
    }
    fn written(&self) -> Option<&'static Written> {
        self.written
    }
}

impl<T: Value + Clone> MapSlot for Entries<T> {
    fn open(&mut self) {
        MapSlot::open(self.own());
    }
    fn key(&mut self) -> &mut String {
        MapSlot::key(self.own())
    }
    fn value(&mut self) -> Slot<'_> {
        MapSlot::value(self.own())
    }
    fn repeated_key(&self) -> Option<&str> {
        super::collection::repeated_key(&self.entries)
    }
}

#[cfg(test)]
mod tests {
    use super::{Entries, Lasting};
    use crate::model::{Map, MapSlot, Slot};
    use std::sync::LazyLock;

    static LASTING: LazyLock<Lasting<i32>> =
        LazyLock::new(|| Lasting::new(vec![("one".to_owned(), 1)]));

    #[test]
    fn what_is_changed_is_a_copy() {
        let same = Entries::from(&*LASTING);
        let mut other = same.clone();
        assert!(other.written().is_some());
        other.open();
        other.key().push_str("two");
        if let Slot::Int(value) = other.value() {
            *value = 2;
        }
        assert!(other.written().is_none());
        assert_eq!(*other, [("one".to_owned(), 1), ("two".to_owned(), 2)]);
        assert_eq!(*same, [("one".to_owned(), 1)]);
        assert_eq!(same, Entries::from(vec![("one".to_owned(), 1)]));
    }
}
