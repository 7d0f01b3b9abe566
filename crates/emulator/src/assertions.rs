//! Who got what, as the assertions of a test.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use crate::deliveries::Delivery;
use crate::emulator::Emulator;
use crate::world::World;

/// How many of those that are wrong are named.
const NAMED: usize = 20;

/// What each recipient got, by the id that it was delivered under, with what the log cannot tell.
#[derive(Debug)]
struct Tally {
    got: BTreeMap<String, Vec<String>>,
    forgotten: u64,
    waiting: usize,
}

impl Tally {
    fn of(world: &World) -> Self {
        let deliveries = world.deliveries();
        let stats = world.stats();
        let forgotten = (stats.feishu.deliveries + stats.tim.deliveries).saturating_sub(deliveries.len() as u64);
        let mut got: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for Delivery { id, message_id, .. } in deliveries {
            got.entry(id).or_default().push(message_id);
        }
        Self { got, forgotten, waiting: world.waiting() }
    }

    fn once(&self, ids: &[String]) -> Result<(), String> {
        let mut wrong: BTreeMap<&str, String> = BTreeMap::new();
        for id in ids {
            match self.got.get(id).map_or(&[][..], Vec::as_slice) {
                [_] => {}
                [] => drop(wrong.insert(id, "nothing".to_owned())),
                several => drop(wrong.insert(id, times(several))),
            }
        }
        self.verdict(&wrong, &format!("of {} recipients should have got one message each, and did not", ids.len()))
    }

    fn only(&self, ids: &[String]) -> Result<(), String> {
        self.once(ids)?;
        let expected: HashSet<&String> = ids.iter().collect();
        let others = self.got.iter().filter(|(id, _)| !expected.contains(id));
        let wrong: BTreeMap<&str, String> = others.map(|(id, got)| (id.as_str(), times(got))).collect();
        self.verdict(&wrong, "recipients should have got nothing, and did")
    }

    fn nobody_twice(&self) -> Result<(), String> {
        let several = self.got.iter().filter(|(_, got)| got.len() > 1);
        let wrong: BTreeMap<&str, String> = several.map(|(id, got)| (id.as_str(), times(got))).collect();
        self.verdict(&wrong, "recipients got more than one message")
    }

    fn verdict(&self, wrong: &BTreeMap<&str, String>, what: &str) -> Result<(), String> {
        let mut text = String::new();
        if self.forgotten > 0 {
            let kept: usize = self.got.values().map(Vec::len).sum();
            let all = kept as u64 + self.forgotten;
            // Nothing here can fail: a String takes all that is written.
            let _ = writeln!(
                text,
                "only {kept} of {all} deliveries were kept, so nobody can tell; keep more, with `with_delivery_limit`"
            );
        }
        if !wrong.is_empty() {
            let _ = writeln!(text, "{} {what}:", wrong.len());
            for (id, got) in wrong.iter().take(NAMED) {
                let _ = writeln!(text, "  {id}: {got}");
            }
            if wrong.len() > NAMED {
                let _ = writeln!(text, "  … and {} more", wrong.len() - NAMED);
            }
        }
        if self.waiting > 0 {
            let _ = writeln!(
                text,
                "{} deliveries wait for their turn, by `with_delivery_rate`, so nobody can tell yet; ask again when \
                 `waiting` is 0",
                self.waiting
            );
        }
        if text.is_empty() { Ok(()) } else { Err(text) }
    }
}

fn times(messages: &[String]) -> String {
    let named: Vec<&str> = messages.iter().take(3).map(String::as_str).collect();
    let more = if messages.len() > named.len() { ", …" } else { "" };
    format!("{} ({}{more})", messages.len(), named.join(", "))
}

#[track_caller]
fn hold(verdict: Result<(), String>) {
    if let Err(why) = verdict {
        panic!("{why}");
    }
}

fn owned(ids: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    ids.into_iter().map(|id| id.as_ref().to_owned()).collect()
}

impl World {
    /// See [`Emulator::assert_delivered_once`].
    ///
    /// # Panics
    ///
    /// When it is not so.
    #[track_caller]
    pub fn assert_delivered_once(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        hold(Tally::of(self).once(&owned(ids)));
    }

    /// See [`Emulator::assert_delivered_only`].
    ///
    /// # Panics
    ///
    /// When it is not so.
    #[track_caller]
    pub fn assert_delivered_only(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        hold(Tally::of(self).only(&owned(ids)));
    }

    /// See [`Emulator::assert_nobody_twice`].
    ///
    /// # Panics
    ///
    /// When it is not so.
    #[track_caller]
    pub fn assert_nobody_twice(&self) {
        hold(Tally::of(self).nobody_twice());
    }
}

/// Assertions for tests. They count over all messages and both vendors, go by the id that a message was delivered
/// under, and fail too where the log has forgotten deliveries
/// ([`with_delivery_limit`](crate::Builder::with_delivery_limit)) or some are still to come
/// ([`waiting`](Emulator::waiting)).
impl Emulator {
    /// Each of these got exactly one message. Others may have got some.
    ///
    /// # Panics
    ///
    /// When it is not so; the text names who got nothing, and who got which messages.
    #[track_caller]
    pub fn assert_delivered_once(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        let verdict = Tally::of(&self.world_now()).once(&owned(ids));
        hold(verdict);
    }

    /// Each of these got exactly one message, and nobody else got any.
    ///
    /// # Panics
    ///
    /// When it is not so; the text names who got nothing, too much, or anything at all.
    #[track_caller]
    pub fn assert_delivered_only(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        let verdict = Tally::of(&self.world_now()).only(&owned(ids));
        hold(verdict);
    }

    /// Nobody got more than one message.
    ///
    /// # Panics
    ///
    /// When it is not so; the text names who got which messages.
    #[track_caller]
    pub fn assert_nobody_twice(&self) {
        let verdict = Tally::of(&self.world_now()).nobody_twice();
        hold(verdict);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Emulator;
    use crate::feishu::testing::Sandbox;

    fn sent(limit: usize, messages: &[&str]) -> World {
        let mut sandbox = Sandbox::from(Emulator::builder().with_delivery_limit(limit).world());
        sandbox.log_in();
        for ids in messages {
            sandbox.send(&format!(r#"{{"msg_type":"text","content":{{"text":"x"}},"open_ids":[{ids}]}}"#));
        }
        sandbox.world
    }

    const ONE_AND_TWO: &str = r#""ou_1","ou_2""#;
    const TWO: &str = r#""ou_2""#;

    fn check(verdict: Result<(), String>, expected: &[&str]) {
        let text = verdict.err().unwrap_or_default();
        assert_eq!(text.is_empty(), expected.is_empty(), "{text}");
        for part in expected {
            assert!(text.contains(part), "{text}, without {part}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let tally = Tally::of(&sent(9, &[ONE_AND_TWO, TWO]));
        check(tally.once(&owned(["ou_1"])), &[]);
        check(tally.once(&owned(["ou_1", "ou_2", "ou_3"])), &["2 of 3 recipients", "ou_2: 2 (bm-", "ou_3: nothing\n"]);
        check(tally.only(&owned(["ou_1"])), &["1 recipients should have got nothing", "ou_2: 2 (bm-"]);
        check(tally.nobody_twice(), &["1 recipients got more than one message", "ou_2"]);
        let tally = Tally::of(&sent(9, &[ONE_AND_TWO]));
        check(tally.only(&owned(["ou_2", "ou_1"])), &[]);
        check(tally.nobody_twice(), &[]);
        check(Tally::of(&sent(9, &[])).only(&[]), &[]);
    }

    #[test]
    fn a_log_that_forgot_proves_nothing() {
        let tally = Tally::of(&sent(1, &[ONE_AND_TWO]));
        check(tally.once(&owned(["ou_2"])), &["only 1 of 2 deliveries were kept"]);
        check(tally.nobody_twice(), &["only 1 of 2"]);
    }

    #[test]
    fn what_is_still_to_come_may_be_the_second() {
        let builder = Emulator::builder().with_delivery_rate(std::num::NonZeroU32::MIN);
        let mut sandbox = Sandbox::from(builder.world());
        sandbox.log_in();
        for _ in 0..2 {
            sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#);
        }
        for (seconds, expected) in [(1, &["1 deliveries wait for their turn"][..]), (1, &["ou_1: 2 (bm-"])] {
            sandbox.wait(jiff::SignedDuration::from_secs(seconds));
            assert_eq!(sandbox.request("GET", "/_emulator/health", "", "").status, 200);
            let tally = Tally::of(&sandbox.world);
            check(tally.once(&owned(["ou_1"])), expected);
            check(tally.nobody_twice(), expected);
        }
    }

    #[test]
    fn long_lists_are_cut() {
        let ids: Vec<String> = (0..50).map(|n| format!("ou_{n}")).collect();
        check(Tally::of(&sent(9, &[])).once(&ids), &["50 of 50", "… and 30 more"]);
    }

    #[test]
    fn the_assertions_panic_with_the_text() {
        let world = sent(9, &[TWO, TWO]);
        world.assert_delivered_once([""; 0]);
        for broken in [
            std::panic::catch_unwind(|| sent(9, &[TWO, TWO]).assert_delivered_once(["ou_2"])),
            std::panic::catch_unwind(|| sent(9, &[TWO, TWO]).assert_delivered_only(["ou_2"])),
            std::panic::catch_unwind(|| sent(9, &[TWO, TWO]).assert_nobody_twice()),
        ] {
            let text = broken.unwrap_err().downcast::<String>().unwrap();
            assert!(text.contains("ou_2: 2 (bm-"), "{text}");
        }
    }
}
