//! From the ledger to a sink, row after row: [`write()`].

use std::io;

use super::columns;
use super::error::ReportError;
use super::row::ReportRow;
use super::state::StateFilter;
use crate::ledger::{CampaignKey, LedgerError, LedgerProblem, OutcomeRow, View};

/// A form of the report. It is begun once, then takes every row, then is finished.
pub trait Sink {
    /// Takes the names of the caller's own columns, as the report has them: each once, and none as one of ours.
    ///
    /// # Errors
    /// What the system says, as everything here. [`BrokenPipe`](io::ErrorKind::BrokenPipe) is a reader that went away.
    fn begin(&mut self, columns: &[String]) -> io::Result<()>;

    /// Takes a recipient.
    ///
    /// # Errors
    /// What the system says.
    fn row(&mut self, row: &ReportRow) -> io::Result<()>;

    /// Hands on whatever it still has.
    ///
    /// # Errors
    /// What the system says.
    fn finish(&mut self) -> io::Result<()>;
}

/// Writes a report of a campaign, in the order of its input, and says how many rows it has, without the header.
///
/// Memory does not grow with the campaign. The view stays open until the last row is taken, so what the ledger writes
/// meanwhile is not seen, and is not cleaned up either. A campaign whose recipients were
/// [forgotten](crate::ledger::CampaignRow::forgotten_at) has no rows.
///
/// # Errors
/// [`ReportError`]. A ledger that has other rows than the sizes of its batches say, or somebody twice, or a row that
/// makes no sense, is damaged: a report is of everybody, or it fails.
pub fn write(
    view: &dyn View,
    campaign: CampaignKey,
    filter: StateFilter,
    sink: &mut dyn Sink,
) -> Result<u64, ReportError> {
    let failed = |source| ReportError::Ledger { rows: 0, source };
    let Some(about) = view.campaign_of(campaign).map_err(failed)? else {
        return Err(failed(damaged(&format!("of the campaign of key {}", campaign.0), "it is not there".to_owned())));
    };
    let names = columns::names(&view.columns(campaign).map_err(failed)?);
    sink.begin(&names).map_err(|error| ReportError::sink(0, error))?;

    let mut stream = Stream { filter, sink, width: names.len(), last: 0, seen: 0, rows: 0 };
    let mut broke = None;
    let read = view.outcomes(campaign, &mut |row| {
        stream.take(row).map_err(|why| {
            broke = Some(why);
            // Ends the reading; that it was not the ledger stands beside it.
            LedgerError::new(LedgerProblem::Failed, "of a report that broke off")
        })
    });
    let (rows, seen) = (stream.rows, stream.seen);
    let of_campaign = |what| {
        let source = damaged(&format!("of campaign {}", about.id), what);
        ReportError::Ledger { rows, source }
    };
    match broke {
        Some(Broke::Sink(error)) => return Err(ReportError::sink(rows, error)),
        Some(Broke::Damaged(what)) => return Err(of_campaign(what)),
        None => read.map_err(|source| ReportError::Ledger { rows, source })?,
    }
    if about.forgotten_at.is_none() {
        let sizes = view.sizes(campaign).map_err(|source| ReportError::Ledger { rows, source })?;
        let expected: u64 = sizes.iter().map(|(_, size)| size).sum();
        if seen != expected {
            return Err(of_campaign(format!("its batches have {expected} recipients, and {seen} were found")));
        }
    }
    sink.finish().map_err(|error| ReportError::sink(rows, error))?;
    Ok(rows)
}

struct Stream<'a> {
    filter: StateFilter,
    sink: &'a mut dyn Sink,
    width: usize,
    last: u64,
    seen: u64,
    rows: u64,
}

enum Broke {
    Sink(io::Error),
    Damaged(String),
}

impl Stream<'_> {
    fn take(&mut self, row: OutcomeRow) -> Result<(), Broke> {
        let number = row.recipient.row;
        if number <= self.last {
            return Err(Broke::Damaged(format!("row {number} comes after row {}", self.last)));
        }
        self.last = number;
        self.seen += 1;
        let outcome = row.outcome();
        if !self.filter.takes(&outcome) {
            return Ok(());
        }
        let row = ReportRow::new(row, outcome, self.width).map_err(Broke::Damaged)?;
        self.sink.row(&row).map_err(Broke::Sink)?;
        self.rows += 1;
        Ok(())
    }
}

fn damaged(ledger: &str, what: String) -> LedgerError {
    LedgerError::new(LedgerProblem::Damaged(what), ledger)
}
