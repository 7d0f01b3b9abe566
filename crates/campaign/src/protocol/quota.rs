//! The day's volume of an app: a counter over the last 24 hours, kept by the minute.

use std::time::Duration;

use batchcast_transport::time::Unix;

use super::Terms;
use crate::ledger::{LedgerError, Tables, View};

/// How long a minute counts from its beginning: until its last moment is a day old.
const COUNTS_FOR: Duration = Duration::from_secs(86_400 + 60);

/// When there is room for this volume; `None` where there is room now.
pub(super) fn room_at(tables: &mut dyn Tables, terms: &Terms, volume: u64) -> Result<Option<Unix>, LedgerError> {
    let Some((pace, limit)) = terms.quota() else {
        return Ok(None);
    };
    let now = tables.now();
    let over = aged_until(now);
    tables.delete_quota(pace, over)?;
    bring_back(tables, pace, now)?;
    Ok(room_behind(&tables.quota(pace, over)?, limit, volume).map(|room_at| room_at.max(now)))
}

/// Minutes that have not come yet were written before the clock was set back. They count as used now, and not until
/// they come round again.
fn bring_back(tables: &mut dyn Tables, pace: &str, now: Unix) -> Result<(), LedgerError> {
    let used = tables.quota(pace, now)?;
    for (minute, volume) in used.into_iter().filter(|(minute, volume)| *minute > now && *volume > 0) {
        let volume = i64::try_from(volume).unwrap_or(i64::MAX);
        tables.add_quota(pace, minute, -volume)?;
        tables.add_quota(pace, minute_of(now), volume)?;
    }
    Ok(())
}

/// When the oldest of what was used within the last day is a day old; `None` where nothing was.
pub(super) fn first_ages_at(view: &dyn View, terms: &Terms) -> Result<Option<Unix>, LedgerError> {
    let Some((pace, _)) = terms.quota() else {
        return Ok(None);
    };
    let used = view.quota(pace, aged_until(view.now()))?;
    let first = used.iter().find(|(_, used)| *used > 0);
    Ok(first.map(|(minute, _)| *minute + COUNTS_FOR))
}

/// The last minute that counts no more.
fn aged_until(now: Unix) -> Unix {
    Unix::from_secs(now.as_secs().saturating_sub(COUNTS_FOR.as_secs()))
}

/// Counts this volume as used at this time.
pub(super) fn charge(tables: &mut dyn Tables, terms: &Terms, at: Unix, volume: u64) -> Result<(), LedgerError> {
    add(tables, terms, at, i64::try_from(volume).unwrap_or(i64::MAX))
}

/// Gives back what was charged at this time, for a request that certainly was not processed.
pub(super) fn give_back(tables: &mut dyn Tables, terms: &Terms, at: Unix, volume: u64) -> Result<(), LedgerError> {
    add(tables, terms, at, i64::try_from(volume).map_or(i64::MIN, |volume| -volume))
}

fn add(tables: &mut dyn Tables, terms: &Terms, at: Unix, volume: i64) -> Result<(), LedgerError> {
    terms.quota().map_or(Ok(()), |(pace, _)| tables.add_quota(pace, minute_of(at), volume))
}

fn minute_of(at: Unix) -> Unix {
    Unix::from_secs(at.as_secs() / 60 * 60)
}

/// When enough of what was used is a day old; `None` where there is room now.
fn room_behind(used: &[(Unix, u64)], limit: u64, volume: u64) -> Option<Unix> {
    let total: u64 = used.iter().map(|(_, used)| used).sum();
    let mut too_much = total.saturating_add(volume).saturating_sub(limit);
    if too_much == 0 {
        return None;
    }
    let mut room_at = Unix::EPOCH;
    for (minute, used) in used {
        room_at = *minute + COUNTS_FOR;
        too_much = too_much.saturating_sub(*used);
        if too_much == 0 {
            break;
        }
    }
    Some(room_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_comes_when_the_oldest_are_a_day_old() {
        #[track_caller]
        fn check(used: &[(u64, u64)], volume: u64, expected: Option<u64>) {
            let used: Vec<_> = used.iter().map(|(at, used)| (Unix::from_secs(*at), *used)).collect();
            assert_eq!(room_behind(&used, 1000, volume), expected.map(Unix::from_secs));
        }
        check(&[], 1000, None);
        check(&[(0, 800)], 200, None);
        check(&[(0, 800)], 201, Some(86_460));
        check(&[(0, 300), (60, 300), (120, 400)], 300, Some(86_460));
        check(&[(0, 300), (60, 300), (120, 400)], 301, Some(86_520));
        check(&[(0, 300), (60, 300), (120, 400)], 1000, Some(86_580));
        check(&[(0, 300)], 1001, Some(86_460));
        check(&[], 1001, Some(0));
    }
}
