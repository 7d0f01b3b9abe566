//! Which state applies to a recipient.

use batchcast_transport::time::Unix;

use crate::ledger::{BatchRow, BatchState, ExceptionRow, OutcomeRow, Settled};
use crate::outcome::Outcome;

const NO_REASON: &str = "no reason is known";
const NO_ANSWER_YET: &str = "no answer yet";

impl OutcomeRow {
    /// What became of this recipient: its own state where it has one, else its batch's.
    ///
    /// Claimed is pending, since nothing has left; so is split, since the request was refused unprocessed. In flight is
    /// unknown: it may have arrived. What a person settled says so in its reason.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match &self.exception {
            Some(exception) => of_exception(exception, &self.batch),
            None => of_batch(&self.batch),
        }
    }

    /// Since when it is so; `None` while it is pending.
    #[must_use]
    pub fn at(&self) -> Option<Unix> {
        match (&self.exception, self.batch.state) {
            (Some(exception), _) => Some(exception.at),
            (None, BatchState::Pending | BatchState::Claimed | BatchState::Split) => None,
            (None, _) => Some(self.batch.at),
        }
    }
}

fn of_exception(exception: &ExceptionRow, batch: &BatchRow) -> Outcome {
    let (code, reason) = (exception.code, exception.reason.clone());
    // An exception comes out of an answer to its batch, so that answer's request id is its own.
    let request_id = batch.request_id.clone();
    match exception.state {
        Settled::Accepted => Outcome::Accepted { message_id: batch.message_id.clone(), reason, request_id },
        Settled::Rejected => Outcome::Rejected { code, reason: or_none_known(reason), request_id },
        Settled::Unknown => {
            Outcome::Unknown { code, reason: or_none_known(reason), mark: batch.mark.clone(), request_id }
        }
    }
}

fn of_batch(batch: &BatchRow) -> Outcome {
    let (code, reason, request_id) = (batch.code, batch.reason.clone(), batch.request_id.clone());
    match batch.state {
        BatchState::Pending | BatchState::Claimed | BatchState::Split => Outcome::Pending,
        // The answer that the row still has is the one to the attempt before.
        BatchState::InFlight => Outcome::Unknown {
            code: None,
            reason: NO_ANSWER_YET.to_owned(),
            mark: batch.mark.clone(),
            request_id: None,
        },
        BatchState::Accepted => {
            let reason = if batch.by_hand { Some(by_hand("delivered", reason)) } else { reason };
            Outcome::Accepted { message_id: batch.message_id.clone(), reason, request_id }
        }
        BatchState::Rejected => {
            let reason = if batch.by_hand { by_hand("not delivered", reason) } else { or_none_known(reason) };
            Outcome::Rejected { code, reason, request_id }
        }
        BatchState::Unknown => {
            Outcome::Unknown { code, reason: or_none_known(reason), mark: batch.mark.clone(), request_id }
        }
    }
}

fn or_none_known(reason: Option<String>) -> String {
    reason.unwrap_or_else(|| NO_REASON.to_owned())
}

/// That a person said so, and the doubt that it settled, which the row still has.
fn by_hand(what: &str, doubt: Option<String>) -> String {
    match doubt {
        Some(doubt) => format!("settled by hand: {what}; was in doubt: {doubt}"),
        None => format!("settled by hand: {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample::{batch, exception, outcome_row};
    use batchcast_transport::channel::Mark;

    const AT: Unix = Unix::from_secs(5);
    const LATER: Unix = Unix::from_secs(9);

    /// A batch that has something in every field that an outcome may take.
    fn full(state: BatchState) -> BatchRow {
        BatchRow {
            mark: Some(Mark::new("seq 1")),
            at: AT,
            message_id: Some("bm-1".to_owned()),
            request_id: Some("log-1".to_owned()),
            code: Some(7),
            reason: Some("why".to_owned()),
            ..batch(3, state)
        }
    }

    fn accepted(reason: Option<&str>) -> Outcome {
        Outcome::Accepted {
            message_id: Some("bm-1".to_owned()),
            reason: reason.map(str::to_owned),
            request_id: Some("log-1".to_owned()),
        }
    }

    fn rejected(code: Option<i64>, reason: &str) -> Outcome {
        Outcome::Rejected { code, reason: reason.to_owned(), request_id: Some("log-1".to_owned()) }
    }

    fn unknown(code: Option<i64>, reason: &str, request_id: Option<&str>) -> Outcome {
        Outcome::Unknown {
            code,
            reason: reason.to_owned(),
            mark: Some(Mark::new("seq 1")),
            request_id: request_id.map(str::to_owned),
        }
    }

    #[test]
    fn the_state_of_the_batch() {
        #[track_caller]
        fn check(state: BatchState, expected: &Outcome, at: Option<Unix>) {
            let row = outcome_row(1, full(state));
            assert_eq!((&row.outcome(), row.at()), (expected, at), "{state:?}");
        }
        check(BatchState::Pending, &Outcome::Pending, None);
        check(BatchState::Claimed, &Outcome::Pending, None);
        check(BatchState::Split, &Outcome::Pending, None);
        check(BatchState::InFlight, &unknown(None, "no answer yet", None), Some(AT));
        check(BatchState::Accepted, &accepted(Some("why")), Some(AT));
        check(BatchState::Rejected, &rejected(Some(7), "why"), Some(AT));
        check(BatchState::Unknown, &unknown(Some(7), "why", Some("log-1")), Some(AT));
    }

    #[test]
    fn an_exception_outranks_every_state_of_the_batch() {
        use BatchState::*;
        for state in [Pending, Claimed, InFlight, Accepted, Rejected, Unknown, Split] {
            #[track_caller]
            fn check(state: BatchState, settled: Settled, reason: Option<&str>, expected: &Outcome) {
                let own = ExceptionRow { code: Some(8), at: LATER, ..exception(1, settled, reason) };
                let row = OutcomeRow { exception: Some(own), ..outcome_row(1, full(state)) };
                assert_eq!((&row.outcome(), row.at()), (expected, Some(LATER)), "{state:?}");
            }
            check(state, Settled::Accepted, None, &accepted(None));
            check(state, Settled::Accepted, Some("own"), &accepted(Some("own")));
            check(state, Settled::Rejected, Some("own"), &rejected(Some(8), "own"));
            check(state, Settled::Rejected, None, &rejected(Some(8), "no reason is known"));
            check(state, Settled::Unknown, Some("own"), &unknown(Some(8), "own", Some("log-1")));
            check(state, Settled::Unknown, None, &unknown(Some(8), "no reason is known", Some("log-1")));
        }
    }

    #[test]
    fn what_a_person_settled_says_so() {
        #[track_caller]
        fn check(state: BatchState, reason: Option<&str>, expected: Option<&str>) {
            let settled = BatchRow { by_hand: true, reason: reason.map(str::to_owned), ..full(state) };
            assert_eq!(outcome_row(1, settled).outcome().reason(), expected, "{state:?}");
        }
        check(BatchState::Accepted, None, Some("settled by hand: delivered"));
        check(BatchState::Accepted, Some("timed out"), Some("settled by hand: delivered; was in doubt: timed out"));
        check(BatchState::Rejected, None, Some("settled by hand: not delivered"));
        check(BatchState::Rejected, Some("timed out"), Some("settled by hand: not delivered; was in doubt: timed out"));
        // A batch that a person had sent again is the vendor's again.
        check(BatchState::Pending, Some("timed out"), None);
        check(BatchState::InFlight, None, Some("no answer yet"));
        check(BatchState::Unknown, Some("timed out"), Some("timed out"));
    }

    #[test]
    fn without_a_reason_there_is_none_to_tell() {
        #[track_caller]
        fn check(state: BatchState, expected: Option<&str>) {
            let row = outcome_row(1, BatchRow { reason: None, ..full(state) });
            assert_eq!(row.outcome().reason(), expected, "{state:?}");
        }
        check(BatchState::Accepted, None);
        check(BatchState::Rejected, Some("no reason is known"));
        check(BatchState::Unknown, Some("no reason is known"));
    }
}
