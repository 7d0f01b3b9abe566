//! Signatures.

use batchcast_tim::usersig::Claims;
use batchcast_transport::time::Unix;
use jiff::Timestamp;
use serde_json::json;

use super::{Output, clean, data, document, talk};

impl Output {
    /// The one place where a signature is shown, because it was asked for.
    pub(crate) fn generated(&self, usersig: &str, expires_at: Unix) {
        if self.is_json() {
            return document(&json!({"usersig": usersig, "expires_at": expires_at.as_secs()}));
        }
        data(usersig);
        talk(&format!("good until {}", shown(expires_at)));
    }

    pub(crate) fn inspected(&self, claims: &Claims, expired: bool, signature_valid: Option<bool>) {
        if self.is_json() {
            return document(&json!({
                "identifier": claims.identifier(),
                "sdkappid": claims.sdkappid().as_u32(),
                "issued_at": claims.issued_at().as_secs(),
                "expires_at": claims.expires_at().as_secs(),
                "expired": expired,
                "signature_valid": signature_valid,
            }));
        }
        let part = |name: &str, text: &str| data(&format!("{name:<11} {}", clean(text)));
        part("identifier", claims.identifier());
        part("sdkappid", &claims.sdkappid().to_string());
        part("issued", &shown(claims.issued_at()));
        part("expires", &format!("{}{}", shown(claims.expires_at()), if expired { " (expired)" } else { "" }));
        part(
            "signature",
            match signature_valid {
                None => "not checked: no key is configured",
                Some(true) => "made with the configured key",
                Some(false) => "not made with the configured key",
            },
        );
    }
}

fn shown(at: Unix) -> String {
    let timestamp = i64::try_from(at.as_secs()).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    timestamp.map_or_else(|| format!("{} s after 1970", at.as_secs()), |timestamp| timestamp.to_string())
}
