//! So much in so long.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::limits::Windows;

/// At most `count` in any `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) count: u64,
    pub(crate) per: SignedDuration,
}

impl Limit {
    pub(crate) const fn new(count: u64, seconds: i64) -> Self {
        Self { count, per: SignedDuration::from_secs(seconds) }
    }
}

/// A limit that has been reached, and how long until there is room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) limit: Limit,
    pub(crate) wait: SignedDuration,
}

/// What was let through lately.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// By time, each with what passed up to and with it, so that what passed since any of them is a subtraction.
    passed: VecDeque<(Timestamp, u64)>,
    /// What passed before the first of these.
    before: u64,
}

impl Log {
    /// Lets `cost` through where every limit has room for it. What is refused does not count.
    pub(crate) fn pass(
        &mut self,
        now: Timestamp,
        cost: u64,
        limits: &[Limit],
        windows: Windows,
    ) -> Result<(), Reached> {
        if let Some(longest) = limits.iter().map(|limit| limit.per).max() {
            while let Some(&(_, sum)) = self.passed.front().filter(|&&(at, _)| now.duration_since(at) >= longest) {
                self.before = sum;
                self.passed.pop_front();
            }
        }
        // Of two limits that are reached the one that lasts longer is the one to wait for.
        let reached = limits.iter().filter_map(|&limit| self.reached(now, cost, limit, windows));
        if let Some(longest) = reached.max_by_key(|reached| reached.wait) {
            return Err(longest);
        }
        self.note(now, cost);
        Ok(())
    }

    /// In its place, which is not the last where the clock was put back.
    fn note(&mut self, now: Timestamp, cost: u64) {
        let place = self.passed.partition_point(|&(at, _)| at <= now);
        self.passed.insert(place, (now, self.sum_before(place)));
        self.passed.range_mut(place..).for_each(|(_, sum)| *sum += cost);
    }

    /// What passed before the one in this place.
    fn sum_before(&self, place: usize) -> u64 {
        place.checked_sub(1).and_then(|last| self.passed.get(last)).map_or(self.before, |&(_, sum)| sum)
    }

    fn reached(&self, now: Timestamp, cost: u64, limit: Limit, windows: Windows) -> Option<Reached> {
        let since_boundary = match windows {
            Windows::Sliding => limit.per,
            Windows::Fixed => now.duration_since(boundary(now, limit.per)),
        };
        let outside = |at: Timestamp| match windows {
            Windows::Sliding => now.duration_since(at) >= limit.per,
            Windows::Fixed => now.duration_since(at) > since_boundary,
        };
        let all = self.sum_before(self.passed.len());
        let held = all - self.sum_before(self.passed.partition_point(|&(at, _)| outside(at)));
        if held + cost <= limit.count {
            return None;
        }
        let wait = match windows {
            Windows::Fixed => limit.per - since_boundary,
            Windows::Sliding => {
                // There is room when this one leaves, and with it all before it.
                let leaves = self.passed.partition_point(|&(_, sum)| all - sum + cost > limit.count);
                self.passed.get(leaves).map_or(limit.per, |&(at, _)| limit.per - now.duration_since(at))
            }
        };
        Some(Reached { limit, wait })
    }
}

/// The last full second or minute of the clock.
fn boundary(now: Timestamp, per: SignedDuration) -> Timestamp {
    let seconds = per.as_secs().max(1);
    let second = now.as_second().div_euclid(seconds) * seconds;
    Timestamp::from_second(second).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_A_SECOND: Limit = Limit::new(2, 1);
    const FIVE_A_MINUTE: Limit = Limit::new(5, 60);

    fn at(seconds: f64) -> Timestamp {
        Timestamp::from_microsecond(1_767_225_600_000_000 + (seconds * 1e6).round() as i64).unwrap()
    }

    /// For each time either nothing or the count of the limit that was reached and the seconds to wait.
    fn check(windows: Windows, limits: &[Limit], times: &[f64], expected: &[Option<(u64, f64)>]) {
        let mut log = Log::default();
        let passed = times.iter().map(|&time| {
            let reached = log.pass(at(time), 1, limits, windows).err();
            reached.map(|reached| (reached.limit.count, reached.wait.as_secs_f64()))
        });
        assert_eq!(passed.collect::<Vec<_>>(), expected, "{windows:?} {times:?}");
    }

    #[test]
    fn a_sliding_second_never_holds_more_and_a_refusal_does_not_count() {
        let times = [0.0, 0.5, 0.6, 0.999, 1.0, 1.4, 1.5];
        let refused = |wait| Some((2, wait));
        let expected = [None, None, refused(0.4), refused(0.001), None, refused(0.1), None];
        check(Windows::Sliding, &[TWO_A_SECOND], &times, &expected);
    }

    #[test]
    fn a_fixed_second_ends_with_the_clocks() {
        let times = [0.5, 0.6, 0.7, 1.0, 1.0, 1.25, 2.0];
        let expected = [None, None, Some((2, 0.3)), None, None, Some((2, 0.75)), None];
        check(Windows::Fixed, &[TWO_A_SECOND], &times, &expected);
    }

    #[test]
    fn of_two_limits_the_longer_wait_counts() {
        let times = [0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 60.0, 60.0, 60.5];
        let second = Some((2, 1.0));
        let minute = Some((5, 58.0));
        let expected = [None, None, second, None, None, None, minute, None, None, Some((5, 0.5))];
        check(Windows::Sliding, &[TWO_A_SECOND, FIVE_A_MINUTE], &times, &expected);
    }

    #[test]
    fn costs_add_up() {
        let mut log = Log::default();
        let mut pass = |time: f64, cost: u64| {
            let limit = [Limit::new(12_000, 60)];
            log.pass(at(time), cost, &limit, Windows::Sliding).map_err(|reached| reached.wait.as_secs())
        };
        for call in 0..24 {
            assert_eq!(pass(f64::from(call), 500), Ok(()), "{call}");
        }
        assert_eq!(pass(24.0, 1), Err(36));
        assert_eq!(pass(24.0, 501), Err(37));
        assert_eq!(pass(60.0, 500), Ok(()));
        assert_eq!(pass(60.0, 1), Err(1));
        assert_eq!(pass(60.0, 13_000), Err(60), "never, so the wait is as good as any");
    }
    /// What is let through, added up anew for each call.
    fn counted(passed: &[(f64, u64)], time: f64, cost: u64, windows: Windows) -> bool {
        [TWO_A_SECOND, FIVE_A_MINUTE].iter().all(|limit| {
            let (now, per) = (at(time), limit.per.as_secs_f64());
            let start = match windows {
                Windows::Sliding => None,
                Windows::Fixed => Some(boundary(now, limit.per)),
            };
            let inside = |then: f64| start.map_or(time - then < per, |start| at(then) >= start);
            passed.iter().filter(|(then, _)| inside(*then)).map(|(_, cost)| cost).sum::<u64>() + cost <= limit.count
        })
    }

    #[test]
    fn the_sums_are_those_of_what_passed_even_where_the_clock_is_put_back() {
        for windows in [Windows::Sliding, Windows::Fixed] {
            let (mut log, mut passed, mut counts) = (Log::default(), Vec::new(), [0; 2]);
            for step in 0..2_000_u32 {
                // A quarter of a second at a time, and now and then half a minute back.
                let time = f64::from(step) / 4.0 - f64::from(step / 300) * 30.0;
                let cost = u64::from(step * 7 % 3);
                // What has left the longest window does not come back.
                passed.retain(|(then, _)| time - then < 60.0);
                let expected = counted(&passed, time, cost, windows);
                let found = log.pass(at(time), cost, &[TWO_A_SECOND, FIVE_A_MINUTE], windows).is_ok();
                assert_eq!(found, expected, "{windows:?} {step}: {cost} at {time}");
                counts[usize::from(found)] += 1;
                passed.extend(found.then_some((time, cost)));
            }
            assert!(counts.iter().all(|&count| count > 100), "{windows:?}: {counts:?}");
        }
    }
}
