//! Who is next, and what is told of it: [`Run`], a state machine without IO.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::channel::{Mark, Receipt};
use batchcast_transport::error::CallError;
use batchcast_transport::exchange::{Pace, RetryPolicy, SLOT_LASTS};
use batchcast_transport::operation::Cost;
use batchcast_transport::time::{Now, Tick};

use crate::batch::{Batch, BatchId, State};
use crate::ending::{Ending, Stopped, Why};
use crate::outcome::{Outcome, Requests};
use crate::plan::Plan;

/// What is next.
#[derive(Debug)]
#[must_use]
pub enum Next {
    /// This batch is yours: [begin](Run::begin) it in its slot, or [release](Run::release) it.
    Claim(Claim),
    /// Nothing to do before this moment.
    WaitUntil(Tick),
    /// Nothing to do before a claim that somebody holds has come to its end.
    WaitForAnswer,
    /// The end. See [`Run::summary`].
    Ended,
}

/// The right to send one batch, once. Whoever holds it gives it back or begins.
#[derive(Debug)]
#[must_use = "a claim that is dropped is never sent, and the run never ends"]
pub struct Claim {
    batch: BatchId,
    slot: Tick,
    before: Before,
}

/// What stood in a row when a claim was handed out: whatever stands there since then is the same event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before {
    pub(crate) not_sent: u32,
    pub(crate) throttles: u32,
}

impl Claim {
    /// When its request may leave.
    #[must_use]
    pub const fn slot(&self) -> Tick {
        self.slot
    }
}

/// What comes of beginning a claim.
#[derive(Debug)]
#[must_use]
pub enum Begin {
    /// Send this now, and [record](Run::record) what came of it.
    Attempt(Attempt),
    /// The slot was missed; here is another.
    Later(Claim),
    /// The run is ending. The claim is given back.
    Ending,
}

/// A request that is about to leave. From here on its recipients are in doubt until its answer is recorded.
#[derive(Debug)]
#[must_use = "an attempt that is dropped leaves its recipients in doubt, and the run never ends"]
pub struct Attempt {
    batch: BatchId,
    mark: Option<Mark>,
    before: Before,
    recipients: Vec<Recipient>,
}

impl Attempt {
    /// To whom.
    #[must_use]
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// Under which mark.
    #[must_use]
    pub const fn mark(&self) -> Option<&Mark> {
        self.mark.as_ref()
    }
}

/// A campaign on its way, as a state machine without IO. What follows each answer:
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
/// | recipient | split into halves until the bad id stands alone, which is rejected | goes on; more than 64 splits pause it |
/// | recipients | rejected | goes on |
/// | message | rejected | pauses, the rest is pending |
/// | unknown | unknown | goes on; three in a row pause it |
///
/// "In a row" counts what this run saw itself, in the order of completion. Attempts that overlap and cannot be sent
/// count once: eight threads that meet one closed port are one failure, and nobody is at risk. Doubts count one by one.
/// Where several things end a run, the one that [outranks](Why) the others is told.
#[derive(Debug)]
pub struct Run {
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) batches: Vec<Batch>,
    /// Recipients whose state is not their batch's: ids that were turned down within an accepted batch.
    pub(crate) exceptions: BTreeMap<usize, Outcome>,
    /// Batches that nobody has claimed, the next one last.
    pub(crate) waiting: Vec<BatchId>,
    pub(crate) pace: Arc<dyn Pace>,
    pub(crate) backoff: RetryPolicy,
    pub(crate) rng: fastrand::Rng,
    pub(crate) started: Tick,
    pub(crate) not_before: Tick,
    pub(crate) claimed: u32,
    pub(crate) not_sent_in_a_row: u32,
    pub(crate) doubts_in_a_row: u32,
    pub(crate) throttles_in_a_row: u32,
    pub(crate) splits: u32,
    pub(crate) requests: Requests,
    pub(crate) message_ids: Vec<String>,
    pub(crate) ending: Option<Ending>,
}

impl Run {
    /// A run of this plan, at this pace. The seed decides the jitter of the backoff.
    #[must_use]
    pub fn new(plan: &Plan, pace: Arc<dyn Pace>, started: Tick, seed: u64) -> Self {
        let batches: Vec<_> = plan.batches().iter().cloned().map(Batch::new).collect();
        Self {
            recipients: plan.recipients().to_vec(),
            waiting: (0..batches.len()).rev().map(BatchId).collect(),
            requests: Requests { planned: batches.len() as u64, ..Requests::default() },
            batches,
            exceptions: BTreeMap::new(),
            pace,
            backoff: RetryPolicy::default(),
            rng: fastrand::Rng::with_seed(seed),
            started,
            not_before: started,
            claimed: 0,
            not_sent_in_a_row: 0,
            doubts_in_a_row: 0,
            throttles_in_a_row: 0,
            splits: 0,
            message_ids: Vec::new(),
            ending: None,
        }
    }

    /// What is next.
    pub fn next(&mut self, now: Tick) -> Next {
        if self.ending.is_some() || self.waiting.is_empty() {
            return if self.claimed > 0 { Next::WaitForAnswer } else { self.finish() };
        }
        if self.not_before > now {
            return Next::WaitUntil(self.not_before);
        }
        let ready = |id: &BatchId| self.batches[id.0].not_before;
        let Some(index) = self.waiting.iter().rposition(|id| ready(id) <= now) else {
            return self.waiting.iter().map(ready).min().map_or(Next::Ended, Next::WaitUntil);
        };
        let batch = self.waiting.remove(index);
        self.batches[batch.0].state = State::Claimed;
        self.claimed += 1;
        Next::Claim(self.claim(batch, now))
    }

    /// The request of a claim is about to leave under this mark; a token is at hand. One whose slot was missed gets another slot,
    /// because a late request would come too close to those that keep theirs.
    pub fn begin(&mut self, claim: Claim, mark: Option<Mark>, now: Tick) -> Begin {
        if self.ending.is_some() {
            self.release(claim);
            return Begin::Ending;
        }
        if now.since(claim.slot) > SLOT_LASTS {
            let another = self.claim(claim.batch, now);
            return Begin::Later(Claim { before: claim.before, ..another });
        }
        let batch = &mut self.batches[claim.batch.0];
        batch.state = State::InFlight;
        self.requests.sent += 1;
        self.requests.retried += u64::from(batch.attempts > 0);
        batch.attempts += 1;
        let recipients = batch.members.iter().map(|position| self.recipients[*position].clone()).collect();
        Begin::Attempt(Attempt { batch: claim.batch, mark, before: claim.before, recipients })
    }

    /// A claim is given back: its batch is pending again.
    pub fn release(&mut self, claim: Claim) {
        self.claimed -= 1;
        self.pend(claim.batch, Tick::ZERO);
    }

    /// No token was to be had for a claim: its batch is pending again, and the class says what follows.
    pub fn not_ready(&mut self, claim: Claim, error: &CallError, now: Now) {
        self.claimed -= 1;
        self.count_in_a_row(error.class(), claim.before);
        self.refuse(claim.batch, error, None, now);
    }

    /// What became of an attempt.
    pub fn record(&mut self, attempt: Attempt, result: Result<Receipt, CallError>, now: Now) {
        let result = result.and_then(|receipt| self.about_this_batch(&attempt, receipt));
        let batch = attempt.batch;
        self.claimed -= 1;
        // What could not even be built, or lost its token meanwhile, was not handed to the transport.
        if result.as_ref().is_err_and(|error| error.attempts() == 0) {
            let this = &mut self.batches[batch.0];
            this.attempts -= 1;
            self.requests.sent -= 1;
            self.requests.retried -= u64::from(this.attempts > 0);
        }
        self.count_in_a_row(result.as_ref().err().and_then(CallError::class), attempt.before);
        match result {
            Ok(receipt) => self.accept(batch, receipt),
            Err(error) => self.refuse(batch, &error, attempt.mark, now),
        }
    }

    /// Whoever made an attempt is gone and told nothing: its recipients are in doubt.
    pub fn abandon(&mut self, attempt: Attempt) {
        self.claimed -= 1;
        let reason = "its sender broke off".to_owned();
        self.settle(attempt.batch, Outcome::Unknown { reason, mark: attempt.mark, request_id: None });
    }

    /// Whoever carries the run out is broken: nothing more is handed out.
    pub fn break_off(&mut self) {
        self.stop(Stopped::broken());
    }

    /// Nothing more is handed out. What is under way is still recorded.
    pub fn interrupt(&mut self) {
        self.stop(Stopped::interrupted());
    }

    /// Whether nothing more is handed out.
    #[must_use]
    pub const fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    fn claim(&self, batch: BatchId, now: Tick) -> Claim {
        let people = u32::try_from(self.batches[batch.0].members.len()).unwrap_or(u32::MAX);
        // A campaign waits as long as it takes, so there is always a slot.
        let wait = self.pace.reserve(Cost::one_request(people), now, Duration::MAX);
        let before = Before { not_sent: self.not_sent_in_a_row, throttles: self.throttles_in_a_row };
        Claim { batch, slot: now + wait.unwrap_or_default(), before }
    }

    pub(crate) fn pend(&mut self, batch: BatchId, not_before: Tick) {
        self.batches[batch.0].state = State::Pending;
        self.batches[batch.0].not_before = not_before;
        self.waiting.push(batch);
    }

    pub(crate) fn stop(&mut self, stopped: Stopped) {
        match &self.ending {
            Some(Ending::Finished) => {}
            Some(Ending::Stopped(before)) if before.why <= stopped.why => {}
            _ => self.ending = Some(Ending::Stopped(stopped)),
        }
    }

    fn finish(&mut self) -> Next {
        // What was to stop the rest stopped nothing where there is no rest.
        let idle = |why| matches!(why, Why::Interrupted | Why::TooManyDoubts) && self.waiting.is_empty();
        match &self.ending {
            Some(Ending::Stopped(stopped)) if !idle(stopped.why) => {}
            _ => self.ending = Some(Ending::Finished),
        }
        Next::Ended
    }
}
