//! A campaign in a ledger, whose clock is put forward where two minutes must pass.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use batchcast_campaign::follow_up::{check, recall, recall_outcomes};
use batchcast_campaign::ledger::sqlite::Sqlite;
use batchcast_campaign::ledger::{CampaignId, Ledger, LedgerError, RecallState};
use batchcast_campaign::protocol::{Resolution, Terms};
use batchcast_campaign::report::{CsvReport, StateFilter};
use batchcast_campaign::{
    Campaign, Counts, Error, LookUp, Options, Planner, Refusal, Sending, State, Step, Unobserved,
};
use batchcast_model::tim::Message;
use batchcast_tim::{Broadcast, Client, MultiAccountImport, NewAccount, RoamMsgs};
use batchcast_transport::channel::Channel;
use batchcast_transport::testing::ManualTimer;
use batchcast_transport::time::{Clock, SystemTimer};

use crate::town::{IDS, SEND, Town, WITHDRAW, account};

const DEADLINE: Duration = Duration::from_secs(30);
const FOUR: NonZeroUsize = NonZeroUsize::new(4).unwrap();

fn message() -> Message {
    Message::text("The shop closes at 17:00 today.").unwrap()
}

fn four(counts: Counts) -> [u64; 4] {
    [counts.accepted, counts.rejected, counts.unknown, counts.pending]
}

/// Imports whoever is unknown, so far as the vendor takes them.
fn import(town: &Town, client: &Client, ledger: &Arc<dyn Ledger>) {
    let known = MultiAccountImport::without_profiles(town.known()).unwrap();
    assert_eq!(client.multiaccount_import(&known).unwrap().failed, []);
    let address = town.client().address().unwrap();
    let unknown = || {
        let found = LookUp::new(&**ledger, &address, client).find(town.people.clone()).unwrap();
        town.people.iter().filter(|one| found[*one].is_none()).cloned().collect::<Vec<_>>()
    };
    let before = unknown();
    assert_eq!(before, town.unknown());
    let mut failed = Vec::new();
    for call in MultiAccountImport::batches(before.into_iter().map(|one| NewAccount::new(one).unwrap())) {
        failed.extend(client.multiaccount_import(&call.unwrap()).unwrap().failed);
    }
    assert_eq!((&failed, unknown()), (&town.never(), failed.clone()));
}

/// A ledger in a file, and its clock, which begins as the vendor's does.
fn open() -> (tempfile::TempDir, Arc<dyn Ledger>, ManualTimer) {
    let folder = tempfile::tempdir().unwrap();
    let timer = ManualTimer::new(SystemTimer::new().now().unix);
    let ledger = Sqlite::open(folder.path().join("ledger.db"), Arc::new(timer.clone())).unwrap();
    (folder, Arc::new(ledger), timer)
}

fn channel(town: &Town) -> Broadcast {
    let channel = town.client().broadcast(message()).unwrap();
    channel.with_ids_per_request(NonZeroUsize::new(IDS).unwrap()).unwrap()
}

/// Plans and runs, one request after the other.
fn send(town: &Town, ledger: &Arc<dyn Ledger>, timer: &ManualTimer) -> Campaign {
    let channel = channel(town);
    let mut planner = Planner::new(Arc::clone(ledger), &channel, "the shop closes").unwrap();
    for one in &town.people {
        planner.add(one.clone(), &[], &Vec::new()).unwrap();
    }
    let id = planner.save().unwrap();
    run(ledger, &id, &channel, timer);
    Campaign::open(Arc::clone(ledger), &id).unwrap()
}

fn run(ledger: &Arc<dyn Ledger>, id: &CampaignId, channel: &dyn Channel, timer: &ManualTimer) {
    let options = Options::new(Terms::of(channel, DEADLINE));
    let sending = Sending::start(Arc::clone(ledger), id, channel, options, timer, &Unobserved).unwrap();
    sending.carry_out(channel, timer, &Unobserved).unwrap();
}

/// The state of everybody by the report, in which each is once.
#[track_caller]
fn reported(campaign: &Campaign) -> BTreeMap<String, String> {
    let mut csv = Vec::new();
    let rows = campaign.report(StateFilter::All, &mut CsvReport::new(&mut csv)).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let mut lines = csv.trim_start_matches('\u{feff}').lines();
    let columns: Vec<_> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| columns.iter().position(|column| *column == name).unwrap();
    let (id, state) = (at("id"), at("state"));
    let of = |line: &str| {
        let cells: Vec<_> = line.split(',').collect();
        (cells[id].to_owned(), cells[state].to_owned())
    };
    let said: BTreeMap<_, _> = lines.map(of).collect();
    assert_eq!(said.len() as u64, rows);
    said
}

/// Whether the message of everybody who got it is taken back, by their own histories.
#[track_caller]
fn is_taken_back_from_all(town: &Town, client: &Client) {
    let now = SystemTimer::new().now().unix;
    let times = now - Duration::from_secs(600)..=now + Duration::from_secs(600);
    let sender = account("administrator");
    for id in town.delivered() {
        let history = RoamMsgs::new(account(&id), sender.clone(), times.clone()).unwrap();
        let messages: Vec<_> = client.roam_messages(history).flat_map(Result::unwrap).collect();
        assert!(messages.len() == 1 && messages[0].is_recalled(), "{id}: {messages:?}");
    }
}

#[test]
fn from_unknown_accounts_to_a_report_that_says_what_was_delivered() {
    let town = Town::new();
    let (_folder, ledger, timer) = open();
    let client = town.client().build().unwrap();
    import(&town, &client, &ledger);

    let campaign = send(&town, &ledger, &timer);
    assert_eq!(town.requests(SEND), 10, "nothing is sent twice");
    // One of the three whom the vendor never takes is named; the other two are in doubt.
    assert_eq!(four(campaign.standing().unwrap().recipients), [139, 1, 60, 0]);
    assert_eq!(town.delivered().len(), 139 + 40 - 2);

    let history = town.client().sent_message(&message()).unwrap();
    let early = check(&campaign, &history, None, FOUR).unwrap_err();
    assert!(matches!(&early, Error::Refused(Refusal::TooEarly { .. })), "{early:?}");
    timer.advance(DEADLINE + Duration::from_secs(120));
    let checked = check(&campaign, &history, None, FOUR).unwrap();
    assert_eq!([checked.accepted, checked.rejected, checked.in_doubt], [38, 22, 0]);
    let standing = campaign.standing().unwrap();
    assert_eq!((standing.state, standing.next), (State::Finished, Step::Nothing));
    assert_eq!(four(standing.recipients), [177, 23, 0, 0]);
    town.has_delivered(&reported(&campaign));
    let again = check(&campaign, &history, None, FOUR).unwrap();
    assert_eq!([again.accepted, again.rejected, again.in_doubt], [0, 0, 0]);

    let recalled = recall(&campaign, &history, FOUR).unwrap();
    assert_eq!(
        [recalled.recalled, recalled.refused, recalled.unknown, recalled.left, recalled.out_of_reach],
        [177, 0, 0, 0, 0]
    );
    assert_eq!(town.requests(WITHDRAW), 177);
    let (mut from, delivered) = (Vec::new(), town.delivered());
    recall_outcomes(&campaign, |outcome| -> Result<(), LedgerError> {
        assert!(outcome.recall.is_some_and(|row| row.state == RecallState::Recalled));
        from.push(outcome.recipient.id().to_owned());
        Ok(())
    })
    .unwrap();
    from.sort_unstable();
    assert_eq!(from, delivered.into_iter().collect::<Vec<_>>());
    is_taken_back_from_all(&town, &client);
    let _ = recall(&campaign, &history, FOUR).unwrap();
    assert_eq!(town.requests(WITHDRAW), 177, "who is taken back is not asked for twice");
    town.has_delivered(&reported(&campaign));
}

#[test]
fn what_is_too_old_to_be_remembered_stays_in_doubt_and_is_sent_again_by_order_alone() {
    let town = Town::new();
    let (_folder, ledger, timer) = open();
    import(&town, &town.client().build().unwrap(), &ledger);
    let campaign = send(&town, &ledger, &timer);
    timer.advance(Duration::from_secs(8 * 24 * 60 * 60));
    let history = town.client().sent_message(&message()).unwrap();
    let checked = check(&campaign, &history, None, FOUR).unwrap();
    assert_eq!([checked.accepted, checked.rejected, checked.in_doubt], [0, 0, 60]);
    assert_eq!(town.requests("/v4/openim/admin_getroammsg"), 0, "nobody is asked for in vain");
    run(&ledger, campaign.id(), &channel(&town), &timer);
    assert_eq!((town.requests(SEND), four(campaign.standing().unwrap().recipients)), (10, [139, 1, 60, 0]));

    let resolved = campaign.resolve(None, Resolution::Resend).unwrap();
    assert_eq!((resolved.batches, resolved.recipients), (3, 60));
    run(&ledger, campaign.id(), &channel(&town), &timer);
    assert_eq!((town.requests(SEND), four(campaign.standing().unwrap().recipients)), (13, [197, 3, 0, 0]));
    let mut times = BTreeMap::new();
    town.emulator.deliveries().into_iter().for_each(|to| *times.entry(to.id.to_string()).or_insert(0) += 1);
    // Whose answers were lost have it twice, by that order; nobody else has.
    assert_eq!(times.values().filter(|times| **times == 2).count(), 38);
    assert_eq!(times.len(), 197);
}
