//! How a campaign stands: [`Standing`].

use std::time::Duration;

use batchcast_transport::reach::Reach;
use batchcast_transport::time::Unix;

use crate::ending::{Stopped, Why};
use crate::follow_up::Followed;
use crate::ledger::{BatchState, CampaignId, CampaignKey, CampaignRow, LedgerError, Settled, Stage, View};
use crate::outcome::{Counts, Requests};
use crate::plan::Plan;

/// How a campaign stands, by its ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// Which.
    pub id: CampaignId,
    /// What it set out to do.
    pub plan: Plan,
    /// Whether it goes on.
    pub state: State,
    /// The recipients.
    pub recipients: Counts,
    /// The requests.
    pub requests: Requests,
    /// The vendor's names for what was accepted, by the number of the batch.
    pub message_ids: Vec<String>,
    /// The vendor's own counts of it, when it was last asked, and when that was; batches of which it said nothing are not in
    /// them.
    pub reach: Option<(Reach, Unix)>,
    /// How long runs have taken.
    pub elapsed: Duration,
    /// What ended the last run before its end.
    pub stopped: Option<Stopped>,
    /// Whether what is left is never sent, by order.
    pub is_cancelled: bool,
    /// What to do next.
    pub next: Step,
}

/// Whether a campaign goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It never began.
    Planned,
    /// A run holds it.
    Running,
    /// It may go on.
    Paused,
    /// Nothing is left to send.
    Finished,
}

impl State {
    /// The name: `planned`, `running`, `paused` or `finished`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Finished => "finished",
        }
    }
}

/// What to do next with a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// Run it.
    Run,
    /// Run it though the vendor refused its message, if that has changed.
    RunAgain,
    /// Settle what is in doubt.
    Resolve,
}

/// Whether somebody holds a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    Yes,
    No,
}

/// How this campaign stands.
pub(crate) fn standing(view: &dyn View, campaign: CampaignRow, held: Held) -> Result<Standing, LedgerError> {
    let sizes = view.sizes(campaign.key)?;
    let recipients = counts(view, campaign.key)?;
    let in_hand =
        sizes.iter().any(|(state, size)| matches!(state, BatchState::Claimed | BatchState::InFlight) && *size > 0);
    let state = match (held, campaign.stage) {
        (Held::Yes, Stage::Started | Stage::Cancelled) => State::Running,
        (_, Stage::Importing | Stage::Planned) => State::Planned,
        (_, Stage::Cancelled) => State::Finished,
        // What a dead run left in hand is to be swept.
        (Held::No, Stage::Started) if recipients.pending > 0 || in_hand => State::Paused,
        (Held::No, Stage::Started) => State::Finished,
    };
    let mut message_ids = Vec::new();
    view.batches_in(campaign.key, BatchState::Accepted, &mut |batch| {
        message_ids.extend(batch.message_id);
        Ok(())
    })?;
    let followed = Followed { batches: view.reach(campaign.key)?, ..Followed::default() };
    let reach = followed.at().map(|at| (followed.total(), at));
    let next = match state {
        _ if campaign.forgotten_at.is_some() => Step::Nothing,
        State::Planned => Step::Run,
        State::Paused if campaign.stopped.as_ref().is_some_and(|stopped| stopped.why == Why::MessageRefused) => {
            Step::RunAgain
        }
        State::Paused => Step::Run,
        State::Finished if recipients.unknown > 0 => Step::Resolve,
        State::Running | State::Finished => Step::Nothing,
    };
    Ok(Standing {
        id: campaign.id,
        state,
        recipients,
        requests: campaign.requests,
        message_ids,
        reach,
        elapsed: campaign.elapsed,
        stopped: campaign.stopped.map(Stopped::from).filter(|_| state != State::Running),
        is_cancelled: campaign.stage == Stage::Cancelled,
        next,
        plan: campaign.plan,
    })
}

/// How many recipients are in each state: a recipient's state is its batch's, unless it has one of its own.
pub(crate) fn counts(view: &dyn View, campaign: CampaignKey) -> Result<Counts, LedgerError> {
    let mut counts = Counts::default();
    for (state, size) in view.sizes(campaign)? {
        counts.total += size;
        *of_state(&mut counts, state) += size;
    }
    for (batch, own, count) in view.exceptions(campaign)? {
        let from = of_state(&mut counts, batch);
        *from = from.saturating_sub(count);
        let own = match own {
            Settled::Accepted => BatchState::Accepted,
            Settled::Rejected => BatchState::Rejected,
            Settled::Unknown => BatchState::Unknown,
        };
        *of_state(&mut counts, own) += count;
    }
    Ok(counts)
}

const fn of_state(counts: &mut Counts, state: BatchState) -> &mut u64 {
    match state {
        BatchState::Pending | BatchState::Claimed | BatchState::Split => &mut counts.pending,
        BatchState::Accepted => &mut counts.accepted,
        BatchState::Rejected => &mut counts.rejected,
        BatchState::InFlight | BatchState::Unknown => &mut counts.unknown,
    }
}
