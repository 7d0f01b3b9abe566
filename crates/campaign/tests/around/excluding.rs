//! Whoever is left out is left out under every name by which they may come.

use std::sync::Arc;

use batchcast_campaign::{Error, Planner, Refusal};
use batchcast_model::Recipient;

use crate::directory::Directory;
use crate::people::{add, email, mobile, nobody, open_id, planner, rows, vendor, with_every_ledger};

/// Whoever is excluded, whoever is added, and who is in the plan.
#[track_caller]
fn check(excluded: &[Recipient], added: &[Recipient], expected: &[&str]) {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::default());
        let mut planner = planner(bench, &vendor, &directory);
        excluded.iter().for_each(|one| planner.exclude(one));
        add(&mut planner, added.iter().cloned()).unwrap();
        let id = planner.save().unwrap();
        let found: Vec<_> = rows(bench, &id).into_iter().map(|(.., id)| id).collect();
        assert_eq!(found, expected);
        let plan = bench.standing(&id).plan;
        assert_eq!((plan.excluded, plan.duplicates), ((added.len() - expected.len()) as u64, 0));
    });
}

#[test]
fn by_an_address_and_given_by_another_name() {
    check(&[email(1)], &[email(1), email(2)], &["ou_2"]);
    check(&[email(1)], &[open_id(1), open_id(2)], &["ou_2"]);
    check(&[email(1)], &[mobile(1), mobile(2)], &["ou_2"]);
    check(&[mobile(1), email(3)], &[open_id(3), email(2), open_id(1), mobile(3), email(1)], &["ou_2"]);
}

#[test]
fn by_an_id_and_given_by_an_address() {
    check(&[open_id(1)], &[email(1), mobile(1), email(2)], &["ou_2"]);
}

#[test]
fn by_an_address_that_nobody_has() {
    check(&[nobody(1)], &[nobody(1), nobody(2), email(1)], &["nobody2@example.com", "ou_1"]);
}

#[test]
fn by_one_of_the_other_ids_of_a_row() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::default());
        let mut planner = planner(bench, &vendor, &directory);
        planner.exclude(&email(1));
        planner
            .add(Recipient::new(batchcast_model::IdKind::UserId, "u1").unwrap(), &[open_id(1)], &Vec::new())
            .unwrap();
        planner.add(email(2), &[email(1)], &Vec::new()).unwrap();
        assert!(matches!(planner.save(), Err(Error::Refused(Refusal::NoRecipients))));
        assert_eq!(bench.read(|view| view.campaigns()), []);
    });
}

#[test]
fn they_are_looked_up_once() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::with_memory(Default::default(), Default::default()));
        let mut planner = planner(bench, &vendor, &directory);
        (0..60).map(email).for_each(|one| planner.exclude(&one));
        add(&mut planner, (0..100).map(open_id)).unwrap();
        assert_eq!(directory.sizes(), [50, 10]);
        planner.save().unwrap();
        assert_eq!(directory.sizes(), [0; 0]);
    });
}

#[test]
fn whoever_cannot_be_looked_up_is_not_let_in_for_that() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::default());
        let mut planner = planner(bench, &vendor, &directory);
        planner.exclude(&email(1));
        directory.fail_after(0);
        assert!(matches!(planner.add(open_id(1), &[], &Vec::new()), Err(Error::Vendor(_))));
        // Whoever tries again, or goes on, has not lost who is to be left out.
        planner.add(open_id(1), &[], &Vec::new()).unwrap();
        planner.add(open_id(2), &[], &Vec::new()).unwrap();
        let id = planner.save().unwrap();
        assert_eq!(rows(bench, &id), [(3, 0, "ou_2".to_owned())]);
    });
}

#[test]
fn without_contacts_an_address_is_a_name_like_any_other() {
    with_every_ledger(|bench| {
        let mut planner = Planner::new(Arc::clone(&bench.ledger), &vendor(10), "hello").unwrap();
        planner.exclude(&email(1));
        planner.add(open_id(1), &[], &Vec::new()).unwrap();
        planner.add(open_id(2), &[email(1)], &Vec::new()).unwrap();
        assert!(matches!(planner.add(email(3), &[], &Vec::new()), Err(Error::Invalid(_))));
        let id = planner.save().unwrap();
        assert_eq!(rows(bench, &id), [(1, 0, "ou_1".to_owned())]);
    });
}
