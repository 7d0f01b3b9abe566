//! A pace for each API of a vendor that counts them apart: [`PacePerApi`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Limit, MemoryPace, Pace};
use crate::operation::Cost;
use crate::time::Tick;

/// The same limits for every API, each of which has a log of its own in memory: a look-up takes no turn from a send,
/// and where one API asks for a pause the others go on.
///
/// Which API a call belongs to it says itself, by [`Operation::api`](crate::operation::Operation::api). Used without
/// such a name, it is the pace of the calls without one.
#[derive(Debug)]
pub struct PacePerApi {
    limits: Vec<Limit>,
    paces: Mutex<HashMap<Option<&'static str>, Arc<MemoryPace>>>,
}

impl PacePerApi {
    /// A pace that keeps every one of these limits, for each API by itself.
    #[must_use]
    pub fn new(limits: impl IntoIterator<Item = Limit>) -> Self {
        Self { limits: limits.into_iter().collect(), paces: Mutex::default() }
    }

    fn pace(&self, api: Option<&'static str>) -> Arc<MemoryPace> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(paces.entry(api).or_insert_with(|| Arc::new(MemoryPace::new(self.limits.iter().copied()))))
    }
}

impl Pace for PacePerApi {
    fn reserve(&self, cost: Cost, now: Tick, longest: Duration) -> Option<Duration> {
        self.pace(None).reserve(cost, now, longest)
    }

    fn give_back(&self, cost: Cost, at: Tick) {
        self.pace(None).give_back(cost, at);
    }

    fn defer(&self, pause: Duration, now: Tick) {
        self.pace(None).defer(pause, now);
    }

    fn of_api(&self, api: Option<&'static str>) -> Option<Arc<dyn Pace>> {
        Some(self.pace(api))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Tick {
        Tick::after_origin(Duration::from_millis(millis))
    }

    #[test]
    fn each_api_has_its_own_log_and_keeps_it() {
        let pace = PacePerApi::new([Limit::requests(2, Duration::from_secs(1))]);
        let wait = |api, millis| {
            let pace = pace.of_api(api).unwrap();
            pace.reserve(Cost::one_request(1), at(millis), Duration::MAX).map(|wait| wait.as_millis())
        };
        for api in [Some("send"), Some("look up"), None] {
            assert_eq!([wait(api, 0), wait(api, 0), wait(api, 0)], [Some(0), Some(0), Some(1_500)], "{api:?}");
        }
        // Without being asked for an API's, it is that of calls without one.
        assert_eq!(pace.reserve(Cost::one_request(1), at(0), Duration::MAX), Some(Duration::from_millis(1_500)));
    }

    #[test]
    fn a_pause_is_kept_by_the_api_that_asked_for_it() {
        let pace = PacePerApi::new([]);
        pace.of_api(Some("send")).unwrap().defer(Duration::from_secs(9), at(0));
        let wait = |api| pace.of_api(api).unwrap().reserve(Cost::one_request(1), at(0), Duration::MAX);
        assert_eq!(wait(Some("send")), Some(Duration::from_secs(9)));
        assert_eq!(wait(Some("look up")), Some(Duration::ZERO));
        assert_eq!(wait(None), Some(Duration::ZERO));
    }
}
