//! What became of every recipient, a line each.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use batchcast_campaign::ledger::{LedgerError, LedgerProblem};
use batchcast_campaign::{Campaign, Outcome};
use batchcast_model::Recipient;

use super::{clean, talk};

/// How many are named where a person reads; the report names all.
const NAMED: u64 = 20;

/// Why not everybody was told.
#[derive(Debug)]
pub(super) enum Told {
    /// Standard output.
    Sink(io::Error),
    /// The ledger.
    Ledger(LedgerError),
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sink(error) => write!(f, "standard output could not be written: {error}"),
            Self::Ledger(error) => write!(f, "{error}"),
        }
    }
}

/// Everybody on standard output; on a terminal, where a person reads, those who did not get it for sure.
pub(super) fn tell_outcomes(campaign: &Campaign) -> Result<(), Told> {
    if io::stdout().is_terminal() {
        tell_of_the_others(campaign);
        return Ok(());
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut failed = None;
    let read = each(campaign, &mut |recipient, outcome| {
        let written = writeln!(out, "{}", line(recipient, outcome));
        written.map_err(|error| failed = Some(error)).is_ok()
    });
    let flushed = out.flush();
    match (failed, read) {
        (Some(error), _) => Err(Told::Sink(error)),
        (None, Err(error)) => Err(Told::Ledger(error)),
        (None, Ok(())) => flushed.map_err(Told::Sink),
    }
}

/// Whoever did not get it for sure, in words: the first of them.
pub(super) fn tell_of_the_others(campaign: &Campaign) {
    let mut others = 0;
    let read = each(campaign, &mut |recipient, outcome| {
        if !matches!(outcome, Outcome::Accepted { .. }) {
            others += 1;
            if others <= NAMED {
                talk(&line(recipient, outcome));
            }
        }
        true
    });
    if others > NAMED {
        let (more, id) = (others - NAMED, campaign.id());
        talk(&format!("… and {more} more who were not accepted; all of them: batchcast report {id} --csv FILE"));
    }
    if let Err(error) = read {
        talk(&format!("error: {}", clean(&error.to_string())));
    }
}

/// Everybody in the order of the report, until `tell` says that it is enough.
fn each(campaign: &Campaign, tell: &mut dyn FnMut(&Recipient, &Outcome) -> bool) -> Result<(), LedgerError> {
    let mut is_enough = false;
    let read = campaign.ledger().read(&mut |view| {
        view.outcomes(campaign.key(), &mut |row| {
            is_enough = !tell(&row.recipient.recipient, &row.outcome());
            // Only an error ends it before its end.
            let ended = || LedgerError::new(LedgerProblem::Failed, "is not read to its end");
            if is_enough { Err(ended()) } else { Ok(()) }
        })
    });
    if is_enough { Ok(()) } else { read }
}

/// State, kind, id, and why, with tabs between them.
fn line(recipient: &Recipient, outcome: &Outcome) -> String {
    let (state, kind, id) = (outcome.as_str(), recipient.kind(), recipient.id());
    format!("{state}\t{kind}\t{id}\t{}", clean(&why(outcome)))
}

/// The message id, or the reason with what the vendor's support asks for.
fn why(outcome: &Outcome) -> String {
    let reason = outcome.reason_for_support().unwrap_or_default();
    match outcome {
        Outcome::Accepted { message_id: Some(id), .. } => id.clone(),
        Outcome::Rejected { code: Some(code), .. } if !reason.contains(&code.to_string()) => {
            format!("code {code}: {reason}")
        }
        Outcome::Unknown { mark: Some(mark), .. } => format!("{reason} (sent as {})", mark.as_str()),
        _ => reason.into_owned(),
    }
}
