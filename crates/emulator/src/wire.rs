//! What happens to an answer on its way.

use std::time::Duration;

/// What a [`World`](crate::World) wants done to an answer on the wire: an extension of the response, for whoever
/// carries it. [`Emulator`](crate::Emulator) does it; a caller of [`World::handle`](crate::World::handle) finds it in
/// the response's extensions, beside the answer as it would have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireFault {
    /// Send it so much later.
    Delay(Duration),
    /// Reset the connection and send nothing.
    Reset,
    /// Send the head and so many bytes of the body, then close the connection.
    Truncate(usize),
    /// Send the head, then the body byte by byte with so long before each.
    Slow(Duration),
}
