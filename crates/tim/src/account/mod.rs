//! Accounts: whether they [are imported](AccountCheck), importing [one](AccountImport) or [up to
//! 100](MultiAccountImport), and whether they are [online](QueryState).

mod account_check;
mod account_import;
mod bad_accounts;
mod batches;
mod multiaccount_import;
mod new_account;
mod query_state;

pub use account_check::{AccountCheck, AccountStatus, CheckedAccount, MAX_CHECKED_ACCOUNTS};
pub use account_import::AccountImport;
pub use bad_accounts::BadAccounts;
pub(crate) use bad_accounts::account;
pub use multiaccount_import::{ImportReceipt, MAX_IMPORTED_ACCOUNTS, MultiAccountImport};
pub use new_account::{MAX_PROFILE_BYTES, NewAccount};
pub use query_state::{MAX_QUERIED_ACCOUNTS, OnlineState, OnlineStatus, PlatformState, QueryState};
