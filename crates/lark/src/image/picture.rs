//! A picture that can be uploaded: [`Image`].

use std::fmt;

use bytes::Bytes;

use super::taken::most_pixels;
use super::{ImageFormat, Resolution};
use crate::platform::Platform;

/// The largest picture, in bytes: 10 MB, a megabyte taken as 1,000,000 bytes, as nobody says which ("Upload image",
/// Lark and Feishu, undated).
pub const MAX_IMAGE_BYTES: usize = 10_000_000;

/// A picture that the platform takes by all that its bytes tell: not empty, at most [`MAX_IMAGE_BYTES`], of a format
/// that the platform takes, and with no more pixels than allowed.
///
/// Clones share the bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    bytes: Bytes,
    format: ImageFormat,
    resolution: Option<Resolution>,
}

impl Image {
    /// The picture in these bytes.
    ///
    /// Where the header does not tell the resolution, the vendor is left to judge: it answers 234039 or 234011.
    ///
    /// # Errors
    /// [`BadImage`], which says what is wrong and what to do.
    pub fn new(platform: Platform, bytes: impl Into<Bytes>) -> Result<Self, BadImage> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Err(BadImage::Empty);
        }
        if bytes.len() > MAX_IMAGE_BYTES {
            return Err(BadImage::TooLarge { found: bytes.len() });
        }
        let format = ImageFormat::of(&bytes).ok_or(BadImage::UnknownFormat)?;
        if !platform.takes(format) {
            return Err(BadImage::NotTaken { format, platform });
        }
        let resolution = Resolution::of(format, &bytes);
        match resolution {
            Some(found) if !found.is_within(most_pixels(format)) => Err(BadImage::TooManyPixels { format, found }),
            resolution => Ok(Self { bytes, format, resolution }),
        }
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The format.
    #[must_use]
    pub const fn format(&self) -> ImageFormat {
        self.format
    }

    /// The resolution, where the header tells it.
    #[must_use]
    pub const fn resolution(&self) -> Option<Resolution> {
        self.resolution
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("bytes", &self.bytes.len())
            .field("format", &self.format)
            .field("resolution", &self.resolution)
            .finish()
    }
}

/// Why a picture cannot be uploaded. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadImage {
    /// There are no bytes.
    #[error("image: is empty; check that the file was written completely")]
    Empty,
    /// There are too many bytes.
    #[error("image: too large: the limit is {MAX_IMAGE_BYTES} bytes, found {found}; save it smaller")]
    TooLarge {
        /// How many there are.
        found: usize,
    },
    /// The bytes are of no picture that is taken.
    #[error("image: its bytes are of no format that is taken; save it as JPEG, PNG, WEBP, GIF, TIFF, BMP or ICO")]
    UnknownFormat,
    /// The other platform takes this format.
    #[error("image: {platform} does not take {format}; save it as JPEG or PNG")]
    NotTaken {
        /// Its format.
        format: ImageFormat,
        /// The platform.
        platform: Platform,
    },
    /// There are too many pixels.
    #[error("image: the limit of a {format} is {0} x {0} pixels, found {found}; scale it down", most_pixels(*format))]
    TooManyPixels {
        /// Its format.
        format: ImageFormat,
        /// How many there are.
        found: Resolution,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    fn gif(width: u16, height: u16) -> Vec<u8> {
        [b"GIF89a".as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 3]].concat()
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let head = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08";
        [head.as_slice(), &height.to_be_bytes(), &width.to_be_bytes(), &[3; 10]].concat()
    }

    fn webp(width: u16, height: u16) -> Vec<u8> {
        let head = b"RIFF\x40\0\0\0WEBPVP8 \x34\0\0\0\x30\x01\0\x9d\x01\x2a";
        [head.as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 8]].concat()
    }

    /// Two entries of a directory, of which a short and a long number are the values.
    fn tiff(width: u16, height: u32) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x02\0".to_vec();
        bytes.extend(b"\0\x01\x03\0\x01\0\0\0");
        bytes.extend(width.to_le_bytes());
        bytes.extend(b"\0\0\x01\x01\x04\0\x01\0\0\0");
        bytes.extend(height.to_le_bytes());
        bytes
    }

    fn bmp(width: i32, height: i32) -> Vec<u8> {
        let head = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
        [head.as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 28]].concat()
    }

    fn oldest_bmp(width: u16, height: u16) -> Vec<u8> {
        let head = b"BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0";
        [head.as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 4]].concat()
    }

    fn ico() -> Vec<u8> {
        [b"\0\0\x01\0\x01\0".as_slice(), &[32, 0], &[0; 14]].concat()
    }

    fn heic(width: u32, height: u32) -> Vec<u8> {
        fn boxed(tag: &[u8; 4], content: &[u8]) -> Vec<u8> {
            let size = u32::try_from(content.len() + 8).unwrap();
            [&size.to_be_bytes(), tag.as_slice(), content].concat()
        }
        let ispe = boxed(b"ispe", &[[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat());
        let iprp = boxed(b"iprp", &[boxed(b"ipco", &ispe), boxed(b"ipma", &[0; 24])].concat());
        let meta = boxed(b"meta", &[[0; 4].as_slice(), &iprp].concat());
        [boxed(b"ftyp", b"heic\0\0\0\0heicmif1"), meta, vec![0; 16]].concat()
    }

    /// The format, and width and height; or how the refusal begins.
    type Found = Result<(ImageFormat, Option<(u32, u32)>), &'static str>;

    #[track_caller]
    fn check(platform: Platform, bytes: Vec<u8>, expected: Found) {
        let image = Image::new(platform, bytes);
        let found = image.map(|image| (image.format(), image.resolution().map(|found| (found.width, found.height))));
        match (found, expected) {
            (Err(error), Err(expected)) => assert!(error.to_string().starts_with(expected), "{error}"),
            (found, expected) => assert_eq!(found.map_err(|error| error.to_string()), expected.map_err(str::to_owned)),
        }
    }

    #[test]
    fn the_format_and_the_resolution_are_read_from_the_bytes() {
        use ImageFormat::{Bmp, Gif, Heic, Ico, Jpeg, Png, Tiff, Webp};
        for platform in [Platform::Feishu, Platform::Lark] {
            check(platform, png(640, 480), Ok((Png, Some((640, 480)))));
            check(platform, jpeg(640, 480), Ok((Jpeg, Some((640, 480)))));
            check(platform, gif(640, 480), Ok((Gif, Some((640, 480)))));
            check(platform, webp(640, 480), Ok((Webp, Some((640, 480)))));
            check(platform, tiff(640, 480), Ok((Tiff, Some((640, 480)))));
            check(platform, bmp(640, 480), Ok((Bmp, Some((640, 480)))));
            check(platform, bmp(640, -480), Ok((Bmp, Some((640, 480)))));
            check(platform, oldest_bmp(640, 480), Ok((Bmp, Some((640, 480)))));
            check(platform, ico(), Ok((Ico, Some((32, 256)))));
        }
        check(Platform::Feishu, heic(640, 480), Ok((Heic, Some((640, 480)))));
        check(Platform::Lark, heic(640, 480), Err("image: lark does not take HEIC; save it as JPEG or PNG"));
    }

    #[test]
    fn there_may_be_so_many_pixels_and_no_more() {
        let lark = Platform::Lark;
        check(lark, gif(2_000, 2_000), Ok((ImageFormat::Gif, Some((2_000, 2_000)))));
        check(
            lark,
            gif(2_001, 1),
            Err("image: the limit of a GIF is 2000 x 2000 pixels, found 2001 x 1; scale it down"),
        );
        check(lark, gif(1, 2_001), Err("image: the limit of a GIF is 2000 x 2000 pixels, found 1 x 2001"));
        check(lark, png(12_000, 12_000), Ok((ImageFormat::Png, Some((12_000, 12_000)))));
        check(lark, png(12_001, 1), Err("image: the limit of a PNG is 12000 x 12000 pixels, found 12001 x 1"));
        check(lark, jpeg(1, 12_001), Err("image: the limit of a JPEG is 12000 x 12000 pixels, found 1 x 12001"));
        check(lark, tiff(1, 12_001), Err("image: the limit of a TIFF"));
        check(lark, webp(1, 12_001), Err("image: the limit of a WEBP"));
        check(lark, bmp(1, -12_001), Err("image: the limit of a BMP"));
        check(Platform::Feishu, heic(12_001, 1), Err("image: the limit of a HEIC"));
    }

    #[test]
    fn there_may_be_so_many_bytes_and_no_more() {
        let padded = |size| {
            let mut bytes = png(1, 1);
            bytes.resize(size, 0);
            bytes
        };
        let lark = Platform::Lark;
        check(lark, padded(MAX_IMAGE_BYTES), Ok((ImageFormat::Png, Some((1, 1)))));
        check(lark, padded(MAX_IMAGE_BYTES + 1), Err("image: too large: the limit is 10000000 bytes, found 10000001"));
        check(lark, Vec::new(), Err("image: is empty"));
    }

    #[test]
    fn what_is_no_picture_is_none_whatever_it_is_called() {
        let lark = Platform::Lark;
        for bytes in [&b"x"[..], b"\x89PNG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7 and so on"] {
            check(lark, bytes.to_vec(), Err("image: its bytes are of no format that is taken"));
        }
        // A film begins like a HEIC.
        check(
            Platform::Feishu,
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec(),
            Err("image: its bytes are of no format"),
        );
    }

    #[test]
    fn a_resolution_that_cannot_be_read_is_left_to_the_vendor() {
        check(Platform::Lark, png(640, 480)[..20].to_vec(), Ok((ImageFormat::Png, None)));
        check(Platform::Lark, bmp(640, 480)[..20].to_vec(), Ok((ImageFormat::Bmp, None)));
    }

    #[test]
    fn nothing_that_begins_like_a_picture_makes_it_panic() {
        for whole in [png(9, 9), jpeg(9, 9), gif(9, 9), webp(9, 9), tiff(9, 9), bmp(9, 9), ico(), heic(9, 9)] {
            for end in 0..whole.len() {
                let _ = Image::new(Platform::Feishu, whole[..end].to_vec());
                for byte in [0, 1, 0x7f, 0xff] {
                    let mut broken = whole.clone();
                    broken[end] = byte;
                    let _ = Image::new(Platform::Feishu, broken);
                }
            }
        }
        assert_eq!(format!("{:?}", Image::new(Platform::Lark, png(9, 9)).unwrap()).matches("PNG").count(), 0);
    }
}
