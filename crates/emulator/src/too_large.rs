//! A request whose body was not read.

use std::fmt;

/// An extension of a request whose body has more bytes than this and was not read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooLarge(pub(crate) usize);

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the emulator reads at most {} bytes of a request body", self.0)
    }
}
