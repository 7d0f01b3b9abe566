//! When each delivery of a message happens.

use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};

const SECOND: i128 = 1_000_000_000;

/// The deliveries of one message, evenly spaced from when its turn comes; all at once where there is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    start: Timestamp,
    rate: Option<NonZeroU32>,
    len: usize,
}

impl Schedule {
    pub(crate) fn new(start: Timestamp, rate: Option<NonZeroU32>, len: usize) -> Self {
        Self { start, rate, len }
    }

    /// When the delivery of this number happens, counted from 0.
    pub(crate) fn at(&self, index: usize) -> Timestamp {
        let Some(rate) = self.rate else {
            return self.start;
        };
        let nanoseconds = (index as i128 + 1) * SECOND / i128::from(rate.get());
        let passed = SignedDuration::try_from_nanos_i128(nanoseconds).unwrap_or(SignedDuration::MAX);
        self.start.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// How many have happened by then.
    pub(crate) fn by(&self, now: Timestamp) -> usize {
        match self.rate {
            _ if now < self.start => 0,
            None => self.len,
            Some(rate) => {
                // Rounded up, since `at` rounds down.
                let due = ((now.duration_since(self.start).as_nanos() + 1) * i128::from(rate.get()) - 1) / SECOND;
                usize::try_from(due).unwrap_or(usize::MAX).min(self.len)
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// With more or fewer at its end.
    pub(crate) fn with_len(self, len: usize) -> Self {
        Self { len, ..self }
    }

    /// When its turn comes.
    pub(crate) fn start(&self) -> Timestamp {
        self.start
    }

    /// When the last one happens.
    pub(crate) fn end(&self) -> Timestamp {
        if self.len == 0 { self.start } else { self.at(self.len - 1) }
    }

    /// Without those that have not happened by then.
    pub(crate) fn cut(&mut self, now: Timestamp) {
        self.len = self.by(now);
    }

    /// How many have read the message by then, where a share of those who get it read it, evenly spread over some time
    /// after they got it.
    pub(crate) fn read_by(&self, now: Timestamp, share: f64, spread: SignedDuration) -> usize {
        let delivered = self.by(now);
        if spread <= SignedDuration::ZERO {
            return (delivered as f64 * share).round() as usize;
        }
        // Who reads takes from no time to all of the spread: the mean of what was delivered over the spread before now.
        let now = now.duration_since(self.start).as_secs_f64();
        let spread = spread.as_secs_f64();
        let mean = (self.delivered_until(now) - self.delivered_until(now - spread)) / spread;
        ((mean * share).round() as usize).min(delivered)
    }

    /// The integral of deliveries over time, from the start to so many seconds after it.
    fn delivered_until(&self, seconds: f64) -> f64 {
        let seconds = seconds.max(0.0);
        let len = self.len as f64;
        let Some(rate) = self.rate.map(|rate| f64::from(rate.get())) else {
            return len * seconds;
        };
        let all = len / rate;
        if seconds < all { rate * seconds * seconds / 2.0 } else { len * (seconds - all / 2.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Timestamp {
        Timestamp::from_nanosecond((seconds * 1e9).round() as i128).unwrap()
    }

    fn paced(rate: u32, len: usize) -> Schedule {
        Schedule::new(at(10.0), NonZeroU32::new(rate), len)
    }

    #[test]
    fn deliveries_are_evenly_spaced_and_in_order() {
        fn check(rate: u32, len: usize, seconds: f64, expected: usize) {
            assert_eq!(paced(rate, len).by(at(seconds)), expected, "{len} at {rate} a second, at {seconds}");
        }
        check(2, 5, 9.9, 0);
        check(2, 5, 10.0, 0);
        check(2, 5, 10.499, 0);
        check(2, 5, 10.5, 1);
        check(2, 5, 12.4, 4);
        check(2, 5, 12.5, 5);
        check(2, 5, 99.0, 5);
        check(0, 5, 9.9, 0);
        check(0, 5, 10.0, 5);
    }

    #[test]
    fn each_has_happened_when_it_happens_and_not_before() {
        for rate in [1, 3, 7, 1_000, 999_983] {
            let schedule = paced(rate, 2_000);
            for index in [0, 1, 2, 6, 999, 1_999] {
                let then = schedule.at(index);
                assert_eq!(schedule.by(then), index + 1, "{index} at {rate} a second");
                assert_eq!(schedule.by(then - SignedDuration::from_nanos(1)), index, "{index} at {rate} a second");
            }
            assert_eq!(schedule.end(), schedule.at(1_999));
        }
    }

    #[test]
    fn what_is_cut_never_happens() {
        let mut schedule = paced(2, 5);
        schedule.cut(at(11.2));
        assert_eq!((schedule.by(at(11.2)), schedule.by(at(99.0))), (2, 2));
    }

    #[test]
    fn reads_come_after_deliveries_and_come_to_their_share() {
        fn check(rate: u32, spread: f64, expected: &[(f64, usize)]) {
            for &(seconds, read) in expected {
                let found = paced(rate, 100).read_by(at(seconds), 0.8, SignedDuration::from_secs_f64(spread));
                assert_eq!(found, read, "rate {rate}, spread {spread}, at {seconds}");
            }
        }
        check(0, 0.0, &[(9.0, 0), (10.0, 80), (99.0, 80)]);
        check(0, 10.0, &[(10.0, 0), (11.0, 8), (15.0, 40), (20.0, 80), (99.0, 80)]);
        check(10, 0.0, &[(10.0, 0), (15.0, 40), (20.0, 80)]);
        check(10, 10.0, &[(10.0, 0), (15.0, 10), (20.0, 40), (25.0, 70), (30.0, 80), (99.0, 80)]);
    }
}
