//! `batchsendmsg`: one message to up to 500 accounts.
//!
//! "Sending One-to-One Messages to Multiple Users" (269/1612, 2026-02-04; 1047/34920, 2024-12-19). Whether the vendor
//! drops a repeat of this call is not documented, so the call is never repeated when nobody knows what became of it.

use std::collections::HashMap;

use batchcast_model::Recipient;
use batchcast_model::tim::{BatchMessage, Stamp};
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_transport::wire::{Request, Response};
use serde_json::Value;

use crate::answer::{self, Code};
use crate::codes::Call;

const PATH: &str = "/v4/openim/batchsendmsg";

/// The call `POST /v4/openim/batchsendmsg`.
#[derive(Debug, Clone)]
#[must_use]
pub struct BatchSendMsg {
    batch: BatchMessage,
}

impl BatchSendMsg {
    /// Sends this message to these accounts.
    pub const fn new(batch: BatchMessage) -> Self {
        Self { batch }
    }

    fn receipt(&self, response: &Response, body: &Value) -> Option<BatchReceipt> {
        Some(BatchReceipt {
            msg_key: answer::text(body, "MsgKey"),
            stamp: self.batch.stamp(),
            failed: self.failed(body)?,
            random: response.request_id().map(str::to_owned),
        })
    }

    /// The accounts that did not get it. `None` where the list cannot be read, or names somebody who was not sent to.
    fn failed(&self, body: &Value) -> Option<Vec<FailedAccount>> {
        let items = answer::items(body, "ErrorList")?;
        let named = |item: &Value| {
            let code = match answer::code(item) {
                Code::Number(code) => Some(code),
                Code::Absent | Code::Unreadable => None,
            };
            Some((item.get("To_Account")?.as_str()?.to_owned(), code))
        };
        let mut named: HashMap<_, _> = items.iter().map(named).collect::<Option<_>>()?;
        let sent = self.batch.accounts().iter();
        let failed = sent
            .filter_map(|account| Some(FailedAccount { code: named.remove(account.id())?, account: account.clone() }))
            .collect();
        named.is_empty().then_some(failed)
    }
}

impl Operation for BatchSendMsg {
    type Output = BatchReceipt;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        Request::post_json(endpoint.join(PATH)?, &self.batch)
    }

    /// A non-empty `ErrorList` means partial success, whatever `ActionStatus` and `ErrorCode` say: the document of 2016
    /// has it under `FAIL` without a code, that of 2019 under `FAIL` with 90011, newer ones under `SomeError` with 0.
    fn parse(&self, response: &Response) -> Verdict<BatchReceipt> {
        let partial = |body: &Value| answer::may_name_somebody(body, "ErrorList");
        answer::read(Call::BatchSendMsg, response, partial, |body| self.receipt(response, body))
    }

    fn replay(&self) -> Replay {
        Replay::Never
    }

    fn cost(&self) -> Cost {
        // At most 500, so it always fits.
        Cost::one_request(u32::try_from(self.batch.accounts().len()).unwrap_or(u32::MAX))
    }

    fn api(&self) -> Option<&'static str> {
        Some("openim/batchsendmsg")
    }
}

/// What TIM said of an accepted request. Some accounts may not have got it.
///
/// *Accepted* is not *displayed*. An answer that names nobody has been seen although an account did not exist
/// (2020-02), so a missing name is no proof.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "some accounts may not have got it"]
pub struct BatchReceipt {
    /// The vendor's name for the message, the same for all accounts: for recall. Older apps answer none.
    pub msg_key: Option<String>,
    /// `MsgSeq` and `MsgRandom` of the request, by which the message stands in an account's history.
    pub stamp: Stamp,
    /// The accounts that did not get it; everybody else was accepted.
    pub failed: Vec<FailedAccount>,
    /// The `random` of the request's address, which the vendor's support asks for.
    pub random: Option<String>,
}

/// An account that did not get the message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedAccount {
    /// Who.
    pub account: Recipient,
    /// Why; [`codes::reason`](crate::codes::reason) says it in words.
    pub code: Option<i64>,
}
