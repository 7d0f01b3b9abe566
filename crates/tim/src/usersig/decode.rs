//! From the text of a UserSig to its claims: [`decode`].

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::statement::Statement;
use super::{Claims, SdkAppId, VERSION, armor};

/// The longest text that is read as a UserSig, in bytes. Ours; real ones have a few hundred.
pub const MAX_TEXT_BYTES: usize = 8 * 1024;

/// The most that is unpacked from one, in bytes. Ours: zlib packs a thousandfold, and a UserSig may come from anybody.
pub const MAX_JSON_BYTES: usize = 64 * 1024;

/// Why a text is no UserSig. Each text begins with the stage that failed; none repeats any of the UserSig but the
/// number of its version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadUserSig {
    /// No text.
    #[error("base64: the UserSig is empty")]
    Empty,
    /// Over [`MAX_TEXT_BYTES`].
    #[error("base64: the UserSig is too long: the limit is {limit} bytes, found {found}")]
    #[non_exhaustive]
    TooLong {
        /// The most that is read.
        limit: usize,
        /// What there was.
        found: usize,
    },
    /// A character that no UserSig has.
    #[error(
        "base64: a character {at} bytes into the UserSig is none of A-Z a-z 0-9 * - _ (which stand for + / =); \
         quotes, line breaks and percent signs do not belong to it"
    )]
    #[non_exhaustive]
    Letter {
        /// How many bytes stand before it.
        at: usize,
    },
    /// The characters are right, their number or the padding is not.
    #[error("base64: the UserSig does not end as it should; it was probably cut")]
    Base64,
    /// No zlib stream, or a damaged one.
    #[error("zlib: the UserSig cannot be unpacked; it was cut or altered")]
    Zlib,
    /// Over [`MAX_JSON_BYTES`] when unpacked.
    #[error("zlib: more than {limit} bytes come out of the UserSig; no real one is as large")]
    #[non_exhaustive]
    TooLarge {
        /// The most that is unpacked.
        limit: usize,
    },
    /// Not JSON.
    #[error("JSON: the content is broken at line {line}, column {column}")]
    #[non_exhaustive]
    Json {
        /// From 1.
        line: usize,
        /// From 0.
        column: usize,
    },
    /// JSON, but not an object.
    #[error("JSON: the content is not an object")]
    NotAnObject,
    /// A UserSig of another version than 2.
    #[error(
        "field {name}: version {found} is not read, only {VERSION}; sign a new one with the app's SecretKey, for which an \
         app made before 2019-07-19 may have to be upgraded in the console"
    )]
    #[non_exhaustive]
    Version {
        /// `TLS.ver`, or `TLS.version` as version 1 calls it.
        name: &'static str,
        /// The number that stands there: its digits and dots up to the first other character, at most 12, and `…` where
        /// it goes on.
        found: String,
    },
    /// A field that is not there.
    #[error("field {name}: is missing")]
    #[non_exhaustive]
    Missing {
        /// `TLS.time` and the like.
        name: &'static str,
    },
    /// A field of another type or range.
    #[error("field {name}: is not {expected}")]
    #[non_exhaustive]
    Field {
        /// `TLS.time` and the like.
        name: &'static str,
        /// What the vendor writes there.
        expected: &'static str,
    },
}

/// Takes a UserSig apart without asking whether its signature is right; see [`verify`](super::verify()) for that.
///
/// Read is what any of the vendor's packages for version 2 writes: any order of fields, any level of zlib, numbers also
/// as strings of digits, and further fields, which are passed over.
///
/// # Errors
/// [`BadUserSig`], which names the stage: base64, zlib, JSON or a field. The version is looked at before other fields.
/// A text over [`MAX_TEXT_BYTES`] is refused unread, one that unpacks to more than [`MAX_JSON_BYTES`] half-way.
pub fn decode(sig: &str) -> Result<Claims, BadUserSig> {
    if sig.is_empty() {
        return Err(BadUserSig::Empty);
    }
    let content = serde_json::from_slice(&armor::open(sig)?)
        .map_err(|error| BadUserSig::Json { line: error.line(), column: error.column() })?;
    let Value::Object(fields) = content else {
        return Err(BadUserSig::NotAnObject);
    };
    let version = version(&fields)?.to_owned();
    let statement = Statement {
        identifier: string(&fields, "TLS.identifier")?.to_owned(),
        sdkappid: sdkappid(&fields)?,
        issued_at: seconds(&fields, "TLS.time")?,
        valid_for: Duration::from_secs(seconds(&fields, "TLS.expire")?),
        userbuf: userbuf(&fields)?,
    };
    Ok(Claims::new(version, statement, string(&fields, "TLS.sig")?))
}

/// Version 1 has no `TLS.ver`, but a `TLS.version`, which is a date (the vendor's `tls-sig-api` packages).
fn version(fields: &Map<String, Value>) -> Result<&str, BadUserSig> {
    let (current, first) = ("TLS.ver", "TLS.version");
    let (name, found) = match string(fields, current) {
        Ok(VERSION) => return Ok(VERSION),
        Ok(other) => (current, other),
        Err(error @ BadUserSig::Missing { .. }) => (first, string(fields, first).map_err(|_| error)?),
        Err(error) => return Err(error),
    };
    Err(BadUserSig::Version { name, found: excerpt(found) })
}

/// Digits and dots only: whatever else was written there, a signature for one, is not to be seen in an error.
fn excerpt(version: &str) -> String {
    const LONGEST: usize = 12;
    let number = |character: &char| character.is_ascii_digit() || *character == '.';
    let mut excerpt: String = version.chars().take(LONGEST).take_while(number).collect();
    if excerpt.len() < version.len() || version.is_empty() {
        excerpt.push('…');
    }
    excerpt
}

fn string<'f>(fields: &'f Map<String, Value>, name: &'static str) -> Result<&'f str, BadUserSig> {
    let field = fields.get(name).ok_or(BadUserSig::Missing { name })?;
    field.as_str().ok_or(BadUserSig::Field { name, expected: "a string" })
}

fn number(fields: &Map<String, Value>, name: &'static str) -> Result<Option<u64>, BadUserSig> {
    let field = fields.get(name).ok_or(BadUserSig::Missing { name })?;
    Ok(match field {
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        other => other.as_u64(),
    })
}

fn seconds(fields: &Map<String, Value>, name: &'static str) -> Result<u64, BadUserSig> {
    number(fields, name)?.ok_or(BadUserSig::Field { name, expected: "a whole number of seconds" })
}

fn sdkappid(fields: &Map<String, Value>) -> Result<SdkAppId, BadUserSig> {
    let name = "TLS.sdkappid";
    let number = number(fields, name)?.and_then(|number| u32::try_from(number).ok());
    number.map(SdkAppId::new).ok_or(BadUserSig::Field { name, expected: "a whole number from 0 to 4294967295" })
}

fn userbuf(fields: &Map<String, Value>) -> Result<Option<Vec<u8>>, BadUserSig> {
    let name = "TLS.userbuf";
    let Some(field) = fields.get(name).filter(|field| !field.is_null()) else {
        return Ok(None);
    };
    let bytes = field.as_str().and_then(|text| STANDARD.decode(text).ok());
    bytes.map(Some).ok_or(BadUserSig::Field { name, expected: "base64" })
}
