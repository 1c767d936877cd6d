//! Formats: each walks descriptors and knows no carrier by name.

mod files;
mod markup;
pub mod wsdl;
mod xsd;

pub use files::File;
