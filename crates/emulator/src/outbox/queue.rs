//! One lane of the outbox.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet, VecDeque};
use std::num::NonZeroU32;

use jiff::Timestamp;

use crate::deliveries::Provider;
use crate::outbox::Due;
use crate::schedule::Schedule;
use crate::task::Task;

/// Messages that are delivered one after the other.
#[derive(Debug)]
pub(super) struct Queue {
    /// When the last of what was added is delivered.
    busy_until: Timestamp,
    /// In front of all others.
    forgotten: Option<Forgotten>,
    messages: VecDeque<Message>,
    /// The recipients in `messages`.
    kept: usize,
}

impl Default for Queue {
    fn default() -> Self {
        Self { busy_until: Timestamp::MIN, forgotten: None, messages: VecDeque::new(), kept: 0 }
    }
}

/// A message whose delivery has not ended.
#[derive(Debug)]
struct Message {
    task: Task,
    delivered: usize,
    /// The places of those from whom it was taken back in time.
    stopped: BTreeSet<usize>,
}

impl Message {
    /// What is delivered by then, in runs without those who were left out.
    fn deliver(&mut self, now: Timestamp, due: &mut Vec<Due>) {
        // What was delivered stays so, whatever the clock says next.
        let end = self.task.due_by(now).max(self.delivered);
        let stopped = self.stopped.range(self.delivered..end).copied().chain([end]);
        for place in stopped {
            if place > self.delivered {
                due.push(Due::Kept(self.task.part(self.delivered, place)));
            }
            self.delivered = place + 1;
        }
        self.delivered = end;
    }

    /// Leaves out who has not got it.
    fn stop(&mut self, mut is_out: impl FnMut(&str) -> bool) {
        let waiting = self.task.ids().enumerate().skip(self.delivered);
        self.stopped.extend(waiting.filter(|(_, id)| is_out(id)).map(|(place, _)| place));
    }

    fn waiting(&self) -> usize {
        self.task.len() - self.delivered - self.stopped.range(self.delivered..).count()
    }

    /// Its first recipients, and the rest of it.
    fn split(self, place: usize) -> (Self, Self) {
        let (mut first, rest) = (self.stopped, self.task.part(place, self.task.len()));
        let last = first.split_off(&place).into_iter().map(|stopped| stopped - place).collect();
        let delivered = self.delivered;
        let first = Self { task: self.task.part(0, place), delivered: delivered.min(place), stopped: first };
        (first, Self { task: rest, delivered: delivered.saturating_sub(place), stopped: last })
    }
}

/// Messages of which no more is known than when they are due: one run, however many there are.
#[derive(Debug)]
struct Forgotten {
    provider: Provider,
    schedule: Schedule,
    counted: usize,
}

impl Forgotten {
    /// The places in front of it count as well: they were delivered.
    fn of(message: &Message) -> Self {
        let counted = message.task.first() + message.delivered;
        let schedule = message.task.schedule().with_len(counted + message.waiting());
        Self { provider: message.task.provider(), schedule, counted }
    }

    /// A busy queue has no gaps but those of deliveries that were taken back; what comes after one is counted as much
    /// too early.
    fn take_in(&mut self, message: &Message) {
        self.schedule = self.schedule.with_len(self.schedule.len() + message.waiting());
    }

    fn deliver(&mut self, now: Timestamp) -> Due {
        let by_now = self.schedule.by(now).max(self.counted);
        let counted = std::mem::replace(&mut self.counted, by_now);
        Due::Forgotten(self.provider, by_now - counted)
    }

    fn waiting(&self) -> usize {
        self.schedule.len() - self.counted
    }
}

impl Queue {
    pub(super) fn add(&mut self, task: Task, rate: NonZeroU32) -> Schedule {
        let schedule = Schedule::new(task.accepted_at().max(self.busy_until), Some(rate), task.len());
        self.busy_until = schedule.end();
        if task.len() > 0 {
            self.kept += task.len();
            self.messages.push_back(Message { task: task.on(schedule), delivered: 0, stopped: BTreeSet::new() });
        }
        schedule
    }

    pub(super) fn deliver(&mut self, now: Timestamp, due: &mut Vec<Due>) {
        if let Some(forgotten) = &mut self.forgotten {
            due.push(forgotten.deliver(now));
            if forgotten.waiting() == 0 {
                self.forgotten = None;
            }
        }
        while let Some(message) = self.messages.front_mut() {
            message.deliver(now, due);
            if message.delivered < message.task.len() {
                break;
            }
            self.kept -= message.task.len();
            self.messages.pop_front();
        }
    }

    /// Forgets so many recipients of the oldest message, or all of them.
    pub(super) fn forget_oldest(&mut self, recipients: usize) {
        let Some(mut oldest) = self.messages.pop_front() else {
            return;
        };
        if recipients < oldest.task.len() {
            let (first, rest) = oldest.split(recipients);
            self.messages.push_front(rest);
            oldest = first;
        }
        self.kept -= oldest.task.len();
        match &mut self.forgotten {
            Some(forgotten) => forgotten.take_in(&oldest),
            None => self.forgotten = Some(Forgotten::of(&oldest)),
        }
    }

    pub(super) fn stop(&mut self, message_id: &str) {
        let kept = &mut self.kept;
        self.messages.retain(|message| {
            let stays = message.task.message_id() != message_id;
            *kept -= if stays { 0 } else { message.task.len() };
            stays
        });
    }

    pub(super) fn stop_for(&mut self, number: u64, id: &str) {
        let message = self.messages.iter_mut().find(|message| message.task.number() == Some(number));
        message.into_iter().for_each(|message| message.stop(|known| known == id));
    }

    pub(super) fn stop_all_for(&mut self, ids: &HashSet<&str>) {
        self.messages.iter_mut().for_each(|message| message.stop(|known| ids.contains(known)));
    }

    /// Messages have their numbers in the order in which they are delivered.
    pub(super) fn waits_for(&self, number: u64, id: &str) -> bool {
        let oldest = self.messages.iter().find_map(|message| Some((message.task.number()?, message)));
        oldest.is_some_and(|(first, message)| match number.cmp(&first) {
            Ordering::Less => false,
            Ordering::Equal => message.task.ids().position(|known| known == id) >= Some(message.delivered),
            Ordering::Greater => true,
        })
    }

    pub(super) fn waiting(&self) -> usize {
        let forgotten = self.forgotten.as_ref().map_or(0, Forgotten::waiting);
        forgotten + self.messages.iter().map(Message::waiting).sum::<usize>()
    }

    pub(super) fn kept(&self) -> usize {
        self.kept
    }
}
