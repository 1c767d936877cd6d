//! Settings of an installation: defaults, and what the operator may change.

/// What a message may be at most. Real clients meet none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageLimits {
    /// Bytes of a request body.
    pub body_bytes: usize,
    /// Elements inside each other.
    pub depth: usize,
    /// Attributes of one element, namespace declarations included.
    pub attributes: usize,
    /// Bytes of one element or attribute name.
    pub name_bytes: usize,
    /// Elements in all.
    pub elements: usize,
}

impl Default for MessageLimits {
    fn default() -> Self {
        Self {
            body_bytes: 4 * 1024 * 1024,
            depth: 64,
            attributes: 200,
            name_bytes: 1024,
            elements: 50_000,
        }
    }
}
