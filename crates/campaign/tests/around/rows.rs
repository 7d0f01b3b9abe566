//! Who stands where in a plan of addresses and ids, and in its report.

use batchcast_campaign::report::{CsvReport, StateFilter};
use batchcast_model::{IdKind, Recipient};

use crate::bench::Bench;
use crate::directory::Directory;
use crate::people::with_every_ledger;
use crate::people::{add, department, email, mobile, nobody, open_id, outcomes, plan, planner, rows, vendor};

fn owned(expected: &[(u64, u32, &str)]) -> Vec<(u64, u32, String)> {
    expected.iter().map(|(row, batch, id)| (*row, *batch, (*id).to_owned())).collect()
}

#[test]
fn the_order_is_that_of_the_source() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(2), Directory::default());
        let people = [open_id(9), email(1), open_id(5), mobile(2), nobody(7), department(1), email(3), open_id(6)];
        let id = plan(bench, &vendor, &directory, people).unwrap();
        let expected = [
            (1, 0, "ou_9"),
            (2, 0, "ou_1"),
            (3, 1, "ou_5"),
            (4, 1, "ou_2"),
            (5, 4, "nobody7@example.com"),
            (6, 2, "od-1"),
            (7, 2, "ou_3"),
            (8, 3, "ou_6"),
        ];
        assert_eq!(rows(bench, &id), owned(&expected));
        let plan = bench.standing(&id).plan;
        assert_eq!(plan.kinds, [(IdKind::OpenId, 6), (IdKind::DepartmentId, 1), (IdKind::Email, 1)]);
        assert_eq!((plan.recipients(), plan.not_found, plan.requests, plan.bytes), (8, 1, 4, 70));
        assert_eq!(
            (plan.first, plan.last),
            (vec!["ou_9".into(), "ou_1".into(), "ou_5".into()], vec!["od-1".to_owned(), "ou_3".into(), "ou_6".into()])
        );
    });
}

#[test]
fn the_same_person_under_two_names_is_one() {
    /// Whoever comes twice, and in which row they stand.
    #[track_caller]
    fn check(people: impl IntoIterator<Item = Recipient> + Clone, expected: &[(u64, u32, &str)]) {
        with_every_ledger(|bench| {
            let (vendor, directory) = (vendor(10), Directory::default());
            let id = plan(bench, &vendor, &directory, people.clone()).unwrap();
            assert_eq!(rows(bench, &id), owned(expected));
            let duplicates = people.clone().into_iter().count() - expected.len();
            assert_eq!(bench.standing(&id).plan.duplicates, duplicates as u64);
            bench.counts(&id);
        });
    }
    check([email(1), open_id(1)], &[(1, 0, "ou_1")]);
    check([open_id(1), email(1)], &[(1, 0, "ou_1")]);
    check([email(1), mobile(1)], &[(1, 0, "ou_1")]);
    check([mobile(2), open_id(3), email(2), mobile(3), open_id(2)], &[(1, 0, "ou_2"), (2, 0, "ou_3")]);
    check([nobody(1), nobody(2), nobody(1)], &[(1, 0, "nobody1@example.com"), (2, 0, "nobody2@example.com")]);
}

#[test]
fn the_report_has_the_address_beside_the_id() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(10), Directory::default());
        let mut planner = planner(bench, &vendor, &directory);
        let own = |name: &str| vec![("name".into(), name.to_owned())];
        planner.add(email(1), &[], &own("Ann")).unwrap();
        planner.add(open_id(2), &[], &own("Ben")).unwrap();
        planner.add(mobile(3), &[], &Vec::new()).unwrap();
        planner.add(nobody(4), &[], &own("Dan")).unwrap();
        let id = planner.save().unwrap();
        assert_eq!(bench.run(&id, &vendor).why(), None);
        let mut report = Vec::new();
        bench.campaign(&id).report(StateFilter::All, &mut CsvReport::new(&mut report)).unwrap();
        let report = String::from_utf8(report).unwrap();
        let mut lines = report.trim_start_matches('\u{feff}').lines().map(|line| line.split(',').collect::<Vec<_>>());
        let head = lines.next().unwrap();
        assert_eq!(head[..7], ["row", "email", "name", "mobile", "kind", "id", "state"]);
        let lines: Vec<_> = lines.map(|line| line[..7].join(" ")).collect();
        assert_eq!(
            lines,
            [
                "1 p1@example.com Ann  open_id ou_1 accepted",
                "2  Ben  open_id ou_2 accepted",
                // A spreadsheet takes a plus sign for a formula.
                "3   '+12020000003 open_id ou_3 accepted",
                "4 nobody4@example.com Dan  email nobody4@example.com rejected",
            ]
        );
    });
}

#[test]
fn an_own_column_of_the_same_name_does_not_hide_the_address() {
    let (bench, vendor, directory) = (Bench::memory(), vendor(10), Directory::default());
    let mut planner = planner(&bench, &vendor, &directory);
    planner.add(email(1), &[], &vec![("email".into(), "private@example.com".to_owned())]).unwrap();
    let id = planner.save().unwrap();
    let columns = outcomes(&bench, &id).remove(0).recipient.columns.unwrap();
    let names = bench.read(|view| view.columns(bench.row(&id).key));
    assert_eq!(names, ["input.email", "email"]);
    assert_eq!(&*columns, r#"["p1@example.com","private@example.com"]"#);
}

#[test]
fn more_than_are_looked_up_at_once() {
    /// So many rows, and which of them are addresses: everybody is there, in their order.
    #[track_caller]
    fn check(people: usize, is_address: impl Fn(usize) -> bool) {
        let (bench, vendor, directory) = (Bench::memory(), vendor(200), Directory::default());
        let mut planner = planner(&bench, &vendor, &directory);
        let one = |number| match (is_address(number), number % 2) {
            (false, _) => open_id(number),
            (true, 0) => email(number),
            (true, _) => mobile(number),
        };
        add(&mut planner, (0..people).map(one)).unwrap();
        // Everybody once more, under another name, behind all windows.
        add(&mut planner, (0..people).step_by(97).map(email)).unwrap();
        let id = planner.save().unwrap();
        let found = rows(&bench, &id);
        let expected = |number: usize| (number as u64 + 1, (number / 200) as u32, format!("ou_{number}"));
        assert_eq!(found.len(), people);
        for (number, found) in found.into_iter().enumerate() {
            assert_eq!(found, expected(number));
        }
        assert_eq!(bench.standing(&id).plan.duplicates, people.div_ceil(97) as u64);
    }
    // Two windows full of addresses, and the rest.
    check(25_003, |number| number % 5 > 0);
    // One window full of those who wait behind an address.
    check(45_000, |number| number % 15_000 == 0);
}
