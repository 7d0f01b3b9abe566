//! What sort of picture it is, told from its bytes: [`ImageFormat`].

use std::fmt;

use imagesize::{Compression, ImageType};

/// A format of pictures that one of the vendors takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// GIF.
    Gif,
    /// TIFF.
    Tiff,
    /// BMP.
    Bmp,
    /// ICO.
    Ico,
    /// HEIC.
    Heic,
}

impl ImageFormat {
    /// The format by the first bytes; `None` where it is none of these. The name of a file says nothing.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match imagesize::image_type(bytes).ok()? {
            ImageType::Jpeg => Some(Self::Jpeg),
            ImageType::Png => Some(Self::Png),
            ImageType::Webp => Some(Self::Webp),
            ImageType::Gif => Some(Self::Gif),
            ImageType::Tiff => Some(Self::Tiff),
            ImageType::Bmp => Some(Self::Bmp),
            ImageType::Ico => Some(Self::Ico),
            ImageType::Heif(Compression::Hevc) => Some(Self::Heic),
            _ => None,
        }
    }

    /// The media type, `image/png`.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Tiff => "image/tiff",
            Self::Bmp => "image/bmp",
            Self::Ico => "image/x-icon",
            Self::Heic => "image/heic",
        }
    }
}

impl fmt::Display for ImageFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WEBP",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Ico => "ICO",
            Self::Heic => "HEIC",
        })
    }
}
