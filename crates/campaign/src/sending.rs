//! A few threads around the reducer: [`Sending`].

use std::num::NonZeroUsize;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use batchcast_transport::channel::Channel;
use batchcast_transport::error::{CallError, Cause};
use batchcast_transport::exchange::Pace;
use batchcast_transport::fault::{Fault, FaultKind};
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
                if std::thread::Builder::new().spawn_scoped(scope, || worker.work()).is_err() {
                    break;
                }
            }
            worker.work();
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
                    self.sending.ended.notify_all();
                    (self.watch)(&progress);
                }
            }
        }
    }

    /// Slot, token, and only then the request: a crash puts in doubt only what was really on the wire.
    fn carry_out(&self, mut claim: Claim) {
        loop {
            if !self.slot_comes(claim.slot()) {
                return self.sending.lock().release(claim);
            }
            if let Err(error) = self.channel.ready() {
                return self.sending.lock().not_ready(claim, &error, self.timer.now());
            }
            let begun = self.sending.lock().begin(claim, self.timer.now().tick);
            match begun {
                Begin::Ending => return,
                Begin::Later(another) => claim = another,
                Begin::Attempt(attempt) => {
                    let mut on_the_wire = OnTheWire { worker: self, attempt: Some(attempt) };
                    let result = self.channel.attempt(on_the_wire.recipients());
                    return on_the_wire.record(result);
                }
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

/// An attempt that is recorded whatever happens: if its sender panics, nobody knows who got it.
struct OnTheWire<'a> {
    worker: &'a Worker<'a>,
    attempt: Option<Attempt>,
}

impl OnTheWire<'_> {
    fn recipients(&self) -> &[batchcast_model::Recipient] {
        self.attempt.as_ref().map(Attempt::recipients).unwrap_or_default()
    }

    fn record(&mut self, result: Result<batchcast_transport::channel::Receipt, CallError>) {
        if let Some(attempt) = self.attempt.take() {
            self.worker.sending.lock().record(attempt, result, self.worker.timer.now());
        }
    }
}

impl Drop for OnTheWire<'_> {
    fn drop(&mut self) {
        if self.attempt.is_some() {
            self.record(Err(CallError::new(Cause::Fault(Fault::maybe_sent(FaultKind::Other)), 1)));
            self.worker.sending.lock().interrupt();
            self.worker.sending.ended.notify_all();
        }
    }
}
