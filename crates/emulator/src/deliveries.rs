//! Who got which message.

use std::collections::VecDeque;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::task::Task;

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
    /// with `+` between them (`TIMTextElem+TIMFaceElem`), and `+…` after the sixteenth where there are more.
    pub msg_type: String,
    /// When it was delivered.
    pub at: Timestamp,
}

/// A [`Delivery`] borrowed from the log.
#[derive(Debug, Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) provider: Provider,
    pub(crate) kind: IdKind,
    pub(crate) id: &'a str,
    pub(crate) message_id: &'a str,
    pub(crate) msg_type: &'a str,
    pub(crate) at: Timestamp,
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
    /// Each with the number of its first delivery, counted from 0 since the start or the last clearing.
    tasks: VecDeque<(u64, Task)>,
    held: usize,
    limit: usize,
    /// The number of the next delivery.
    next: u64,
}

impl DeliveryLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self { tasks: VecDeque::new(), held: 0, limit, next: 0 }
    }

    pub(crate) fn push(&mut self, mut task: Task) {
        if task.len() == 0 {
            return;
        }
        task.shrink();
        let number = self.next;
        self.held += task.len();
        self.next += task.len() as u64;
        let rest = match self.tasks.back_mut() {
            Some((_, newest)) => newest.join(task),
            None => Some(task),
        };
        self.tasks.extend(rest.map(|task| (number, task)));
        while let Some(oldest) = self.tasks.front().map(|(_, task)| task.len()) {
            if self.held - oldest < self.limit {
                break;
            }
            self.held -= oldest;
            self.tasks.pop_front();
        }
    }

    /// How many there are, never more than the limit.
    pub(crate) fn kept(&self) -> u64 {
        self.held.min(self.limit) as u64
    }

    /// The number of the next delivery, which is one more than the newest's.
    pub(crate) fn next_number(&self) -> u64 {
        self.next
    }

    /// Oldest first, never more than the limit.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.numbered_from(0).map(|(_, line)| line)
    }

    /// The same from a number on, each with its own.
    pub(crate) fn numbered_from(&self, number: u64) -> impl Iterator<Item = (u64, Line<'_>)> {
        let number = number.max(self.next - self.kept());
        let first = self.tasks.partition_point(|(start, _)| *start <= number).saturating_sub(1);
        let lines = self.tasks.range(first..).flat_map(|(start, task)| (*start..).zip(task.lines()));
        lines.skip_while(move |(found, _)| *found < number)
    }

    /// The newest, newest first, never more than the limit.
    pub(crate) fn newest(&self, count: usize) -> Vec<Line<'_>> {
        let count = count.min(self.limit);
        let mut newest = Vec::new();
        for (_, task) in self.tasks.iter().rev() {
            if newest.len() >= count {
                break;
            }
            let start = newest.len();
            newest.extend(task.lines());
            newest[start..].reverse();
        }
        newest.truncate(count);
        newest
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Schedule;

    fn task(name: &str, ids: &[&str]) -> Task {
        let mut task = Task::new(Provider::Feishu, name.to_owned(), "text", Timestamp::UNIX_EPOCH);
        for id in ids {
            task.deliver(IdKind::OpenId, id);
        }
        task
    }

    #[test]
    fn parts_of_a_message_come_together_again() {
        let paced = Schedule::new(Timestamp::UNIX_EPOCH, std::num::NonZeroU32::new(1), 4);
        let whole = task("1", &["a", "b", "", "d"]).on(paced);
        let mut log = DeliveryLog::new(9);
        for (from, to) in [(0, 0), (0, 1), (1, 3), (3, 4)] {
            log.push(whole.part(from, to));
        }
        let lines: Vec<_> = log.lines().map(|line| (line.id.to_owned(), line.at.as_second())).collect();
        let expected = [("a", 1), ("b", 2), ("", 3), ("d", 4)].map(|(id, at)| (id.to_owned(), at));
        assert_eq!(lines, expected);
        assert_eq!(log.tasks.len(), 1);
        log.push(whole.part(0, 1));
        assert_eq!(log.tasks.len(), 2, "that is not what comes next");
    }

    fn kept(limit: usize) -> Vec<String> {
        let mut log = DeliveryLog::new(limit);
        log.push(task("1", &["a", "b", "c"]));
        log.push(task("2", &[]));
        log.push(task("3", &["d"]));
        log.push(task("4", &["e", "f"]));
        let shown = |line: &Line<'_>| format!("{}{}", line.message_id, line.id);
        let lines: Vec<String> = log.lines().map(|line| shown(&line)).collect();
        for count in [0, 1, 2, 9] {
            let newest: Vec<String> = log.newest(count).iter().map(shown).collect();
            assert_eq!(newest, lines.iter().rev().take(count).cloned().collect::<Vec<_>>(), "{count} of {limit}");
        }
        lines
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
    fn it_is_read_on_from_a_number() {
        fn check(limit: usize, number: u64, expected: &[(u64, &str)]) {
            let mut log = DeliveryLog::new(limit);
            for (name, ids) in [("1", &["a", "b", "c"][..]), ("2", &["d"]), ("3", &["e", "f"])] {
                log.push(task(name, ids));
            }
            assert_eq!(log.next_number(), 6);
            let lines: Vec<_> = log.numbered_from(number).map(|(number, line)| (number, line.id)).collect();
            assert_eq!(lines, expected, "limit {limit}, from {number}");
        }
        let all = [(0, "a"), (1, "b"), (2, "c"), (3, "d"), (4, "e"), (5, "f")];
        for number in 0..=6 {
            check(9, number, &all[number as usize..]);
            check(2, number, &all[(number as usize).max(4)..]);
            check(0, number, &[]);
        }
        check(9, u64::MAX, &[]);
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
