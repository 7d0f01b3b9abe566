use clap::Args;

/// Where campaigns are written down.
#[derive(Debug, Args)]
#[command(next_help_heading = "Ledger")]
pub(crate) struct LedgerArgs {
    /// Where campaigns are written down, sqlite:PATH [env: BATCHCAST_LEDGER] [default: ledger.db below
    /// $XDG_STATE_HOME/batchcast]
    // Not parsed here: the command line parser repeats what it refuses, and an address may hold a password.
    #[arg(long, value_name = "LEDGER")]
    pub(crate) ledger: Option<String>,

    /// The profile of the configuration file [env: BATCHCAST_PROFILE]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}
