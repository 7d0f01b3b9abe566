//! How campaigns stand.

use batchcast_campaign::follow_up::Checked;
use batchcast_campaign::protocol::{Resolution, Resolved};
use batchcast_campaign::{Counts, Standing, State, Step, Why};
use serde_json::{Value, json};

use super::around::in_words as reach_in_words;
use super::failure::error;
use super::{Output, clean, data, talk};
use crate::args::Via;
use crate::exit::Exit;
use crate::failure::{Failure, time};
use crate::wire::SANDBOX;

/// Something ended the last run before its end.
pub(super) const STOPPED: &str = "stopped";

impl Output {
    /// A campaign that was planned just now.
    pub(crate) fn planned(&self, standing: &Standing, ledger_options: Option<&str>) {
        if self.is_json() {
            return data(&document(standing, ledger_options).to_string());
        }
        data(standing.id.as_str());
        match next(standing, ledger_options) {
            Some(next) => talk(&format!("planned, and nothing sent; to send it: {next}")),
            None => talk("planned in the sandbox, and nothing sent; it is gone now: give --ledger to keep it"),
        }
    }

    /// How a campaign stands, as data.
    pub(crate) fn standing(&self, standing: &Standing, ledger_options: Option<&str>) {
        self.standing_after(standing, None, ledger_options);
    }

    /// The same after something that may have been interrupted.
    pub(crate) fn standing_after(
        &self,
        standing: &Standing,
        interrupted: Option<&Failure>,
        ledger_options: Option<&str>,
    ) {
        let why = why_it_ended(standing, Exit::of(standing));
        if self.is_json() {
            let mut document = document_with_error(standing, why.as_ref(), ledger_options);
            interrupted.iter().for_each(|failure| document["error"] = error(failure));
            return data(&document.to_string());
        }
        let part = |name: &str, text: &str| data(&format!("{name:<11} {}", clean(text)));
        let plan = &standing.plan;
        part("campaign", &format!("{}, {}", standing.id, state(standing)));
        part("vendor", &format!("{} at {}, app {}", plan.address.provider, plan.address.endpoint, plan.address.app));
        part("message", &plan.excerpt);
        part("recipients", &counts(&standing.recipients));
        part("requests", &requests(standing));
        if let Some((reach, at)) = &standing.reach {
            part("progress", &format!("{}, as of {}", reach_in_words(reach), time(*at)));
        }
        if let Some((word, failure)) = &why {
            part(word, &failure.message);
            failure.hint.iter().for_each(|hint| part("", hint));
        }
        next(standing, ledger_options).iter().for_each(|next| part("next", next));
        if let Some(failure) = interrupted {
            self.failure(failure);
        }
    }

    /// How all campaigns of a ledger stand, as data.
    pub(crate) fn campaigns(&self, campaigns: &[Standing], ledger_options: Option<&str>) {
        if self.is_json() {
            let documents: Vec<_> = campaigns.iter().map(|standing| document(standing, ledger_options)).collect();
            return data(&json!({"schema": "batchcast.list/1", "campaigns": documents}).to_string());
        }
        if campaigns.is_empty() {
            return talk("there are no campaigns in this ledger");
        }
        data(&format!(
            "{:<14}{:<10}{:<8}{:>10}{:>10}{:>10}{:>9}{:>9}  message",
            "campaign", "state", "vendor", "total", "accepted", "rejected", "unknown", "pending",
        ));
        for standing in campaigns {
            let Counts { total, accepted, rejected, unknown, pending, .. } = standing.recipients;
            data(&format!(
                "{:<14}{:<10}{:<8}{total:>10}{accepted:>10}{rejected:>10}{unknown:>9}{pending:>9}  {}",
                standing.id,
                state(standing),
                standing.plan.address.provider,
                clean(&standing.plan.excerpt),
            ));
        }
    }

    /// A report went to a file.
    pub(crate) fn reported(&self, standing: &Standing, rows: u64) {
        let campaign = &standing.id;
        if self.is_json() {
            return data(&json!({"campaign": campaign.as_str(), "rows": rows}).to_string());
        }
        talk(&format!("{rows} rows of {campaign} are written"));
        if let Some((reach, at)) = &standing.reach {
            talk(&format!("by the vendor's own counts it was {}, as of {}", reach_in_words(reach), time(*at)));
        }
    }

    /// So much was settled by hand.
    pub(crate) fn resolved(&self, resolved: &Resolved, resolution: Resolution) {
        let Resolved { batches, recipients, .. } = *resolved;
        match batches {
            0 => talk("nothing was in doubt, and nothing was changed"),
            _ => talk(&format!("{recipients} recipients in {batches} batches are settled as {}", resolution.as_str())),
        }
    }

    /// So much was settled by what the vendor remembers.
    pub(crate) fn checked(&self, checked: &Checked) {
        let Checked { accepted, rejected, in_doubt, left, why_in_doubt, .. } = checked;
        match accepted + rejected + in_doubt {
            0 if *left > 0 => talk("nobody was asked for, and nothing was changed"),
            0 => talk("nothing was in doubt, and nothing was changed"),
            all => talk(&format!(
                "of {all} in doubt {accepted} have it, {rejected} do not have it, and of {in_doubt} the history cannot tell"
            )),
        }
        if checked.settled_by_others > 0 {
            talk(&format!(
                "{} were settled by somebody else meanwhile, and what the history says of them is not written down",
                checked.settled_by_others
            ));
        }
        if let Some(why) = why_in_doubt {
            talk(&clean(&format!("  {why}")));
        }
    }

    /// The first recipients have their answers.
    pub(crate) fn canary(&self, people: &Counts) {
        talk(&format!("the canary has its answers: {}", counts(people)));
    }
}

/// The document of a campaign.
pub(super) fn document(standing: &Standing, ledger_options: Option<&str>) -> Value {
    let (people, requests) = (&standing.recipients, &standing.requests);
    let message_ids: Vec<_> = standing.message_ids.iter().map(|id| clean(id)).collect();
    json!({
        "schema": "batchcast.summary/1",
        "campaign": standing.id.as_str(),
        "state": standing.state.as_str(),
        "provider": standing.plan.address.provider,
        "recipients": {
            "total": people.total, "accepted": people.accepted, "rejected": people.rejected,
            "unknown": people.unknown, "pending": people.pending, "duplicates": standing.plan.duplicates,
        },
        "requests": {
            "planned": standing.plan.requests, "sent": requests.sent,
            "throttled": requests.throttled, "retried": requests.retried,
        },
        "message_ids": message_ids,
        "elapsed_ms": u64::try_from(standing.elapsed.as_millis()).unwrap_or(u64::MAX),
        "next": next(standing, ledger_options),
    })
}

/// The same with what ended its last run before its end.
pub(super) fn document_with_error(
    standing: &Standing,
    why: Option<&(&str, Failure)>,
    ledger_options: Option<&str>,
) -> Value {
    let mut document = document(standing, ledger_options);
    // Recipients in doubt are no failure of the run: they are in the counts.
    if let Some((STOPPED, failure)) = why.filter(|(_, failure)| failure.exit != Exit::InDoubt) {
        document["error"] = error(failure);
    }
    document
}

/// What ended the last run, and in what word. A refusal of the message is told, with what to do about it, even where
/// nothing was left to stop.
pub(super) fn why_it_ended(standing: &Standing, exit: Exit) -> Option<(&'static str, Failure)> {
    let stopped = standing.stopped.as_ref()?;
    let word = match (standing.state, stopped.why) {
        // The disk may have come back just in time for the last word.
        (State::Finished, Why::LedgerFailed) if exit == Exit::DiskFailed => STOPPED,
        (State::Finished, Why::Cancelled) if standing.recipients.pending > 0 => STOPPED,
        (State::Finished, Why::MessageRefused) => "refused",
        (State::Finished, _) => return None,
        _ => STOPPED,
    };
    Some((word, Failure::of_stop(stopped, exit)))
}

/// The end of a sending in words.
pub(super) fn in_words(standing: &Standing, why: Option<&(&str, Failure)>, ledger_options: Option<&str>) {
    talk(&format!("requests: {} in {:.1} s", requests(standing), standing.elapsed.as_secs_f64()));
    match &standing.message_ids[..] {
        [] => {}
        ids @ [.., last] if ids.len() > 5 => {
            talk(&clean(&format!("message ids: {} and {} more, the last {last}", ids[0], ids.len() - 1)));
        }
        ids => talk(&clean(&format!("message ids: {}", ids.join(" ")))),
    }
    if standing.recipients.unknown > 0 {
        talk("unknown: nobody can know whether they got it, so do not send to them again unless you are sure");
        if standing.plan.address.provider == Via::Tim.as_str() {
            talk(
                "  Tencent Cloud Chat remembers who got it: batchcast resolve --check settles what its history can tell",
            );
        }
    }
    if let Some((word, failure)) = why {
        talk(&format!("{word}: {}", clean(&failure.message)));
        if let Some(hint) = &failure.hint {
            talk(&format!("  {}", clean(hint)));
        }
    }
    talk(&format!("recipients: {}", counts(&standing.recipients)));
    if let Some(next) = next(standing, ledger_options) {
        talk(&format!("campaign {} is {}; next: {next}", standing.id, state(standing)));
    }
}

/// The command to run next; it is not where the ledger is gone with the process.
fn next(standing: &Standing, ledger_options: Option<&str>) -> Option<String> {
    let (id, options) = (&standing.id, ledger_options?);
    let sandbox = if standing.plan.address.endpoint == SANDBOX { " --sandbox" } else { "" };
    match standing.next {
        Step::Nothing => None,
        Step::Run => Some(format!("batchcast run {id}{sandbox}{options}")),
        Step::RunAgain => Some(format!("batchcast run {id}{sandbox}{options} --again")),
        // Which one it is only the user can know; typed as it is, it lists the choices and changes nothing.
        Step::Resolve => Some(format!("batchcast resolve {id}{options} --as CHOICE")),
    }
}

fn state(standing: &Standing) -> &'static str {
    if standing.is_cancelled { "cancelled" } else { standing.state.as_str() }
}

fn counts(people: &Counts) -> String {
    let Counts { total, accepted, rejected, unknown, pending, .. } = people;
    format!("{total} in all, {accepted} accepted, {rejected} rejected, {unknown} unknown, {pending} pending")
}

fn requests(standing: &Standing) -> String {
    let requests = &standing.requests;
    format!("{} sent, {} throttled, {} retried", requests.sent, requests.throttled, requests.retried)
}
