//! Who gets it, and in which request: [`Plan`].

use std::collections::HashSet;

use batchcast_model::{IdKind, Invalid, Recipient};
use batchcast_transport::channel::{Channel, Cut};

/// The recipients of a campaign, each once, cut into batches. It does not change any more.
#[derive(Debug, Clone)]
pub struct Plan {
    recipients: Vec<Recipient>,
    batches: Vec<Vec<u32>>,
    duplicates: u64,
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
        let plan = Plan { recipients: Vec::new(), batches: Vec::new(), duplicates: 0 };
        Self { plan, seen: HashSet::new(), excluded: excluded.into_iter().collect(), cut: channel.cut() }
    }

    /// Adds one recipient. One who is excluded is left out; one who is there already is counted as a duplicate.
    ///
    /// # Errors
    /// [`Invalid`] where the vendor does not take this kind of id.
    pub fn add(&mut self, recipient: Recipient) -> Result<(), Invalid> {
        if self.excluded.contains(&recipient) {
            return Ok(());
        }
        if !self.seen.insert(recipient.clone()) {
            self.plan.duplicates += 1;
            return Ok(());
        }
        let batch = self.cut.place(&recipient)?;
        if self.plan.batches.len() <= batch {
            self.plan.batches.resize_with(batch + 1, Vec::new);
        }
        let position = u32::try_from(self.plan.recipients.len()).unwrap_or(u32::MAX);
        self.plan.batches[batch].push(position);
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
    pub fn batches(&self) -> &[Vec<u32>] {
        &self.batches
    }

    /// How many were dropped because they were there already.
    #[must_use]
    pub const fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// How many there are of each kind of id, without the kinds that nobody has.
    #[must_use]
    pub fn kinds(&self) -> Vec<(IdKind, usize)> {
        let count = |kind| self.recipients.iter().filter(|recipient| recipient.kind() == kind).count();
        IdKind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0).collect()
    }

    /// Whether the same person may be in it under two names, which cannot be seen from here: several kinds of id, or
    /// departments together with people.
    #[must_use]
    pub fn may_reach_twice(&self) -> bool {
        self.kinds().len() > 1
    }
}
