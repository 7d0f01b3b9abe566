//! What a UserSig's signature covers: [`Statement`].

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchcast_transport::time::Unix;
use hmac::Mac;

use super::{SdkAppId, SecretKey};

/// Who may act, in which app, from when, for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) identifier: String,
    pub(super) sdkappid: SdkAppId,
    /// In seconds since 1970, as it is signed: another package may have signed one that is beyond any [`Unix`].
    pub(super) issued_at: u64,
    /// Only its whole seconds count.
    pub(super) valid_for: Duration,
    pub(super) userbuf: Option<Vec<u8>>,
}

impl Statement {
    /// The last second in which it is good, counted from 1970.
    const fn last_second(&self) -> u64 {
        self.issued_at.saturating_add(self.valid_for.as_secs())
    }

    /// When its last second begins.
    pub(super) const fn expires_at(&self) -> Unix {
        Unix::from_secs(self.last_second())
    }

    /// Whether its last second is over. Seconds are compared, so that it is good through all of the last one.
    pub(super) const fn is_expired(&self, now: Unix) -> bool {
        now.as_secs() > self.last_second()
    }

    /// The text that is signed. The order of its lines is the vendor's and fixed; each ends with a line feed, the last
    /// one too.
    pub(super) fn to_text(&self) -> String {
        let mut text = format!(
            "TLS.identifier:{}\nTLS.sdkappid:{}\nTLS.time:{}\nTLS.expire:{}\n",
            self.identifier,
            self.sdkappid,
            self.issued_at,
            self.valid_for.as_secs(),
        );
        if let Some(userbuf) = self.userbuf_text() {
            text.push_str("TLS.userbuf:");
            text.push_str(&userbuf);
            text.push('\n');
        }
        text
    }

    /// The userbuf as it stands in the JSON and in the text that is signed.
    pub(super) fn userbuf_text(&self) -> Option<String> {
        self.userbuf.as_ref().map(|userbuf| STANDARD.encode(userbuf))
    }

    /// `TLS.sig`.
    pub(super) fn sign(&self, key: &SecretKey) -> String {
        STANDARD.encode(key.mac(&self.to_text()).finalize().into_bytes())
    }

    /// Whether `sig` is what [`sign`](Self::sign) would make, compared in constant time.
    pub(super) fn is_signed_by(&self, sig: &str, key: &SecretKey) -> bool {
        STANDARD.decode(sig).is_ok_and(|sig| key.mac(&self.to_text()).verify_slice(&sig).is_ok())
    }
}
