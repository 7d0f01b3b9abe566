//! How a run stands.

use batchcast_model::Recipient;
use batchcast_transport::time::Tick;

use crate::batch::State;
use crate::outcome::{Counts, Outcome, Progress, Summary};
use crate::reducer::Run;

impl Run {
    /// What became of everybody, in the order of the plan.
    #[must_use]
    pub fn outcomes(&self) -> Vec<(&Recipient, Outcome)> {
        let mut outcomes = vec![Outcome::Pending; self.recipients.len()];
        for batch in &self.batches {
            for position in &batch.members {
                outcomes[*position] = batch.outcome();
            }
        }
        for (position, outcome) in &self.exceptions {
            outcomes[*position] = outcome.clone();
        }
        self.recipients.iter().zip(outcomes).collect()
    }

    /// The counts.
    #[must_use]
    pub fn progress(&self, now: Tick) -> Progress {
        Progress { recipients: self.counts(), requests: self.requests, elapsed: now.since(self.started) }
    }

    /// The counts, the message ids and the ending.
    #[must_use]
    pub fn summary(&self, now: Tick) -> Summary {
        Summary { progress: self.progress(now), message_ids: self.message_ids.clone(), ending: self.ending.clone() }
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts { total: self.recipients.len() as u64, ..Counts::default() };
        for batch in &self.batches {
            let of_this_state = match &batch.state {
                State::Pending | State::Claimed | State::Split | State::Settled(Outcome::Pending) => {
                    &mut counts.pending
                }
                State::InFlight | State::Settled(Outcome::Unknown { .. }) => &mut counts.unknown,
                State::Settled(Outcome::Accepted { .. }) => &mut counts.accepted,
                State::Settled(Outcome::Rejected { .. }) => &mut counts.rejected,
            };
            *of_this_state += batch.members.len() as u64;
        }
        let exceptions = self.exceptions.len() as u64;
        counts.accepted -= exceptions;
        counts.rejected += exceptions;
        counts
    }
}
