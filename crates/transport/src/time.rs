//! Time as an argument: [`Tick`] for waiting, [`Unix`] for signatures and tokens, and the two timers that read a clock.

use std::ops::Add;
use std::time::Duration;

/// A moment on a clock that only runs forward, since an origin that nobody needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tick(Duration);

impl Tick {
    /// The origin.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// The moment this long after the origin.
    #[must_use]
    pub const fn after_origin(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// How long after `earlier` this is; zero where it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Tick {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

/// Wall time in whole seconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Unix(u64);

impl Unix {
    /// The moment this many seconds after 1970-01-01 UTC.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Whole seconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero where it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Unix {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_secs()))
    }
}

/// One reading of both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// For waiting.
    pub tick: Tick,
    /// For signatures and tokens.
    pub unix: Unix,
}

impl Now {
    /// Both readings.
    #[must_use]
    pub const fn new(tick: Tick, unix: Unix) -> Self {
        Self { tick, unix }
    }

    /// How long after `earlier` this is at the most, by whichever clock says more. Ticks may stand still while the
    /// machine is suspended (as `Instant` does on Linux); the wall clock goes on, and may be set.
    pub(crate) fn at_most_since(self, earlier: Self) -> Duration {
        self.tick.since(earlier.tick).max(self.unix.since(earlier.unix))
    }

    /// How long after `earlier` this is at the least, by whichever clock says more. The seconds of the wall clock are
    /// cut off, so that `n` of them are more than `n - 1`.
    pub(crate) fn at_least_since(self, earlier: Self) -> Duration {
        const CUT_OFF: Duration = Duration::from_nanos(999_999_999);
        self.tick.since(earlier.tick).max(self.unix.since(earlier.unix).saturating_sub(CUT_OFF))
    }
}

/// Reads the clocks.
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> Now;
}

/// Waits by blocking the thread.
pub trait Timer: Clock {
    /// Returns at `tick` or later.
    fn wait_until(&self, tick: Tick);
}

/// The operating system's clocks; the timer of both drivers.
#[derive(Debug, Clone, Copy)]
pub struct SystemTimer {
    origin: std::time::Instant,
}

impl SystemTimer {
    /// A timer whose origin is this moment.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn new() -> Self {
        Self { origin: std::time::Instant::now() }
    }
}

impl Default for SystemTimer {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemTimer {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
    fn now(&self) -> Now {
        let unix = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Now::new(Tick(self.origin.elapsed()), Unix(unix.as_secs()))
    }
}

impl Timer for SystemTimer {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that blocks")]
    fn wait_until(&self, tick: Tick) {
        std::thread::sleep(tick.since(self.now().tick));
    }
}

/// Waits by suspending the task.
#[cfg(feature = "async")]
#[async_trait::async_trait]
pub trait AsyncTimer: Clock {
    /// Completes at `tick` or later.
    async fn wait_until(&self, tick: Tick);
}

#[cfg(feature = "async")]
#[async_trait::async_trait]
impl AsyncTimer for SystemTimer {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that suspends")]
    async fn wait_until(&self, tick: Tick) {
        tokio::time::sleep(tick.since(self.now().tick)).await;
    }
}
