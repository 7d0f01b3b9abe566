//! So many a month.

use jiff::{Timestamp, tz::Offset};

/// Lark's page says "on the 1st of every calendar month" and names no time zone; UTC+8, as for the day.
const OFFSET: Offset = Offset::constant(8);

/// What a tenant's custom apps have called this month.
#[derive(Debug, Default)]
pub(crate) struct Monthly {
    /// Year and month.
    month: (i16, i8),
    calls: u64,
}

impl Monthly {
    /// How many were counted in the month that `now` is in.
    pub(crate) fn calls(&self, now: Timestamp) -> u64 {
        if self.month == month(now) { self.calls } else { 0 }
    }

    pub(crate) fn count(&mut self, now: Timestamp) {
        *self = Self { month: month(now), calls: self.calls(now).saturating_add(1) };
    }
}

fn month(now: Timestamp) -> (i16, i8) {
    let date = OFFSET.to_datetime(now);
    (date.year(), date.month())
}

#[cfg(test)]
mod tests {
    use super::*;

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
