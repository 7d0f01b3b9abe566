mod canaries;
mod decode;
mod fuzz;
mod sign;
mod vectors;
mod verify;

use flate2::Compression;
use serde_json::Value;

use super::{SecretKey, armor};

const KEY: &str = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";

fn key(text: &str) -> SecretKey {
    SecretKey::new(text).unwrap()
}

/// The text of a UserSig with this content, whatever it is.
fn sealed(content: &str) -> String {
    armor::seal(content.as_bytes())
}

/// The same, as the vendor's Go package packs it.
fn sealed_without_compression(content: &str) -> String {
    armor::to_letters(&armor::deflate(content.as_bytes(), Compression::none()))
}

/// What is in a UserSig, without this crate's reader of it.
fn content(sig: &str) -> Value {
    serde_json::from_slice(&armor::open(sig).unwrap()).unwrap()
}
