//! Whatever is made of a good UserSig: nothing panics, and nothing but what was signed ever verifies.

use std::time::Duration;

use batchcast_transport::time::Unix;

use super::super::{SdkAppId, Signer, armor, decode, verify_with_userbuf};
use super::{KEY, key};

const APP: SdkAppId = SdkAppId::new(1_400_000_000);
const ROUNDS: usize = 4_000;

/// Knuth's MMIX generator: the same numbers every time.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>, alphabet: &[u8]) {
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len().max(1));
            let byte = alphabet[self.below(alphabet.len())];
            match self.below(5) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), byte),
                2 if at < bytes.len() => drop(bytes.remove(at)),
                3 => {
                    let end = (at + self.below(16)).min(bytes.len());
                    bytes.extend_from_within(at.min(end)..end);
                }
                _ if at < bytes.len() => bytes[at] = byte,
                _ => {}
            }
        }
    }
}

fn good() -> String {
    let signer = Signer::new(APP, key(KEY)).with_userbuf(*b"abc");
    signer.sign("admin", Unix::from_secs(1000), Duration::from_secs(100)).unwrap().expose().to_owned()
}

/// How many were readable, and how many of those verified.
fn survivors(seed: u64, start: &[u8], alphabet: &[u8], text: impl Fn(&[u8]) -> String) -> (usize, usize) {
    let statement = decode(&good()).unwrap().string_to_sign();
    let mut random = Lcg(seed);
    let (mut readable, mut verified) = (0, 0);
    for _ in 0..ROUNDS {
        let mut bytes = start.to_vec();
        random.mutate(&mut bytes, alphabet);
        let sig = text(&bytes);
        readable += usize::from(decode(&sig).is_ok());
        let (key, now) = (key(KEY), Unix::from_secs(1000));
        if let Ok(claims) = verify_with_userbuf(&sig, APP, "admin", b"abc", &key, now) {
            assert_eq!(claims.string_to_sign(), statement);
            verified += 1;
        }
    }
    (readable, verified)
}

#[test]
fn mutated_text() {
    let alphabet = b"ABCdef0189*-_+/=% \n\xff";
    let (readable, verified) =
        survivors(1, good().as_bytes(), alphabet, |bytes| String::from_utf8_lossy(bytes).into_owned());
    assert!(readable < ROUNDS / 4 && verified <= readable, "{readable} {verified}");
}

#[test]
fn mutated_zlib() {
    let packed = armor::deflate(&armor::open(&good()).unwrap(), flate2::Compression::default());
    let every: Vec<u8> = (0..=255).collect();
    let (readable, verified) = survivors(2, &packed, &every, armor::to_letters);
    assert!(readable < ROUNDS / 4 && verified <= readable, "{readable} {verified}");
}

/// Sealed again after the change, so that it gets as far as the fields and the signature.
#[test]
fn mutated_content() {
    let content = armor::open(&good()).unwrap();
    let (readable, verified) = survivors(3, &content, b"{}[]\",:.\\09aT-+ \n\xe5", armor::seal);
    assert!(readable > ROUNDS / 100, "{readable}");
    assert!(verified < readable / 2, "{readable} {verified}");
}

#[test]
fn noise() {
    let mut random = Lcg(4);
    for _ in 0..ROUNDS {
        let bytes: Vec<u8> = (0..random.below(200)).map(|_| random.below(256) as u8).collect();
        assert!(decode(&armor::to_letters(&bytes)).is_err());
        assert!(decode(&armor::seal(&bytes)).is_err());
    }
}
