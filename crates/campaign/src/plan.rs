//! Who gets it, and in which request: [`Plan`].

use std::collections::HashSet;
use std::time::Duration;

use batchcast_model::{IdKind, Invalid, Recipient};
use batchcast_transport::channel::{Channel, Cut};
use batchcast_transport::exchange::{Limit, MemoryPace, Pace};
use batchcast_transport::operation::Cost;
use batchcast_transport::time::Tick;

/// The recipients of a campaign, each once, cut into batches. It does not change any more.
#[derive(Debug, Clone)]
pub struct Plan {
    recipients: Vec<Recipient>,
    batches: Vec<Vec<usize>>,
    duplicates: u64,
    excluded: u64,
}

/// A plan in the making: recipients are added one after the other, in the order in which they are reported.
pub struct PlanBuilder {
    plan: Plan,
    seen: HashSet<Recipient>,
    excluded: HashSet<Recipient>,
    cut: Box<dyn Cut>,
}

impl std::fmt::Debug for PlanBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanBuilder").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl PlanBuilder {
    /// A plan for this message through this vendor, without the excluded.
    #[must_use]
    pub fn new(channel: &dyn Channel, excluded: impl IntoIterator<Item = Recipient>) -> Self {
        let plan = Plan { recipients: Vec::new(), batches: Vec::new(), duplicates: 0, excluded: 0 };
        Self { plan, seen: HashSet::new(), excluded: excluded.into_iter().collect(), cut: channel.cut() }
    }

    /// Adds one recipient. One who is excluded, under this id or one of the `other_ids` of the same person, is left out
    /// and counted; so is one who is there already.
    ///
    /// # Errors
    /// [`Invalid`] where the vendor does not take this kind of id.
    pub fn add(&mut self, recipient: Recipient, other_ids: &[Recipient]) -> Result<(), Invalid> {
        if self.excluded.contains(&recipient) || other_ids.iter().any(|id| self.excluded.contains(id)) {
            self.plan.excluded += 1;
            return Ok(());
        }
        if self.seen.contains(&recipient) {
            self.plan.duplicates += 1;
            return Ok(());
        }
        let batch = self.cut.place(&recipient)?;
        if self.plan.batches.len() <= batch {
            self.plan.batches.resize_with(batch + 1, Vec::new);
        }
        self.plan.batches[batch].push(self.plan.recipients.len());
        self.seen.insert(recipient.clone());
        self.plan.recipients.push(recipient);
        Ok(())
    }

    /// The plan as it stands.
    #[must_use]
    pub fn build(self) -> Plan {
        self.plan
    }
}

impl Plan {
    /// Everybody, each once, in the order in which they were added.
    #[must_use]
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// The positions of the recipients of each request.
    #[must_use]
    pub fn batches(&self) -> &[Vec<usize>] {
        &self.batches
    }

    /// How many were dropped because they were there already.
    #[must_use]
    pub const fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// How many were left out because they are excluded.
    #[must_use]
    pub const fn excluded(&self) -> u64 {
        self.excluded
    }

    /// How many there are of each kind of id, without the kinds that nobody has.
    #[must_use]
    pub fn kinds(&self) -> Vec<(IdKind, usize)> {
        let count = |kind| self.recipients.iter().filter(|recipient| recipient.kind() == kind).count();
        IdKind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0).collect()
    }

    /// The least time that its requests take at this pace, apart from the time that they themselves take.
    #[must_use]
    pub fn shortest_time(&self, limits: Vec<Limit>) -> Duration {
        let pace = MemoryPace::new(limits);
        let slot = |batch: &Vec<usize>| {
            let people = u32::try_from(batch.len()).unwrap_or(u32::MAX);
            pace.reserve(Cost::one_request(people), Tick::ZERO, Duration::MAX)
        };
        self.batches.iter().filter_map(slot).max().unwrap_or_default()
    }

    /// Whether the same person may be in it under two names, which cannot be seen from here: several kinds of id, or
    /// departments together with people.
    #[must_use]
    pub fn may_reach_twice(&self) -> bool {
        self.kinds().len() > 1
    }
}
