//! `TIMCustomElem`.

use super::record::record;

record! {
    /// Whatever sender and clients agree on: `{"Data": "…", "Desc": "…", "Ext": "…", "Sound": "…"}`. A message has at
    /// most one of these.
    ///
    /// Its `Ext` and `Sound` are for the push, and ignored where the message has an
    /// [`OfflinePushInfo`](super::OfflinePushInfo) ("Message Formats", 2019 and later).
    pub struct Custom {
        /// What the clients read.
        with_data(data) text "Data",
        /// What a push says of it. A message of this element alone is not pushed without.
        with_desc(desc) text "Desc",
        /// What a push hands over to the app.
        with_ext(ext) text "Ext",
        /// The file name of the sound that a push plays on iOS.
        with_sound(sound) text "Sound",
    }
}
