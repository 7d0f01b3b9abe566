//! Everything that can be seen of one campaign: [`Contents`].

use crate::ledger::{
    BatchNumber, BatchRow, BatchState, CampaignId, CampaignKey, CampaignRow, LedgerError, OutcomeRow, ReachRow,
    RecallRow, RecallState, RecipientRow, Settled, Tables, View,
};

use super::sample::{SETTLED, STATES, TEXT, at, batch, campaign, exception, reach, recall, recipient};

/// Everything that can be seen of one campaign, to be compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Contents {
    pub(super) row: Option<CampaignRow>,
    pub(super) columns: Vec<String>,
    pub(super) messages: Vec<String>,
    /// By state, and by number within one.
    pub(super) batches: Vec<BatchRow>,
    pub(super) members: Vec<(BatchNumber, u64)>,
    pub(super) recipients: Vec<RecipientRow>,
    pub(super) outcomes: Vec<OutcomeRow>,
    pub(super) sizes: Vec<(BatchState, u64)>,
    pub(super) exceptions: Vec<(BatchState, Settled, u64)>,
    pub(super) reach: Vec<ReachRow>,
    pub(super) recalls: Vec<RecallRow>,
    pub(super) recall_counts: Vec<(RecallState, u64)>,
}

impl Contents {
    pub(super) fn of(view: &dyn View, key: CampaignKey) -> Result<Self, LedgerError> {
        let mut batches = Vec::new();
        for state in STATES {
            batches.extend(batches_in(view, key, state)?);
        }
        let (mut members, mut recalls) = (Vec::new(), Vec::new());
        for number in 0..4 {
            members.extend(view.members(key, number)?.into_iter().map(|(row, _)| (number, row)));
            recalls.extend(view.recalls(key, number)?);
        }
        let messages = (0..4).map(|variant| view.message(key, variant)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            row: view.campaign_of(key)?,
            columns: view.columns(key)?,
            messages: messages.into_iter().flatten().collect(),
            batches,
            members,
            recipients: recipients(view, key)?,
            outcomes: outcomes(view, key)?,
            sizes: sizes(view, key)?,
            exceptions: exceptions(view, key)?,
            reach: view.reach(key)?,
            recalls,
            recall_counts: recall_counts(view, key)?,
        })
    }

    /// What can be seen of a campaign that is not there.
    pub(super) const NOTHING: Self = Self {
        row: None,
        columns: Vec::new(),
        messages: Vec::new(),
        batches: Vec::new(),
        members: Vec::new(),
        recipients: Vec::new(),
        outcomes: Vec::new(),
        sizes: Vec::new(),
        exceptions: Vec::new(),
        reach: Vec::new(),
        recalls: Vec::new(),
        recall_counts: Vec::new(),
    };
}

pub(super) fn batches_in(view: &dyn View, key: CampaignKey, state: BatchState) -> Result<Vec<BatchRow>, LedgerError> {
    let mut found = Vec::new();
    view.batches_in(key, state, &mut |row| {
        found.push(row);
        Ok(())
    })?;
    Ok(found)
}

pub(super) fn recipients(view: &dyn View, key: CampaignKey) -> Result<Vec<RecipientRow>, LedgerError> {
    let mut found = Vec::new();
    view.recipients(key, &mut |row| {
        found.push(row);
        Ok(())
    })?;
    Ok(found)
}

pub(super) fn outcomes(view: &dyn View, key: CampaignKey) -> Result<Vec<OutcomeRow>, LedgerError> {
    let mut found = Vec::new();
    view.outcomes(key, &mut |row| {
        found.push(row);
        Ok(())
    })?;
    Ok(found)
}

/// Sorted, and without those that have nobody.
pub(super) fn sizes(view: &dyn View, key: CampaignKey) -> Result<Vec<(BatchState, u64)>, LedgerError> {
    let mut found = view.sizes(key)?;
    found.retain(|(_, size)| *size > 0);
    found.sort_by_key(|(state, _)| *state as u8);
    Ok(found)
}

/// Sorted, and without those that have nobody.
pub(super) fn exceptions(view: &dyn View, key: CampaignKey) -> Result<Vec<(BatchState, Settled, u64)>, LedgerError> {
    let mut found = view.exceptions(key)?;
    found.retain(|(.., count)| *count > 0);
    found.sort_by_key(|(batch, own, _)| (*batch as u8, *own as u8));
    Ok(found)
}

/// Sorted.
pub(super) fn recall_counts(view: &dyn View, key: CampaignKey) -> Result<Vec<(RecallState, u64)>, LedgerError> {
    let mut found = view.recall_counts(key)?;
    found.sort_by_key(|(state, _)| *state as u8);
    Ok(found)
}

/// A campaign with some of everything.
pub(super) fn fill(tables: &mut dyn Tables, id: &str) -> Result<CampaignKey, LedgerError> {
    let key = tables.insert_campaign(&CampaignRow { batches: 3, ..campaign(id) })?;
    tables.replace_columns(key, &["Straße".to_owned(), TEXT.to_owned()])?;
    tables.insert_message(key, 0, &format!("0 {id}"))?;
    tables.insert_message(key, 3, &format!("3 {id}"))?;
    let settled = |number, state, size| BatchRow {
        size,
        reason: Some(format!("{number} {id} {TEXT}")),
        at: at(9),
        code: Some(3),
        ..batch(number, state)
    };
    let rejected = settled(2, BatchState::Rejected, 1);
    tables.insert_batches(key, &[BatchRow::new(0, 2), settled(1, BatchState::Accepted, 3), rejected])?;
    let columns = Some(format!(r#"["{id}",null]"#).into_boxed_str());
    let people = [(1, 1), (2, 0), (3, 1), (5, 1), (8, 2), (9, 0)];
    let people = people.map(|(row, batch)| RecipientRow { columns: columns.clone(), ..recipient(row, batch) });
    tables.insert_recipients(key, &people)?;
    tables.replace_exceptions(key, &[exception(3, 1, SETTLED[1]), exception(1, 1, SETTLED[2])])?;
    tables.replace_reach(key, &[reach(1, 2), reach(2, 0)])?;
    tables.replace_recalls(key, &[recall(1, None), recall(2, Some(8))])?;
    Ok(key)
}

/// The id of a campaign of the cases.
pub(super) fn id(of: &str) -> CampaignId {
    campaign(of).id
}
