//! How the vendors answer and what is kept, as a file: for those who start the emulator as a program.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::builder::Builder;
use crate::config::Config;
use crate::feishu::{EmptyLists, NobodyValid};
use crate::limits::{RateLimits, ThrottledStatus, Windows};
use crate::store_app::StoreApp;
use crate::strict;
use crate::tim::{AccountDeletion, LoginState, PartialShape};

/// What it leaves out stays as it is, as in all of these.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Feishu {
    app_id: Option<String>,
    app_secret: Option<String>,
    #[serde(deserialize_with = "strict::one")]
    store_app: Option<Store>,
    without_bot: bool,
    uploaded_images_only: bool,
    recall_window_seconds: Option<u64>,
    empty_lists: Option<EmptyLists>,
    nobody_valid: Option<NobodyValid>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Store {
    app_id: Option<String>,
    app_secret: Option<String>,
    app_ticket: Option<String>,
    tenant_key: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Tim {
    sdkappid: Option<u64>,
    identifier: Option<String>,
    key: Option<String>,
    partial_shape: Option<PartialShape>,
    imported_accounts_only: bool,
    account_limit: Option<usize>,
    account_deletion: Option<AccountDeletion>,
    login_state: Option<LoginState>,
    recall_window_seconds: Option<u64>,
    roaming_seconds: Option<u64>,
    history_limit: Option<usize>,
    daily_calls: Option<u64>,
    failed_usersigs: Option<u64>,
    dirty_words: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Keep {
    deliveries: Option<usize>,
    requests: Option<usize>,
    messages: Option<usize>,
    texts: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Limits {
    throttled_status: Option<ThrottledStatus>,
    windows: Option<Windows>,
    daily_messages: Option<u64>,
    monthly_calls: Option<u64>,
}

/// Settings that cannot be: the text says where and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    message: String,
}

impl SettingsError {
    fn new(message: String) -> Self {
        Self { message }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the settings cannot be used: {}", self.message)
    }
}

impl Error for SettingsError {}

/// Settings as a file has them.
impl Builder {
    /// Sets what a JSON object says, and leaves the rest as it is. Each field is what the function of its name does;
    /// times are in seconds. All may be left out, and one that is not known is an error. No real secret belongs here.
    ///
    #[doc = include_str!("fields.md")]
    ///
    /// ```
    /// use batchcast_emulator::Emulator;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let settings = br#"{"tim": {"partial_shape": "ok_without_error_list"}, "limits": {"daily_messages": 3}}"#;
    /// let emulator = Emulator::builder().with_settings_json(settings)?.start()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When it is not JSON of that shape. The text says where and what may stand there.
    pub fn with_settings_json(self, json: &[u8]) -> Result<Self, SettingsError> {
        let parts: Value =
            strict::unique(json).map_err(|error| SettingsError::new(format!("it cannot be read: {error}")))?;
        let Value::Object(parts) = parts else {
            return Err(SettingsError::new("it must be a JSON object".to_owned()));
        };
        parts.into_iter().try_fold(self, |builder, (part, fields)| {
            Ok(match part.as_str() {
                "feishu" => read::<Feishu>(&part, fields)?.set(builder),
                "tim" => read::<Tim>(&part, fields)?.set(builder),
                "limits" => read::<Limits>(&part, fields)?.set(builder),
                "keep" => read::<Keep>(&part, fields)?.set(builder),
                _ => {
                    let why = format!("unknown part {part:?}, expected one of `feishu`, `tim`, `limits`, `keep`");
                    return Err(SettingsError::new(why));
                }
            })
        })
    }
}

fn read<T: DeserializeOwned>(part: &str, fields: Value) -> Result<T, SettingsError> {
    // Serde would take a list for an object of the same fields.
    if !fields.is_object() {
        return Err(SettingsError::new(format!("{part} must be an object, found {fields}")));
    }
    serde_json::from_value(fields).map_err(|error| SettingsError::new(format!("{part}: {error}")))
}

/// Sets what is there.
fn with<T>(builder: Builder, value: Option<T>, set: impl FnOnce(Builder, T) -> Builder) -> Builder {
    match value {
        Some(value) => set(builder, value),
        None => builder,
    }
}

impl Feishu {
    fn set(self, mut builder: Builder) -> Builder {
        let (app_id, app_secret) = (self.app_id, self.app_secret);
        let Config { app_id: id, app_secret: secret, store, .. } = builder.config.clone();
        builder = builder.with_credentials(app_id.unwrap_or(id), app_secret.unwrap_or(secret));
        builder = builder.with_store_app(self.store_app.unwrap_or_default().over(store));
        if self.without_bot {
            builder = builder.without_bot();
        }
        if self.uploaded_images_only {
            builder = builder.with_uploaded_images_only();
        }
        builder = with(builder, self.recall_window_seconds.map(Duration::from_secs), Builder::with_recall_window);
        builder = with(builder, self.empty_lists, Builder::with_empty_lists);
        with(builder, self.nobody_valid, Builder::with_nobody_valid)
    }
}

impl Store {
    fn over(self, app: StoreApp) -> StoreApp {
        StoreApp::new(self.app_id.unwrap_or(app.app_id), self.app_secret.unwrap_or(app.app_secret))
            .with_ticket(self.app_ticket.unwrap_or(app.app_ticket))
            .with_tenant_key(self.tenant_key.unwrap_or(app.tenant_key))
    }
}

impl Keep {
    fn set(self, mut builder: Builder) -> Builder {
        builder = with(builder, self.deliveries, Builder::with_delivery_limit);
        builder = with(builder, self.requests, Builder::with_request_limit);
        builder = with(builder, self.messages, Builder::with_message_limit);
        with(builder, self.texts, Builder::with_text_limit)
    }
}

impl Tim {
    fn set(self, mut builder: Builder) -> Builder {
        let Config { tim_sdkappid, tim_identifier, tim_key, .. } = builder.config.clone();
        builder = builder.with_tim_credentials(
            self.sdkappid.unwrap_or(tim_sdkappid),
            self.identifier.unwrap_or(tim_identifier),
            self.key.unwrap_or(tim_key),
        );
        if self.imported_accounts_only {
            builder = builder.with_tim_imported_accounts_only();
        }
        builder = with(builder, self.partial_shape, Builder::with_tim_partial_shape);
        builder = with(builder, self.account_limit, Builder::with_tim_account_limit);
        builder = with(builder, self.account_deletion, Builder::with_tim_account_deletion);
        builder = with(builder, self.login_state, Builder::with_tim_login_state);
        builder = with(builder, self.recall_window_seconds.map(Duration::from_secs), Builder::with_tim_recall_window);
        builder = with(builder, self.roaming_seconds.map(Duration::from_secs), Builder::with_tim_roaming);
        builder = with(builder, self.history_limit, Builder::with_tim_history_limit);
        builder = with(builder, self.daily_calls, Builder::with_tim_daily_calls);
        builder = with(builder, self.failed_usersigs, Builder::with_tim_failed_usersigs);
        with(builder, self.dirty_words, Builder::with_tim_dirty_words)
    }
}

impl Limits {
    fn set(self, builder: Builder) -> Builder {
        let mut limits = builder.config.rate_limits.clone().unwrap_or_else(RateLimits::documented);
        if let Some(status) = self.throttled_status {
            limits = limits.with_throttled_status(status);
        }
        if let Some(windows) = self.windows {
            limits = limits.with_windows(windows);
        }
        if let Some(messages) = self.daily_messages {
            limits = limits.with_daily_messages(messages);
        }
        if let Some(calls) = self.monthly_calls {
            limits = limits.with_monthly_calls(calls);
        }
        builder.with_rate_limits(limits)
    }
}
