use std::num::NonZeroUsize;
use std::path::PathBuf;

use batchcast_campaign::ledger::{BatchNumber, CampaignId};
use batchcast_campaign::protocol::Resolution;
use batchcast_campaign::report::StateFilter;
use clap::{ArgGroup, Args};

use super::run::in_flight;
use super::{LedgerArgs, VendorArgs};

/// Never send the rest of a campaign
///
/// What was sent stays sent. A run of it that goes on ends before its next request.
#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    /// The campaign
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: CampaignId,

    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

/// Remove a campaign's recipients from the ledger
///
/// Ids, own columns and everything that may name a recipient are overwritten. The counts and the hash stay, so that the
/// same campaign is still known.
#[derive(Debug, Args)]
pub(crate) struct ForgetArgs {
    /// The campaign
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: CampaignId,

    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

/// List the campaigns of a ledger
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

/// Show how a campaign stands; without one, all of them
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The campaign
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: Option<CampaignId>,

    /// Follow it until nobody runs it any more
    #[arg(long, requires = "campaign")]
    pub(crate) watch: bool,

    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

/// Write what became of every recipient, with the columns of the files that they came from
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form").args(["csv", "jsonl"]).required(true).multiple(true))]
#[command(after_help = "\
Examples:
  batchcast report c-7k2m9qd4xe --csv report.csv
  batchcast report c-7k2m9qd4xe --csv - --state unknown

The file appears whole or not at all, and only its owner may read it.")]
pub(crate) struct ReportArgs {
    /// The campaign
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: CampaignId,

    /// CSV with a header, safe to open in a spreadsheet; "-" for standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,

    /// One JSON object a line, every value as it is; "-" for standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) jsonl: Option<PathBuf>,

    /// Only recipients in this state: accepted, rejected, unknown or pending
    #[arg(long, value_name = "STATE", default_value = "all", hide_default_value = true, value_parser = state)]
    pub(crate) state: StateFilter,

    #[command(flatten)]
    pub(crate) ledger: LedgerArgs,
}

/// Settle what is in doubt, and only that
///
/// For a batch whose answer never came nobody can know from here whether its recipients got the message. Tencent Cloud Chat
/// remembers it: --check looks it up, recipient by recipient. With Feishu and Lark look it up yourself, in
/// the vendor's console or by asking one of them, and say it here. It is possible two minutes after the deadline of the
/// last attempt, and not before: until then the request may still be on its way.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batchcast report c-7k2m9qd4xe --csv - --state unknown    who is in doubt, and in which batch
  batchcast resolve c-7k2m9qd4xe --batch 12 --as delivered
  batchcast resolve c-7k2m9qd4xe --as resend               pending again, for batchcast run
  batchcast resolve c-7k2m9qd4xe --check                   by the history of Tencent Cloud Chat")]
#[command(group = ArgGroup::new("by").args(["resolution", "check"]).required(true))]
pub(crate) struct ResolveArgs {
    /// The campaign
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: CampaignId,

    /// One batch, as the report names it; without it all that are in doubt
    #[arg(long, value_name = "ID")]
    pub(crate) batch: Option<BatchNumber>,

    /// What became of them: delivered; not-delivered, and that is to stay so; or resend, whether they got it or not
    #[arg(long = "as", value_name = "CHOICE", value_parser = resolution())]
    pub(crate) resolution: Option<Resolution>,

    /// Look each recipient's history up at Tencent Cloud Chat: who has the message is accepted, who does not is rejected,
    /// and of whom the history cannot tell stays in doubt
    #[arg(long)]
    pub(crate) check: bool,

    /// Requests on the wire at once, up to 256
    #[arg(long, value_name = "N", default_value = "8", value_parser = in_flight, conflicts_with = "resolution")]
    pub(crate) in_flight: NonZeroUsize,

    #[command(flatten)]
    pub(crate) vendor: VendorArgs,
}

fn resolution() -> impl clap::builder::TypedValueParser<Value = Resolution> {
    use clap::builder::TypedValueParser;
    let names = Resolution::ALL.map(Resolution::as_str);
    clap::builder::PossibleValuesParser::new(names).try_map(|name| name.parse())
}

fn state(text: &str) -> Result<StateFilter, String> {
    if text == "all" { Ok(StateFilter::All) } else { text.parse().map_err(|error| format!("{error}")) }
}
