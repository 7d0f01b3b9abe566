//! What follows an answer: the table of [`Run`], in code.

use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::channel::Receipt;
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, Cause};
use batchcast_transport::exchange::RetryPolicy;
use batchcast_transport::time::{Now, Unix};

use super::reducer::{Permit, Run};
use crate::ending::{Stopped, Why, next_day};
use crate::protocol::{Attempt, Fate, Settlement, WasSent};

const NOT_SENT_IN_A_ROW: u32 = 5;
const DOUBTS_IN_A_ROW: u32 = 3;
const TRIES_AGAIN: u32 = 5;
const SPLITS: u32 = 64;
const LONGEST_THROTTLE: Duration = Duration::from_secs(600);

/// Somebody is refused for what they are, not for what the message is.
enum Refused {
    /// The batch is pending again, after this long.
    Pending(Duration),
    Split,
    Rejected,
    Unknown,
}

impl Run {
    /// No token was to be had for a claim, which is to be given back and pending again after what is answered here; the
    /// class says what else follows.
    pub fn not_ready(&mut self, permit: &Permit, error: &CallError, now: Now) -> Duration {
        self.in_a_row.count(error.class(), permit.before);
        let (consequence, _) = self.consequence(error, 1, TRIES_AGAIN, now);
        match consequence {
            Refused::Pending(wait) => wait,
            // Nothing was sent, so nothing is settled.
            Refused::Split | Refused::Rejected | Refused::Unknown => Duration::ZERO,
        }
    }

    /// The day's volume is used up until then, so that a claim was given back.
    pub fn quota_used_up(&mut self, permit: Permit, until: Unix) {
        self.released(permit);
        self.stop(Stopped::by_own_count(until));
    }

    /// What is to be written down of an attempt that did not leave after all: beginning it took too long, or the ledger
    /// failed meanwhile.
    pub fn came_too_late(&mut self, attempt: &Attempt) -> Settlement {
        let fate = Fate::Pending { wait: Duration::ZERO };
        let tries_again = attempt.tries_again();
        let settlement = Settlement { was_sent: WasSent::No, tries_again, ..Settlement::new(fate) };
        self.count(attempt, &[], &settlement);
        settlement
    }

    /// What is to be written down of an attempt that came to this. Then say that it is [recorded](Self::recorded).
    pub fn answered(
        &mut self,
        permit: &Permit,
        attempt: &Attempt,
        result: Result<Receipt, CallError>,
        now: Now,
    ) -> Settlement {
        let recipients = attempt.recipients();
        let result = result.and_then(|receipt| about_this_batch(&recipients, receipt));
        self.in_a_row.count(result.as_ref().err().and_then(CallError::class), permit.before);
        let settlement = match result {
            Ok(receipt) => accepted(receipt),
            Err(error) => self.refused(attempt, &error, now),
        };
        self.count(attempt, &recipients, &settlement);
        settlement
    }

    fn refused(&mut self, attempt: &Attempt, error: &CallError, now: Now) -> Settlement {
        let (refused, throttled) = self.consequence(error, attempt.size(), attempt.tries_again(), now);
        let (code, reason) = (error.api().and_then(ApiError::code), error.to_string());
        let fate = match refused {
            Refused::Pending(wait) => Fate::Pending { wait },
            Refused::Split => Fate::Split,
            Refused::Rejected => Fate::Rejected { code, reason },
            Refused::Unknown => Fate::Unknown { code, reason },
        };
        let asked_again = error.class() == Some(Class::TryAgain);
        Settlement {
            request_id: error.request_id().map(str::to_owned),
            // What could not even be built, or lost its token meanwhile, was not handed to the transport.
            was_sent: if error.attempts() == 0 { WasSent::No } else { WasSent::Yes },
            throttled,
            tries_again: attempt.tries_again() + u32::from(asked_again),
            ..Settlement::new(fate)
        }
    }

    /// What follows for the batch, and for how long the vendor asks everybody to wait.
    fn consequence(&mut self, error: &CallError, size: u32, tries_again: u32, now: Now) -> (Refused, Option<Duration>) {
        let Some(class) = error.class() else {
            self.stop(Stopped::by(Why::Broken, error));
            return (Refused::Pending(Duration::ZERO), None);
        };
        let mut throttled = None;
        let refused = match class {
            Class::Unknown => {
                if self.in_a_row.doubts >= DOUBTS_IN_A_ROW {
                    self.stop(Stopped::by(Why::TooManyDoubts, error));
                }
                Refused::Unknown
            }
            Class::NotSent => {
                let wait = self.backoff(self.in_a_row.not_sent.saturating_sub(1));
                self.pause_until(now.tick + wait);
                if self.in_a_row.not_sent >= NOT_SENT_IN_A_ROW {
                    self.stop(Stopped::by(Why::Unreachable, error));
                }
                Refused::Pending(Duration::ZERO)
            }
            Class::Throttled { after } => {
                // Whoever does not say how long is asked less and less often.
                let nth = if after.is_some() { 0 } else { self.in_a_row.throttles.saturating_sub(1) };
                let pause = RetryPolicy::least_pause(after).saturating_add(self.backoff(nth));
                throttled = Some(pause);
                self.pause_until(now.tick + pause);
                if after.is_some_and(|after| after > LONGEST_THROTTLE) {
                    self.stop(Stopped::by(Why::LongThrottle, error).until(now.unix + pause));
                }
                Refused::Pending(Duration::ZERO)
            }
            Class::TryAgain if tries_again < TRIES_AGAIN => Refused::Pending(self.backoff(tries_again)),
            Class::Token => Refused::Pending(Duration::ZERO),
            Class::Permission => self.pend_and_stop(Stopped::by(Why::NotPermitted, error)),
            Class::Endpoint => self.pend_and_stop(Stopped::by(Why::WrongEndpoint, error)),
            Class::Quota => self.pend_and_stop(Stopped::by(Why::QuotaUsedUp, error).until(next_day(now.unix))),
            Class::Recipient if size > 1 => {
                self.splits += 1;
                if self.splits > SPLITS {
                    self.stop(Stopped::by(Why::TooManyBadIds, error));
                }
                Refused::Split
            }
            Class::Recipient | Class::Recipients => Refused::Rejected,
            // `TryAgain` too many times, `Message`, and whatever class may come.
            _ => {
                self.stop(Stopped::by(Why::MessageRefused, error));
                Refused::Rejected
            }
        };
        (refused, throttled)
    }

    fn pend_and_stop(&mut self, stopped: Stopped) -> Refused {
        self.stop(stopped);
        Refused::Pending(Duration::ZERO)
    }

    /// Those of a batch were counted as in doubt when its attempt began.
    fn count(&mut self, attempt: &Attempt, recipients: &[Recipient], settlement: &Settlement) {
        let size = u64::from(attempt.size());
        self.counts.unknown = self.counts.unknown.saturating_sub(size);
        match &settlement.fate {
            Fate::Pending { .. } | Fate::Split => self.counts.pending += size,
            Fate::Unknown { .. } => self.counts.unknown += size,
            Fate::Rejected { .. } => self.counts.rejected += size,
            Fate::Accepted { rejected, .. } => {
                let is_rejected = |one: &&Recipient| rejected.iter().any(|named| named.recipient == **one);
                let turned_down =
                    if rejected.is_empty() { 0 } else { recipients.iter().filter(is_rejected).count() as u64 };
                self.counts.rejected += turned_down;
                self.counts.accepted += size - turned_down;
            }
        }
        self.requests.throttled += u64::from(settlement.throttled.is_some() && settlement.was_sent == WasSent::Yes);
        if settlement.was_sent == WasSent::No {
            self.requests.sent = self.requests.sent.saturating_sub(1);
            self.requests.retried = self.requests.retried.saturating_sub(u64::from(attempt.attempt() > 1));
        }
        self.pause_if_too_many_rejected();
    }

    pub(super) fn pause_if_too_many_rejected(&mut self) {
        if let Some(max) = self.max_rejected.filter(|max| max.is_exceeded(&self.counts)) {
            self.stop(Stopped::by_rejections(&self.counts, max));
        }
    }
}

fn accepted(receipt: Receipt) -> Settlement {
    let fate = Fate::Accepted { message_id: receipt.message_id, rejected: receipt.rejected };
    Settlement { request_id: receipt.request_id, ..Settlement::new(fate) }
}

/// A receipt that names somebody who was not sent to is not about this batch, so nobody knows.
fn about_this_batch(recipients: &[Recipient], receipt: Receipt) -> Result<Receipt, CallError> {
    if receipt.rejected.iter().all(|named| recipients.contains(&named.recipient)) {
        return Ok(receipt);
    }
    let text = "the answer names somebody who was not sent to";
    let error = ApiError::new(Class::Unknown, 200, text).with_request_id(receipt.request_id);
    Err(CallError::new(Cause::Api(error), 1))
}
