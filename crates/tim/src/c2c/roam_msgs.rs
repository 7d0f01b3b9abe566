//! `openim/admin_getroammsg`: the history of a conversation.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use batchcast_model::Recipient;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::paging::{Page, Paged};
use batchcast_transport::time::Unix;
use batchcast_transport::wire::{Request, Response};
use serde_json::{Value, json};

use super::RoamMsg;
use crate::account::{BadAccounts, account};
use crate::answer;
use crate::codes::Call;

const PATH: &str = "/v4/openim/admin_getroammsg";

/// The most messages that a page is asked for. No document bounds `MaxCnt`; all of their examples have 100. The vendor
/// ends a page at 13 K anyway.
pub const MAX_MSGS_PER_PAGE: u32 = 100;

/// The messages between two accounts as one of them, the operator, has them, page by page from the newest backwards;
/// [`Pages`](batchcast_transport::paging::Pages) turns the pages. Within a page they are in the vendor's order,
/// in its examples from the oldest on.
///
/// The two sides differ where somebody cleared their history, and for messages with `SyncOtherMachine` 2, which only
/// the recipient's side has: so ask as the recipient to learn whether a message arrived. The history goes back seven
/// days, unless more was bought; a message with `OnlineOnlyFlag` or a `MsgLifeTime` of 0 is in none. Messages that were
/// taken back are there and [say so](RoamMsg::is_recalled).
///
/// "Pulling Historical One-to-one Messages" (1047/35478, 2024-07-16). 200 calls a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct RoamMsgs {
    operator: Recipient,
    peer: Recipient,
    max_cnt: u32,
    min_time: u64,
    max_time: u64,
    last_msg_key: Option<String>,
}

impl RoamMsgs {
    /// The messages between these two as `operator` has them, from the first to the last of these seconds.
    ///
    /// The times are the vendor's: leave some room on both sides of those of a clock of your own.
    ///
    /// # Errors
    /// [`BadRoamMsgs`] for an id of another kind, and where the times end before they begin.
    pub fn new(operator: Recipient, peer: Recipient, times: RangeInclusive<Unix>) -> Result<Self, BadRoamMsgs> {
        let (min_time, max_time) = (times.start().as_secs(), times.end().as_secs());
        if min_time > max_time {
            return Err(BadRoamMsgs::Times { from: min_time, to: max_time });
        }
        let (operator, peer) = (account(operator)?, account(peer)?);
        Ok(Self { operator, peer, max_cnt: MAX_MSGS_PER_PAGE, min_time, max_time, last_msg_key: None })
    }

    /// At most so many messages a page; [`MAX_MSGS_PER_PAGE`] unless set.
    ///
    /// # Errors
    /// [`BadRoamMsgs::MaxCnt`] above [`MAX_MSGS_PER_PAGE`].
    pub fn with_max_cnt(self, count: NonZeroU32) -> Result<Self, BadRoamMsgs> {
        match count.get() {
            found if found > MAX_MSGS_PER_PAGE => Err(BadRoamMsgs::MaxCnt { found }),
            max_cnt => Ok(Self { max_cnt, ..self }),
        }
    }

    /// Reads a page. One that names itself as the next, or a time that was not asked for, cannot be read: asking on
    /// might never end, and stopping would hide the rest. Neither can one that has fewer messages than it says.
    fn page(&self, body: &Value) -> Option<Page<RoamMsg>> {
        let items: Vec<_> = answer::items(body, "MsgList")?.iter().map(RoamMsg::of).collect::<Option<_>>()?;
        let told = body.get("MsgCnt").is_some().then(|| answer::number(body, "MsgCnt"));
        if told.is_some_and(|told| told.and_then(|told| usize::try_from(told).ok()) != Some(items.len())) {
            return None;
        }
        if answer::flag(body, "Complete")? {
            return Some(Page::new(items, None));
        }
        let key = answer::text(body, "LastMsgKey").filter(|key| self.last_msg_key.as_ref() != Some(key))?;
        let time = answer::number(body, "LastMsgTime").filter(|time| (self.min_time..=self.max_time).contains(time))?;
        Some(Page::new(items, Some(format!("{time} {key}"))))
    }
}

impl Operation for RoamMsgs {
    type Output = Page<RoamMsg>;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let mut body = json!({
            "Operator_Account": self.operator.id(),
            "Peer_Account": self.peer.id(),
            "MaxCnt": self.max_cnt,
            "MinTime": self.min_time,
            "MaxTime": self.max_time,
        });
        if let Some(key) = &self.last_msg_key {
            body["LastMsgKey"] = json!(key);
        }
        Request::post_json(endpoint.join(PATH)?, &body)
    }

    fn parse(&self, response: &Response) -> Verdict<Page<RoamMsg>> {
        answer::body(Call::RoamMsgs, response, |body| self.page(body))
    }

    /// It only reads.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("openim/admin_getroammsg")
    }
}

impl Paged for RoamMsgs {
    type Item = RoamMsg;

    /// The next page is asked for by `LastMsgKey`, and by `LastMsgTime` as the new `MaxTime`; the two are the token.
    fn after(&self, token: &str) -> Self {
        let both = token.split_once(' ').and_then(|(time, key)| Some((time.parse().ok()?, key)));
        let (max_time, key) = both.unwrap_or((self.max_time, token));
        Self { max_time, last_msg_key: Some(key.to_owned()), ..self.clone() }
    }
}

/// Why a history cannot be asked for. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadRoamMsgs {
    /// One of the two is no account.
    #[error(transparent)]
    Account(#[from] BadAccounts),
    /// The times end before they begin.
    #[error("MinTime: {from} is after MaxTime, {to}; give the earlier time first")]
    Times {
        /// `MinTime`, in seconds since 1970.
        from: u64,
        /// `MaxTime`, the same.
        to: u64,
    },
    /// There are too many messages to a page.
    #[error("MaxCnt: too many: the limit is {MAX_MSGS_PER_PAGE} messages, found {found}; turn the pages")]
    MaxCnt {
        /// How many there are.
        found: u32,
    },
}
