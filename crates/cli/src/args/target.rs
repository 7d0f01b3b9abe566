use std::str::FromStr;
use std::time::Duration;

use batchcast_lark::Platform;
use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::VendorArgs;

/// Where it goes, and how fast.
#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    #[command(flatten)]
    pub(crate) vendor: VendorArgs,

    /// Lower the pace to this many requests a second; "unlimited" for loopback only
    #[arg(long, value_name = "REQUESTS_PER_SECOND", help_heading = "Pace")]
    pub(crate) rate: Option<Rate>,
}

/// The vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Via {
    Feishu,
    Lark,
    /// Tencent Cloud Chat
    Tim,
}

impl Via {
    /// The name in reports and settings.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Feishu => "feishu",
            Self::Lark => "lark",
            Self::Tim => "tim",
        }
    }

    /// The system of a message for Feishu or Lark; Feishu unless Lark is asked for.
    pub(crate) const fn platform(self) -> Platform {
        match self {
            Self::Lark => Platform::Lark,
            Self::Feishu | Self::Tim => Platform::Feishu,
        }
    }
}

/// A pace of the user's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rate {
    PerSecond(f64),
    Unlimited,
}

impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "unlimited" {
            return Ok(Self::Unlimited);
        }
        let rate = text.parse().ok().filter(|rate: &f64| (0.001..=1_000_000.0).contains(rate));
        rate.map(Self::PerSecond).ok_or("a number of requests a second from 0.001, or \"unlimited\"")
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    const LONGEST: u64 = 3650 * 86_400_000;
    let read = |(unit, millis): (&str, u64)| text.strip_suffix(unit)?.parse::<u64>().ok()?.checked_mul(millis);
    let millis = UNITS.into_iter().find_map(read).filter(|millis| (1..=LONGEST).contains(millis));
    millis.map(Duration::from_millis).ok_or("a whole number and ms, s, m, h or d, such as 3s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        fn check(text: &str, expected: Option<u64>) {
            assert_eq!(duration(text).ok(), expected.map(Duration::from_millis), "{text}");
        }
        check("3s", Some(3_000));
        check("250ms", Some(250));
        check("2m", Some(120_000));
        check("24h", Some(86_400_000));
        check("180d", Some(15_552_000_000));
        check("3651d", None);
        check("0s", None);
        check("3", None);
        check("-3s", None);
        check("1.5s", None);
        check("99999999999999999999h", None);
        check("", None);
    }

    #[test]
    fn rates() {
        fn check(text: &str, expected: Option<Rate>) {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
        check("10", Some(Rate::PerSecond(10.0)));
        check("0.5", Some(Rate::PerSecond(0.5)));
        check("unlimited", Some(Rate::Unlimited));
        check("0", None);
        check("-1", None);
        check("NaN", None);
        check("inf", None);
        check("fast", None);
    }
}
