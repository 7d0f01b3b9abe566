//! What may be written when: the protocol of a campaign, once for every ledger.
//!
//! ```text
//!  pending ──claim──▶ claimed ──begin──▶ in flight ──record──▶ accepted | rejected | unknown | split
//!     ▲                  │                   │
//!     ├──────────────────┴─ released, swept  ├─ the answer proves that nothing was processed ──▶ pending
//!     └── resolved: resend ◀── unknown ◀─────┘  swept: whoever sent it is gone
//!                                 │
//!                                 └─ resolved by hand, or settled by the vendor's history ──▶ accepted | rejected | split
//! ```
//!
//! Each function here runs within one transaction of the ledger. What it finds other than expected is a value, not an
//! error, and then it writes nothing: somebody else was faster, or has taken over.
//!
//! The order of one attempt: [`claim`] with its slot of the pace, wait for the slot, a token, [`begin`] (committed
//! before any byte may leave), exactly one request, [`record`]. A crash before `begin` loses nothing; a crash after it
//! leaves its recipients in doubt, and only those.

mod begin;
mod cancel;
mod claim;
mod forget;
mod holding;
mod import;
mod pace;
mod quota;
mod record;
mod resolve;
mod settle;
mod split;
mod start;
mod sweep;

use std::time::Duration;

use batchcast_transport::channel::Channel;
use batchcast_transport::exchange::Limit;

use crate::ledger::{CampaignKey, CampaignRow, LedgerError, LedgerProblem, View};

pub use begin::{Attempt, Begun, begin};
pub use cancel::cancel;
pub use claim::{Claim, Claimed, claim, release};
pub use forget::forget;
pub use holding::{finish, heartbeat};
pub use import::{delete_left_over, delete_unstarted};
pub use pace::defer;
pub use record::{Fate, Recorded, Settlement, WasSent, record};
pub use resolve::{Resolution, Resolved, UnknownResolution, doubts, resolve};
pub use settle::{Told, settle};
pub use start::{Holder, Sent, Started, refusal, start};
pub use sweep::sweep;

/// What a lease gives an attempt beyond its deadline to come back and be recorded.
const LEASE_MARGIN: Duration = Duration::from_secs(30);

/// Which run of which campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenure {
    /// The campaign.
    pub campaign: CampaignKey,
    /// The run. A later one has a higher number, and what this one has in hand is then not its own any more.
    pub epoch: u64,
}

/// By what rules a run sends.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Terms {
    /// How long an attempt may take: not less than the channel itself gives it, for it says when a doubt may be
    /// settled.
    pub deadline: Duration,
    /// Under which name the pace and the volume of the app are kept; `None` keeps neither.
    pub pace: Option<String>,
    /// The pace.
    pub limits: Vec<Limit>,
    /// A pace of this run's own, below that of the app; nobody else keeps it.
    pub own_limits: Vec<Limit>,
    /// How many recipients within 24 hours.
    pub daily_quota: Option<u64>,
}

impl Terms {
    /// The documented pace and quota of this channel's app, shared by all that use the ledger.
    #[must_use]
    pub fn of(channel: &dyn Channel, deadline: Duration) -> Self {
        let pace = Some(channel.address().key());
        let (limits, own_limits) = (channel.limits(), Vec::new());
        Self { deadline, pace, limits, own_limits, daily_quota: channel.daily_quota() }
    }

    /// With another pace than the documented one.
    #[must_use]
    pub fn with_limits(self, limits: Vec<Limit>) -> Self {
        Self { limits, ..self }
    }

    /// With a lower pace for this run alone.
    #[must_use]
    pub fn with_own_limits(self, own_limits: Vec<Limit>) -> Self {
        Self { own_limits, ..self }
    }

    /// Every limit of the pace, for estimates.
    #[must_use]
    pub fn all_limits(&self) -> Vec<Limit> {
        [self.limits.clone(), self.own_limits.clone()].concat()
    }

    /// No pace and no quota; only for loopback.
    #[must_use]
    pub fn unlimited(self) -> Self {
        Self { pace: None, limits: Vec::new(), own_limits: Vec::new(), daily_quota: None, ..self }
    }

    fn lease(&self) -> Duration {
        self.deadline.saturating_add(LEASE_MARGIN)
    }

    /// The name of the pace with the quota, where there is one.
    fn quota(&self) -> Option<(&str, u64)> {
        self.pace.as_deref().zip(self.daily_quota)
    }
}

/// The campaign of a run, if the run still is the last one.
fn own_campaign(view: &dyn View, tenure: &Tenure) -> Result<Option<CampaignRow>, LedgerError> {
    let row = view.campaign_of(tenure.campaign)?;
    Ok(row.filter(|row| row.epoch == tenure.epoch))
}

/// A write whose guard was looked at in the same transaction finds what it expects.
fn written(is_written: bool) -> Result<(), LedgerError> {
    is_written.then_some(()).ok_or_else(|| damaged("a row changed while it was being written"))
}

fn damaged(what: impl Into<String>) -> LedgerError {
    LedgerError::new(LedgerProblem::Damaged(what.into()), "in use")
}
