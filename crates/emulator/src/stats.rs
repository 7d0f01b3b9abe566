//! Counts since the start or the last reset.

use serde::Serialize;

/// The body of `GET /_emulator/stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// Feishu, or Lark where the emulator plays Lark.
    pub feishu: VendorStats,
    /// Tencent Cloud Chat.
    pub tim: VendorStats,
}

/// The body of `GET /_emulator/state`: what the log of deliveries can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct State {
    /// Deliveries that are still to come.
    pub(crate) waiting: u64,
    /// Those in the log.
    pub(crate) kept: u64,
    /// Those that are not any more.
    pub(crate) forgotten: u64,
}

/// What one vendor has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct VendorStats {
    /// Requests under the vendor's paths, refused and unknown ones included.
    pub requests: u64,
    /// Deliveries of a message to a recipient, including those no longer kept.
    pub deliveries: u64,
}
