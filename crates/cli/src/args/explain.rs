use clap::Args;

use super::Via;

/// What a vendor's error code means and what to do about it
///
/// Takes a code as it stands in an answer, such as 11205, or a card's sub-code, such as 200621.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code
    #[arg(value_name = "CODE", allow_negative_numbers = true)]
    pub(crate) code: i64,

    /// Whose code it is, where several vendors have it
    #[arg(long, value_name = "VENDOR")]
    pub(crate) via: Option<Via>,
}
