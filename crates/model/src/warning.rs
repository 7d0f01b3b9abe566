//! What is allowed but will probably not do what was meant.

use std::fmt;

/// Something that can be sent, and may still surprise: undocumented, ignored, or refused later by the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    place: String,
    text: String,
}

impl Warning {
    pub(crate) fn new(place: impl fmt::Display, text: impl Into<String>) -> Self {
        Self { place: place.to_string(), text: text.into() }
    }

    /// Where: a JSON path, as in [`Invalid::place`](crate::Invalid::place).
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What may happen, and what to do instead.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}
