//! `TIMFileElem`.

use super::record::record;

record! {
    /// A file.
    pub struct File {
        /// Where it is downloaded.
        with_url(url) text "Url",
        /// The key by which clients know it.
        with_uuid(uuid) text "UUID",
        /// How long it is, in bytes.
        with_file_size(file_size) whole "FileSize",
        /// What it is called.
        with_file_name(file_name) text "FileName",
        /// Must be 2: downloaded by its `Url`.
        with_download_flag(download_flag) whole "Download_Flag",
    }
}
