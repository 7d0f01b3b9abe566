use std::net::SocketAddr;

use clap::Args;

/// The vendors on loopback: behaves as their documents say and remembers who got what
///
/// Serves Feishu (or Lark) and Tencent Cloud Chat at their real paths, and its own side below /_emulator/: health,
/// deliveries, requests, stats, reset. Prints "listening on http://…" as its first line.
#[derive(Debug, Args)]
#[command(after_help = "\
Sandbox credentials:
  Feishu and Lark     app id cli_sandbox, app secret sandbox-secret
  Tencent Cloud Chat  sdkappid 1400000000, identifier administrator, key sandbox-key

Every well-formed id exists, apart from ids that end in _invalid.")]
pub(crate) struct EmulatorArgs {
    /// Where to listen; loopback only. Port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Call itself Lark, not Feishu
    #[arg(long)]
    pub(crate) lark: bool,

    /// Decides the message ids and tokens that it makes up
    #[arg(long, value_name = "N", default_value = "0")]
    pub(crate) seed: u64,
}
