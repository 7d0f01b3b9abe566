use std::num::NonZeroUsize;

use clap::Args;

use super::{MessageArgs, RecipientArgs, TargetArgs};

/// Send one message to many people
///
/// Shows what will be sent to whom, asks, sends, and prints what became of every recipient: one line each on standard
/// output, the totals on standard error.
///
/// The state is kept in memory: an interrupted send cannot be resumed, so keep the output.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batchcast send examples/announcement.json --to examples/people.csv --sandbox
  batchcast send --text 'The office closes at 17:00 today.' --to people.csv --via feishu
  batchcast send --text 'The shop closes at 17:00 today.' --id account=bonnie --via tim
  batchcast send --card card.json --id ou_1234 --id user_id=7cdcc7c2 --via lark --yes --expect-count 2

Credentials come from the environment, never from the command line, each also as …_FILE, or in a profile:
  Feishu and Lark     BATCHCAST_APP_ID and BATCHCAST_APP_SECRET, or BATCHCAST_TENANT_ACCESS_TOKEN
  Tencent Cloud Chat  BATCHCAST_TIM_SDKAPPID, BATCHCAST_TIM_IDENTIFIER, BATCHCAST_TIM_SECRET_KEY, BATCHCAST_TIM_REGION")]
pub(crate) struct SendArgs {
    #[command(flatten)]
    pub(crate) message: MessageArgs,

    #[command(flatten)]
    pub(crate) recipients: RecipientArgs,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    /// Do not ask before sending; needs --expect-count
    #[arg(long, requires = "expect_count", help_heading = "Asking before sending")]
    pub(crate) yes: bool,

    /// Refuse to send unless there are exactly this many recipients, duplicates not counted
    #[arg(long, value_name = "N", help_heading = "Asking before sending")]
    pub(crate) expect_count: Option<u64>,

    /// Requests on the wire at once, up to 256 [default: 8, and 2 for TIM]
    #[arg(long, value_name = "N", help_heading = "Pace", value_parser = in_flight)]
    pub(crate) in_flight: Option<NonZeroUsize>,
}

/// Each request on the wire is a thread.
fn in_flight(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= 256).ok_or("a whole number from 1 to 256")
}
