//! Formats: each walks descriptors and knows no carrier by name.
