//! Everything that can be set, as a file: for those who start the emulator as a program.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::builder::Builder;
use crate::feishu::{EmptyLists, NobodyValid};
use crate::limits::{RateLimits, ThrottledStatus, Windows};
use crate::tim::{AccountDeletion, LoginState, PartialShape};

/// What it leaves out stays as it is, as in all of these.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Feishu {
    without_bot: bool,
    uploaded_images_only: bool,
    recall_window_seconds: Option<u64>,
    empty_lists: Option<EmptyLists>,
    nobody_valid: Option<NobodyValid>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Tim {
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

#[derive(Debug, Default, Deserialize)]
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
    /// times are in seconds. All may be left out, and one that is not known is an error.
    ///
    /// | field | value |
    /// |---|---|
    /// | `feishu.without_bot` | `true`: [`without_bot`](Self::without_bot) |
    /// | `feishu.uploaded_images_only` | `true`: [`with_uploaded_images_only`](Self::with_uploaded_images_only) |
    /// | `feishu.recall_window_seconds` | [`with_recall_window`](Self::with_recall_window) |
    /// | `feishu.empty_lists` | `empty`, `null` or `absent`: [`EmptyLists`] |
    /// | `feishu.nobody_valid` | `accepted` or `refused`: [`NobodyValid`] |
    /// | `tim.partial_shape` | `some_error`, `fail_without_code`, `fail90011`, `ok` or `ok_without_error_list`: [`PartialShape`] |
    /// | `tim.imported_accounts_only` | `true`: [`with_imported_accounts_only`](Self::with_imported_accounts_only) |
    /// | `tim.account_limit` | [`with_tim_account_limit`](Self::with_tim_account_limit) |
    /// | `tim.account_deletion` | `reversible`, `lasting` or `refused`: [`AccountDeletion`] |
    /// | `tim.login_state` | `online`, `push_online` or `offline`: [`LoginState`] |
    /// | `tim.recall_window_seconds` | [`with_tim_recall_window`](Self::with_tim_recall_window) |
    /// | `tim.roaming_seconds` | [`with_tim_roaming`](Self::with_tim_roaming) |
    /// | `tim.history_limit` | in bytes: [`with_tim_history_limit`](Self::with_tim_history_limit) |
    /// | `tim.daily_calls` | [`with_tim_daily_calls`](Self::with_tim_daily_calls) |
    /// | `tim.failed_usersigs` | [`with_tim_failed_usersigs`](Self::with_tim_failed_usersigs) |
    /// | `tim.dirty_words` | a list: [`with_tim_dirty_words`](Self::with_tim_dirty_words) |
    /// | `limits` | [`with_rate_limits`](Self::with_rate_limits), also as `{}` |
    /// | `limits.throttled_status` | `too_many_requests` or `bad_request`: [`ThrottledStatus`] |
    /// | `limits.windows` | `sliding` or `fixed`: [`Windows`] |
    /// | `limits.daily_messages` | [`RateLimits::with_daily_messages`] |
    /// | `limits.monthly_calls` | [`RateLimits::with_monthly_calls`] |
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
            serde_json::from_slice(json).map_err(|error| SettingsError::new(format!("it is not JSON: {error}")))?;
        let Value::Object(parts) = parts else {
            return Err(SettingsError::new("it must be a JSON object".to_owned()));
        };
        parts.into_iter().try_fold(self, |builder, (part, fields)| {
            Ok(match part.as_str() {
                "feishu" => read::<Feishu>(&part, fields)?.set(builder),
                "tim" => read::<Tim>(&part, fields)?.set(builder),
                "limits" => read::<Limits>(&part, fields)?.set(builder),
                _ => {
                    let why = format!("unknown part {part:?}, expected one of `feishu`, `tim`, `limits`");
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

impl Tim {
    fn set(self, mut builder: Builder) -> Builder {
        if self.imported_accounts_only {
            builder = builder.with_imported_accounts_only();
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
        let mut limits = RateLimits::documented();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Emulator;

    fn set(json: &str) -> Result<Builder, SettingsError> {
        Emulator::builder().with_settings_json(json.as_bytes())
    }

    #[test]
    fn a_field_is_what_the_function_of_its_name_does() {
        fn check(json: &str, expected: Builder) {
            // All that a builder has but its clock, and no secret is among what can be set here.
            assert_eq!(format!("{:?}", set(json).unwrap()), format!("{expected:?}"), "{json}");
        }
        let builder = Emulator::builder;
        let (hour, limits) = (Duration::from_secs(3600), RateLimits::documented);
        check("{}", builder());
        check(r#"{"feishu":{},"tim":{}}"#, builder());
        check(r#"{"feishu":{"without_bot":true}}"#, builder().without_bot());
        check(r#"{"feishu":{"without_bot":false}}"#, builder());
        check(r#"{"feishu":{"uploaded_images_only":true}}"#, builder().with_uploaded_images_only());
        check(r#"{"feishu":{"recall_window_seconds":3600}}"#, builder().with_recall_window(hour));
        check(r#"{"feishu":{"empty_lists":"null"}}"#, builder().with_empty_lists(EmptyLists::Null));
        check(r#"{"feishu":{"empty_lists":"absent"}}"#, builder().with_empty_lists(EmptyLists::Absent));
        check(r#"{"feishu":{"nobody_valid":"refused"}}"#, builder().with_nobody_valid(NobodyValid::Refused));
        for (name, shape) in [
            ("some_error", PartialShape::SomeError),
            ("fail_without_code", PartialShape::FailWithoutCode),
            ("fail90011", PartialShape::Fail90011),
            ("ok", PartialShape::Ok),
            ("ok_without_error_list", PartialShape::OkWithoutErrorList),
        ] {
            check(&format!(r#"{{"tim":{{"partial_shape":"{name}"}}}}"#), builder().with_tim_partial_shape(shape));
        }
        check(r#"{"tim":{"imported_accounts_only":true}}"#, builder().with_imported_accounts_only());
        check(r#"{"tim":{"account_limit":100}}"#, builder().with_tim_account_limit(100));
        let lasting = builder().with_tim_account_deletion(AccountDeletion::Lasting);
        check(r#"{"tim":{"account_deletion":"lasting"}}"#, lasting);
        check(r#"{"tim":{"login_state":"push_online"}}"#, builder().with_tim_login_state(LoginState::PushOnline));
        check(r#"{"tim":{"recall_window_seconds":3600}}"#, builder().with_tim_recall_window(hour));
        check(r#"{"tim":{"roaming_seconds":3600}}"#, builder().with_tim_roaming(hour));
        check(r#"{"tim":{"history_limit":7}}"#, builder().with_tim_history_limit(7));
        check(r#"{"tim":{"daily_calls":1000}}"#, builder().with_tim_daily_calls(1000));
        check(r#"{"tim":{"failed_usersigs":3}}"#, builder().with_tim_failed_usersigs(3));
        check(r#"{"tim":{"dirty_words":["gold"]}}"#, builder().with_tim_dirty_words(["gold"]));
        check(r#"{"limits":{}}"#, builder().with_rate_limits(limits()));
        let all = limits().with_throttled_status(ThrottledStatus::BadRequest).with_windows(Windows::Fixed);
        let all = all.with_daily_messages(3).with_monthly_calls(4);
        check(
            r#"{"limits":{"throttled_status":"bad_request","windows":"fixed","daily_messages":3,"monthly_calls":4}}"#,
            builder().with_rate_limits(all),
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        fn check(json: &str, expected: &[&str]) {
            let error = set(json).unwrap_err().to_string();
            assert!(error.starts_with("the settings cannot be used: "), "{error}");
            assert!(expected.iter().all(|part| error.contains(part)), "{json}: {error}");
        }
        check("", &["it is not JSON", "line 1 column 0"]);
        check("[]", &["it must be a JSON object"]);
        check(r#"{"lark":{}}"#, &["unknown part \"lark\"", "`feishu`, `tim`, `limits`"]);
        check(r#"{"tim":[1]}"#, &["tim must be an object, found [1]"]);
        check(r#"{"limits":null}"#, &["limits must be an object, found null"]);
        check(r#"{"tim":{"shape":"ok"}}"#, &["tim: unknown field `shape`, expected one of `partial_shape`"]);
        check(r#"{"tim":{"partial_shape":"maybe"}}"#, &["tim: unknown variant `maybe`", "`ok_without_error_list`"]);
        check(r#"{"tim":{"account_limit":-1}}"#, &["tim: invalid value: integer `-1`"]);
        check(r#"{"feishu":{"without_bot":1}}"#, &["feishu: invalid type: integer `1`, expected a boolean"]);
        check(r#"{"limits":{"daily_messages":"3"}}"#, &["limits: invalid type: string \"3\", expected u64"]);
    }
}
