use clap::Args;

use super::{CanaryArgs, HowArgs, MessageArgs, RecipientArgs, TargetArgs};

/// Send one message to many people
///
/// Plans, shows what will be sent to whom, asks, sends, and prints what became of every recipient: one line each on
/// standard output, the totals on standard error. Every step is written down first, so whatever happens can be told and
/// resumed: see batchcast list.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batchcast send examples/announcement.json --to examples/people.csv --sandbox
  batchcast send --text 'The office closes at 17:00 today.' --to people.csv --via feishu
  batchcast send --text 'The shop closes at 17:00 today.' --id account=bonnie --via tim
  batchcast send --card card.json --id ou_1234 --id user_id=7cdcc7c2 --via lark --yes --expect-count 2

Credentials come from the environment, never from the command line, each also as …_FILE, or in a profile:
  Feishu and Lark     BATCHCAST_APP_ID and BATCHCAST_APP_SECRET, or BATCHCAST_TENANT_ACCESS_TOKEN; a store app also
                      BATCHCAST_APP_TICKET and BATCHCAST_TENANT_KEY
  Tencent Cloud Chat  BATCHCAST_TIM_SDKAPPID, BATCHCAST_TIM_IDENTIFIER, BATCHCAST_TIM_SECRET_KEY, BATCHCAST_TIM_REGION")]
pub(crate) struct SendArgs {
    #[command(flatten)]
    pub(crate) message: MessageArgs,

    #[command(flatten)]
    pub(crate) recipients: RecipientArgs,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    #[command(flatten)]
    pub(crate) how: HowArgs,

    #[command(flatten)]
    pub(crate) canary: CanaryArgs,
}

/// Plan a campaign: everything that send does before it sends
///
/// Reads the message and the recipients, cuts them into requests, writes the plan down, and prints the campaign's id
/// for batchcast run. Sends nothing.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) message: MessageArgs,

    #[command(flatten)]
    pub(crate) recipients: RecipientArgs,

    #[command(flatten)]
    pub(crate) target: TargetArgs,

    #[command(flatten)]
    pub(crate) canary: CanaryArgs,

    /// Write what happens, as it happens, to a file: one JSON object a line
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) events: Option<std::path::PathBuf>,
}
