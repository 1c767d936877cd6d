//! XML 1.0 with namespaces: bytes to text, text to tokens, tokens to objects and back.
//!
//! [`decode`](decode::decode) settles the character set, [`Scanner`] hands out tokens and
//! enforces every rule of well-formedness and every limit, [`read`] and [`mod@write`] walk
//! descriptors. Neither direction knows a type by name.

#[cfg(test)]
mod both_ways;
pub mod data_contract;
mod declaration;
pub mod decode;
mod escape;
#[cfg(test)]
mod independent;
mod names;
mod namespaces;
pub mod read;
mod runs;
mod scanner;
mod starts;
pub mod write;

pub use escape::{push_attribute, push_text};
pub use namespaces::{Ns, SOAP11, SOAP12, XSI};
pub use scanner::{Scanner, Tag, Token};
