//! The pace of an app, shared by everybody who uses the ledger.
//!
//! The arithmetic is that of the transport's sliding log; here it is kept in rows, on the ledger's clock.

use std::time::Duration;

use batchcast_transport::exchange::{LONGEST_PAUSE, longest_window, next_slot};
use batchcast_transport::operation::Cost;
use batchcast_transport::time::{Tick, Unix};

use super::{Tenure, Terms};
use crate::ledger::{LedgerError, Slot, Tables};

/// What comes of asking for a slot.
pub(super) enum Reserved {
    /// It is this one's.
    Slot(Unix),
    /// The next is too far ahead to be handed out; ask again after this long.
    Later(Duration),
}

/// How far ahead of its time a slot by a run's own pace is handed out. Not further: others, who do not keep that pace,
/// get no slot before the last that was handed out.
const AHEAD: Duration = Duration::from_millis(100);

/// Reserves the next slot for a request of this cost: by the pace of the app, which all share, and by the run's own.
pub(super) fn reserve(
    tables: &mut dyn Tables,
    tenure: &Tenure,
    terms: &Terms,
    cost: Cost,
) -> Result<Reserved, LedgerError> {
    let Some(pace) = terms.pace.as_deref().filter(|_| !terms.own_limits.is_empty()) else {
        return reserve_shared(tables, terms, cost, Unix::EPOCH);
    };
    let (now, own) = (tables.now(), format!("campaign {}", tenure.campaign.0));
    let window = longest_window(&terms.own_limits);
    // Where the app has no room, its own slots lie as far ahead as those of all.
    let (_, asked) = tables.pause(pace)?.unwrap_or_default();
    let latest = now + window.max(longest_window(&terms.limits) + asked);
    let log = slots(tables, &own, back(now, window), latest)?;
    let not_before = unix(next_slot(&terms.own_limits, &log, cost, tick(now)));
    if not_before > now + AHEAD {
        return Ok(Reserved::Later(not_before.since(now + AHEAD)));
    }
    let reserved = reserve_shared(tables, terms, cost, not_before)?;
    if let Reserved::Slot(at) = reserved {
        tables.insert_slot(&own, Slot { at, cost })?;
    }
    Ok(reserved)
}

fn reserve_shared(
    tables: &mut dyn Tables,
    terms: &Terms,
    cost: Cost,
    not_before: Unix,
) -> Result<Reserved, LedgerError> {
    let now = tables.now();
    let Some(pace) = &terms.pace else {
        return Ok(Reserved::Slot(now));
    };
    let window = longest_window(&terms.limits);
    let (paused_until, asked) = tables.pause(pace)?.unwrap_or_default();
    // No slot is handed out that lies further ahead than this. So what does was written before the clock was set back,
    // and would stall everybody until it comes round again.
    let latest = now + window + asked;
    let log = slots(tables, pace, back(now, window), latest)?;
    let paused_until = if paused_until > now + asked {
        tables.replace_pause(pace, now + asked, asked)?;
        now + asked
    } else {
        paused_until
    };
    let slot = unix(next_slot(&terms.limits, &log, cost, tick(now.max(paused_until).max(not_before))));
    if slot > latest {
        return Ok(Reserved::Later(slot.since(latest)));
    }
    tables.insert_slot(pace, Slot { at: slot, cost })?;
    Ok(Reserved::Slot(slot))
}

fn slots(tables: &mut dyn Tables, pace: &str, over: Unix, latest: Unix) -> Result<Vec<(Tick, Cost)>, LedgerError> {
    tables.delete_slots(pace, over)?;
    let mut slots = tables.slots(pace, over)?;
    if slots.last().is_some_and(|slot| slot.at > latest) {
        // Whatever lies ahead was let go before, or is given up by whoever has it. It is moved to now and not
        // forgotten: the window may be full.
        let now = tables.now();
        tables.clamp_slots(pace, now)?;
        slots = tables.slots(pace, over)?;
    }
    Ok(slots.into_iter().map(|slot| (tick(slot.at), slot.cost)).collect())
}

/// The vendor asks everybody for a pause. Slots that were granted already stand.
///
/// # Errors
/// [`LedgerError`].
pub fn defer(tables: &mut dyn Tables, terms: &Terms, pause: Duration) -> Result<(), LedgerError> {
    let Some(pace) = &terms.pace else {
        return Ok(());
    };
    let (now, asked) = (tables.now(), pause.min(LONGEST_PAUSE));
    let (before, asked_before) = tables.pause(pace)?.unwrap_or_default();
    if before < now + asked {
        // Slots that were handed out under a longer pause may lie as far ahead as that was, until they are let go.
        let last = tables.slots(pace, now)?.last().map_or(now, |slot| slot.at);
        let ahead = last.since(now + longest_window(&terms.limits));
        tables.replace_pause(pace, now + asked, asked.max(ahead.min(asked_before)))?;
    }
    Ok(())
}

fn tick(at: Unix) -> Tick {
    Tick::after_origin(Duration::from_millis(at.as_millis()))
}

/// Rounded up: a millisecond too late keeps the pace, one too early may not.
fn unix(tick: Tick) -> Unix {
    let since = tick.since(Tick::ZERO);
    let cut = millis(since);
    Unix::from_millis(cut + u64::from(since > Duration::from_millis(cut)))
}

fn back(now: Unix, by: Duration) -> Unix {
    Unix::from_millis(now.as_millis().saturating_sub(millis(by)))
}

fn millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}
