//! Refusing what comes too often.

mod calendar;
mod limiter;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use limiter::{Limiter, Throttled};
pub(crate) use window::{Limit, Log};

use http::StatusCode;
use serde::Deserialize;

/// The vendors' rate limits and Feishu's daily quota, as their documents have them; see
/// [`Builder::with_rate_limits`](crate::Builder::with_rate_limits).
///
/// | vendor | limit | refusal |
/// |---|---|---|
/// | Feishu, Lark | 50 requests a second and 1,000 a minute, for each API and app | 99991400 at HTTP 429, with `x-ogw-ratelimit-limit` and `x-ogw-ratelimit-reset` |
/// | Feishu, Lark | 500,000 messages of `batch_send` a day, for each app | 11247 |
/// | Feishu, Lark | so many calls a month, for the custom app; none unless [`with_monthly_calls`](Self::with_monthly_calls) says so | 99991403 at HTTP 429 |
/// | TIM | 200 requests a second, for each API; 100 for `account_check`, `account_delete` and `multiaccount_import` | 60007 |
/// | TIM | 12,000 recipients of `batchsendmsg` a minute | 90057 |
///
/// Sources: Feishu's page "rate limits" and its page "batch send messages" of 2026-03-03; TIM's page "batch send
/// messages" of 2026-02-04 and its "Error Codes" of 2025. The token endpoints have no limit. What the documents do
/// not say is settled as the setters have it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct RateLimits {
    pub(crate) throttled: ThrottledStatus,
    pub(crate) windows: Windows,
    pub(crate) daily_messages: u64,
    pub(crate) monthly_calls: Option<u64>,
}

/// The HTTP status of Feishu's and Lark's 99991400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThrottledStatus {
    /// 429, which the page "rate limits" names first.
    #[default]
    TooManyRequests,
    /// 400, which it has for "some older APIs" without saying which; `message/v4` is an old one.
    BadRequest,
}

impl ThrottledStatus {
    pub(crate) fn code(self) -> StatusCode {
        match self {
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::BadRequest => StatusCode::BAD_REQUEST,
        }
    }
}

/// How a second or a minute is measured. No document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Windows {
    /// Back from every request: no second and no minute ever holds more. What passes here passes under any reading.
    #[default]
    Sliding,
    /// From one full second or minute of the clock to the next, so that twice as many may come around a boundary.
    Fixed,
}

impl RateLimits {
    /// All limits as documented, of a plan whose calls are not counted by the month.
    pub fn documented() -> Self {
        Self {
            throttled: ThrottledStatus::default(),
            windows: Windows::default(),
            daily_messages: 500_000,
            monthly_calls: None,
        }
    }

    /// See [`ThrottledStatus`].
    pub fn with_throttled_status(mut self, status: ThrottledStatus) -> Self {
        self.throttled = status;
        self
    }

    /// See [`Windows`].
    pub fn with_windows(mut self, windows: Windows) -> Self {
        self.windows = windows;
        self
    }

    /// How many messages an app of Feishu or Lark may send a day (default 500,000), so that a test reaches the end of
    /// it. The day begins at 00:00 UTC+8. A request that does not fit is refused as a whole.
    pub fn with_daily_messages(mut self, messages: u64) -> Self {
        self.daily_messages = messages;
        self
    }

    /// How many calls the tenant's plan has a month (10,000 on Lark's smallest plan; default: no limit, as on the others).
    /// Beyond it 99991403, until the 1st of the next month, 00:00 UTC+8.
    ///
    /// Counted are calls of the custom app that are not refused. A store app's are not, nor are the endpoints for tokens
    /// and `contact/v3`. Source: Lark's page "adjusting API call limits for custom apps" of 2025-03-04.
    pub fn with_monthly_calls(mut self, calls: u64) -> Self {
        self.monthly_calls = Some(calls);
        self
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self::documented()
    }
}
