//! `TIMImageElem`.

use super::record::record;

record! {
    /// A picture, in up to three sizes.
    pub struct Image {
        /// The key by which clients know it.
        with_uuid(uuid) text "UUID",
        /// 1 JPG, 2 GIF, 3 PNG, 4 BMP, 255 any other.
        with_image_format(image_format) whole "ImageFormat",
        /// The sizes.
        with_image_info_array(image_info_array) [Vec<ImageInfo>] "ImageInfoArray",
    }
}

record! {
    /// A picture in one size.
    pub struct ImageInfo {
        /// 1 original, 2 large, 3 thumbnail.
        with_type(kind) whole "Type",
        /// How long it is, in bytes.
        with_size(size) whole "Size",
        /// How wide it is, in pixels.
        with_width(width) whole "Width",
        /// How high it is, in pixels.
        with_height(height) whole "Height",
        /// Where it is downloaded. In capitals, unlike everywhere else.
        with_url(url) text "URL",
    }
}
