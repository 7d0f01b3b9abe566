//! Feishu, Lark and Tencent Cloud Chat (TIM) on loopback, for tests.
//!
//! # In scope
//!
//! * The vendors' own paths, request checks, codes and texts, as their documents have them. The vendor is told by the
//!   path: `/open-apis/…` is Feishu or Lark, `/v4/…` is TIM.
//! * Feishu and Lark: sending, recall, progress and read counts, image upload, looking people and departments up, and
//!   both ways to a token: a custom app's and a store app's.
//! * TIM: sending to many and to one, importing, checking and deleting accounts, their login state, history and recall.
//! * Who exists: everybody, or whom a [`Directory`] names, with departments, the app's scopes, and who is out of its
//!   bot's range.
//! * Misbehaving when asked to: a [`FaultPlan`] of refusals, resets, late, slow, cut off and senseless answers, and
//!   tokens that expire.
//! * Rate limits and the daily quota ([`RateLimits`]), delivery at a speed and reads over time, when asked to.
//! * A record of who got which message, which requests came in, and how they were answered; an inbox page for a
//!   browser; assertions for tests ([`Emulator::assert_delivered_once`]).
//! * Any client in any language: it is plain HTTP/1.1 on one port. In Rust tests it runs inside the process
//!   ([`Emulator::start`]), or without a socket at all ([`World::handle`]). `batchcast emulator` is the same as a program.
//!
//! # Out of scope
//!
//! * TLS, and addresses other machines can reach (unless [`Builder::with_any_interface`] says so).
//! * Secrets: the credentials are public constants ([`SANDBOX_APP_ID`], [`SANDBOX_APP_SECRET`];
//!   [`SANDBOX_STORE_APP_ID`], [`SANDBOX_STORE_APP_SECRET`], [`SANDBOX_STORE_APP_TICKET`],
//!   [`SANDBOX_STORE_TENANT_KEY`]; [`SANDBOX_TIM_SDKAPPID`], [`SANDBOX_TIM_IDENTIFIER`], [`SANDBOX_TIM_KEY`]). Do not
//!   give it real ones.
//! * Events (a store app's ticket is known beforehand), and TIM's APIs other than those on accounts, sending, history
//!   and recall. What is not built is not routed.
//! * Any crate of batchcast: were a misreading of a document shared with the client, one would hide the other.
//!
//! # Features
//!
//! None. Its clients can be blocking or async, whatever it runs in itself.
//!
//! # Errors
//!
//! | from | what goes wrong |
//! |---|---|
//! | [`Emulator::start`], [`Builder::start`], [`Builder::serve`] | [`std::io::Error`]: no port, no thread, or an address that other machines reach |
//! | [`Directory::from_json`], [`Directory::with_feishu`] | [`DirectoryError`], which names the place |
//! | [`FaultPlan::from_json`], [`FaultRule`], [`Fault`] | [`FaultPlanError`], which names the rule and the field |
//! | [`Builder::with_settings_json`] | [`SettingsError`], which names the part and the field |
//! | [`Emulator::assert_delivered_once`] and its like | a panic, which names who got what |
//! | any request | nothing: it has an answer, as from the vendor, and stands in [`Emulator::requests`] |
//!
//! # Blocking
//!
//! Any client will do; this is `ureq`, with nothing of batchcast:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use batchcast_emulator::{Emulator, SANDBOX_APP_ID, SANDBOX_APP_SECRET};
//! use serde_json::{Value, json};
//!
//! fn post(url: String, token: &str, body: Value) -> Result<Value, Box<dyn std::error::Error>> {
//!     let request = ureq::post(url).header("Authorization", format!("Bearer {token}"));
//!     Ok(serde_json::from_str(&request.send(body.to_string())?.body_mut().read_to_string()?)?)
//! }
//!
//! let emulator = Emulator::start()?;
//! let app = json!({"app_id": SANDBOX_APP_ID, "app_secret": SANDBOX_APP_SECRET});
//! let granted = post(format!("{}/open-apis/auth/v3/tenant_access_token/internal", emulator.url()), "", app)?;
//! let token = granted["tenant_access_token"].as_str().ok_or("no token")?;
//!
//! let message = json!({"msg_type": "text", "content": {"text": "hi"}, "open_ids": ["ou_1", "ou_2_invalid"]});
//! let sent = post(format!("{}/open-apis/message/v4/batch_send/", emulator.url()), token, message)?;
//! assert_eq!(sent["data"]["invalid_open_ids"], json!(["ou_2_invalid"]));
//! emulator.assert_delivered_only(["ou_1"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Async
//!
//! With `reqwest`. The answer to the first message is lost on its way: who sends it again messages everybody twice.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use batchcast_emulator::{Emulator, Fault, FaultPlan, FaultRule, SANDBOX_APP_ID, SANDBOX_APP_SECRET};
//! use serde_json::{Value, json};
//!
//! let lost = FaultRule::new(Fault::ResetAfter).on_path("/open-apis/message/")?.on_nth([1])?;
//! let emulator = Emulator::builder().with_faults(FaultPlan::new().with_rule(lost)).start()?;
//!
//! # let _ = rustls::crypto::ring::default_provider().install_default();
//! let client = reqwest::Client::new();
//! let login = client.post(format!("{}/open-apis/auth/v3/tenant_access_token/internal", emulator.url()));
//! let app = json!({"app_id": SANDBOX_APP_ID, "app_secret": SANDBOX_APP_SECRET});
//! let granted: Value = serde_json::from_str(&login.body(app.to_string()).send().await?.text().await?)?;
//! let token = granted["tenant_access_token"].as_str().ok_or("no token")?;
//!
//! let message = json!({"msg_type": "text", "content": {"text": "hi"}, "open_ids": ["ou_1"]});
//! let send = client.post(format!("{}/open-apis/message/v4/batch_send/", emulator.url())).bearer_auth(token);
//! assert!(send.body(message.to_string()).send().await.is_err());
//! emulator.assert_delivered_only(["ou_1"]);
//! assert_eq!(emulator.requests()[1].fault, Some("reset_after"));
//! # Ok(())
//! # }
//! ```
//!
//! # Without a socket
//!
//! With the time as an argument, so that a test can let it pass: two people in a department, of whom the bot reaches one,
//! and whoever gets a message reads it within a minute.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//!
//! use batchcast_emulator::{Department, Directory, Emulator, FeishuDirectory, Person, Timestamp, World};
//! use bytes::Bytes;
//! use serde_json::{Value, json};
//!
//! let office = FeishuDirectory::new()
//!     .with_department(Department::new("od-sales"))
//!     .with_user(Person::new("ou_ann").with_department("od-sales"))
//!     .with_user(Person::new("ou_ben").with_department("od-sales").unreachable());
//! let mut world: World = Emulator::builder()
//!     .with_directory(Directory::new().with_feishu(office)?)
//!     .with_reads(1.0)
//!     .with_reads_over(Duration::from_secs(60))
//!     .world();
//!
//! let mut call = |second: i64, method: &str, path: &str, token: &str, body: Value| -> Result<Value, Box<dyn std::error::Error>> {
//!     let request = http::Request::builder().method(method).uri(path).header("Authorization", format!("Bearer {token}"));
//!     let request = request.body(Bytes::from(body.to_string()))?;
//!     Ok(serde_json::from_slice(world.handle(Timestamp::from_second(second)?, &request).body())?)
//! };
//! let app = json!({"app_id": "cli_sandbox", "app_secret": "sandbox-secret"});
//! let granted = call(0, "POST", "/open-apis/auth/v3/tenant_access_token/internal", "", app)?;
//! let token = granted["tenant_access_token"].as_str().ok_or("no token")?;
//!
//! let message = json!({"msg_type": "text", "content": {"text": "hi"}, "department_ids": ["od-sales"]});
//! let sent = call(0, "POST", "/open-apis/message/v4/batch_send/", token, message)?;
//! let id = sent["data"]["message_id"].as_str().ok_or("no message")?;
//! let progress = call(60, "GET", &format!("/open-apis/im/v1/batch_messages/{id}/get_progress"), token, json!(null))?;
//! let progress = &progress["data"]["batch_message_send_progress"];
//! assert_eq!((&progress["valid_user_ids_count"], &progress["success_user_ids_count"]), (&json!(2), &json!(1)));
//! assert_eq!(progress["read_user_ids_count"], json!(1));
//! world.assert_delivered_only(["ou_ann"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Its own endpoints
//!
//! | path | answer |
//! |---|---|
//! | `GET /` | the inbox: one page of HTML with the newest deliveries, what they say, and the counts |
//! | `GET /_emulator/health` | `{"ok":true}` |
//! | `GET /_emulator/deliveries` | what was delivered by now, one JSON object a line: `provider`, `kind`, `id`, `message_id`, `msg_type`, `at` |
//! | `GET /_emulator/messages` | what was accepted, one JSON object a line: `provider`, `message_id`, `at`, `body` (the request as it was sent) |
//! | `GET /_emulator/requests` | one JSON object a line: `at`, `method`, `path` (no query), `status`, `code` (null where the answer has none), and `fault` where one was applied |
//! | `GET /_emulator/stats` | `{"feishu":{"requests":0,"deliveries":0},"tim":{"requests":0,"deliveries":0}}`; Lark counts as `feishu` |
//! | `GET /_emulator/state` | `{"waiting":0,"kept":0,"forgotten":0}`: how many deliveries are still to come, stand in the log, and do not any more. Only with the first and the last at 0 does the log tell who got what |
//! | `PUT /_emulator/directory` | who exists from now on ([`Directory::from_json`]); a vendor that is left out is as without one, so `{}` forgets it; imports and deletions of TIM accounts before it are void. 400 with an `error` where it cannot be, and nothing changes |
//! | `PUT /_emulator/faults` | which requests are hit by which fault from now on ([`FaultPlan::from_json`]); `[]` clears it. 400 with an `error` where it cannot be followed, and nothing changes |
//! | `POST /_emulator/reset` | forgets deliveries, messages, requests, counts, tokens, messages, images, TIM's history, its imported and deleted accounts, and a directory or faults that were put; ids go on, so that none is ever given out twice |
//!
//! Requests to these are not logged, and take no faults. They answer no page of another site that a browser has open
//! (403); with [`Builder::with_any_interface`] they answer to any host name.
//!
#![doc = include_str!("silences.md")]

mod answer;
mod assertions;
mod builder;
mod config;
mod control;
mod deliveries;
mod directory;
mod emulator;
mod exposure;
mod faults;
mod feishu;
mod ids;
mod inbox;
mod limits;
mod outbox;
mod query;
mod received;
mod requests;
mod schedule;
mod sequence;
mod server;
mod settings;
mod stats;
mod store_app;
mod strict;
mod task;
mod tim;
mod too_large;
mod wire;
mod world;

pub use builder::Builder;
pub use config::{
    SANDBOX_APP_ID, SANDBOX_APP_SECRET, SANDBOX_STORE_APP_ID, SANDBOX_STORE_APP_SECRET, SANDBOX_STORE_APP_TICKET,
    SANDBOX_STORE_TENANT_KEY, SANDBOX_TIM_IDENTIFIER, SANDBOX_TIM_KEY, SANDBOX_TIM_SDKAPPID,
};
pub use deliveries::{Delivery, IdKind, Provider};
pub use directory::{AppStatus, Department, Directory, DirectoryError, FeishuDirectory, Person, TimDirectory};
pub use emulator::Emulator;
pub use faults::{Fault, FaultPlan, FaultPlanError, FaultRule};
pub use feishu::{EmptyLists, NobodyValid};
pub use inbox::Message;
pub use jiff::Timestamp;
pub use limits::{RateLimits, ThrottledStatus, Windows};
pub use received::{Connection, Received};
pub use requests::RequestRecord;
pub use settings::SettingsError;
pub use stats::{Stats, VendorStats};
pub use store_app::StoreApp;
pub use tim::{AccountDeletion, LoginState, PartialShape};
pub use wire::WireFault;
pub use world::World;
