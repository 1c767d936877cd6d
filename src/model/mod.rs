//! The shape of data: what a carrier, an enumeration, a dictionary and an operation *are*,
//! before any format is chosen.
//!
//! [`Shape`] and the other descriptors are constants; the data itself is reached in two ways:
//! a [`View`] to read it and a [`Slot`] to fill it. Formats walk these and know no type by
//! name. The macros in `declare` turn one declaration into a plain struct, its descriptor and
//! its accessors.

mod collection;
mod datetime;
pub(crate) mod declare;
pub mod filter;
mod operation;
mod shape;
mod shared;
mod value;

pub use collection::{List, ListSlot, Map, MapSlot};
pub use datetime::{DateTime, Dates};
pub use operation::{
    Access, Begin, Dated, Edition, Effort, Handler, Handling, Invoke, Later, Method, Operation,
    Reach, Reply, Request, Rest, Route, Service,
};
pub use shape::{Dictionary, Enumeration, Field, Member, Namespace, ObjectType, Shape, Tags};
pub use shared::{Shared, Written};
pub use value::{Bytes, EnumSlot, Object, Slot, Value, View};

pub(crate) use declare::{carrier, dictionary, enumeration, flags, message, operations};
