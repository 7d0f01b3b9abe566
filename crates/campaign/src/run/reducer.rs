//! What is next, and what follows what was seen: [`Run`], a state machine without IO.

use std::time::Duration;

use batchcast_transport::exchange::RetryPolicy;
use batchcast_transport::time::Tick;

use super::in_a_row::InARow;
use crate::ending::{Ending, Stopped, Why};
use crate::ledger::LedgerError;
use crate::max_rejected::MaxRejected;
use crate::outcome::{Counts, Progress, Requests};

/// What is next.
#[derive(Debug)]
#[must_use]
pub enum Next {
    /// Ask the ledger for a batch, and say what came of it.
    Claim(Permit),
    /// Nothing to do before this moment.
    WaitUntil(Tick),
    /// Nothing to do before a permit that somebody holds has come to its end.
    WaitForAnswer,
    /// The end.
    Ended,
}

/// The right to take one batch in hand. Whoever has it says what came of it.
#[derive(Debug)]
#[must_use = "a permit that is dropped is never given back, and the run never ends"]
pub struct Permit {
    /// What stood in a row when it was handed out: whatever stands there since then is the same event.
    pub(super) before: InARow,
    /// How many had come back when it was handed out.
    came_back: u64,
}

/// A campaign on its way, as a state machine without IO. The batches stand in the ledger; here is what decides over
/// them. What follows each answer:
///
/// | class | the batch | the campaign |
/// |---|---|---|
/// | done | accepted, the named ids rejected | goes on |
/// | not sent | pending | goes on; five in a row pause it |
/// | throttled | pending | the pace moves; above ten minutes it pauses |
/// | try again | pending with backoff, at most five times, then as message | goes on |
/// | token | pending: the session fetches another | goes on |
/// | permission, endpoint | pending | pauses |
/// | quota | pending | pauses |
/// | recipient | halved until the bad id stands alone, which is rejected | goes on; more than 64 splits pause it |
/// | recipients | rejected | goes on |
/// | message | rejected | pauses, the rest is pending |
/// | unknown | unknown | goes on; three in a row pause it |
///
/// "In a row" counts what this run saw itself, in the order of completion; what it found left over does not count.
/// Where several things end a run, the one that [outranks](Why) the others is told.
#[derive(Debug)]
pub struct Run {
    pub(super) counts: Counts,
    pub(super) requests: Requests,
    pub(super) max_rejected: Option<MaxRejected>,
    pub(super) backoff: RetryPolicy,
    pub(super) rng: fastrand::Rng,
    pub(super) not_before: Tick,
    pub(super) in_a_row: InARow,
    pub(super) splits: u32,
    pub(super) ending: Option<Ending>,
    started: Tick,
    permits: u32,
    /// How many permits came to an end after which the ledger may have a batch again.
    came_back: u64,
    /// Whether the ledger had no batch to give when it was last asked, and none has been given back since.
    is_exhausted: bool,
    ledger_error: Option<LedgerError>,
}

impl Run {
    /// A run of a campaign that stands so. The seed decides the jitter of the backoff.
    #[must_use]
    pub fn new(counts: Counts, requests: Requests, started: Tick, seed: u64) -> Self {
        Self {
            counts,
            requests,
            max_rejected: None,
            backoff: RetryPolicy::default(),
            rng: fastrand::Rng::with_seed(seed),
            not_before: started,
            in_a_row: InARow::default(),
            splits: 0,
            ending: None,
            started,
            permits: 0,
            came_back: 0,
            is_exhausted: false,
            ledger_error: None,
        }
    }

    /// Pauses when more are rejected than this; at once, where they are already.
    #[must_use]
    pub fn with_max_rejected(mut self, max: Option<MaxRejected>) -> Self {
        self.max_rejected = max;
        self.pause_if_too_many_rejected();
        self
    }

    /// What is next.
    pub fn next(&mut self, now: Tick) -> Next {
        if self.ending.is_some() || self.is_exhausted {
            return if self.permits > 0 { Next::WaitForAnswer } else { self.finish() };
        }
        if self.not_before > now {
            return Next::WaitUntil(self.not_before);
        }
        self.permits += 1;
        Next::Claim(Permit { before: self.in_a_row, came_back: self.came_back })
    }

    /// The ledger has no batch to give, apart from those in hand.
    pub fn none_pending(&mut self, permit: Permit) {
        // What came back since may have done so after the ledger was asked.
        self.is_exhausted = permit.came_back == self.came_back;
        self.give_back(permit);
    }

    /// The ledger has no batch to give before this moment.
    pub fn not_yet(&mut self, permit: Permit, until: Tick) {
        self.give_back(permit);
        self.not_before = self.not_before.max(until);
    }

    /// What became of an attempt is written down.
    pub fn recorded(&mut self, permit: Permit) {
        self.released(permit);
    }

    /// A claim was given back, and its batch is pending again.
    pub fn released(&mut self, permit: Permit) {
        self.give_back(permit);
        self.came_back += 1;
        self.is_exhausted = false;
    }

    /// The request of a batch of so many recipients is about to leave: they are in doubt until its answer is recorded.
    pub fn begun(&mut self, size: u32, attempt: u32) {
        // Those whom somebody else has put back meanwhile are in doubt here already.
        let pending = self.counts.pending.min(size.into());
        self.counts.pending -= pending;
        self.counts.unknown += pending;
        self.requests.sent += 1;
        self.requests.retried += u64::from(attempt > 1);
    }

    /// Whoever made an attempt is gone and told nothing: its recipients stay in doubt.
    pub fn abandoned(&mut self, permit: Permit) {
        self.give_back(permit);
    }

    /// Whoever carries the run out is broken: nothing more is handed out.
    pub fn break_off(&mut self) {
        self.stop(Stopped::broken());
    }

    /// Nothing more is handed out. What is under way is still recorded.
    pub fn interrupt(&mut self) {
        self.stop(Stopped::interrupted());
    }

    /// Somebody cancelled the campaign: nothing more is handed out.
    pub fn cancelled(&mut self) {
        self.stop(Stopped::cancelled());
    }

    /// Another run has taken over: nothing more is handed out.
    pub fn lost(&mut self) {
        self.stop(Stopped::lost());
    }

    /// The ledger failed: nothing more is handed out, and nothing that was is sent.
    pub fn ledger_failed(&mut self, error: LedgerError) {
        self.stop(Stopped::by_ledger(&error));
        self.ledger_error.get_or_insert(error);
    }

    /// How it ended as the ledger has it, which may know more.
    pub(super) fn written(&mut self, stopped: Option<Stopped>) {
        if let Some(stopped) = stopped {
            self.ending = Some(Ending::Stopped(stopped));
        }
    }

    /// How the ledger failed, if it did.
    #[must_use]
    pub const fn ledger_error(&self) -> Option<&LedgerError> {
        self.ledger_error.as_ref()
    }

    /// Whether nothing more is handed out.
    #[must_use]
    pub const fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    /// How it ended; `None` while it goes on.
    #[must_use]
    pub const fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// The counts.
    #[must_use]
    pub const fn progress(&self, now: Tick) -> Progress {
        Progress { recipients: self.counts, requests: self.requests, elapsed: now.since(self.started) }
    }

    pub(super) fn give_back(&mut self, _: Permit) {
        self.permits = self.permits.saturating_sub(1);
    }

    pub(super) fn pause_until(&mut self, tick: Tick) {
        self.not_before = self.not_before.max(tick);
    }

    pub(super) fn stop(&mut self, stopped: Stopped) {
        match &self.ending {
            // What cannot be written down is not finished.
            Some(Ending::Finished) if stopped.why != Why::LedgerFailed => {}
            Some(Ending::Stopped(before)) if before.why <= stopped.why => {}
            _ => self.ending = Some(Ending::Stopped(stopped)),
        }
    }

    fn finish(&mut self) -> Next {
        // What was to stop the rest stopped nothing where there is no rest.
        let is_idle = |why| matches!(why, Why::Interrupted | Why::TooManyDoubts) && self.counts.pending == 0;
        match &self.ending {
            Some(Ending::Stopped(stopped)) if !is_idle(stopped.why) => {}
            // Those left were not to be sent yet.
            _ if self.counts.pending > 0 => self.ending = Some(Ending::Stopped(Stopped::canary())),
            _ => self.ending = Some(Ending::Finished),
        }
        Next::Ended
    }

    pub(super) fn backoff(&mut self, nth: u32) -> Duration {
        self.backoff.backoff(nth, &mut self.rng)
    }
}
