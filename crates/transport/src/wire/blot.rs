//! Secrets that a server echoes, and how they are taken out.

/// Shorter secrets are not looked for in a success. Those that the vendors issue have 32 characters and more.
pub(super) const LEAST_IN_SUCCESS: usize = 16;

/// A secret as it is, and as servers that echo an address escape it.
pub(crate) fn escaped_forms(secret: &str) -> [String; 4] {
    let star = |escape| secret.replace('*', escape);
    [secret.to_owned(), star("%2A"), star("%2a"), secret.replace('&', "\\u0026")]
}

/// The bytes with `[hidden]` in the place of every occurrence of the secret; `None` where there is none.
pub(super) fn blotted(bytes: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let find = |bytes: &[u8]| bytes.windows(secret.len()).position(|part| part == secret);
    let mut at = find(bytes)?;
    let (mut rest, mut blotted) = (bytes, Vec::with_capacity(bytes.len()));
    loop {
        blotted.extend_from_slice(&rest[..at]);
        blotted.extend_from_slice(b"[hidden]");
        rest = &rest[at + secret.len()..];
        match find(rest) {
            Some(next) => at = next,
            None => break,
        }
    }
    blotted.extend_from_slice(rest);
    Some(blotted)
}
