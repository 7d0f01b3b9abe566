//! What every vendor of batchcast is spoken to through: calls as values, what happens around a call as a state machine
//! without IO, and the two HTTP libraries behind one contract.
//!
//! # In scope
//! * [`operation::Operation`]: a vendor's call as a value that becomes a request and reads an answer; [`path::Path`]
//!   and [`multipart::Form`] for writing one, [`paging::Pages`] for those that answer page by page.
//! * [`exchange::Exchange`]: retry, backoff, pace, authorization and deadlines, fed with the time and the last answer.
//! * [`blocking`] and [`asynchronous`]: the two traits that carry a request, and the two loops around the exchange.
//! * [`adapter`]: ureq and reqwest.
//! * [`channel::Channel`]: what a campaign needs of a vendor.
//! * [`reach::Reach`]: how far a batch has come among its recipients, by the vendor's counts.
//! * [`codes::Table`]: a vendor's error codes, joined and sorted while compiling.
//! * [`testing`]: a scripted transport and a manual clock, for the tests of whoever writes an operation.
//!
//! # Out of scope
//! What a code means (each vendor's crate has one table), what a message looks like (`batchcast-model`), and anything
//! that outlives the process (`batchcast-campaign`).
//!
//! # Features
//! | feature | what it adds | default |
//! |---|---|---|
//! | `blocking` | the blocking driver, ureq | yes |
//! | `async` | the async driver, reqwest, tokio | |
//! | `rustls` | TLS by rustls, ring and the Mozilla roots | yes |
//! | `native-tls` | TLS and roots of the operating system, where `rustls` is off | |
//! | `testing` | the module `testing` | |
//!
//! # Errors
//! | type | says |
//! |---|---|
//! | [`fault::Fault`] | no answer came, and whether a byte may have left |
//! | [`error::ApiError`] | the vendor's answer is not a success, and what [class](class::Class) it is |
//! | [`error::CallError`] | why a call ended without success, and after how many attempts |
//! | [`error::BuildError`] | a request could not be made; nothing was sent |
//!
//! None of them holds a token, a signature, a secret or the query of an address.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(feature = "blocking", feature = "async"))]
pub mod adapter;
pub mod around;
#[cfg(feature = "async")]
pub mod asynchronous;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod channel;
pub mod class;
pub mod codes;
pub mod endpoint;
pub mod error;
pub mod exchange;
pub mod fault;
pub mod multipart;
pub mod operation;
#[cfg(any(feature = "blocking", feature = "async"))]
pub mod pages;
pub mod paging;
pub mod path;
pub mod reach;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
pub mod wire;
