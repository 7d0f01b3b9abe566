//! Both clients against the emulator: the same calls, the same ends.
#![cfg(any(feature = "blocking", feature = "async"))]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use batchcast_emulator::Emulator;
use batchcast_lark::model::IdKind;
use batchcast_lark::model::lark::{BatchMessage, Message, Recipients};
use batchcast_lark::transport::error::ErrorKind;
use batchcast_lark::{BatchReceipt, ClientBuilder, Credentials, Error, Platform};

/// Runs the call with every client that is compiled in, and checks what each gets.
fn check(emulator: &Emulator, credentials: &Credentials, expected: impl Fn(Result<BatchReceipt, Error>)) {
    let builder =
        || ClientBuilder::new(Platform::Feishu, credentials.clone()).with_endpoint(emulator.url().parse().unwrap());
    let people = Recipients::new().with_ids(IdKind::OpenId, ["ou_alice", "ou_gone_invalid"]).unwrap();
    let batch = BatchMessage::new(Message::text("hi").unwrap(), people).unwrap();

    #[cfg(feature = "blocking")]
    expected(builder().build().unwrap().batch_send(&batch));

    #[cfg(feature = "async")]
    {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        expected(runtime.block_on(async { builder().build_async().unwrap().batch_send(&batch).await }));
    }
}

#[test]
fn a_message_arrives_and_the_receipt_names_who_was_turned_down() {
    let emulator = Emulator::start().unwrap();
    check(&emulator, &Credentials::custom_app("cli_sandbox", "sandbox-secret"), |result| {
        let receipt = result.unwrap();
        assert!(receipt.message_id.starts_with("bm-"));
        assert!(receipt.log_id.is_some());
        let invalid: Vec<_> = receipt.invalid.iter().map(|recipient| recipient.id()).collect();
        assert_eq!(invalid, ["ou_gone_invalid"]);
    });
    assert!(emulator.deliveries().iter().all(|delivery| delivery.id == "ou_alice"));
}

#[test]
fn wrong_credentials_are_a_matter_of_permission() {
    let emulator = Emulator::start().unwrap();
    let not_permitted = |result: Result<BatchReceipt, Error>| {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Permission, "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    };
    check(&emulator, &Credentials::custom_app("cli_sandbox", "canary-secret"), not_permitted);
    check(&emulator, &Credentials::custom_app("not an app id", "canary-secret"), not_permitted);
    check(&emulator, &Credentials::tenant_access_token("t-canary-token").unwrap(), not_permitted);
    assert!(emulator.deliveries().is_empty());
}

#[test]
fn credentials_are_not_shown() {
    for credentials in
        [Credentials::custom_app("cli_a", "canary-secret"), Credentials::tenant_access_token("t-canary-token").unwrap()]
    {
        let builder = ClientBuilder::new(Platform::Lark, credentials.clone());
        assert!(!format!("{credentials:?} {builder:?}").contains("canary"));
    }
}

#[test]
fn a_token_that_no_header_can_carry_is_refused_at_once() {
    for bad in ["", "t-1\n", "t 1", "t-é"] {
        assert!(Credentials::tenant_access_token(bad).is_err(), "{bad:?}");
    }
}

#[cfg(feature = "async")]
#[test]
fn the_future_of_a_call_can_be_spawned() {
    fn assert_send<T: Send>(_: &T) {}
    let client =
        ClientBuilder::new(Platform::Lark, Credentials::tenant_access_token("t-1").unwrap()).build_async().unwrap();
    let people = Recipients::new().with_ids(IdKind::OpenId, ["ou_alice"]).unwrap();
    let batch = BatchMessage::new(Message::text("hi").unwrap(), people).unwrap();
    assert_send(&client.batch_send(&batch));
}

/// What follows a batch, and a picture, with every client that is compiled in.
#[test]
fn a_batch_is_followed_and_recalled_and_a_picture_uploaded() {
    use batchcast_lark::{BatchMessageId, Image, ImageKey, Progress, ReadCount, Recalled};

    fn done(
        receipt: &BatchReceipt,
        progress: Result<Progress, Error>,
        read: Result<ReadCount, Error>,
        recalled: Result<Recalled, Error>,
        key: Result<ImageKey, Error>,
    ) {
        assert!(receipt.batch_message_id().is_some());
        assert!(!progress.unwrap().recalled);
        assert!(read.unwrap().read <= 2);
        assert!(recalled.unwrap().log_id.is_some());
        assert!(key.unwrap().as_str().starts_with("img_"));
    }

    let emulator = Emulator::start().unwrap();
    let builder = || {
        let credentials = Credentials::custom_app("cli_sandbox", "sandbox-secret");
        ClientBuilder::new(Platform::Feishu, credentials).with_endpoint(emulator.url().parse().unwrap())
    };
    let people = Recipients::new().with_ids(IdKind::OpenId, ["ou_alice", "ou_bob"]).unwrap();
    let batch = BatchMessage::new(Message::text("hi").unwrap(), people).unwrap();
    let image = Image::new(Platform::Feishu, b"GIF89a\x02\0\x02\0\0\0\0;".to_vec()).unwrap();
    let stranger = BatchMessageId::new("bm-of-nobody").unwrap();

    #[cfg(feature = "blocking")]
    {
        let client = builder().build().unwrap();
        let receipt = client.batch_send(&batch).unwrap();
        let id = receipt.batch_message_id().unwrap();
        let (progress, read) = (client.progress(&id), client.read_user(&id));
        done(&receipt, progress, read, client.recall(&id), client.upload_image(&image));
        assert!(client.progress(&id).unwrap().recalled);
        assert_eq!(client.recall(&stranger).unwrap_err().kind(), ErrorKind::Message);
    }

    #[cfg(feature = "async")]
    {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = builder().build_async().unwrap();
            let receipt = client.batch_send(&batch).await.unwrap();
            let id = receipt.batch_message_id().unwrap();
            let (progress, read) = (client.progress(&id).await, client.read_user(&id).await);
            done(&receipt, progress, read, client.recall(&id).await, client.upload_image(&image).await);
            assert!(client.progress(&id).await.unwrap().recalled);
            assert_eq!(client.recall(&stranger).await.unwrap_err().kind(), ErrorKind::Message);
        });
    }
}
