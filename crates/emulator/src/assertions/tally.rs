//! What everybody got, and what that comes to.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use crate::deliveries::{IdKind, Line, Provider};
use crate::directory::{Directory, Person};
use crate::stats::State;
use crate::world::World;

/// How many of those that are wrong are named.
const NAMED: usize = 20;

/// Somebody who can get a message: of one vendor, and where a directory says who somebody is, that person under
/// whichever id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Somebody<'a> {
    Listed(IdKind, &'a str),
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
pub(super) struct Tally<'a> {
    world: &'a World,
    got: HashMap<Somebody<'a>, Got<'a>>,
    by_id: HashMap<&'a str, Vec<Somebody<'a>>>,
}

impl<'a> Tally<'a> {
    pub(super) fn of(world: &'a World) -> Self {
        let mut tally = Self { world, got: HashMap::new(), by_id: HashMap::new() };
        for (number, line) in world.delivery_log().numbered_from(0) {
            tally.count(world.directory_at(number), &line);
        }
        tally
    }

    fn count(&mut self, directory: &'a Directory, line: &Line<'a>) {
        let who = listed(directory, line.kind, line.id);
        let who = who.unwrap_or(Somebody::Named(line.provider, line.kind, line.id));
        let got = self.got.entry(who).or_default();
        got.messages.push(line.message_id);
        if !got.ids.contains(&line.id) {
            got.ids.push(line.id);
            self.by_id.entry(line.id).or_default().push(who);
        }
    }

    /// All whom a test may mean by an id.
    fn meant(&self, id: &str) -> HashSet<Somebody<'a>> {
        let kinds = [IdKind::OpenId, IdKind::UserId, IdKind::UnionId];
        let listed = self.world.directories().flat_map(|directory| kinds.map(|kind| listed(directory, kind, id)));
        listed.flatten().chain(self.by_id.get(id).into_iter().flatten().copied()).collect()
    }

    pub(super) fn once(&self, ids: &[String]) -> Result<(), String> {
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

    pub(super) fn only(&self, ids: &[String]) -> Result<(), String> {
        self.once(ids)?;
        let expected: HashSet<Somebody<'_>> = ids.iter().flat_map(|id| self.meant(id)).collect();
        let others = self.got.iter().filter(|(who, _)| !expected.contains(who));
        self.verdict(&wrong(others), "recipients should have got nothing, and did")
    }

    pub(super) fn nobody_twice(&self) -> Result<(), String> {
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

/// A person, by the first of their ids.
fn listed<'a>(directory: &'a Directory, kind: IdKind, id: &str) -> Option<Somebody<'a>> {
    let Person { open_id, user_id, union_id, .. } = directory.organisation()?.person(kind, id)?;
    let ids = [(IdKind::OpenId, open_id), (IdKind::UserId, user_id), (IdKind::UnionId, union_id)];
    ids.into_iter().find_map(|(kind, id)| Some(Somebody::Listed(kind, id.as_deref().filter(|id| !id.is_empty())?)))
}

/// These people, by the ids that they got something under, with what they got.
fn wrong<'g>(got: impl Iterator<Item = (&'g Somebody<'g>, &'g Got<'g>)>) -> BTreeMap<String, String> {
    got.map(|(_, got)| (got.ids.join(", "), times(&got.messages))).collect()
}

fn times(messages: &[&str]) -> String {
    let more = if messages.len() > 3 { ", …" } else { "" };
    format!("{} ({}{more})", messages.len(), messages[..messages.len().min(3)].join(", "))
}
