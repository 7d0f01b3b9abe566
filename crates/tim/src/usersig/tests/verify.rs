use std::time::Duration;

use batchcast_transport::time::Unix;

use super::super::{BadUserSig, Rejection, SdkAppId, Signer, verify, verify_with_userbuf};
use super::{KEY, key};

const APP: SdkAppId = SdkAppId::new(1_400_000_000);
const OTHER_APP: SdkAppId = SdkAppId::new(1_400_000_001);
const OTHER_KEY: &str = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5f";

fn at(seconds: u64) -> Unix {
    Unix::from_secs(seconds)
}

fn sig() -> String {
    let signer = Signer::new(APP, key(KEY));
    signer.sign("admin", at(1000), Duration::from_secs(100)).unwrap().expose().to_owned()
}

fn sig_with_userbuf() -> String {
    let signer = Signer::new(APP, key(KEY)).with_userbuf(*b"room 7");
    signer.sign("admin", at(1000), Duration::from_secs(100)).unwrap().expose().to_owned()
}

fn expired(now: u64) -> Option<Rejection> {
    Some(Rejection::Expired { expired_at: at(1100), now: at(now) })
}

#[test]
fn each_check_has_its_rejection_and_its_turn() {
    fn check(sdkappid: SdkAppId, identifier: &str, secret: &str, now: u64, expected: Option<Rejection>) {
        assert_eq!(verify(&sig(), sdkappid, identifier, &key(secret), at(now)).err(), expected);
    }
    let other_app = Some(Rejection::SdkAppId { expected: OTHER_APP, found: APP });
    check(APP, "admin", KEY, 1000, None);
    check(APP, "admin", KEY, 999, None);
    check(APP, "admin", KEY, 1100, None);
    check(APP, "admin", KEY, 1101, expired(1101));
    check(APP, "admin", KEY, u64::MAX, expired(u64::MAX));
    check(APP, "Admin", KEY, 1000, Some(Rejection::Identifier));
    check(APP, "admin ", KEY, 1000, Some(Rejection::Identifier));
    check(APP, "admin", OTHER_KEY, 1000, Some(Rejection::Signature));
    check(OTHER_APP, "admin", KEY, 1000, other_app.clone());
    check(OTHER_APP, "Admin", OTHER_KEY, 1101, other_app);
    check(APP, "Admin", OTHER_KEY, 1101, Some(Rejection::Identifier));
    check(APP, "admin", OTHER_KEY, 1101, expired(1101));
}

#[test]
fn it_is_good_through_all_of_its_last_second() {
    fn check(now: u64, expected: Option<&str>) {
        let verified = verify(&sig(), APP, "admin", &key(KEY), Unix::from_millis(now));
        assert_eq!(verified.err().map(|error| error.to_string()).as_deref(), expected, "{now} ms");
    }
    check(1_000_500, None);
    check(1_100_000, None);
    check(1_100_001, None);
    check(1_100_999, None);
    check(1_101_000, Some("the UserSig expired 1 s ago; sign a new one, good for 24 hours or more"));
    check(1_102_999, Some("the UserSig expired 2 s ago; sign a new one, good for 24 hours or more"));
}

#[test]
fn a_key_is_its_text_not_its_hexadecimal_value() {
    let upper = key(&KEY.to_uppercase());
    assert_eq!(verify(&sig(), APP, "admin", &upper, at(1000)).err(), Some(Rejection::Signature));
}

#[test]
fn a_userbuf_is_compared_before_the_signature() {
    fn check(sig: &str, userbuf: Option<&[u8]>, secret: &str, now: u64, expected: Option<Rejection>) {
        let key = key(secret);
        let verified = match userbuf {
            Some(userbuf) => verify_with_userbuf(sig, APP, "admin", userbuf, &key, at(now)),
            None => verify(sig, APP, "admin", &key, at(now)),
        };
        assert_eq!(verified.err(), expected);
    }
    check(&sig_with_userbuf(), Some(b"room 7"), KEY, 1000, None);
    check(&sig_with_userbuf(), Some(b"room 7"), OTHER_KEY, 1000, Some(Rejection::Signature));
    check(&sig_with_userbuf(), Some(b"room 8"), OTHER_KEY, 1000, Some(Rejection::Userbuf));
    check(&sig_with_userbuf(), Some(b"room 8"), KEY, 1101, expired(1101));
    check(&sig_with_userbuf(), Some(b""), KEY, 1000, Some(Rejection::Userbuf));
    check(&sig_with_userbuf(), None, KEY, 1000, Some(Rejection::Userbuf));
    check(&sig(), Some(b"room 7"), KEY, 1000, Some(Rejection::Userbuf));
    check(&sig(), Some(b""), KEY, 1000, Some(Rejection::Userbuf));
}

#[test]
fn what_is_no_usersig_is_malformed() {
    let verified = verify("not a UserSig", APP, "admin", &key(KEY), at(1000));
    assert_eq!(verified.err(), Some(Rejection::Malformed(BadUserSig::Letter { at: 3 })));
}
