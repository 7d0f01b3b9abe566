//! Who got which message.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

/// Which vendor delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Provider {
    /// open.feishu.cn
    Feishu,
    /// open.larksuite.com: the same API
    Lark,
    /// Tencent Cloud Chat
    Tim,
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Feishu => "feishu",
            Self::Lark => "lark",
            Self::Tim => "tim",
        })
    }
}

/// What sort of id a recipient was named by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdKind {
    /// `ou_…`: a user, as one app sees them.
    OpenId,
    /// A user within the tenant.
    UserId,
    /// `on_…`: a user, as all apps of one developer see them.
    UnionId,
    /// `od-…` or the tenant's own id: a department and all below it.
    DepartmentId,
    /// A user of Tencent Cloud Chat.
    Account,
}

impl fmt::Display for IdKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpenId => "open_id",
            Self::UserId => "user_id",
            Self::UnionId => "union_id",
            Self::DepartmentId => "department_id",
            Self::Account => "account",
        })
    }
}

/// One message delivered to one recipient, a line of `GET /_emulator/deliveries`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Which vendor delivered.
    pub provider: Provider,
    /// What sort of id `id` is.
    pub kind: IdKind,
    /// The recipient, by the id that was sent. Who got it as a member of a department, where a directory says who
    /// that is, stands here by the first of `open_id`, `user_id` and `union_id` that there is.
    pub id: String,
    /// The id the vendor answered with: `bm-` and 32 hexadecimal digits, or TIM's MsgKey, `{MsgSeq}_{MsgRandom}_{unix}`.
    pub message_id: String,
    /// `text`, `image`, `post`, `share_chat` or `interactive`; for TIM the `MsgType`s of the elements in their order,
    /// with `+` between them (`TIMTextElem+TIMFaceElem`).
    pub msg_type: String,
    /// When it was delivered.
    pub at: Timestamp,
}

/// One accepted message and everybody it went to.
///
/// The ids stand one after the other in one string: two allocations a message, not one a recipient.
#[derive(Debug)]
pub(crate) struct Task {
    provider: Provider,
    message_id: String,
    msg_type: Cow<'static, str>,
    at: Timestamp,
    ids: String,
    ends: Vec<(IdKind, usize)>,
}

impl Task {
    pub(crate) fn new(
        provider: Provider,
        message_id: String,
        msg_type: impl Into<Cow<'static, str>>,
        at: Timestamp,
    ) -> Self {
        Self { provider, message_id, msg_type: msg_type.into(), at, ids: String::new(), ends: Vec::new() }
    }

    pub(crate) fn deliver(&mut self, kind: IdKind, id: &str) {
        self.ids.push_str(id);
        self.ends.push((kind, self.ids.len()));
    }

    pub(crate) fn provider(&self) -> Provider {
        self.provider
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut start = 0;
        self.ends.iter().map(move |&(kind, end)| {
            let id = &self.ids[start..end];
            start = end;
            Line {
                provider: self.provider,
                kind,
                id,
                message_id: &self.message_id,
                msg_type: &self.msg_type,
                at: self.at,
            }
        })
    }
}

/// A [`Delivery`] borrowed from the log.
#[derive(Debug, Serialize)]
pub(crate) struct Line<'a> {
    provider: Provider,
    kind: IdKind,
    id: &'a str,
    message_id: &'a str,
    msg_type: &'a str,
    at: Timestamp,
}

impl From<Line<'_>> for Delivery {
    fn from(line: Line<'_>) -> Self {
        Self {
            provider: line.provider,
            kind: line.kind,
            id: line.id.to_owned(),
            message_id: line.message_id.to_owned(),
            msg_type: line.msg_type.to_owned(),
            at: line.at,
        }
    }
}

/// The newest deliveries, up to a limit.
#[derive(Debug)]
pub(crate) struct DeliveryLog {
    tasks: VecDeque<Task>,
    held: usize,
    limit: usize,
}

impl DeliveryLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self { tasks: VecDeque::new(), held: 0, limit }
    }

    pub(crate) fn push(&mut self, mut task: Task) {
        if task.len() == 0 {
            return;
        }
        task.ids.shrink_to_fit();
        task.ends.shrink_to_fit();
        self.held += task.len();
        self.tasks.push_back(task);
        while let Some(oldest) = self.tasks.front().map(Task::len) {
            if self.held - oldest < self.limit {
                break;
            }
            self.held -= oldest;
            self.tasks.pop_front();
        }
    }

    /// Oldest first, never more than the limit.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.tasks.iter().flat_map(Task::lines).skip(self.held.saturating_sub(self.limit))
    }

    pub(crate) fn clear(&mut self) {
        self.tasks.clear();
        self.held = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: &str, ids: &[&str]) -> Task {
        let mut task = Task::new(Provider::Feishu, name.to_owned(), "text", Timestamp::UNIX_EPOCH);
        for id in ids {
            task.deliver(IdKind::OpenId, id);
        }
        task
    }

    fn kept(limit: usize) -> Vec<String> {
        let mut log = DeliveryLog::new(limit);
        log.push(task("1", &["a", "b", "c"]));
        log.push(task("2", &[]));
        log.push(task("3", &["d"]));
        log.push(task("4", &["e", "f"]));
        log.lines().map(|line| format!("{}{}", line.message_id, line.id)).collect()
    }

    #[test]
    fn the_limit_is_exact_and_the_newest_stay() {
        fn check(limit: usize, expected: &[&str]) {
            assert_eq!(kept(limit), expected, "limit {limit}");
        }
        check(9, &["1a", "1b", "1c", "3d", "4e", "4f"]);
        check(6, &["1a", "1b", "1c", "3d", "4e", "4f"]);
        check(5, &["1b", "1c", "3d", "4e", "4f"]);
        check(3, &["3d", "4e", "4f"]);
        check(1, &["4f"]);
        check(0, &[]);
    }

    #[test]
    fn names_match_the_json() {
        for kind in [IdKind::OpenId, IdKind::UserId, IdKind::UnionId, IdKind::DepartmentId, IdKind::Account] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.to_string());
        }
        for provider in [Provider::Feishu, Provider::Lark, Provider::Tim] {
            assert_eq!(serde_json::to_value(provider).unwrap(), provider.to_string());
        }
    }
}
