//! Taking a campaign back, batch by batch.

use std::num::NonZeroUsize;
use std::sync::Mutex;

use batchcast_campaign::follow_up::{RecallOutcome, Recalled, recall, recall_outcomes, recalled};
use batchcast_campaign::ledger::{CampaignId, LedgerError, RecallState};
use batchcast_campaign::protocol::Resolution;
use batchcast_campaign::{Error, Refusal};
use batchcast_model::Recipient;
use batchcast_transport::around::{Recall, RecallUnit, Sending, TakenBack};
use batchcast_transport::channel::{Address, Channel, Receipt};
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, Cause};

use crate::bench::{Bench, options};
use crate::directory::Directory;
use crate::people::{email, nobody, open_id, plan, vendor, with_every_ledger};
use crate::vendor::{Vendor, in_doubt, vendor_address};

pub(crate) const ONE: NonZeroUsize = NonZeroUsize::MIN;

/// What the vendor says to one call.
pub(crate) type Said = Result<TakenBack, CallError>;

type Script<'a> = Box<dyn Fn(&str) -> Said + Send + Sync + 'a>;

/// Takes back by a script, which is given the message id, or the id of the recipient.
pub(crate) struct Recaller<'a> {
    unit: RecallUnit,
    script: Script<'a>,
    asked: Mutex<Vec<String>>,
}

impl<'a> Recaller<'a> {
    pub(crate) fn new(unit: RecallUnit, script: impl Fn(&str) -> Said + Send + Sync + 'a) -> Self {
        Self { unit, script: Box::new(script), asked: Mutex::default() }
    }

    /// What was to be taken back since this was last called, in order of the text.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.sort_unstable();
        asked
    }
}

impl std::fmt::Debug for Recaller<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recaller")
    }
}

impl Recall for Recaller<'_> {
    fn address(&self) -> &Address {
        vendor_address()
    }

    fn unit(&self) -> RecallUnit {
        self.unit
    }

    fn recall(&self, sending: &Sending<'_>, recipient: Option<&Recipient>) -> Said {
        assert_eq!(recipient.is_some(), self.unit == RecallUnit::Recipient);
        let what = recipient.map_or(sending.message_id, Recipient::id);
        self.asked.lock().unwrap().push(what.to_owned());
        (self.script)(what)
    }
}

pub(crate) fn refused(class: Class) -> CallError {
    CallError::new(Cause::Api(ApiError::new(class, 400, "too late").with_code(230_009)), 1)
}

/// Taken back, refused, unknown, left and out of reach.
pub(crate) fn five(recalled: Recalled) -> [u64; 5] {
    [recalled.recalled, recalled.refused, recalled.unknown, recalled.left, recalled.out_of_reach]
}

/// What became of taking one back, with the code.
type Became = Option<(RecallState, Option<i64>)>;

/// Everybody's id, and what became of taking it back.
pub(crate) fn outcomes(bench: &Bench, id: &CampaignId) -> Vec<(String, Became)> {
    let mut all = Vec::new();
    let each = |RecallOutcome { recipient, recall, .. }| -> Result<(), LedgerError> {
        all.push((recipient.id().to_owned(), recall.map(|row| (row.state, row.code))));
        Ok(())
    };
    recall_outcomes(&bench.campaign(id), each).unwrap();
    all
}

#[track_caller]
fn check(bench: &Bench, id: &CampaignId, vendor: &Recaller<'_>, asked: &[&str], expected: [u64; 5]) {
    let campaign = bench.campaign(id);
    let found = recall(&campaign, vendor, ONE).unwrap();
    assert_eq!(
        (five(found), vendor.asked().as_slice()),
        (expected, asked.iter().map(|&one| one.to_owned()).collect::<Vec<_>>().as_slice())
    );
    assert_eq!(recalled(&campaign).unwrap(), found, "the ledger says the same");
}

fn sent(bench: &Bench, people: usize) -> CampaignId {
    let vendor = vendor(10);
    let id = bench.plan(&vendor, people);
    bench.run(&id, &vendor);
    id
}

#[test]
fn every_batch_once_and_what_is_refused_again() {
    with_every_ledger(|bench| {
        let id = sent(bench, 35);
        assert_eq!(five(recalled(&bench.campaign(&id)).unwrap()), [0, 0, 0, 35, 0]);
        let first = Recaller::new(RecallUnit::Batch, |batch| match batch {
            "bm-1" => Err(refused(Class::Message)),
            "bm-2" => Err(refused(Class::Unknown)),
            _ => Ok(TakenBack::Now),
        });
        check(bench, &id, &first, &["bm-0", "bm-1", "bm-2", "bm-3"], [15, 10, 10, 0, 0]);
        let states: Vec<_> = outcomes(bench, &id).into_iter().map(|(_, recall)| recall.unwrap()).collect();
        let of = |state, code, count| std::iter::repeat_n((state, code), count);
        let expected = of(RecallState::Recalled, None, 10)
            .chain(of(RecallState::Refused, Some(230_009), 10))
            .chain(of(RecallState::Unknown, Some(230_009), 10))
            .chain(of(RecallState::Recalled, None, 5));
        assert_eq!(states, expected.collect::<Vec<_>>());

        check(bench, &id, &first, &["bm-1", "bm-2"], [15, 10, 10, 0, 0]);
        let second = Recaller::new(RecallUnit::Batch, |_| Ok(TakenBack::Now));
        check(bench, &id, &second, &["bm-1", "bm-2"], [35, 0, 0, 0, 0]);
        check(bench, &id, &second, &[], [35, 0, 0, 0, 0]);
        // What became of the campaign itself is another matter.
        assert_eq!(bench.counts(&id), [35, 0, 0, 0]);
    });
}

#[test]
fn it_goes_on_where_it_was_interrupted() {
    with_every_ledger(|bench| {
        let id = sent(bench, 30);
        let campaign = bench.campaign(&id);
        let ends = Recaller::new(RecallUnit::Batch, |batch| match batch {
            "bm-1" => Err(refused(Class::Permission)),
            _ => Ok(TakenBack::Now),
        });
        assert!(matches!(recall(&campaign, &ends, ONE), Err(Error::Vendor(_))));
        assert_eq!(ends.asked(), ["bm-0", "bm-1"]);
        assert_eq!(five(recalled(&campaign).unwrap()), [10, 0, 0, 20, 0]);
        check(
            bench,
            &id,
            &Recaller::new(RecallUnit::Batch, |_| Ok(TakenBack::Now)),
            &["bm-1", "bm-2"],
            [30, 0, 0, 0, 0],
        );
    });
}

#[test]
fn only_what_was_accepted_can_be_taken_back() {
    with_every_ledger(|bench| {
        // Accepted, in doubt, refused, accepted without a name; and those whom nobody knows.
        let vendor = Vendor::new(2, |nth, _| match nth {
            0 => Ok(Receipt::new(Some("bm-0".to_owned()))),
            1 => in_doubt(),
            2 => crate::vendor::refused(Class::Recipients),
            _ => Ok(Receipt::new(None)),
        });
        let people = [email(0), nobody(1)].into_iter().chain((1..8).map(open_id));
        let id = plan(bench, &vendor, &Directory::default(), people).unwrap();
        let recaller = Recaller::new(RecallUnit::Batch, |_| Ok(TakenBack::Now));
        check(bench, &id, &recaller, &[], [0; 5]);
        bench.run(&id, &vendor);
        assert_eq!(bench.counts(&id), [4, 3, 2, 0]);
        check(bench, &id, &recaller, &["bm-0"], [2, 0, 0, 0, 4]);
        let expected = [0, 1].map(|number| (format!("ou_{number}"), Some((RecallState::Recalled, None))));
        let nameless = [6, 7].map(|number| (format!("ou_{number}"), None));
        assert_eq!(outcomes(bench, &id), [expected, nameless].concat());
        // A doubt that somebody settled has no name either.
        bench.wall.advance_secs(3_600);
        let _ = bench.campaign(&id).resolve(None, Resolution::Delivered).unwrap();
        check(bench, &id, &recaller, &[], [2, 0, 0, 0, 4]);
    });
}

#[test]
fn a_campaign_that_is_being_sent_is_not_taken_back() {
    fn check(bench: &Bench) {
        let (vendor, recaller) = (vendor(10), Recaller::new(RecallUnit::Batch, |_| Ok(TakenBack::Now)));
        let id = bench.plan(&vendor, 20);
        let sending = bench.start(&id, &vendor, options(&vendor)).unwrap();
        let held = recall(&bench.campaign(&id), &recaller, ONE);
        assert!(matches!(&held, Err(Error::Held(of)) if *of == id), "{held:?}");
        assert_eq!(recaller.asked(), [""; 0]);
        bench.carry_out(&sending, &vendor, &batchcast_campaign::Unobserved);
        assert_eq!(five(recall(&bench.campaign(&id), &recaller, ONE).unwrap()), [20, 0, 0, 0, 0]);
    }
    with_every_ledger(check);
    check(&Bench::by_lease());
}

#[test]
fn a_campaign_that_stopped_is_taken_back_as_far_as_it_went() {
    with_every_ledger(|bench| {
        let vendor = Vendor::new(10, |nth, people| match nth {
            1 => crate::vendor::refused(Class::Permission),
            _ => crate::people::vendor(10).attempt(people, Some(&batchcast_transport::channel::Mark::new("m"))),
        });
        let id = bench.plan(&vendor, 30);
        bench.run(&id, &vendor);
        check(bench, &id, &Recaller::new(RecallUnit::Batch, |_| Ok(TakenBack::Now)), &["bm-0"], [10, 0, 0, 0, 0]);
        assert_eq!(bench.counts(&id), [10, 0, 0, 20]);
    });
}

#[test]
fn what_is_forgotten_has_its_message_ids_still() {
    with_every_ledger(|bench| {
        let id = sent(bench, 20);
        bench.campaign(&id).forget().unwrap();
        check(
            bench,
            &id,
            &Recaller::new(RecallUnit::Batch, |_| Ok(TakenBack::Now)),
            &["bm-0", "bm-1"],
            [20, 0, 0, 0, 0],
        );
        assert_eq!(outcomes(bench, &id), []);
        // But nobody can say any more who they were.
        let id = sent(bench, 30);
        bench.campaign(&id).forget().unwrap();
        let each = Recaller::new(RecallUnit::Recipient, |_| Ok(TakenBack::Now));
        let refused = recall(&bench.campaign(&id), &each, ONE);
        assert!(matches!(&refused, Err(Error::Refused(Refusal::Forgotten(of))) if *of == id), "{refused:?}");
        assert_eq!(each.asked(), [""; 0]);
    });
}

#[test]
fn what_the_vendor_says_of_one_is_told_of_it() {
    with_every_ledger(|bench| {
        let id = sent(bench, 40);
        let recaller = Recaller::new(RecallUnit::Batch, |batch| match batch {
            "bm-0" => Ok(TakenBack::Now),
            "bm-1" => Ok(TakenBack::Before),
            "bm-2" => Ok(TakenBack::refused(20_022, "gone")),
            _ => Err(refused(Class::Recipient)),
        });
        check(bench, &id, &recaller, &["bm-0", "bm-1", "bm-2", "bm-3"], [20, 20, 0, 0, 0]);
        check(bench, &id, &recaller, &["bm-2", "bm-3"], [20, 20, 0, 0, 0]);
        let codes = [None, None, Some(20_022), Some(230_009)];
        let found: Vec<_> = outcomes(bench, &id).into_iter().step_by(10).map(|(_, became)| became.unwrap().1).collect();
        assert_eq!(found, codes);
    });
}
