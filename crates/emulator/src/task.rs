//! An accepted message and its recipients.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::deliveries::{IdKind, Line, Provider};
use crate::outbox::Lane;
use crate::schedule::Schedule;

/// One accepted message and everybody it went to, or some of them.
///
/// The ids stand one after the other in one string: two allocations a message, not one a recipient.
#[derive(Debug)]
pub(crate) struct Task {
    provider: Provider,
    lane: Lane,
    number: Option<u64>,
    message_id: String,
    msg_type: Cow<'static, str>,
    schedule: Schedule,
    /// The place of the first of these recipients in the schedule.
    first: usize,
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
        let lane = if provider == Provider::Tim { Lane::Tim } else { Lane::CustomApp };
        let schedule = Schedule::new(at, None, 0);
        let msg_type = msg_type.into();
        Self {
            provider,
            lane,
            number: None,
            message_id,
            msg_type,
            schedule,
            first: 0,
            ids: String::new(),
            ends: Vec::new(),
        }
    }

    /// In the queue of another app than the provider's first.
    pub(crate) fn in_lane(self, lane: Lane) -> Self {
        Self { lane, ..self }
    }

    /// Told by a number from others whose message id may be the same, as two of TIM's may be.
    pub(crate) fn numbered(self, number: u64) -> Self {
        Self { number: Some(number), ..self }
    }

    pub(crate) fn deliver(&mut self, kind: IdKind, id: &str) {
        self.ids.push_str(id);
        self.ends.push((kind, self.ids.len()));
    }

    pub(crate) fn provider(&self) -> Provider {
        self.provider
    }

    pub(crate) fn lane(&self) -> Lane {
        self.lane
    }

    /// None where it cannot be taken back from one recipient.
    pub(crate) fn number(&self) -> Option<u64> {
        self.number
    }

    pub(crate) fn message_id(&self) -> &str {
        &self.message_id
    }

    pub(crate) fn accepted_at(&self) -> Timestamp {
        self.schedule.start()
    }

    pub(crate) fn schedule(&self) -> Schedule {
        self.schedule
    }

    /// The place of the first of these recipients among all of the message.
    pub(crate) fn first(&self) -> usize {
        self.first
    }

    /// How many of these recipients have got it by then.
    pub(crate) fn due_by(&self, now: Timestamp) -> usize {
        self.schedule.by(now).saturating_sub(self.first).min(self.len())
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Delivered at other times than all at once when it was accepted.
    pub(crate) fn on(self, schedule: Schedule) -> Self {
        Self { schedule, ..self }
    }

    /// Some of the recipients, by their places.
    pub(crate) fn part(&self, from: usize, to: usize) -> Self {
        let end = |count: usize| if count == 0 { 0 } else { self.ends[count - 1].1 };
        let skipped = end(from);
        Self {
            message_id: self.message_id.clone(),
            msg_type: self.msg_type.clone(),
            first: self.first + from,
            ids: self.ids[skipped..end(to)].to_owned(),
            ends: self.ends[from..to].iter().map(|&(kind, end)| (kind, end - skipped)).collect(),
            ..*self
        }
    }

    /// Gives back memory that was kept for more recipients.
    pub(crate) fn shrink(&mut self) {
        self.ids.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Takes the other's recipients in, where they are the next of the same message.
    pub(crate) fn join(&mut self, next: Self) -> Option<Self> {
        let joins = self.message_id == next.message_id
            && self.number == next.number
            && self.provider == next.provider
            && self.first + self.len() == next.first;
        if !joins {
            return Some(next);
        }
        let before = self.ids.len();
        self.ids.push_str(&next.ids);
        self.ends.extend(next.ends.iter().map(|&(kind, end)| (kind, before + end)));
        None
    }

    /// The recipients in their order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.lines().map(|line| line.id)
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut start = 0;
        self.ends.iter().enumerate().map(move |(place, &(kind, end))| {
            let id = &self.ids[start..end];
            start = end;
            Line {
                provider: self.provider,
                kind,
                id,
                message_id: &self.message_id,
                msg_type: &self.msg_type,
                at: self.schedule.at(self.first + place),
            }
        })
    }
}
