//! How TIM is set up around a send.

use std::time::Duration;

use jiff::SignedDuration;

use crate::builder::Builder;
use crate::tim::accounts::{AccountDeletion, LoginState, Unlisted};

/// The page "Pulling Historical One-to-one Messages": seven days by default.
const ROAMING: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the documents leave to the app, its plan and its console.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) unlisted: Unlisted,
    pub(crate) account_limit: usize,
    pub(crate) deletion: AccountDeletion,
    pub(crate) login_state: LoginState,
    pub(crate) recall_window: Option<SignedDuration>,
    pub(crate) roaming: SignedDuration,
    /// In bytes.
    pub(crate) history_limit: usize,
    pub(crate) daily_calls: Option<u64>,
    /// In a minute.
    pub(crate) failed_usersigs: Option<u64>,
    pub(crate) dirty_words: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            unlisted: Unlisted::Exist,
            account_limit: 1_000_000,
            deletion: AccountDeletion::default(),
            login_state: LoginState::default(),
            recall_window: None,
            roaming: ROAMING,
            history_limit: 256_000_000,
            daily_calls: None,
            failed_usersigs: None,
            dirty_words: Vec::new(),
        }
    }
}

/// TIM around a send.
impl Builder {
    /// Where no directory lists TIM's accounts: nobody exists but the administrator and who is imported with
    /// `account_import` or `multiaccount_import`. Without this every well-formed account does.
    pub fn with_tim_imported_accounts_only(mut self) -> Self {
        self.config.tim.unlisted = Unlisted::MustBeImported;
        self
    }

    /// How many TIM accounts can be imported or deleted (default 1,000,000; a trial edition has 100). Who is listed in
    /// a directory does not count. Beyond it 70398.
    pub fn with_tim_account_limit(mut self, limit: usize) -> Self {
        self.config.tim.account_limit = limit;
        self
    }

    /// What `account_delete` may do (default [`AccountDeletion::Reversible`]).
    pub fn with_tim_account_deletion(mut self, deletion: AccountDeletion) -> Self {
        self.config.tim.deletion = deletion;
        self
    }

    /// What `querystate` says of everybody who exists (default [`LoginState::Online`]). Unless it is `Online`, messages
    /// for those online (`OnlineOnlyFlag` 1, or `MsgLifeTime` 0) reach nobody.
    pub fn with_tim_login_state(mut self, state: LoginState) -> Self {
        self.config.tim.login_state = state;
        self
    }

    /// How long a TIM message can be recalled, to the second (default: for ever, as the page on `admin_msgwithdraw`
    /// has it). Beyond it 20016, which clients get two minutes after sending.
    pub fn with_tim_recall_window(mut self, window: Duration) -> Self {
        self.config.tim.recall_window = Some(signed(window));
        self
    }

    /// How long `admin_getroammsg` shows a message, to the second (default seven days).
    pub fn with_tim_roaming(mut self, period: Duration) -> Self {
        self.config.tim.roaming = signed(period);
        self
    }

    /// How many bytes of memory TIM's history may take, approximately (default 256,000,000: a message takes 288 bytes
    /// and its texts once, 48 bytes for each recipient, and a recipient 224 bytes and the id). Older messages are
    /// neither found nor recalled.
    pub fn with_tim_history_limit(mut self, bytes: usize) -> Self {
        self.config.tim.history_limit = bytes;
        self
    }

    /// How many calls a trial edition of TIM has in any 24 hours (default: any number). Every call counts whose
    /// signature passes; beyond it 60028.
    pub fn with_tim_daily_calls(mut self, calls: u64) -> Self {
        self.config.tim.daily_calls = Some(calls);
        self
    }

    /// How many of TIM's signatures may fail within a minute (default: any number). With the next one that does,
    /// everything is refused for a minute: 70050.
    pub fn with_tim_failed_usersigs(mut self, a_minute: u64) -> Self {
        self.config.tim.failed_usersigs = Some(a_minute);
        self
    }

    /// The app's dirty words (default none): a TIM message that has one of them in a `TIMTextElem`, to the letter, is
    /// refused with 80001. An empty word is left out.
    pub fn with_tim_dirty_words(mut self, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.tim.dirty_words = words.into_iter().map(Into::into).filter(|word| !word.is_empty()).collect();
        self
    }
}

/// The longest that there is where it is longer.
pub(crate) fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}
