//! `AndroidInfo`: the push on Android.

use super::offline_push::{warn_of_flags, warn_of_words};
use super::record::record;
use super::unknown::warn_of_spelling;
use crate::path::Path;
use crate::warning::Warning;

record! {
    /// The push on Android, vendor by vendor.
    ///
    /// The spelling is the document's: `HuaWei` and `XiaoMi` but `ExtAsHuaweiIntentParam`, `OPPO` and `VIVO`. Fields
    /// of the Push product (269/128209, 2026-02-06) are here too, as the document of messages links there.
    pub struct AndroidInfo {
        /// The sound: a file name without suffix; older documents say a path.
        with_sound(sound) text "Sound",
        /// 0, the default, or 1 for big text (Huawei, Honor, OPPO).
        with_push_style(push_style) whole "PushStyle",
        /// The channel on Huawei. Where not empty, it goes before the console's, as do the other channels.
        with_huawei_channel_id(huawei_channel_id) text "HuaWeiChannelID",
        /// `LOW` or `NORMAL`, which is the default.
        with_huawei_importance(huawei_importance) text "HuaWeiImportance",
        /// Huawei's category of the push.
        with_huawei_category(huawei_category) text "HuaWeiCategory",
        /// A picture on Huawei: an https URL.
        with_huawei_image(huawei_image) text "HuaWeiImage",
        /// On Huawei `Ext` goes into the Intent's parameter (1) or its Action (0, the default).
        with_ext_as_huawei_intent_param(ext_as_huawei_intent_param) whole "ExtAsHuaweiIntentParam",
        /// `LOW` or `NORMAL`.
        with_honor_importance(honor_importance) text "HonorImportance",
        /// A picture on Honor: an https URL.
        with_honor_image(honor_image) text "HonorImage",
        /// The channel on Xiaomi.
        with_xiaomi_channel_id(xiaomi_channel_id) text "XiaoMiChannelID",
        /// The channel on OPPO.
        with_oppo_channel_id(oppo_channel_id) text "OPPOChannelID",
        /// OPPO's category of the push.
        with_oppo_category(oppo_category) text "OPPOCategory",
        /// The template of a private message on OPPO.
        with_oppo_private_msg_template_id(oppo_private_msg_template_id) text "OPPOPrivateMsgTemplateId",
        /// On vivo: 0 operation, 1 system, which is the default.
        with_vivo_classification(vivo_classification) whole "VIVOClassification",
        /// vivo's category of the push.
        with_vivo_category(vivo_category) text "VIVOCategory",
        /// On Meizu: 0 public, 1 private.
        with_meizu_notice_msg_type(meizu_notice_msg_type) whole "MeiZuNoticeMsgType",
        /// The channel on Google FCM.
        with_google_channel_id(google_channel_id) text "GoogleChannelID",
        /// A picture on Google FCM: an https URL.
        with_google_image(google_image) text "GoogleImage",
    }
}

impl AndroidInfo {
    pub(super) fn warn(&self, place: Path<'_>, warnings: &mut Vec<Warning>) {
        let flags = [
            ("PushStyle", self.push_style),
            ("ExtAsHuaweiIntentParam", self.ext_as_huawei_intent_param),
            ("VIVOClassification", self.vivo_classification),
            ("MeiZuNoticeMsgType", self.meizu_notice_msg_type),
        ];
        warn_of_flags(place, &flags, warnings);
        let importance = ["LOW", "NORMAL"];
        warn_of_words(place.key("HuaWeiImportance"), self.huawei_importance.as_deref(), &importance, warnings);
        warn_of_words(place.key("HonorImportance"), self.honor_importance.as_deref(), &importance, warnings);
        warn_of_spelling(self, place, warnings);
    }
}
