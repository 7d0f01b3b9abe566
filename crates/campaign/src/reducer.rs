//! What follows each answer: [`Run`], a state machine without IO.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::channel::Receipt;
use batchcast_transport::class::Class;
use batchcast_transport::error::CallError;
use batchcast_transport::exchange::{Pace, RetryPolicy};
use batchcast_transport::operation::Cost;
use batchcast_transport::time::{Now, Tick};

use crate::outcome::{Counts, Ending, Outcome, Requests, Summary};
use crate::plan::Plan;

const NOT_SENT_IN_A_ROW: u32 = 5;
const DOUBTS_IN_A_ROW: u32 = 3;
const TRIES_AGAIN: u32 = 5;
const SPLITS: u32 = 64;
const LONGEST_THROTTLE: Duration = Duration::from_secs(600);

/// One batch of a run. Those of the plan come first; halves of a split batch get new numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(usize);

/// What is next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Next {
    /// This batch is yours: [begin](Run::begin) it at `slot`, not before, or [release](Run::release) it.
    Claim {
        /// The batch.
        batch: BatchId,
        /// When its request may leave.
        slot: Tick,
    },
    /// Nothing to do before this moment.
    WaitUntil(Tick),
    /// Nothing to do before an attempt that is under way has ended.
    WaitForAnswer,
    /// The end. See [`Run::summary`].
    Ended,
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
/// "In a row" counts what this run saw itself, in the order of completion.
#[derive(Debug)]
pub struct Run {
    recipients: Vec<Recipient>,
    batches: Vec<Batch>,
    /// Recipients whose state is not their batch's.
    exceptions: BTreeMap<u32, Outcome>,
    /// Batches that nobody has claimed, the next one last.
    waiting: Vec<BatchId>,
    pace: Arc<dyn Pace>,
    backoff: RetryPolicy,
    rng: fastrand::Rng,
    started: Tick,
    not_before: Tick,
    claimed: u32,
    not_sent_in_a_row: u32,
    doubts_in_a_row: u32,
    splits: u32,
    requests: Requests,
    message_ids: Vec<String>,
    ending: Option<Ending>,
}

#[derive(Debug)]
struct Batch {
    members: Vec<u32>,
    state: State,
    attempts: u32,
    tries_again: u32,
    not_before: Tick,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Pending,
    Claimed,
    InFlight,
    Settled(Outcome),
    Split,
}

impl Batch {
    const fn new(members: Vec<u32>) -> Self {
        Self { members, state: State::Pending, attempts: 0, tries_again: 0, not_before: Tick::ZERO }
    }

    fn outcome(&self) -> Outcome {
        match &self.state {
            State::Pending | State::Claimed | State::Split => Outcome::Pending,
            State::InFlight => Outcome::Unknown { reason: "no answer yet".to_owned() },
            State::Settled(outcome) => outcome.clone(),
        }
    }
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
            splits: 0,
            message_ids: Vec::new(),
            ending: None,
        }
    }

    /// What is next. A batch that it hands out is claimed until [`record`](Self::record) or
    /// [`release`](Self::release).
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
        let people = u32::try_from(self.batches[batch.0].members.len()).unwrap_or(u32::MAX);
        let slot = now + self.pace.reserve(Cost::one_request(people), now);
        self.batches[batch.0].state = State::Claimed;
        self.claimed += 1;
        Next::Claim { batch, slot }
    }

    /// The request of a claimed batch is about to leave, to these recipients. From here on it is in doubt.
    pub fn begin(&mut self, batch: BatchId) -> Vec<Recipient> {
        self.batches[batch.0].state = State::InFlight;
        self.batches[batch.0].members.iter().map(|position| self.recipients[*position as usize].clone()).collect()
    }

    /// Nothing more is handed out. What is under way is still recorded.
    pub fn interrupt(&mut self) {
        self.end(Ending::Interrupted);
    }

    /// Whether nothing more is handed out.
    #[must_use]
    pub const fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    /// A batch that was handed out and not attempted is pending again.
    pub fn release(&mut self, batch: BatchId) {
        self.claimed -= 1;
        self.pend(batch, Tick::ZERO);
    }

    /// What became of an attempt.
    pub fn record(&mut self, batch: BatchId, result: Result<Receipt, CallError>, now: Now) {
        self.claimed -= 1;
        // Without a token there was no attempt.
        let sent = result.as_ref().map_or_else(CallError::attempts, |_| 1);
        self.requests.sent += u64::from(sent);
        let this = &mut self.batches[batch.0];
        self.requests.retried += u64::from(if this.attempts > 0 { sent } else { 0 });
        this.attempts += sent;
        match result {
            Ok(receipt) => {
                self.count_in_a_row(None);
                self.accept(batch, receipt);
            }
            Err(error) => {
                self.count_in_a_row(error.class());
                self.refuse(batch, &error, now.tick);
            }
        }
    }

    fn count_in_a_row(&mut self, class: Option<Class>) {
        match class {
            Some(Class::NotSent) => self.not_sent_in_a_row += 1,
            Some(Class::Unknown) => {
                self.doubts_in_a_row += 1;
                self.not_sent_in_a_row = 0;
            }
            _ => (self.doubts_in_a_row, self.not_sent_in_a_row) = (0, 0),
        }
    }

    fn accept(&mut self, batch: BatchId, receipt: Receipt) {
        for rejected in receipt.rejected {
            let mut members = self.batches[batch.0].members.iter();
            let at = members.find(|at| self.recipients[**at as usize] == rejected.recipient);
            let outcome = Outcome::Rejected { code: rejected.code, reason: rejected.reason };
            // By position, so that somebody whom the vendor names twice is rejected once.
            self.exceptions.extend(at.map(|at| (*at, outcome)));
        }
        self.message_ids.extend(receipt.message_id.clone());
        self.settle(batch, Outcome::Accepted { message_id: receipt.message_id });
    }

    fn refuse(&mut self, batch: BatchId, error: &CallError, now: Tick) {
        let reason = error.to_string();
        let Some(class) = error.class() else {
            self.pend(batch, Tick::ZERO);
            return self.end(Ending::Broken(reason));
        };
        log::debug!("batch {}: {class}: {reason}", batch.0);
        match class {
            Class::Unknown => {
                self.settle(batch, Outcome::Unknown { reason: reason.clone() });
                if self.doubts_in_a_row >= DOUBTS_IN_A_ROW {
                    self.end(Ending::TooManyDoubts(reason));
                }
            }
            Class::NotSent => {
                let wait = self.backoff.backoff(self.not_sent_in_a_row - 1, &mut self.rng);
                self.not_before = self.not_before.max(now + wait);
                self.pend(batch, Tick::ZERO);
                if self.not_sent_in_a_row >= NOT_SENT_IN_A_ROW {
                    self.end(Ending::Unreachable(reason));
                }
            }
            Class::Throttled { after } => {
                self.requests.throttled += 1;
                let pause = after.unwrap_or_default().max(Duration::from_secs(1));
                self.pace.defer(pause, now);
                self.not_before = self.not_before.max(now + pause);
                self.pend(batch, Tick::ZERO);
                if pause > LONGEST_THROTTLE {
                    self.end(Ending::LongThrottle(reason));
                }
            }
            Class::TryAgain if self.batches[batch.0].tries_again < TRIES_AGAIN => {
                let tries = &mut self.batches[batch.0].tries_again;
                let wait = self.backoff.backoff(*tries, &mut self.rng);
                *tries += 1;
                self.pend(batch, now + wait);
            }
            Class::Token => self.pend(batch, Tick::ZERO),
            Class::Permission => self.pend_and_end(batch, Ending::NotPermitted(reason)),
            Class::Endpoint => self.pend_and_end(batch, Ending::WrongEndpoint(reason)),
            Class::Quota => self.pend_and_end(batch, Ending::QuotaUsedUp(reason)),
            Class::Recipient if self.batches[batch.0].members.len() > 1 => self.split(batch, reason),
            Class::Recipient | Class::Recipients => self.reject(batch, error),
            // `TryAgain` too many times, `Message`, and whatever class may come.
            _ => {
                self.reject(batch, error);
                self.end(Ending::MessageRefused(reason));
            }
        }
    }

    fn pend(&mut self, batch: BatchId, not_before: Tick) {
        self.batches[batch.0].state = State::Pending;
        self.batches[batch.0].not_before = not_before;
        self.waiting.push(batch);
    }

    fn pend_and_end(&mut self, batch: BatchId, ending: Ending) {
        self.pend(batch, Tick::ZERO);
        self.end(ending);
    }

    fn settle(&mut self, batch: BatchId, outcome: Outcome) {
        self.batches[batch.0].state = State::Settled(outcome);
    }

    fn reject(&mut self, batch: BatchId, error: &CallError) {
        let code = error.api().and_then(|api| api.code());
        self.settle(batch, Outcome::Rejected { code, reason: error.to_string() });
    }

    fn split(&mut self, batch: BatchId, reason: String) {
        self.splits += 1;
        let mut left = std::mem::take(&mut self.batches[batch.0].members);
        let right = left.split_off(left.len() / 2);
        self.batches[batch.0].state = State::Split;
        for half in [right, left] {
            self.waiting.push(BatchId(self.batches.len()));
            self.batches.push(Batch::new(half));
        }
        if self.splits > SPLITS {
            self.end(Ending::TooManyBadIds(reason));
        }
    }

    /// The first thing that ends a run is the one that is told, but for an interruption.
    fn end(&mut self, ending: Ending) {
        if matches!(self.ending, None | Some(Ending::Interrupted)) {
            self.ending = Some(ending);
        }
    }

    fn finish(&mut self) -> Next {
        // What was to stop the rest stopped nothing where there is no rest.
        let stopped = matches!(self.ending, Some(Ending::Interrupted | Ending::TooManyDoubts(_)));
        if self.ending.is_none() || (stopped && self.waiting.is_empty()) {
            self.ending = Some(Ending::Finished);
        }
        Next::Ended
    }

    /// What became of everybody, in the order of the plan.
    #[must_use]
    pub fn outcomes(&self) -> Vec<(&Recipient, Outcome)> {
        let mut outcomes = vec![Outcome::Pending; self.recipients.len()];
        for batch in &self.batches {
            for position in &batch.members {
                outcomes[*position as usize] = batch.outcome();
            }
        }
        for (position, outcome) in &self.exceptions {
            outcomes[*position as usize] = outcome.clone();
        }
        self.recipients.iter().zip(outcomes).collect()
    }

    /// How it stands.
    #[must_use]
    pub fn summary(&self, now: Tick) -> Summary {
        let mut counts = Counts { total: self.recipients.len() as u64, ..Counts::default() };
        for batch in &self.batches {
            let people = batch.members.len() as u64;
            match batch.outcome() {
                Outcome::Pending => counts.pending += people,
                Outcome::Accepted { .. } => counts.accepted += people,
                Outcome::Rejected { .. } => counts.rejected += people,
                Outcome::Unknown { .. } => counts.unknown += people,
            }
        }
        // The only exceptions are ids that were turned down within an accepted batch.
        let exceptions = self.exceptions.len() as u64;
        counts.accepted -= exceptions;
        counts.rejected += exceptions;
        Summary {
            recipients: counts,
            requests: self.requests,
            message_ids: self.message_ids.clone(),
            elapsed: now.since(self.started),
            ending: self.ending.clone(),
        }
    }
}
