//! The clocks of a client that is in a hurry once it is interrupted: [`Hurry`].

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use batchcast_campaign::Interrupt;
use batchcast_transport::time::{Clock, Now, SystemTimer, Tick, Timer};

/// Longer than any call waits.
const TOO_LONG: Duration = Duration::from_secs(24 * 60 * 60);

/// The clocks of the system, by which nothing is waited for any more once it is interrupted: where a call would wait, for
/// its turn or to be tried again, so much time has gone by that its patience is over. It ends with what it was told last.
/// What is on the wire has its deadline as ever.
#[derive(Debug)]
pub(crate) struct Hurry {
    timer: SystemTimer,
    interrupt: Interrupt,
    /// By how much its clock is ahead.
    ahead: Mutex<Duration>,
}

impl Hurry {
    pub(crate) fn once(interrupt: &Interrupt) -> Self {
        Self { timer: SystemTimer::new(), interrupt: interrupt.clone(), ahead: Mutex::default() }
    }
}

impl Clock for Hurry {
    fn now(&self) -> Now {
        let now = self.timer.now();
        Now::new(now.tick + *self.ahead.lock().unwrap_or_else(PoisonError::into_inner), now.unix)
    }
}

impl Timer for Hurry {
    fn wait_until(&self, tick: Tick) {
        self.interrupt.wait(tick.since(self.now().tick));
        if self.interrupt.is_asked() {
            *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) += TOO_LONG;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_flies_once_it_is_interrupted() {
        let interrupt = Interrupt::new();
        let hurry = Hurry::once(&interrupt);
        let begun = hurry.now().tick;
        hurry.wait_until(begun + Duration::from_millis(1));
        assert!(hurry.now().tick.since(begun) < TOO_LONG);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| hurry.wait_until(begun + TOO_LONG));
            interrupt.ask();
            waiting.join().unwrap();
        });
        // One call has waited, and now another does: each has lost its patience.
        let of_another = hurry.now().tick;
        assert!(of_another.since(begun) >= TOO_LONG);
        hurry.wait_until(of_another + Duration::from_millis(1));
        assert!(hurry.now().tick.since(of_another) >= TOO_LONG);
    }
}
