//! When a batch has come to rest: [`Plateau`].

use std::time::Duration;

use batchcast_transport::time::Unix;

use super::Progress;

/// Says of successive counts whether a sending has come to rest.
///
/// It never says so because `success` has reached `valid`: `valid` counts people who cannot see the app's bot, whom a
/// batch never reaches, and it may still grow. So *done* is a plateau: what was sent and what was taken back have not
/// changed for a while. Reading goes on for days and is not looked at.
///
/// Pure: it is fed the counts and the time that they were had at, and may as well be fed stored ones. Times that go
/// back count as no time at all.
///
/// ```
/// use std::time::Duration;
/// use batchcast_lark::transport::time::Unix;
/// use batchcast_lark::{Plateau, Progress, Standing};
///
/// let mut plateau = Plateau::new(Duration::from_secs(300));
/// let at = Unix::from_secs;
/// assert_eq!(plateau.observe(Progress::new(0, 0, 0), at(0)), Standing::NotBegun);
/// assert_eq!(plateau.observe(Progress::new(204, 200, 3), at(60)), Standing::Moving);
/// assert_eq!(plateau.observe(Progress::new(204, 200, 90), at(360)), Standing::Settled);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Plateau {
    still_for: Duration,
    not_begun_for: Duration,
    /// The last counts, and when they were first seen.
    last: Option<(Counts, Unix)>,
}

/// Where a sending stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// The vendor counts nobody so far: it has not begun, or there is nobody whom it could reach.
    NotBegun,
    /// The counts have changed lately, or were seen for the first time.
    Moving,
    /// The counts have not changed for a while. Should they change again, it moves again.
    Settled,
    /// The vendor has counted nobody for so long that there will be nobody: none of the ids has a valid user.
    Nobody,
}

impl Standing {
    /// Whether there is nothing more to wait for.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Settled | Self::Nobody)
    }
}

/// What has to stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counts {
    valid: u64,
    success: u64,
    recalled: bool,
    recall_count: u64,
}

impl Plateau {
    /// Settled means unchanged for so long; nobody is waited for five times as long, since an app's batches are sent
    /// one after the other and this one may stand in line.
    pub const fn new(still_for: Duration) -> Self {
        Self { still_for, not_begun_for: still_for.saturating_mul(5), last: None }
    }

    /// The same with another wait before a sending that never began is said to be for nobody.
    pub const fn with_not_begun_for(mut self, not_begun_for: Duration) -> Self {
        self.not_begun_for = not_begun_for;
        self
    }

    /// Takes the counts of this moment, and says where the sending stands.
    pub fn observe(&mut self, progress: Progress, at: Unix) -> Standing {
        let Progress { valid, success, recalled, recall_count, read: _ } = progress;
        let counts = Counts { valid, success, recalled, recall_count };
        let since = match self.last {
            Some((last, since)) if last == counts => since.min(at),
            _ => at,
        };
        self.last = Some((counts, since));
        let still = at.since(since);
        match valid {
            0 if still >= self.not_begun_for => Standing::Nobody,
            0 => Standing::NotBegun,
            _ if still >= self.still_for && at > since => Standing::Settled,
            _ => Standing::Moving,
        }
    }
}

impl Default for Plateau {
    /// Unchanged for five minutes. The documents give no figure: they say that sending is delayed, and to ask again
    /// later.
    fn default() -> Self {
        Self::new(Duration::from_secs(300))
    }
}

#[cfg(test)]
mod tests {
    use super::Standing::{Moving, Nobody, NotBegun, Settled};
    use super::*;

    /// Counts as `(valid, success)` at a second, and where the sending then stands.
    #[track_caller]
    fn check(observed: &[(u64, (u64, u64), Standing)]) {
        let mut plateau = Plateau::new(Duration::from_secs(300));
        for (at, (valid, success), expected) in observed {
            let standing = plateau.observe(Progress::new(*valid, *success, 0), Unix::from_secs(*at));
            assert_eq!(standing, *expected, "{valid} and {success} at {at} s");
        }
    }

    #[test]
    fn it_settles_when_nothing_changed_for_long_enough() {
        check(&[
            (0, (204, 10), Moving),
            (60, (204, 200), Moving),
            (359, (204, 200), Moving),
            (360, (204, 200), Settled),
            (9_000, (204, 200), Settled),
        ]);
    }

    #[test]
    fn all_reached_is_no_shortcut() {
        check(&[(0, (204, 204), Moving), (299, (204, 204), Moving), (300, (204, 204), Settled)]);
        check(&[(0, (100, 100), Moving), (299, (204, 100), Moving), (598, (204, 150), Moving)]);
    }

    #[test]
    fn any_change_begins_anew_even_backwards() {
        check(&[
            (0, (204, 200), Moving),
            (300, (204, 200), Settled),
            (301, (204, 201), Moving),
            (400, (203, 201), Moving),
            (699, (203, 201), Moving),
            (700, (203, 201), Settled),
            (800, (203, 199), Moving),
        ]);
    }

    #[test]
    fn nobody_counted_is_not_begun_and_after_long_enough_nobody() {
        check(&[(0, (0, 0), NotBegun), (1_499, (0, 0), NotBegun), (1_500, (0, 0), Nobody), (1_501, (5, 0), Moving)]);
        let mut impatient = Plateau::default().with_not_begun_for(Duration::from_secs(10));
        assert_eq!(impatient.observe(Progress::default(), Unix::from_secs(0)), NotBegun);
        assert_eq!(impatient.observe(Progress::default(), Unix::from_secs(10)), Nobody);
    }

    #[test]
    fn time_that_goes_back_is_no_time() {
        check(&[(1_000, (9, 9), Moving), (500, (9, 9), Moving), (799, (9, 9), Moving), (800, (9, 9), Settled)]);
    }

    #[test]
    fn once_seen_is_never_settled() {
        let mut plateau = Plateau::new(Duration::ZERO);
        assert_eq!(plateau.observe(Progress::new(1, 1, 1), Unix::from_secs(7)), Moving);
        assert_eq!(plateau.observe(Progress::new(1, 1, 1), Unix::from_secs(7)), Moving);
        assert_eq!(plateau.observe(Progress::new(1, 1, 1), Unix::from_secs(8)), Settled);
    }

    #[test]
    fn reading_does_not_keep_it_moving_and_a_recall_does() {
        let mut plateau = Plateau::new(Duration::from_secs(300));
        let at = Unix::from_secs;
        assert_eq!(plateau.observe(Progress::new(9, 9, 1), at(0)), Moving);
        assert_eq!(plateau.observe(Progress::new(9, 9, 5), at(300)), Settled);
        assert_eq!(plateau.observe(Progress::new(9, 9, 5).with_recall(0), at(301)), Moving);
        assert_eq!(plateau.observe(Progress::new(9, 9, 5).with_recall(4), at(600)), Moving);
        assert_eq!(plateau.observe(Progress::new(9, 9, 6).with_recall(4), at(899)), Moving);
        assert_eq!(plateau.observe(Progress::new(9, 9, 6).with_recall(4), at(900)), Settled);
    }
}
