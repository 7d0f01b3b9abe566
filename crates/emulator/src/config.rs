//! What a world is made with, and what it is made with unless told otherwise.

use std::fmt;
use std::num::NonZeroU32;

use jiff::SignedDuration;

use crate::deliveries::Provider;
use crate::directory::Directory;
use crate::faults::FaultPlan;
use crate::feishu::{self, KeyRule};
use crate::limits::RateLimits;
use crate::store_app::StoreApp;
use crate::tim::{self, PartialShape};

/// The Feishu or Lark app id that works unless [`Builder::with_credentials`](crate::Builder::with_credentials) says otherwise.
pub const SANDBOX_APP_ID: &str = "cli_sandbox";
/// The Feishu or Lark app secret that works unless [`Builder::with_credentials`](crate::Builder::with_credentials) says otherwise. It protects nothing.
pub const SANDBOX_APP_SECRET: &str = "sandbox-secret";
/// The Feishu or Lark store app that works unless [`Builder::with_store_app`](crate::Builder::with_store_app) says otherwise.
pub const SANDBOX_STORE_APP_ID: &str = "cli_sandbox_store";
/// The store app's secret unless [`Builder::with_store_app`](crate::Builder::with_store_app) says otherwise. It protects nothing.
pub const SANDBOX_STORE_APP_SECRET: &str = "sandbox-store-secret";
/// The store app's `app_ticket` unless [`StoreApp::with_ticket`](crate::StoreApp::with_ticket) says otherwise. It protects nothing.
pub const SANDBOX_STORE_APP_TICKET: &str = "sandbox-store-ticket";
/// The tenant that has the store app installed unless [`StoreApp::with_tenant_key`](crate::StoreApp::with_tenant_key) says otherwise.
pub const SANDBOX_STORE_TENANT_KEY: &str = "sandbox-tenant";
/// The TIM SDKAppID that works unless [`Builder::with_tim_credentials`](crate::Builder::with_tim_credentials) says otherwise.
pub const SANDBOX_TIM_SDKAPPID: u64 = 1_400_000_000;
/// The TIM administrator unless [`Builder::with_tim_credentials`](crate::Builder::with_tim_credentials) says otherwise.
pub const SANDBOX_TIM_IDENTIFIER: &str = "administrator";
/// The TIM key that signs unless [`Builder::with_tim_credentials`](crate::Builder::with_tim_credentials) says otherwise. It protects nothing.
pub const SANDBOX_TIM_KEY: &str = "sandbox-key";

/// What a [`World`] is made with.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) seed: u64,
    pub(crate) provider: Provider,
    pub(crate) app_id: String,
    pub(crate) app_secret: String,
    pub(crate) store: StoreApp,
    pub(crate) bot: BotAbility,
    pub(crate) image_keys: KeyRule,
    pub(crate) feishu: feishu::Settings,
    /// Deliveries a second; none is at once.
    pub(crate) delivery_rate: Option<NonZeroU32>,
    /// From 0 to 1.
    pub(crate) reads: f64,
    pub(crate) reads_over: SignedDuration,
    pub(crate) recall_window: Option<SignedDuration>,
    pub(crate) directory: Directory,
    pub(crate) faults: FaultPlan,
    pub(crate) rate_limits: Option<RateLimits>,
    pub(crate) tim_sdkappid: u64,
    pub(crate) tim_identifier: String,
    pub(crate) tim_key: String,
    pub(crate) tim_partial_shape: PartialShape,
    pub(crate) tim: tim::Settings,
    pub(crate) delivery_limit: usize,
    pub(crate) request_limit: usize,
    pub(crate) received_limit: usize,
    pub(crate) message_limit: usize,
    /// In bytes.
    pub(crate) text_limit: usize,
}

/// Whether the Feishu or Lark apps have a bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BotAbility {
    Active,
    Missing,
}

impl BotAbility {
    pub(crate) fn is_active(self) -> bool {
        self == Self::Active
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("seed", &self.seed)
            .field("provider", &self.provider)
            .field("app_id", &self.app_id)
            .field("store", &self.store)
            .field("bot", &self.bot)
            .field("image_keys", &self.image_keys)
            .field("feishu", &self.feishu)
            .field("delivery_rate", &self.delivery_rate)
            .field("reads", &self.reads)
            .field("reads_over", &self.reads_over)
            .field("recall_window", &self.recall_window)
            .field("directory", &self.directory)
            .field("faults", &self.faults)
            .field("rate_limits", &self.rate_limits)
            .field("tim_sdkappid", &self.tim_sdkappid)
            .field("tim_identifier", &self.tim_identifier)
            .field("tim_partial_shape", &self.tim_partial_shape)
            .field("tim", &self.tim)
            .finish_non_exhaustive()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 0,
            provider: Provider::Feishu,
            app_id: SANDBOX_APP_ID.to_owned(),
            app_secret: SANDBOX_APP_SECRET.to_owned(),
            store: StoreApp::default(),
            bot: BotAbility::Active,
            image_keys: KeyRule::Any,
            feishu: feishu::Settings::default(),
            delivery_rate: None,
            reads: 0.0,
            reads_over: SignedDuration::ZERO,
            recall_window: None,
            directory: Directory::new(),
            faults: FaultPlan::new(),
            rate_limits: None,
            tim_sdkappid: SANDBOX_TIM_SDKAPPID,
            tim_identifier: SANDBOX_TIM_IDENTIFIER.to_owned(),
            tim_key: SANDBOX_TIM_KEY.to_owned(),
            tim_partial_shape: PartialShape::default(),
            tim: tim::Settings::default(),
            delivery_limit: 2_000_000,
            request_limit: 1_000_000,
            received_limit: 1_000,
            message_limit: 200_000,
            text_limit: 32_000_000,
        }
    }
}
