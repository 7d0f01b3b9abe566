//! Settling a doubt by what the vendor remembers of each recipient.

use super::{damaged, written};
use crate::ledger::{BatchNumber, BatchRow, BatchState, CampaignKey, LedgerError, Tables};

/// What is known now of a recipient who was in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// They have it.
    Accepted {
        /// The vendor's name for the sending, where it is told.
        message_id: Option<String>,
    },
    /// They do not have it.
    Rejected,
    /// There is still no telling.
    InDoubt {
        /// Why.
        reason: String,
    },
    /// Nobody has asked: they are as much in doubt as they were.
    NotAsked,
}

const SENT_BEFORE: &str = "the last request has not arrived, and of the one before it there is no telling";
const REMEMBERED: &str = "the vendor's history has it";
const NOT_REMEMBERED: &str = "the vendor's history does not have it";

/// Settles a batch in doubt by what is known of each of its rows. Where that is the same of all, the batch becomes it;
/// where it differs, the batch is split, and those who have it, those who do not, those in doubt and those not asked for
/// get a batch each. So whatever is done with a batch later, sending it again for one, is done to those alone.
///
/// Where some were not asked for and nobody is settled, it stays whole and as it is, so that whoever asks for a sample of
/// it the next time has one of the whole.
///
/// It says what is known of each; `None` where somebody else has settled it meanwhile, and then nothing is written.
///
/// # Errors
/// [`LedgerError`].
pub fn settle(
    tables: &mut dyn Tables,
    campaign: CampaignKey,
    batch: &BatchRow,
    told: &[(u64, Told)],
) -> Result<Option<Vec<(u64, Told)>>, LedgerError> {
    if tables.batch(campaign, batch.number)?.as_ref() != Some(batch) {
        return Ok(None);
    }
    let members = tables.members(campaign, batch.number)?;
    if !members.iter().map(|(row, _)| row).eq(told.iter().map(|(row, _)| row)) {
        return Err(damaged(format!("batch {} has other recipients than were asked for", batch.number)));
    }
    let told: Vec<_> = told.iter().map(|(row, told)| (*row, as_far_as_known(batch, told))).collect();
    let told = &told[..];
    let is_settled = |(_, told): &(u64, Told)| is_accepted(told) || is_rejected(told);
    if told.iter().any(|(_, told)| is_not_asked(told)) && !told.iter().any(is_settled) {
        return Ok(Some(told.to_vec()));
    }
    let kinds: Vec<_> = [is_accepted, is_rejected, is_in_doubt, is_not_asked]
        .into_iter()
        .filter(|is| told.iter().any(|(_, told)| is(told)))
        .collect();
    if let [_] = kinds[..] {
        let settled = settled(tables, batch, batch.number, told);
        written(tables.replace_batch(campaign, batch.guard(), &settled)?)?;
        return Ok(Some(told.to_vec()));
    }
    split(tables, campaign, batch, told, &kinds)?;
    Ok(Some(told.to_vec()))
}

/// A batch that was sent again by order has been sent before, and of that request it is not looked up.
fn as_far_as_known(batch: &BatchRow, told: &Told) -> Told {
    match told {
        Told::Rejected if batch.by_hand => Told::InDoubt { reason: SENT_BEFORE.to_owned() },
        told => told.clone(),
    }
}

type Is = fn(&Told) -> bool;

const fn is_accepted(told: &Told) -> bool {
    matches!(told, Told::Accepted { .. })
}

const fn is_rejected(told: &Told) -> bool {
    matches!(told, Told::Rejected)
}

const fn is_in_doubt(told: &Told) -> bool {
    matches!(told, Told::InDoubt { .. })
}

const fn is_not_asked(told: &Told) -> bool {
    matches!(told, Told::NotAsked)
}

fn split(
    tables: &mut dyn Tables,
    key: CampaignKey,
    batch: &BatchRow,
    told: &[(u64, Told)],
    kinds: &[Is],
) -> Result<(), LedgerError> {
    let Some(mut campaign) = tables.campaign_of(key)? else {
        return Err(damaged("a campaign that is being settled is gone"));
    };
    let parent = BatchRow { state: BatchState::Split, at: tables.now(), ..batch.clone() };
    written(tables.replace_batch(key, batch.guard(), &parent)?)?;
    let mut numbers = Vec::new();
    for is in kinds {
        let part: Vec<_> = told.iter().filter(|(_, told)| is(told)).cloned().collect();
        let child = settled(tables, batch, campaign.batches, &part);
        campaign.batches += 1;
        tables.insert_batches(key, std::slice::from_ref(&child))?;
        numbers.push(child.number);
    }
    // From the last row on, so that each move takes one along: the others behind it have gone already.
    for (row, told) in told.iter().rev() {
        let to = kinds.iter().zip(&numbers).find(|(is, _)| is(told)).map(|(_, number)| *number);
        let to = to.ok_or_else(|| damaged("a recipient who is being settled has no state"))?;
        tables.move_members(key, batch.number, *row, to)?;
    }
    written(tables.replace_campaign(campaign.epoch, &campaign)?)
}

/// A batch of these, of whom the same is known.
fn settled(tables: &dyn Tables, batch: &BatchRow, number: BatchNumber, part: &[(u64, Told)]) -> BatchRow {
    let was = batch.reason.as_deref().map(|doubt| format!("; was in doubt: {doubt}")).unwrap_or_default();
    let size = u32::try_from(part.len()).unwrap_or(u32::MAX);
    let as_it_was = batch.at;
    let batch = BatchRow { number, size, at: tables.now(), ..batch.clone() };
    match part.first().map(|(_, told)| told) {
        Some(Told::Accepted { message_id }) => BatchRow {
            state: BatchState::Accepted,
            message_id: message_id.clone(),
            code: None,
            by_hand: false,
            reason: Some(format!("{REMEMBERED}{was}")),
            ..batch
        },
        Some(Told::Rejected) => BatchRow {
            state: BatchState::Rejected,
            code: None,
            reason: Some(format!("{NOT_REMEMBERED}{was}")),
            ..batch
        },
        Some(Told::InDoubt { reason }) => BatchRow { reason: Some(format!("{reason}{was}")), ..batch },
        Some(Told::NotAsked) | None => BatchRow { at: as_it_was, ..batch },
    }
}
