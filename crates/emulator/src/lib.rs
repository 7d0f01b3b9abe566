//! Feishu, Lark and Tencent Cloud Chat (TIM) on loopback, for tests.
//!
//! # In scope
//!
//! * The vendors' own paths, request checks, codes and texts, as their documents have them. The vendor is told by the
//!   path: `/open-apis/…` is Feishu or Lark, `/v4/…` is TIM.
//! * Sending, recall, progress and read counts, image upload, looking people and departments up, and both ways to a
//!   token: a custom app's and a store app's.
//! * Who exists: everybody, or whom a [`Directory`] names, with departments, the app's scopes, and who is out of its
//!   bot's range.
//! * A record of who got which message, which requests came in, and how they were answered.
//! * Any client in any language: it is plain HTTP/1.1 on one port. In Rust tests it runs inside the process
//!   ([`Emulator::start`]), or without a socket at all ([`World::handle`]).
//!
//! # Out of scope
//!
//! * TLS, and addresses other machines can reach (unless [`Builder::with_any_interface`] says so).
//! * Secrets: the credentials are public constants ([`SANDBOX_APP_ID`], [`SANDBOX_APP_SECRET`];
//!   [`SANDBOX_STORE_APP_ID`], [`SANDBOX_STORE_APP_SECRET`], [`SANDBOX_STORE_APP_TICKET`],
//!   [`SANDBOX_STORE_TENANT_KEY`]; [`SANDBOX_TIM_SDKAPPID`], [`SANDBOX_TIM_IDENTIFIER`], [`SANDBOX_TIM_KEY`]). Do not
//!   give it real ones.
//! * Rate limits, faults, delivery and reads that take their time, the inbox page, events (a store app's ticket is
//!   known beforehand), and TIM's APIs other than `batchsendmsg`: not built yet. What is not built is not routed.
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
//! # Its own endpoints
//!
//! | path | answer |
//! |---|---|
//! | `GET /_emulator/health` | `{"ok":true}` |
//! | `GET /_emulator/deliveries` | one JSON object a line: `provider`, `kind`, `id`, `message_id`, `msg_type`, `at` |
//! | `GET /_emulator/requests` | one JSON object a line: `at`, `method`, `path` (no query), `status`, `code` (null where the answer has none) |
//! | `GET /_emulator/stats` | `{"feishu":{"requests":0,"deliveries":0},"tim":{"requests":0,"deliveries":0}}`; Lark counts as `feishu` |
//! | `PUT /_emulator/directory` | who exists from now on ([`Directory::from_json`]); a vendor that is left out is as without one, so `{}` forgets it. 400 with an `error` where it cannot be, and nothing changes |
//! | `POST /_emulator/reset` | forgets deliveries, requests, counts, tokens, messages, images and a directory that was put; ids go on, so that none is ever given out twice |
//!
//! Requests to these are not logged.
//!
//! # Where Feishu's documents are silent or disagree
//!
//! *F26* is Feishu's page "batch send messages" as of 2026-03-03, *S0* is Lark's as of 2024-06-05, *probes* are
//! third-party requests without credentials of 2026-09-11. *L24* are Lark's pages on recall, progress, read counts and
//! image upload (2024-06-05), on looking up ids (2024-03-15), sub-departments (2023-05-12) and the users of a
//! department (2023-08-24).
//!
//! | question | here | source |
//! |---|---|---|
//! | path without the trailing slash | accepted | F26 and S0 always show the slash; Feishu staff samples omit it |
//! | `Content-Type` missing or another | accepted; it is recorded | F26 calls it fixed, Lark's FAQ says "others not guaranteed" |
//! | HTTP status of refusals | 200 for the token endpoints and `batch_send`, 400 for the gateway, `im/v1` and `contact/v3` | F26, S0, L24, probes; an older copy says 400 throughout |
//! | what a malformed `app_id` is | not `cli_` followed by 1 to 60 letters, digits or `_` | a guess; the probes only show that one was refused with 10003 |
//! | wrong secret | 10014 `app secret invalid`, HTTP 200 | seen by many; the documents' list says 10015 |
//! | `u-…` bearer on `batch_send` | 99991668 `user access token not support` | generic code list; the API takes tenant tokens only |
//! | `a-…` and other bearers | 99991671 | generic code list; not seen live |
//! | order of checks | path, token, scopes, bot, JSON, `msg_type`, `content`/`card`, size, recipients, the scopes for their kind, the message itself | token before body: probes; the rest a choice |
//! | text and `error` of 99991672 | `Access denied. One of the following scopes is required: [a, b]` and `permission_violations`; no Chinese tail, no link, no `log_id` | seen in reports |
//! | scopes that depend on the recipients | 11203 and 11204 of `batch_send`; recall, progress and read counts have 230027 | F26, L24 |
//! | body that is no JSON, on `contact/v3` | 9499 | generic code list; pairing inferred |
//! | a value that is not allowed | 99992402 with `field_violations`, on `contact/v3` | seen in reports; L24 has no rows for it |
//! | both `content` and `card`, or neither | 10003 | F26: exactly one; code inferred |
//! | a field that is `null` | as if absent | a choice |
//! | a field that is not in the document | ignored | a choice |
//! | KB | 1000 bytes of the whole request body: what passes here passes under either reading | F26 says "request body", no unit |
//! | code for too large | post and card 19036; text 10003 | generic list has 19036 "exceeds 30KB"; nothing names 150 KB |
//! | text empty, a required key missing or of a wrong type | 10003 | F26: "parameter missing or wrong" |
//! | post that is malformed, or has an `md` node | 10002 | F26: `md` unsupported, 10002 is "check the message format"; pairing inferred |
//! | unknown post nodes, styles, locales, image sizes left out | accepted | F26 and the pages it links to disagree |
//! | image key, chat or template that does not exist | when empty or ending in `_invalid` (a chat also without `oc_`); with [`Builder::with_uploaded_images_only`] also a key that the app did not get for an upload | ours; keys are bound to the app: F26 |
//! | text of 11246 | `Failed to create card content, ext=ErrCode: N; ErrMsg: …; ErrorValue: …;` | F26's sample, which has im/v1's outer code 230099 |
//! | card JSON 2.0 | accepted; `elements`, `i18n_elements`, `fallback` at the top are 200621, tags `action` and `note` 200861 | inferred from the sub-codes in F26 and the release notes of card JSON 2.0 |
//! | department `0` | 10003, on Lark too | F26 forbids it, S0 is silent |
//! | four full lists | 800 ids pass | by the letter of F26; a cap over all lists is not documented |
//! | ids that do not exist | echoed once in `invalid_*`; the message goes to the others | F26 |
//! | all ids invalid | code 0 and a message id, delivered to nobody | inferred from the progress page; not documented |
//! | the four `invalid_*` lists when empty | `[]` | not documented |
//! | an id twice in one list | one delivery for each (message, kind, id) | not documented |
//! | one person through two lists | two deliveries, also where a directory says that it is one person | not documented; F26 promises nothing |
//! | a department | with a directory, one delivery for each person in it or below it who can be reached, once for all departments of the list; without one, one delivery of kind `department_id` | F26: with sub-departments; the rest ours |
//! | valid users of a message | ids that exist, members of departments for the department; without a directory a department counts as one | L24: with those out of the bot's range |
//! | an id with a directory | exists if it is in it, whatever its form | ours |
//! | `bm_` for `bm-` | the same message | L24's samples have both |
//! | an id that is not `bm-` and letters or digits | 230001, as opposed to 230030 | inferred |
//! | a message of the other app | 230012, for recall 230026 | L24 |
//! | a message older than 30 days | recall goes by its own window; progress and read counts have 230030 | L24: 30 days; code inferred |
//! | recall on Feishu | for ever, or [`Builder::with_recall_window`] with Lark's 230009 | Feishu: set by the tenant's administrator |
//! | recall again | code 0, nothing changes | not documented |
//! | recall takes time | at once, and of everybody who got the message; read counts stay | L24: asynchronous |
//! | who has read | nobody, or [`Builder::with_reads`] | ours |
//! | an MB | 1,000,000 bytes of the file | L24 has no unit; uploads above 16 MiB are not read and answered 413 |
//! | a picture whose header does not say its size | taken | not documented |
//! | text of 234011 | `Can't recognize image format.` | seen; L24 writes "regonnize" |
//! | HEIC | Feishu takes it, Lark refuses (234011) | the two upload pages |
//! | an upload of what was uploaded before | another key | not documented |
//! | the code for a department that does not exist | 99992357 for `open_department_id`, 99992379 for `department_id` | generic code list; the second inferred |
//! | more than 500 sub-departments with `fetch_child` | 43010 | L24; the generic list has 40162 for the same |
//! | `page_size` out of 1 to 50 | 40011; not a number 99992402 | L24; the split is ours |
//! | a `page_token` of another list, or of a list that has become shorter | 40012 | ours |
//! | `member_count` | with everybody below | Feishu's page: with sub-departments |
//! | contact range (40004, 40014, 41050) | never refused: the app sees the whole directory | not built |
//! | departments without a directory | those that are well-formed exist and are empty | ours |
//! | addresses without a directory | each has a made-up person, unless it or what is before its `@` ends in `_invalid` | ours |
//! | e-mail addresses, mobile numbers | without regard to the case of ASCII letters; with `+86` or without | not documented |
//! | order of the rows of a look-up | as asked, e-mail addresses first, a row for each value | L24: as many as asked; order not documented |
//! | neither `emails` nor `mobiles` | code 0 and no rows | not documented |
//! | `app_ticket` | one, good for ever; `resend` leaves it | Feishu pushes a new one every hour |
//! | a wrong `app_ticket` | 10012 | generic code list; SDKs ask for another ticket then |
//! | an `app_access_token` that is not valid, in a body | 99991664 at HTTP 200 | generic code list; status inferred from its siblings |
//! | an app at the other kind's endpoint | 10005, for `app_ticket/resend` 10016 | generic code list; the first inferred |
//! | a `tenant_key` without the app | 20009 | generic code list |
//! | meaningless test texts (230100), audit (11312) | never | F26 has no rule to follow |
//!
//! # Where TIM's documents are silent or disagree
//!
//! *B16*, *B19* and *B26* are the page "batch send messages" in its copies of 2016, 2019 and 2026-02-04, *E25* the page
//! "Error Codes" of 2025, *R24* "RESTful API overview" of 2024-08-06, *M22* "Message Formats" of 2022; *SDKs* are the
//! official signature libraries `tls-sig-api-v2`, *Java* and *Rust* are third-party clients that quote the documents.
//!
//! | question | here | source |
//! |---|---|---|
//! | order of checks | method, path, URL, sdkappid, signature, administrator, JSON, then the fields as in B26's table, last whether anybody exists | not documented |
//! | a wrong method | 60002 `HTTP parse Error` | R24: POST only; code inferred |
//! | an unknown path under `/v4/`, also with a slash at the end | 60009 at HTTP 200 | B16: HTTP 200 but for network faults; E25: "check URL" |
//! | a broken `%` escape; `random` missing or not 0 to 4294967295 | 60002 | R24 requires it; code inferred |
//! | `sdkappid` missing or empty | 60012; not a number is 60025 | E25; 60006 is gone since 2019 |
//! | `identifier`, `usersig`, `contenttype` missing, empty or not `json` | 60025 | E25; 70002 (empty signature) is gone since 2019 |
//! | a parameter twice; a parameter that is not in the document | the first counts; ignored | a choice |
//! | order within the signature | SDKAppID 70014, identifier 70013, expiry 70001, HMAC 70009 | SDKs for Go; the one for PHP has the first two the other way round |
//! | which signatures are illegal (70003) | any that does not decode, of version 1, or with a `userbuf` | SDKs: a verifier without a userbuf refuses one; E25 only says "illegal" |
//! | `TLS.time` in the future, any length of validity | accepted | not documented |
//! | the end of validity | `time + expire` itself is still valid, the next second is not | SDKs |
//! | caller is not the administrator | 90009, after the signature | B16 to B26; E25's list for all APIs has 60010 for the same |
//! | 70050 (too many failed signatures), 70052 (revoked), 70016 | never | E25 has no rule to follow |
//! | `Content-Type` header | not looked at | R24 has only the parameter `contenttype` |
//! | body empty, or JSON but no object | 90001 | B16: "JSON parse failed"; E25's list for all APIs has 60003 for the same |
//! | a field that is not in the document | ignored | not documented |
//! | a field that is `null` | optional: as if absent; required: of the wrong type | a choice |
//! | `To_Account` missing, or with anything but strings in it | 90003 `Invalid format of To_Account` | B16, E25; E25's list for all APIs has 60015 for non-strings |
//! | `To_Account` with more than 500 | 90011, counted before duplicates are dropped and types are looked at | B16; the rest a choice |
//! | an account twice | one delivery for each (message, account), listed once | not documented |
//! | an empty or overlong account | does not exist, so it is listed | ours |
//! | how long an account may be | 64 bytes, as any id here | SDKs and the import page say 32; so does a client error of E25, for printable ASCII only |
//! | `From_Account` not a string, empty, or not existing | 90008 | B16, E25 |
//! | `MsgSeq` absent | a random one is filled in | third-party Go client, quoting the page |
//! | `MsgSeq` malformed | 90004 | B16; gone from E25 |
//! | `MsgTimeStamp` or `SyncFromOldSystem` malformed | 90006, 90030; otherwise ignored | B16 lists the codes, no copy lists the fields |
//! | `SyncOtherMachine` | any integer from 0 to 4294967295 passes | B16; B19 names 1 and 2 and gives no code for others |
//! | `MsgLifeTime` negative | 90044 | B26 has no lower bound |
//! | `OnlineOnlyFlag`, `IsNeedReadReceipt` not 0 or 1, `CloudCustomData`, `SendMsgControl` of a wrong type | 90010 | types: B26, Java; code inferred |
//! | words in `SendMsgControl` | any | Java names three and no code for others |
//! | `MsgBody` missing, empty, or an element without the string `MsgType` and the object `MsgContent` | 90002 | B16 has both 90002 and 90007 for "not an array"; the split is ours |
//! | fields of an element | 90010 for a wrong type; only what an element says nothing without must be there; an empty text passes | M22 lists fields and no codes |
//! | a `MsgType` that M22 does not have | 90010, so that a slip is found | not documented; B16 has four types, M22 nine |
//! | a second `TIMCustomElem` | 90010 | M22: at most one; code inferred |
//! | values in `OfflinePushInfo` | types are checked (90043), ranges are not; `HarmonyInfo` is any object | M22, Java |
//! | what counts towards 12K, and what K is | the JSON of `MsgBody` and `CloudCustomData` as sent, 12,000 bytes | E25 does not say; 500 accounts alone exceed 12K, so it is not the whole request |
//! | code for too large | 90055 | E25: "batch sending"; 80002 and 93000 have the same limit |
//! | some do not exist | the others get the message; [`PartialShape`] says how it is answered | B16, B19, Rust (2022), a report of 2020-02 |
//! | an account with a directory | exists if it is in it, whatever its form; the administrator always does | ours |
//! | nobody exists | FAIL 90012 `invalid To_Account`, in every shape, and nothing is sent | Rust (2022); the report of 2020-02 saw FAIL too |
//! | MsgKey | `{MsgSeq}_{MsgRandom}_{unix seconds}`: the same for two requests with both equal in one second | inferred from a sample of `admin_getroammsg` |
//! | MsgId | `144115` and twelve digits, unix seconds, MsgRandom | Java: since 2024-12-10; its form is not documented |
//! | the same message again | delivered again | B26 is silent; de-duplication within 120 s is documented for `sendmsg` only |
//! | two requests at once, rate limits (60007, 90057, …), plan limits (60028, …) | never refused | not built |
//! | sensitive words (80001, 80004) | never | E25 has no rule to follow |
//! | texts of `ErrorInfo` | as seen for 60002, 70003, 70009, 90001, 90003, 90005, 90012; the others are ours | quoted by developers |

mod answer;
mod builder;
mod config;
mod control;
mod deliveries;
mod directory;
mod emulator;
mod feishu;
mod received;
mod requests;
mod sequence;
mod server;
mod stats;
mod store_app;
mod tim;
mod world;

pub use builder::Builder;
pub use config::{
    SANDBOX_APP_ID, SANDBOX_APP_SECRET, SANDBOX_STORE_APP_ID, SANDBOX_STORE_APP_SECRET, SANDBOX_STORE_APP_TICKET,
    SANDBOX_STORE_TENANT_KEY, SANDBOX_TIM_IDENTIFIER, SANDBOX_TIM_KEY, SANDBOX_TIM_SDKAPPID,
};
pub use deliveries::{Delivery, IdKind, Provider};
pub use directory::{Department, Directory, DirectoryError, FeishuDirectory, Person, TimDirectory};
pub use emulator::Emulator;
pub use jiff::Timestamp;
pub use received::{Connection, Received};
pub use requests::RequestRecord;
pub use stats::{Stats, VendorStats};
pub use store_app::StoreApp;
pub use tim::PartialShape;
pub use world::World;
