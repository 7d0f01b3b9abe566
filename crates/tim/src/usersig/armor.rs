//! From JSON to the text of a UserSig and back: zlib, then base64 in the vendor's letters.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::{BadUserSig, MAX_JSON_BYTES, MAX_TEXT_BYTES};

/// The text for this JSON.
pub(super) fn seal(json: &[u8]) -> String {
    to_letters(&deflate(json, Compression::default()))
}

/// The JSON in this text, both within their bounds.
pub(super) fn open(text: &str) -> Result<Vec<u8>, BadUserSig> {
    inflate(&from_letters(text)?)
}

pub(super) fn deflate(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a vector takes all that is written to it")
}

/// At most one byte more than is allowed is ever unpacked, whatever the stream claims.
fn inflate(bytes: &[u8]) -> Result<Vec<u8>, BadUserSig> {
    let mut json = Vec::new();
    let mut within = ZlibDecoder::new(bytes).take(MAX_JSON_BYTES as u64 + 1);
    within.read_to_end(&mut json).map_err(|_| BadUserSig::Zlib)?;
    if json.len() > MAX_JSON_BYTES {
        return Err(BadUserSig::TooLarge { limit: MAX_JSON_BYTES });
    }
    Ok(json)
}

pub(super) fn to_letters(bytes: &[u8]) -> String {
    let letter = |letter| match letter {
        '+' => '*',
        '/' => '-',
        '=' => '_',
        other => other,
    };
    STANDARD.encode(bytes).chars().map(letter).collect()
}

fn from_letters(text: &str) -> Result<Vec<u8>, BadUserSig> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(BadUserSig::TooLong { limit: MAX_TEXT_BYTES, found: text.len() });
    }
    let letter = |(at, byte)| match byte {
        b'*' => Ok(b'+'),
        b'-' => Ok(b'/'),
        b'_' => Ok(b'='),
        byte if u8::is_ascii_alphanumeric(&byte) => Ok(byte),
        _ => Err(BadUserSig::Letter { at }),
    };
    let standard: Vec<u8> = text.bytes().enumerate().map(letter).collect::<Result<_, _>>()?;
    STANDARD.decode(standard).map_err(|_| BadUserSig::Base64)
}
