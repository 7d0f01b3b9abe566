use batchcast_transport::time::Unix;
use flate2::Compression;
use serde_json::{Value, json};

use super::super::{BadUserSig, MAX_JSON_BYTES, MAX_TEXT_BYTES, armor, decode};
use super::{KEY, key, sealed, sealed_without_compression};

/// The vendor's sample: account `xiaojun`, good for 180 days from 1557387418.
fn sample() -> Value {
    json!({
        "TLS.ver": "2.0",
        "TLS.identifier": "xiaojun",
        "TLS.sdkappid": 1_400_000_000,
        "TLS.expire": 15_552_000,
        "TLS.time": 1_557_387_418,
        "TLS.sig": "9YWWU6xRR9KUs+mjk9acxpTbIUI1Ae2tWPzFQ6mcyVY=",
    })
}

fn with(name: &str, value: Value) -> String {
    let mut fields = sample();
    fields[name] = value;
    sealed(&fields.to_string())
}

#[track_caller]
fn refused(sig: &str, expected: BadUserSig) {
    assert_eq!(decode(sig).map(|claims| claims.string_to_sign()), Err(expected));
}

#[test]
fn what_other_packages_may_write_is_read() {
    #[track_caller]
    fn check(sig: &str) {
        let claims = decode(sig).unwrap();
        assert_eq!(claims.expires_at().as_secs(), 1_572_939_418);
        assert!(claims.verify_signature(&key(KEY)));
    }
    check(&sealed(&sample().to_string()));
    check(&sealed(&format!(" {:#}\n", sample())));
    check(&sealed_without_compression(&sample().to_string()));
    check(&with("TLS.sdkappid", json!("1400000000")));
    check(&with("TLS.time", json!("1557387418")));
    check(&with("TLS.expire", json!("15552000")));
    check(&with("TLS.userbuf", Value::Null));
    check(&with("TLS.appid_at_3rd", json!({"any": ["thing"]})));
    check(&with("\u{0}", json!(1)));
    check(&sealed(&sample().to_string().replace("xiaojun", "\\u0078iaojun")));
}

/// The HMAC was made by Python's `hmac`, over the text with this very number.
#[test]
fn a_time_beyond_our_clock_is_verified_as_it_was_signed() {
    let mut fields = sample();
    fields["TLS.time"] = json!(u64::MAX);
    fields["TLS.sig"] = json!("yfqSbYlR4zWJ5B1Bh9L+gcwZ9EHnRvojTs708gt4wME=");
    let claims = decode(&sealed(&fields.to_string())).unwrap();
    assert!(claims.string_to_sign().contains("\nTLS.time:18446744073709551615\n"), "{}", claims.string_to_sign());
    assert!(claims.verify_signature(&key(KEY)));
    assert_eq!(claims.issued_at(), Unix::from_secs(u64::MAX));
    assert_eq!(claims.expires_at(), claims.issued_at());
}

#[test]
fn a_broken_text_names_the_stage() {
    let good = sealed(&sample().to_string());
    refused("", BadUserSig::Empty);
    refused(&good.replacen('e', "+", 1), BadUserSig::Letter { at: 0 });
    refused(&format!("{good}\n"), BadUserSig::Letter { at: good.len() });
    refused(&format!("{good}%"), BadUserSig::Letter { at: good.len() });
    refused("eJ字", BadUserSig::Letter { at: 2 });
    refused(&good[..good.len() - 1], BadUserSig::Base64);
    refused(&format!("_{good}"), BadUserSig::Base64);
    refused("____", BadUserSig::Base64);
    refused(&good[..good.len() - 8], BadUserSig::Zlib);
    refused("AAAA", BadUserSig::Zlib);
    refused(&armor::to_letters(b""), BadUserSig::Empty);
    refused(&armor::to_letters(sample().to_string().as_bytes()), BadUserSig::Zlib);
}

#[test]
fn a_damaged_checksum_is_refused() {
    let mut packed = armor::deflate(sample().to_string().as_bytes(), Compression::none());
    *packed.last_mut().unwrap() ^= 1;
    refused(&armor::to_letters(&packed), BadUserSig::Zlib);
}

#[test]
fn broken_content_names_the_place() {
    refused(&sealed(""), BadUserSig::Json { line: 1, column: 0 });
    refused(&sealed("{\"TLS.ver\":"), BadUserSig::Json { line: 1, column: 11 });
    refused(&sealed(&format!("{}}}", sample())), BadUserSig::Json { line: 1, column: sample().to_string().len() + 1 });
    refused(&sealed("[]"), BadUserSig::NotAnObject);
    refused(&sealed("\"2.0\""), BadUserSig::NotAnObject);
    refused(&armor::seal(b"{\"TLS.ver\":\"\xff\"}"), BadUserSig::Json { line: 1, column: 13 });
    let deep = "[".repeat(10_000);
    assert!(matches!(decode(&sealed(&deep)), Err(BadUserSig::Json { line: 1, .. })));
}

#[test]
fn a_wrong_field_is_named() {
    for name in ["TLS.ver", "TLS.identifier", "TLS.sdkappid", "TLS.expire", "TLS.time", "TLS.sig"] {
        let mut fields = sample();
        fields.as_object_mut().unwrap().remove(name);
        refused(&sealed(&fields.to_string()), BadUserSig::Missing { name });
    }
    for (name, value, expected) in [
        ("TLS.ver", json!(2.0), "a string"),
        ("TLS.identifier", json!(7), "a string"),
        ("TLS.identifier", Value::Null, "a string"),
        ("TLS.sig", json!(["x"]), "a string"),
        ("TLS.sdkappid", json!(4_294_967_296_u64), "a whole number from 0 to 4294967295"),
        ("TLS.sdkappid", json!(-1), "a whole number from 0 to 4294967295"),
        ("TLS.sdkappid", json!(""), "a whole number from 0 to 4294967295"),
        ("TLS.time", json!(1.5), "a whole number of seconds"),
        ("TLS.time", json!("+5"), "a whole number of seconds"),
        ("TLS.time", json!("18446744073709551616"), "a whole number of seconds"),
        ("TLS.expire", json!(-1), "a whole number of seconds"),
        ("TLS.expire", json!(true), "a whole number of seconds"),
        ("TLS.userbuf", json!("not base64"), "base64"),
        ("TLS.userbuf", json!(7), "base64"),
    ] {
        refused(&with(name, value), BadUserSig::Field { name, expected });
    }
}

#[test]
fn another_version_is_refused_and_named() {
    #[track_caller]
    fn check(version: &str, found: &str) {
        let expected = BadUserSig::Version { name: "TLS.ver", found: found.to_owned() };
        refused(&with("TLS.ver", json!(version)), expected);
    }
    check("1.0", "1.0");
    check("2", "2");
    check("2.00", "2.00");
    check("2.0 ", "2.0…");
    check("2.0\u{1b}[31m", "2.0…");
    check("3.0-beta", "3.0…");
    check("v2.0", "…");
    check("", "…");
    check("201512300000", "201512300000");
    check("2015123000001", "201512300000…");
    check("２.0", "…");
    check("9YWWU6xRR9KUs+mjk9acxpTbIUI1Ae2tWPzFQ6mcyVY=", "9…");
}

/// As the vendor's `tls-sig-api` packages write it; the signature here is none.
#[test]
fn version_1_is_told_from_what_is_broken() {
    let mut first = json!({
        "TLS.account_type": "0",
        "TLS.identifier": "xiaojun",
        "TLS.appid_at_3rd": "0",
        "TLS.sdk_appid": "1400000000",
        "TLS.expire_after": "15552000",
        "TLS.version": "201512300000",
        "TLS.time": "1557387418",
        "TLS.sig": "MEUCIQ==",
    });
    let expected = BadUserSig::Version { name: "TLS.version", found: "201512300000".to_owned() };
    let text = expected.to_string();
    assert!(text.starts_with("field TLS.version: version 201512300000 is not read, only 2.0; "), "{text}");
    refused(&sealed(&first.to_string()), expected);
    first["TLS.version"] = json!(1);
    refused(&sealed(&first.to_string()), BadUserSig::Missing { name: "TLS.ver" });
}

#[test]
fn a_signature_in_another_form_is_read_and_is_not_good() {
    for sig in ["", "x", "9YWWU6xRR9KUs+mjk9acxpTbIUI1Ae2tWPzFQ6mcyVY", "9YWWU6xRR9KUs-mjk9acxpTbIUI1Ae2tWPzFQ6mcyVY="]
    {
        let claims = decode(&with("TLS.sig", json!(sig))).unwrap();
        assert!(!claims.verify_signature(&key(KEY)), "{sig}");
    }
}

#[test]
fn a_long_text_is_not_read() {
    let text = |len| "A".repeat(len);
    refused(&text(MAX_TEXT_BYTES), BadUserSig::Zlib);
    refused(&text(MAX_TEXT_BYTES + 1), BadUserSig::TooLong { limit: 8192, found: 8193 });
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let padded = |len: usize| {
        let fields = sample().to_string();
        sealed(&format!("{fields}{}", " ".repeat(len - fields.len())))
    };
    assert!(decode(&padded(MAX_JSON_BYTES)).is_ok());
    refused(&padded(MAX_JSON_BYTES + 1), BadUserSig::TooLarge { limit: 65_536 });
    let mut bomb = armor::deflate(&vec![b' '; 5 << 20], Compression::best());
    // The damage at its end is never reached: unpacking stops at the bound.
    *bomb.last_mut().unwrap() ^= 1;
    let bomb = armor::to_letters(&bomb);
    assert!(bomb.len() < MAX_TEXT_BYTES, "{}", bomb.len());
    refused(&bomb, BadUserSig::TooLarge { limit: 65_536 });
}
