//! The accepted messages and what became of them.

use jiff::Timestamp;

use crate::feishu::newest::Newest;
use crate::feishu::token::App;
use crate::schedule::Schedule;

/// One accepted message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SentTask {
    pub(crate) app: App,
    pub(crate) at: Timestamp,
    /// Recipients who exist, those out of the bot's range included.
    pub(crate) valid: usize,
    pub(crate) schedule: Schedule,
    /// When it was taken back.
    pub(crate) recalled: Option<Timestamp>,
}

/// The newest messages by the number in their id.
pub(crate) type Tasks = Newest<u128, SentTask>;
