//! `im_open_login_svc/account_check`: whether accounts are imported.

use std::collections::HashMap;

use batchcast_model::Recipient;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::wire::{Request, Response};
use serde_json::{Value, json};

use super::BadAccounts;
use super::bad_accounts::accounts;
use super::batches::batches;
use crate::answer;
use crate::codes::Call;

const PATH: &str = "/v4/im_open_login_svc/account_check";

/// The most accounts of one [`AccountCheck`] ("Querying Accounts", 1047/34956, 2024-07-16).
pub const MAX_CHECKED_ACCOUNTS: usize = 100;

/// Whether at most 100 accounts are imported, which a recipient has to be.
///
/// "Querying Accounts" (1047/34956, 2024-07-16). 100 calls a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct AccountCheck {
    accounts: Vec<Recipient>,
}

impl AccountCheck {
    /// Checks these accounts.
    ///
    /// # Errors
    /// [`BadAccounts`] where there is none, where there are more than [`MAX_CHECKED_ACCOUNTS`], and where one is an id
    /// of another kind.
    pub fn new(recipients: impl IntoIterator<Item = Recipient>) -> Result<Self, BadAccounts> {
        Ok(Self { accounts: accounts(recipients, MAX_CHECKED_ACCOUNTS)? })
    }

    /// As many checks as these accounts need, each made when it is asked for.
    pub fn batches(recipients: impl IntoIterator<Item = Recipient>) -> impl Iterator<Item = Result<Self, BadAccounts>> {
        batches(recipients, MAX_CHECKED_ACCOUNTS, Self::new)
    }

    /// What it checks.
    #[must_use]
    pub fn accounts(&self) -> &[Recipient] {
        &self.accounts
    }

    /// What the answer says of each, in the order in which they were asked. `None` where it says nothing of one, two
    /// things of one, or something of a stranger.
    fn checked(&self, body: &Value) -> Option<Vec<CheckedAccount>> {
        let mut told = HashMap::new();
        for item in answer::items(body, "ResultItem")? {
            let status = AccountStatus::of(item)?;
            if *told.entry(item.get("UserID")?.as_str()?).or_insert_with(|| status.clone()) != status {
                return None;
            }
        }
        let named = |account: &Recipient| Some((account.clone(), told.get(account.id())?.clone()));
        let checked: Vec<_> = self.accounts.iter().map(named).collect::<Option<_>>()?;
        for (account, _) in &checked {
            told.remove(account.id());
        }
        let made = |(account, status)| CheckedAccount { account, status };
        told.is_empty().then(|| checked.into_iter().map(made).collect())
    }
}

impl Operation for AccountCheck {
    type Output = Vec<CheckedAccount>;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let items: Vec<_> = self.accounts.iter().map(|account| json!({"UserID": account.id()})).collect();
        Request::post_json(endpoint.join(PATH)?, &json!({ "CheckItem": items }))
    }

    fn parse(&self, response: &Response) -> Verdict<Vec<CheckedAccount>> {
        // Each account has its own code, so what stands above them is not looked at unless it is a code.
        let told = |body: &Value| answer::is_without_fault(body) && answer::may_name_somebody(body, "ResultItem");
        answer::read(Call::Account, response, told, |body| self.checked(body))
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("im_open_login_svc/account_check")
    }
}

/// What became of one account of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedAccount {
    /// The account, as it was asked for.
    pub account: Recipient,
    /// How it stands.
    pub status: AccountStatus,
}

/// Whether an account is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountStatus {
    /// It is, and can be sent to.
    Imported,
    /// It is not: a message to it would be refused with 70107.
    NotImported,
    /// A word that no document has.
    Other(String),
    /// This account could not be checked; the others were.
    #[non_exhaustive]
    Failed {
        /// `ResultCode`.
        code: i64,
        /// `ResultInfo`, which may be empty.
        info: String,
    },
}

impl AccountStatus {
    fn of(item: &Value) -> Option<Self> {
        match item.get("ResultCode") {
            None | Some(Value::Null) => {}
            Some(code) => match code.as_i64().or_else(|| code.as_str()?.parse().ok())? {
                0 => {}
                code => return Some(Self::Failed { code, info: answer::text(item, "ResultInfo").unwrap_or_default() }),
            },
        }
        Some(match answer::text(item, "AccountStatus")?.as_str() {
            "Imported" => Self::Imported,
            "NotImported" => Self::NotImported,
            other => Self::Other(other.to_owned()),
        })
    }
}
