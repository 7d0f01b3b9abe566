//! What a ledger says of everybody: [`account`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use batchcast_campaign::ledger::{BatchState, CampaignId, Ledger, OutcomeRow};
use batchcast_campaign::{Campaign, Counts, Outcome};

use crate::bench::read;

/// The state of everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    /// Accepted, rejected, unknown and pending.
    pub(crate) counts: [u64; 4],
    /// By id.
    pub(crate) outcomes: BTreeMap<String, Outcome>,
}

impl Account {
    /// The ids of those whose state has this name.
    pub(crate) fn who_is(&self, state: &str) -> BTreeSet<&str> {
        let of_state = self.outcomes.iter().filter(|(_, outcome)| outcome.as_str() == state);
        of_state.map(|(id, _)| id.as_str()).collect()
    }

    /// Asserts that what is said can be true of those who were reached: all of the accepted were, none of the pending
    /// was, and whoever was is accepted or in doubt.
    #[track_caller]
    pub(crate) fn agrees_with(&self, reached: &BTreeMap<String, u32>) {
        let reached: BTreeSet<_> = reached.keys().map(String::as_str).collect();
        let missed: Vec<_> = self.who_is("accepted").difference(&reached).copied().collect();
        assert!(missed.is_empty(), "accepted, but not reached: {missed:?}");
        for state in ["pending", "rejected"] {
            let wrong: Vec<_> = self.who_is(state).intersection(&reached).copied().collect();
            assert!(wrong.is_empty(), "{state}, but reached: {wrong:?}");
        }
    }
}

/// Everybody's state, after it was seen that each is in one batch that is not split, that batches have the members that
/// they count, and that the sums of the ledger are those of its rows.
#[track_caller]
pub(crate) fn account(ledger: &Arc<dyn Ledger>, id: &CampaignId) -> Account {
    let (rows, sums, members) = read(&**ledger, |view| {
        let campaign = view.campaign(id)?.unwrap();
        let mut rows = Vec::new();
        view.outcomes(campaign.key, &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        let mut members = BTreeMap::new();
        for number in 0..campaign.batches {
            let batch = view.batch(campaign.key, number)?.unwrap();
            members.insert(number, (batch, view.members(campaign.key, number)?));
        }
        Ok((rows, (view.sizes(campaign.key)?, view.exceptions(campaign.key)?), members))
    });
    let mut outcomes = BTreeMap::new();
    let mut seen: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    for row in &rows {
        assert_ne!(row.batch.state, BatchState::Split, "{row:?} is in a batch that is split");
        seen.entry(row.batch.number).or_default().push(row.recipient.row);
        let before = outcomes.insert(row.recipient.recipient.id().to_owned(), row.outcome());
        assert_eq!(before, None, "{row:?} is there twice");
    }
    for (number, (batch, members)) in &members {
        let rows: Vec<_> = members.iter().map(|(row, _)| *row).collect();
        assert_eq!(seen.get(number).cloned().unwrap_or_default(), rows, "batch {number}");
        let size = if batch.state == BatchState::Split { 0 } else { batch.size as usize };
        assert_eq!(rows.len(), size, "batch {number} is {:?}", batch.state);
    }
    for state in members.values().map(|(batch, _)| batch.state) {
        let size: u64 = sums.0.iter().filter(|(other, _)| *other == state).map(|(_, size)| size).sum();
        let expected = rows.iter().filter(|row| row.batch.state == state).count();
        assert_eq!(size, expected as u64, "{state:?}");
    }
    let exceptions: u64 = sums.1.iter().map(|(.., count)| count).sum();
    assert_eq!(exceptions, rows.iter().filter(|row| row.exception.is_some()).count() as u64);
    let counts = counted(&rows);
    let standing = Campaign::open(Arc::clone(ledger), id).unwrap().standing().unwrap();
    assert_eq!(four(standing.recipients), counts);
    Account { counts, outcomes }
}

fn counted(rows: &[OutcomeRow]) -> [u64; 4] {
    let mut counts = [0; 4];
    for row in rows {
        let state = match row.outcome() {
            Outcome::Accepted { .. } => 0,
            Outcome::Rejected { .. } => 1,
            Outcome::Unknown { .. } => 2,
            _ => 3,
        };
        counts[state] += 1;
    }
    counts
}

/// The counts of a standing in the order of [`Account::counts`].
pub(crate) fn four(counts: Counts) -> [u64; 4] {
    assert_eq!(counts.total, counts.accepted + counts.rejected + counts.unknown + counts.pending);
    [counts.accepted, counts.rejected, counts.unknown, counts.pending]
}
