//! Arrays and dictionaries that are the same in many answers.

use super::{List, ListSlot, Map, MapSlot, Shape, Slot, Value, View};
use serde_json::value::RawValue;
use std::ops::Deref;
use std::slice::Iter;
use std::sync::{Arc, OnceLock};

/// Items of an array, or entries of a dictionary: those of one carrier, or lasting ones, which are
/// neither copied nor written again for each answer that has them.
#[derive(Clone, Debug)]
pub struct Shared<T> {
    own: Vec<T>,
    lasting: Option<Arc<Lasting<T>>>,
}

#[derive(Debug)]
struct Lasting<T> {
    items: Vec<T>,
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

impl<T> Shared<T> {
    /// Items that clones of this have in common.
    pub fn lasting(items: Vec<T>) -> Self {
        let written = Written::default();
        Self {
            own: Vec::new(),
            lasting: Some(Arc::new(Lasting { items, written })),
        }
    }

    fn written(&self) -> Option<&Written> {
        self.lasting.as_ref().map(|lasting| &lasting.written)
    }
}

impl<T: Clone> Shared<T> {
    /// The items, to be changed: from here on they are nobody else's.
    fn own(&mut self) -> &mut Vec<T> {
        if let Some(lasting) = self.lasting.take() {
            self.own.clone_from(&lasting.items);
        }
        &mut self.own
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T> From<Vec<T>> for Shared<T> {
    fn from(own: Vec<T>) -> Self {
        Self { own, lasting: None }
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match &self.lasting {
            Some(lasting) => &lasting.items,
            None => &self.own,
        }
    }
}

impl<'a, T> IntoIterator for &'a Shared<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Value> List for Shared<T> {
    fn len(&self) -> usize {
        <[T]>::len(self)
    }
    fn item(&self, index: usize) -> View<'_> {
        self[index].view()
    }
    fn written(&self) -> Option<&Written> {
        self.written()
    }
}

impl<T: Value + Clone> ListSlot for Shared<T> {
    fn push(&mut self) -> Slot<'_> {
        ListSlot::push(self.own())
    }
}

impl<T: Value + Clone> Value for Shared<T> {
    const SHAPE: Shape = Vec::<T>::SHAPE;
    fn view(&self) -> View<'_> {
        View::List(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Value> Map for Shared<(String, T)> {
    fn len(&self) -> usize {
        <[_]>::len(self)
    }
    fn entry(&self, index: usize) -> (&str, View<'_>) {
        let (key, value) = &self[index];
        (key, value.view())
    }
    fn written(&self) -> Option<&Written> {
        self.written()
    }
}

impl<T: Value + Clone> MapSlot for Shared<(String, T)> {
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
        super::collection::repeated_key(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Shared;
    use crate::model::{MapSlot, Slot};

    #[test]
    fn what_is_changed_is_a_copy() {
        let same = Shared::lasting(vec![("one".to_owned(), 1)]);
        let mut other = same.clone();
        assert!(other.written().is_some());
        other.open();
        other.key().push_str("two");
        if let Slot::Int(value) = MapSlot::value(&mut other) {
            *value = 2;
        }
        assert!(other.written().is_none());
        assert_eq!(*other, [("one".to_owned(), 1), ("two".to_owned(), 2)]);
        assert_eq!(*same, [("one".to_owned(), 1)]);
        assert_eq!(same, Shared::from(vec![("one".to_owned(), 1)]));
    }
}
