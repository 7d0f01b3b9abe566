//! The story of a message to addresses, with a picture, followed, read and taken back: once with each client.
#![cfg(any(feature = "blocking", feature = "async"))]
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use batchcast_emulator::{Directory, Emulator, FeishuDirectory, Person};
use batchcast_lark::model::lark::{BatchMessage, Message, Recipients};
use batchcast_lark::model::{IdKind, Recipient};
use batchcast_lark::{
    BatchGetId, BatchReceipt, ClientBuilder, Credentials, Image, ImageKey, Lookup, Platform, Progress, ReadCount,
    Recalled, UserIdType,
};

/// What the calls of one client came to.
struct Story {
    key: ImageKey,
    lookups: Vec<Lookup>,
    receipt: BatchReceipt,
    progress: Progress,
    read: ReadCount,
    recalled: Recalled,
    progress_afterwards: Progress,
}

/// Three people, half of whom read what they get; messages need a picture that their app has uploaded.
fn office() -> Emulator {
    let office = FeishuDirectory::new()
        .with_user(Person::new("ou_ann").with_email("ann@example.com"))
        .with_user(Person::new("ou_ben").with_mobile("+4915100000000"))
        .with_user(Person::new("ou_cid").with_email("cid@example.com").unreachable());
    let directory = Directory::new().with_feishu(office).unwrap();
    Emulator::builder().with_directory(directory).with_reads(0.5).with_uploaded_images_only().start().unwrap()
}

fn client(emulator: &Emulator) -> ClientBuilder {
    let credentials = Credentials::custom_app("cli_sandbox", "sandbox-secret");
    ClientBuilder::new(Platform::Feishu, credentials).with_endpoint(emulator.url().parse().unwrap())
}

fn picture() -> Image {
    Image::new(Platform::Feishu, b"GIF89a\x02\0\x02\0\0\0\0;".to_vec()).unwrap()
}

/// Three addresses of people, and two of nobody.
fn addresses() -> BatchGetId {
    let emails = ["ann@example.com", "zoe@example.com", "cid@example.com"];
    let emails = emails.map(|email| Recipient::new(IdKind::Email, email).unwrap());
    let mobiles = ["+4915100000000", "+8613900000009"].map(|mobile| Recipient::new(IdKind::Mobile, mobile).unwrap());
    BatchGetId::new(UserIdType::OpenId, emails.into_iter().chain(mobiles)).unwrap()
}

/// The picture for whoever was found.
fn message(key: &ImageKey, lookups: &[Lookup]) -> BatchMessage {
    let found = lookups.iter().filter_map(|lookup| lookup.found.as_ref()).map(Recipient::id);
    let people = Recipients::new().with_ids(IdKind::OpenId, found).unwrap();
    BatchMessage::new(Message::image(key.as_str()).unwrap(), people).unwrap()
}

fn check(emulator: &Emulator, story: &Story) {
    let found: Vec<_> = story.lookups.iter().map(|lookup| lookup.found.as_ref().map(Recipient::id)).collect();
    assert_eq!(found, [Some("ou_ann"), None, Some("ou_cid"), Some("ou_ben"), None]);
    assert!(story.key.as_str().starts_with("img_"));
    assert!(story.receipt.invalid.is_empty());
    let Progress { valid, success, read, recalled, .. } = story.progress;
    assert_eq!((valid, success, read, recalled), (3, 2, 1, false), "Cid is out of the bot's range");
    assert_eq!((story.read.read, story.read.total), (1, 2));
    assert!(story.recalled.log_id.is_some());
    let Progress { success, recalled, recall_count, .. } = story.progress_afterwards;
    assert_eq!((success, recalled, recall_count), (2, true, 2));

    let reached: Vec<_> = emulator.deliveries().into_iter().map(|delivery| delivery.id).collect();
    assert_eq!(reached, ["ou_ann", "ou_ben"]);
    let calls: Vec<_> = emulator.requests().into_iter().map(|call| format!("{} {}", call.method, call.path)).collect();
    let batch = format!("/open-apis/im/v1/batch_messages/{}", story.receipt.message_id);
    let expected = [
        "POST /open-apis/auth/v3/tenant_access_token/internal".to_owned(),
        "POST /open-apis/im/v1/images".to_owned(),
        "POST /open-apis/contact/v3/users/batch_get_id".to_owned(),
        "POST /open-apis/message/v4/batch_send/".to_owned(),
        format!("GET {batch}/get_progress"),
        format!("GET {batch}/read_user"),
        format!("DELETE {batch}"),
        format!("GET {batch}/get_progress"),
    ];
    assert_eq!(calls, expected, "each call once, with one token");
}

#[cfg(feature = "blocking")]
#[test]
fn blocking() {
    let emulator = office();
    let client = client(&emulator).build().unwrap();
    let key = client.upload_image(&picture()).unwrap();
    let lookups = client.batch_get_id(&addresses()).unwrap();
    let receipt = client.batch_send(&message(&key, &lookups)).unwrap();
    let id = receipt.batch_message_id().unwrap();
    let (progress, read) = (client.progress(&id).unwrap(), client.read_user(&id).unwrap());
    let recalled = client.recall(&id).unwrap();
    let progress_afterwards = client.progress(&id).unwrap();
    check(&emulator, &Story { key, lookups, receipt, progress, read, recalled, progress_afterwards });
}

#[cfg(feature = "async")]
#[tokio::test]
async fn asynchronous() {
    let emulator = office();
    let client = client(&emulator).build_async().unwrap();
    let key = client.upload_image(&picture()).await.unwrap();
    let lookups = client.batch_get_id(&addresses()).await.unwrap();
    let receipt = client.batch_send(&message(&key, &lookups)).await.unwrap();
    let id = receipt.batch_message_id().unwrap();
    let (progress, read) = (client.progress(&id).await.unwrap(), client.read_user(&id).await.unwrap());
    let recalled = client.recall(&id).await.unwrap();
    let progress_afterwards = client.progress(&id).await.unwrap();
    check(&emulator, &Story { key, lookups, receipt, progress, read, recalled, progress_afterwards });
}
