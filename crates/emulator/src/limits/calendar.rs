//! So many a day, and so many a month, by Feishu's and Lark's calendar.

use jiff::civil::Date;
use jiff::{Timestamp, tz::Offset};

/// Their time zone. The pages name none: for the day they say nothing, for the month "on the 1st of every calendar month".
const OFFSET: Offset = Offset::constant(8);

/// What was counted in a stretch of the calendar, which it is known by.
#[derive(Debug, Default)]
struct Counted<P> {
    period: P,
    count: u64,
}

impl<P: PartialEq> Counted<P> {
    fn so_far(&self, period: &P) -> u64 {
        if self.period == *period { self.count } else { 0 }
    }

    fn add(&mut self, period: P, more: u64) {
        *self = Self { count: self.so_far(&period).saturating_add(more), period };
    }
}

/// What one app has sent today.
#[derive(Debug, Default)]
pub(crate) struct Daily(Counted<Date>);

impl Daily {
    /// Counts `messages` where all of them are within the quota, else none.
    pub(crate) fn take(&mut self, now: Timestamp, messages: u64, quota: u64) -> bool {
        let today = today(now);
        let fits = self.0.so_far(&today).saturating_add(messages) <= quota;
        if fits {
            self.0.add(today, messages);
        }
        fits
    }
}

/// What a tenant's custom apps have called this month.
#[derive(Debug, Default)]
pub(crate) struct Monthly(Counted<Date>);

impl Monthly {
    /// How many were counted in the month that `now` is in.
    pub(crate) fn calls(&self, now: Timestamp) -> u64 {
        self.0.so_far(&today(now).first_of_month())
    }

    pub(crate) fn count(&mut self, now: Timestamp) {
        self.0.add(today(now).first_of_month(), 1);
    }
}

fn today(now: Timestamp) -> Date {
    OFFSET.to_datetime(now).date()
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

    #[test]
    fn a_month_begins_on_the_first_at_midnight_in_utc_8() {
        let mut monthly = Monthly::default();
        let mut check = |at: &str, before: u64| {
            let now = at.parse().unwrap();
            assert_eq!(monthly.calls(now), before, "{at}");
            monthly.count(now);
        };
        check("2026-01-31T15:59:58Z", 0);
        check("2026-01-31T15:59:59Z", 1);
        check("2026-01-31T16:00:00Z", 0);
        check("2026-02-28T15:59:59Z", 1);
        check("2026-02-28T16:00:00Z", 0);
        check("2027-02-28T16:00:00Z", 0);
    }
}
