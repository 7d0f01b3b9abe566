//! `TIMImageElem`.

use super::record::record;
use crate::invalid::{Invalid, Problem};
use crate::picture::{ImageFormat, Resolution};

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

/// `Type` of an [`ImageInfo`], in the order in which the document lists them.
const ORIGINAL: u64 = 1;
const LARGE: u64 = 2;
const THUMBNAIL: u64 = 3;

impl Image {
    /// The picture that is downloaded from this URL and has these bytes. `UUID`, `ImageFormat`, `Size`, `Width` and
    /// `Height` are read from the bytes, as "Message Formats" (269/2720, 2024-09-24) has them; nothing is fetched.
    ///
    /// Clients choose among three sizes, so all of them are there, each of them this picture until
    /// [`with_large_at`](Self::with_large_at) and [`with_thumbnail_at`](Self::with_thumbnail_at) name smaller ones.
    ///
    /// ```
    /// use batchcast_model::tim::{Element, Image, Message};
    ///
    /// let bytes = b"GIF89a\x02\0\x02\0\0\0\0;"; // the whole file
    /// let picture = Image::at("https://example.com/menu.gif", bytes)?;
    /// let message = Message::elements([Element::text("Today:"), Element::new(picture)])?;
    /// assert_eq!(message.msg_body()[1].msg_type(), "TIMImageElem");
    /// # Ok::<(), batchcast_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A URL that is not of `http` or `https`; no bytes; bytes of no format that is known here, or whose resolution
    /// cannot be read.
    pub fn at(url: impl Into<String>, bytes: &[u8]) -> Result<Self, Invalid> {
        let (format, original) = read(url.into(), bytes)?;
        let sizes = [ORIGINAL, LARGE, THUMBNAIL].map(|size| original.clone().with_type(size));
        Ok(Self::new().with_uuid(uuid(bytes)).with_image_format(number(format)).with_image_info_array(sizes.to_vec()))
    }

    /// The same with another picture as its large size.
    ///
    /// # Errors
    ///
    /// As [`at`](Self::at).
    pub fn with_large_at(self, url: impl Into<String>, bytes: &[u8]) -> Result<Self, Invalid> {
        self.with_size_at(LARGE, url.into(), bytes)
    }

    /// The same with another picture as its thumbnail.
    ///
    /// # Errors
    ///
    /// As [`at`](Self::at).
    pub fn with_thumbnail_at(self, url: impl Into<String>, bytes: &[u8]) -> Result<Self, Invalid> {
        self.with_size_at(THUMBNAIL, url.into(), bytes)
    }

    fn with_size_at(mut self, size: u64, url: String, bytes: &[u8]) -> Result<Self, Invalid> {
        let (_, info) = read(url, bytes)?;
        let infos = self.image_info_array.get_or_insert_default();
        infos.retain(|other| other.kind != Some(size));
        infos.push(info.with_type(size));
        infos.sort_by_key(|info| info.kind);
        Ok(self)
    }
}

fn read(url: String, bytes: &[u8]) -> Result<(ImageFormat, ImageInfo), Invalid> {
    check_url(&url)?;
    if bytes.is_empty() {
        let empty = Invalid::new("picture", Problem::Empty);
        return Err(empty.with_hint("check that the file was written completely"));
    }
    let read = ImageFormat::of(bytes).and_then(|format| Some((format, Resolution::of(format, bytes)?)));
    let Some((format, resolution)) = read else {
        let found = format!("{} bytes of something else", bytes.len());
        let problem = Problem::WrongType { expected: "a picture whose format and resolution can be read", found };
        return Err(Invalid::new("picture", problem).with_hint("save it as JPEG, PNG, GIF or BMP"));
    };
    let info = ImageInfo::new().with_size(bytes.len() as u64).with_url(url);
    Ok((format, info.with_width(resolution.width.into()).with_height(resolution.height.into())))
}

/// Clients download it, so it must be an address that they can open.
fn check_url(url: &str) -> Result<(), Invalid> {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let head = url.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| &url[scheme.len()..])
    });
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    if host.is_some_and(|host| !host.is_empty()) && !url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(());
    }
    // What comes later may be a signature or a password.
    let shown = url.split([':', '?', '#', '@']).next().unwrap_or_default();
    let problem = if url.is_empty() { Problem::Empty } else { Problem::not_allowed(shown) };
    Err(Invalid::new("URL", problem).with_hint("give an address such as https://example.com/menu.png"))
}

/// `ImageFormat` as a number ("Message Formats", 269/2720).
const fn number(format: ImageFormat) -> u64 {
    match format {
        ImageFormat::Jpeg => 1,
        ImageFormat::Gif => 2,
        ImageFormat::Png => 3,
        ImageFormat::Bmp => 4,
        _ => 255,
    }
}

/// The key by which clients store a picture: the same for the same bytes, in the form of the document's sample, which
/// is the length and 32 hexadecimal digits.
fn uuid(bytes: &[u8]) -> String {
    format!("{}_{:032X}", bytes.len(), fnv1a(bytes))
}

/// FNV-1a of 128 bits. The sender alone chooses the pictures, so the key has to tell them apart and nobody off, for
/// which a cryptographic hash would bring seven crates.
fn fnv1a(bytes: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::picture::samples::{bmp, gif, jpeg, png, webp};

    #[test]
    fn a_picture_at_a_url_is_described_by_its_bytes() {
        fn check(bytes: &[u8], format: u64) {
            let image = Image::at("https://example.com/p?sign=1", bytes).unwrap();
            let info = |size: u64| {
                json!({"Type": size, "Size": bytes.len(), "Width": 640, "Height": 480,
                    "URL": "https://example.com/p?sign=1"})
            };
            let mut value = serde_json::to_value(&image).unwrap();
            let uuid = value.as_object_mut().unwrap().remove("UUID").unwrap();
            let (length, digits) = uuid.as_str().unwrap().split_once('_').unwrap();
            assert_eq!((length.parse(), digits.len()), (Ok(bytes.len()), 32), "{uuid}");
            assert_eq!(value, json!({"ImageFormat": format, "ImageInfoArray": [info(1), info(2), info(3)]}));
        }
        check(&jpeg(640, 480), 1);
        check(&gif(640, 480), 2);
        check(&png(640, 480), 3);
        check(&bmp(640, -480), 4);
        check(&webp(640, 480), 255);
    }

    #[test]
    fn the_key_is_that_of_the_bytes() {
        // The published vectors of FNV-1a.
        assert_eq!(uuid(b""), "0_6C62272E07BB014262B821756295C58D");
        assert_eq!(uuid(b"a"), "1_D228CB696F1A8CAF78912B704E4A8964");
        assert_eq!(uuid(b"foobar"), "6_343E1662793C64BF6F0D3597BA446F18");
        let image = |bytes: &[u8]| Image::at("http://example.com/", bytes).unwrap().uuid;
        assert_eq!(image(&png(1, 1)), image(&png(1, 1)));
        assert_ne!(image(&png(1, 1)), image(&png(1, 2)));
    }

    #[test]
    fn other_sizes_take_their_place() {
        let image = Image::at("https://example.com/0", &png(2448, 3264)).unwrap();
        let image = image.with_thumbnail_at("https://example.com/198", &jpeg(148, 198)).unwrap();
        let image = image.with_large_at("https://example.com/720", &jpeg(540, 720)).unwrap();
        let infos = serde_json::to_value(image.image_info_array.unwrap()).unwrap();
        let sizes: Vec<_> = infos.as_array().unwrap().iter().map(|info| (&info["Type"], &info["Height"])).collect();
        let expected: [(Value, Value); 3] = [(1.into(), 3264.into()), (2.into(), 720.into()), (3.into(), 198.into())];
        assert_eq!(sizes, expected.each_ref().map(|(size, height)| (size, height)));
        assert_eq!(image.image_format, Some(3), "that of the original");
        let alone = Image::new().with_large_at("https://example.com/720", &png(1, 1)).unwrap();
        assert_eq!(alone.image_info_array.unwrap().len(), 1);
    }

    #[test]
    fn refused() {
        #[track_caller]
        fn check(url: &str, bytes: &[u8], expected: &str) {
            let refused = Image::at(url, bytes).unwrap_err().to_string();
            assert!(refused.starts_with(expected), "{refused}");
            assert!(!refused.contains("canary"), "{refused}");
        }
        let (url, picture) = ("https://example.com/p", png(1, 1));
        check("", &picture, "URL: is empty; give an address such as https://");
        check("www.image.com?sign=canary", &picture, "URL: \"www.image.com\" is not allowed");
        check("ftp://me:canary@example.com/", &picture, "URL: \"ftp\" is not allowed");
        check("https:///p", &picture, "URL: ");
        check("https://example.com/a b", &picture, "URL: ");
        check(url, b"", "picture: is empty; check that the file was written completely");
        check(
            url,
            b"<html>",
            "picture: must be a picture whose format and resolution can be read, found 6 bytes of something else",
        );
        check(url, &picture[..20], "picture: ");
        assert!(Image::at("HTTPS://example.com/p", &picture).is_ok());
    }
}
