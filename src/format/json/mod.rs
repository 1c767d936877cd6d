//! JSON as the vendor's REST services write it: property names are those of the wire, members
//! of the base type come last, and enumerations are text.
//!
//! Both directions use serde as an interface and walk descriptors.

pub mod read;
mod write;

pub use write::{Json, Styled};
