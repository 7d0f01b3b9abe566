//! `OfflinePushInfo`: what the phones of those who are offline show.

use serde_json::{Map, Value};

use super::android::AndroidInfo;
use super::apns::ApnsInfo;
use super::limits::MAX_PUSH;
use super::record::record;
use super::unknown::warn_of_spelling;
use crate::path::Path;
use crate::warning::Warning;

record! {
    /// How a message is pushed to those who are offline ("Message Formats", 269/2720, 2024-09-24).
    ///
    /// Without it the elements say what is pushed: [`Message::push_text`](super::Message::push_text).
    ///
    /// ```
    /// use batchcast_model::tim::{AndroidInfo, ApnsInfo, Message, OfflinePushInfo};
    ///
    /// let push = OfflinePushInfo::new()
    ///     .with_title("Canteen")
    ///     .with_desc("Closed today")
    ///     .with_android_info(AndroidInfo::new().with_huawei_channel_id("notices"))
    ///     .with_apns_info(ApnsInfo::new().with_badge_mode(1));
    /// let message = Message::text("The canteen is closed today.")?.with_offline_push(push)?;
    /// assert_eq!(
    ///     serde_json::to_value(&message)?["OfflinePushInfo"],
    ///     serde_json::json!({
    ///         "Title": "Canteen",
    ///         "Desc": "Closed today",
    ///         "AndroidInfo": {"HuaWeiChannelID": "notices"},
    ///         "ApnsInfo": {"BadgeMode": 1},
    ///     }),
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct OfflinePushInfo {
        /// 0, the default, pushes; 1 does not.
        with_push_flag(push_flag) whole "PushFlag",
        /// The title, on iOS and Android.
        with_title(title) text "Title",
        /// The text, in the place of what the elements say.
        with_desc(desc) text "Desc",
        /// What is handed over to the app. It should be JSON: some makers of phones drop it otherwise.
        with_ext(ext) text "Ext",
        /// More for Android.
        with_android_info(android_info) [AndroidInfo] "AndroidInfo",
        /// More for iOS.
        with_apns_info(apns_info) [ApnsInfo] "ApnsInfo",
        /// More for HarmonyOS, as it is: no public page names its fields.
        with_harmony_info(harmony_info) [Map<String, Value>] "HarmonyInfo",
    }
}

impl OfflinePushInfo {
    pub(super) fn warn(&self, place: Path<'_>, warnings: &mut Vec<Warning>) {
        warn_of_flags(place, &[("PushFlag", self.push_flag)], warnings);
        let ext = self.ext.as_deref().unwrap_or_default();
        let pushed = self.desc.as_deref().unwrap_or_default().len() + ext.len();
        if pushed > MAX_PUSH {
            let text =
                format!("Desc and Ext have {pushed} bytes together; over {MAX_PUSH} may be more than Apple's 4 K hold");
            warnings.push(Warning::new(place, text));
        }
        if !ext.is_empty() && serde_json::from_str::<serde::de::IgnoredAny>(ext).is_err() {
            warnings.push(Warning::new(place.key("Ext"), "not JSON; some makers of phones drop it then"));
        }
        if let Some(android) = &self.android_info {
            android.warn(place.key("AndroidInfo"), warnings);
        }
        if let Some(apns) = &self.apns_info {
            apns.warn(place.key("ApnsInfo"), warnings);
        }
        warn_of_spelling(self, place, warnings);
    }
}

pub(super) fn warn_of_flags(place: Path<'_>, flags: &[(&str, Option<u64>)], warnings: &mut Vec<Warning>) {
    for (name, flag) in flags {
        if flag.is_some_and(|flag| flag > 1) {
            warnings.push(Warning::new(place.key(name), "documented are 0 and 1"));
        }
    }
}

pub(super) fn warn_of_words(place: Path<'_>, word: Option<&str>, known: &[&str], warnings: &mut Vec<Warning>) {
    if word.is_some_and(|word| !known.contains(&word)) {
        warnings.push(Warning::new(place, format!("documented are {}", known.join(", "))));
    }
}
