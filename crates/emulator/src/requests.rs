//! The log of requests and how they were answered.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;

/// One request to a vendor's path and the answer it got, a line of `GET /_emulator/requests`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// When it was handled.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The path as received, without the query: a query may hold a signature.
    pub path: String,
    /// The HTTP status of the answer; 0 where a fault left no answer and nothing was processed. Where a fault kept an
    /// answer from arriving whole, this is the status it had.
    pub status: u16,
    /// The business code of the answer, where it has one; the one that processing came to, where a fault kept it from
    /// the client.
    pub code: Option<i64>,
    /// The kind of the fault that was applied, as a [`FaultPlan`](crate::FaultPlan) calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
}

/// The newest requests, up to a limit.
#[derive(Debug)]
pub(crate) struct RequestLog {
    records: VecDeque<RequestRecord>,
    limit: usize,
}

impl RequestLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self { records: VecDeque::new(), limit }
    }

    pub(crate) fn push(&mut self, record: RequestRecord) {
        self.records.push_back(record);
        if self.records.len() > self.limit {
            self.records.pop_front();
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &RequestRecord> {
        self.records.iter()
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
    }
}
