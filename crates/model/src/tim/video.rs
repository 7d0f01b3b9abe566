//! `TIMVideoFileElem`.

use super::record::record;

record! {
    /// A video and the picture that stands for it. Its flags have no underscore, unlike those of sounds and files.
    pub struct Video {
        /// Where it is downloaded.
        with_video_url(video_url) text "VideoUrl",
        /// The key by which clients know it.
        with_video_uuid(video_uuid) text "VideoUUID",
        /// How long it is, in bytes.
        with_video_size(video_size) whole "VideoSize",
        /// How long it is, in seconds.
        with_video_second(video_second) whole "VideoSecond",
        /// Its format, such as `mp4`.
        with_video_format(video_format) text "VideoFormat",
        /// Must be 2: downloaded by its `VideoUrl`.
        with_video_download_flag(video_download_flag) whole "VideoDownloadFlag",
        /// Where the picture is downloaded.
        with_thumb_url(thumb_url) text "ThumbUrl",
        /// The key by which clients know the picture.
        with_thumb_uuid(thumb_uuid) text "ThumbUUID",
        /// How long the picture is, in bytes.
        with_thumb_size(thumb_size) whole "ThumbSize",
        /// How wide the picture is, in pixels.
        with_thumb_width(thumb_width) whole "ThumbWidth",
        /// How high the picture is, in pixels.
        with_thumb_height(thumb_height) whole "ThumbHeight",
        /// The picture's format, such as `JPG`.
        with_thumb_format(thumb_format) text "ThumbFormat",
        /// Must be 2: downloaded by its `ThumbUrl`.
        with_thumb_download_flag(thumb_download_flag) whole "ThumbDownloadFlag",
    }
}
