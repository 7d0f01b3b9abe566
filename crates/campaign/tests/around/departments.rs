//! How many people the departments of a plan have.

use std::sync::Arc;

use batchcast_campaign::{Members, Planner};
use batchcast_model::Recipient;

use crate::bench::Bench;
use crate::directory::Directory;
use crate::people::{add, department, email, open_id, planner, vendor, with_every_ledger};

/// Of how many departments it was asked, of how many it is known, and how many people these have.
fn three(members: Members) -> (u32, u32, u64) {
    (members.asked, members.departments, members.people)
}

fn members(bench: &Bench, directory: &Directory, people: impl IntoIterator<Item = Recipient>) -> (u32, u32, u64) {
    let mut planner = planner(bench, &vendor(10), directory);
    planner.exclude(&department(7));
    add(&mut planner, people).unwrap();
    let id = planner.save().unwrap();
    three(bench.standing(&id).plan.members)
}

#[test]
fn the_members_of_each_are_counted_once() {
    with_every_ledger(|bench| {
        let directory = Directory::default();
        assert_eq!(members(bench, &directory, [open_id(1), email(2)]), (0, 0, 0));
        let people = [department(5), open_id(1), email(4), department(5), department(7), department(8), department(5)];
        assert_eq!(members(bench, &directory, people), (2, 2, 13));
        assert_eq!(directory.departments(), [department(5), department(8)]);
    });
}

#[test]
fn of_some_nobody_may_know() {
    with_every_ledger(|bench| {
        // 1, 2, 4 and 5 are known; 3 and 6 are not.
        assert_eq!(members(bench, &Directory::default(), (1..=6).map(department)), (6, 4, 12));
    });
}

#[test]
fn there_is_an_end_of_asking() {
    with_every_ledger(|bench| {
        let directory = Directory::default();
        let (first, known) = (100..120, (100..120).filter(|number| number % 3 > 0));
        let expected = (20, known.clone().count() as u32, known.sum::<usize>() as u64);
        assert_eq!(members(bench, &directory, (100..=300).map(department)), expected);
        assert_eq!(directory.departments(), first.map(department).collect::<Vec<_>>());
    });
}

#[test]
fn a_vendor_who_cannot_be_asked_ends_the_asking_and_not_the_plan() {
    with_every_ledger(|bench| {
        let directory = Directory::default();
        directory.fail_after(2);
        assert_eq!(members(bench, &directory, [4, 5, 7, 8, 10, 11].map(department)), (3, 2, 9));
        assert_eq!(directory.departments(), [department(4), department(5)]);
    });
}

#[test]
fn without_contacts_nobody_is_asked() {
    with_every_ledger(|bench| {
        let mut planner = Planner::new(Arc::clone(&bench.ledger), &vendor(10), "hello").unwrap();
        add(&mut planner, [department(1)]).unwrap();
        let id = planner.save().unwrap();
        assert_eq!(three(bench.standing(&id).plan.members), (0, 0, 0));
    });
}
