//! What a campaign sets out to do: [`Plan`], and the [`Planner`] that makes it of a stream of recipients.

mod batches;
mod columns;
mod estimate;
mod identity;
mod import;
mod planner;
mod seen;
mod stored;
mod waiting;

use batchcast_model::IdKind;
use batchcast_transport::channel::Address;
use batchcast_transport::time::Unix;

use crate::ledger::Hash;

pub use columns::MAX_OWN_COLUMNS;
pub use estimate::Estimate;
pub(crate) use estimate::estimate;
pub(crate) use identity::message as hash_of_message;
pub(crate) use identity::recipient as hash_of_recipient;
pub use planner::Planner;

/// What a campaign sets out to do. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Through which vendor, which address and which app.
    pub address: Address,
    /// The message in a few words.
    pub excerpt: String,
    /// Of the message as everybody gets it, with the address: who got this very message already is told by it.
    pub message: Hash,
    /// Of the message, the address and the set of recipients, in any order: a campaign of the same identity is the
    /// same campaign.
    pub identity: Hash,
    /// How many recipients there are of each kind of id, without the kinds that nobody has.
    pub kinds: Vec<(IdKind, u64)>,
    /// How many rows were dropped because their id was there already.
    pub duplicates: u64,
    /// How many rows were left out because they are excluded.
    pub excluded: u64,
    /// How many recipients are an address that the vendor knows nobody of: they are rejected, and get no request.
    pub not_found: u64,
    /// How many people the departments among the recipients have, as far as the app may see it.
    pub members: Members,
    /// How many requests it takes.
    pub requests: u32,
    /// How many bytes their bodies have together, about.
    pub bytes: u64,
    /// Those who get it first, if the rest is to wait for what becomes of them.
    pub canary: Option<Canary>,
    /// The first recipients, three at most.
    pub first: Vec<String>,
    /// The last recipients who are not among the first, three at most.
    pub last: Vec<String>,
    /// When it was made.
    pub created_at: Unix,
}

/// How many people the departments of a plan have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Members {
    /// Of how many departments it was asked.
    pub asked: u32,
    /// Of how many it is known.
    pub departments: u32,
    /// How many people these have together, about: whoever is in two of them counts twice.
    pub people: u64,
}

/// The first recipients of a plan, who have requests of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Canary {
    /// How many recipients.
    pub recipients: u64,
    /// How many requests: those of the lowest numbers.
    pub requests: u32,
}

impl Plan {
    /// How many recipients there are.
    #[must_use]
    pub fn recipients(&self) -> u64 {
        self.kinds.iter().map(|(_, count)| count).sum()
    }

    /// Whether the same person may be in it under two names, which cannot be seen from here: several kinds of id, or
    /// departments together with people.
    #[must_use]
    pub fn may_reach_twice(&self) -> bool {
        self.kinds.iter().filter(|(kind, _)| !matches!(kind, IdKind::Email | IdKind::Mobile)).count() > 1
    }
}
