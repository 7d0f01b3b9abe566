//! The command line as the user writes it. `--help` is written here.

mod around;
mod campaign;
mod emulator;
mod explain;
mod ledger;
mod message;
mod recipients;
mod run;
mod send;
mod target;
mod usersig;
mod vendor;

use clap::{ArgAction, Parser, Subcommand};

pub(crate) use around::{ImportArgs, LookupArgs, ProgressArgs, RecallArgs, UploadArgs};
pub(crate) use campaign::{CancelArgs, ForgetArgs, ListArgs, ReportArgs, ResolveArgs, StatusArgs};
pub(crate) use emulator::{EmulatorArgs, Throttled};
pub(crate) use explain::ExplainArgs;
pub(crate) use ledger::LedgerArgs;
pub(crate) use message::MessageArgs;
pub(crate) use recipients::RecipientArgs;
pub(crate) use run::{CanaryArgs, HowArgs, RunArgs};
pub(crate) use send::{PlanArgs, SendArgs};
pub(crate) use target::{Rate, TargetArgs, Via};
pub(crate) use usersig::{UserSigArgs, UserSigCommand};
pub(crate) use vendor::VendorArgs;

use crate::render::Format;

/// Send one chat message to many people, and say what became of each of them.
///
/// Exit codes: 0 everybody accepted · 1 something else · 2 usage or bad input, nothing was sent · 3 some rejected, or
/// the message was refused · 4 credentials or permission · 5 some in doubt · 6 paused, can be resumed · 7 daily quota
/// used up · 8 another run holds the campaign · 9 the ledger or the disk failed, nothing more was sent.
#[derive(Debug, Parser)]
#[command(name = "batchcast", version, max_term_width = 110, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Print one JSON document on standard output, also for errors
    #[arg(long, global = true)]
    json: bool,

    /// Say more on standard error: -v what is done, -vv each request, -vvv everything. Never a secret
    #[arg(short, long = "verbose", global = true, action = ArgAction::Count)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Send(Box<SendArgs>),
    Plan(Box<PlanArgs>),
    Run(Box<RunArgs>),
    Cancel(CancelArgs),
    List(ListArgs),
    Status(StatusArgs),
    Report(ReportArgs),
    Resolve(ResolveArgs),
    Forget(ForgetArgs),
    Progress(ProgressArgs),
    Recall(RecallArgs),
    Upload(UploadArgs),
    Lookup(LookupArgs),
    Import(ImportArgs),
    Explain(ExplainArgs),
    #[command(name = "usersig")]
    UserSig(UserSigArgs),
    Emulator(EmulatorArgs),
}

impl Cli {
    pub(crate) const fn format(&self) -> Format {
        if self.json { Format::Json } else { Format::Human }
    }

    pub(crate) const fn verbosity(&self) -> u8 {
        self.verbose
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
