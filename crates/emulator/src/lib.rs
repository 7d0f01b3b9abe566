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
//! # Example
//!
//! ```
//! # fn main() -> std::io::Result<()> {
//! use batchcast_emulator::Emulator;
//!
//! let emulator = Emulator::start()?;
//! assert!(emulator.url().starts_with("http://127.0.0.1:"));
//! // Point any client at `emulator.url()`, let it send, and then:
//! emulator.assert_nobody_twice();
//! # Ok(())
//! # }
//! ```
//!
//! Without a socket, with the time as an argument:
//!
//! ```
//! use batchcast_emulator::{Emulator, SANDBOX_APP_ID, SANDBOX_APP_SECRET, Timestamp};
//! use bytes::Bytes;
//!
//! let mut world = Emulator::builder().with_seed(7).world();
//! let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
//! let login = format!(r#"{{"app_id":"{SANDBOX_APP_ID}","app_secret":"{SANDBOX_APP_SECRET}"}}"#);
//! let request = http::Request::post("/open-apis/auth/v3/tenant_access_token/internal")
//!     .body(Bytes::from(login))
//!     .unwrap();
//! let answer: serde_json::Value = serde_json::from_slice(world.handle(now, &request).body()).unwrap();
//! let token = answer["tenant_access_token"].as_str().unwrap();
//!
//! let request = http::Request::post("/open-apis/message/v4/batch_send/")
//!     .header("Authorization", format!("Bearer {token}"))
//!     .body(Bytes::from(r#"{"msg_type":"text","content":{"text":"hi"},"open_ids":["ou_1","ou_2_invalid"]}"#))
//!     .unwrap();
//! let answer: serde_json::Value = serde_json::from_slice(world.handle(now, &request).body()).unwrap();
//! assert_eq!(answer["data"]["invalid_open_ids"], serde_json::json!(["ou_2_invalid"]));
//! world.assert_delivered_only(["ou_1"]);
//! ```
//!
//! With people in it, and a message followed up:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use batchcast_emulator::{Department, Directory, Emulator, FeishuDirectory, Person};
//!
//! let office = FeishuDirectory::new()
//!     .with_department(Department::new("od-sales"))
//!     .with_user(Person::new("ou_ann").with_department("od-sales"))
//!     .with_user(Person::new("ou_ben").with_department("od-sales").unreachable());
//! let emulator = Emulator::builder()
//!     .with_directory(Directory::new().with_feishu(office)?)
//!     .with_reads(0.5)
//!     .start()?;
//! // A message to `od-sales` is now delivered to `ou_ann`; its progress counts two valid and one served.
//! # Ok(())
//! # }
//! ```
//!
//! With something going wrong, where a browser could watch it at [`Emulator::url`]:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use batchcast_emulator::{Emulator, Fault, FaultPlan, FaultRule, RateLimits};
//!
//! let lost = FaultRule::new(Fault::ResetAfter).on_path("/open-apis/message/").on_nth([3])?;
//! let emulator = Emulator::builder()
//!     .with_faults(FaultPlan::new().with_rule(lost))
//!     .with_rate_limits(RateLimits::documented())
//!     .with_delivery_rate(std::num::NonZeroU32::new(100).unwrap())
//!     .start()?;
//! // The third message is delivered and its answer is lost: who sends it again messages everybody twice.
//! emulator.assert_nobody_twice();
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
//! | `GET /_emulator/deliveries` | one JSON object a line: `provider`, `kind`, `id`, `message_id`, `msg_type`, `at` |
//! | `GET /_emulator/requests` | one JSON object a line: `at`, `method`, `path` (no query), `status`, `code` (null where the answer has none), and `fault` where one was applied |
//! | `GET /_emulator/stats` | `{"feishu":{"requests":0,"deliveries":0},"tim":{"requests":0,"deliveries":0}}`; Lark counts as `feishu` |
//! | `PUT /_emulator/directory` | who exists from now on ([`Directory::from_json`]); a vendor that is left out is as without one, so `{}` forgets it; imports and deletions of TIM accounts before it are void. 400 with an `error` where it cannot be, and nothing changes |
//! | `PUT /_emulator/faults` | which requests are hit by which fault from now on ([`FaultPlan::from_json`]); `[]` clears it. 400 with an `error` where it cannot be followed, and nothing changes |
//! | `POST /_emulator/reset` | forgets deliveries, requests, counts, tokens, messages, images, TIM's history, its imported and deleted accounts, and a directory or faults that were put; ids go on, so that none is ever given out twice |
//!
//! Requests to these are not logged.
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
mod faults;
mod feishu;
mod inbox;
mod limits;
mod outbox;
mod received;
mod requests;
mod schedule;
mod sequence;
mod server;
mod stats;
mod store_app;
mod task;
mod tim;
mod wire;
mod world;

pub use builder::Builder;
pub use config::{
    SANDBOX_APP_ID, SANDBOX_APP_SECRET, SANDBOX_STORE_APP_ID, SANDBOX_STORE_APP_SECRET, SANDBOX_STORE_APP_TICKET,
    SANDBOX_STORE_TENANT_KEY, SANDBOX_TIM_IDENTIFIER, SANDBOX_TIM_KEY, SANDBOX_TIM_SDKAPPID,
};
pub use deliveries::{Delivery, IdKind, Provider};
pub use directory::{Department, Directory, DirectoryError, FeishuDirectory, Person, TimDirectory};
pub use emulator::Emulator;
pub use faults::{Fault, FaultPlan, FaultPlanError, FaultRule};
pub use jiff::Timestamp;
pub use limits::{RateLimits, ThrottledStatus, Windows};
pub use received::{Connection, Received};
pub use requests::RequestRecord;
pub use stats::{Stats, VendorStats};
pub use store_app::StoreApp;
pub use tim::{AccountDeletion, LoginState, PartialShape};
pub use wire::WireFault;
pub use world::World;
