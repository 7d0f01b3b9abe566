//! A plan while it is followed: what was counted, and the dice.

use http::Method;

use crate::faults::FaultPlan;
use crate::faults::fault::Fault;
use crate::sequence::{Purpose, Sequence};

/// A plan and where it stands.
#[derive(Debug)]
pub(crate) struct Faults {
    plan: FaultPlan,
    /// For each rule, the requests that had its method and path.
    counts: Vec<u64>,
    dice: Sequence,
}

impl Faults {
    pub(crate) fn new(plan: FaultPlan, seed: u64) -> Self {
        let counts = vec![0; plan.rules().len()];
        Self { plan, counts, dice: Sequence::new(seed, Purpose::Fault) }
    }

    /// Follows another plan from its beginning; the dice roll on.
    pub(crate) fn follow(&mut self, plan: FaultPlan) {
        self.counts = vec![0; plan.rules().len()];
        self.plan = plan;
    }

    /// The fault for the next request, which has this method and path.
    pub(crate) fn next(&mut self, method: &Method, path: &str) -> Option<Fault> {
        let mut found = None;
        for (rule, count) in self.plan.rules().iter().zip(&mut self.counts) {
            if !rule.counts(method, path) {
                continue;
            }
            *count += 1;
            if found.is_none() && rule.is_for(*count) && hits(&mut self.dice, rule.probability()) {
                found = Some(rule.fault().clone());
            }
        }
        found
    }
}

/// A draw is made only where chance decides, so that a rule without it leaves the others' luck alone.
fn hits(dice: &mut Sequence, probability: f64) -> bool {
    if probability >= 1.0 {
        return true;
    }
    let drawn = (dice.next_id() >> 75) as f64 / (1u64 << 53) as f64;
    drawn < probability
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEND: &str = "/open-apis/message/v4/batch_send/";

    /// For each path the kind of fault it gets, or `-`.
    fn kinds(plan: &str, paths: &[&str]) -> String {
        let mut faults = Faults::new(FaultPlan::from_json(plan.as_bytes()).unwrap(), 0);
        let kinds: Vec<&str> = paths
            .iter()
            .map(|path| faults.next(&Method::POST, path).map_or("-", |fault| Fault::kind(&fault)))
            .collect();
        kinds.join(" ")
    }

    #[test]
    fn a_rule_is_for_its_path_and_its_numbers() {
        fn check(rule: &str, expected: &str) {
            let plan = format!(r#"[{{"match":{rule},"fault":{{"kind":"garbage"}}}}]"#);
            assert_eq!(kinds(&plan, &[SEND; 6]).replace("garbage", "g"), expected, "{rule}");
        }
        check("{}", "g g g g g g");
        check(r#"{"path":"/open-apis/message"}"#, "g g g g g g");
        check(r#"{"path":"/v4/"}"#, "- - - - - -");
        check(r#"{"path":"/open-apis/messages"}"#, "- - - - - -");
        check(r#"{"path":""}"#, "g g g g g g");
        check(r#"{"nth":[1,3]}"#, "g - g - - -");
        check(r#"{"nth":[],"every":2}"#, "- g - g - g");
        check(r#"{"method":"post"}"#, "g g g g g g");
        check(r#"{"method":"GET"}"#, "- - - - - -");
        check(r#"{"method":"POST","path":"/open-apis/message/*/batch_send/","nth":[2]}"#, "- g - - - -");
        check(r#"{"every":2}"#, "- g - g - g");
        check(r#"{"every":1}"#, "g g g g g g");
        check(r#"{"nth":[1],"every":3}"#, "g - g - - g");
        check(r#"{"probability":0}"#, "- - - - - -");
        check(r#"{"nth":[2],"probability":1}"#, "- g - - - -");
    }

    #[test]
    fn the_first_rule_that_matches_is_applied_and_all_count() {
        let plan = r#"[
            {"match":{"path":"/open-apis/message","nth":[1]},"fault":{"kind":"reset_before"}},
            {"match":{"nth":[1,2,4]},"fault":{"kind":"reset_after"}},
            {"match":{"path":"/v4/"},"fault":{"kind":"garbage"}}]"#;
        let expected = "reset_before reset_after garbage reset_after -";
        assert_eq!(kinds(plan, &[SEND, SEND, "/v4/x", "/v4/x", SEND]), expected);
        assert_eq!(kinds("[]", &[SEND, "/v4/x"]), "- -");
    }

    fn pattern(seed: u64, probability: f64) -> Vec<bool> {
        let plan = format!(r#"[{{"match":{{"probability":{probability}}},"fault":{{"kind":"garbage"}}}}]"#);
        let mut faults = Faults::new(FaultPlan::from_json(plan.as_bytes()).unwrap(), seed);
        (0..2_000).map(|_| faults.next(&Method::POST, SEND).is_some()).collect()
    }

    #[test]
    fn chance_follows_from_the_seed_and_keeps_its_share() {
        assert_eq!(pattern(1, 0.3), pattern(1, 0.3));
        assert_ne!(pattern(1, 0.3), pattern(2, 0.3));
        for probability in [0.1, 0.5, 0.9] {
            let share = pattern(7, probability).into_iter().filter(|&hit| hit).count() as f64 / 2_000.0;
            assert!((share - probability).abs() < 0.04, "{share} for {probability}");
        }
    }

    #[test]
    fn another_plan_begins_at_one() {
        let plan = || FaultPlan::from_json(br#"[{"match":{"nth":[2]},"fault":{"kind":"slow","ms":1}}]"#).unwrap();
        let mut faults = Faults::new(plan(), 0);
        assert_eq!(faults.next(&Method::POST, SEND), None);
        faults.follow(plan());
        assert_eq!(faults.next(&Method::POST, SEND), None);
        assert_eq!(faults.next(&Method::POST, SEND).map(|fault| fault.kind()), Some("slow"));
    }
}
