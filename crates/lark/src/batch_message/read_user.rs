//! `GET im/v1/batch_messages/:batch_message_id/read_user`: how many have read a batch.

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::path::Path;
use batchcast_transport::wire::{Method, Request, Response};

use super::{BatchMessageId, PATH};
use crate::answer;
use crate::codes::Call;

/// How many people have read a batch, of how many it has reached, at this moment.
///
/// For batches of the last [30 days](super::FOLLOW_UP_WINDOW). "Query the number of people who read messages sent in
/// batches" (Lark, undated; Feishu 2026-03-03). Scope: `im:message:send_multi_depts` or `im:message:send_multi_users`.
/// 1000 a minute, 50 a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ReadUser {
    id: BatchMessageId,
}

impl ReadUser {
    /// Asks how many have read this batch.
    pub const fn new(id: BatchMessageId) -> Self {
        Self { id }
    }
}

impl Operation for ReadUser {
    type Output = ReadCount;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let path = Path::new(PATH).with_segment(self.id.as_str()).with("/read_user");
        Ok(Request::new(Method::GET, endpoint.join(&path.to_string())?))
    }

    fn parse(&self, response: &Response) -> Verdict<ReadCount> {
        answer::data(Call::FollowUp, response, |data| {
            let counts = data.get("read_user")?;
            Some(ReadCount {
                read: answer::count(counts.get("read_count")?)?,
                total: answer::count(counts.get("total_count")?)?,
            })
        })
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("im/v1/batch_messages.read_user")
    }
}

/// How many have read a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadCount {
    /// How many have read it.
    pub read: u64,
    /// How many got it.
    pub total: u64,
}
