//! A turn of the pace in a call's hand: [`Slot`].

use std::sync::Arc;

use super::Pace;
use crate::operation::Cost;
use crate::time::Tick;

/// A reserved slot. Dropped before its request leaves, because the call ends or its future is dropped, it is given
/// back.
#[derive(Debug)]
pub(super) struct Slot {
    /// When it comes.
    pub(super) at: Tick,
    cost: Cost,
    /// Whose it is; `None` once it is used.
    pace: Option<Arc<dyn Pace>>,
}

impl Slot {
    /// What this pace has granted.
    pub(super) fn new(at: Tick, cost: Cost, pace: &Arc<dyn Pace>) -> Self {
        Self { at, cost, pace: Some(Arc::clone(pace)) }
    }

    /// Its request leaves. One that was missed counts as if it had been used, too.
    pub(super) fn use_up(mut self) {
        self.pace = None;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(pace) = &self.pace {
            pace.give_back(self.cost, self.at);
        }
    }
}
