//! `batch_send`: one message to up to four lists of recipients.
//!
//! "Send messages in batches", Feishu 2026-03-03 and Lark 2024-06-05. There is no idempotency key, so the call is never
//! repeated when nobody knows what became of it.

use std::collections::HashSet;

use batchcast_model::Recipient;
use batchcast_model::lark::{BatchMessage, List};
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_transport::wire::{Request, Response};
use serde_json::Value;

use crate::answer;
use crate::batch_message::BatchMessageId;
use crate::codes::Call;

/// The documents always show the trailing slash; what happens without it is not documented.
const PATH: &str = "/open-apis/message/v4/batch_send/";

/// The call `POST /open-apis/message/v4/batch_send/`.
#[derive(Debug, Clone)]
#[must_use]
pub struct BatchSend {
    batch: BatchMessage,
}

impl BatchSend {
    /// Sends this message to these recipients.
    pub const fn new(batch: BatchMessage) -> Self {
        Self { batch }
    }

    fn receipt(&self, response: &Response, body: &Value) -> Option<BatchReceipt> {
        let data = body.get("data")?;
        let message_id = data.get("message_id")?.as_str().filter(|id| !id.is_empty())?;
        let mut invalid = Vec::new();
        for list in List::ALL {
            invalid.extend(self.invalid(list, data)?);
        }
        Some(BatchReceipt {
            message_id: message_id.to_owned(),
            invalid,
            log_id: answer::request_id(response, Some(body)),
        })
    }

    /// The recipients of a list whom the vendor turned down. Whether it says "none" as `null`, as an empty list or not
    /// at all is not documented. `None` where it cannot be read, or names somebody who was not sent to.
    fn invalid(&self, list: List, data: &Value) -> Option<Vec<Recipient>> {
        let ids = match data.get(format!("invalid_{}", list.name())) {
            None | Some(Value::Null) => return Some(Vec::new()),
            Some(ids) => ids.as_array()?,
        };
        let mut named = ids.iter().map(Value::as_str).collect::<Option<HashSet<_>>>()?;
        let sent = self.batch.recipients().list(list);
        let turned_down = sent.iter().filter(|recipient| named.remove(recipient.id())).cloned().collect();
        named.is_empty().then_some(turned_down)
    }
}

impl Operation for BatchSend {
    type Output = BatchReceipt;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        Request::post_json(endpoint.join(PATH)?, &self.batch)
    }

    fn parse(&self, response: &Response) -> Verdict<BatchReceipt> {
        answer::read(Call::BatchSend, response, |body| self.receipt(response, body))
    }

    fn replay(&self) -> Replay {
        Replay::Never
    }

    fn cost(&self) -> Cost {
        // Four lists of 200: a request never has more recipients than fit into a u32.
        Cost::one_request(u32::try_from(self.batch.recipients().len()).unwrap_or(u32::MAX))
    }

    fn api(&self) -> Option<&'static str> {
        Some("message/v4/batch_send")
    }
}

/// What Feishu or Lark said of an accepted request. Some recipients may have been turned down.
///
/// *Accepted* is not *delivered*: the vendor delivers later, and not to those who cannot see the app's bot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "some recipients may have been turned down"]
pub struct BatchReceipt {
    /// The vendor's name for this sending, `bm-…`: for recall, progress and read counts.
    pub message_id: String,
    /// Those whose id is not valid; everybody else was accepted.
    pub invalid: Vec<Recipient>,
    /// The log id that the vendor's support asks for.
    pub log_id: Option<String>,
}

impl BatchReceipt {
    /// The same name, for [`GetProgress`](crate::GetProgress), [`ReadUser`](crate::ReadUser) and
    /// [`RecallBatchMessage`](crate::RecallBatchMessage); `None` where the vendor gave one that cannot be asked for.
    #[must_use]
    pub fn batch_message_id(&self) -> Option<BatchMessageId> {
        BatchMessageId::new(self.message_id.as_str()).ok()
    }
}
