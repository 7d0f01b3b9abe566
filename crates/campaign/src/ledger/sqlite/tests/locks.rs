//! Who holds a campaign.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::Place;
use crate::ledger::{CampaignId, Hold, Ledger};

#[test]
fn those_who_look_are_not_in_the_way() {
    let place = Place::new();
    let (holder, looker) = (place.open(), place.open());
    let id = CampaignId::random();
    let looked = AtomicUsize::new(0);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                assert!(looker.is_held(&id).unwrap().is_some());
                looked.fetch_add(1, Ordering::SeqCst);
            }
        });
        let mut was_held = true;
        while was_held && looked.load(Ordering::SeqCst) < 1_000 {
            was_held = matches!(holder.hold(&id).unwrap(), Hold::Held(_));
        }
        done.store(true, Ordering::SeqCst);
        assert!(was_held, "somebody who looked was taken for a holder");
    });
}

/// Plays its own child: whoever is told a place by this variable holds a campaign there until it is killed.
#[test]
fn a_killed_process_lets_go() {
    const PLACE: &str = "BATCHCAST_TEST_HOLDS_IN";
    const NAME: &str = "ledger::sqlite::tests::locks::a_killed_process_lets_go";
    const HELD: &[u8] = b"held\n";
    let id: CampaignId = "c-killed".parse().unwrap();
    #[expect(clippy::disallowed_methods, reason = "how the test tells its child what to do")]
    if let Some(path) = std::env::var_os(PLACE) {
        let ledger = super::Sqlite::open(path, std::sync::Arc::new(super::ManualTimer::default())).unwrap();
        let held = ledger.hold(&id).unwrap();
        assert!(matches!(held, Hold::Held(_)));
        std::io::stderr().write_all(HELD).unwrap();
        // Ends only if the parent dies.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        return;
    }
    let place = Place::new();
    let ledger = place.open();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([NAME, "--exact", "--nocapture"])
        .env(PLACE, place.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = [0; HELD.len()];
    child.stderr.as_mut().unwrap().read_exact(&mut told).unwrap();
    assert_eq!(told, HELD);
    assert_eq!(ledger.is_held(&id).unwrap(), Some(true));
    assert!(matches!(ledger.hold(&id).unwrap(), Hold::ByAnother));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(ledger.is_held(&id).unwrap(), Some(false));
    assert!(matches!(ledger.hold(&id).unwrap(), Hold::Held(_)));
}
