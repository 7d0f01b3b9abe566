//! For how long it is remembered who is behind an address.

use std::time::Duration;

use batchcast_campaign::LookUp;
use batchcast_model::Recipient;
use batchcast_transport::channel::Channel;

use crate::bench::Bench;
use crate::directory::{Directory, MEMORY};
use crate::people::{email, nobody, vendor, with_every_ledger};

const MS: Duration = Duration::from_millis(1);

/// Whether the vendor was asked for this one.
fn asks(bench: &Bench, directory: &Directory, one: &Recipient) -> bool {
    let address = vendor(10).address();
    LookUp::new(&*bench.ledger, &address, directory).find(vec![one.clone()]).unwrap();
    !directory.asked().is_empty()
}

#[test]
fn it_is_remembered_for_its_time_and_no_longer() {
    #[track_caller]
    fn check(one: &Recipient, memory: Duration) {
        with_every_ledger(|bench| {
            let directory = Directory::default();
            assert!(asks(bench, &directory, one));
            assert!(!asks(bench, &directory, one));
            bench.wall.advance(memory - MS);
            assert!(!asks(bench, &directory, one));
            bench.wall.advance(MS);
            assert!(asks(bench, &directory, one));
            // From then on it is remembered anew.
            bench.wall.advance(memory - MS);
            assert!(!asks(bench, &directory, one));
        });
    }
    check(&email(1), MEMORY.found);
    check(&nobody(1), MEMORY.missing);
}

#[test]
fn what_is_remembered_too_long_is_removed() {
    with_every_ledger(|bench| {
        let directory = Directory::default();
        assert!(asks(bench, &directory, &email(1)));
        bench.wall.advance(MEMORY.found);
        assert!(asks(bench, &directory, &email(2)));
        // Whoever relies on answers for ever finds none.
        let forever = Directory::with_memory(Duration::MAX, Duration::MAX);
        assert!(asks(bench, &forever, &email(1)));
        assert!(!asks(bench, &forever, &email(2)));
    });
}

#[test]
fn what_comes_from_the_future_is_not_relied_on() {
    with_every_ledger(|bench| {
        bench.wall.advance(MEMORY.found);
        for one in [email(1), nobody(1)] {
            let directory = Directory::default();
            assert!(asks(bench, &directory, &one));
            bench.wall.set_back(Duration::from_secs(600));
            assert!(asks(bench, &directory, &one));
            // That answer is of this clock.
            assert!(!asks(bench, &directory, &one));
        }
    });
}

#[test]
fn without_memory_nothing_is_kept() {
    #[track_caller]
    fn check(found: Duration, missing: Duration, kept: [bool; 2]) {
        with_every_ledger(|bench| {
            let directory = Directory::with_memory(found, missing);
            let forever = Directory::with_memory(Duration::MAX, Duration::MAX);
            for (one, kept) in [email(1), nobody(1)].iter().zip(kept) {
                assert!(asks(bench, &directory, one));
                assert_eq!(asks(bench, &directory, one), !kept);
                assert_eq!(asks(bench, &forever, one), !kept, "{one:?}: somebody else may rely on it longer");
            }
        });
    }
    check(Duration::ZERO, Duration::ZERO, [false, false]);
    check(MEMORY.found, Duration::ZERO, [true, false]);
    check(Duration::ZERO, MEMORY.missing, [false, true]);
}
