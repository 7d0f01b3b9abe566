//! The planner: a stream of recipients becomes a campaign, or nothing.

use std::num::NonZeroU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use batchcast_campaign::ledger::{CampaignId, RecipientRow, Stage};
use batchcast_campaign::{Campaign, Error, Event, MAX_OWN_COLUMNS, Planner, Refusal, State};
use batchcast_model::{IdKind, Recipient};
use batchcast_transport::channel::Address;
use batchcast_transport::exchange::Limit;

use crate::bench::{Bench, options};
use crate::vendor::{Vendor, accepted, in_doubt, person};

fn planner<'a>(bench: &Bench, vendor: &Vendor<'_>) -> Planner<'a> {
    Planner::new(Arc::clone(&bench.ledger), vendor, "hello").unwrap()
}

fn vendor(size: usize) -> Vendor<'static> {
    Vendor::new(size, |_, _| accepted())
}

/// A plan for these persons in this order.
fn planned(bench: &Bench, vendor: &Vendor<'_>, people: impl IntoIterator<Item = usize>) -> CampaignId {
    let mut planner = planner(bench, vendor);
    for number in people {
        planner.add(person(number), &[], &Vec::new()).unwrap();
    }
    planner.save().unwrap()
}

/// Everybody's row, batch and id.
fn rows(bench: &Bench, id: &CampaignId) -> Vec<(u64, u32, String)> {
    let (key, mut rows) = (bench.row(id).key, Vec::new());
    bench.read(|view| {
        view.recipients(key, &mut |RecipientRow { row, batch, recipient, .. }| {
            rows.push((row, batch, recipient.id().to_owned()));
            Ok(())
        })
    });
    rows
}

#[test]
fn rows_are_counted_and_duplicates_left_out() {
    let bench = Bench::memory();
    let id = planned(&bench, &vendor(2), [5, 7, 5, 8, 7, 7, 9]);
    let expected = [(1, 0, "u5"), (2, 0, "u7"), (4, 1, "u8"), (7, 1, "u9")];
    assert_eq!(rows(&bench, &id), expected.map(|(row, batch, id)| (row, batch, id.to_owned())));
    let plan = bench.standing(&id).plan;
    assert_eq!((plan.recipients(), plan.duplicates, plan.excluded, plan.requests, plan.bytes), (4, 3, 0, 2, 40));
    assert_eq!((plan.kinds, plan.canary, plan.excerpt.as_str()), (vec![(IdKind::UserId, 4)], None, "hello"));
    assert_eq!(plan.created_at, bench.wall.unix());
}

#[test]
fn the_first_and_the_last_are_shown() {
    #[track_caller]
    fn check(people: usize, first: &[usize], last: &[usize]) {
        let bench = Bench::memory();
        let id = planned(&bench, &vendor(2), 0..people);
        let plan = bench.standing(&id).plan;
        let names = |of: &[usize]| of.iter().map(|number| person(*number).id().to_owned()).collect::<Vec<_>>();
        assert_eq!((plan.first, plan.last), (names(first), names(last)));
    }
    check(1, &[0], &[]);
    check(3, &[0, 1, 2], &[]);
    check(5, &[0, 1, 2], &[3, 4]);
    check(9, &[0, 1, 2], &[6, 7, 8]);
}

#[test]
fn whoever_is_excluded_is_left_out_under_any_of_their_ids() {
    let (bench, vendor) = (Bench::memory(), vendor(10));
    let open_id = |number: usize| Recipient::new(IdKind::OpenId, format!("ou_{number}")).unwrap();
    let mut planner = planner(&bench, &vendor);
    planner.exclude(&person(1));
    planner.exclude(&open_id(2));
    planner.add(person(0), &[], &Vec::new()).unwrap();
    planner.add(person(1), &[], &Vec::new()).unwrap();
    planner.add(person(2), &[open_id(20), open_id(2)], &Vec::new()).unwrap();
    planner.add(open_id(9), &[person(1)], &Vec::new()).unwrap();
    planner.add(person(3), &[open_id(3)], &Vec::new()).unwrap();
    // The same text as another kind of id is somebody else.
    planner.add(Recipient::new(IdKind::UnionId, "u1").unwrap(), &[], &Vec::new()).unwrap();
    let id = planner.save().unwrap();
    let ids: Vec<_> = rows(&bench, &id).into_iter().map(|(row, _, id)| (row, id)).collect();
    assert_eq!(ids, [(1, "u0".to_owned()), (5, "u3".to_owned()), (6, "u1".to_owned())]);
    let plan = bench.standing(&id).plan;
    assert_eq!((plan.excluded, plan.duplicates, plan.may_reach_twice()), (3, 0, true));
    assert_eq!(plan.kinds, [(IdKind::UserId, 2), (IdKind::UnionId, 1)]);
}

#[test]
fn a_canary_has_requests_of_its_own() {
    /// So many people, the first so many of whom are the canary: the sizes of the requests, and how many are the
    /// canary's.
    #[track_caller]
    fn check(people: usize, canary: u64, sizes: &[u32], requests: Option<u32>) {
        let (bench, vendor) = (Bench::memory(), vendor(4));
        let mut planner = planner(&bench, &vendor).with_canary(NonZeroU64::new(canary).unwrap(), &vendor);
        for number in 0..people {
            planner.add(person(number), &[], &Vec::new()).unwrap();
            planner.add(person(0), &[], &Vec::new()).unwrap();
        }
        let id = planner.save().unwrap();
        let plan = bench.standing(&id).plan;
        let found: Vec<_> = (0..plan.requests).map(|number| bench.batch(&id, number).size).collect();
        assert_eq!((found.as_slice(), plan.bytes), (sizes, 10 * people as u64));
        assert_eq!(plan.canary.map(|canary| (canary.recipients, canary.requests)), requests.map(|all| (canary, all)));
        assert_eq!(bench.counts(&id), [0, 0, 0, people as u64]);
    }
    check(10, 1, &[1, 4, 4, 1], Some(1));
    check(10, 4, &[4, 4, 2], Some(1));
    check(10, 5, &[4, 1, 4, 1], Some(2));
    check(10, 9, &[4, 4, 1, 1], Some(3));
    // Where everybody is in it, there is no rest to wait.
    check(10, 10, &[4, 4, 2], None);
    check(10, 99, &[4, 4, 2], None);
}

#[test]
fn the_same_campaign_is_known_whatever_the_order_and_the_columns() {
    let bench = Bench::memory();
    let identity = |id: &CampaignId| bench.standing(id).plan.identity;
    let id = identity(&planned(&bench, &vendor(10), 0..25));
    assert_eq!(identity(&planned(&bench, &vendor(10), (0..25).rev())), id);
    assert_eq!(identity(&planned(&bench, &vendor(3), (0..25).chain(3..9))), id, "the cut does not matter");
    let mut with_columns = planner(&bench, &vendor(10));
    for number in 0..25 {
        with_columns.add(person(number), &[], &vec![("name".into(), format!("Ann {number}"))]).unwrap();
    }
    assert_eq!(identity(&with_columns.save().unwrap()), id);

    assert_ne!(identity(&planned(&bench, &vendor(10), 0..24)), id);
    assert_ne!(identity(&planned(&bench, &vendor(10), 1..26)), id);
    assert_ne!(identity(&planned(&bench, &vendor(10).with_message("bye"), 0..25)), id);
    for (provider, endpoint, app) in [("x", "e", "a"), ("p", "x", "a"), ("p", "e", "x")] {
        let other = vendor(10).with_address(Address::new(provider, endpoint, app));
        assert_ne!(identity(&planned(&bench, &other, 0..25)), id);
    }
    let reordered = vendor(10).with_message(r#"{ "text" : "hello" }"#);
    assert_eq!(identity(&planned(&bench, &reordered, 0..25)), id, "white space in JSON is nothing");
}

#[test]
fn of_two_identical_campaigns_one_is_sent() {
    let (bench, vendor) = (Bench::memory(), vendor(10));
    let (first, second) = (planned(&bench, &vendor, 0..25), planned(&bench, &vendor, (0..25).rev()));
    let twin = |id| {
        let estimate = bench.campaign(id).estimate(Vec::new()).unwrap();
        (estimate.identical, estimate.takes_again)
    };
    assert_eq!(twin(&second), (None, false), "the other has not started");
    assert_eq!(bench.run(&first, &vendor).why(), None);
    assert_eq!(twin(&second), (Some(first.clone()), true));
    assert_eq!(twin(&first), (None, false), "it is not its own twin");

    let refused = bench.start(&second, &vendor, options(&vendor));
    assert!(matches!(refused, Err(Error::Refused(Refusal::Identical(other))) if other == first));
    assert_eq!((bench.standing(&second).state, vendor.attempts()), (State::Planned, 3));
    // The first may be run on: it is not its own twin either.
    assert_eq!(bench.run(&first, &vendor).why(), None);
    assert_eq!(bench.run_with(&second, &vendor, options(&vendor).again()).why(), None);
    assert_eq!(twin(&second), (Some(first), false), "what has started goes on without");
    assert_eq!(vendor.attempts(), 6);
}

#[test]
fn whoever_got_it_already_is_counted_once() {
    let bench = Bench::memory();
    let first = Vendor::new(10, |nth, _| if nth == 0 { in_doubt() } else { accepted() });
    let planned_first = planned(&bench, &first, 0..30);
    bench.run(&planned_first, &first);
    let second = vendor(10);
    let planned_second = planned(&bench, &second, 20..40);
    bench.run(&planned_second, &second);
    let got_it = |people: Vec<usize>, vendor: &Vendor<'_>| {
        let id = planned(&bench, vendor, people);
        bench.campaign(&id).estimate(Vec::new()).unwrap().got_it_already
    };
    // Those in doubt may have got it.
    assert_eq!(got_it((0..10).collect(), &second), 10);
    assert_eq!(got_it((25..100).collect(), &second), 15);
    assert_eq!(got_it((40..50).collect(), &second), 0);
    assert_eq!(got_it((0..50).collect(), &vendor(10).with_message("bye")), 0);
    // Itself it does not count.
    assert_eq!(bench.campaign(&planned_first).estimate(Vec::new()).unwrap().got_it_already, 10);
}

#[test]
fn an_estimate_is_of_what_is_left() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |nth, _| {
        if nth < 3 { accepted() } else { crate::vendor::refused(batchcast_transport::class::Class::Permission) }
    });
    let id = planned(&bench, &vendor, 0..95);
    let limits = || vec![Limit::requests(4, Duration::from_secs(60))];
    let estimate = |limits| {
        let estimate = bench.campaign(&id).estimate(limits).unwrap();
        (estimate.recipients, estimate.requests, estimate.shortest_time)
    };
    assert_eq!(estimate(Vec::new()), (95, 10, Duration::ZERO));
    // Four at once, four a minute later and the last two after another.
    assert_eq!(estimate(limits()), (95, 10, Duration::from_secs(121)));
    bench.run(&id, &vendor);
    assert_eq!(estimate(limits()), (65, 7, Duration::from_millis(60_500)));
}

#[test]
fn what_is_left_of_an_import_is_removed_by_the_next() {
    #[track_caller]
    fn check(bench: &Bench, lives: bool) {
        let vendor = vendor(10);
        let mut dead = planner(bench, &vendor);
        dead.add(person(1), &[], &Vec::new()).unwrap();
        if lives {
            let other = planned(bench, &vendor, 0..5);
            // It goes on as if nothing had been.
            dead.add(person(2), &[], &Vec::new()).unwrap();
            let id = dead.save().unwrap();
            assert_eq!((bench.counts(&id), bench.counts(&other)), ([0, 0, 0, 2], [0, 0, 0, 5]));
            return;
        }
        // As a process that was killed.
        let left = bench.read(|view| view.campaigns()).remove(0);
        let mut row = left.clone();
        row.id = CampaignId::random();
        drop(dead);
        assert_eq!(bench.read(|view| view.campaigns()), [], "what is not saved is removed");
        crate::bench::write(&*bench.ledger, |tables| tables.insert_campaign(&row));
        assert!(matches!(
            Campaign::open(Arc::clone(&bench.ledger), &row.id),
            Err(Error::Refused(Refusal::NoSuchCampaign(_)))
        ));
        assert_eq!(Campaign::list(&*bench.ledger).unwrap(), []);
        bench.wall.advance_secs(601);
        planned(bench, &vendor, 0..5);
        let left = bench.read(|view| view.campaigns());
        assert!(left.len() == 1 && left[0].stage == Stage::Planned, "{left:?}");
    }
    check(&Bench::memory(), false);
    check(&Bench::memory(), true);
    check(&Bench::by_lease(), false);
    check(&Bench::by_lease(), true);
}

#[test]
fn where_the_lease_tells_an_import_lives_as_long_as_it_writes() {
    let (bench, vendor) = (Bench::by_lease(), vendor(10));
    let mut slow = planner(&bench, &vendor);
    for number in 0..30_000 {
        if number % 10_000 == 9_999 {
            bench.wall.advance_secs(500);
        }
        slow.add(person(number), &[], &Vec::new()).unwrap();
    }
    planned(&bench, &vendor, 0..5);
    let id = slow.save().unwrap();
    assert_eq!(bench.standing(&id).recipients.total, 30_000);

    let mut dead = planner(&bench, &vendor);
    dead.add(person(1), &[], &Vec::new()).unwrap();
    bench.wall.advance_secs(600);
    planned(&bench, &vendor, 0..5);
    assert!(matches!(dead.save(), Err(Error::Ledger(_))), "it was taken for dead");
}

#[test]
fn values_stand_under_the_names_of_all_sources() {
    let (bench, vendor) = (Bench::memory(), vendor(10));
    let mut planner = planner(&bench, &vendor);
    planner.add(person(1), &[], &vec![("name".into(), "Ann".to_owned()), ("team".into(), String::new())]).unwrap();
    planner.add(person(2), &[], &vec![("city".into(), "Köln".to_owned())]).unwrap();
    planner.add(person(3), &[], &Vec::new()).unwrap();
    let id = planner.save().unwrap();
    let key = bench.row(&id).key;
    assert_eq!(bench.read(|view| view.columns(key)), ["name", "team", "city"]);
    let mut values = Vec::new();
    bench.read(|view| {
        view.recipients(key, &mut |row| {
            values.push(row.columns.map(String::from));
            Ok(())
        })
    });
    assert_eq!(values, [Some(r#"["Ann",""]"#.to_owned()), Some(r#"[null,null,"Köln"]"#.to_owned()), None]);
}

#[test]
fn a_row_that_is_refused_leaves_nothing() {
    let (bench, vendor) = (Bench::memory(), vendor(2));
    let mut planner = planner(&bench, &vendor);
    planner.add(person(0), &[], &Vec::new()).unwrap();
    let many: Vec<_> = (0..=MAX_OWN_COLUMNS).map(|name| (name.to_string().into(), String::new())).collect();
    let refused = planner.add(person(1), &[], &many);
    assert!(matches!(refused, Err(Error::Refused(Refusal::TooManyColumns))));
    let account = Recipient::new(IdKind::Account, "somebody").unwrap();
    assert!(matches!(planner.add(account, &[], &Vec::new()), Err(Error::Invalid(_))));
    // Whoever goes on all the same has a plan that is true.
    for number in 1..4 {
        planner.add(person(number), &[], &Vec::new()).unwrap();
    }
    let id = planner.save().unwrap();
    assert_eq!(bench.counts(&id), [0, 0, 0, 4]);
    assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (None, [4, 0, 0, 0]));
}

#[test]
fn a_plan_of_nobody_is_none() {
    let (bench, vendor) = (Bench::memory(), vendor(10));
    let mut planner = planner(&bench, &vendor);
    planner.exclude(&person(1));
    planner.add(person(1), &[], &Vec::new()).unwrap();
    assert!(matches!(planner.save(), Err(Error::Refused(Refusal::NoRecipients))));
    assert_eq!(bench.read(|view| view.campaigns()), []);
}

#[test]
fn whoever_watches_is_told() {
    let (bench, vendor, events) = (Bench::memory(), vendor(10), Mutex::new(Vec::new()));
    let observer = |event: &Event| events.lock().unwrap().push(event.clone());
    let mut planner = planner(&bench, &vendor).with_observer(&observer);
    for number in 0..10_003 {
        planner.add(person(number), &[], &Vec::new()).unwrap();
    }
    let id = planner.save().unwrap();
    assert_eq!(
        *events.lock().unwrap(),
        [
            Event::ImportChunk { recipients: 10_000 },
            Event::ImportChunk { recipients: 10_003 },
            Event::Importing { recipients: 10_003 },
            Event::Imported { campaign: id.to_string(), recipients: 10_003 },
        ]
    );
    assert_eq!(bench.campaign(&id).message().unwrap(), r#"{"text":"hello"}"#);
}
