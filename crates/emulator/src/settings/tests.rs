//! Each field, and what is said of those that cannot be.

use std::time::Duration;

use super::SettingsError;
use crate::builder::Builder;
use crate::{
    AccountDeletion, EmptyLists, Emulator, LoginState, NobodyValid, PartialShape, RateLimits, StoreApp,
    ThrottledStatus, Windows,
};

fn set(json: &str) -> Result<Builder, SettingsError> {
    Emulator::builder().with_settings_json(json.as_bytes())
}

/// All that a builder has but its clock.
fn shown(builder: &Builder) -> String {
    let config = &builder.config;
    let secrets = [&config.app_secret, &config.store.app_secret, &config.store.app_ticket, &config.tim_key];
    let limits = [config.delivery_limit, config.request_limit, config.message_limit, config.text_limit];
    format!("{builder:?} {} {} {secrets:?} {limits:?}", config.store.tenant_key, config.tim_key)
}

#[test]
fn a_field_is_what_the_function_of_its_name_does() {
    fn check(json: &str, expected: Builder) {
        let found = set(json).unwrap();
        assert_eq!(shown(&found), shown(&expected), "{json}");
    }
    let builder = Emulator::builder;
    let (hour, limits) = (Duration::from_secs(3600), RateLimits::documented);
    check("{}", builder());
    check(r#"{"feishu":{},"tim":{}}"#, builder());
    check(r#"{"feishu":{"app_id":"cli_a","app_secret":"b"}}"#, builder().with_credentials("cli_a", "b"));
    check(r#"{"feishu":{"app_id":"cli_a"}}"#, builder().with_credentials("cli_a", crate::SANDBOX_APP_SECRET));
    let store = StoreApp::new("cli_c", "d").with_ticket("e").with_tenant_key("f");
    check(
        r#"{"feishu":{"store_app":{"app_id":"cli_c","app_secret":"d","app_ticket":"e","tenant_key":"f"}}}"#,
        builder().with_store_app(store),
    );
    let store = StoreApp::default().with_ticket("e");
    check(r#"{"feishu":{"store_app":{"app_ticket":"e"}}}"#, builder().with_store_app(store));
    check(r#"{"tim":{"sdkappid":7,"identifier":"boss","key":"k"}}"#, builder().with_tim_credentials(7, "boss", "k"));
    let other_key = builder().with_tim_credentials(crate::SANDBOX_TIM_SDKAPPID, crate::SANDBOX_TIM_IDENTIFIER, "k");
    check(r#"{"tim":{"key":"k"}}"#, other_key);
    check(r#"{"keep":{"deliveries":1}}"#, builder().with_delivery_limit(1));
    check(r#"{"keep":{"requests":2}}"#, builder().with_request_limit(2));
    check(r#"{"keep":{"messages":3}}"#, builder().with_message_limit(3));
    check(r#"{"keep":{"texts":4}}"#, builder().with_text_limit(4));
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
    check(r#"{"tim":{"imported_accounts_only":true}}"#, builder().with_tim_imported_accounts_only());
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
fn limits_that_were_set_before_stay() {
    let before = Emulator::builder().with_rate_limits(RateLimits::documented().with_daily_messages(3));
    let after = before.clone().with_settings_json(br#"{"limits":{"windows":"fixed"}}"#).unwrap();
    let both = RateLimits::documented().with_daily_messages(3).with_windows(Windows::Fixed);
    assert_eq!(shown(&after), shown(&before.clone().with_rate_limits(both)));
    let throttled = before.clone().with_throttled_status(ThrottledStatus::BadRequest);
    let both = RateLimits::documented().with_daily_messages(3).with_throttled_status(ThrottledStatus::BadRequest);
    assert_eq!(shown(&throttled), shown(&before.with_rate_limits(both)));
    let alone = Emulator::builder().with_throttled_status(ThrottledStatus::BadRequest);
    let documented = RateLimits::documented().with_throttled_status(ThrottledStatus::BadRequest);
    assert_eq!(shown(&alone), shown(&Emulator::builder().with_rate_limits(documented)));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    fn check(json: &str, expected: &[&str]) {
        let error = set(json).unwrap_err().to_string();
        assert!(error.starts_with("the settings cannot be used: "), "{error}");
        assert!(expected.iter().all(|part| error.contains(part)), "{json}: {error}");
    }
    check("", &["it cannot be read", "line 1 column 0"]);
    check(r#"{"tim":{},"tim":{}}"#, &["duplicate field `tim`"]);
    check("[]", &["it must be a JSON object"]);
    check(r#"{"lark":{}}"#, &["unknown part \"lark\"", "`feishu`, `tim`, `limits`, `keep`"]);
    check(r#"{"tim":[1]}"#, &["tim must be an object, found [1]"]);
    check(r#"{"feishu":{"store_app":[]}}"#, &["feishu: invalid type: sequence, expected an object"]);
    check(r#"{"limits":null}"#, &["limits must be an object, found null"]);
    check(r#"{"tim":{"shape":"ok"}}"#, &["tim: unknown field `shape`, expected one of `sdkappid`", "`partial_shape`"]);
    check(r#"{"tim":{"partial_shape":"maybe"}}"#, &["tim: unknown variant `maybe`", "`ok_without_error_list`"]);
    check(r#"{"tim":{"account_limit":-1}}"#, &["tim: invalid value: integer `-1`"]);
    check(r#"{"feishu":{"without_bot":1}}"#, &["feishu: invalid type: integer `1`, expected a boolean"]);
    check(r#"{"limits":{"daily_messages":"3"}}"#, &["limits: invalid type: string \"3\", expected u64"]);
}
