//! `im_open_login_svc/account_import`: imports one account.

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::wire::{Request, Response};

use super::NewAccount;
use crate::answer;
use crate::codes::Call;

const PATH: &str = "/v4/im_open_login_svc/account_import";

/// Imports one account, so that it can be sent to before it has ever logged in.
///
/// Importing an account that exists makes no second one ("Importing a Single Account", 1047/34953, 2024-07-16; in
/// Chinese 269/1608, 2024-07-09). 200 calls a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct AccountImport {
    account: NewAccount,
}

impl AccountImport {
    /// Imports this account.
    pub const fn new(account: NewAccount) -> Self {
        Self { account }
    }
}

impl Operation for AccountImport {
    type Output = ();

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        Request::post_json(endpoint.join(PATH)?, &self.account.body())
    }

    fn parse(&self, response: &Response) -> Verdict<()> {
        answer::body(Call::Account, response, |_| Some(()))
    }

    /// Importing twice is importing once, by the document.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("im_open_login_svc/account_import")
    }
}
