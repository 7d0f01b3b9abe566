//! UserSigs of the vendor's packages for Python, Node and Go, made with their clocks stopped.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchcast_transport::time::Unix;
use serde_json::Value;

use super::super::{Claims, Rejection, SdkAppId, Signer, decode, verify, verify_with_userbuf};
use super::{content, key};

struct Vector(Value);

impl Vector {
    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_else(|| panic!("{name}"))
    }

    fn number(&self, name: &str) -> u64 {
        self.0[name].as_u64().unwrap_or_else(|| panic!("{name}"))
    }

    fn sdkappid(&self) -> SdkAppId {
        u32::try_from(self.number("sdkappid")).unwrap().into()
    }

    fn userbuf(&self) -> Option<Vec<u8>> {
        self.0.get("userbuf_b64").map(|text| STANDARD.decode(text.as_str().unwrap()).unwrap())
    }

    fn verify(&self, sig: &str, now: Unix) -> Result<Claims, Rejection> {
        let (app, identifier, key) = (self.sdkappid(), self.text("identifier"), key(self.text("key")));
        match self.userbuf() {
            Some(userbuf) => verify_with_userbuf(sig, app, identifier, &userbuf, &key, now),
            None => verify(sig, app, identifier, &key, now),
        }
    }
}

fn vectors() -> Vec<Vector> {
    let file: Value = serde_json::from_str(include_str!("../../../tests/data/usersig.json")).unwrap();
    let vectors: Vec<_> = file["vectors"].as_array().unwrap().iter().cloned().map(Vector).collect();
    assert_eq!(vectors.len(), 6);
    vectors
}

const FORMS: [&str; 3] = ["sig", "sig_node_form", "sig_go_form"];

#[test]
fn all_three_forms_say_the_same() {
    for vector in vectors() {
        for form in FORMS {
            let claims = decode(vector.text(form)).unwrap();
            assert_eq!(claims.version(), "2.0");
            assert_eq!(claims.identifier(), vector.text("identifier"));
            assert_eq!(claims.sdkappid(), vector.sdkappid());
            assert_eq!(claims.issued_at().as_secs(), vector.number("time"));
            assert_eq!(claims.valid_for().as_secs(), vector.number("expire"));
            assert_eq!(claims.expires_at().as_secs(), vector.number("expires_at"));
            assert_eq!(claims.userbuf().map(<[u8]>::to_vec), vector.userbuf());
            assert_eq!(claims.expose_sig(), vector.0["decoded"]["TLS.sig"]);
            assert_eq!(claims.string_to_sign(), vector.text("string_to_sign"));
            assert!(claims.verify_signature(&key(vector.text("key"))), "{} {form}", vector.text("name"));
        }
    }
}

#[test]
fn all_three_forms_are_good_through_their_last_second() {
    for vector in vectors() {
        let last = vector.number("expires_at");
        for form in FORMS {
            for now in [0, vector.number("time"), last - 1, last] {
                let verified = vector.verify(vector.text(form), Unix::from_secs(now));
                assert!(verified.is_ok(), "{} {form} at {now}: {verified:?}", vector.text("name"));
            }
            let late = vector.verify(vector.text(form), Unix::from_secs(last + 1)).unwrap_err();
            let expected = Rejection::Expired { expired_at: Unix::from_secs(last), now: Unix::from_secs(last + 1) };
            assert_eq!(late, expected);
        }
    }
}

/// Compared as JSON: compressed bytes depend on the implementation of zlib, the order of fields and the spaces.
#[test]
fn we_sign_what_the_vendor_signs() {
    for vector in vectors() {
        let mut signer = Signer::new(vector.sdkappid(), key(vector.text("key")));
        if let Some(userbuf) = vector.userbuf() {
            signer = signer.with_userbuf(userbuf);
        }
        let issued_at = Unix::from_secs(vector.number("time"));
        let valid_for = Duration::from_secs(vector.number("expire"));
        let sig = signer.sign(vector.text("identifier"), issued_at, valid_for).unwrap();
        assert_eq!(content(sig.expose()), vector.0["decoded"], "{}", vector.text("name"));
        assert_eq!(sig.expires_at().as_secs(), vector.number("expires_at"));
        assert!(vector.verify(sig.expose(), issued_at).is_ok());
    }
}
