//! What is on its way to the world.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Requests that have begun to arrive and are not processed yet.
#[derive(Debug, Default)]
pub(crate) struct Arriving {
    requests: AtomicUsize,
    /// Of all bodies so far.
    bytes: AtomicU64,
}

/// One of them, until it is processed or broken off.
#[must_use]
pub(super) struct Arrival<'a>(&'a Arriving);

impl Arriving {
    pub(super) fn begin(&self) -> Arrival<'_> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        Arrival(self)
    }

    pub(super) fn count(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::SeqCst);
    }

    /// How many there are, and how far they have come; none where there are none.
    pub(crate) fn progress(&self) -> Option<(usize, u64)> {
        let requests = self.requests.load(Ordering::SeqCst);
        (requests > 0).then(|| (requests, self.bytes.load(Ordering::SeqCst)))
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::SeqCst);
    }
}
