//! A few threads around the reducer: [`run`].

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

/// How often a thread that waits looks whether it is asked to stop.
const LOOK_UP: Duration = Duration::from_millis(100);

/// How a run is carried out.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    in_flight: NonZeroUsize,
    pace: Arc<dyn Pace>,
    stop: Arc<AtomicBool>,
}

impl Options {
    /// This many requests on the wire at once, at this pace.
    #[must_use]
    pub fn new(in_flight: NonZeroUsize, pace: Arc<dyn Pace>) -> Self {
        Self { in_flight, pace, stop: Arc::default() }
    }

    /// Stops when this becomes true: nothing more is sent, what is on the wire is waited for.
    #[must_use]
    pub fn with_stop(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = stop;
        self
    }
}

/// Sends until every batch has its answer, or something ends the run. `watch` is told after every attempt.
#[must_use = "it holds what became of everybody"]
pub fn run(
    plan: &Plan,
    channel: &dyn Channel,
    timer: &dyn Timer,
    options: &Options,
    watch: &(dyn Fn(&Summary) + Sync),
) -> Run {
    let run = Run::new(plan, Arc::clone(&options.pace), timer.now().tick, fastrand::u64(..));
    let shared = Shared { run: Mutex::new(run), answered: Condvar::new() };
    std::thread::scope(|scope| {
        for _ in 0..options.in_flight.get() {
            scope.spawn(|| shared.work(channel, timer, &options.stop, watch));
        }
    });
    shared.run.into_inner().unwrap_or_else(PoisonError::into_inner)
}

struct Shared {
    run: Mutex<Run>,
    answered: Condvar,
}

impl Shared {
    fn work(&self, channel: &dyn Channel, timer: &dyn Timer, stop: &AtomicBool, watch: &(dyn Fn(&Summary) + Sync)) {
        loop {
            let mut run = self.lock();
            if stop.load(Ordering::Relaxed) {
                run.interrupt();
            }
            match run.next(timer.now().tick) {
                Next::Ended => return,
                Next::WaitForAnswer => {
                    drop(self.answered.wait_timeout(run, LOOK_UP));
                }
                Next::WaitUntil(tick) => {
                    drop(run);
                    timer.wait_until(tick.min(timer.now().tick + LOOK_UP));
                }
                Next::Attempt { batch, slot } => {
                    let members = run.members(batch);
                    drop(run);
                    let result = self.slot_comes(slot, timer, stop).then(|| channel.attempt(&members));
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
    fn slot_comes(&self, slot: Tick, timer: &dyn Timer, stop: &AtomicBool) -> bool {
        while timer.now().tick < slot {
            timer.wait_until(slot.min(timer.now().tick + LOOK_UP));
            if stop.load(Ordering::Relaxed) || self.lock().is_ending() {
                return false;
            }
        }
        !self.lock().is_ending()
    }

    fn lock(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
