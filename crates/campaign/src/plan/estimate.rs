//! What a plan will take, and who has had it: [`Estimate`].

use std::time::Duration;

use batchcast_transport::exchange::{Limit, MemoryPace, Pace};
use batchcast_transport::operation::Cost;
use batchcast_transport::time::Tick;

use super::identity;
use super::seen::Seen;
use crate::ledger::{BatchState, CampaignId, CampaignRow, LedgerError, Stage, View};
use crate::outcome::Outcome;

/// What is still to be sent of a campaign, and what of it was sent by others.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Estimate {
    /// How many recipients are pending.
    pub recipients: u64,
    /// How many requests they take.
    pub requests: u64,
    /// The least time that the requests take at the pace, apart from the time that they themselves take and from what
    /// others send through the same app.
    pub shortest_time: Duration,
    /// Another campaign that is the same and has started.
    pub identical: Option<CampaignId>,
    /// Whether it starts with [`Again::Allow`](crate::ledger::Again::Allow) alone, because of that. One that has
    /// started itself goes on without.
    pub takes_again: bool,
    /// How many of all recipients got this very message in another campaign already, or may have.
    pub got_it_already: u64,
}

pub(crate) fn estimate(view: &dyn View, campaign: &CampaignRow, limits: Vec<Limit>) -> Result<Estimate, LedgerError> {
    let pace = MemoryPace::new(limits);
    let (mut recipients, mut requests, mut shortest_time) = (0, 0, Duration::ZERO);
    view.batches_in(campaign.key, BatchState::Pending, &mut |batch| {
        recipients += u64::from(batch.size);
        requests += 1;
        let wait = pace.reserve(Cost::one_request(batch.size), Tick::ZERO, Duration::MAX);
        shortest_time = shortest_time.max(wait.unwrap_or_default());
        Ok(())
    })?;
    let mut others = view.started_with_message(&campaign.plan.message)?;
    others.retain(|other| other.id != campaign.id);
    let identical = others.iter().find(|other| other.plan.identity == campaign.plan.identity);
    let identical = identical.map(|other| other.id.clone());
    let takes_again = identical.is_some() && campaign.stage == Stage::Planned;
    let got_it_already = got_it_already(view, campaign, &others)?;
    Ok(Estimate { recipients, requests, shortest_time, identical, takes_again, got_it_already })
}

fn got_it_already(view: &dyn View, campaign: &CampaignRow, others: &[CampaignRow]) -> Result<u64, LedgerError> {
    if others.is_empty() {
        return Ok(0);
    }
    let mut own = Seen::new();
    view.recipients(campaign.key, &mut |row| {
        own.insert(identity::fingerprint(&identity::recipient(&row.recipient)));
        Ok(())
    })?;
    let mut got_it = 0;
    for other in others {
        view.outcomes(other.key, &mut |row| {
            if matches!(row.outcome(), Outcome::Accepted { .. } | Outcome::Unknown { .. }) {
                // Taken out, so that nobody is counted twice.
                let recipient = identity::recipient(&row.recipient.recipient);
                got_it += u64::from(own.remove(identity::fingerprint(&recipient)));
            }
            Ok(())
        })?;
    }
    Ok(got_it)
}
