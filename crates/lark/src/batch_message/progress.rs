//! `GET im/v1/batch_messages/:batch_message_id/get_progress`: how far a batch has got.

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::path::Path;
use batchcast_transport::wire::{Method, Request, Response};
use serde_json::Value;

use super::{BatchMessageId, PATH};
use crate::answer;
use crate::codes::Call;

/// How many a batch is meant for, has reached and was read by, and how much of it was taken back, at this moment.
///
/// For batches of the last [30 days](super::FOLLOW_UP_WINDOW). "Query the push and read progress of messages sent in
/// batches" (Lark, undated; Feishu 2026-03-03). Scope: `im:message:send_multi_depts` or `im:message:send_multi_users`.
/// 1000 a minute, 50 a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct GetProgress {
    id: BatchMessageId,
}

impl GetProgress {
    /// Asks how far this batch has got.
    pub const fn new(id: BatchMessageId) -> Self {
        Self { id }
    }
}

impl Operation for GetProgress {
    type Output = Progress;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let path = Path::new(PATH).with_segment(self.id.as_str()).with("/get_progress");
        Ok(Request::new(Method::GET, endpoint.join(&path.to_string())?))
    }

    fn parse(&self, response: &Response) -> Verdict<Progress> {
        answer::data(Call::FollowUp, response, Progress::read)
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("im/v1/batch_messages.get_progress")
    }
}

/// How far a batch has got. That all have been reached cannot be told from it, as `valid` counts people whom it never
/// reaches: see [`Plateau`](super::Plateau).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// For how many people it is meant (`valid_user_ids_count`), members of departments and those who cannot see the
    /// app's bot included. 0 means that the vendor has not begun yet, or that there is nobody: the document does not
    /// tell the one from the other.
    pub valid: u64,
    /// How many it has reached (`success_user_ids_count`).
    pub success: u64,
    /// How many have read it (`read_user_ids_count`).
    pub read: u64,
    /// Whether it was ever taken back (`recall`).
    pub recalled: bool,
    /// From how many it was taken back (`recall_count`).
    pub recall_count: u64,
}

impl Progress {
    fn read(data: &Value) -> Option<Self> {
        let sent = data.get("batch_message_send_progress")?.as_object()?;
        let recall = match data.get("batch_message_recall_progress") {
            None | Some(Value::Null) => None,
            Some(recall) => Some(recall.as_object()?),
        };
        let of = |object: Option<&serde_json::Map<String, Value>>, name| match object.and_then(|o| o.get(name)) {
            None | Some(Value::Null) => Some(0),
            Some(count) => answer::count(count),
        };
        let recalled = match recall.and_then(|recall| recall.get("recall")) {
            None | Some(Value::Null) => false,
            Some(recalled) => recalled.as_bool()?,
        };
        Some(Self {
            valid: of(Some(sent), "valid_user_ids_count")?,
            success: of(Some(sent), "success_user_ids_count")?,
            read: of(Some(sent), "read_user_ids_count")?,
            recalled,
            recall_count: of(recall, "recall_count")?,
        })
    }

    /// These counts, as they were stored by whoever asked earlier.
    #[must_use]
    pub const fn new(valid: u64, success: u64, read: u64) -> Self {
        Self { valid, success, read, recalled: false, recall_count: 0 }
    }

    /// The same, taken back from so many.
    #[must_use]
    pub const fn with_recall(mut self, recall_count: u64) -> Self {
        self.recalled = true;
        self.recall_count = recall_count;
        self
    }

    /// The counts of several batches together, taken back where any of them was.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            valid: self.valid.saturating_add(other.valid),
            success: self.success.saturating_add(other.success),
            read: self.read.saturating_add(other.read),
            recalled: self.recalled || other.recalled,
            recall_count: self.recall_count.saturating_add(other.recall_count),
        }
    }
}
