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

    /// What is left, in milliseconds, when the ticks have come this far and the wall clock says so many seconds more.
    fn left(longest: u64, ticked: u64, wall: u64) -> Option<u128> {
        let at = |millis, secs| Now::new(Tick::after_origin(Duration::from_millis(millis)), Unix::from_secs(secs));
        let mut patience = Patience::new(Duration::from_millis(longest));
        assert_eq!(patience.left(at(7_900, 1_000)), Some(Duration::from_millis(longest)));
        patience.left(at(7_900 + ticked, 1_000 + wall)).map(|left| left.as_millis())
    }

    #[test]
    fn patience_is_over_by_whichever_clock_says_more() {
        fn check(longest: u64, ticked: u64, wall: u64, expected: Option<u128>) {
            assert_eq!(left(longest, ticked, wall), expected, "{longest} ms after {ticked} ms and {wall} s");
        }
        check(5_000, 5_000, 5, Some(0));
        check(5_000, 5_001, 5, None);
        // A machine that slept: its ticks stood still.
        check(5_000, 10, 6, None);
        check(5_000, 10, 3_600, None);
        // Whole seconds are cut off, so that 5 of them may be little more than 4 …
        check(5_000, 4_100, 5, Some(900));
        check(5_000, 10, 5, Some(999));
        // … and 1 of them a moment.
        check(200, 10, 1, Some(190));
        // A wall clock that is set back changes nothing.
        let before = Now::new(Tick::after_origin(Duration::from_millis(2_000)), Unix::from_secs(10));
        let mut patience = Patience::new(Duration::from_millis(3_000));
        assert!(patience.left(Now::new(Tick::ZERO, Unix::from_secs(99))).is_some());
        assert_eq!(patience.left(before), Some(Duration::from_millis(1_000)));
    }
}
