//! What happens, as it happens: [`Event`].

use serde::Serialize;

use crate::ledger::BatchNumber;

/// Something that happened to a campaign. Written as JSON it is an object with its name as `event`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// So many of the recipients are written down.
    ImportChunk {
        /// How many so far.
        recipients: u64,
    },
    /// All recipients are written down, and the plan is about to count.
    Importing {
        /// How many.
        recipients: u64,
    },
    /// The plan counts.
    Imported {
        /// The campaign.
        campaign: String,
        /// How many recipients.
        recipients: u64,
    },
    /// A run has begun.
    Started {
        /// The campaign.
        campaign: String,
        /// How many batches are in doubt because the run before it broke off.
        swept: u32,
    },
    /// A batch is in hand.
    Claimed {
        /// Which.
        batch: BatchNumber,
        /// How long until its slot comes, in milliseconds.
        wait_ms: u64,
    },
    /// Its request leaves now.
    Begun {
        /// Which batch.
        batch: BatchNumber,
        /// Which attempt of it.
        attempt: u32,
        /// How many recipients.
        recipients: u32,
    },
    /// Its answer is in hand, or it is known that there is none.
    Answered {
        /// Which batch.
        batch: BatchNumber,
        /// Which attempt of it.
        attempt: u32,
        /// The class of the answer; `done` where it was accepted.
        class: &'static str,
    },
    /// What became of it is written down.
    Recorded {
        /// Which batch.
        batch: BatchNumber,
        /// Which attempt of it.
        attempt: u32,
        /// What became of it: `pending`, `accepted`, `rejected`, `unknown` or `split`.
        state: &'static str,
    },
    /// An answer came when somebody had already said what became of the batch. It is not written down.
    TooLate {
        /// Which batch.
        batch: BatchNumber,
        /// Which attempt of it.
        attempt: u32,
    },
    /// A run has come to its end.
    Ended {
        /// Why, if it was before every batch had its answer.
        stopped: Option<&'static str>,
    },
}

/// Is told what happens, on the thread on which it happens and before anything else does there.
pub trait Observer: Sync {
    /// This has happened.
    fn observe(&self, event: &Event);
}

impl<F: Fn(&Event) + Sync> Observer for F {
    fn observe(&self, event: &Event) {
        self(event);
    }
}

/// Nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn observe(&self, _: &Event) {}
}
