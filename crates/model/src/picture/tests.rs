use super::samples::{bmp, gif, jpeg, oldest_bmp, png, tiff, webp};
use super::{ImageFormat, Resolution};

#[track_caller]
fn check(bytes: &[u8], format: Option<ImageFormat>, resolution: Option<(u32, u32)>) {
    let found = ImageFormat::of(bytes);
    let size = found.and_then(|found| Resolution::of(found, bytes)).map(|size| (size.width, size.height));
    assert_eq!((found, size), (format, resolution), "{bytes:?}");
}

#[test]
fn the_first_bytes_tell_format_and_resolution() {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, Webp};
    check(&png(640, 480), Some(Png), Some((640, 480)));
    check(&jpeg(640, 480), Some(Jpeg), Some((640, 480)));
    check(&gif(640, 480), Some(Gif), Some((640, 480)));
    check(&webp(640, 480), Some(Webp), Some((640, 480)));
    check(&tiff(640, 480), Some(Tiff), Some((640, 480)));
    check(&bmp(640, 480), Some(Bmp), Some((640, 480)));
    check(&bmp(640, -480), Some(Bmp), Some((640, 480)));
    check(&oldest_bmp(640, 480), Some(Bmp), Some((640, 480)));
}

#[test]
fn what_cannot_be_told_is_none() {
    check(&png(640, 480)[..20], Some(ImageFormat::Png), None);
    check(&bmp(640, 480)[..20], Some(ImageFormat::Bmp), None);
    for bytes in [&b""[..], b"x", b"\x89PNG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7 and so on"] {
        check(bytes, None, None);
    }
}

#[test]
fn a_resolution_is_within_a_bound_that_holds_both_ways() {
    let size = Resolution::of(ImageFormat::Png, &png(3, 5)).unwrap();
    assert_eq!((size.is_within(5), size.is_within(4), size.to_string().as_str()), (true, false, "3 x 5"));
}
