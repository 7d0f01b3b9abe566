//! Both clients against the emulator: the same calls, the same ends.
#![cfg(any(feature = "blocking", feature = "async"))]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use batchcast_emulator::Emulator;
use batchcast_tim::model::tim::{Accounts, BatchMessage, Message};
use batchcast_tim::transport::error::ErrorKind;
use batchcast_tim::usersig::{self, SecretKey, Signer};
use batchcast_tim::{BatchReceipt, ClientBuilder, Credentials, Error, Region, random_stamp};

fn credentials(sdkappid: u32, identifier: &str, key: &str) -> Credentials {
    Credentials::secret_key(sdkappid, identifier, SecretKey::new(key).unwrap()).unwrap()
}

/// Runs the call with every client that is compiled in, and checks what each gets.
fn check(emulator: &Emulator, credentials: &Credentials, expected: impl Fn(Result<BatchReceipt, Error>)) {
    let builder =
        || ClientBuilder::new(Region::China, credentials.clone()).with_endpoint(emulator.url().parse().unwrap());
    let people = Accounts::new().with_ids(["bonnie", "gone_invalid"]).unwrap();
    let batch = BatchMessage::new(Message::text("hi").unwrap(), people, random_stamp()).unwrap();

    #[cfg(feature = "blocking")]
    expected(builder().build().unwrap().batch_send_msg(&batch));

    #[cfg(feature = "async")]
    {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        expected(runtime.block_on(async { builder().build_async().unwrap().batch_send_msg(&batch).await }));
    }
}

#[test]
fn a_message_arrives_and_the_receipt_names_who_failed() {
    let emulator = Emulator::start().unwrap();
    check(&emulator, &credentials(1_400_000_000, "administrator", "sandbox-key"), |result| {
        let receipt = result.unwrap();
        let prefix = format!("{}_{}_", receipt.stamp.msg_seq, receipt.stamp.msg_random);
        assert!(receipt.msg_key.unwrap().starts_with(&prefix));
        assert!(receipt.random.unwrap().parse::<u32>().is_ok());
        let failed: Vec<_> = receipt.failed.iter().map(|failed| (failed.account.id(), failed.code)).collect();
        assert_eq!(failed, [("gone_invalid", Some(70107))]);
    });
    assert!(emulator.deliveries().iter().all(|delivery| delivery.id == "bonnie"));
}

#[test]
fn a_usersig_that_the_caller_has_is_used_as_it_is() {
    let emulator = Emulator::start().unwrap();
    let signer = Signer::new(1_400_000_000.into(), SecretKey::new("sandbox-key").unwrap());
    let sig_time = now();
    let sig = signer.sign("administrator", sig_time, usersig::DEFAULT_VALIDITY).unwrap();
    let credentials = Credentials::usersig(sig.expose()).unwrap();
    assert_eq!(credentials.identifier(), "administrator");
    check(&emulator, &credentials, |result| assert!(result.is_ok()));
}

/// The time, as the emulator's clock has it.
fn now() -> batchcast_tim::transport::time::Unix {
    use batchcast_tim::transport::time::{Clock, SystemTimer};
    SystemTimer::new().now().unix
}

#[test]
fn wrong_credentials_are_a_matter_of_permission() {
    let emulator = Emulator::start().unwrap();
    let not_permitted = |result: Result<BatchReceipt, Error>| {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Permission, "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("usersig="), "{error:?}");
    };
    check(&emulator, &credentials(1_400_000_000, "administrator", "canary-key"), not_permitted);
    check(&emulator, &credentials(1_400_000_001, "administrator", "canary-key"), not_permitted);
    check(&emulator, &credentials(1_400_000_000, "somebody", "sandbox-key"), not_permitted);
    assert!(emulator.deliveries().is_empty());
}

#[test]
fn every_request_has_a_random_of_its_own_and_only_escaped_names() {
    let emulator = Emulator::start().unwrap();
    let odd = credentials(1_400_000_000, "管理&x=1#?", "sandbox-key");
    check(&emulator, &odd, |_| {});
    check(&emulator, &credentials(1_400_000_000, "administrator", "sandbox-key"), |_| {});
    let received = emulator.received();
    let queries: Vec<_> = received.iter().map(|request| request.uri.query().unwrap()).collect();
    let mut randoms: Vec<_> =
        queries.iter().map(|query| query.split('&').find(|part| part.starts_with("random=")).unwrap()).collect();
    randoms.sort_unstable();
    randoms.dedup();
    assert_eq!(randoms.len(), queries.len());
    assert!(queries[0].contains("&identifier=%E7%AE%A1%E7%90%86%26x%3D1%23%3F&"), "{}", queries[0]);
    assert!(queries.iter().all(|query| query.ends_with("&contenttype=json")));
}

#[test]
fn credentials_are_not_shown() {
    let credentials = credentials(1, "administrator", "canary-key");
    let builder = ClientBuilder::new(Region::China, credentials.clone());
    assert!(!format!("{credentials:?} {builder:?}").contains("canary"));
}

#[cfg(feature = "async")]
#[test]
fn the_future_of_a_call_can_be_spawned() {
    fn assert_send<T: Send>(_: &T) {}
    let builder = ClientBuilder::new(Region::China, credentials(1, "administrator", "sandbox-key"));
    let client = builder.build_async().unwrap();
    let people = Accounts::new().with_ids(["bonnie"]).unwrap();
    let batch = BatchMessage::new(Message::text("hi").unwrap(), people, random_stamp()).unwrap();
    assert_send(&client.batch_send_msg(&batch));
}
