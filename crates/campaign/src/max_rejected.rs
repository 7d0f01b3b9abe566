//! How many may be rejected before a run pauses: [`MaxRejected`].

use std::fmt;
use std::str::FromStr;

use crate::outcome::Counts;

/// How many recipients may be rejected before a run pauses: a number, or a share of all recipients of the campaign.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum MaxRejected {
    /// So many.
    Count(u64),
    /// So many per cent of all, from 0 to 100.
    Percent(f64),
}

impl MaxRejected {
    /// Whether more are rejected than this.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share in per cent")]
    pub fn is_exceeded(self, counts: &Counts) -> bool {
        match self {
            Self::Count(most) => counts.rejected > most,
            Self::Percent(most) => counts.rejected as f64 * 100.0 > most * counts.total as f64,
        }
    }
}

impl fmt::Display for MaxRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(most) => write!(f, "{most}"),
            Self::Percent(most) => write!(f, "{most}%"),
        }
    }
}

/// The text is neither a number nor a percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number such as 100, or a share of all recipients such as 2%")]
pub struct InvalidMaxRejected;

impl FromStr for MaxRejected {
    type Err = InvalidMaxRejected;

    fn from_str(text: &str) -> Result<Self, InvalidMaxRejected> {
        let Some(percent) = text.strip_suffix('%') else {
            return text.parse().map(Self::Count).map_err(|_| InvalidMaxRejected);
        };
        let percent = percent.trim_end().parse().ok().filter(|percent: &f64| (0.0..=100.0).contains(percent));
        percent.map(Self::Percent).ok_or(InvalidMaxRejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        fn check(text: &str, expected: Option<MaxRejected>) {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
        check("0", Some(MaxRejected::Count(0)));
        check("100", Some(MaxRejected::Count(100)));
        check("2%", Some(MaxRejected::Percent(2.0)));
        check("0.5 %", Some(MaxRejected::Percent(0.5)));
        check("101%", None);
        check("-1", None);
        check("NaN%", None);
        check("%", None);
        check("", None);
    }

    #[test]
    fn more_than_that_is_too_many() {
        fn check(max: &str, rejected: u64, expected: bool) {
            let counts = Counts { total: 1000, rejected, ..Counts::default() };
            assert_eq!(max.parse::<MaxRejected>().unwrap().is_exceeded(&counts), expected, "{max} {rejected}");
        }
        check("0", 0, false);
        check("0", 1, true);
        check("5", 5, false);
        check("5", 6, true);
        check("1%", 10, false);
        check("1%", 11, true);
        check("0%", 1, true);
        check("100%", 1000, false);
    }
}
