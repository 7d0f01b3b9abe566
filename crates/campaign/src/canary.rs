//! The first before the rest: what may be asked of the [canary](crate::Canary) of a plan, and what its answers say.

use crate::campaign::Campaign;
use crate::ending::Why;
use crate::refusal::Refusal;
use crate::standing::Standing;

/// What the answers to the canary say of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanaryResult {
    /// Everybody who was sent to has it.
    AllAccepted,
    /// Some were rejected, or are in doubt: a person should say whether the rest is sent.
    NotAll,
}

impl Campaign {
    /// Whether it can be sent to its first so many alone: where they are the canary of its plan, or everybody.
    ///
    /// # Errors
    /// [`Refusal::NoSuchCanary`].
    pub fn may_begin_with(&self, recipients: u64) -> Result<(), Refusal> {
        let plan = self.plan();
        let is_so = match plan.canary {
            Some(canary) => recipients == canary.recipients,
            // Whom nobody knows is in no request.
            None => recipients >= plan.recipients() - plan.not_found,
        };
        is_so.then_some(()).ok_or_else(|| Refusal::NoSuchCanary { campaign: self.id().clone(), asked: recipients })
    }
}

impl Standing {
    /// Whether the canary of the plan is still to be sent to, [alone](crate::Options::canary_alone), before the rest.
    /// Never where the plan has none.
    #[must_use]
    pub fn awaits_canary(&self) -> bool {
        // Whom nobody knows is rejected from the beginning, and says nothing of the canary.
        let sent_to = (self.recipients.total - self.recipients.pending).saturating_sub(self.plan.not_found);
        self.plan.canary.is_some_and(|canary| sent_to < canary.recipients)
    }

    /// What came of the canary, where that is what ended the last run. `None` where something else did, and then the
    /// rest is not to follow.
    #[must_use]
    pub fn canary_result(&self) -> Option<CanaryResult> {
        let people = &self.recipients;
        let ended_so = self.stopped.as_ref().is_some_and(|stopped| stopped.why == Why::Canary);
        let is_clean = people.rejected <= self.plan.not_found && people.unknown == 0;
        ended_so.then_some(if is_clean { CanaryResult::AllAccepted } else { CanaryResult::NotAll })
    }
}
