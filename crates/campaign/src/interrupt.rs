//! To stop what asks a vendor around a send, from another thread: [`Interrupt`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::refusal::Error;

/// Asks whatever was given a clone of it to stop: it is looked at before each call of a vendor. A call that is under way
/// is finished, and what it says is kept as ever; no other is begun.
///
/// It is asked once and for all. A [`Sending`](crate::Sending) is stopped [otherwise](crate::Sending::stop).
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// One that nobody has asked for as yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for it.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether somebody has asked for it.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Fails where somebody has.
    ///
    /// # Errors
    /// [`Error::Interrupted`].
    pub fn check(&self) -> Result<(), Error> {
        if self.is_asked() { Err(Error::Interrupted) } else { Ok(()) }
    }
}
