//! What a vendor that fails in the middle of a plan leaves.

use batchcast_campaign::Error;
use batchcast_campaign::ledger::CampaignId;

use crate::bench::Bench;
use crate::directory::Directory;
use crate::people::{add, email, nobody, open_id, plan, planner, rows, vendor, with_every_ledger};

#[track_caller]
fn says_so_and_left_nothing(bench: &Bench, result: Result<CampaignId, Error>) {
    let Err(Error::Vendor(error)) = result else { panic!("{result:?}") };
    assert!(error.to_string().contains("no scope"), "{error}");
    assert_eq!(bench.read(|view| view.campaigns()), []);
}

#[test]
fn nothing_of_the_plan_is_left() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(200), Directory::default());
        // While rows are added.
        directory.fail_after(7);
        let result = plan(bench, &vendor, &directory, (0..10_000).map(email));
        says_so_and_left_nothing(bench, result);
        assert_eq!(directory.sizes(), [50; 7]);
        // While it is saved.
        directory.fail_after(1);
        let result = plan(bench, &vendor, &directory, (50_000..50_060).map(email));
        says_so_and_left_nothing(bench, result);
    });
}

#[test]
fn nothing_is_left_of_what_was_written_down_before() {
    let (bench, vendor, directory) = (Bench::memory(), vendor(200), Directory::default());
    let mut planner = planner(&bench, &vendor, &directory);
    directory.fail_after(200);
    add(&mut planner, (0..19_999).map(email)).unwrap();
    let written = bench.read(|view| {
        let (key, mut rows) = (view.campaigns()?[0].key, 0);
        view.recipients(key, &mut |_| {
            rows += 1;
            Ok(())
        })?;
        Ok(rows)
    });
    assert_eq!(written, 10_000);
    let result = add(&mut planner, [email(19_999)]).and_then(|()| planner.save());
    says_so_and_left_nothing(&bench, result);
}

#[test]
fn whoever_goes_on_has_lost_nobody() {
    let (bench, vendor, directory) = (Bench::memory(), vendor(200), Directory::default());
    let mut planner = planner(&bench, &vendor, &directory);
    directory.fail_after(120);
    add(&mut planner, (0..9_999).map(email)).unwrap();
    assert!(matches!(planner.add(email(9_999), &[], &Vec::new()), Err(Error::Vendor(_))));
    add(&mut planner, [open_id(10_000), email(10_001), nobody(10_002), open_id(3)]).unwrap();
    let id = planner.save().unwrap();
    assert_eq!(directory.sizes().len(), 201, "none is made twice but the one that failed");
    let found = rows(&bench, &id);
    assert_eq!(found.len(), 10_003);
    for (number, (row, batch, id)) in found.into_iter().take(10_002).enumerate() {
        assert_eq!((row, batch, id), (number as u64 + 1, (number / 200) as u32, format!("ou_{number}")));
    }
    assert_eq!(bench.standing(&id).plan.duplicates, 1);
    assert_eq!(bench.counts(&id), [0, 1, 0, 10_002]);
}
