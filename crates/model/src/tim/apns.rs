//! `ApnsInfo`: the push on iOS.

use super::offline_push::{warn_of_flags, warn_of_words};
use super::record::record;
use super::unknown::warn_of_spelling;
use crate::path::Path;
use crate::warning::Warning;

record! {
    /// The push on iOS.
    pub struct ApnsInfo {
        /// The sound: a file name with its suffix.
        with_sound(sound) text "Sound",
        /// 0, the default, counts the message on the app's badge; 1 does not.
        with_badge_mode(badge_mode) whole "BadgeMode",
        /// The title; goes before the one that is for all.
        with_title(title) text "Title",
        /// The subtitle.
        with_sub_title(sub_title) text "SubTitle",
        /// The URL of a picture.
        with_image(image) text "Image",
        /// 1 lets the app's extension change the push (iOS 10 and later); 0 is the default.
        with_mutable_content(mutable_content) whole "MutableContent",
        /// `active`, `critical`, `passive` or `time-sensitive` (iOS 15 and later).
        with_interruption_level(interruption_level) text "InterruptionLevel",
        /// 1 is a silent push.
        with_content_available(content_available) whole "ContentAvailable",
    }
}

impl ApnsInfo {
    pub(super) fn warn(&self, place: Path<'_>, warnings: &mut Vec<Warning>) {
        let flags = [
            ("BadgeMode", self.badge_mode),
            ("MutableContent", self.mutable_content),
            ("ContentAvailable", self.content_available),
        ];
        warn_of_flags(place, &flags, warnings);
        let levels = ["active", "critical", "passive", "time-sensitive"];
        warn_of_words(place.key("InterruptionLevel"), self.interruption_level.as_deref(), &levels, warnings);
        warn_of_spelling(self, place, warnings);
    }
}
