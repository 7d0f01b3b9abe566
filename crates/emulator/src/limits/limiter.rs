//! The limits of both vendors, with what counts towards them.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::feishu::App;
use crate::limits::calendar::{Daily, Monthly};
use crate::limits::window::{Limit, Log, Reached};
use crate::limits::{RateLimits, ThrottledStatus};

/// Feishu's page "rate limits", tier 4; both hold.
const FEISHU_CALLS: [Limit; 2] = [Limit::new(50, 1), Limit::new(1_000, 60)];
/// TIM's page "batch send messages" of 2026-02-04: counted in recipients.
const TIM_MESSAGES: [Limit; 1] = [Limit::new(12_000, 60)];

/// Lets everything pass without limits.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    limits: Option<RateLimits>,
    feishu_calls: HashMap<(App, &'static str), Log>,
    feishu_messages: HashMap<App, Daily>,
    feishu_month: Monthly,
    tim_calls: HashMap<String, Log>,
    tim_messages: Log,
}

/// A call of Feishu's or Lark's that comes too soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Throttled {
    pub(crate) status: ThrottledStatus,
    /// How many are allowed in the window that is full.
    pub(crate) limit: u64,
    /// Full seconds until there is room.
    pub(crate) reset: i64,
}

impl Limiter {
    pub(crate) fn new(limits: Option<RateLimits>) -> Self {
        Self { limits, ..Self::default() }
    }

    /// One call of an API by an app.
    pub(crate) fn feishu_call(&mut self, now: Timestamp, app: App, api: &'static str) -> Result<(), Throttled> {
        let Some(limits) = &self.limits else {
            return Ok(());
        };
        let log = self.feishu_calls.entry((app, api)).or_default();
        log.pass(now, 1, &FEISHU_CALLS, limits.windows).map_err(|Reached { limit, wait }| Throttled {
            status: limits.throttled,
            limit: limit.count,
            reset: wait.as_secs() + i64::from(wait.subsec_nanos() > 0),
        })
    }

    /// Messages that `batch_send` would deliver; whether they are within the day's quota.
    pub(crate) fn feishu_messages(&mut self, now: Timestamp, app: App, messages: usize) -> bool {
        let Some(limits) = &self.limits else {
            return true;
        };
        self.feishu_messages.entry(app).or_default().take(now, messages as u64, limits.daily_messages)
    }

    /// Whether the month has room for one more call that counts.
    pub(crate) fn feishu_month_has_room(&self, now: Timestamp) -> bool {
        self.monthly_calls().is_none_or(|quota| self.feishu_month.calls(now) < quota)
    }

    /// A call that counts and was not refused.
    pub(crate) fn count_in_feishu_month(&mut self, now: Timestamp) {
        if self.monthly_calls().is_some() {
            self.feishu_month.count(now);
        }
    }

    fn monthly_calls(&self) -> Option<u64> {
        self.limits.as_ref()?.monthly_calls
    }

    /// One call of a TIM API, which its path names and which has so many a second; whether it may pass.
    pub(crate) fn tim_call(&mut self, now: Timestamp, path: &str, a_second: u64) -> bool {
        let Some(limits) = &self.limits else {
            return true;
        };
        if !self.tim_calls.contains_key(path) {
            self.tim_calls.insert(path.to_owned(), Log::default());
        }
        self.tim_calls
            .get_mut(path)
            .is_none_or(|log| log.pass(now, 1, &[Limit::new(a_second, 1)], limits.windows).is_ok())
    }

    /// The recipients of one `batchsendmsg`; whether they may pass.
    pub(crate) fn tim_messages(&mut self, now: Timestamp, recipients: usize) -> bool {
        let Some(limits) = &self.limits else {
            return true;
        };
        self.tim_messages.pass(now, recipients as u64, &TIM_MESSAGES, limits.windows).is_ok()
    }
}
