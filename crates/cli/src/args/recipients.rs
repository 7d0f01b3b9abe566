use std::path::PathBuf;

use clap::Args;

/// Who gets it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Recipients")]
pub(crate) struct RecipientArgs {
    /// A file of recipients, or "-": CSV with a header, JSON Lines, or one id a line; may be repeated
    ///
    /// Columns named open_id, user_id, union_id, email, mobile or department_id are ids, and account for TIM; a row is one
    /// recipient, by the first of them that is not empty. E-mail addresses and mobile numbers are looked up while it is
    /// planned; one that nobody has is a recipient who is rejected.
    #[arg(long = "to", value_name = "FILE")]
    pub(crate) to: Vec<PathBuf>,

    /// One recipient; a bare id is told by its prefix (ou_, on_, od-); may be repeated
    #[arg(long = "id", value_name = "KIND=VALUE")]
    pub(crate) ids: Vec<String>,

    /// A file of people who are left out, or "-"; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) exclude: Vec<PathBuf>,

    /// The column that holds the ids
    #[arg(long, value_name = "NAME")]
    pub(crate) id_column: Option<String>,

    /// The kind of ids that do not tell it themselves: open_id, user_id, union_id, email, mobile,
    /// department_id; account for TIM
    #[arg(long, value_name = "KIND")]
    pub(crate) id_kind: Option<batchcast_model::IdKind>,

    /// Ask Tencent Cloud Chat which accounts exist; one that does not is a recipient who is rejected
    #[arg(long)]
    pub(crate) check_accounts: bool,
}
