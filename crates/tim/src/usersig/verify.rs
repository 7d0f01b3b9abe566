//! Whether a UserSig is good: [`verify`].

use batchcast_transport::time::Unix;

use super::{BadUserSig, Claims, SdkAppId, SecretKey, decode};

/// Why a UserSig is not good. No text repeats any of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// It is no UserSig, or one of another version; to what cannot be read the vendor says 70003.
    #[error(transparent)]
    Malformed(#[from] BadUserSig),
    /// It is for another app; the vendor says 70014.
    #[error("the UserSig is for SDKAppID {found}, not for {expected}")]
    #[non_exhaustive]
    SdkAppId {
        /// The app asked about.
        expected: SdkAppId,
        /// The app that it is for.
        found: SdkAppId,
    },
    /// It is for another account; the vendor says 70013.
    #[error("the UserSig is for another identifier; sign one for the account in the request")]
    Identifier,
    /// It was good once; the vendor says 70001.
    #[error(
        "the UserSig expired {} s ago; sign a new one, good for 24 hours or more",
        .now.as_secs().saturating_sub(.expired_at.as_secs())
    )]
    #[non_exhaustive]
    Expired {
        /// The last second in which it was good, by its beginning; it is over at `now`.
        expired_at: Unix,
        /// The time given.
        now: Unix,
    },
    /// It has a userbuf where none was expected, or none, or another one.
    #[error("the userbuf of the UserSig is not the expected one")]
    Userbuf,
    /// Another key signed it, or it was altered; the vendor says 70009.
    #[error(
        "the signature is not of this SecretKey; use the key of this very app, as the text it is, not decoded from \
         hexadecimal"
    )]
    Signature,
}

/// What a UserSig without userbuf says, if it is good for this account of this app at this time.
///
/// # Errors
/// [`Rejection`]: the first check that fails, in the order of the vendor's Go package: form, SDKAppID, identifier,
/// expiry, userbuf, signature. A time of signing that lies ahead of `now` is no reason: what the vendor makes of it is
/// not documented.
pub fn verify(
    sig: &str,
    sdkappid: SdkAppId,
    identifier: &str,
    key: &SecretKey,
    now: Unix,
) -> Result<Claims, Rejection> {
    check(decode(sig)?, sdkappid, identifier, None, key, now)
}

/// As [`verify`], for a UserSig with this userbuf.
///
/// # Errors
/// As [`verify`].
pub fn verify_with_userbuf(
    sig: &str,
    sdkappid: SdkAppId,
    identifier: &str,
    userbuf: &[u8],
    key: &SecretKey,
    now: Unix,
) -> Result<Claims, Rejection> {
    check(decode(sig)?, sdkappid, identifier, Some(userbuf), key, now)
}

fn check(
    claims: Claims,
    expected: SdkAppId,
    identifier: &str,
    userbuf: Option<&[u8]>,
    key: &SecretKey,
    now: Unix,
) -> Result<Claims, Rejection> {
    if claims.sdkappid() != expected {
        return Err(Rejection::SdkAppId { expected, found: claims.sdkappid() });
    }
    if claims.identifier() != identifier {
        return Err(Rejection::Identifier);
    }
    if claims.is_expired(now) {
        return Err(Rejection::Expired { expired_at: claims.expires_at(), now });
    }
    if claims.userbuf() != userbuf {
        return Err(Rejection::Userbuf);
    }
    if !claims.verify_signature(key) {
        return Err(Rejection::Signature);
    }
    Ok(claims)
}
