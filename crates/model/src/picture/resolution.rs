//! How many pixels a picture has, read from its header: [`Resolution`].

use std::fmt;

use super::ImageFormat;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Resolution {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Resolution {
    /// The resolution that the header gives; `None` where it cannot be read, because the picture is cut off or is
    /// written in a rare way.
    #[must_use]
    pub fn of(format: ImageFormat, bytes: &[u8]) -> Option<Self> {
        if format == ImageFormat::Bmp {
            return bmp(bytes);
        }
        let size = imagesize::blob_size(bytes).ok()?;
        Some(Self { width: u32::try_from(size.width).ok()?, height: u32::try_from(size.height).ok()? })
    }

    /// Whether neither direction has more pixels than this.
    #[must_use]
    pub const fn is_within(self, most: u32) -> bool {
        self.width <= most && self.height <= most
    }
}

/// `imagesize` reads neither the height of a picture that is stored from its top, which is negative, nor the short
/// numbers of the oldest header; such pictures would seem to have millions of pixels.
fn bmp(bytes: &[u8]) -> Option<Resolution> {
    const OLDEST_HEADER: u32 = 12;
    let word = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let double = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    if double(14)? == OLDEST_HEADER {
        return Some(Resolution { width: word(18)?.into(), height: word(20)?.into() });
    }
    Some(Resolution { width: double(18)?, height: i32::from_le_bytes(double(22)?.to_le_bytes()).unsigned_abs() })
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} x {}", self.width, self.height)
    }
}
