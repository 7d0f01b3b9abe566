//! What can be told from the first bytes of a picture.

use crate::deliveries::Provider;

/// The formats that Feishu or Lark takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Webp,
    Gif,
    Tiff,
    Bmp,
    Ico,
    /// Feishu alone.
    Heic,
}

impl Format {
    /// The format by its first bytes; a name or a content type is not looked at.
    pub(crate) fn of(content: &[u8]) -> Option<Self> {
        let found = match content {
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Webp,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Self::Tiff,
            [b'B', b'M', ..] => Self::Bmp,
            [0, 0, 1, 0, ..] => Self::Ico,
            [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i' | b'v', b'c' | b'x' | b'm' | b's', ..] => Self::Heic,
            [_, _, _, _, b'f', b't', b'y', b'p', b'm', b'i', b'f', b'1', ..] => Self::Heic,
            _ => return None,
        };
        Some(found)
    }

    pub(crate) fn is_taken_by(self, provider: Provider) -> bool {
        self != Self::Heic || provider == Provider::Feishu
    }
}

/// Width and height in pixels, where the header says them.
pub(crate) fn resolution(content: &[u8]) -> Option<(usize, usize)> {
    imagesize::blob_size(content).ok().map(|size| (size.width, size.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_the_first_bytes() {
        fn check(content: &[u8], expected: Option<Format>) {
            assert_eq!(Format::of(content), expected, "{content:x?}");
        }
        check(b"\xff\xd8\xff\xe0", Some(Format::Jpeg));
        check(b"\x89PNG\r\n\x1a\n....", Some(Format::Png));
        check(b"RIFF....WEBPVP8 ", Some(Format::Webp));
        check(b"RIFF....WAVEfmt ", None);
        check(b"GIF87a", Some(Format::Gif));
        check(b"GIF89a", Some(Format::Gif));
        check(b"GIF88a", None);
        check(b"II\x2a\x00", Some(Format::Tiff));
        check(b"MM\x00\x2a", Some(Format::Tiff));
        check(b"BM....", Some(Format::Bmp));
        check(b"\x00\x00\x01\x00", Some(Format::Ico));
        check(b"\x00\x00\x00\x18ftypheic", Some(Format::Heic));
        check(b"\x00\x00\x00\x18ftypmp42", None);
        check(b"<svg xmlns=", None);
        check(b"%PDF-1.7", None);
        check(b"", None);
    }
}
