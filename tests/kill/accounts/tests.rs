//! Each rule is found broken where it is broken, and only there.

use super::*;

fn person(n: usize) -> Person {
    let own = [("name", format!("Name {n}")), ("input.state", "vip".to_owned())];
    Person { row: n as u64 + 1, kind: "open_id".to_owned(), id: format!("ou_{n}"), own }
}

fn row(n: usize, state: &str, batch: usize) -> Row {
    let message_id = (state == "accepted").then(|| format!("bm-{batch}"));
    Row { person: person(n), state: state.to_owned(), batch: batch.to_string(), message_id }
}

fn delivery(n: usize, batch: usize) -> Delivered {
    Delivered { kind: "open_id".to_owned(), id: format!("ou_{n}"), message_id: format!("bm-{batch}") }
}

fn input() -> Vec<Person> {
    (0..8).map(person).collect()
}

/// Four batches of two: accepted and rejected, in doubt but delivered, in doubt and not delivered, pending.
fn sound(input: &[Person]) -> Accounts<'_> {
    let states = ["accepted", "rejected", "unknown", "unknown", "unknown", "unknown", "pending", "pending"];
    let report: Vec<_> = (0..8).map(|n| row(n, states[n], n / 2)).collect();
    let deliveries = [0, 2, 3].map(|n| delivery(n, n / 2)).to_vec();
    Accounts { input, status: Counts::of(&report), report, deliveries, doubts: Doubts { batches: 2..=2, size: 2 } }
}

#[track_caller]
fn check(break_it: impl FnOnce(&mut Accounts<'_>), expected: &[Rule]) {
    let input = input();
    let mut accounts = sound(&input);
    break_it(&mut accounts);
    let found: Vec<_> = violations(&accounts).iter().map(|violation| violation.rule).collect();
    assert_eq!(found, expected, "{accounts:#?}");
}

/// With the status that goes with the report.
fn counted(break_it: impl FnOnce(&mut Accounts<'_>)) -> impl FnOnce(&mut Accounts<'_>) {
    |accounts| {
        break_it(accounts);
        accounts.status = Counts::of(&accounts.report);
    }
}

fn becomes(accounts: &mut Accounts<'_>, n: usize, state: &str) {
    accounts.report[n].state = state.to_owned();
}

#[test]
fn sound_accounts_break_nothing() {
    check(|_| {}, &[]);
    check(|accounts| accounts.doubts = Doubts { batches: 0..=9, size: 200 }, &[]);
    // Whoever is in doubt may have been reached, or not.
    check(|accounts| accounts.deliveries.push(delivery(4, 2)), &[]);
}

#[test]
fn somebody_is_lost_or_made_up() {
    check(|accounts| drop(accounts.report.remove(7)), &[Rule::Lost, Rule::StatusDisagrees]);
    check(counted(|accounts| drop(accounts.report.remove(7))), &[Rule::Lost, Rule::DoesNotAddUp]);
    check(counted(|accounts| accounts.report.push(row(7, "pending", 3))), &[Rule::ListedTwice, Rule::DoesNotAddUp]);
    check(counted(|accounts| accounts.report.push(row(8, "pending", 3))), &[Rule::ListedUnasked, Rule::DoesNotAddUp]);
    check(counted(|accounts| accounts.report[7] = row(6, "pending", 3)), &[Rule::Lost, Rule::ListedTwice]);
    // The same id of another kind is somebody else.
    let other = |accounts: &mut Accounts<'_>| accounts.report[7].person.kind = "user_id".to_owned();
    check(other, &[Rule::Lost, Rule::ListedUnasked]);
}

#[test]
fn somebody_has_the_wrong_row() {
    check(|accounts| accounts.report.swap(6, 7), &[Rule::OutOfOrder]);
    check(|accounts| accounts.report[7].person.row = 9, &[Rule::OtherRow]);
    check(|accounts| accounts.report[7].person.own = person(6).own, &[Rule::OtherRow]);
}

#[test]
fn somebody_is_in_no_state() {
    check(|accounts| becomes(accounts, 7, "in flight"), &[Rule::NoSuchState, Rule::StatusDisagrees]);
    check(counted(|accounts| becomes(accounts, 7, "")), &[Rule::NoSuchState, Rule::DoesNotAddUp]);
}

#[test]
fn somebody_is_reached_who_should_not_be() {
    check(|accounts| accounts.deliveries.push(delivery(0, 0)), &[Rule::ReachedTwice]);
    check(|accounts| accounts.deliveries.push(delivery(2, 9)), &[Rule::ReachedTwice]);
    check(|accounts| accounts.deliveries.push(delivery(8, 0)), &[Rule::ReachedUnasked]);
    check(|accounts| accounts.deliveries.push(delivery(1, 0)), &[Rule::RejectedReached]);
    check(|accounts| accounts.deliveries.push(delivery(6, 3)), &[Rule::PendingReached]);
    let other = |accounts: &mut Accounts<'_>| accounts.deliveries[1].kind = "user_id".to_owned();
    check(other, &[Rule::ReachedUnasked]);
}

#[test]
fn somebody_is_said_to_be_reached_who_is_not() {
    check(|accounts| drop(accounts.deliveries.remove(0)), &[Rule::AcceptedNotReached]);
    check(counted(|accounts| accounts.report[6] = row(6, "accepted", 3)), &[Rule::AcceptedNotReached]);
    check(|accounts| accounts.report[0].message_id = None, &[Rule::AcceptedElsewhere]);
    check(|accounts| accounts.report[0].message_id = Some("bm-1".to_owned()), &[Rule::AcceptedElsewhere]);
}

#[test]
fn there_is_a_doubt_too_many_or_one_is_hidden() {
    check(counted(|accounts| becomes(accounts, 6, "unknown")), &[Rule::TooManyInDoubt]);
    // Not more batches than kills could leave, but more people.
    check(|accounts| accounts.doubts.size = 1, &[Rule::TooManyInDoubt]);
    check(|accounts| accounts.doubts.batches = 0..=1, &[Rule::TooManyInDoubt]);
    let hidden = |accounts: &mut Accounts<'_>| (4..6).for_each(|n| becomes(accounts, n, "rejected"));
    check(counted(hidden), &[Rule::TooFewInDoubt]);
}

#[test]
fn the_counts_are_wrong() {
    check(|accounts| accounts.status.total = 9, &[Rule::DoesNotAddUp, Rule::StatusDisagrees]);
    check(|accounts| accounts.status.pending = 1, &[Rule::DoesNotAddUp, Rule::StatusDisagrees]);
    let moved = |accounts: &mut Accounts<'_>| (accounts.status.unknown, accounts.status.pending) = (2, 4);
    check(moved, &[Rule::StatusDisagrees]);
}

#[test]
fn what_was_settled_stays() {
    #[track_caller]
    fn check(before: &str, now: Option<&str>, expected: &[Rule]) {
        let now: Vec<_> = now.map(|state| row(0, state, 0)).into_iter().collect();
        let found: Vec<_> = changes(&[row(0, before, 0)], &now).iter().map(|violation| violation.rule).collect();
        assert_eq!(found, expected, "{before} {now:?}");
    }
    for state in ["accepted", "rejected", "unknown"] {
        check(state, Some(state), &[]);
        check(state, Some("pending"), &[Rule::Unsettled]);
        check(state, None, &[Rule::Unsettled]);
        check("pending", Some(state), &[]);
    }
    check("unknown", Some("accepted"), &[Rule::Unsettled]);
    check("pending", Some("pending"), &[]);
}

#[test]
fn a_violation_names_some_of_whom_it_is_about() {
    let input = input();
    let mut accounts = sound(&input);
    accounts.report.clear();
    let shown: Vec<_> = violations(&accounts).iter().map(ToString::to_string).collect();
    assert_eq!(shown[0], "Lost, 8 times: ou_0; ou_1; ou_2; ou_3; ou_4");
}
