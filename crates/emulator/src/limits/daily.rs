//! So many a day.

use jiff::Timestamp;

/// Feishu's and Lark's day begins in their time zone, UTC+8; the documents do not say.
const OFFSET: i64 = 8 * 3600;
const DAY: i64 = 86_400;

/// What one app has sent today.
#[derive(Debug, Default)]
pub(crate) struct Daily {
    day: i64,
    sent: u64,
}

impl Daily {
    /// Counts `messages` where all of them are within the quota, else none.
    pub(crate) fn take(&mut self, now: Timestamp, messages: u64, quota: u64) -> bool {
        let today = (now.as_second() + OFFSET).div_euclid(DAY);
        if today != self.day {
            *self = Self { day: today, sent: 0 };
        }
        let fits = self.sent.saturating_add(messages) <= quota;
        if fits {
            self.sent += messages;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_quota_and_begins_at_midnight_in_utc_8() {
        let mut daily = Daily::default();
        let mut check = |at: &str, messages: u64, expected: bool| {
            let now: Timestamp = at.parse().unwrap();
            assert_eq!(daily.take(now, messages, 500), expected, "{messages} at {at}");
        };
        check("2026-01-01T00:00:00Z", 300, true);
        check("2026-01-01T01:00:00Z", 201, false);
        check("2026-01-01T01:00:00Z", 200, true);
        check("2026-01-01T15:59:59Z", 1, false);
        check("2026-01-01T15:59:59Z", 0, true);
        check("2026-01-01T16:00:00Z", 500, true);
        check("2026-01-02T15:59:59Z", 1, false);
        check("2026-01-02T16:00:00Z", 501, false);
    }
}
