//! The log of requests and how they were answered.

use std::collections::VecDeque;

use http::Request;
use jiff::Timestamp;
use serde::Serialize;

/// The longest path or method that is kept, in bytes: the vendors' own are far shorter.
const LONGEST: usize = 1 << 10;

/// One request to a vendor's path and the answer it got, a line of `GET /_emulator/requests`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// When it was handled.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The path as received, without the query: a query may hold a signature. Of one over 1 KiB the beginning, and `…`.
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

impl RequestRecord {
    /// What is known of a request before it has an answer.
    pub(crate) fn of<B>(request: &Request<B>, at: Timestamp) -> Self {
        let (method, path) = (shortened(request.method().as_str()), shortened(request.uri().path()));
        Self { at, method, path, status: 0, code: None, fault: None }
    }
}

fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let end = (0..=LONGEST).rev().find(|&end| text.is_char_boundary(end)).unwrap_or_default();
    format!("{}…", &text[..end])
}

/// The newest requests, up to a limit.
#[derive(Debug)]
pub(crate) struct RequestLog {
    records: VecDeque<RequestRecord>,
    limit: usize,
    /// The number of the next request, counted from 0 since the start or the last clearing.
    next: u64,
}

impl RequestLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self { records: VecDeque::new(), limit, next: 0 }
    }

    pub(crate) fn push(&mut self, record: RequestRecord) {
        self.next += 1;
        self.records.push_back(record);
        if self.records.len() > self.limit {
            self.records.pop_front();
        }
    }

    /// The number of the next request, which is one more than the newest's.
    pub(crate) fn next_number(&self) -> u64 {
        self.next
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &RequestRecord> {
        self.records.iter()
    }

    /// From a number on, each with its own.
    pub(crate) fn numbered_from(&self, number: u64) -> impl Iterator<Item = (u64, &RequestRecord)> {
        let oldest = self.next - self.records.len() as u64;
        let number = number.clamp(oldest, self.next);
        // No more than there are, so it fits.
        (number..).zip(self.records.range((number - oldest) as usize..))
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: &str) -> RequestRecord {
        RequestRecord::of(&Request::get(path).body(()).unwrap(), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn it_is_read_on_from_a_number() {
        fn check(limit: usize, number: u64, expected: &[(u64, &str)]) {
            let mut log = RequestLog::new(limit);
            for path in ["/a", "/b", "/c"] {
                log.push(record(path));
            }
            assert_eq!(log.next_number(), 3);
            let lines: Vec<_> = log.numbered_from(number).map(|(number, line)| (number, line.path.as_str())).collect();
            assert_eq!(lines, expected, "limit {limit}, from {number}");
        }
        let all = [(0, "/a"), (1, "/b"), (2, "/c")];
        for number in 0..=3 {
            check(9, number, &all[number as usize..]);
            check(2, number, &all[(number as usize).max(1)..]);
            check(0, number, &[]);
        }
        check(9, u64::MAX, &[]);
    }

    #[test]
    fn an_endless_path_is_shortened() {
        fn check(length: usize, expected: usize) {
            assert_eq!(record(&format!("/{}", "x".repeat(length - 1))).path.len(), expected, "{length}");
        }
        check(LONGEST, LONGEST);
        check(LONGEST + 1, LONGEST + "…".len());
        check(50_000, LONGEST + "…".len());
    }
}
