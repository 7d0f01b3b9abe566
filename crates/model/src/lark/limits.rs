//! The documented limits of "Send messages in batches".
//!
//! Each names the page it stands on: Feishu's as of 2026-03-03, Lark's as of 2024-06-05.

/// What the documents call KB, in bytes.
///
/// Neither page says 1000 or 1024. The smaller one is safe under both readings and costs 2.4 %.
pub const KB: usize = 1000;

/// The most ids in one list of one request (Feishu 2026-03-03, Lark 2024-06-05).
pub const MAX_IDS_PER_LIST: usize = 200;

/// The most ids in one request: four full lists. That is the documents by the letter; neither states a limit for the
/// lists together.
pub const MAX_IDS_PER_REQUEST: usize = 4 * MAX_IDS_PER_LIST;

/// The largest request body of a text message, in bytes: 150 KB (Feishu 2026-03-03; Lark is silent).
///
/// The document says "request body", so everything counts: the recipients and the names of the fields too.
pub const MAX_TEXT_BODY: usize = 150 * KB;

/// The largest request body of a post message, in bytes: 30 KB (Feishu 2026-03-03; Lark is silent).
///
/// The vendor adds that style tags make the real body larger than what was sent, so a body just below the limit may
/// still be refused.
pub const MAX_POST_BODY: usize = 30 * KB;

/// The largest request body of a card, in bytes: 30 KB (Feishu 2026-03-03; Lark is silent).
///
/// For a template the vendor counts what it expands to, which cannot be seen from here; what is checked is the body.
pub const MAX_CARD_BODY: usize = 30 * KB;

/// The largest request body of an image or a shared group, in bytes.
///
/// Ours: no limit is documented for these two, so they get the largest documented one.
pub const MAX_OTHER_BODY: usize = MAX_TEXT_BODY;
