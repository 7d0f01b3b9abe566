//! Which plans are the same: those of the same people, by whatever names they were given.

use batchcast_campaign::{Error, Refusal};
use batchcast_model::Recipient;

use crate::bench::{Bench, options};
use crate::directory::Directory;
use crate::people::{email, mobile, nobody, open_id, plan, vendor, with_every_ledger};

fn is_the_same(bench: &Bench, one: &[Recipient], other: &[Recipient]) -> bool {
    let identity = |people: &[Recipient]| {
        let id = plan(bench, &vendor(10), &Directory::default(), people.iter().cloned()).unwrap();
        bench.standing(&id).plan.identity
    };
    identity(one) == identity(other)
}

#[test]
fn people_are_themselves_by_any_name() {
    with_every_ledger(|bench| {
        let check = |one: &[Recipient], other: &[Recipient], expected: bool| {
            assert_eq!(is_the_same(bench, one, other), expected, "{one:?} {other:?}");
        };
        check(&[email(1), email(2)], &[open_id(2), open_id(1)], true);
        check(&[email(1), email(2)], &[mobile(1), open_id(2), email(1)], true);
        check(&[email(1), email(2)], &[email(1), email(3)], false);
        // Whom nobody knows is one of the recipients.
        check(&[email(1), nobody(2)], &[email(1)], false);
        check(&[email(1), nobody(2)], &[nobody(2), open_id(1)], true);
        check(&[email(1), nobody(2)], &[email(1), nobody(3)], false);
    });
}

#[test]
fn who_was_sent_to_by_address_is_not_sent_to_by_id() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::default());
        let first = plan(bench, &vendor, &directory, [email(1), mobile(2)]).unwrap();
        assert_eq!(bench.run(&first, &vendor).why(), None);
        let second = plan(bench, &vendor, &directory, [open_id(1), open_id(2)]).unwrap();
        let refused = bench.start(&second, &vendor, options(&vendor));
        assert!(matches!(refused, Err(Error::Refused(Refusal::Identical(other))) if other == first));
        assert_eq!(vendor.attempts(), 1);
    });
}

#[test]
fn whom_nobody_knew_has_not_got_it() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::default());
        let first = plan(bench, &vendor, &directory, [email(1), nobody(2), email(3)]).unwrap();
        bench.run(&first, &vendor);
        let second = plan(bench, &vendor, &directory, [open_id(1), nobody(2), mobile(3), email(4)]).unwrap();
        assert_eq!(bench.campaign(&second).estimate(Vec::new()).unwrap().got_it_already, 2);
    });
}
