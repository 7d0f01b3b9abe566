//! The end of a sending: what became of everybody, told once.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use batchcast_campaign::{Ending, Outcome, Run, Sending, Summary};
use batchcast_model::Recipient;
use batchcast_transport::time::{Clock, SystemTimer};
use serde_json::{Value, json};

use super::failure::error;
use super::{Output, clean, talk, write_data};
use crate::exit::Exit;
use crate::failure::Failure;

/// What is told at the end, by whoever comes to it first: the sending itself, or a second signal.
#[derive(Debug)]
pub(crate) struct Report {
    output: Output,
    provider: &'static str,
    duplicates: u64,
    timer: SystemTimer,
    told: AtomicBool,
}

impl Report {
    pub(crate) fn new(output: &Output, provider: &'static str, duplicates: u64, timer: SystemTimer) -> Self {
        Self { output: output.clone(), provider, duplicates, timer, told: AtomicBool::new(false) }
    }

    pub(crate) fn is_told(&self) -> bool {
        self.told.load(Ordering::Relaxed)
    }

    /// The first signal.
    pub(crate) fn stopping(&self) {
        talk("stopping: waiting for the answers to what is on the wire; once more to leave at once");
    }

    /// The second signal. As [`tell`](Self::tell).
    pub(crate) fn leave(&self, sending: &Sending) -> Option<Exit> {
        sending.look(|run| {
            let exit = self.tell_of(run)?;
            if run.progress(self.timer.now().tick).recipients.unknown > 0 {
                talk("left at once: what was on the wire is in doubt");
            }
            Some(exit)
        })
    }

    /// What became of everybody: on standard output as data, on standard error in words. `None` where it has been told
    /// already: whoever told it ends the process.
    pub(crate) fn tell(&self, sending: &Sending) -> Option<Exit> {
        sending.look(|run| self.tell_of(run))
    }

    fn tell_of(&self, run: &Run) -> Option<Exit> {
        if self.told.swap(true, Ordering::Relaxed) {
            return None;
        }
        let summary = run.summary(self.timer.now().tick);
        let exit = Exit::of(&summary);
        let failure = summary.ending.as_ref().and_then(|ending| Failure::of_ending(ending, exit));
        let outcomes = run.outcomes();
        let written = if self.output.is_json() {
            tell_of_the_others(&outcomes);
            write_data(&self.document(&summary, failure.as_ref()).to_string())
        } else {
            write_data(lines(outcomes.iter()).trim_end_matches('\n'))
        };
        in_words(&summary, failure.as_ref());
        Some(match written {
            // A reader that went away has seen what it wanted.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                talk(&format!("error: what became of everybody could not be written to standard output: {error}"));
                if !self.output.is_json() {
                    tell_of_the_others(&outcomes);
                }
                Exit::DiskFailed
            }
            _ => exit,
        })
    }

    fn document(&self, summary: &Summary, failure: Option<&Failure>) -> Value {
        let (people, requests) = (&summary.progress.recipients, &summary.progress.requests);
        let state = match summary.ending {
            Some(Ending::Finished) => "finished",
            Some(_) => "paused",
            None => "running",
        };
        let mut document = json!({
            "schema": "batchcast.summary/1",
            "campaign": null,
            "state": state,
            "provider": self.provider,
            "recipients": {
                "total": people.total, "accepted": people.accepted, "rejected": people.rejected,
                "unknown": people.unknown, "pending": people.pending, "duplicates": self.duplicates,
            },
            "requests": {
                "planned": requests.planned, "sent": requests.sent,
                "throttled": requests.throttled, "retried": requests.retried,
            },
            "message_ids": summary.message_ids,
            "elapsed_ms": u64::try_from(summary.progress.elapsed.as_millis()).unwrap_or(u64::MAX),
            "next": null,
        });
        // Recipients in doubt are no failure of the run: they are in the counts.
        if let Some(failure) = failure.filter(|failure| failure.exit != Exit::InDoubt) {
            document["error"] = error(failure);
        }
        document
    }
}

/// The document has counts alone, so whoever did not get it for sure is named in words.
fn tell_of_the_others(outcomes: &[(&Recipient, Outcome)]) {
    let others = outcomes.iter().filter(|(_, outcome)| !matches!(outcome, Outcome::Accepted { .. }));
    let lines = lines(others);
    if !lines.is_empty() {
        talk(lines.trim_end_matches('\n'));
    }
}

/// One line a recipient: state, kind, id, and why, with tabs between them.
fn lines<'a>(outcomes: impl Iterator<Item = &'a (&'a Recipient, Outcome)>) -> String {
    let mut lines = String::new();
    for (recipient, outcome) in outcomes {
        let (state, kind, id) = (outcome.as_str(), recipient.kind(), recipient.id());
        lines.push_str(&format!("{state}\t{kind}\t{id}\t{}\n", clean(&why(outcome))));
    }
    lines
}

/// The message id, or the reason with what the vendor's support asks for.
fn why(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { message_id, .. } => message_id.clone().unwrap_or_default(),
        Outcome::Rejected { reason, code, request_id } => {
            let code = code.filter(|code| !reason.contains(&code.to_string()));
            let code = code.map(|code| format!("code {code}: ")).unwrap_or_default();
            format!("{code}{}", with_id(reason, request_id.as_deref()))
        }
        Outcome::Unknown { reason, mark, request_id } => {
            let mark = mark.as_ref().map(|mark| format!(" (sent as {})", mark.as_str())).unwrap_or_default();
            format!("{}{mark}", with_id(reason, request_id.as_deref()))
        }
        _ => String::new(),
    }
}

/// The reason with the id, unless it says it already.
fn with_id(reason: &str, request_id: Option<&str>) -> String {
    match request_id.filter(|id| !reason.contains(id)) {
        Some(id) => format!("{reason} (request id {id})"),
        None => reason.to_owned(),
    }
}

fn in_words(summary: &Summary, failure: Option<&Failure>) {
    let (people, requests) = (&summary.progress.recipients, &summary.progress.requests);
    talk(&format!(
        "requests: {} in {:.1} s, {} throttled, {} retried",
        requests.sent,
        summary.progress.elapsed.as_secs_f64(),
        requests.throttled,
        requests.retried,
    ));
    match &summary.message_ids[..] {
        [] => {}
        ids @ [.., last] if ids.len() > 5 => {
            talk(&clean(&format!("message ids: {} and {} more, the last {last}", ids[0], ids.len() - 1)));
        }
        ids => talk(&clean(&format!("message ids: {}", ids.join(" ")))),
    }
    if people.unknown > 0 {
        talk("unknown: nobody can know whether they got it, so do not send to them again unless you are sure");
    }
    if let Some(failure) = failure {
        talk(&format!("stopped: {}", clean(&failure.message)));
        if let Some(hint) = &failure.hint {
            talk(&format!("  {}", clean(hint)));
        }
    }
    talk(&format!(
        "recipients: {} in all, {} accepted, {} rejected, {} unknown, {} pending",
        people.total, people.accepted, people.rejected, people.unknown, people.pending,
    ));
}
