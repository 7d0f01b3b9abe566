//! Who got what, as the assertions of a test.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use crate::deliveries::{IdKind, Line, Provider};
use crate::directory::Person;
use crate::emulator::Emulator;
use crate::stats::State;
use crate::world::World;

/// How many of those that are wrong are named.
const NAMED: usize = 20;

/// Somebody who can get a message: of one vendor, and where a directory says who somebody is, that person under
/// whichever id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Somebody<'a> {
    Listed(*const Person),
    Named(Provider, IdKind, &'a str),
}

/// What somebody got.
#[derive(Debug, Default)]
struct Got<'a> {
    /// The ids that messages were delivered under.
    ids: Vec<&'a str>,
    messages: Vec<&'a str>,
}

/// What everybody got, with what the log cannot tell.
#[derive(Debug)]
struct Tally<'a> {
    world: &'a World,
    got: HashMap<Somebody<'a>, Got<'a>>,
    by_id: HashMap<&'a str, Vec<Somebody<'a>>>,
}

impl<'a> Tally<'a> {
    fn of(world: &'a World) -> Self {
        let mut tally = Self { world, got: HashMap::new(), by_id: HashMap::new() };
        for line in world.delivery_log().lines() {
            tally.count(&line);
        }
        tally
    }

    fn count(&mut self, line: &Line<'a>) {
        let who = self.listed(line.kind, line.id).unwrap_or(Somebody::Named(line.provider, line.kind, line.id));
        let got = self.got.entry(who).or_default();
        got.messages.push(line.message_id);
        if !got.ids.contains(&line.id) {
            got.ids.push(line.id);
            self.by_id.entry(line.id).or_default().push(who);
        }
    }

    fn listed(&self, kind: IdKind, id: &str) -> Option<Somebody<'a>> {
        Some(Somebody::Listed(self.world.directory.organisation()?.person(kind, id)?))
    }

    /// All whom a test may mean by an id.
    fn meant(&self, id: &str) -> HashSet<Somebody<'a>> {
        let listed =
            [IdKind::OpenId, IdKind::UserId, IdKind::UnionId].into_iter().filter_map(|kind| self.listed(kind, id));
        listed.chain(self.by_id.get(id).into_iter().flatten().copied()).collect()
    }

    fn once(&self, ids: &[String]) -> Result<(), String> {
        let mut wrong = BTreeMap::new();
        for id in ids {
            let meant = self.meant(id);
            let messages: Vec<&str> =
                meant.iter().filter_map(|who| self.got.get(who)).flat_map(|got| &got.messages).copied().collect();
            match messages.len() {
                1 => {}
                0 => drop(wrong.insert(id.clone(), "nothing".to_owned())),
                _ => drop(wrong.insert(id.clone(), times(&messages))),
            }
        }
        self.verdict(&wrong, &format!("of {} recipients should have got one message each, and did not", ids.len()))
    }

    fn only(&self, ids: &[String]) -> Result<(), String> {
        self.once(ids)?;
        let expected: HashSet<Somebody<'_>> = ids.iter().flat_map(|id| self.meant(id)).collect();
        let others = self.got.iter().filter(|(who, _)| !expected.contains(who));
        self.verdict(&wrong(others), "recipients should have got nothing, and did")
    }

    fn nobody_twice(&self) -> Result<(), String> {
        let several = self.got.iter().filter(|(_, got)| got.messages.len() > 1);
        self.verdict(&wrong(several), "recipients got more than one message")
    }

    fn verdict(&self, wrong: &BTreeMap<String, String>, what: &str) -> Result<(), String> {
        let mut text = String::new();
        let State { waiting, kept, forgotten } = self.world.state();
        // Nothing here can fail: a String takes all that is written.
        if forgotten > 0 {
            let _ = writeln!(
                text,
                "only {kept} of {} deliveries were kept, so nobody can tell; keep more, with `with_delivery_limit`",
                kept + forgotten
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
        if waiting > 0 {
            let _ = writeln!(
                text,
                "{waiting} deliveries wait for their turn, by `with_delivery_rate`, so nobody can tell yet; ask again \
                 when `waiting` is 0"
            );
        }
        if text.is_empty() { Ok(()) } else { Err(text) }
    }
}

/// These people, by the ids that they got something under, with what they got.
fn wrong<'g>(got: impl Iterator<Item = (&'g Somebody<'g>, &'g Got<'g>)>) -> BTreeMap<String, String> {
    got.map(|(_, got)| (got.ids.join(", "), times(&got.messages))).collect()
}

fn times(messages: &[&str]) -> String {
    let more = if messages.len() > 3 { ", …" } else { "" };
    format!("{} ({}{more})", messages.len(), messages[..messages.len().min(3)].join(", "))
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

/// Assertions for tests. They count over all messages. With a [`Directory`](crate::Directory) they go by people, under
/// whichever ids messages were delivered to them; else by vendor, kind and id.
///
/// They judge what had reached the emulator when they are called, and is due by then. They fail too where the log has
/// forgotten deliveries ([`with_delivery_limit`](crate::Builder::with_delivery_limit)), where some are still to come
/// ([`waiting`](Emulator::waiting)), and where something in the emulator panicked.
impl Emulator {
    /// Each of these got exactly one message. Others may have got some.
    ///
    /// # Panics
    ///
    /// When it is not so; the text names who got nothing, and who got which messages.
    #[track_caller]
    pub fn assert_delivered_once(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        let verdict = Tally::of(&self.settled()).once(&owned(ids));
        hold(verdict);
    }

    /// Each of these got exactly one message, and nobody else got any.
    ///
    /// # Panics
    ///
    /// When it is not so; the text names who got nothing, too much, or anything at all.
    #[track_caller]
    pub fn assert_delivered_only(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        let verdict = Tally::of(&self.settled()).only(&owned(ids));
        hold(verdict);
    }

    /// Nobody got more than one message.
    ///
    /// # Panics
    ///
    /// When it is not so; the text names who got which messages.
    #[track_caller]
    pub fn assert_nobody_twice(&self) {
        let verdict = Tally::of(&self.settled()).nobody_twice();
        hold(verdict);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Emulator;
    use crate::feishu::testing::{Sandbox, office};

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
        let world = sent(9, &[ONE_AND_TWO, TWO]);
        let tally = Tally::of(&world);
        check(tally.once(&owned(["ou_1"])), &[]);
        check(tally.once(&owned(["ou_1", "ou_2", "ou_3"])), &["2 of 3 recipients", "ou_2: 2 (bm-", "ou_3: nothing\n"]);
        check(tally.only(&owned(["ou_1"])), &["1 recipients should have got nothing", "ou_2: 2 (bm-"]);
        check(tally.nobody_twice(), &["1 recipients got more than one message", "ou_2"]);
        let world = sent(9, &[ONE_AND_TWO]);
        let tally = Tally::of(&world);
        check(tally.only(&owned(["ou_2", "ou_1"])), &[]);
        check(tally.nobody_twice(), &[]);
        let nothing = sent(9, &[]);
        check(Tally::of(&nothing).only(&[]), &[]);
    }

    #[test]
    fn a_person_is_one_under_every_id() {
        let directory = crate::Directory::new().with_feishu(office()).unwrap();
        let mut sandbox = Sandbox::from(Emulator::builder().with_directory(directory).world());
        sandbox.log_in();
        sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"user_ids":["ben"],"department_ids":["od-works"]}"#);
        let tally = Tally::of(&sandbox.world);
        check(tally.nobody_twice(), &["1 recipients got more than one message", "ben", "ou_ben", ": 2 (bm-"]);
        check(tally.once(&owned(["ben"])), &["ben: 2 (bm-"]);
        check(tally.once(&owned(["ou_ben"])), &["ou_ben: 2 (bm-"]);
        check(tally.once(&owned(["ou_ann"])), &["ou_ann: nothing"]);
    }

    #[test]
    fn whom_the_directory_lists_may_be_named_by_any_id() {
        let directory = crate::Directory::new().with_feishu(office()).unwrap();
        let mut sandbox = Sandbox::from(Emulator::builder().with_directory(directory).world());
        sandbox.log_in();
        sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"user_ids":["ben"]}"#);
        let tally = Tally::of(&sandbox.world);
        check(tally.only(&owned(["ou_ben"])), &[]);
        check(tally.only(&owned(["ben", "ou_ben"])), &[]);
        check(tally.only(&owned(["ou_ann"])), &["ou_ann: nothing"]);
    }

    #[test]
    fn two_vendors_may_have_people_of_one_name() {
        let mut sandbox = Sandbox::from(Emulator::builder().world());
        sandbox.log_in();
        sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"user_ids":["bonnie"]}"#);
        let mut tim = crate::tim::testing::Sandbox::from(sandbox.world);
        assert_eq!(tim.send(crate::tim::testing::TO_TWO).json()["ErrorCode"], 0);
        let tally = Tally::of(&tim.world);
        check(tally.nobody_twice(), &[]);
        check(tally.once(&owned(["bonnie"])), &["bonnie: 2 ("]);
    }

    #[test]
    fn a_log_that_forgot_proves_nothing() {
        let world = sent(1, &[ONE_AND_TWO]);
        let tally = Tally::of(&world);
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
        let nothing = sent(9, &[]);
        check(Tally::of(&nothing).once(&ids), &["50 of 50", "… and 30 more"]);
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
