//! When to try again: [`RetryPolicy`].

use std::time::Duration;

use crate::wire::DEFAULT_DEADLINE;

/// The least pause after "too frequent".
const LEAST_THROTTLE: Duration = Duration::from_secs(1);

/// How often a call is tried again after an answer that proves that nothing was processed, and how long it may take.
///
/// What may have been processed is not a matter of policy: no setting here makes a call that must not be repeated be
/// repeated.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RetryPolicy {
    pub(crate) deadline: Duration,
    pub(crate) patience: Duration,
    pub(crate) retries: u32,
    pub(crate) first_backoff: Duration,
    pub(crate) longest_backoff: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            deadline: DEFAULT_DEADLINE,
            patience: Duration::from_secs(600),
            retries: 5,
            first_backoff: Duration::from_millis(250),
            longest_backoff: Duration::from_secs(20),
        }
    }
}

impl RetryPolicy {
    /// One attempt and no retry, neither of the call nor of asking for a token: for callers that decide themselves what
    /// follows.
    ///
    /// Two things are waited for all the same: the turn that the pace gives, within the patience, and, where another
    /// call is asking for a token already, its answer, for as long as the deadline of one request at the most.
    #[must_use]
    pub fn once() -> Self {
        Self { retries: 0, ..Self::default() }
    }

    /// How long one HTTP request may take, from the name lookup to the last byte of the answer; 30 s unless set.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long the call may wait, all in all, for its turn, for a token and between attempts; 10 min unless set.
    /// When the next attempt would come later, the call ends with the last error.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How often the call is repeated, all in all, after a failure to connect or a "try again"; 5 unless set.
    /// A refusal as too frequent is bounded by the patience alone.
    #[must_use]
    pub const fn with_retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The upper bound of the wait before the first retry, doubled for each further one up to `longest`; 250 ms and
    /// 20 s unless set. The wait itself is drawn evenly between nothing and the bound (full jitter).
    #[must_use]
    pub const fn with_backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_backoff = first;
        self.longest_backoff = longest;
        self
    }

    /// How long one HTTP request may take.
    #[must_use]
    pub const fn deadline(&self) -> Duration {
        self.deadline
    }

    pub(crate) const fn waits(&self) -> bool {
        self.retries > 0
    }

    /// The least pause after "too frequent": as long as the vendor says, and a second where it does not.
    #[must_use]
    pub fn least_pause(after: Option<Duration>) -> Duration {
        after.unwrap_or_default().max(LEAST_THROTTLE)
    }

    /// The wait before retry number `retry`, which counts from 0.
    #[must_use]
    pub fn backoff(&self, retry: u32, rng: &mut fastrand::Rng) -> Duration {
        let bound = self.first_backoff.saturating_mul(2_u32.saturating_pow(retry)).min(self.longest_backoff);
        bound.mul_f64(rng.f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_is_drawn_between_nothing_and_a_bound_that_doubles() {
        let policy = RetryPolicy::default();
        let mut rng = fastrand::Rng::with_seed(1);
        for (retry, bound) in [(0, 250), (1, 500), (4, 4_000), (7, 20_000), (60, 20_000), (u32::MAX, 20_000)] {
            let drawn: Vec<_> = (0..200).map(|_| policy.backoff(retry, &mut rng)).collect();
            let bound = Duration::from_millis(bound);
            assert!(drawn.iter().all(|wait| *wait <= bound), "retry {retry}");
            assert!(drawn.iter().any(|wait| *wait > bound / 2), "retry {retry}");
            assert!(drawn.iter().any(|wait| *wait < bound / 2), "retry {retry}");
        }
    }
}
