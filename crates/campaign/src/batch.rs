//! One batch of a run: [`Batch`].

use batchcast_transport::time::Tick;

use crate::outcome::Outcome;

/// Where a batch stands in a run. Those of the plan come first; halves of a split batch get new numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BatchId(pub(crate) usize);

#[derive(Debug)]
pub(crate) struct Batch {
    /// Positions in the plan.
    pub(crate) members: Vec<usize>,
    pub(crate) state: State,
    pub(crate) attempts: u32,
    pub(crate) tries_again: u32,
    pub(crate) not_before: Tick,
}

#[derive(Debug)]
pub(crate) enum State {
    Pending,
    /// Somebody has it in hand and has sent nothing yet.
    Claimed,
    InFlight,
    Settled(Outcome),
    /// Its members are in two other batches.
    Split,
}

impl Batch {
    pub(crate) const fn new(members: Vec<usize>) -> Self {
        Self { members, state: State::Pending, attempts: 0, tries_again: 0, not_before: Tick::ZERO }
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match &self.state {
            State::Pending | State::Claimed | State::Split => Outcome::Pending,
            State::InFlight => Outcome::Unknown { reason: "no answer yet".to_owned(), mark: None, request_id: None },
            State::Settled(outcome) => outcome.clone(),
        }
    }
}
