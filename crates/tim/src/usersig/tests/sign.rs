use std::time::Duration;

use batchcast_transport::time::Unix;

use super::super::{
    BadSdkAppId, BadSecretKey, DEFAULT_VALIDITY, MAX_TEXT_BYTES, MAX_USERBUF_BYTES, MIN_ADVISED_VALIDITY, SdkAppId,
    SecretKey, SignError, Signer, decode, verify_with_userbuf,
};
use super::{KEY, content, key};

const NOW: Unix = Unix::from_secs(1_700_000_000);

fn signer() -> Signer {
    Signer::new(1_400_000_000.into(), key(KEY))
}

#[test]
fn an_identifier_has_its_bounds_in_bytes() {
    fn check(identifier: &str, expected: Option<SignError>) {
        assert_eq!(signer().sign(identifier, NOW, DEFAULT_VALIDITY).err(), expected, "{identifier:?}");
    }
    check("a", None);
    check("administrator", None);
    check("用户_01", None);
    check("a\"b\\c<d>&e/f", None);
    check("with space", None);
    check(&"a".repeat(32), None);
    check(&"字".repeat(10), None);
    check("", Some(SignError::EmptyIdentifier));
    check(&"a".repeat(33), Some(SignError::LongIdentifier { limit: 32, found: 33 }));
    check(&"字".repeat(11), Some(SignError::LongIdentifier { limit: 32, found: 33 }));
    check("a\nTLS.sdkappid:1", Some(SignError::ControlCharacter { at: 1 }));
    check("\0", Some(SignError::ControlCharacter { at: 0 }));
    check("ab\u{7f}", Some(SignError::ControlCharacter { at: 2 }));
    check("字\u{85}", Some(SignError::ControlCharacter { at: 3 }));
}

#[test]
fn a_validity_is_a_second_at_least_and_has_no_upper_bound() {
    fn check(valid_for: Duration, expected: Result<u64, SignError>) {
        let sig = signer().sign("admin", NOW, valid_for);
        assert_eq!(sig.map(|sig| sig.expires_at().as_secs()), expected, "{valid_for:?}");
    }
    check(Duration::ZERO, Err(SignError::NoValidity));
    check(Duration::from_millis(999), Err(SignError::NoValidity));
    check(Duration::from_millis(1999), Ok(1_700_000_001));
    check(MIN_ADVISED_VALIDITY, Ok(1_700_086_400));
    check(DEFAULT_VALIDITY, Ok(1_715_552_000));
    check(Duration::from_secs(1 << 50), Ok(1_700_000_000 + (1 << 50)));
    check(Duration::MAX, Ok(Unix::from_secs(u64::MAX).as_secs()));
}

#[test]
fn fractions_of_a_second_are_never_signed() {
    fn check(issued_at: u64, valid_for: u64, expected: (u64, u64, u64)) {
        let (issued_at, valid_for) = (Unix::from_millis(issued_at), Duration::from_millis(valid_for));
        let sig = signer().sign("admin", issued_at, valid_for).unwrap();
        let claims = decode(sig.expose()).unwrap();
        assert_eq!(sig.expires_at(), claims.expires_at());
        assert_eq!(
            (claims.issued_at(), claims.expires_at()),
            (Unix::from_secs(expected.0), Unix::from_secs(expected.2))
        );
        assert_eq!(content(sig.expose())["TLS.time"], expected.0);
        assert_eq!(content(sig.expose())["TLS.expire"], expected.1);
        assert!(claims.string_to_sign().contains(&format!("\nTLS.time:{}\nTLS.expire:{}\n", expected.0, expected.1)));
        assert!(claims.verify_signature(&key(KEY)));
    }
    check(1_700_000_000_000, 100_000, (1_700_000_000, 100, 1_700_000_100));
    check(1_700_000_000_999, 100_000, (1_700_000_000, 100, 1_700_000_100));
    // Two halves do not make a second.
    check(1_700_000_000_500, 100_500, (1_700_000_000, 100, 1_700_000_100));
}

#[test]
fn the_end_saturates_and_still_verifies() {
    let sig = signer().sign("admin", Unix::from_secs(u64::MAX), Duration::MAX).unwrap();
    let claims = decode(sig.expose()).unwrap();
    assert_eq!(claims.expires_at(), Unix::from_secs(u64::MAX));
    assert_eq!(claims.valid_for(), Duration::from_secs(u64::MAX));
    assert!(!claims.is_expired(Unix::from_secs(u64::MAX)));
    assert!(claims.verify_signature(&key(KEY)));
}

#[test]
fn a_userbuf_up_to_its_bound_can_be_read_back() {
    let noise = |len: usize| (0..len).map(|n| (n * n * 31 + n * 7) as u8).collect::<Vec<u8>>();
    for len in [0, 1, 2, 3, MAX_USERBUF_BYTES] {
        let sig = signer().with_userbuf(noise(len)).sign(&"字".repeat(10), NOW, DEFAULT_VALIDITY).unwrap();
        assert!(sig.expose().len() < MAX_TEXT_BYTES);
        let app = SdkAppId::new(1_400_000_000);
        let claims = verify_with_userbuf(sig.expose(), app, &"字".repeat(10), &noise(len), &key(KEY), NOW).unwrap();
        assert_eq!(claims.userbuf(), Some(noise(len).as_slice()));
    }
    let long = signer().with_userbuf(noise(MAX_USERBUF_BYTES + 1)).sign("admin", NOW, DEFAULT_VALIDITY);
    assert_eq!(long.err(), Some(SignError::LongUserbuf { limit: 1024, found: 1025 }));
}

#[test]
fn a_key_is_printable_ascii() {
    fn check(text: &str, expected: Option<BadSecretKey>) {
        assert_eq!(SecretKey::new(text).err(), expected, "{text:?}");
    }
    check(KEY, None);
    check("2", None);
    check(&KEY.repeat(3), None);
    check("", Some(BadSecretKey::Empty));
    check("\n", Some(BadSecretKey::Character { at: 0 }));
    check("abc\n", Some(BadSecretKey::Character { at: 3 }));
    check("ab c", Some(BadSecretKey::Character { at: 2 }));
    check("\u{feff}abc", Some(BadSecretKey::Character { at: 0 }));
    check("abç", Some(BadSecretKey::Character { at: 2 }));
}

#[test]
fn an_sdkappid_is_digits() {
    fn check(text: &str, expected: Result<u32, BadSdkAppId>) {
        assert_eq!(text.parse::<SdkAppId>().map(SdkAppId::as_u32), expected, "{text:?}");
    }
    check("1400000000", Ok(1_400_000_000));
    check("4294967295", Ok(u32::MAX));
    for text in ["", "4294967296", "+1", "-1", "1 ", "0x1", "1.0", "一"] {
        check(text, Err(BadSdkAppId));
    }
    assert_eq!(SdkAppId::new(88_888_888).to_string(), "88888888");
}
