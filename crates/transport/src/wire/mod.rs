//! What goes over the wire, as values: [`Request`] and [`Response`].
//!
//! Both are `http` types over [`Bytes`](bytes::Bytes) with two additions: a request knows how long its sender will wait, and neither
//! shows a secret in its `Debug`. TIM's signature travels in the URL's query and Feishu's token in a header, so the
//! query, every header value that is not known to be harmless, and the bodies are left out.

mod blot;
mod public;
mod request;
mod response;
#[cfg(test)]
mod tests;

pub use http::Method;

pub(crate) use blot::escaped_forms;
pub(crate) use public::PublicUri;
pub use request::{DEFAULT_DEADLINE, Request};
pub use response::Response;
