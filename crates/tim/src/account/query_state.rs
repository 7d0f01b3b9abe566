//! `openim/query_online_status`, once `querystate`: whether accounts are online.

use std::collections::HashMap;

use batchcast_model::Recipient;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::wire::{Request, Response};
use serde_json::{Value, json};

use super::BadAccounts;
use super::bad_accounts::accounts;
use crate::answer::{self, Code};
use crate::codes::Call;

/// The path of today's page; that of 2020-07-07 has `openim/querystate`, which does the same.
const PATH: &str = "/v4/openim/query_online_status";

/// The most accounts of one [`QueryState`] ("Querying Account Online Status", 1047/35477, 2025-10-23).
pub const MAX_QUERIED_ACCOUNTS: usize = 500;

/// Whether at most 500 accounts are online.
///
/// "Querying Account Online Status" (1047/35477, 2025-10-23; in Chinese 269/2566, 2025-12-15). 200 calls a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct QueryState {
    accounts: Vec<Recipient>,
    with_detail: bool,
}

impl QueryState {
    /// Asks for these accounts.
    ///
    /// # Errors
    /// [`BadAccounts`] where there is none, where there are more than [`MAX_QUERIED_ACCOUNTS`], and where one is an id
    /// of another kind.
    pub fn new(recipients: impl IntoIterator<Item = Recipient>) -> Result<Self, BadAccounts> {
        Ok(Self { accounts: accounts(recipients, MAX_QUERIED_ACCOUNTS)?, with_detail: false })
    }

    /// Asks for each platform that somebody is logged in on, too (`IsNeedDetail`).
    pub fn with_detail(self) -> Self {
        Self { with_detail: true, ..self }
    }

    /// What the answer says of each, in the order in which they were asked. `None` where it cannot be read, or says
    /// something of a stranger.
    fn states(&self, body: &Value) -> Option<Vec<OnlineState>> {
        let mut told = HashMap::new();
        for item in answer::items(body, "QueryResult")? {
            told.insert(item.get("To_Account")?.as_str()?, (OnlineStatus::of(item)?, platforms(item)?));
        }
        for item in answer::items(body, "ErrorList")? {
            let code = match answer::code(item) {
                Code::Number(code) => Some(code),
                Code::Absent | Code::Unreadable => None,
            };
            told.insert(item.get("To_Account")?.as_str()?, (OnlineStatus::Failed { code }, Vec::new()));
        }
        let state = |account: &Recipient| {
            // The page of 2019 has no ErrorList, so whoever was not known may have been left out.
            let (status, detail) =
                told.get(account.id()).cloned().unwrap_or((OnlineStatus::Failed { code: None }, Vec::new()));
            OnlineState { account: account.clone(), status, detail }
        };
        let states: Vec<_> = self.accounts.iter().map(state).collect();
        for account in &self.accounts {
            told.remove(account.id());
        }
        told.is_empty().then_some(states)
    }
}

impl Operation for QueryState {
    type Output = Vec<OnlineState>;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let mut body = json!({"To_Account": self.accounts.iter().map(Recipient::id).collect::<Vec<_>>()});
        if self.with_detail {
            body["IsNeedDetail"] = json!(1);
        }
        Request::post_json(endpoint.join(PATH)?, &body)
    }

    fn parse(&self, response: &Response) -> Verdict<Vec<OnlineState>> {
        let partial = |body: &Value| answer::is_without_fault(body) && answer::may_name_somebody(body, "ErrorList");
        answer::read(Call::QueryState, response, partial, |body| self.states(body))
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("openim/query_online_status")
    }
}

/// Whether one account is online.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OnlineState {
    /// The account, as it was asked for.
    pub account: Recipient,
    /// How it stands.
    pub status: OnlineStatus,
    /// The same for each platform, where [that was asked for](QueryState::with_detail).
    pub detail: Vec<PlatformState>,
}

/// How an account stands on one platform.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformState {
    /// The vendor's word: `iPhone`, `Web`.
    pub platform: String,
    /// How it stands there.
    pub status: OnlineStatus,
}

/// Whether somebody is online.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnlineStatus {
    /// Connected.
    Online,
    /// Not connected, and was within the last seven days: what is sent is pushed.
    PushOnline,
    /// Logged out, or not connected for seven days.
    Offline,
    /// A word that no document has.
    Other(String),
    /// The vendor does not say; the account may not be imported.
    #[non_exhaustive]
    Failed {
        /// Why, where the answer names a code; [`codes::reason`](crate::codes::reason) says it in words.
        code: Option<i64>,
    },
}

impl OnlineStatus {
    /// The pages in English call the field `State`, those in Chinese `Status`.
    fn of(item: &Value) -> Option<Self> {
        let word = answer::text(item, "Status").or_else(|| answer::text(item, "State"))?;
        Some(match word.as_str() {
            "Online" => Self::Online,
            "PushOnline" => Self::PushOnline,
            "Offline" => Self::Offline,
            _ => Self::Other(word),
        })
    }
}

fn platforms(item: &Value) -> Option<Vec<PlatformState>> {
    let platform = |item: &Value| {
        Some(PlatformState { platform: answer::text(item, "Platform")?, status: OnlineStatus::of(item)? })
    };
    answer::items(item, "Detail")?.iter().map(platform).collect()
}
