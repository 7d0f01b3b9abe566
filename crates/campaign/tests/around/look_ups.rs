//! How often the vendor is asked who is behind an address.

use batchcast_campaign::{Error, LookUp};
use batchcast_transport::channel::{Address, Channel};

use crate::directory::Directory;
use crate::people::{add, email, mobile, nobody, open_id, plan, planner, vendor, with_every_ledger};

#[test]
fn five_thousand_of_each_are_a_hundred_calls_and_none_of_them_again() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(200), Directory::default());
        // All of one kind before the other, as two files give them.
        let people = || (0..5_000).map(email).chain((5_000..10_000).map(mobile));
        let id = plan(bench, &vendor, &directory, people()).unwrap();
        assert_eq!(directory.sizes(), [100; 100]);
        let planned = bench.standing(&id).plan;
        assert_eq!((planned.recipients(), planned.not_found, planned.requests), (10_000, 0, 50));

        let again = plan(bench, &vendor, &directory, people()).unwrap();
        assert_eq!((directory.sizes(), bench.counts(&again)), (vec![], [0, 0, 0, 10_000]));
        // Who else is asked for costs no more than they do.
        plan(bench, &vendor, &directory, people().chain((10_000..10_060).map(email))).unwrap();
        assert_eq!(directory.sizes(), [50, 10]);
    });
}

#[test]
fn what_a_plan_that_broke_off_was_told_is_not_asked_again() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(200), Directory::default());
        let people = || (0..5_000).map(email).chain((5_000..10_000).map(mobile));
        directory.fail_after(59);
        let broken = plan(bench, &vendor, &directory, people());
        assert!(matches!(broken, Err(Error::Vendor(_))), "{broken:?}");
        assert_eq!(directory.sizes(), [100; 59]);
        assert_eq!(bench.read(|view| view.campaigns()), []);

        let id = plan(bench, &vendor, &directory, people()).unwrap();
        // The one that failed, and the forty behind it.
        assert_eq!(directory.sizes(), [100; 41]);
        assert_eq!(bench.counts(&id), [0, 0, 0, 10_000]);
    });
}

#[test]
fn an_address_is_asked_for_once_however_often_it_stands_there() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::default());
        let id = plan(bench, &vendor, &directory, [email(1), nobody(1), email(1), nobody(1), mobile(1)]).unwrap();
        assert_eq!(directory.sizes(), [3]);
        assert_eq!(bench.standing(&id).plan.duplicates, 3);
    });
}

#[test]
fn nobody_is_asked_where_there_are_no_addresses() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::default());
        plan(bench, &vendor, &directory, (0..5).map(open_id)).unwrap();
        assert_eq!(directory.sizes(), [0; 0]);
    });
}

#[test]
fn one_app_is_not_told_what_another_was() {
    with_every_ledger(|bench| {
        let directory = Directory::default();
        let other = |app| vendor(10).with_address(Address::new("test", "https://vendor.example.com", app));
        plan(bench, &other("app-1"), &directory, [email(1)]).unwrap();
        assert_eq!(directory.sizes(), [1]);
        plan(bench, &other("app-2"), &directory, [email(1)]).unwrap();
        assert_eq!(directory.sizes(), [1]);
        plan(bench, &other("app-1"), &directory, [email(1)]).unwrap();
        assert_eq!(directory.sizes(), [0; 0]);
    });
}

#[test]
fn every_address_has_its_entry_also_where_the_vendor_says_nothing() {
    with_every_ledger(|bench| {
        let address = vendor(10).address();
        let find = |directory: &Directory| {
            let found = LookUp::new(&*bench.ledger, &address, directory).find(vec![email(1), mobile(2), nobody(3)]);
            let found = found.unwrap();
            (found.len(), found[&email(1)].clone(), found[&mobile(2)].clone(), found[&nobody(3)].clone())
        };
        assert_eq!(find(&Directory::silent()), (3, None, None, None));
        // Silence is no answer, so it is not remembered as one.
        let directory = Directory::default();
        let expected = (3, Some(open_id(1)), Some(open_id(2)), None);
        assert_eq!((find(&directory), directory.sizes()), (expected.clone(), vec![3]));
        assert_eq!((find(&directory), directory.sizes()), (expected, vec![]));
    });
}

#[test]
fn those_who_wait_share_their_calls() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::default());
        let mut planner = planner(bench, &vendor, &directory);
        add(&mut planner, (0..75).flat_map(|number| [email(number), open_id(1_000 + number), mobile(500 + number)]))
            .unwrap();
        assert_eq!(directory.sizes(), [0; 0], "there may be more");
        planner.save().unwrap();
        assert_eq!(directory.sizes(), [100, 50]);
    });
}
