use std::time::Duration;

use clap::{Args, Subcommand};

use super::target::duration;

/// Make a TIM signature, or look into one
///
/// The app, the account and the key come from BATCHCAST_TIM_SDKAPPID, BATCHCAST_TIM_IDENTIFIER and
/// BATCHCAST_TIM_SECRET_KEY (each also as …_FILE), or from a profile.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct UserSigArgs {
    #[command(subcommand)]
    pub(crate) command: UserSigCommand,

    /// The profile of the configuration file [env: BATCHCAST_PROFILE]
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserSigCommand {
    /// Print a fresh signature. It is a credential: whoever has it acts as the account
    Generate {
        /// Another account than the configured one
        #[arg(long, value_name = "ACCOUNT")]
        identifier: Option<String>,

        /// How long it is good: a number and s, m, h or d
        #[arg(long, value_name = "DURATION", default_value = "180d", value_parser = duration)]
        valid_for: Duration,
    },
    /// Print what a signature says, and whether it is the configured key's
    ///
    /// Needs at most the key. A signature that is expired or of another key is answered, not an error.
    Inspect {
        /// The signature, or "-" to read it from standard input, where no list of processes shows it
        #[arg(value_name = "SIG", allow_hyphen_values = true)]
        usersig: String,
    },
}
