//! One of the threads of a run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use batchcast_transport::channel::{Channel, Receipt};
use batchcast_transport::error::CallError;
use batchcast_transport::time::{Now, Tick, Timer};

use super::reducer::{Next, Permit};
use super::sending::Sending;
use crate::event::{Event, Observer};
use crate::ledger::LedgerError;
use crate::protocol::{self, Attempt, Begun, Claim, Claimed, Fate, Recorded, Settlement};

/// How often a thread that waits looks whether the run ends.
const LOOK_UP: Duration = Duration::from_millis(100);

/// An attempt that was begun longer ago than this does not leave any more: the machine slept, or the disk did.
const STALE: Duration = Duration::from_secs(5);

pub(super) struct Worker<'a> {
    pub(super) sending: &'a Sending,
    pub(super) channel: &'a dyn Channel,
    pub(super) timer: &'a dyn Timer,
    pub(super) observer: &'a dyn Observer,
}

impl Worker<'_> {
    /// Works, and lives through a panic: the run ends as broken, and what this thread had in hand is swept at its end.
    pub(super) fn work_or_break_off(&self) {
        if catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            self.sending.lock().break_off();
            self.sending.ended.notify_all();
        }
    }

    fn work(&self) {
        loop {
            let now = self.timer.now().tick;
            self.sending.beat(now);
            let mut run = self.sending.lock();
            match run.next(now) {
                Next::Ended => return,
                Next::WaitForAnswer => {
                    drop(self.sending.ended.wait(run));
                }
                Next::WaitUntil(tick) => {
                    drop(run);
                    self.wait(tick);
                }
                Next::Claim(permit) => {
                    drop(run);
                    let mut hand = InHand { worker: self, permit: Some(permit) };
                    self.claim(&mut hand);
                    drop(hand);
                }
            }
        }
    }

    fn claim(&self, hand: &mut InHand<'_>) {
        let (tenure, terms, below) = (self.sending.tenure, self.sending.terms.clone(), self.sending.below);
        let claimed = self.sending.commits.write(move |tables| protocol::claim(tables, &tenure, &terms, below));
        let now = self.timer.now().tick;
        match claimed {
            Ok(Claimed::Batch(claim)) => {
                let wait_ms = claim.wait().as_millis().try_into().unwrap_or(u64::MAX);
                self.observer.observe(&Event::Claimed { batch: claim.number(), wait_ms });
                self.carry_out(hand, claim, now);
            }
            Ok(Claimed::NotYet(wait)) => hand.end(|run, permit| run.not_yet(permit, now + wait)),
            Ok(Claimed::NonePending) => hand.end(super::Run::none_pending),
            Ok(Claimed::Cancelled) => hand.end(|run, permit| {
                run.cancelled();
                run.released(permit);
            }),
            Ok(Claimed::Lost) => hand.end(|run, permit| {
                run.lost();
                run.released(permit);
            }),
            Err(error) => hand.fail(error),
        }
    }

    /// Slot, token, and only then the request: a crash puts in doubt only what was really on the wire.
    fn carry_out(&self, hand: &mut InHand<'_>, mut claim: Claim, mut claimed_at: Tick) {
        loop {
            if !self.slot_comes(claimed_at + claim.wait()) {
                return self.release(hand, &claim, Duration::ZERO);
            }
            if let Err(error) = self.channel.ready() {
                let wait = hand.with(|run, permit| run.not_ready(permit, &error, self.timer.now()));
                return self.release(hand, &claim, wait.unwrap_or_default());
            }
            if self.sending.lock().is_ending() {
                return self.release(hand, &claim, Duration::ZERO);
            }
            let (before, mark) = (self.timer.now(), self.channel.mark());
            let (tenure, terms, held) = (self.sending.tenure, self.sending.terms.clone(), claim.clone());
            let begun = self.sending.commits.write(move |tables| protocol::begin(tables, &tenure, &terms, &held, mark));
            match begun {
                Ok(Begun::Attempt(attempt)) => return self.attempt(hand, attempt, before),
                Ok(Begun::Later(later)) => (claim, claimed_at) = (later, self.timer.now().tick),
                Ok(Begun::NotYet) => return hand.end(super::Run::released),
                Ok(Begun::QuotaUsedUp(until)) => return hand.end(|run, permit| run.quota_used_up(permit, until)),
                Ok(Begun::Cancelled) => {
                    return hand.end(|run, permit| {
                        run.cancelled();
                        run.released(permit);
                    });
                }
                Ok(Begun::Lost) => {
                    return hand.end(|run, permit| {
                        run.lost();
                        run.released(permit);
                    });
                }
                Err(error) => return hand.fail(error),
            }
        }
    }

    fn attempt(&self, hand: &mut InHand<'_>, attempt: Attempt, before: Now) {
        let (batch, number, recipients) = (attempt.number(), attempt.attempt(), attempt.size());
        hand.with(|run, _| run.begun(recipients, number));
        self.observer.observe(&Event::Begun { batch, attempt: number, recipients });
        if let Some(settlement) = self.send(hand, &attempt, before) {
            self.record(hand, attempt, settlement);
        }
    }

    fn send(&self, hand: &InHand<'_>, attempt: &Attempt, before: Now) -> Option<Settlement> {
        let (batch, now) = (attempt.number(), self.timer.now());
        if now.at_most_since(before) > STALE {
            log::warn!("batch {batch}: beginning its attempt took too long, so it does not leave now");
            return hand.with(|run, _| run.came_too_late(attempt));
        }
        // The last look: nothing leaves after a failure. If that cannot be written down either, its recipients stay in
        // doubt.
        if self.sending.commits.has_failed() {
            return hand.with(|run, _| run.came_too_late(attempt));
        }
        let result = self.channel.attempt(&attempt.recipients(), attempt.mark());
        let class = class_of(&result);
        if let Err(error) = &result {
            log::debug!("batch {batch}: {class}: {error}");
        }
        self.observer.observe(&Event::Answered { batch, attempt: attempt.attempt(), class });
        hand.with(|run, permit| run.answered(permit, attempt, result, self.timer.now()))
    }

    fn record(&self, hand: &mut InHand<'_>, attempt: Attempt, settlement: Settlement) {
        let (batch, number, state) = (attempt.number(), attempt.attempt(), state_of(&settlement.fate));
        let (tenure, terms) = (self.sending.tenure, self.sending.terms.clone());
        let recorded =
            self.sending.commits.write(move |tables| protocol::record(tables, &tenure, &terms, &attempt, &settlement));
        match recorded {
            Ok(Recorded::Yes | Recorded::Late) => {
                hand.end(super::Run::recorded);
                self.observer.observe(&Event::Recorded { batch, attempt: number, state });
            }
            Ok(Recorded::TooLate) => {
                log::warn!("batch {batch}: an answer came when its doubt had been settled; it is not written down");
                hand.end(super::Run::recorded);
                self.observer.observe(&Event::TooLate { batch, attempt: number });
            }
            Err(error) => hand.fail(error),
        }
    }

    fn release(&self, hand: &mut InHand<'_>, claim: &Claim, wait: Duration) {
        let (tenure, claim) = (self.sending.tenure, claim.clone());
        match self.sending.commits.write(move |tables| protocol::release(tables, &tenure, &claim, wait)) {
            Ok(()) => hand.end(super::Run::released),
            Err(error) => hand.fail(error),
        }
    }

    /// Waits for a slot; `false` where the run ends before it comes.
    fn slot_comes(&self, slot: Tick) -> bool {
        while !self.sending.lock().is_ending() {
            let now = self.timer.now().tick;
            if slot <= now {
                return true;
            }
            self.sending.beat(now);
            self.wait(slot);
        }
        false
    }

    fn wait(&self, until: Tick) {
        self.timer.wait_until(until.min(self.timer.now().tick + LOOK_UP));
    }
}

/// What a thread holds of the run. It is given back whatever happens: if the thread panics, what it had in hand is
/// abandoned, and the run ends.
struct InHand<'a> {
    worker: &'a Worker<'a>,
    permit: Option<Permit>,
}

impl InHand<'_> {
    fn with<T>(&self, tell: impl FnOnce(&mut super::Run, &Permit) -> T) -> Option<T> {
        let permit = self.permit.as_ref()?;
        Some(tell(&mut self.worker.sending.lock(), permit))
    }

    fn end(&mut self, tell: impl FnOnce(&mut super::Run, Permit)) {
        if let Some(permit) = self.permit.take() {
            tell(&mut self.worker.sending.lock(), permit);
        }
    }

    fn fail(&mut self, error: LedgerError) {
        self.end(|run, permit| {
            run.ledger_failed(error);
            run.abandoned(permit);
        });
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.end(|run, permit| {
                run.break_off();
                run.abandoned(permit);
            });
        }
        self.worker.sending.ended.notify_all();
    }
}

fn class_of(result: &Result<Receipt, CallError>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(error) => error.class().map_or("broken", |class| class.as_str()),
    }
}

const fn state_of(fate: &Fate) -> &'static str {
    match fate {
        Fate::Pending { .. } => "pending",
        Fate::Accepted { .. } => "accepted",
        Fate::Rejected { .. } => "rejected",
        Fate::Unknown { .. } => "unknown",
        Fate::Split => "split",
    }
}
