//! The keys of uploaded pictures, uploaded once: [`image_key`].

use batchcast_transport::channel::Address;
use batchcast_transport::error::CallError;
use sha2::{Digest, Sha256};

use crate::commit::{read, write};
use crate::ledger::{Hash, ImageRow, Ledger};
use crate::refusal::Error;

/// The key of this picture for the app of this address: the one that the ledger remembers for the same content, or else
/// that of `upload`, which is then remembered. So a plan that is made again does not upload again.
///
/// # Errors
/// [`Error::Vendor`] where it could not be uploaded; [`Error::Ledger`].
pub fn image_key(
    ledger: &dyn Ledger,
    address: &Address,
    picture: &[u8],
    upload: impl FnOnce() -> Result<String, CallError>,
) -> Result<String, Error> {
    let content = content_of(picture);
    let known = read(ledger, |view| view.image(&address.key(), &content))?;
    match known.filter(|_| address.knows_app()) {
        Some(row) => Ok(row.key),
        None => new_image_key(ledger, address, picture, upload),
    }
}

/// The same for one that is uploaded whatever the ledger remembers, and is remembered in its place.
///
/// # Errors
/// As [`image_key`].
pub fn new_image_key(
    ledger: &dyn Ledger,
    address: &Address,
    picture: &[u8],
    upload: impl FnOnce() -> Result<String, CallError>,
) -> Result<String, Error> {
    let content = content_of(picture);
    let key = upload()?;
    if !address.knows_app() {
        return Ok(key);
    }
    write(ledger, |tables| {
        let at = tables.now();
        tables.replace_image(&address.key(), &ImageRow { content, key: key.clone(), at })
    })?;
    Ok(key)
}

/// By what a picture is known whatever key it has: the hash of its content.
#[must_use]
pub fn content_of(picture: &[u8]) -> Hash {
    Hash(Sha256::digest(picture).into())
}
