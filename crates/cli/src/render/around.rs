//! What is told around a send: keys of pictures, the vendor's counts, and what was taken back.

use batchcast_campaign::follow_up::{Followed, RecallOutcome, Recalled};
use batchcast_campaign::ledger::{CampaignId, ReachRow, RecallState};
use batchcast_campaign::report::CsvTable;
use batchcast_transport::reach::Reach;
use serde_json::{Value, json};

use super::failure::error;
use super::{Output, clean, data, talk};
use crate::failure::{Failure, time};

impl Output {
    /// A picture is uploaded.
    pub(crate) fn uploaded(&self, key: &str) {
        let key = clean(key);
        match self.is_json() {
            true => data(&json!({"image_key": key}).to_string()),
            false => data(&key),
        }
    }

    /// The counts while they are followed.
    pub(crate) fn counts_so_far(&self, followed: &Followed) {
        talk(&in_words(&followed.total()));
    }

    /// The vendor's own counts.
    pub(crate) fn followed(&self, campaign: &CampaignId, followed: &Followed, interrupted: Option<&Failure>) {
        if self.is_json() {
            return super::document(&with_error(document(campaign, followed), interrupted));
        }
        if followed.batches.is_empty() {
            talk("the vendor has counted nothing of it");
        } else {
            data(&format!(
                "{:<8}{:>12}{:>12}{:>12}{:>12}  at",
                "batch", "meant for", "delivered", "read", "taken back"
            ));
            followed.batches.iter().for_each(|row| data(&line(&row.batch.to_string(), &row.reach, &time(row.at))));
            data(&line("all", &followed.total(), ""));
        }
        for skipped in &followed.skipped {
            talk(&clean(&format!("batch {}: {}", skipped.batch, skipped.reason)));
        }
        if let Some(failure) = interrupted {
            self.failure(failure);
        }
    }

    /// What was taken back of a campaign, beside how it stands.
    pub(crate) fn recall_so_far(&self, so_far: &Recalled) {
        let Recalled { recalled, refused, unknown, .. } = so_far;
        if !self.is_json() {
            data(&format!("recalled    {recalled} taken back, {refused} refused, {unknown} unknown"));
        }
    }

    /// What was taken back.
    pub(crate) fn recalled(&self, campaign: &CampaignId, recalled: &Recalled, interrupted: Option<&Failure>) {
        let Recalled { recalled, refused, unknown, left, out_of_reach, .. } = *recalled;
        if self.is_json() {
            let document = json!({
                "schema": "batchcast.recall/1", "campaign": campaign.as_str(),
                "recipients": {"recalled": recalled, "refused": refused, "unknown": unknown, "left": left,
                               "out_of_reach": out_of_reach},
            });
            return super::document(&with_error(document, interrupted));
        }
        data(&format!("recalled     {recalled}"));
        for (name, count) in
            [("refused", refused), ("unknown", unknown), ("left", left), ("out of reach", out_of_reach)]
        {
            if count > 0 {
                data(&format!("{name:<12} {count}"));
            }
        }
        if unknown > 0 {
            talk("unknown: no answer came; the same command asks again, which is safe");
        }
        if out_of_reach > 0 {
            talk("out of reach: nobody knows whether they got it, so it cannot be taken back either");
        }
        talk("who has read it has read it");
        if let Some(failure) = interrupted {
            self.failure(failure);
        }
    }
}

/// The document with what ended it before its end.
fn with_error(mut document: Value, interrupted: Option<&Failure>) -> Value {
    interrupted.iter().for_each(|failure| document["error"] = error(failure));
    document
}

/// The counts in a few words.
pub(super) fn in_words(reach: &Reach) -> String {
    let Reach { valid, delivered, read, recalled, .. } = reach;
    let recalled = recalled.map(|count| format!(", taken back from {count}")).unwrap_or_default();
    format!("meant for {valid}, delivered to {delivered}, read by {read}{recalled}")
}

fn line(name: &str, reach: &Reach, at: &str) -> String {
    let Reach { valid, delivered, read, recalled, .. } = reach;
    let recalled = recalled.map_or_else(|| "-".to_owned(), |count| count.to_string());
    format!("{name:<8}{valid:>12}{delivered:>12}{read:>12}{recalled:>12}  {at}").trim_end().to_owned()
}

fn document(campaign: &CampaignId, followed: &Followed) -> Value {
    let counts = |reach: &Reach| json!({"valid": reach.valid, "delivered": reach.delivered, "read": reach.read, "recalled": reach.recalled});
    let batch = |row: &ReachRow| {
        let mut batch = counts(&row.reach);
        batch["batch"] = row.batch.into();
        batch["at"] = time(row.at).into();
        batch
    };
    let skipped =
        followed.skipped.iter().map(|skipped| json!({"batch": skipped.batch, "reason": clean(&skipped.reason)}));
    json!({
        "schema": "batchcast.progress/1",
        "campaign": campaign.as_str(),
        "at": followed.at().map(time),
        "total": counts(&followed.total()),
        "batches": followed.batches.iter().map(batch).collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
    })
}

/// The columns of a table of what was taken back.
const RECALL_COLUMNS: [&str; 7] = ["row", "kind", "id", "recall", "code", "reason", "at"];

/// Begins a table of what became of taking it back.
pub(crate) fn recall_table<W: std::io::Write>(to: W) -> Result<CsvTable<W>, Failure> {
    CsvTable::new(to, &RECALL_COLUMNS).map_err(Failure::disk)
}

/// Writes what became of one.
pub(crate) fn recall_row<W: std::io::Write>(table: &mut CsvTable<W>, of: &RecallOutcome) -> Result<(), Failure> {
    use batchcast_campaign::report::Cell::{Empty, Id, Text};
    let (row, recall) = (of.row.to_string(), of.recall.as_ref());
    let state = match recall.map(|recall| recall.state) {
        None => "none",
        Some(RecallState::Recalled) => "recalled",
        Some(RecallState::Refused) => "refused",
        Some(RecallState::Unknown) => "unknown",
    };
    let code = recall.and_then(|recall| recall.code).map(|code| code.to_string());
    let reason = recall.and_then(|recall| recall.reason.as_deref()).map(clean);
    let at = recall.map(|recall| time(recall.at));
    let cells = [
        Id(&row),
        Text(of.recipient.kind().as_str()),
        Id(of.recipient.id()),
        Text(state),
        code.as_deref().map_or(Empty, Id),
        reason.as_deref().map_or(Empty, Text),
        at.as_deref().map_or(Empty, Text),
    ];
    table.row(&cells).map_err(Failure::disk)
}
