//! The accepted messages and what became of them.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::feishu::token::App;
use crate::schedule::Schedule;

/// One accepted message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SentTask {
    pub(crate) app: App,
    pub(crate) at: Timestamp,
    /// Recipients who exist, those out of the bot's range included.
    pub(crate) valid: usize,
    pub(crate) schedule: Schedule,
    /// When it was taken back.
    pub(crate) recalled: Option<Timestamp>,
}

/// The newest messages by their id, up to a limit.
#[derive(Debug)]
pub(crate) struct Tasks {
    by_id: HashMap<u128, SentTask>,
    order: VecDeque<u128>,
    limit: usize,
}

impl Tasks {
    pub(crate) fn new(limit: usize) -> Self {
        Self { by_id: HashMap::new(), order: VecDeque::new(), limit }
    }

    pub(crate) fn push(&mut self, id: u128, task: SentTask) {
        self.by_id.insert(id, task);
        self.order.push_back(id);
        if self.order.len() > self.limit {
            if let Some(oldest) = self.order.pop_front() {
                self.by_id.remove(&oldest);
            }
        }
    }

    pub(crate) fn find(&mut self, id: u128) -> Option<&mut SentTask> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn clear(&mut self) {
        self.by_id.clear();
        self.order.clear();
    }
}
