//! From the ledger to a sink: who is told of, and what ends it.

use std::io;
use std::sync::Arc;

use batchcast_transport::testing::ManualTimer;
use batchcast_transport::time::Unix;

use super::sample::{KEY, Sample, batch, outcome_row, with_columns};
use crate::ledger::memory::Memory;
use crate::ledger::{BatchRow, BatchState, Ledger, OutcomeRow};
use crate::outcome::Outcome;
use crate::report::{CsvReport, JsonlReport, ReportError, ReportRow, Sink, StateFilter, write};

/// Notes what it is given, until it fails.
#[derive(Debug, Default)]
struct Notes {
    names: Vec<String>,
    rows: Vec<(u64, Outcome)>,
    is_finished: bool,
    fails: Option<(usize, io::ErrorKind)>,
}

impl Notes {
    fn failing(after: usize, kind: io::ErrorKind) -> Self {
        Self { fails: Some((after, kind)), ..Self::default() }
    }

    /// Each call is one more than the ones before.
    fn check(&self, calls: usize) -> io::Result<()> {
        match self.fails {
            Some((after, kind)) if calls > after => Err(kind.into()),
            _ => Ok(()),
        }
    }
}

impl Sink for Notes {
    fn begin(&mut self, columns: &[String]) -> io::Result<()> {
        self.check(1)?;
        self.names = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: &ReportRow) -> io::Result<()> {
        self.check(self.rows.len() + 2)?;
        self.rows.push((row.row, row.outcome.clone()));
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.check(self.rows.len() + 2)?;
        self.is_finished = true;
        Ok(())
    }
}

fn rows() -> Vec<OutcomeRow> {
    use BatchState::{Accepted, Claimed, InFlight, Pending, Rejected, Unknown};
    let states = [Accepted, Rejected, Unknown, InFlight, Pending, Claimed, Accepted];
    let row = |(index, state): (u64, BatchState)| outcome_row(2 * index + 2, batch(0, state));
    (0..).zip(states).map(row).collect()
}

#[test]
fn the_filter_takes_those_of_one_state() {
    #[track_caller]
    fn check(filter: StateFilter, expected: &[u64]) {
        let mut notes = Notes::default();
        let written = Sample::new(&["id"], rows()).write(filter, &mut notes).unwrap();
        assert_eq!(notes.rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(), expected);
        assert_eq!(
            (written, &*notes.names, notes.is_finished),
            (expected.len() as u64, &["input.id".into()][..], true)
        );
    }
    check(StateFilter::All, &[2, 4, 6, 8, 10, 12, 14]);
    check(StateFilter::Accepted, &[2, 14]);
    check(StateFilter::Rejected, &[4]);
    check(StateFilter::Unknown, &[6, 8]);
    check(StateFilter::Pending, &[10, 12]);
}

#[test]
fn a_sink_that_fails_ends_it() {
    #[track_caller]
    fn check(calls: usize, kind: io::ErrorKind, rows_taken: u64, expected: &str) {
        let mut notes = Notes::failing(calls, kind);
        let error = Sample::new(&[], rows()).write(StateFilter::All, &mut notes).unwrap_err();
        assert_eq!((error.rows(), error.to_string().as_str()), (rows_taken, expected));
        assert_eq!(matches!(error, ReportError::ReaderGone { .. }), kind == io::ErrorKind::BrokenPipe);
        assert!(!matches!(error, ReportError::Ledger { .. }) && !notes.is_finished);
    }
    use io::ErrorKind::{BrokenPipe, StorageFull};
    check(0, StorageFull, 0, "the report could not be written: no storage space; rows until then: 0");
    check(1, StorageFull, 0, "the report could not be written: no storage space; rows until then: 0");
    check(4, StorageFull, 3, "the report could not be written: no storage space; rows until then: 3");
    // The last call is the one that finishes it.
    check(8, StorageFull, 7, "the report could not be written: no storage space; rows until then: 7");
    check(0, BrokenPipe, 0, "whoever read the report went away; rows until then: 0");
    check(4, BrokenPipe, 3, "whoever read the report went away; rows until then: 3");
    check(8, BrokenPipe, 7, "whoever read the report went away; rows until then: 7");
}

/// Takes so many bytes.
#[derive(Debug)]
struct Full(usize, io::ErrorKind);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match bytes.len().min(self.0) {
            0 if !bytes.is_empty() => Err(self.1.into()),
            taken => {
                self.0 -= taken;
                Ok(taken)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_form_says_why_it_cannot_be_written() {
    #[track_caller]
    fn check(sink: &mut dyn Sink, kind: Option<io::ErrorKind>) {
        let many = (1..=2000).map(|row| outcome_row(row, batch(0, BatchState::Unknown))).collect();
        let error = Sample::new(&[], many).write(StateFilter::All, sink).unwrap_err();
        let found = match &error {
            ReportError::Sink { source, .. } => Some(source.kind()),
            _ => None,
        };
        assert_eq!((found, matches!(error, ReportError::ReaderGone { .. })), (kind, kind.is_none()), "{error}");
    }
    use io::ErrorKind::{BrokenPipe, StorageFull};
    // At once, in the middle, and at the last flush.
    for bytes in [0, 70_000, 100_000] {
        check(&mut CsvReport::new(Full(bytes, StorageFull)), Some(StorageFull));
        check(&mut CsvReport::new(Full(bytes, BrokenPipe)), None);
        check(&mut JsonlReport::new(Full(bytes, StorageFull)), Some(StorageFull));
        check(&mut JsonlReport::new(Full(bytes, BrokenPipe)), None);
    }
}

#[test]
fn a_ledger_that_fails_ends_it() {
    #[track_caller]
    fn check(sample: &Sample, rows_taken: u64, expected: &str) {
        let mut notes = Notes::default();
        let error = sample.write(StateFilter::All, &mut notes).unwrap_err();
        assert!(matches!(error, ReportError::Ledger { .. }) && error.hint().is_some(), "{error}");
        assert_eq!((error.rows(), error.to_string().as_str()), (rows_taken, expected));
        assert!(!notes.is_finished);
    }
    let sample = || Sample::new(&["a"], rows());
    check(
        &Sample { fails_after: Some(2), ..sample() },
        2,
        "the ledger sample cannot be read or written; the report broke off, rows until then: 2",
    );
    check(
        &Sample { size: 8, ..sample() },
        7,
        "the ledger of campaign c-sample is damaged: its batches have 8 recipients, and 7 were found; \
         the report broke off, rows until then: 7",
    );
    let twice = vec![outcome_row(3, batch(0, BatchState::Accepted)), outcome_row(3, batch(0, BatchState::Accepted))];
    check(
        &Sample::new(&[], twice),
        1,
        "the ledger of campaign c-sample is damaged: row 3 comes after row 3; the report broke off, rows until then: 1",
    );
    check(
        &Sample::new(&["a"], vec![with_columns(3, batch(0, BatchState::Accepted), "[1]")]),
        0,
        "the ledger of campaign c-sample is damaged: row 3: its own columns are no JSON array of texts, from \
         character 2 on; the report broke off, rows until then: 0",
    );
}

#[test]
fn a_campaign_that_is_not_there() {
    let error =
        write(&Sample::new(&[], rows()), crate::ledger::CampaignKey(9), StateFilter::All, &mut Notes::default());
    let expected =
        "the ledger of the campaign of key 9 is damaged: it is not there; the report broke off, rows until then: 0";
    assert_eq!(error.unwrap_err().to_string(), expected);
}

#[test]
fn of_a_forgotten_campaign_there_is_nobody_to_tell_of() {
    let mut sample = Sample { size: 7, ..Sample::new(&[], Vec::new()) };
    sample.campaign.forgotten_at = Some(Unix::EPOCH);
    assert_eq!(sample.write(StateFilter::All, &mut Notes::default()).unwrap(), 0);
}

#[test]
fn through_a_ledger() {
    let ledger = Memory::new(Arc::new(ManualTimer::new(Unix::EPOCH)));
    let sample = Sample::new(&["name"], Vec::new());
    let recipients = [1, 2, 3].map(|row| with_columns(row, batch(0, BatchState::Pending), r#"["x"]"#).recipient);
    let mut key = KEY;
    ledger
        .write(&mut |tables| {
            key = tables.insert_campaign(&sample.campaign)?;
            tables.replace_columns(key, &sample.columns)?;
            tables.insert_batches(key, &[BatchRow { state: BatchState::Unknown, ..BatchRow::new(0, 3) }])?;
            tables.insert_recipients(key, &recipients)
        })
        .unwrap();
    let mut notes = Notes::default();
    let mut written = Ok(0);
    ledger
        .read(&mut |view| {
            written = write(view, key, StateFilter::All, &mut notes);
            Ok(())
        })
        .unwrap();
    assert_eq!(written.unwrap(), 3);
    assert_eq!(notes.names, ["name"]);
    let expected =
        Outcome::Unknown { code: None, reason: "no reason is known".to_owned(), mark: None, request_id: None };
    assert_eq!(notes.rows, [1, 2, 3].map(|row| (row, expected.clone())));
}
