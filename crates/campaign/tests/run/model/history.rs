//! What a vendor's history makes of batches in doubt.

use std::collections::BTreeMap;

use batchcast_campaign::ledger::{BatchNumber, BatchState};
use batchcast_campaign::protocol::Told;

use super::operation::Trace;
use super::reference::{Answer, Batch, Reference, SETTLES};

/// As the protocol is told it.
pub(super) fn told(batch: BatchNumber, trace: Trace) -> Told {
    match trace {
        Trace::Found => Told::Accepted { message_id: Some(format!("found-{batch}")) },
        Trace::Missing => Told::Rejected,
        Trace::CannotTell => Told::InDoubt { reason: "too long ago".to_owned() },
    }
}

impl Reference {
    /// The batches in doubt that are meant, if their time has come.
    pub(super) fn doubts(&self, number: Option<BatchNumber>) -> Result<Vec<usize>, Answer> {
        let is_meant = |(at, batch): &(usize, &Batch)| {
            number.is_none_or(|number| number as usize == *at) && batch.state == BatchState::Unknown
        };
        let doubts: Vec<_> = self.batches.iter().enumerate().filter(is_meant).collect();
        if self.is_forgotten || (number.is_some() && doubts.is_empty()) {
            return Err(Answer::Refused);
        }
        match doubts.iter().map(|(_, batch)| batch.deadline + SETTLES).max() {
            Some(ripe_at) if ripe_at > self.now => Err(Answer::TooEarly(ripe_at)),
            _ => Ok(doubts.into_iter().map(|(at, _)| at).collect()),
        }
    }

    /// Each of a batch is what its row's trace says: in one batch where they agree, and otherwise in one for each trace.
    pub(super) fn settle(&mut self, at: usize, traces: &[Trace]) {
        let mut parts: BTreeMap<Trace, Vec<u64>> = BTreeMap::new();
        for row in &self.batches[at].members {
            // What was sent again by order was sent before, and nobody looks for that.
            let trace = match traces[*row as usize - 1] {
                Trace::Missing if self.batches[at].by_hand => Trace::CannotTell,
                trace => trace,
            };
            parts.entry(trace).or_default().push(*row);
        }
        let part = |members, trace, whole: &Batch| {
            let (state, message_id) = match trace {
                Trace::Found => (BatchState::Accepted, Some(format!("found-{at}"))),
                Trace::Missing => (BatchState::Rejected, None),
                Trace::CannotTell => (BatchState::Unknown, None),
            };
            let by_hand = whole.by_hand && state != BatchState::Accepted;
            Batch { state, message_id, members, by_hand, ..whole.clone() }
        };
        let whole = Batch { members: Vec::new(), ..self.batches[at].clone() };
        let mut settled: Vec<_> = parts.into_iter().map(|(trace, members)| part(members, trace, &whole)).collect();
        self.batches[at] = match settled.len() {
            1 => settled.remove(0),
            _ => Batch { state: BatchState::Split, ..whole },
        };
        self.batches.extend(settled);
    }
}
