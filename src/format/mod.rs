//! Formats: each walks descriptors and knows no carrier by name.

pub mod aspnet;
mod enumeration;
mod files;
#[cfg(test)]
pub(crate) mod filled;
pub mod handbook;
pub mod json;
pub mod lexical;
mod markup;
pub mod odata;
pub mod openapi;
pub mod rest;
pub mod sample;
pub mod soap;
pub mod style;
pub mod wsdl;
pub mod xml;
mod xsd;

pub use files::File;
