use std::time::Duration;

use clap::Args;

use super::target::{Via, duration};

/// Which vendor is spoken to, and where.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where it goes")]
pub(crate) struct VendorArgs {
    /// The built-in emulator over loopback, with its own credentials: reaches nobody
    #[arg(long, conflicts_with = "endpoint")]
    pub(crate) sandbox: bool,

    /// Which vendor
    #[arg(long, value_name = "VENDOR")]
    pub(crate) via: Option<Via>,

    /// Another address than the vendor's own; https, or http to loopback [env: BATCHCAST_ENDPOINT]
    // Not parsed here: the command line parser repeats what it refuses, and an address may hold a secret.
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// How long one request may take: a number and ms, s, m or h
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration, help_heading = "Pace")]
    pub(crate) deadline: Duration,

    #[command(flatten)]
    pub(crate) ledger: super::LedgerArgs,
}
