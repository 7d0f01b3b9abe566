//! How much longer something may take: [`Patience`].

use std::time::Duration;

use crate::time::Now;

/// How long may be waited, all in all, counted from the first time that somebody asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    longest: Duration,
    begun: Option<Now>,
}

impl Patience {
    pub(super) const fn new(longest: Duration) -> Self {
        Self { longest, begun: None }
    }

    /// What is left; `None` where it is over.
    pub(super) fn left(&mut self, now: Now) -> Option<Duration> {
        let begun = *self.begun.get_or_insert(now);
        self.longest.checked_sub(now.at_least_since(begun))
    }

    /// As much again, counted anew.
    pub(super) const fn renewed(self) -> Self {
        Self::new(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Tick, Unix};

    fn at(tick: u64, wall: u64) -> Now {
        Now::new(Tick::after_origin(Duration::from_millis(tick)), Unix::from_millis(wall))
    }

    #[test]
    fn patience_is_over_by_whichever_clock_says_more() {
        /// What is left, in nanoseconds, when the ticks and the wall clock have come so many milliseconds further.
        fn check(longest: u64, ticked: u64, wall: u64, expected: Option<u64>) {
            let mut patience = Patience::new(Duration::from_millis(longest));
            assert_eq!(patience.left(at(7_900, 1_000_250)), Some(Duration::from_millis(longest)));
            let left = patience.left(at(7_900 + ticked, 1_000_250 + wall));
            assert_eq!(left, expected.map(Duration::from_nanos), "{longest} ms after {ticked} ms and {wall} ms");
        }
        check(5_000, 0, 0, Some(5_000_000_000));
        check(5_000, 4_100, 4_100, Some(900_000_000));
        check(5_000, 5_000, 5_000, Some(0));
        check(5_000, 5_001, 5_000, None);
        // A machine that slept: its ticks stood still.
        check(5_000, 10, 4_000, Some(1_000_999_999));
        check(5_000, 10, 5_001, None);
        check(5_000, 10, 3_600_000, None);
        // Whole milliseconds are cut off, so that 5,000 of them may be little more than 4,999 …
        check(5_000, 4_999, 5_000, Some(999_999));
        check(5_000, 10, 5_000, Some(999_999));
        // … and 1 of them a moment.
        check(200, 0, 1, Some(199_999_999));
    }

    #[test]
    fn a_wall_clock_that_is_set_back_changes_nothing() {
        let mut patience = Patience::new(Duration::from_millis(3_000));
        assert!(patience.left(at(0, 99_000)).is_some());
        assert_eq!(patience.left(at(2_000, 10_000)), Some(Duration::from_millis(1_000)));
    }
}
