//! What a run left behind.

use std::collections::BTreeSet;

use serde_json::Value;

const SUMMARY: [&str; 9] =
    ["campaign", "elapsed_ms", "message_ids", "next", "provider", "recipients", "requests", "schema", "state"];
const RECIPIENTS: [&str; 6] = ["accepted", "duplicates", "pending", "rejected", "total", "unknown"];
const REQUESTS: [&str; 4] = ["planned", "retried", "sent", "throttled"];
const STATES: [&str; 4] = ["accepted", "rejected", "unknown", "pending"];
/// So many who were not accepted are named at most.
const NAMED: u64 = 20;
const ERROR: [&str; 5] = ["exit", "hint", "kind", "message", "schema"];

/// A run that has come to its end.
#[derive(Debug)]
pub struct Ran {
    pub(crate) command: String,
    pub(crate) code: Option<i32>,
    /// Its standard output: data.
    pub stdout: String,
    /// Its standard error: talk.
    pub stderr: String,
}

impl Ran {
    /// The exit code; none where a signal ended it.
    #[must_use]
    pub const fn code(&self) -> Option<i32> {
        self.code
    }

    /// Fails unless it exited with one of these codes.
    #[track_caller]
    pub fn exits_with_one_of(self, codes: &[i32]) -> Self {
        assert!(self.code.is_some_and(|code| codes.contains(&code)), "{codes:?}: {}", self.shown());
        self
    }

    /// Fails unless it exited with this code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.shown());
        self
    }

    /// Fails unless standard output and standard error together say all of this.
    #[track_caller]
    pub fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            let said = self.stdout.contains(text) || self.stderr.contains(text);
            assert!(said, "does not say {text:?}: {}", self.shown());
        }
        self
    }

    /// The one document on standard output.
    #[track_caller]
    #[must_use]
    pub fn document(&self) -> Value {
        let Ok(document) = serde_json::from_str(&self.stdout) else { panic!("no document: {}", self.shown()) };
        document
    }

    /// The document of a campaign, with exactly the contract's keys and everybody in one of the four states.
    #[track_caller]
    #[must_use]
    pub fn standing(&self) -> Value {
        let document = self.document();
        self.check_standing(&document);
        document
    }

    /// The documents of a list, each of which is checked as that of a campaign.
    #[track_caller]
    #[must_use]
    pub fn list(&self) -> Vec<Value> {
        let document = self.document();
        self.check_keys(&document, "batchcast.list/1", &["campaigns", "schema"]);
        let campaigns = document["campaigns"].as_array().unwrap();
        campaigns.iter().for_each(|campaign| self.check_standing(campaign));
        campaigns.clone()
    }

    /// The summary of a send: a standing, an error that is the exit, and whoever was not accepted named on standard error.
    #[track_caller]
    #[must_use]
    pub fn summary(&self) -> Value {
        let summary = self.standing();
        if let Some(error) = summary.get("error") {
            self.check_error(error);
        }
        let count = |state: &str| summary["recipients"][state].as_u64().unwrap();
        let others = self.others();
        let named = |state: &str| others.iter().filter(|[of, ..]| of == state).count() as u64;
        let expected = STATES.map(|state| if state == "accepted" { 0 } else { count(state) });
        let all = expected.iter().sum::<u64>();
        if all <= NAMED {
            assert_eq!(STATES.map(named), expected, "{}", self.shown());
        } else {
            assert_eq!(others.len() as u64, NAMED, "{}", self.shown());
            let more = format!("… and {} more who were not accepted; all of them: batchcast report", all - NAMED);
            assert!(self.stderr.contains(&more), "{more:?}: {}", self.shown());
        }
        summary
    }

    /// The error document, with exactly the contract's keys.
    #[track_caller]
    #[must_use]
    pub fn error(&self) -> Value {
        let error = self.document();
        self.check_error(&error);
        error
    }

    /// The lines of a send's standard output: state, kind, id, and message id or reason.
    #[track_caller]
    #[must_use]
    pub fn rows(&self) -> Vec<[String; 4]> {
        let row = |line| cells(line).unwrap_or_else(|| panic!("not four cells: {line:?}: {}", self.shown()));
        self.stdout.lines().map(row).collect()
    }

    /// The same lines on standard error, among the talk: whoever standard output does not name.
    #[must_use]
    pub fn others(&self) -> Vec<[String; 4]> {
        let rows = self.stderr.lines().filter_map(cells);
        rows.filter(|[state, ..]| STATES.contains(&state.as_str())).collect()
    }

    /// All that it said, and how it was run.
    #[must_use]
    pub fn shown(&self) -> String {
        let Self { command, code, stdout, stderr } = self;
        format!("{command}\nexit {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }

    #[track_caller]
    fn check_standing(&self, document: &Value) {
        let mut standing = document.clone();
        if let Some(error) = standing.as_object_mut().unwrap().remove("error") {
            self.check_keys(&error, "batchcast.error/1", &ERROR);
        }
        self.check_keys(&standing, "batchcast.summary/1", &SUMMARY);
        self.check_keys(&standing["recipients"], "", &RECIPIENTS);
        self.check_keys(&standing["requests"], "", &REQUESTS);
        let count = |state: &str| standing["recipients"][state].as_u64().unwrap();
        assert_eq!(count("total"), STATES.map(count).iter().sum::<u64>(), "{}", self.shown());
        let state = standing["state"].as_str().unwrap_or_default();
        assert!(["planned", "running", "paused", "finished"].contains(&state), "{}", self.shown());
    }

    #[track_caller]
    fn check_error(&self, error: &Value) {
        self.check_keys(error, "batchcast.error/1", &ERROR);
        assert_eq!(error["exit"].as_i64(), self.code.map(i64::from), "{}", self.shown());
        assert!(error["kind"].is_string() && error["message"].is_string(), "{}", self.shown());
    }

    #[track_caller]
    fn check_keys(&self, object: &Value, schema: &str, expected: &[&str]) {
        let keys: BTreeSet<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, expected.iter().copied().collect(), "{}", self.shown());
        assert_eq!(object["schema"].as_str().unwrap_or_default(), schema, "{}", self.shown());
    }
}

fn cells(line: &str) -> Option<[String; 4]> {
    line.split('\t').map(str::to_owned).collect::<Vec<_>>().try_into().ok()
}
