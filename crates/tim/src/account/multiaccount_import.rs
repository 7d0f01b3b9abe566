//! `im_open_login_svc/multiaccount_import`: imports up to 100 accounts.

use std::collections::HashSet;

use batchcast_model::Recipient;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::wire::{Request, Response};
use serde_json::{Value, json};

use super::bad_accounts::within;
use super::batches::batches;
use super::{BadAccounts, NewAccount};
use crate::answer;
use crate::codes::Call;

const PATH: &str = "/v4/im_open_login_svc/multiaccount_import";

/// The most accounts of one [`MultiAccountImport`] ("Importing Multiple Accounts", 1047/34954, 2024-12-25).
pub const MAX_IMPORTED_ACCOUNTS: usize = 100;

/// Imports at most 100 accounts, so that they can be sent to before they have ever logged in. Some may fail: see
/// [`ImportReceipt`].
///
/// Importing an account that exists makes no second one, and gives it the nickname and picture that are named here
/// ("Importing Multiple Accounts", 1047/34954, 2024-12-25). 100 calls a second; a page of limits of 2019 said 10.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct MultiAccountImport {
    accounts: Vec<NewAccount>,
}

impl MultiAccountImport {
    /// Imports these accounts.
    ///
    /// # Errors
    /// [`BadAccounts`] where there is none, and where there are more than [`MAX_IMPORTED_ACCOUNTS`].
    pub fn new(accounts: impl IntoIterator<Item = NewAccount>) -> Result<Self, BadAccounts> {
        Ok(Self { accounts: within(accounts.into_iter().collect(), MAX_IMPORTED_ACCOUNTS)? })
    }

    /// Imports these accounts, without a profile.
    ///
    /// # Errors
    /// As [`new`](Self::new), and where one is an id of another kind.
    pub fn without_profiles(recipients: impl IntoIterator<Item = Recipient>) -> Result<Self, BadAccounts> {
        Self::new(recipients.into_iter().map(NewAccount::new).collect::<Result<Vec<_>, _>>()?)
    }

    /// As many imports as these accounts need, each made when it is asked for.
    pub fn batches(accounts: impl IntoIterator<Item = NewAccount>) -> impl Iterator<Item = Result<Self, BadAccounts>> {
        batches(accounts, MAX_IMPORTED_ACCOUNTS, Self::new)
    }

    /// What it imports.
    pub fn accounts(&self) -> &[NewAccount] {
        &self.accounts
    }

    /// The old form, `Accounts`, where no profile is given: every page has it since 2019, and it cannot touch the
    /// profile of an account that exists. `AccountList` is in the pages from 2024 on.
    fn body(&self) -> Value {
        if self.accounts.iter().any(NewAccount::has_profile) {
            json!({"AccountList": self.accounts.iter().map(NewAccount::body).collect::<Vec<_>>()})
        } else {
            json!({"Accounts": self.accounts.iter().map(|new| new.account().id()).collect::<Vec<_>>()})
        }
    }

    /// `None` where the list cannot be read, or names somebody who was not to be imported.
    fn failed(&self, body: &Value) -> Option<Vec<Recipient>> {
        let names = answer::items(body, "FailAccounts")?.iter().map(Value::as_str);
        let mut names: HashSet<_> = names.collect::<Option<_>>()?;
        let accounts = self.accounts.iter().map(NewAccount::account);
        let failed = accounts.filter(|account| names.remove(account.id())).cloned().collect();
        names.is_empty().then_some(failed)
    }
}

impl Operation for MultiAccountImport {
    type Output = ImportReceipt;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        Request::post_json(endpoint.join(PATH)?, &self.body())
    }

    /// `FailAccounts` names those that failed although `ActionStatus` is `OK`.
    fn parse(&self, response: &Response) -> Verdict<ImportReceipt> {
        let partial = |body: &Value| answer::is_without_fault(body) && answer::may_name_somebody(body, "FailAccounts");
        answer::read(Call::Account, response, partial, |body| {
            Some(ImportReceipt { failed: self.failed(body)?, random: response.request_id().map(str::to_owned) })
        })
    }

    /// Importing twice is importing once, by the document.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("im_open_login_svc/multiaccount_import")
    }
}

/// What TIM said of an import. Some accounts may not have been imported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "some accounts may not have been imported"]
pub struct ImportReceipt {
    /// The accounts that were not imported, the vendor does not say why; all others were.
    pub failed: Vec<Recipient>,
    /// The `random` of the request's address, which the vendor's support asks for.
    pub random: Option<String>,
}
