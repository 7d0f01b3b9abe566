//! `batchcast report`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use batchcast_campaign::Campaign;
use batchcast_campaign::report::{CsvReport, JsonlReport, ReportError, ReportFile, ReportRow, Sink, StateFilter};

use crate::args::ReportArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::same_file;
use crate::render::Output;
use crate::{kill_points, ledger};

pub(crate) fn report(args: &ReportArgs, output: &Output) -> Result<Exit, Failure> {
    let files = args.csv.iter().chain(&args.jsonl);
    let to_stdout = files.filter(|path| is_stdout(path)).count();
    if to_stdout > 0 && output.is_json() {
        return Err(Failure::usage("--json does not go with a report to standard output")
            .with_hint("give the report a file, or leave --json out"));
    }
    if to_stdout > 1 {
        return Err(Failure::usage("one report alone can go to standard output"));
    }
    let ledger = ledger::open(&args.ledger)?;
    for (option, path) in [("--csv", &args.csv), ("--jsonl", &args.jsonl)] {
        path.as_ref().map_or(Ok(()), |path| ledger.refuse_as_output(option, path))?;
    }
    if let (Some(csv), Some(jsonl)) = (&args.csv, &args.jsonl)
        && (csv == jsonl || same_file(csv, jsonl))
    {
        return Err(Failure::usage("--csv and --jsonl are the same file"));
    }
    let campaign = Campaign::open(Arc::clone(&ledger.ledger), &args.campaign)?;
    if campaign.is_forgotten()? {
        output.note("its recipients were forgotten, so there is nobody to report");
    }
    let mut rows = 0;
    for (path, form) in [(&args.csv, Form::Csv), (&args.jsonl, Form::Jsonl)] {
        if let Some(path) = path {
            rows = write_to(path, form, &campaign, args.state)?;
        }
    }
    if to_stdout == 0 {
        output.reported(&campaign.standing()?, rows);
    }
    Ok(Exit::Done)
}

#[derive(Clone, Copy)]
enum Form {
    Csv,
    Jsonl,
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn write_to(path: &PathBuf, form: Form, campaign: &Campaign, state: StateFilter) -> Result<u64, Failure> {
    if is_stdout(path) {
        return match write(form, &mut io::stdout().lock(), campaign, state) {
            // It has seen what it wanted.
            Err(ReportError::ReaderGone { rows, .. }) => Ok(rows),
            written => Ok(written?),
        };
    }
    let mut file = ReportFile::create(path)?;
    let rows = write(form, &mut file, campaign, state)?;
    file.commit()?;
    Ok(rows)
}

fn write(form: Form, to: &mut dyn Write, campaign: &Campaign, state: StateFilter) -> Result<u64, ReportError> {
    match form {
        Form::Csv => campaign.report(state, &mut Passing(CsvReport::new(to), 0)),
        Form::Jsonl => campaign.report(state, &mut Passing(JsonlReport::new(to), 0)),
    }
}

/// A report that passes a point every so many rows, for tests of crashes.
struct Passing<S>(S, u64);

impl<S: Sink> Sink for Passing<S> {
    fn begin(&mut self, columns: &[String]) -> io::Result<()> {
        self.0.begin(columns)
    }

    fn row(&mut self, row: &ReportRow) -> io::Result<()> {
        self.1 += 1;
        if self.1.is_multiple_of(50) {
            kill_points::pass("reported");
        }
        self.0.row(row)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.0.finish()
    }
}
