//! Both clients against the emulator, around a send: half of the accounts are unknown, are imported and sent to; doubts
//! are settled by the history; what arrived is taken back.
#![cfg(any(feature = "blocking", feature = "async"))]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeSet;
use std::time::Duration;

use batchcast_emulator::Emulator;
use batchcast_tim::model::tim::{Accounts, BatchMessage, Image, Message, Stamp};
use batchcast_tim::model::{IdKind, Recipient, tim::Element};
use batchcast_tim::transport::operation::Operation;
use batchcast_tim::transport::paging::Pages;
use batchcast_tim::transport::time::{Clock, SystemTimer, Unix};
use batchcast_tim::usersig::SecretKey;
use batchcast_tim::{
    AccountCheck, AccountImport, AccountStatus, BatchSendMsg, ClientBuilder, Credentials, MsgKey, MultiAccountImport,
    NewAccount, OnlineStatus, QueryState, Region, RoamMsg, RoamMsgs, SendMsg, WithdrawMsg, Withdrawn, random_stamp,
};

/// A client of either style, as something that makes calls.
trait Calls {
    fn call<O: Operation<Output: Send>>(&self, operation: O) -> O::Output;

    /// All pages, turned by hand, so that both styles can be asked alike.
    fn history(&self, first: RoamMsgs) -> Vec<RoamMsg> {
        let (mut pages, mut all) = (Pages::new(first), Vec::new());
        while let Some(page) = pages.next() {
            all.extend(pages.turn(self.call(page)));
        }
        all
    }
}

#[cfg(feature = "blocking")]
impl Calls for batchcast_tim::Client {
    fn call<O: Operation<Output: Send>>(&self, operation: O) -> O::Output {
        Self::call(self, operation).unwrap()
    }
}

#[cfg(feature = "async")]
struct InRuntime(tokio::runtime::Runtime, batchcast_tim::AsyncClient);

#[cfg(feature = "async")]
impl Calls for InRuntime {
    fn call<O: Operation<Output: Send>>(&self, operation: O) -> O::Output {
        self.0.block_on(self.1.call(operation)).unwrap()
    }
}

/// Runs the story with every client that is compiled in, each with an emulator of its own.
macro_rules! with_every_client {
    ($story:ident) => {{
        let credentials = || {
            let key = SecretKey::new("sandbox-key").unwrap();
            Credentials::secret_key(1_400_000_000, "administrator", key).unwrap()
        };
        let emulator = || Emulator::builder().with_tim_imported_accounts_only().start().unwrap();
        #[cfg(feature = "blocking")]
        {
            let emulator = emulator();
            let builder = ClientBuilder::new(Region::China, credentials());
            $story(&emulator, &builder.with_endpoint(emulator.url().parse().unwrap()).build().unwrap());
        }
        #[cfg(feature = "async")]
        {
            let emulator = emulator();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let builder = ClientBuilder::new(Region::China, credentials());
            let builder = builder.with_endpoint(emulator.url().parse().unwrap());
            let client = runtime.block_on(async { builder.build_async().unwrap() });
            $story(&emulator, &InRuntime(runtime, client));
        }
    }};
}

fn account(id: impl Into<Box<str>>) -> Recipient {
    Recipient::new(IdKind::Account, id).unwrap()
}

fn sender() -> Recipient {
    account("administrator")
}

/// A minute on either side of now.
fn times() -> std::ops::RangeInclusive<Unix> {
    let now = SystemTimer::new().now().unix;
    Unix::from_secs(now.as_secs() - 60)..=now + Duration::from_secs(60)
}

fn history(client: &impl Calls, recipient: &Recipient) -> Vec<RoamMsg> {
    client.history(RoamMsgs::new(recipient.clone(), sender(), times()).unwrap())
}

fn batch(text: &str, people: &[Recipient], stamp: Stamp) -> BatchSendMsg {
    let accounts = Accounts::new().with_ids(people.iter().map(Recipient::id)).unwrap();
    BatchSendMsg::new(BatchMessage::new(Message::text(text).unwrap(), accounts, stamp).unwrap())
}

fn import_check_and_send(emulator: &Emulator, client: &impl Calls) {
    let people: Vec<_> = (0..150).map(|n| account(format!("user{n}"))).collect();
    let half = people.iter().take(75).map(|one| NewAccount::new(one.clone()).unwrap());
    for import in MultiAccountImport::batches(half) {
        assert_eq!(client.call(import.unwrap()).failed, []);
    }
    let unknown = || {
        let checks = AccountCheck::batches(people.clone()).flat_map(|check| client.call(check.unwrap()));
        let unknown = checks.filter(|checked| checked.status == AccountStatus::NotImported);
        unknown.map(|checked| checked.account).collect::<Vec<_>>()
    };
    assert_eq!(unknown(), people[75..]);

    let failed = client.call(batch("hi", &people, random_stamp())).failed;
    assert_eq!(failed.into_iter().map(|failed| (failed.account, failed.code)).collect::<Vec<_>>(), {
        people[75..].iter().map(|one| (one.clone(), Some(70107))).collect::<Vec<_>>()
    });

    let mut new: Vec<_> = unknown().into_iter().map(|one| NewAccount::new(one).unwrap()).collect();
    let first = new.remove(0).with_nick("Ann").unwrap().with_face_url("https://example.com/ann.png").unwrap();
    client.call(AccountImport::new(first));
    let invalid = NewAccount::new(account("gone_invalid")).unwrap();
    let receipt = client.call(MultiAccountImport::new(new.into_iter().chain([invalid])).unwrap());
    assert_eq!(receipt.failed, [account("gone_invalid")]);
    assert_eq!(unknown(), []);

    let states = client.call(QueryState::new([people[0].clone(), account("gone_invalid")]).unwrap());
    assert_eq!(states[0].status, OnlineStatus::Online);
    assert!(matches!(states[1].status, OnlineStatus::Failed { code: Some(70107), .. }), "{states:?}");
    assert_eq!(emulator.deliveries().len(), 75);
}

#[test]
fn whoever_is_unknown_is_imported_and_sent_to() {
    with_every_client!(import_check_and_send);
}

fn find_and_recall(emulator: &Emulator, client: &impl Calls) {
    let people = ["ann", "ben"].map(account);
    let _ = client.call(MultiAccountImport::without_profiles(people.clone()).unwrap());
    // Messages enough that the history has several pages of 13 K.
    let stamps: Vec<_> = (0..30).map(|_| random_stamp()).collect();
    let text = "字".repeat(500);
    let keys: Vec<_> = stamps.iter().map(|stamp| client.call(batch(&text, &people, *stamp)).msg_key.unwrap()).collect();
    let never_sent = random_stamp();
    let pages_before = emulator.requests().len();
    for recipient in &people {
        let history = history(client, recipient);
        assert_eq!(history.len(), stamps.len());
        let found: BTreeSet<_> =
            history.iter().filter_map(RoamMsg::stamp).map(|stamp| (stamp.msg_seq, stamp.msg_random)).collect();
        assert!(stamps.iter().all(|stamp| found.contains(&(stamp.msg_seq, stamp.msg_random))));
        assert!(!found.contains(&(never_sent.msg_seq, never_sent.msg_random)));
        let found: BTreeSet<_> = history.iter().map(|message| message.msg_key.as_str()).collect();
        assert!(keys.iter().all(|key| found.contains(key.as_str())));
    }
    assert!(emulator.requests().len() >= pages_before + 4, "a page has at most 13 K");

    let recall = |recipient: &Recipient, key: &str| {
        client.call(WithdrawMsg::new(sender(), recipient.clone(), MsgKey::new(key).unwrap()).unwrap())
    };
    assert_eq!(recall(&people[0], &keys[7]), Withdrawn::Now);
    assert_eq!(recall(&people[0], &keys[7]), Withdrawn::Before);
    assert_eq!(recall(&people[0], "1_2_1572870301"), Withdrawn::Gone);
    for (recipient, expected) in people.iter().zip([vec![keys[7].clone()], Vec::new()]) {
        let history = history(client, recipient);
        let recalled: Vec<_> =
            history.iter().filter(|message| message.is_recalled()).map(|one| one.msg_key.clone()).collect();
        assert_eq!(recalled, expected, "{}", recipient.id());
    }
}

#[test]
fn what_arrived_stands_in_the_history_and_is_taken_back() {
    with_every_client!(find_and_recall);
}

fn send_to_one(emulator: &Emulator, client: &impl Calls) {
    client.call(AccountImport::new(NewAccount::new(account("ann")).unwrap()));
    let picture = Image::at("https://example.com/menu.gif", b"GIF89a\x02\0\x03\0\0\0\0;").unwrap();
    let message = Message::elements([Element::text("Today: "), Element::new(picture)]).unwrap();
    let call = SendMsg::new(message, account("ann")).unwrap();
    let receipt = client.call(call.clone());
    let prefix = format!("{}_{}_", call.stamp().msg_seq, call.stamp().msg_random);
    assert!(receipt.msg_key.unwrap().starts_with(&prefix));
    assert!(receipt.msg_time.is_some() && receipt.random.is_some());
    // The same value again is the same message.
    let _ = client.call(call.clone());
    assert_eq!(emulator.deliveries().iter().filter(|delivery| delivery.id == "ann").count(), 1);
    let history = history(client, &account("ann"));
    assert_eq!(history.iter().filter_map(RoamMsg::stamp).collect::<Vec<_>>(), [call.stamp()]);
    assert_eq!(history[0].msg_body[1]["MsgContent"]["ImageInfoArray"][2]["Height"], 3);
}

#[test]
fn a_message_to_one_account_arrives_once() {
    with_every_client!(send_to_one);
}
