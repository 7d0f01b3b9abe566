//! The same by hand with `AsyncClient`, call by call.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_model::tim::{Accounts, BatchMessage, Message, Stamp};
use batchcast_tim::{
    AccountCheck, AccountStatus, AsyncClient, BatchSendMsg, MsgKey, MultiAccountImport, NewAccount, RoamMsgs,
    WithdrawMsg, Withdrawn, random_stamp,
};
use batchcast_transport::class::Class;
use batchcast_transport::error::ApiError;
use batchcast_transport::time::{Clock, SystemTimer, Unix};

use crate::town::{IDS, SEND, Town, WITHDRAW, account};

/// What is known of a request: by which it may be found, to whom it went, and its MsgKey, where there was an answer, with
/// those whom it turned down.
struct Request {
    stamp: Stamp,
    people: Vec<Recipient>,
    answer: Option<(String, Vec<Recipient>)>,
}

async fn unknown(client: &AsyncClient, people: &[Recipient]) -> Vec<Recipient> {
    let mut unknown = Vec::new();
    for check in AccountCheck::batches(people.iter().cloned()) {
        let checked = client.account_check(&check.unwrap()).await.unwrap().into_iter();
        unknown.extend(checked.filter(|one| one.status == AccountStatus::NotImported).map(|one| one.account));
    }
    unknown
}

async fn import(client: &AsyncClient, people: Vec<Recipient>) -> Vec<Recipient> {
    let mut failed = Vec::new();
    for import in MultiAccountImport::batches(people.into_iter().map(|one| NewAccount::new(one).unwrap())) {
        failed.extend(client.multiaccount_import(&import.unwrap()).await.unwrap().failed);
    }
    failed
}

async fn send(client: &AsyncClient, people: &[Recipient]) -> Request {
    let (stamp, message) = (random_stamp(), Message::text("The shop closes at 17:00 today.").unwrap());
    let accounts = Accounts::new().with_ids(people.iter().map(Recipient::id)).unwrap();
    let answer = match client.call(BatchSendMsg::new(BatchMessage::new(message, accounts, stamp).unwrap())).await {
        Ok(receipt) => {
            let failed = receipt.failed.into_iter().map(|failed| failed.account).collect();
            Some((receipt.msg_key.unwrap(), failed))
        }
        Err(error) => {
            assert_eq!(error.class(), Some(Class::Unknown), "{error}");
            None
        }
    };
    Request { stamp, people: people.to_vec(), answer }
}

/// The MsgKey under which this one got what was sent under the stamp, if they did.
async fn find(client: &AsyncClient, one: &Recipient, stamp: Stamp, times: RangeInclusive<Unix>) -> Option<String> {
    let mut pages = client.roam_messages(RoamMsgs::new(one.clone(), account("administrator"), times).unwrap());
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => {
                if let Some(found) = page.into_iter().find(|found| found.stamp() == Some(stamp)) {
                    return Some(found.msg_key);
                }
            }
            // Who is not there has no history.
            Err(error) => {
                assert_eq!(error.api().and_then(ApiError::code), Some(90008), "{error}");
                return None;
            }
        }
    }
    None
}

async fn from_unknown_accounts_to_what_was_delivered(town: &Town, client: &AsyncClient) {
    assert_eq!(import(client, town.known()).await, []);
    let before = unknown(client, &town.people).await;
    assert_eq!(before, town.unknown());
    assert_eq!(import(client, before).await, town.never());
    assert_eq!(unknown(client, &town.people).await, town.never());

    let began = SystemTimer::new().now().unix;
    let mut requests = Vec::new();
    for people in town.people.chunks(IDS) {
        requests.push(send(client, people).await);
    }
    assert_eq!(town.requests(SEND), 10, "nothing is sent twice");
    assert_eq!(requests.iter().filter(|request| request.answer.is_none()).count(), 3);

    let times = began - Duration::from_secs(60)..=SystemTimer::new().now().unix + Duration::from_secs(60);
    let (mut said, mut keys) = (BTreeMap::new(), Vec::new());
    for Request { stamp, people, answer } in requests {
        for one in people {
            let key = match &answer {
                Some((key, failed)) => (!failed.contains(&one)).then(|| key.clone()),
                None => find(client, &one, stamp, times.clone()).await,
            };
            said.insert(one.id().to_owned(), if key.is_some() { "accepted" } else { "rejected" }.to_owned());
            keys.extend(key.map(|key| (one, key)));
        }
    }
    town.has_delivered(&said);

    for expected in [Withdrawn::Now, Withdrawn::Before] {
        for (one, key) in &keys {
            let key = MsgKey::new(key.as_str()).unwrap();
            let withdraw = WithdrawMsg::new(account("administrator"), one.clone(), key).unwrap();
            assert_eq!(client.withdraw(&withdraw).await.unwrap(), expected, "{}", one.id());
        }
    }
    assert_eq!((keys.len(), town.requests(WITHDRAW)), (177, 2 * 177));
}

#[test]
fn every_step_and_every_doubt() {
    let town = Town::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = town.client().build_async().unwrap();
        from_unknown_accounts_to_what_was_delivered(&town, &client).await;
    });
}
