//! What can be done with a batch that was sent: [recall](RecallBatchMessage) it, see its [progress](GetProgress) and
//! [how many have read it](ReadUser).
//!
//! "Batch message: recall, read users, progress" (Lark, undated; Feishu 2026-03-03).

mod id;
mod plateau;
mod progress;
mod read_user;
mod recall;

use std::time::Duration;

pub use id::{BadBatchMessageId, BatchMessageId};
pub use plateau::{Plateau, Standing};
pub use progress::{GetProgress, Progress};
pub use read_user::{ReadCount, ReadUser};
pub use recall::{RecallBatchMessage, Recalled};

/// Where all three are served. `:batch_message_id` follows.
const PATH: &str = "/open-apis/im/v1/batch_messages";

/// How long after it was sent the progress and the read counts of a batch can be asked for: 30 days ("Query the push
/// and read progress", Lark, undated). What is answered later is not documented; 230030 is likely.
pub const FOLLOW_UP_WINDOW: Duration = Duration::from_secs(30 * 24 * 60 * 60);
