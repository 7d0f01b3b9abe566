//! What Feishu and Lark take of each format ("Upload image", Lark and Feishu, undated).

use super::ImageFormat;
use crate::platform::Platform;

impl Platform {
    /// Whether pictures of this format are taken: HEIC is on Feishu alone, which makes a JPEG of it, as of TIFF.
    #[must_use]
    pub const fn takes(self, format: ImageFormat) -> bool {
        match format {
            ImageFormat::Jpeg
            | ImageFormat::Png
            | ImageFormat::Webp
            | ImageFormat::Gif
            | ImageFormat::Tiff
            | ImageFormat::Bmp
            | ImageFormat::Ico => true,
            ImageFormat::Heic => matches!(self, Self::Feishu),
            _ => false,
        }
    }
}

/// The most pixels in either direction: 2000 for a GIF, 12000 for any other.
pub(super) const fn most_pixels(format: ImageFormat) -> u32 {
    match format {
        ImageFormat::Gif => 2_000,
        _ => 12_000,
    }
}

/// What the vendor is told of the file's name. It is not checked, and the real name is nobody's business.
pub(super) const fn file_name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Jpeg => "image.jpg",
        ImageFormat::Png => "image.png",
        ImageFormat::Webp => "image.webp",
        ImageFormat::Gif => "image.gif",
        ImageFormat::Tiff => "image.tiff",
        ImageFormat::Bmp => "image.bmp",
        ImageFormat::Ico => "image.ico",
        ImageFormat::Heic => "image.heic",
        _ => "image",
    }
}
