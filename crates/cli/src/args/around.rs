use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use batchcast_campaign::ledger::CampaignId;
use clap::{ArgGroup, Args};

use super::VendorArgs;
use super::run::in_flight;
use super::target::duration;

/// Upload a picture to Feishu or Lark, and print its image_key
///
/// The key belongs to the app and can be used in any of its messages. It is remembered, so that --image and file:PATH
/// need not upload the same picture again; this command always does.
#[derive(Debug, Args)]
pub(crate) struct UploadArgs {
    /// The picture: JPEG, PNG, WEBP, GIF, TIFF, BMP or ICO, at most 10 MB
    #[arg(value_name = "IMAGE")]
    pub(crate) image: PathBuf,

    #[command(flatten)]
    pub(crate) vendor: VendorArgs,
}

/// Find the ids behind e-mail addresses, mobile numbers and departments, and whether accounts exist
///
/// What is found goes to standard output as CSV that --to reads; of accounts it says whether they are imported. Addresses are looked up 50 e-mail addresses and 50 mobile
/// numbers at a time, and what the vendor said is remembered for a day, what it did not know for an hour.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").args(["to", "ids", "department"]).required(true).multiple(true))]
#[command(after_help = "\
Examples:
  batchcast lookup --to addresses.csv --via feishu > people.csv
  batchcast lookup --id email=ann@example.com --id mobile=+12025550100 --via lark
  batchcast lookup --department od-1234 --recursive --via feishu
  batchcast lookup --department 0 --sub-departments --via feishu    what a message to everybody is sent to
  batchcast lookup --to accounts.csv --via tim                      which accounts are imported")]
pub(crate) struct LookupArgs {
    /// A file of addresses, or "-": CSV with a header, JSON Lines, or one a line with --id-kind; may be repeated
    #[arg(long = "to", value_name = "FILE")]
    pub(crate) to: Vec<PathBuf>,

    /// One address: email=…, mobile=… or account=…; may be repeated
    #[arg(long = "id", value_name = "KIND=VALUE")]
    pub(crate) ids: Vec<String>,

    /// The column that holds the addresses
    #[arg(long, value_name = "NAME")]
    pub(crate) id_column: Option<String>,

    /// The kind of addresses that do not tell it themselves: email or mobile
    #[arg(long, value_name = "KIND")]
    pub(crate) id_kind: Option<batchcast_model::IdKind>,

    /// Ask the vendor for everybody, whatever is remembered: who came or went since is found. What it says is
    /// remembered, so that a plan made afterwards goes by it
    #[arg(long, conflicts_with = "department")]
    pub(crate) fresh: bool,

    /// The members of a department, by its id; 0 is the root
    #[arg(long, value_name = "ID", conflicts_with_all = ["to", "ids"])]
    pub(crate) department: Option<String>,

    /// With everything below the department
    // What is required is not missed where it would conflict with something that is there.
    #[arg(long, requires = "department", conflicts_with_all = ["to", "ids"])]
    pub(crate) recursive: bool,

    /// The departments below it instead of its members
    #[arg(long, requires = "department", conflicts_with_all = ["to", "ids"])]
    pub(crate) sub_departments: bool,

    #[command(flatten)]
    pub(crate) vendor: VendorArgs,
}

/// Show how many got a campaign and have read it, by the vendor's own counts
///
/// Feishu and Lark tell it for 30 days. The counts are kept with their time, so that status can show them later.
#[derive(Debug, Args)]
pub(crate) struct ProgressArgs {
    /// The campaign
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: CampaignId,

    /// Ask again and again, until nothing has changed for as long as --still says
    ///
    /// Reading is not waited for: it goes on for days. Not everybody is ever reached: people who cannot see the app's bot are counted too, so that the end cannot be told
    /// from the counts alone.
    #[arg(long)]
    pub(crate) watch: bool,

    /// How long nothing may change before it is taken for the end
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration, requires = "watch")]
    pub(crate) still: Duration,

    /// How long to wait between two questions
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration, requires = "watch")]
    pub(crate) every: Duration,

    #[command(flatten)]
    pub(crate) vendor: VendorArgs,
}

/// Take a campaign back, as far as the vendor does
///
/// Feishu and Lark take back whole requests, for a day on Lark and for as long as the administrator allows on Feishu;
/// Tencent Cloud Chat takes a message back from one recipient at a time. Who has read it has read it. Interrupted, it can be run again: what is taken back is not asked for twice.
#[derive(Debug, Args)]
pub(crate) struct RecallArgs {
    /// The campaign
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: CampaignId,

    /// What became of every recipient, as CSV; "-" for standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,

    /// Requests on the wire at once, up to 256, where recipients are taken back one by one
    #[arg(long, value_name = "N", default_value = "8", value_parser = in_flight, help_heading = "Pace")]
    pub(crate) in_flight: NonZeroUsize,

    #[command(flatten)]
    pub(crate) vendor: VendorArgs,
}

/// Import accounts into Tencent Cloud Chat, so that they can be sent to
///
/// A hundred at a time. One that exists already is not made again. Columns named nick and face_url, where a file has them,
/// become the profile. A bad row is an error, and then nobody is imported.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").args(["to", "ids"]).required(true).multiple(true))]
pub(crate) struct ImportArgs {
    /// A file of accounts, or "-": CSV with a header, JSON Lines, or one a line; may be repeated
    #[arg(long = "to", value_name = "FILE")]
    pub(crate) to: Vec<PathBuf>,

    /// One account; may be repeated
    #[arg(long = "id", value_name = "ACCOUNT")]
    pub(crate) ids: Vec<String>,

    /// The column that holds the accounts
    #[arg(long, value_name = "NAME")]
    pub(crate) id_column: Option<String>,

    #[command(flatten)]
    pub(crate) vendor: VendorArgs,
}
