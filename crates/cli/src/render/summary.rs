//! What became of everybody.

use batchcast_campaign::{Ending, Outcome, Run, Summary};
use batchcast_model::Recipient;
use batchcast_transport::time::Tick;
use serde_json::{Value, json};

use super::failure::error;
use super::{Output, clean, data, document, talk};
use crate::exit::Exit;
use crate::failure::Failure;

impl Output {
    /// The end of a sending, or how it stands when it is left.
    pub(crate) fn ended(&self, provider: &str, duplicates: u64, run: &Run, now: Tick) -> Exit {
        let summary = run.summary(now);
        let exit = Exit::of(&summary);
        if !self.is_json() {
            outcomes(&run.outcomes());
        }
        self.summary(provider, duplicates, &summary, exit);
        exit
    }

    fn summary(&self, provider: &str, duplicates: u64, summary: &Summary, exit: Exit) {
        let failure = summary.ending.as_ref().and_then(|ending| Failure::of_ending(ending, exit));
        if self.is_json() {
            return document(&summary_document(provider, duplicates, summary, failure.as_ref()));
        }
        let requests = &summary.requests;
        talk(&format!(
            "requests: {} in {:.1} s, {} throttled, {} retried",
            requests.sent,
            summary.elapsed.as_secs_f64(),
            requests.throttled,
            requests.retried,
        ));
        if !summary.message_ids.is_empty() {
            talk(&format!("message ids: {}", clean(&summary.message_ids.join(" "))));
        }
        let people = &summary.recipients;
        talk(&format!(
            "recipients: {} in all, {} accepted, {} rejected, {} unknown, {} pending",
            people.total, people.accepted, people.rejected, people.unknown, people.pending,
        ));
        if people.unknown > 0 {
            talk("unknown: nobody can know whether they got it, so do not send to them again unless you are sure");
        }
        if let Some(failure) = failure {
            talk(&format!("stopped: {}", clean(&failure.message)));
        }
    }
}

/// One line a recipient: state, kind, id, and why, with tabs between them.
fn outcomes(outcomes: &[(&Recipient, Outcome)]) {
    let mut lines = String::new();
    for (recipient, outcome) in outcomes {
        let (state, kind, id) = (outcome.as_str(), recipient.kind(), recipient.id());
        lines.push_str(&format!("{state}\t{kind}\t{id}\t{}\n", clean(&why(outcome))));
    }
    data(lines.trim_end_matches('\n'));
}

fn why(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { message_id } => message_id.clone().unwrap_or_default(),
        Outcome::Rejected { reason, .. } | Outcome::Unknown { reason } => reason.clone(),
        _ => String::new(),
    }
}

fn summary_document(provider: &str, duplicates: u64, summary: &Summary, failure: Option<&Failure>) -> Value {
    let (people, requests) = (&summary.recipients, &summary.requests);
    let state = match summary.ending {
        Some(Ending::Finished) => "finished",
        Some(_) => "paused",
        None => "running",
    };
    let mut document = json!({
        "schema": "batchcast.summary/1",
        "campaign": null,
        "state": state,
        "provider": provider,
        "recipients": {
            "total": people.total, "accepted": people.accepted, "rejected": people.rejected,
            "unknown": people.unknown, "pending": people.pending, "duplicates": duplicates,
        },
        "requests": {
            "planned": requests.planned, "sent": requests.sent,
            "throttled": requests.throttled, "retried": requests.retried,
        },
        "message_ids": summary.message_ids,
        "elapsed_ms": u64::try_from(summary.elapsed.as_millis()).unwrap_or(u64::MAX),
        "next": null,
    });
    // Recipients in doubt are no failure of the run: they are in the counts.
    if let Some(failure) = failure.filter(|failure| failure.exit != Exit::InDoubt) {
        document["error"] = error(failure);
    }
    document
}
