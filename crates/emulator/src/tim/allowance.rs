//! What an app may use up before it is refused: a trial edition's calls, and signatures that do not verify.

use jiff::{SignedDuration, Timestamp};

use crate::limits::{Limit, Log, Windows};
use crate::tim::codes::{self, Refusal};
use crate::tim::settings::Settings;

const DAY: i64 = 86_400;
const MINUTE: i64 = 60;

/// What has been used up lately.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    calls: Log,
    failures: Log,
    locked_until: Option<Timestamp>,
}

impl Allowance {
    /// One call that everything but its body passes for.
    pub(crate) fn call(&mut self, now: Timestamp, settings: &Settings) -> Result<(), Refusal> {
        let Some(calls) = settings.daily_calls else { return Ok(()) };
        let passed = self.calls.pass(now, 1, &[Limit::new(calls, DAY)], Windows::Sliding);
        passed.map_err(|_| codes::TRIAL_USED_UP.refusal())
    }

    /// Refuses everything in the minute after too many failures.
    pub(crate) fn unlocked(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.locked_until.is_some_and(|until| now < until) {
            return Err(codes::USERSIG_TOO_OFTEN.refusal());
        }
        Ok(())
    }

    /// What a signature that does not verify is refused with: its own code, or that there were too many.
    pub(crate) fn failure(&mut self, now: Timestamp, settings: &Settings, refusal: Refusal) -> Refusal {
        let Some(failures) = settings.failed_usersigs else { return refusal };
        if self.failures.pass(now, 1, &[Limit::new(failures, MINUTE)], Windows::Sliding).is_ok() {
            return refusal;
        }
        self.locked_until = now.saturating_add(SignedDuration::from_secs(MINUTE)).ok();
        codes::USERSIG_TOO_OFTEN.refusal()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::testing::{NOW, SEND_PATH, Sandbox, Signer, TO_TWO, uri};
    use crate::Emulator;

    fn code(sandbox: &mut Sandbox, later: i64, usersig: &str) -> i64 {
        sandbox.now = Timestamp::from_second(NOW + later).unwrap();
        let reply = sandbox.request("POST", &uri(1_400_000_000, "administrator", usersig), TO_TWO);
        reply.json()["ErrorCode"].as_i64().unwrap()
    }

    #[test]
    fn a_trial_has_so_many_calls_in_any_24_hours_whatever_they_are() {
        let mut sandbox = Sandbox::from(Emulator::builder().with_tim_daily_calls(3).world());
        let good = Signer { expire: 3 * 86_400, ..Signer::default() }.sign();
        assert_eq!(code(&mut sandbox, 0, "xxx"), 70003, "does not count");
        assert_eq!(code(&mut sandbox, 0, &good), 0);
        assert_eq!(sandbox.call(SEND_PATH, "{").json()["ErrorCode"], 90001, "counts");
        let check = sandbox.call("/v4/im_open_login_svc/account_check", r#"{"CheckItem":[{"UserID":"a"}]}"#);
        assert_eq!(check.json()["ErrorCode"], 0);
        assert_eq!(code(&mut sandbox, 0, &good), 60028);
        assert_eq!(sandbox.call(SEND_PATH, "{").json()["ErrorCode"], 60028, "before the body");
        assert_eq!(code(&mut sandbox, 86_399, &good), 60028);
        assert_eq!(code(&mut sandbox, 86_400, &good), 0);
        sandbox.world.reset();
        assert_eq!(code(&mut sandbox, 86_400, &good), 0);
        assert_eq!(sandbox.world.deliveries().len(), 2);
    }

    #[test]
    fn too_many_signatures_that_fail_lock_the_app_for_a_minute() {
        let mut sandbox = Sandbox::from(Emulator::builder().with_tim_failed_usersigs(2).world());
        let good = Signer::default().sign();
        let other_key = Signer { key: "another-key", ..Signer::default() }.sign();
        assert_eq!(code(&mut sandbox, 0, &other_key), 70009);
        assert_eq!(code(&mut sandbox, 50, "xxx"), 70003);
        assert_eq!(code(&mut sandbox, 51, &good), 0);
        assert_eq!(code(&mut sandbox, 60, &other_key), 70009, "the first is a minute ago");
        assert_eq!(code(&mut sandbox, 61, &other_key), 70050);
        assert_eq!(code(&mut sandbox, 61, &good), 70050, "whatever is signed");
        assert_eq!(code(&mut sandbox, 120, &good), 70050);
        assert_eq!(code(&mut sandbox, 121, &good), 0);
        assert_eq!(code(&mut sandbox, 121, &other_key), 70009);
        let other_app = uri(1, "administrator", &good);
        for _ in 0..9 {
            assert_eq!(sandbox.request("POST", &other_app, TO_TWO).json()["ErrorCode"], 70020, "is nobody's failure");
        }
        assert_eq!(code(&mut sandbox, 121, &good), 0);
    }
}
