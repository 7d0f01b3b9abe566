//! UserSig, version 2: a JSON document with an HMAC-SHA256 in it, compressed, in an alphabet for URLs.
//!
//! Read from the official generators `tls-sig-api-v2` for Go, Python, PHP, Java and Node.

use std::fmt;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::Deserialize;
use sha2::Sha256;

/// The largest document that is unpacked, in bytes. A real one has about 200.
const DOCUMENT_LIMIT: u64 = 16_384;

/// A decoded signature, not yet verified.
#[derive(Deserialize)]
pub(crate) struct UserSig {
    #[serde(rename = "TLS.ver")]
    version: String,
    #[serde(rename = "TLS.identifier")]
    pub(crate) identifier: String,
    #[serde(rename = "TLS.sdkappid")]
    pub(crate) sdkappid: u64,
    #[serde(rename = "TLS.time")]
    time: i64,
    #[serde(rename = "TLS.expire")]
    expire: i64,
    #[serde(rename = "TLS.userbuf")]
    pub(crate) userbuf: Option<String>,
    #[serde(rename = "TLS.sig")]
    sig: String,
}

impl UserSig {
    /// None for what no official generator makes, and for the signatures of version 1.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let base64: Vec<u8> = text
            .bytes()
            .map(|byte| match byte {
                b'*' => Some(b'+'),
                b'-' => Some(b'/'),
                b'_' => Some(b'='),
                b'+' | b'/' | b'=' => None,
                other => Some(other),
            })
            .collect::<Option<_>>()?;
        let compressed = STANDARD.decode(base64).ok()?;
        let mut document = Vec::new();
        ZlibDecoder::new(compressed.as_slice()).take(DOCUMENT_LIMIT).read_to_end(&mut document).ok()?;
        let usersig: Self = serde_json::from_slice(&document).ok()?;
        (usersig.version == "2.0").then_some(usersig)
    }

    /// The last second of its life is still part of it, as in the official verifiers.
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        now.as_second() > self.time.saturating_add(self.expire)
    }

    /// Whether it was made before this second.
    pub(crate) fn is_older_than(&self, second: i64) -> bool {
        self.time < second
    }

    /// The key is used as the text it is, not as the hexadecimal number it looks like.
    pub(crate) fn is_signed_with(&self, key: &str) -> bool {
        let (Ok(sig), Ok(mut mac)) = (STANDARD.decode(&self.sig), Hmac::<Sha256>::new_from_slice(key.as_bytes()))
        else {
            return false;
        };
        mac.update(self.signed_text().as_bytes());
        mac.verify_slice(&sig).is_ok()
    }

    fn signed_text(&self) -> String {
        let Self { identifier, sdkappid, time, expire, .. } = self;
        let mut text =
            format!("TLS.identifier:{identifier}\nTLS.sdkappid:{sdkappid}\nTLS.time:{time}\nTLS.expire:{expire}\n");
        if let Some(userbuf) = &self.userbuf {
            text.push_str(&format!("TLS.userbuf:{userbuf}\n"));
        }
        text
    }
}

impl fmt::Debug for UserSig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserSig")
            .field("identifier", &self.identifier)
            .field("sdkappid", &self.sdkappid)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{Signer, pack};
    use super::*;

    const VECTORS: &str = include_str!("../../tests/golden/usersig.json");

    #[test]
    fn signatures_of_three_generators_are_read_verified_and_expire() {
        let golden: Value = serde_json::from_str(VECTORS).unwrap();
        let vectors = golden["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), 6);
        for vector in vectors {
            for form in ["sig", "sig_node_form", "sig_go_form"] {
                let shown = format!("{} {form}", vector["name"]);
                let usersig = UserSig::decode(vector[form].as_str().unwrap()).expect(&shown);
                assert_eq!(usersig.identifier, vector["identifier"], "{shown}");
                assert_eq!(usersig.sdkappid, vector["sdkappid"], "{shown}");
                assert_eq!(usersig.userbuf.as_deref(), vector["userbuf"].as_str(), "{shown}");
                assert_eq!(usersig.signed_text(), vector["string_to_sign"], "{shown}");

                let key = vector["key"].as_str().unwrap();
                assert!(usersig.is_signed_with(key), "{shown}");
                assert!(!usersig.is_signed_with(&key.to_uppercase()) || key == "2", "{shown}");
                assert!(!usersig.is_signed_with(""), "{shown}");

                let at = |second: &Value, later: i64| Timestamp::from_second(second.as_i64().unwrap() + later).unwrap();
                assert!(!usersig.is_expired(at(&vector["time"], 0)), "{shown}");
                assert!(!usersig.is_expired(at(&vector["expires_at"], 0)), "{shown}");
                assert!(usersig.is_expired(at(&vector["expires_at"], 1)), "{shown}");
            }
        }
    }

    #[test]
    fn every_signed_field_counts() {
        for (name, value) in [
            ("TLS.identifier", json!("administrator2")),
            ("TLS.sdkappid", json!(1_400_000_001)),
            ("TLS.time", json!(1_767_225_601)),
            ("TLS.expire", json!(86_401)),
            ("TLS.userbuf", json!("YWJj")),
            ("TLS.sig", json!("")),
            ("TLS.sig", json!("?")),
        ] {
            let mut document = Signer::default().document();
            let signed = |document: &Value| {
                UserSig::decode(&pack(document.to_string().as_bytes())).unwrap().is_signed_with("sandbox-key")
            };
            assert!(signed(&document));
            document[name] = value;
            assert!(!signed(&document), "{name}");
        }
    }

    #[test]
    fn what_is_no_signature() {
        fn check(text: &str) {
            assert!(UserSig::decode(text).is_none(), "{text}");
        }
        let good = Signer::default().sign();
        assert!(UserSig::decode(&good).is_some());
        for length in 0..good.len() {
            check(&good[..length]);
        }
        check(&format!("{good}x"));
        check(&format!("{good}____"));
        check("xxx");
        check(&good.replace('_', "="));
        check("a+/=");
        check("日本");
        check(&pack(b"{}"));
        check(&pack(b"[]"));
        check(&pack(b"not json"));
        let mut document = Signer::default().document();
        document["TLS.ver"] = json!("1.0");
        check(&pack(document.to_string().as_bytes()));
        let mut document = Signer::default().document();
        document["TLS.sdkappid"] = json!("1400000000");
        check(&pack(document.to_string().as_bytes()));
        let padded = format!("{}{}", " ".repeat(1_000_000), Signer::default().document());
        check(&pack(padded.as_bytes()));
    }

    #[test]
    fn numbers_beyond_measure_do_not_overflow() {
        for (time, expire, expired) in [(i64::MAX, i64::MAX, false), (i64::MIN, -1, true)] {
            let usersig = Signer { time, expire, ..Signer::default() }.sign();
            let usersig = UserSig::decode(&usersig).unwrap();
            assert_eq!(usersig.is_expired(Timestamp::UNIX_EPOCH), expired);
        }
    }
}
