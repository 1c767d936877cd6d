//! Access to data without knowing its type.

use super::{DateTime, Enumeration, Field, List, ListSlot, Map, MapSlot, ObjectType, Shape};
use std::any::Any;

/// A value to be read by a walker.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// Nothing: nil in XML, null in JSON.
    Null,
    /// `xs:boolean`
    Bool(bool),
    /// `xs:short`
    Short(i16),
    /// `xs:int`
    Int(i32),
    /// `xs:string`
    Text(&'a str),
    /// `xs:dateTime`
    DateTime(DateTime),
    /// `xs:base64Binary`, decoded
    Bytes(&'a [u8]),
    /// The number of a member, or the set of bits when the enumeration is of flags.
    Enum(&'static Enumeration, i32),
    /// A carrier.
    Object(&'a dyn Object),
    /// An array.
    List(&'a dyn List),
    /// A dictionary.
    Map(&'a dyn Map),
}

/// A place to be filled by a walker. Asking for the slot of an optional place makes it present.
pub enum Slot<'a> {
    /// `xs:boolean`
    Bool(&'a mut bool),
    /// `xs:short`
    Short(&'a mut i16),
    /// `xs:int`
    Int(&'a mut i32),
    /// `xs:string`
    Text(&'a mut String),
    /// `xs:dateTime`
    DateTime(&'a mut DateTime),
    /// `xs:base64Binary`, decoded
    Bytes(&'a mut Vec<u8>),
    /// The number of a member, or the set of bits when the enumeration is of flags.
    Enum(&'static Enumeration, &'a mut dyn EnumSlot),
    /// A carrier.
    Object(&'a mut dyn Object),
    /// An array, to which items are appended.
    List(&'a mut dyn ListSlot),
    /// A dictionary, to which entries are appended.
    Map(&'a mut dyn MapSlot),
}

/// Anything that a field, an array item or a dictionary value can hold.
pub trait Value: Default + Send + Sync + 'static {
    /// What it looks like.
    const SHAPE: Shape;
    /// Whether a field of this type may be nil.
    const NILLABLE: bool = false;

    /// The value, to be read.
    fn view(&self) -> View<'_>;
    /// The value's place, to be filled; a value that was absent is there from then on.
    fn slot(&mut self) -> Slot<'_>;
}

/// A carrier, request or response, its members reached by their index in
/// [`ObjectType::fields`].
///
/// An index beyond the last field panics; walkers take theirs from the descriptor.
pub trait Object: Any + Send + Sync {
    /// The descriptor.
    fn object_type(&self) -> &'static ObjectType;
    /// A member, to be read.
    fn field(&self, index: usize) -> View<'_>;
    /// A member, to be filled.
    fn field_mut(&mut self, index: usize) -> Slot<'_>;
}

/// A place for a member of an enumeration.
pub trait EnumSlot {
    /// Sets the number; false, and nothing changed, when no member has it.
    fn set(&mut self, number: i32) -> bool;
}

impl Field {
    /// Describes a field of type `T`.
    pub const fn of<T: Value>(name: &'static str, doc: &'static str) -> Self {
        Self {
            name,
            rest_name: name,
            shape: T::SHAPE,
            nillable: T::NILLABLE,
            doc,
        }
    }

    /// The same field with a name of its own outside of SOAP.
    #[must_use]
    pub const fn known_to_rest_as(self, rest_name: &'static str) -> Self {
        Self { rest_name, ..self }
    }
}

macro_rules! scalar {
    ($($type:ty => $kind:ident, $self:ident $view:expr;)*) => {$(
        impl Value for $type {
            const SHAPE: Shape = Shape::$kind;
            fn view(&$self) -> View<'_> {
                View::$kind($view)
            }
            fn slot(&mut self) -> Slot<'_> {
                Slot::$kind(self)
            }
        }
    )*};
}

scalar! {
    bool => Bool, self *self;
    i16 => Short, self *self;
    i32 => Int, self *self;
    String => Text, self self;
    DateTime => DateTime, self *self;
}

/// Binary data, base64 in every format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Value for Bytes {
    const SHAPE: Shape = Shape::Bytes;
    fn view(&self) -> View<'_> {
        View::Bytes(&self.0)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Bytes(&mut self.0)
    }
}

impl<T: Value> Value for Option<T> {
    const SHAPE: Shape = T::SHAPE;
    const NILLABLE: bool = true;
    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Null, T::view)
    }
    fn slot(&mut self) -> Slot<'_> {
        self.get_or_insert_default().slot()
    }
}

impl<T: Value> Value for Box<T> {
    const SHAPE: Shape = T::SHAPE;
    fn view(&self) -> View<'_> {
        T::view(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        T::slot(self)
    }
}
