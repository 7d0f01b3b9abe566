//! No `Debug` and no error shows a key or a signature.

use std::fmt::Debug;
use std::time::Duration;

use batchcast_transport::time::Unix;
use serde_json::json;

use super::super::{Claims, SecretKey, Signer, UserSig, decode, verify, verify_with_userbuf};
use super::{content, key, sealed};

const CANARY: &str = "canary5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1b";
const NOW: Unix = Unix::from_secs(1000);

fn sig() -> UserSig {
    Signer::new(1.into(), key(CANARY)).sign("admin", NOW, Duration::from_secs(100)).unwrap()
}

/// Whether any eight characters in a row of a secret stand in a text.
fn shows(text: &str, secret: &str) -> bool {
    secret.as_bytes().windows(8).any(|part| text.contains(std::str::from_utf8(part).unwrap()))
}

#[track_caller]
fn check(text: &str) {
    let hmac = decode(sig().expose()).unwrap().expose_sig().to_owned();
    for secret in [CANARY, sig().expose(), &hmac] {
        assert!(!shows(text, secret), "{text}");
    }
}

#[track_caller]
fn check_error(error: impl std::error::Error) {
    check(&format!("{error} {error:?} {error:#?}"));
    if let Some(source) = error.source() {
        check(&format!("{source} {source:?}"));
    }
}

#[track_caller]
fn check_refused<T: Debug>(result: Result<T, impl std::error::Error>) {
    check_error(result.unwrap_err());
}

#[test]
fn the_check_itself_sees_a_secret() {
    assert!(shows(&format!("key={}", &CANARY[20..28]), CANARY));
    assert!(!shows(&format!("key={}", &CANARY[20..27]), CANARY));
}

#[test]
fn no_debug_shows_a_secret() {
    check(&format!("{:?} {:#?}", key(CANARY), key(CANARY)));
    check(&format!("{:?} {:#?}", sig(), sig()));
    let signer = Signer::new(1.into(), key(CANARY)).with_userbuf(*b"abc");
    check(&format!("{signer:?} {signer:#?}"));
    let claims: Claims = decode(sig().expose()).unwrap();
    check(&format!("{claims:?} {claims:#?}"));
    check(&claims.string_to_sign());
}

#[test]
fn no_refusal_of_a_key_or_of_signing_shows_a_secret() {
    check_refused(SecretKey::new(format!("{CANARY}\n")));
    check_refused(SecretKey::new(format!(" {CANARY}")));
    let signer = Signer::new(1.into(), key(CANARY));
    check_refused(signer.sign("", NOW, Duration::MAX));
    check_refused(signer.sign(CANARY, NOW, Duration::MAX));
    check_refused(signer.sign("a\n", NOW, Duration::MAX));
    check_refused(signer.sign("a", NOW, Duration::ZERO));
    check_refused(signer.with_userbuf(CANARY.repeat(20)).sign("a", NOW, Duration::MAX));
}

#[test]
fn no_refusal_of_a_usersig_shows_it() {
    let good = sig();
    let good = good.expose();
    check_refused(decode(&good[..good.len() - 1]));
    check_refused(decode(&good[..good.len() - 8]));
    check_refused(decode(&format!("{good}\n")));
    check_refused(decode(&good.repeat(100)));
    check_refused(decode(&sealed(&" ".repeat(70_000))));
    let fields = content(good);
    check_refused(decode(&sealed(&fields.to_string()[1..])));
    check_refused(decode(&sealed(&format!("{fields}{fields}"))));
    check_refused(decode(&sealed(&json!([fields]).to_string())));
    for name in ["TLS.ver", "TLS.identifier", "TLS.sdkappid", "TLS.expire", "TLS.time", "TLS.sig"] {
        let mut wrong = fields.clone();
        wrong[name] = json!({ "TLS.sig": fields["TLS.sig"] });
        check_refused(decode(&sealed(&wrong.to_string())));
        if name == "TLS.ver" {
            wrong[name] = fields["TLS.sig"].clone();
            check_refused(decode(&sealed(&wrong.to_string())));
        }
        wrong.as_object_mut().unwrap().remove(name);
        check_refused(decode(&sealed(&wrong.to_string())));
    }
}

#[test]
fn no_rejection_shows_a_secret() {
    let good = sig();
    let (good, mine, other) = (good.expose(), key(CANARY), key("other"));
    check_refused(verify(&good[1..], 1.into(), "admin", &mine, NOW));
    check_refused(verify(good, 2.into(), "admin", &mine, NOW));
    check_refused(verify(good, 1.into(), CANARY, &mine, NOW));
    check_refused(verify(good, 1.into(), "admin", &mine, Unix::from_secs(2000)));
    check_refused(verify_with_userbuf(good, 1.into(), "admin", CANARY.as_bytes(), &mine, NOW));
    check_refused(verify(good, 1.into(), "admin", &other, NOW));
}
