//! `OfflinePushInfo`, by the document "Message Formats" (2022) and the fields that later pages added.
//!
//! Only types are checked: the documents give no code for a value out of its range, and vendors of phones add values.

use serde_json::Value;

use crate::tim::codes::{self, Refusal};
use crate::tim::shape::{self, Field, Type, optional};

const FIELDS: &[Field] = &[
    optional("PushFlag", Type::Integer),
    optional("Title", Type::String),
    optional("Desc", Type::String),
    optional("Ext", Type::String),
    optional("AndroidInfo", Type::Object(ANDROID_INFO)),
    optional("ApnsInfo", Type::Object(APNS_INFO)),
    // No copy of a document shows what is inside.
    optional("HarmonyInfo", Type::Object(&[])),
];

const ANDROID_INFO: &[Field] = &[
    optional("Sound", Type::String),
    optional("PushStyle", Type::Integer),
    optional("HuaWeiChannelID", Type::String),
    optional("XiaoMiChannelID", Type::String),
    optional("OPPOChannelID", Type::String),
    optional("GoogleChannelID", Type::String),
    optional("HuaWeiImportance", Type::String),
    optional("HuaWeiCategory", Type::String),
    optional("VIVOCategory", Type::String),
    optional("HuaWeiImage", Type::String),
    optional("HonorImage", Type::String),
    optional("GoogleImage", Type::String),
    optional("HonorImportance", Type::String),
    optional("VIVOClassification", Type::Integer),
    optional("ExtAsHuaweiIntentParam", Type::Integer),
    optional("OPPOCategory", Type::String),
    optional("OPPOPrivateMsgTemplateId", Type::String),
    optional("MeiZuNoticeMsgType", Type::Integer),
];

const APNS_INFO: &[Field] = &[
    optional("Sound", Type::String),
    optional("BadgeMode", Type::Integer),
    optional("Title", Type::String),
    optional("SubTitle", Type::String),
    optional("Image", Type::String),
    optional("MutableContent", Type::Integer),
    optional("InterruptionLevel", Type::String),
    optional("ContentAvailable", Type::Integer),
];

pub(crate) fn check(json: &str) -> Result<(), Refusal> {
    let Ok(Value::Object(info)) = serde_json::from_str(json) else {
        return Err(codes::OFFLINE_PUSH_INFO.because("it must be an object"));
    };
    shape::check("OfflinePushInfo", &info, FIELDS).map_err(|wrong| codes::OFFLINE_PUSH_INFO.because(wrong))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{check_accepted, check_refusal, with_field};

    #[test]
    fn settings_that_pass() {
        fn check(info: Value) {
            check_accepted(&with_field("OfflinePushInfo", info));
        }
        check(json!({}));
        check(json!({"PushFlag": 0, "Desc": "离线推送内容", "Ext": "这是透传的内容",
            "AndroidInfo": {"Sound": "android.mp3"}, "ApnsInfo": {"Sound": "apns.mp3", "BadgeMode": 1}}));
        check(json!({"PushFlag": 1, "Title": null, "HarmonyInfo": {"any": "thing"}, "Tomorrow": 1}));
        check(json!({"ApnsInfo": {"InterruptionLevel": "time-sensitive"}, "AndroidInfo": {"VIVOClassification": 1}}));
    }

    #[test]
    fn settings_that_are_refused() {
        fn check(info: Value, because: &str) {
            let body = with_field("OfflinePushInfo", info);
            check_refusal(&body, 90043, &format!("Invalid format of OfflinePushInfo: {because}"));
        }
        check(json!("push"), "it must be an object");
        check(json!([]), "it must be an object");
        check(json!({"PushFlag": "0"}), "OfflinePushInfo.PushFlag must be an integer");
        check(json!({"PushFlag": 0.5}), "OfflinePushInfo.PushFlag must be an integer");
        check(json!({"Ext": {}}), "OfflinePushInfo.Ext must be a string");
        check(json!({"AndroidInfo": []}), "OfflinePushInfo.AndroidInfo must be an object");
        check(json!({"AndroidInfo": {"Sound": 1}}), "OfflinePushInfo.AndroidInfo.Sound must be a string");
        check(json!({"ApnsInfo": {"BadgeMode": true}}), "OfflinePushInfo.ApnsInfo.BadgeMode must be an integer");
        check(json!({"HarmonyInfo": "x"}), "OfflinePushInfo.HarmonyInfo must be an object");
    }
}
