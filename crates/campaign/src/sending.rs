//! A few threads around the reducer: [`Sending`].

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::channel::{Channel, Mark, Receipt};
use batchcast_transport::error::CallError;
use batchcast_transport::exchange::Pace;
use batchcast_transport::time::{Tick, Timer};

use crate::outcome::Progress;
use crate::plan::Plan;
use crate::reducer::{Attempt, Begin, Claim, Next, Run};

/// How often a thread that waits looks whether the run ends.
const LOOK_UP: Duration = Duration::from_millis(100);

/// A run that several threads carry out, and that others may look at and stop meanwhile.
#[derive(Debug)]
pub struct Sending {
    run: Mutex<Run>,
    /// A claim came to its end.
    ended: Condvar,
}

impl Sending {
    /// A sending of this plan at this pace, not begun.
    #[must_use]
    pub fn new(plan: &Plan, pace: Arc<dyn Pace>, timer: &dyn Timer) -> Self {
        let run = Run::new(plan, pace, timer.now().tick, fastrand::u64(..));
        Self { run: Mutex::new(run), ended: Condvar::new() }
    }

    /// Sends, with at most `in_flight` requests on the wire at once, until every batch has its answer or something ends
    /// the run. `watch` is told after every attempt; it may look and stop.
    pub fn carry_out(
        &self,
        channel: &dyn Channel,
        timer: &dyn Timer,
        in_flight: NonZeroUsize,
        watch: &(dyn Fn(&Progress) + Sync),
    ) {
        let worker = Worker { sending: self, channel, timer, watch };
        // This thread is one of them, so that there is at least one even if the system gives no more.
        std::thread::scope(|scope| {
            for _ in 1..in_flight.get() {
                if std::thread::Builder::new().spawn_scoped(scope, || worker.work_or_break_off()).is_err() {
                    break;
                }
            }
            worker.work_or_break_off();
        });
    }

    /// Nothing more is sent; what is on the wire is waited for.
    pub fn stop(&self) {
        self.lock().interrupt();
    }

    /// Looks at the run as it stands: what is on the wire at this moment is in doubt.
    pub fn look<T>(&self, at: impl FnOnce(&Run) -> T) -> T {
        at(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Worker<'a> {
    sending: &'a Sending,
    channel: &'a dyn Channel,
    timer: &'a dyn Timer,
    watch: &'a (dyn Fn(&Progress) + Sync),
}

impl Worker<'_> {
    /// Works, and lives through a panic: what it had in hand is given back and the run ends as broken, so that what became
    /// of everybody can still be told.
    fn work_or_break_off(&self) {
        if catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            self.sending.lock().break_off();
            self.sending.ended.notify_all();
        }
    }

    fn work(&self) {
        loop {
            let mut run = self.sending.lock();
            match run.next(self.timer.now().tick) {
                Next::Ended => return,
                Next::WaitForAnswer => {
                    drop(self.sending.ended.wait(run));
                }
                Next::WaitUntil(tick) => {
                    drop(run);
                    self.wait(tick);
                }
                Next::Claim(claim) => {
                    drop(run);
                    self.carry_out(claim);
                    let progress = self.sending.lock().progress(self.timer.now().tick);
                    (self.watch)(&progress);
                }
            }
        }
    }

    /// Slot, token, and only then the request: a crash puts in doubt only what was really on the wire.
    fn carry_out(&self, claim: Claim) {
        let mut hand = InHand { worker: self, held: Some(Held::Claim(claim)) };
        loop {
            if !self.slot_comes(hand.slot()) {
                return hand.release();
            }
            if let Err(error) = self.channel.ready() {
                return hand.not_ready(&error);
            }
            let mark = self.channel.mark();
            if let Some((recipients, mark)) = hand.begin(mark) {
                let result = self.channel.attempt(&recipients, mark.as_ref());
                return hand.record(result);
            }
            if hand.held.is_none() {
                return;
            }
        }
    }

    /// Waits for a slot; `false` where the run ends before it comes.
    fn slot_comes(&self, slot: Tick) -> bool {
        while !self.sending.lock().is_ending() {
            if slot <= self.timer.now().tick {
                return true;
            }
            self.wait(slot);
        }
        false
    }

    fn wait(&self, until: Tick) {
        self.timer.wait_until(until.min(self.timer.now().tick + LOOK_UP));
    }
}

/// What a thread holds of the run. It is given back whatever happens: if the thread panics, an attempt of its is in doubt,
/// a claim is released, and the run ends.
struct InHand<'a> {
    worker: &'a Worker<'a>,
    held: Option<Held>,
}

enum Held {
    Claim(Claim),
    Attempt(Attempt),
}

impl InHand<'_> {
    fn slot(&self) -> Tick {
        match &self.held {
            Some(Held::Claim(claim)) => claim.slot(),
            // Nothing to wait for: the run is ending, or what was held is on the wire.
            _ => Tick::ZERO,
        }
    }

    /// The recipients of the request that leaves now; `None` where the slot was missed or the run is ending.
    fn begin(&mut self, mark: Option<Mark>) -> Option<(Vec<Recipient>, Option<Mark>)> {
        let Some(Held::Claim(claim)) = self.held.take() else {
            return None;
        };
        let now = self.worker.timer.now().tick;
        let begun = self.run().begin(claim, mark, now);
        match begun {
            Begin::Ending => None,
            Begin::Later(another) => {
                self.held = Some(Held::Claim(another));
                None
            }
            Begin::Attempt(attempt) => {
                let request = (attempt.recipients().to_vec(), attempt.mark().cloned());
                self.held = Some(Held::Attempt(attempt));
                Some(request)
            }
        }
    }

    fn release(mut self) {
        if let Some(Held::Claim(claim)) = self.held.take() {
            self.run().release(claim);
        }
    }

    fn not_ready(mut self, error: &CallError) {
        let now = self.worker.timer.now();
        if let Some(Held::Claim(claim)) = self.held.take() {
            self.run().not_ready(claim, error, now);
        }
    }

    fn record(mut self, result: Result<Receipt, CallError>) {
        let now = self.worker.timer.now();
        if let Some(Held::Attempt(attempt)) = self.held.take() {
            self.run().record(attempt, result, now);
        }
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.worker.sending.lock()
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut run = self.worker.sending.lock();
            match self.held.take() {
                Some(Held::Claim(claim)) => run.release(claim),
                Some(Held::Attempt(attempt)) => run.abandon(attempt),
                None => {}
            }
            run.break_off();
        }
        self.worker.sending.ended.notify_all();
    }
}
