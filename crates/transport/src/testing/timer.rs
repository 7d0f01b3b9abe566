//! A clock that stands still until somebody waits: [`ManualTimer`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::trace::{Event, Trace};
use crate::time::{Clock, Now, Tick, Timer, Unix};

/// A timer that never waits: asked to, it moves its own time forward. Clones share one time.
///
/// It starts at tick 0. Wall time moves with it, from the moment that it was made with.
#[derive(Debug, Clone)]
pub struct ManualTimer {
    start: Unix,
    elapsed: Arc<Mutex<Duration>>,
    trace: Trace,
}

impl ManualTimer {
    /// A timer at tick 0 whose wall clock says `start`.
    #[must_use]
    pub fn new(start: Unix) -> Self {
        Self { start, elapsed: Arc::default(), trace: Trace::default() }
    }

    /// Moves time forward.
    pub fn advance(&self, by: Duration) {
        let mut elapsed = self.lock();
        *elapsed = elapsed.saturating_add(by);
    }

    /// How far time has moved since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        *self.lock()
    }

    /// What happened around this timer: readings, waits, and what a [`ScriptedTransport`](super::ScriptedTransport)
    /// that was made with it got and gave.
    #[must_use]
    pub fn trace(&self) -> Trace {
        self.trace.clone()
    }

    /// The time, without a trace of having looked.
    pub(super) fn tick(&self) -> Tick {
        Tick::after_origin(self.elapsed())
    }

    fn move_to(&self, tick: Tick) {
        let from = self.tick();
        self.advance(tick.since(from));
        self.trace.push(Event::Waited { from, until: self.tick() });
    }

    fn lock(&self) -> MutexGuard<'_, Duration> {
        self.elapsed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ManualTimer {
    /// A timer whose wall clock starts in 2027, at 1,800,000,000 s.
    fn default() -> Self {
        Self::new(Unix::from_secs(1_800_000_000))
    }
}

impl Clock for ManualTimer {
    fn now(&self) -> Now {
        let elapsed = self.elapsed();
        let now = Now::new(Tick::after_origin(elapsed), self.start + elapsed);
        self.trace.push(Event::Read(now));
        now
    }
}

impl Timer for ManualTimer {
    fn wait_until(&self, tick: Tick) {
        self.move_to(tick);
    }
}

#[cfg(feature = "async")]
#[async_trait::async_trait]
impl crate::time::AsyncTimer for ManualTimer {
    async fn wait_until(&self, tick: Tick) {
        self.move_to(tick);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_moves_both_clocks_and_never_back() {
        fn check(waits: &[u64], expected: u64) {
            let timer = ManualTimer::new(Unix::from_secs(100));
            for seconds in waits {
                timer.wait_until(Tick::after_origin(Duration::from_secs(*seconds)));
            }
            let tick = Tick::after_origin(Duration::from_secs(expected));
            assert_eq!(timer.now(), Now::new(tick, Unix::from_secs(100 + expected)), "{waits:?}");
            assert_eq!(timer.trace().waits().len(), waits.len());
        }
        check(&[], 0);
        check(&[7], 7);
        check(&[7, 3], 7);
        check(&[7, 9], 9);
    }

    #[test]
    fn readings_are_kept() {
        let timer = ManualTimer::new(Unix::from_secs(5));
        let first = timer.now();
        timer.advance(Duration::from_millis(1500));
        let second = timer.now();
        assert_eq!(timer.trace().events(), [Event::Read(first), Event::Read(second)]);
        assert_eq!(second.unix, Unix::from_millis(6_500));
        assert!(timer.trace().seen_from_outside().is_empty());
    }
}
