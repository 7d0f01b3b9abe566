//! How fast calls may leave: [`DocumentedPace`], and the pace of `batchsendmsg` by itself.

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::exchange::{Limit, Pace, PacePerApi};
use batchcast_transport::operation::Cost;
use batchcast_transport::time::Tick;

/// How many `batchsendmsg` requests one app may make in a second: the older and lower of the two figures that the
/// documents give (100 in 2019, 200 in 2026). It goes for calls without a figure of their own, too.
pub const REQUESTS_PER_SECOND: u32 = 100;

/// How many recipients one app may send to in a minute ("Sending One-to-One Messages to Multiple Users", 2026-02-04).
pub const RECIPIENTS_PER_MINUTE: u32 = 12_000;

/// How many requests a second each of most other calls allows, by its own page; see each call.
const REQUESTS_PER_SECOND_OF_OTHERS: u32 = 200;

/// The pace that one app is allowed for `batchsendmsg`. Both limits can be bought higher: see [`pace`].
#[must_use]
pub fn documented_pace() -> Vec<Limit> {
    pace(REQUESTS_PER_SECOND, RECIPIENTS_PER_MINUTE)
}

/// The pace of an app for which more was bought.
#[must_use]
pub fn pace(requests_per_second: u32, recipients_per_minute: u32) -> Vec<Limit> {
    vec![
        Limit::requests(requests_per_second, SECOND),
        Limit::recipients(recipients_per_minute, Duration::from_secs(60)),
    ]
}

const SECOND: Duration = Duration::from_secs(1);

/// The pace of every call as its page has it, each by itself: looking accounts up takes no turn from sending.
///
/// | calls | limit |
/// |---|---|
/// | `batchsendmsg` | the [documented](documented_pace) ones, or [what was bought](Self::with_batch_pace) |
/// | `sendmsg`, `admin_msgwithdraw`, `admin_getroammsg`, `query_online_status`, `account_import` | 200 requests a second |
/// | `account_check`, `multiaccount_import`, and any other | 100 requests a second |
#[derive(Debug)]
#[must_use]
pub struct DocumentedPace {
    batch: PacePerApi,
    fast: PacePerApi,
    others: PacePerApi,
}

impl DocumentedPace {
    /// A pace that has let nothing go yet. Clients of one app should share one.
    pub fn new() -> Self {
        let requests = |most| PacePerApi::new([Limit::requests(most, SECOND)]);
        Self {
            batch: PacePerApi::new(documented_pace()),
            fast: requests(REQUESTS_PER_SECOND_OF_OTHERS),
            others: requests(REQUESTS_PER_SECOND),
        }
    }

    /// Another pace for `batchsendmsg`, where more was [bought](pace).
    pub fn with_batch_pace(self, limits: impl IntoIterator<Item = Limit>) -> Self {
        Self { batch: PacePerApi::new(limits), ..self }
    }
}

impl Default for DocumentedPace {
    fn default() -> Self {
        Self::new()
    }
}

impl Pace for DocumentedPace {
    fn reserve(&self, cost: Cost, now: Tick, longest: Duration) -> Option<Duration> {
        self.others.reserve(cost, now, longest)
    }

    fn give_back(&self, cost: Cost, at: Tick) {
        self.others.give_back(cost, at);
    }

    fn defer(&self, pause: Duration, now: Tick) {
        self.others.defer(pause, now);
    }

    fn of_api(&self, api: Option<&'static str>) -> Option<Arc<dyn Pace>> {
        let paces = match api {
            Some("openim/batchsendmsg") => &self.batch,
            Some(
                "openim/sendmsg"
                | "openim/admin_msgwithdraw"
                | "openim/admin_getroammsg"
                | "openim/query_online_status"
                | "im_open_login_svc/account_import",
            ) => &self.fast,
            _ => &self.others,
        };
        paces.of_api(api)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many calls of this cost leave at once.
    fn at_once(pace: &DocumentedPace, api: Option<&'static str>, recipients: u32) -> usize {
        let pace = pace.of_api(api).unwrap();
        let reserve = || pace.reserve(Cost::one_request(recipients), Tick::ZERO, Duration::ZERO);
        (0..1000).take_while(|_| reserve().is_some()).count()
    }

    #[test]
    fn every_api_has_the_limit_of_its_page_and_a_log_of_its_own() {
        let pace = DocumentedPace::new();
        for (api, recipients, expected) in [
            (Some("openim/batchsendmsg"), 500, 24),
            (Some("openim/sendmsg"), 1, 200),
            (Some("openim/admin_msgwithdraw"), 0, 200),
            (Some("openim/admin_getroammsg"), 0, 200),
            (Some("openim/query_online_status"), 0, 200),
            (Some("im_open_login_svc/account_import"), 0, 200),
            (Some("im_open_login_svc/account_check"), 0, 100),
            (Some("im_open_login_svc/multiaccount_import"), 0, 100),
            (None, 0, 100),
        ] {
            assert_eq!(at_once(&pace, api, recipients), expected, "{api:?}");
        }
        assert_eq!(at_once(&DocumentedPace::new(), Some("openim/batchsendmsg"), 1), 100);
        // Without being asked for an API's, it is that of calls without one.
        assert_eq!(pace.reserve(Cost::one_request(0), Tick::ZERO, Duration::ZERO), None);
    }

    #[test]
    fn more_can_be_bought_for_batches() {
        let bought = DocumentedPace::new().with_batch_pace(super::pace(300, 18_000));
        assert_eq!(at_once(&bought, Some("openim/batchsendmsg"), 500), 36);
        assert_eq!(at_once(&bought, Some("openim/sendmsg"), 1), 200);
    }
}
