//! The beginnings of pictures, for tests.

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes()].concat()
}

pub(crate) fn gif(width: u16, height: u16) -> Vec<u8> {
    [b"GIF89a".as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 3]].concat()
}

pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let head = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08";
    [head.as_slice(), &height.to_be_bytes(), &width.to_be_bytes(), &[3; 10]].concat()
}

pub(crate) fn webp(width: u16, height: u16) -> Vec<u8> {
    let head = b"RIFF\x40\0\0\0WEBPVP8 \x34\0\0\0\x30\x01\0\x9d\x01\x2a";
    [head.as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 8]].concat()
}

/// Two entries of a directory, of which a short and a long number are the values.
pub(crate) fn tiff(width: u16, height: u32) -> Vec<u8> {
    let (head, tag) = (b"II*\0\x08\0\0\0\x02\0\0\x01\x03\0\x01\0\0\0", b"\0\0\x01\x01\x04\0\x01\0\0\0");
    [head.as_slice(), &width.to_le_bytes(), tag, &height.to_le_bytes()].concat()
}

pub(crate) fn bmp(width: i32, height: i32) -> Vec<u8> {
    let head = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
    [head.as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 28]].concat()
}

pub(crate) fn oldest_bmp(width: u16, height: u16) -> Vec<u8> {
    let head = b"BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0";
    [head.as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 4]].concat()
}
