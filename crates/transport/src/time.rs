//! Time as an argument: [`Tick`] for waiting, [`Unix`] for signatures and tokens, and the two timers that read a clock.

use std::ops::{Add, Sub};
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

/// Wall time in whole milliseconds since 1970-01-01 UTC. It ends after some 584 million years, and so do sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Unix(u64);

impl Unix {
    /// 1970-01-01 UTC.
    pub const EPOCH: Self = Self(0);

    /// The moment this many seconds after 1970-01-01 UTC; the end of time where there are more than `u64::MAX / 1000`.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// The moment this many milliseconds after 1970-01-01 UTC.
    #[must_use]
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// Whole seconds since 1970-01-01 UTC; a begun one is cut off.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    /// Whole milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero where it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Unix {
    type Output = Self;

    /// A begun millisecond of the duration is cut off.
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_millis().try_into().unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for Unix {
    type Output = Self;

    /// Not before 1970-01-01 UTC.
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration.as_millis().try_into().unwrap_or(u64::MAX)))
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
    #[must_use]
    pub fn at_most_since(self, earlier: Self) -> Duration {
        self.tick.since(earlier.tick).max(self.unix.since(earlier.unix))
    }

    /// How long after `earlier` this is at the least, by whichever clock says more. The milliseconds of the wall clock
    /// are cut off, so that `n` of them are more than `n - 1`.
    pub(crate) fn at_least_since(self, earlier: Self) -> Duration {
        const CUT_OFF: Duration = Duration::from_nanos(999_999);
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
        Now::new(Tick(self.origin.elapsed()), Unix(unix.as_millis().try_into().unwrap_or(u64::MAX)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_time_has_whole_milliseconds_and_an_end() {
        fn check(time: Unix, millis: u64, secs: u64) {
            assert_eq!((time.as_millis(), time.as_secs()), (millis, secs), "{time:?}");
        }
        let end = u64::MAX / 1000;
        check(Unix::EPOCH, 0, 0);
        check(Unix::from_secs(7), 7_000, 7);
        check(Unix::from_millis(7_999), 7_999, 7);
        check(Unix::from_secs(end), end * 1000, end);
        check(Unix::from_secs(end + 1), u64::MAX, end);
        check(Unix::from_secs(u64::MAX), u64::MAX, end);
        check(Unix::from_millis(7_999) + Duration::from_millis(1), 8_000, 8);
        check(Unix::from_millis(7_999) + Duration::from_micros(999), 7_999, 7);
        check(Unix::from_secs(7) + Duration::MAX, u64::MAX, end);
    }

    #[test]
    fn what_passed_is_said_by_whichever_clock_says_more() {
        fn check(ticked: Duration, wall: u64, at_most: Duration, at_least: Duration) {
            let earlier = Now::new(Tick(Duration::from_secs(5)), Unix::from_millis(9_500));
            let later = Now::new(earlier.tick + ticked, Unix::from_millis(wall));
            assert_eq!(later.at_most_since(earlier), at_most, "{ticked:?}, and the wall clock says {wall}");
            assert_eq!(later.at_least_since(earlier), at_least, "{ticked:?}, and the wall clock says {wall}");
        }
        let millis = Duration::from_millis;
        check(Duration::ZERO, 9_500, Duration::ZERO, Duration::ZERO);
        check(millis(700), 10_200, millis(700), millis(700));
        // One millisecond on the wall may have been a moment.
        check(Duration::ZERO, 9_501, millis(1), Duration::from_nanos(1));
        check(millis(700), 11_500, millis(2_000), Duration::from_nanos(1_999_000_001));
        // A wall clock that is set back says nothing.
        check(millis(700), 0, millis(700), millis(700));
    }
}
