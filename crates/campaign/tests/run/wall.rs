//! A clock that can be set back: [`Wall`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use batchcast_transport::testing::ManualTimer;
use batchcast_transport::time::{Clock, Now, Tick, Timer, Unix};

/// A [`ManualTimer`] whose wall clock can be set back. Clones share one time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wall {
    timer: ManualTimer,
    set_back_ms: Arc<AtomicU64>,
}

impl Wall {
    pub(crate) fn advance(&self, by: Duration) {
        self.timer.advance(by);
    }

    pub(crate) fn advance_secs(&self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// Sets the wall clock back. Ticks go on.
    pub(crate) fn set_back(&self, by: Duration) {
        let by = by.as_millis().try_into().unwrap();
        self.set_back_ms.fetch_add(by, Ordering::SeqCst);
    }

    pub(crate) fn unix(&self) -> Unix {
        self.now().unix
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.timer.elapsed()
    }
}

impl Clock for Wall {
    fn now(&self) -> Now {
        let now = self.timer.now();
        let unix = now.unix.as_millis() - self.set_back_ms.load(Ordering::SeqCst);
        Now::new(now.tick, Unix::from_millis(unix))
    }
}

impl Timer for Wall {
    fn wait_until(&self, tick: Tick) {
        self.timer.wait_until(tick);
    }
}
