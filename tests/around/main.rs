//! Around a send by Tencent Cloud Chat, with the library alone: half of the accounts are unknown and are imported; of ten
//! requests three lose their answers, before or after they were processed; the histories settle it to exactly what was
//! delivered; that is taken back, and the report has everybody.
#![expect(clippy::unwrap_used, reason = "tests")]

mod histories;
mod in_a_campaign;
mod town;
mod with_async_client;
