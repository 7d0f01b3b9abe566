//! `TIMSoundElem`.

use super::record::record;

record! {
    /// A recording. In the older form, of SDK 2.x and 3.x, it has `UUID`, `Size` and `Second` alone.
    pub struct Sound {
        /// Where it is downloaded.
        with_url(url) text "Url",
        /// The key by which clients know it.
        with_uuid(uuid) text "UUID",
        /// How long it is, in bytes.
        with_size(size) whole "Size",
        /// How long it is, in seconds.
        with_second(second) whole "Second",
        /// Must be 2: downloaded by its `Url`.
        with_download_flag(download_flag) whole "Download_Flag",
    }
}
