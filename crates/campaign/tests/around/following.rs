//! The vendor's own counts of what was sent.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use batchcast_campaign::Error;
use batchcast_campaign::follow_up::{Followed, follow, followed};
use batchcast_campaign::ledger::{BatchNumber, CampaignId};
use batchcast_transport::around::Follow;
use batchcast_transport::channel::{Address, Receipt};
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, Cause};
use batchcast_transport::fault::{Fault, FaultKind};
use batchcast_transport::reach::Reach;
use batchcast_transport::time::Unix;

use crate::bench::Bench;
use crate::directory::Directory;
use crate::people::{nobody, open_id, plan, vendor, with_every_ledger};
use crate::vendor::{Vendor, in_doubt, vendor_address};

const DAY: Duration = Duration::from_secs(86_400);

/// Makes the answer of a vendor that refuses.
type Refusal = fn() -> CallError;

/// Answers by message id, for 30 days. Whatever has no answer in it is refused, by the message.
#[derive(Debug, Default)]
struct Counts {
    answers: Mutex<BTreeMap<String, Result<Reach, Refusal>>>,
    asked: Mutex<Vec<String>>,
}

impl Counts {
    fn say(&self, message_id: &str, answer: Result<Reach, Refusal>) {
        self.answers.lock().unwrap().insert(message_id.to_owned(), answer);
    }

    /// Which it was asked for since this was last called.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

impl Follow for Counts {
    fn address(&self) -> &Address {
        vendor_address()
    }

    fn reach(&self, message_id: &str) -> Result<Reach, CallError> {
        self.asked.lock().unwrap().push(message_id.to_owned());
        let answer = self.answers.lock().unwrap().get(message_id).copied();
        answer.unwrap_or(Err(no_such_batch)).map_err(|refusal| refusal())
    }

    fn window(&self) -> Duration {
        30 * DAY
    }
}

fn no_such_batch() -> CallError {
    refused(Class::Message)
}

fn refused(class: Class) -> CallError {
    CallError::new(Cause::Api(ApiError::new(class, 400, "no such batch").with_code(230_001)), 1)
}

/// A campaign of three requests, `bm-0` to `bm-2`, that was sent.
fn sent(bench: &Bench) -> CampaignId {
    let vendor = vendor(10);
    let id = bench.plan(&vendor, 30);
    bench.run(&id, &vendor);
    id
}

/// By batch: the time, and how many may get it, have it, and have read it.
fn batches(followed: &Followed) -> Vec<(BatchNumber, Unix, [u64; 3])> {
    let of = |reach: Reach| [reach.valid, reach.delivered, reach.read];
    followed.batches.iter().map(|row| (row.batch, row.at, of(row.reach))).collect()
}

#[test]
fn the_counts_are_kept_with_their_time() {
    with_every_ledger(|bench| {
        let (id, counts) = (sent(bench), Counts::default());
        let campaign = bench.campaign(&id);
        assert_eq!(followed(&campaign).unwrap(), Followed::default());
        assert_eq!(bench.standing(&id).reach, None);
        for batch in 0..3 {
            counts.say(&format!("bm-{batch}"), Ok(Reach::new(10, 9, batch)));
        }
        bench.wall.advance_secs(60);
        let first = bench.wall.unix();
        let found = follow(&campaign, &counts).unwrap();
        assert_eq!(batches(&found), [0, 1, 2].map(|batch| (batch, first, [10, 9, u64::from(batch)])));
        assert_eq!((found.total(), found.at(), found.skipped.len()), (Reach::new(30, 27, 3), Some(first), 0));
        assert_eq!(counts.asked(), ["bm-0", "bm-1", "bm-2"]);

        // Asked again, it is the later answer that counts, and the oldest time of all that is told.
        bench.wall.advance_secs(60);
        counts.say("bm-1", Ok(Reach::new(10, 10, 10).with_recalled(0)));
        counts.say("bm-2", Err(no_such_batch));
        let found = follow(&campaign, &counts).unwrap();
        let second = bench.wall.unix();
        let expected = [(0, second, [10, 9, 0]), (1, second, [10, 10, 10]), (2, first, [10, 9, 2])];
        assert_eq!(batches(&found), expected);
        assert_eq!((found.total(), found.at()), (Reach::new(30, 28, 12).with_recalled(0), Some(first)));

        // From the ledger alone.
        counts.asked();
        let kept = followed(&campaign).unwrap();
        assert_eq!((kept.batches, kept.skipped.len(), counts.asked().len()), (found.batches, 0, 0));
        assert_eq!(bench.standing(&id).reach, Some((Reach::new(30, 28, 12).with_recalled(0), first)));
    });
}

#[test]
fn what_is_too_old_is_not_asked_for_and_keeps_what_was_known() {
    with_every_ledger(|bench| {
        let (id, counts) = (sent(bench), Counts::default());
        let campaign = bench.campaign(&id);
        counts.say("bm-0", Ok(Reach::new(10, 9, 8)));
        counts.say("bm-2", Ok(Reach::new(10, 7, 6)));
        let first = bench.wall.unix();
        follow(&campaign, &counts).unwrap();
        counts.asked();
        // To the end of the window, and beyond it.
        bench.wall.advance(30 * DAY);
        follow(&campaign, &counts).unwrap();
        let last = bench.wall.unix();
        assert_eq!((counts.asked().len(), last.since(first)), (3, 30 * DAY));
        bench.wall.advance(Duration::from_millis(1));
        let found = follow(&campaign, &counts).unwrap();
        assert_eq!(counts.asked(), [""; 0]);
        assert_eq!(batches(&found), [(0, last, [10, 9, 8]), (2, last, [10, 7, 6])]);
        let skipped: Vec<_> = found.skipped.iter().map(|skipped| (skipped.batch, skipped.reason.as_str())).collect();
        assert_eq!(skipped, [0, 1, 2].map(|batch| (batch, "it is older than the 30 days for which the vendor tells")));
        assert_eq!((found.total(), found.at()), (Reach::new(20, 16, 14), Some(last)));
    });
}

#[test]
fn one_that_is_refused_does_not_hide_the_others() {
    #[track_caller]
    fn check(error: Refusal) {
        with_every_ledger(|bench| {
            let (id, counts) = (sent(bench), Counts::default());
            counts.say("bm-0", Ok(Reach::new(10, 9, 8)));
            counts.say("bm-1", Err(error));
            counts.say("bm-2", Ok(Reach::new(10, 7, 6)));
            let found = follow(&bench.campaign(&id), &counts).unwrap();
            assert_eq!((counts.asked().len(), found.total()), (3, Reach::new(20, 16, 14)));
            let skipped: Vec<_> = found.skipped.iter().map(|skipped| skipped.batch).collect();
            assert_eq!(skipped, [1]);
            assert_eq!(found.skipped[0].reason, error().to_string());
        });
    }
    check(|| refused(Class::Message));
    check(|| refused(Class::Recipients));
    check(|| refused(Class::Unknown));
    check(|| CallError::new(Cause::Fault(Fault::maybe_sent(FaultKind::Timeout)), 3));
}

#[test]
fn what_is_everybodys_ends_it_and_keeps_what_was_told() {
    #[track_caller]
    fn check(error: Refusal) {
        with_every_ledger(|bench| {
            let (id, counts) = (sent(bench), Counts::default());
            let campaign = bench.campaign(&id);
            counts.say("bm-0", Ok(Reach::new(10, 9, 8)));
            counts.say("bm-1", Err(error));
            counts.say("bm-2", Ok(Reach::new(10, 7, 6)));
            let ended = follow(&campaign, &counts);
            assert!(
                matches!(&ended, Err(Error::Vendor(found)) if found.to_string() == error().to_string()),
                "{ended:?}"
            );
            assert_eq!(counts.asked(), ["bm-0", "bm-1"]);
            assert_eq!(followed(&campaign).unwrap().total(), Reach::new(10, 9, 8));
        });
    }
    check(|| refused(Class::Permission));
    check(|| refused(Class::Endpoint));
    check(|| refused(Class::Quota));
    check(|| refused(Class::Throttled { after: None }));
    check(|| CallError::new(Cause::Fault(Fault::before_sending(FaultKind::Connect)), 3));
}

#[test]
fn only_what_has_a_message_id_is_asked_for() {
    with_every_ledger(|bench| {
        let counts = Counts::default();
        // Accepted, in doubt, accepted without a name; and those whom nobody knows.
        let vendor = Vendor::new(1, |nth, _| match nth {
            0 => Ok(Receipt::new(Some("bm-0".to_owned()))),
            1 => in_doubt(),
            _ => Ok(Receipt::new(None)),
        });
        let people = [open_id(0), open_id(1), nobody(1), open_id(2)];
        let id = plan(bench, &vendor, &Directory::default(), people).unwrap();
        counts.say("bm-0", Ok(Reach::new(1, 1, 0)));
        let campaign = bench.campaign(&id);
        assert_eq!(follow(&campaign, &counts).unwrap(), Followed::default(), "nothing was sent as yet");
        bench.run(&id, &vendor);
        let found = follow(&campaign, &counts).unwrap();
        assert_eq!((counts.asked(), found.total()), (vec!["bm-0".to_owned()], Reach::new(1, 1, 0)));
        assert_eq!(found.skipped, []);
    });
}

#[test]
fn more_batches_than_are_read_at_once() {
    let (bench, vendor, counts) = (Bench::memory(), vendor(1), Counts::default());
    let id = bench.plan(&vendor, 250);
    bench.run(&id, &vendor);
    for batch in 0..250 {
        counts.say(&format!("bm-{batch}"), Ok(Reach::new(1, 1, batch % 2)));
    }
    let found = follow(&bench.campaign(&id), &counts).unwrap();
    assert_eq!((found.batches.len(), found.total()), (250, Reach::new(250, 250, 125)));
    let asked: Vec<_> = (0..250).map(|batch| format!("bm-{batch}")).collect();
    assert_eq!(counts.asked(), asked);
}
