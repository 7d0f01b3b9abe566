//! What the protocol is to do, in few lines: [`Reference`].

use std::time::Duration;

use batchcast_campaign::ledger::{BatchNumber, BatchState, Stage};
use batchcast_campaign::protocol::{Holder, Recorded, Resolution};
use batchcast_transport::exchange::SLOT_LASTS;
use batchcast_transport::time::Unix;

pub(super) const DEADLINE: Duration = Duration::from_secs(30);
const LEASE: Duration = Duration::from_secs(60);
pub(super) const SETTLES: Duration = Duration::from_secs(120);

/// One batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) state: BatchState,
    pub(super) epoch: u64,
    pub(super) attempt: u32,
    pub(super) tries_again: u32,
    /// By row.
    pub(super) members: Vec<u64>,
    pub(super) not_before: Unix,
    pub(super) slot: Unix,
    pub(super) deadline: Unix,
    pub(super) by_hand: bool,
    pub(super) message_id: Option<String>,
    /// How many of an accepted one were turned down.
    pub(super) turned_down: u64,
}

/// What somebody has in hand: a claim or an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ticket {
    pub(super) number: BatchNumber,
    /// The batch as it was given out. Whoever has it writes it back so, with what has changed.
    pub(super) batch: Batch,
    pub(super) has_missed: bool,
}

/// What is said of an attempt.
#[derive(Debug, Clone)]
pub(super) enum Said {
    /// Accepted, but for so many.
    Accepted(usize),
    Rejected,
    Unknown,
    Again(Duration),
    NotLeft,
    Split,
}

/// What comes of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Started(u64, u32),
    Held,
    Refused,
    Claim(Ticket),
    NotYet(Duration),
    NonePending,
    Cancelled,
    Lost,
    Attempt(Ticket),
    Later(Ticket),
    Recorded(Recorded),
    Resolved(u64, u64),
    TooEarly(Unix),
    Is(bool),
    Done,
}

/// A campaign, as it is to be.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) now: Unix,
    pub(super) stage: Stage,
    pub(super) epoch: u64,
    pub(super) held_until: Unix,
    pub(super) is_forgotten: bool,
    pub(super) batches: Vec<Batch>,
    pub(super) sent: u64,
    pub(super) retried: u64,
}

impl Batch {
    pub(super) fn of(members: Vec<u64>) -> Self {
        let (state, never) = (BatchState::Pending, Unix::EPOCH);
        let (epoch, attempt, tries_again, turned_down, by_hand, message_id) = (0, 0, 0, 0, false, None);
        let (not_before, slot, deadline) = (never, never, never);
        Self {
            state,
            epoch,
            attempt,
            tries_again,
            members,
            not_before,
            slot,
            deadline,
            by_hand,
            message_id,
            turned_down,
        }
    }

    fn is(&self, state: BatchState, ticket: &Ticket) -> bool {
        (self.state, self.epoch, self.attempt) == (state, ticket.batch.epoch, ticket.batch.attempt)
    }
}

impl Reference {
    fn batch(&mut self, number: BatchNumber) -> &mut Batch {
        &mut self.batches[number as usize]
    }

    pub(super) fn start(&mut self, holder: Holder) -> Answer {
        if self.is_forgotten || self.stage == Stage::Cancelled {
            return Answer::Refused;
        }
        if holder == Holder::AsLeased && self.held_until > self.now {
            return Answer::Held;
        }
        self.stage = Stage::Started;
        self.epoch += 1;
        self.held_until = self.now + LEASE;
        Answer::Started(self.epoch, self.sweep())
    }

    pub(super) fn sweep(&mut self) -> u32 {
        let mut doubts = 0;
        for batch in &mut self.batches {
            batch.state = match batch.state {
                BatchState::Claimed => BatchState::Pending,
                BatchState::InFlight => {
                    doubts += 1;
                    BatchState::Unknown
                }
                state => state,
            };
        }
        doubts
    }

    pub(super) fn claim(&mut self, epoch: u64) -> Answer {
        if epoch != self.epoch {
            return Answer::Lost;
        }
        if self.stage != Stage::Started {
            return Answer::Cancelled;
        }
        let now = self.now;
        let pending = || self.batches.iter().filter(|batch| batch.state == BatchState::Pending);
        let Some(number) =
            self.batches.iter().position(|batch| batch.state == BatchState::Pending && batch.not_before <= now)
        else {
            let first = pending().map(|batch| batch.not_before).min();
            return first.map_or(Answer::NonePending, |first| Answer::NotYet(first.since(now)));
        };
        let batch = &mut self.batches[number];
        (batch.state, batch.epoch, batch.slot) = (BatchState::Claimed, epoch, now);
        let (number, batch) = (number.try_into().unwrap(), batch.clone());
        Answer::Claim(Ticket { number, batch, has_missed: false })
    }

    pub(super) fn release(&mut self, ticket: &Ticket, wait: Duration) -> Answer {
        let not_before = self.now + wait;
        let batch = self.batch(ticket.number);
        if batch.is(BatchState::Claimed, ticket) {
            *batch = Batch { state: BatchState::Pending, not_before, ..ticket.batch.clone() };
        }
        Answer::Done
    }

    pub(super) fn begin(&mut self, epoch: u64, ticket: &Ticket) -> Answer {
        if epoch != self.epoch {
            return Answer::Lost;
        }
        if self.stage != Stage::Started {
            self.release(ticket, Duration::ZERO);
            return Answer::Cancelled;
        }
        let now = self.now;
        let batch = self.batch(ticket.number);
        if !batch.is(BatchState::Claimed, ticket) {
            return Answer::Lost;
        }
        let (state, attempt, deadline) = (BatchState::InFlight, ticket.batch.attempt + 1, now + DEADLINE);
        *batch = Batch { state, attempt, deadline, message_id: None, ..ticket.batch.clone() };
        let batch = batch.clone();
        self.sent += 1;
        self.retried += u64::from(attempt > 1);
        Answer::Attempt(Ticket { batch, ..ticket.clone() })
    }

    /// A claim whose slot was missed is given another.
    pub(super) fn misses(&mut self, epoch: u64, ticket: &Ticket) -> Option<Answer> {
        let is_late = !ticket.has_missed && self.now.since(ticket.batch.slot) > SLOT_LASTS;
        if epoch != self.epoch || self.stage != Stage::Started || !is_late {
            return None;
        }
        let now = self.now;
        let batch = self.batch(ticket.number);
        if !batch.is(BatchState::Claimed, ticket) {
            return Some(Answer::Lost);
        }
        *batch = Batch { slot: now, ..ticket.batch.clone() };
        Some(Answer::Later(Ticket { has_missed: true, batch: batch.clone(), ..ticket.clone() }))
    }

    pub(super) fn record(&mut self, ticket: &Ticket, said: &Said) -> Answer {
        let (now, is_forgotten, parts) = (self.now, self.is_forgotten, self.batches.len());
        let batch = self.batch(ticket.number);
        let recorded = if batch.is(BatchState::InFlight, ticket) {
            Recorded::Yes
        } else if batch.is(BatchState::Unknown, ticket) && !is_forgotten {
            Recorded::Late
        } else {
            return Answer::Recorded(Recorded::TooLate);
        };
        *batch = ticket.batch.clone();
        match said {
            Said::Accepted(turned_down) => {
                (batch.state, batch.by_hand) = (BatchState::Accepted, false);
                batch.message_id = Some(format!("bm-{}", ticket.number));
                batch.turned_down = (*turned_down).min(batch.members.len()) as u64;
            }
            Said::Rejected => (batch.state, batch.by_hand) = (BatchState::Rejected, false),
            Said::Unknown => batch.state = BatchState::Unknown,
            Said::Again(wait) => {
                (batch.state, batch.not_before) = (BatchState::Pending, now + *wait);
                batch.tries_again += 1;
            }
            Said::NotLeft => {
                (batch.state, batch.not_before) = (BatchState::Pending, now);
                batch.attempt -= 1;
                let was_retried = batch.attempt > 0;
                self.sent -= 1;
                self.retried -= u64::from(was_retried);
            }
            Said::Split => {
                batch.state = BatchState::Split;
                let mut left = std::mem::take(&mut batch.members);
                let right = left.split_off(left.len() / 2);
                let by_hand = batch.by_hand;
                let half = |members| Batch { by_hand, ..Batch::of(members) };
                self.batches.extend([half(left), half(right)]);
                assert_eq!(self.batches.len(), parts + 2);
            }
        }
        Answer::Recorded(recorded)
    }

    pub(super) fn beat(&mut self, epoch: u64) -> Answer {
        let is_own = epoch == self.epoch;
        if is_own {
            self.held_until = self.now + LEASE;
        }
        Answer::Is(is_own)
    }

    pub(super) fn finish(&mut self, epoch: u64) -> Answer {
        if epoch == self.epoch {
            self.sweep();
            self.held_until = Unix::EPOCH;
        }
        Answer::Done
    }

    pub(super) fn resolve(&mut self, number: Option<BatchNumber>, resolution: Resolution) -> Answer {
        if resolution == Resolution::Resend && (self.is_forgotten || self.stage == Stage::Cancelled) {
            return Answer::Refused;
        }
        let is_meant = |(at, batch): &(usize, &mut Batch)| {
            number.is_none_or(|number| number as usize == *at) && batch.state == BatchState::Unknown
        };
        let doubts: Vec<_> = self.batches.iter_mut().enumerate().filter(is_meant).map(|(_, batch)| batch).collect();
        if number.is_some() && doubts.is_empty() {
            return Answer::Refused;
        }
        let ripe_at = doubts.iter().map(|batch| batch.deadline + SETTLES).max();
        if let Some(ripe_at) = ripe_at.filter(|ripe_at| *ripe_at > self.now) {
            return Answer::TooEarly(ripe_at);
        }
        let (mut batches, mut recipients) = (0, 0);
        for batch in doubts {
            (batches, recipients) = (batches + 1, recipients + batch.members.len() as u64);
            batch.by_hand = true;
            batch.state = match resolution {
                Resolution::Delivered => BatchState::Accepted,
                Resolution::NotDelivered => BatchState::Rejected,
                Resolution::Resend => {
                    (batch.not_before, batch.tries_again) = (Unix::EPOCH, 0);
                    BatchState::Pending
                }
            };
        }
        Answer::Resolved(batches, recipients)
    }

    pub(super) fn forget(&mut self) -> Answer {
        if !self.is_forgotten {
            self.sweep();
            let is_left = self.batches.iter().any(|batch| batch.state == BatchState::Pending);
            if is_left && self.stage == Stage::Started {
                return Answer::Refused;
            }
            self.is_forgotten = true;
        }
        Answer::Done
    }

    /// Accepted, rejected, unknown and pending.
    pub(super) fn counts(&self) -> [u64; 4] {
        let mut counts = [0; 4];
        for batch in &self.batches {
            let state = match batch.state {
                BatchState::Accepted => 0,
                BatchState::Rejected => 1,
                BatchState::Unknown | BatchState::InFlight => 2,
                BatchState::Pending | BatchState::Claimed | BatchState::Split => 3,
            };
            counts[state] += batch.members.len() as u64 - batch.turned_down;
            counts[1] += batch.turned_down;
        }
        counts
    }
}
