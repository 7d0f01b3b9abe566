//! What every call of one client shares: [`Surroundings`].

use std::sync::Arc;
use std::time::Duration;

use super::{Pace, RetryPolicy, Session, Unpaced};
use crate::endpoint::Endpoint;
use crate::time::{Now, Unix};

/// A token must outlive the attempt that it is for by this much.
const TOKEN_MARGIN: Duration = Duration::from_secs(60);

/// What every call of one client shares.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Surroundings {
    /// Where requests go.
    pub endpoint: Endpoint,
    /// Who authorizes them.
    pub session: Arc<Session>,
    /// Who says when they may leave.
    pub pace: Arc<dyn Pace>,
    /// What is tried again.
    pub policy: RetryPolicy,
    pub(super) token: TokenIs,
}

/// Where the token of an attempt comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenIs {
    /// Asked for when it is needed.
    Fetched,
    /// At hand, for it was asked for before the attempt began; where it was taken away meanwhile there is no attempt.
    AtHand,
}

impl Surroundings {
    /// Requests go to this endpoint, authorized by this session, when this pace allows it, and are tried again by this
    /// policy.
    #[must_use]
    pub fn new(endpoint: Endpoint, session: Arc<Session>, pace: Arc<dyn Pace>, policy: RetryPolicy) -> Self {
        Self { endpoint, session, pace, policy, token: TokenIs::Fetched }
    }

    /// The same with another session.
    #[must_use]
    pub fn with_session(mut self, session: Arc<Session>) -> Self {
        self.session = session;
        self
    }

    /// The same with another pace.
    #[must_use]
    pub fn with_pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = pace;
        self
    }

    /// The same with another policy.
    #[must_use]
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The same for a channel of a campaign: exactly one attempt a call and no pace, because what follows an answer and
    /// when the next request may leave is the campaign's to say. The deadline stays.
    ///
    /// No token is asked for by a call itself: between the moment at which a campaign writes down that an attempt begins
    /// and its first byte nothing shall take time, for a crash there leaves recipients in doubt who were sent nothing. A
    /// [`Preparation`](super::Preparation) comes before it; a call that finds no token ends without an attempt.
    #[must_use]
    pub fn for_single_attempts(self) -> Self {
        let policy = RetryPolicy::once().with_deadline(self.policy.deadline());
        Self { policy, pace: Arc::new(Unpaced), token: TokenIs::AtHand, ..self }
    }

    /// The same for calls of one API, which may have a pace of its own.
    pub(super) fn for_api(mut self, api: Option<&'static str>) -> Self {
        if let Some(pace) = self.pace.of_api(api) {
            self.pace = pace;
        }
        self
    }

    /// Until when the token of an attempt that begins now must be good.
    pub(super) fn good_until(&self, now: Now) -> Unix {
        now.unix + self.policy.deadline + TOKEN_MARGIN
    }

    /// The same of one that is at hand: the margin has been seen to before, and may be used up by now.
    pub(super) fn good_for_attempt(&self, now: Now) -> Unix {
        match self.token {
            TokenIs::Fetched => self.good_until(now),
            TokenIs::AtHand => now.unix + self.policy.deadline,
        }
    }

    /// After "too frequent" everybody waits, not one call alone: whoever shares the pace would be refused too.
    pub(super) fn hold_back(&self, after: Option<Duration>, now: Now) -> Duration {
        let least = RetryPolicy::least_pause(after);
        self.pace.defer(least, now.tick);
        least
    }
}
