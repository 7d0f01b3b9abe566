use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use batchcast_campaign::MaxRejected;
use batchcast_campaign::ledger::{Again, CampaignId};
use clap::Args;

use super::TargetArgs;

/// Start or resume a campaign
///
/// Sends what is pending, and only that: nobody who has it or may have it gets it again. Shows what is left, and asks.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batchcast run c-7k2m9qd4xe
  batchcast run c-7k2m9qd4xe --yes --expect-count 5000

It goes where it was planned for; credentials come from the environment or a profile, as for send.")]
pub(crate) struct RunArgs {
    /// The campaign
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: CampaignId,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    #[command(flatten)]
    pub(crate) how: HowArgs,

    #[command(flatten)]
    pub(crate) canary: CanaryArgs,
}

/// How it is sent.
#[derive(Debug, Args)]
pub(crate) struct HowArgs {
    /// Do not ask before sending; needs --expect-count
    #[arg(long, requires = "expect_count", help_heading = "Asking before sending")]
    pub(crate) yes: bool,

    /// Refuse to send unless the campaign has exactly this many recipients, duplicates not counted
    #[arg(long, value_name = "N", help_heading = "Asking before sending")]
    pub(crate) expect_count: Option<u64>,

    /// Though an identical campaign was started before, or the vendor refused the message
    #[arg(long, help_heading = "Asking before sending")]
    pub(crate) again: bool,

    /// Pause when more recipients are rejected than this: a number, or a share of all such as 2%
    #[arg(long, value_name = "N|P%", help_heading = "Asking before sending")]
    pub(crate) max_rejected: Option<MaxRejected>,

    /// Requests on the wire at once, up to 256 [default: 8, and 2 for TIM]
    #[arg(long, value_name = "N", help_heading = "Pace", value_parser = in_flight)]
    pub(crate) in_flight: Option<NonZeroUsize>,

    /// Write what happens, as it happens, to a file: one JSON object a line
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) events: Option<PathBuf>,
}

impl HowArgs {
    /// Whether a repeat is meant.
    pub(crate) const fn again(&self) -> Again {
        if self.again { Again::Allow } else { Again::Refuse }
    }
}

/// Who comes first.
#[derive(Debug, Args)]
pub(crate) struct CanaryArgs {
    /// Send to the first N, show what became of them, and ask again
    #[arg(long, value_name = "N", help_heading = "Asking before sending")]
    pub(crate) canary: Option<NonZeroU64>,
}

/// Each request on the wire is a thread.
pub(super) fn in_flight(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= 256).ok_or("a whole number from 1 to 256")
}
