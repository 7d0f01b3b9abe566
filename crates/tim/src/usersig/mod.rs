//! UserSig, version 2: what authorizes a server call to TIM, signed with the app's SecretKey.
//!
//! After "Generating UserSig" (1047/34385, undated) and the vendor's own `tls-sig-api-v2` packages. Apps made before
//! 2019-07-19 that were never upgraded use version 1, which is signed with a private key and is not read here.
//!
//! | file | holds |
//! |---|---|
//! | `key.rs` | the SecretKey and its HMAC |
//! | `sdkappid.rs` | the number of an app |
//! | `signer.rs` | signing |
//! | `signature.rs` | what signing makes |
//! | `decode.rs` | from text to claims, with bounds |
//! | `claims.rs` | what a UserSig says |
//! | `statement.rs` | the part of it that is signed |
//! | `verify.rs` | the vendor's checks, in its order |
//! | `armor.rs` | zlib and the vendor's base64 |
//!
//! ```
//! use batchcast_tim::usersig::{self, SecretKey, Signer};
//! use batchcast_transport::time::Unix;
//!
//! let key = SecretKey::new("5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e")?;
//! let now = Unix::from_secs(1_700_000_000);
//!
//! let signer = Signer::new(1_400_000_000.into(), key.clone());
//! let sig = signer.sign("administrator", now, usersig::DEFAULT_VALIDITY)?;
//!
//! let claims = usersig::verify(sig.expose(), 1_400_000_000.into(), "administrator", &key, now)?;
//! assert_eq!(claims.expires_at(), sig.expires_at());
//! assert_eq!(format!("{sig:?}").contains(sig.expose()), false);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod armor;
mod claims;
mod decode;
mod key;
mod sdkappid;
mod signature;
mod signer;
mod statement;
mod verify;

#[cfg(test)]
mod tests;

pub use claims::Claims;
pub use decode::{BadUserSig, MAX_JSON_BYTES, MAX_TEXT_BYTES, decode};
pub use key::{BadSecretKey, SecretKey};
pub use sdkappid::{BadSdkAppId, SdkAppId};
pub use signature::UserSig;
pub(crate) use signer::check_identifier;
pub use signer::{DEFAULT_VALIDITY, MAX_USERBUF_BYTES, MIN_ADVISED_VALIDITY, SignError, Signer};
pub use verify::{Rejection, verify, verify_with_userbuf};

/// What stands in `TLS.ver`. It is not signed.
const VERSION: &str = "2.0";
