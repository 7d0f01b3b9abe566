//! What was accepted and is not delivered yet, where delivery takes its time.

mod queue;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::num::NonZeroU32;

use jiff::Timestamp;

use crate::deliveries::Provider;
use crate::outbox::queue::Queue;
use crate::schedule::Schedule;
use crate::task::Task;

/// Whose messages are delivered one after the other. Feishu's page: "each app's queue is processed in order".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    CustomApp,
    StoreApp,
    Tim,
}

/// What has been delivered.
#[derive(Debug)]
pub(crate) enum Due {
    /// A message, or a part of it.
    Kept(Task),
    /// So many deliveries of which nothing but their time was kept.
    Forgotten(Provider, usize),
}

/// The lanes, each as fast as the rate says; without a rate nothing ever waits.
///
/// The newest deliveries that wait are kept with their recipients, up to a limit, as they are in the log that they come
/// to; of the older ones no more is kept than when they are due.
#[derive(Debug)]
pub(crate) struct Outbox {
    rate: Option<NonZeroU32>,
    limit: usize,
    lanes: [Queue; 3],
}

impl Outbox {
    pub(crate) fn new(rate: Option<NonZeroU32>, limit: usize) -> Self {
        Self { rate, limit, lanes: Default::default() }
    }

    /// Says when a task is delivered. It gives the task back where that is now, and keeps it where it has to wait.
    pub(crate) fn add(&mut self, task: Task) -> (Schedule, Option<Task>) {
        let Some(rate) = self.rate else {
            return (Schedule::new(task.accepted_at(), None, task.len()), Some(task));
        };
        let schedule = self.lanes[task.lane() as usize].add(task, rate);
        while let Some(excess @ 1..) = self.kept().checked_sub(self.limit) {
            let fullest = self.lanes.iter_mut().max_by_key(|queue| queue.kept());
            fullest.into_iter().for_each(|queue| queue.forget_oldest(excess));
        }
        (schedule, None)
    }

    /// What has been delivered by now, in the order of each lane.
    pub(crate) fn due(&mut self, now: Timestamp) -> Vec<Due> {
        let mut due = Vec::new();
        for queue in &mut self.lanes {
            queue.deliver(now, &mut due);
        }
        due
    }

    /// Takes back what is left of a message. The others keep their time.
    pub(crate) fn stop(&mut self, lane: Lane, message_id: &str) {
        self.lanes[lane as usize].stop(message_id);
    }

    /// Takes a message back from one recipient who has not got it.
    pub(crate) fn stop_for(&mut self, lane: Lane, number: u64, id: &str) {
        self.lanes[lane as usize].stop_for(number, id);
    }

    /// Takes everything back from recipients who have not got it.
    pub(crate) fn stop_all_for(&mut self, lane: Lane, ids: &HashSet<&str>) {
        self.lanes[lane as usize].stop_all_for(ids);
    }

    /// Whether a numbered message is still to come to one of its recipients.
    pub(crate) fn waits_for(&self, lane: Lane, number: u64, id: &str) -> bool {
        self.lanes[lane as usize].waits_for(number, id)
    }

    /// How many deliveries are still to come.
    pub(crate) fn waiting(&self) -> usize {
        self.lanes.iter().map(Queue::waiting).sum()
    }

    /// Of how many of them it is known whom they are for.
    fn kept(&self) -> usize {
        self.lanes.iter().map(Queue::kept).sum()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.rate, self.limit);
    }
}
