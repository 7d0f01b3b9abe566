//! A few threads around the reducer: [`Sending`].

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use batchcast_transport::channel::Channel;
use batchcast_transport::exchange::Pace;
use batchcast_transport::time::{Tick, Timer};

use crate::outcome::Summary;
use crate::plan::Plan;
use crate::reducer::{Next, Run};

/// How often a thread that waits looks whether the run ends.
const LOOK_UP: Duration = Duration::from_millis(100);

/// A run that several threads carry out, and that others may look at and stop meanwhile.
#[derive(Debug)]
pub struct Sending {
    run: Mutex<Run>,
    answered: Condvar,
    stopped: AtomicBool,
}

impl Sending {
    /// A sending of this plan at this pace, not begun.
    #[must_use]
    pub fn new(plan: &Plan, pace: Arc<dyn Pace>, timer: &dyn Timer) -> Self {
        let run = Run::new(plan, pace, timer.now().tick, fastrand::u64(..));
        Self { run: Mutex::new(run), answered: Condvar::new(), stopped: AtomicBool::new(false) }
    }

    /// Sends, with at most `in_flight` requests on the wire at once, until every batch has its answer or something ends
    /// the run. `watch` is told after every attempt.
    pub fn carry_out(
        &self,
        channel: &dyn Channel,
        timer: &dyn Timer,
        in_flight: NonZeroUsize,
        watch: &(dyn Fn(&Summary) + Sync),
    ) {
        std::thread::scope(|scope| {
            for _ in 0..in_flight.get() {
                scope.spawn(|| self.work(channel, timer, watch));
            }
        });
    }

    /// Nothing more is sent; what is on the wire is waited for. The answer says whether it was stopped before.
    pub fn stop(&self) -> bool {
        self.lock().interrupt();
        self.stopped.swap(true, Ordering::Relaxed)
    }

    /// Looks at the run as it stands: what is on the wire at this moment is in doubt.
    pub fn look<T>(&self, at: impl FnOnce(&Run) -> T) -> T {
        at(&self.lock())
    }

    fn work(&self, channel: &dyn Channel, timer: &dyn Timer, watch: &(dyn Fn(&Summary) + Sync)) {
        loop {
            let mut run = self.lock();
            match run.next(timer.now().tick) {
                Next::Ended => return,
                Next::WaitForAnswer => drop(self.answered.wait_timeout(run, LOOK_UP)),
                Next::WaitUntil(tick) => {
                    drop(run);
                    timer.wait_until(tick.min(timer.now().tick + LOOK_UP));
                }
                Next::Claim { batch, slot } => {
                    drop(run);
                    let members = self.wait_for(slot, timer).then(|| self.lock().begin(batch));
                    let result = members.map(|members| channel.attempt(&members));
                    let now = timer.now();
                    let mut run = self.lock();
                    match result {
                        Some(result) => run.record(batch, result, now),
                        None => run.release(batch),
                    }
                    watch(&run.summary(now.tick));
                    drop(run);
                    self.answered.notify_all();
                }
            }
        }
    }

    /// Waits for a slot; `false` where the run ends before it comes.
    fn wait_for(&self, slot: Tick, timer: &dyn Timer) -> bool {
        loop {
            if self.lock().is_ending() {
                return false;
            }
            if slot <= timer.now().tick {
                return true;
            }
            timer.wait_until(slot.min(timer.now().tick + LOOK_UP));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
