use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::target::duration;

/// The vendors on loopback: behaves as their documents say and remembers who got what
///
/// Serves Feishu (or Lark) and Tencent Cloud Chat at their real paths, an inbox page at /, and its own side below
/// /_emulator/: health, deliveries, messages, requests, stats, state, directory, faults, reset. Prints "listening on http://…" as its
/// first line; with --json {"schema":"batchcast.emulator/1","url":"http://…"}.
#[derive(Debug, Args)]
#[command(after_help = "\
Sandbox credentials:
  Feishu and Lark     app id cli_sandbox, app secret sandbox-secret
  the same, a store   app id cli_sandbox_store, app secret sandbox-store-secret,
  app                 app ticket sandbox-store-ticket, tenant key sandbox-tenant
  Tencent Cloud Chat  sdkappid 1400000000, identifier administrator, key sandbox-key

Without --directory and --demo every well-formed id exists, apart from ids that end in _invalid.")]
pub(crate) struct EmulatorArgs {
    /// Where to listen: loopback, unless --any-interface is given; a port alone is one of 127.0.0.1. Port 0 takes a
    /// free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// Allow an address that other machines can reach: whoever reaches it can use it
    #[arg(long)]
    pub(crate) any_interface: bool,

    /// Call itself Lark, not Feishu
    #[arg(long)]
    pub(crate) lark: bool,

    /// Who exists: a file with the JSON that PUT /_emulator/directory takes
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    pub(crate) directory: Option<PathBuf>,

    /// Who exists: an invented company of 320 people in 22 departments
    #[arg(long)]
    pub(crate) demo: bool,

    /// How it answers where the vendors' documents leave it open, what an app's plan and console decide, and which
    /// credentials are good: a file with JSON, as the guide has it. An option beside it overrides what the file says
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,

    /// What goes wrong: a file with the JSON that PUT /_emulator/faults takes
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,

    /// Hold clients to the documented rate limits and to the day's messages; Feishu and Lark throttle with this status
    #[arg(long, value_name = "STATUS", num_args = 0..=1, require_equals = true, default_missing_value = "429")]
    pub(crate) limits: Option<Throttled>,

    /// Deliver so many a second for each app, in order; else everything is delivered when it is accepted
    #[arg(long, value_name = "N")]
    pub(crate) delivery_rate: Option<NonZeroU32>,

    /// How many in a hundred read what they get; on TIM, what asks for a receipt
    #[arg(long, value_name = "PERCENT", default_value = "0", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) reads: u8,

    /// The time over which they do, such as 5m; else at once
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) reads_over: Option<Duration>,

    /// Keep so many deliveries; older ones are counted, not kept
    #[arg(long, value_name = "N")]
    pub(crate) keep_deliveries: Option<usize>,

    /// Keep so many lines of the log of requests; older ones are counted, not kept
    #[arg(long, value_name = "N")]
    pub(crate) keep_requests: Option<usize>,

    /// Decides the message ids and tokens that it makes up, the company of --demo and the chance in faults
    #[arg(long, value_name = "N", default_value = "0")]
    pub(crate) seed: u64,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix("localhost:").unwrap_or(text);
    let on_loopback = port.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    text.parse()
        .or(on_loopback)
        .map_err(|_| "an address and a port are wanted, as 127.0.0.1:8080 or [::1]:8080".to_owned())
}

/// The HTTP status of a request that comes too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Throttled {
    /// As the page on rate limits has it
    #[value(name = "429")]
    TooManyRequests,
    /// As the same page has it for some older APIs
    #[value(name = "400")]
    BadRequest,
}
