//! `DELETE im/v1/batch_messages/:batch_message_id`: takes a batch back.

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::path::Path;
use batchcast_transport::wire::{Method, Request, Response};

use super::{BatchMessageId, PATH};
use crate::answer;
use crate::codes::Call;

/// Takes back what a batch brought, from everybody who got it. The vendor does so later, and whoever has read it has
/// read it: [`GetProgress`](super::GetProgress) says how many were taken back.
///
/// It can be done for [a day on Lark and for as long as the tenant's administrator allows on
/// Feishu](crate::Platform::recall_window). The recall of a single message does not work on a batch, nor this one on a
/// single message. Taking back twice is taken for taking back once, so it may be repeated when nobody knows what became
/// of it; what the vendor answers to the second is not documented.
///
/// "Recall messages sent in batches" (Lark, undated; Feishu 2026-03-03). Scope: `im:message:send_multi_depts` or
/// `im:message:send_multi_users`. 1000 a minute, 50 a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct RecallBatchMessage {
    id: BatchMessageId,
}

impl RecallBatchMessage {
    /// Takes back this batch.
    pub const fn new(id: BatchMessageId) -> Self {
        Self { id }
    }
}

impl Operation for RecallBatchMessage {
    type Output = Recalled;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let path = Path::new(PATH).with_segment(self.id.as_str());
        Ok(Request::new(Method::DELETE, endpoint.join(&path.to_string())?))
    }

    fn parse(&self, response: &Response) -> Verdict<Recalled> {
        answer::read(Call::FollowUp, response, |_| Some(Recalled { log_id: answer::log_id(response) }))
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("im/v1/batch_messages.delete")
    }
}

/// The vendor has taken the order to take a batch back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "the log id is what the vendor's support asks for"]
pub struct Recalled {
    /// The log id that the vendor's support asks for.
    pub log_id: Option<String>,
}
