//! Feishu, Lark and (later) Tencent Cloud Chat on loopback, for tests.
//!
//! # In scope
//!
//! * The vendors' own paths, request checks, codes and texts, as their documents have them.
//! * A record of who got which message, which requests came in, and how they were answered.
//! * Any client in any language: it is plain HTTP/1.1 on one port. In Rust tests it runs inside the process
//!   ([`Emulator::start`]), or without a socket at all ([`World::handle`]).
//!
//! # Out of scope
//!
//! * TLS, and addresses other machines can reach (unless [`Builder::with_any_interface`] says so).
//! * Secrets: the credentials are public constants ([`SANDBOX_APP_ID`], [`SANDBOX_APP_SECRET`]). Do not give it
//!   real ones.
//! * Rate limits, faults, a directory of people, recall, progress, images, the inbox page, and Tencent Cloud Chat:
//!   not built yet. What is not built is not routed.
//! * Any crate of batchcast: were a misreading of a document shared with the client, one would hide the other.
//!
//! # Example
//!
//! ```
//! # fn main() -> std::io::Result<()> {
//! use batchcast_emulator::Emulator;
//!
//! let emulator = Emulator::start()?;
//! // Point any client at `emulator.url()`, let it send, then ask who got what:
//! assert!(emulator.url().starts_with("http://127.0.0.1:"));
//! assert!(emulator.deliveries().is_empty());
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
//! assert_eq!(world.deliveries()[0].id, "ou_1");
//! ```
//!
//! # Its own endpoints
//!
//! | path | answer |
//! |---|---|
//! | `GET /_emulator/health` | `{"ok":true}` |
//! | `GET /_emulator/deliveries` | one JSON object a line: `provider`, `kind`, `id`, `message_id`, `msg_type`, `at` |
//! | `GET /_emulator/requests` | one JSON object a line: `at`, `method`, `path` (no query), `status`, `code` (null where the answer has none) |
//! | `GET /_emulator/stats` | `{"feishu":{"requests":0,"deliveries":0},"tim":{"requests":0,"deliveries":0}}`; Lark counts as `feishu` |
//! | `POST /_emulator/reset` | forgets deliveries, requests, counts and tokens; ids go on, so that none is ever given out twice |
//!
//! Requests to these are not logged.
//!
//! # Where the documents are silent or disagree
//!
//! *F26* is Feishu's page "batch send messages" as of 2026-03-03, *S0* is Lark's as of 2024-06-05, *probes* are
//! third-party requests without credentials of 2026-09-11.
//!
//! | question | here | source |
//! |---|---|---|
//! | path without the trailing slash | accepted | F26 and S0 always show the slash; Feishu staff samples omit it |
//! | `Content-Type` missing or another | accepted; it is recorded | F26 calls it fixed, Lark's FAQ says "others not guaranteed" |
//! | HTTP status of refusals | 200 for the token endpoint and `batch_send`, 400 for token errors | F26, S0, probes; an older copy says 400 throughout |
//! | what a malformed `app_id` is | not `cli_` followed by 1 to 60 letters, digits or `_` | a guess; the probes only show that one was refused with 10003 |
//! | wrong secret | 10014 `app secret invalid`, HTTP 200 | seen by many; the documents' list says 10015 |
//! | `u-…` bearer on `batch_send` | 99991668 `user access token not support` | generic code list; the API takes tenant tokens only |
//! | `a-…` and other bearers | 99991671 | generic code list; not seen live |
//! | order of checks | path, token, JSON, `msg_type`, `content`/`card`, size, recipients, the message itself | token before body: probes; the rest a choice |
//! | both `content` and `card`, or neither | 10003 | F26: exactly one; code inferred |
//! | a field that is `null` | as if absent | a choice |
//! | a field that is not in the document | ignored | a choice |
//! | KB | 1000 bytes of the whole request body: what passes here passes under either reading | F26 says "request body", no unit |
//! | code for too large | post and card 19036; text 10003 | generic list has 19036 "exceeds 30KB"; nothing names 150 KB |
//! | text empty, a required key missing or of a wrong type | 10003 | F26: "parameter missing or wrong" |
//! | post that is malformed, or has an `md` node | 10002 | F26: `md` unsupported, 10002 is "check the message format"; pairing inferred |
//! | unknown post nodes, styles, locales, image sizes left out | accepted | F26 and the pages it links to disagree |
//! | image key, chat or template that does not exist | when empty or ending in `_invalid` (a chat also without `oc_`) | ours: there is no store of them yet |
//! | text of 11246 | `Failed to create card content, ext=ErrCode: N; ErrMsg: …; ErrorValue: …;` | F26's sample, which has im/v1's outer code 230099 |
//! | card JSON 2.0 | accepted; `elements`, `i18n_elements`, `fallback` at the top are 200621, tags `action` and `note` 200861 | inferred from the sub-codes in F26 and the release notes of card JSON 2.0 |
//! | department `0` | 10003, on Lark too | F26 forbids it, S0 is silent |
//! | four full lists | 800 ids pass | by the letter of F26; a cap over all lists is not documented |
//! | ids that do not exist | echoed once in `invalid_*`; the message goes to the others | F26 |
//! | all ids invalid | code 0 and a message id, delivered to nobody | inferred from the progress page; not documented |
//! | the four `invalid_*` lists when empty | `[]` | not documented |
//! | an id twice in one list | one delivery for each (message, kind, id) | not documented |
//! | one person through two lists | two deliveries: without a directory nobody knows | not documented |
//! | a department | one delivery of kind `department_id` | ours: without a directory it has no members |
//! | meaningless test texts (230100), audit (11312) | never | F26 has no rule to follow |

mod answer;
mod builder;
mod control;
mod deliveries;
mod emulator;
mod feishu;
mod received;
mod requests;
mod sequence;
mod server;
mod stats;
mod world;

pub use builder::{Builder, SANDBOX_APP_ID, SANDBOX_APP_SECRET};
pub use deliveries::{Delivery, IdKind, Provider};
pub use emulator::Emulator;
pub use jiff::Timestamp;
pub use received::{Connection, Received};
pub use requests::RequestRecord;
pub use stats::{Stats, VendorStats};
pub use world::World;
