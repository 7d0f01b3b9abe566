//! Keys of pictures: uploaded once for an app.

use std::cell::Cell;

use batchcast_campaign::{Error, image_key, new_image_key};
use batchcast_transport::channel::{Address, Channel};

use crate::bench::Bench;
use crate::directory::not_permitted;
use crate::people::{vendor, with_every_ledger};

/// Uploads, and gives a new key each time.
#[derive(Default)]
struct Uploads(Cell<u32>);

impl Uploads {
    fn key(&self, bench: &Bench, app: &Address, picture: &[u8]) -> String {
        image_key(&*bench.ledger, app, picture, || Ok(self.upload())).unwrap()
    }

    fn upload(&self) -> String {
        self.0.set(self.0.get() + 1);
        format!("img_{}", self.0.get())
    }
}

fn app(name: &str) -> Address {
    Address::new("test", "https://vendor.example.com", name)
}

#[test]
fn a_picture_is_uploaded_once_for_an_app() {
    with_every_ledger(|bench| {
        let (uploads, one, other) = (Uploads::default(), vendor(1).address(), app("app-2"));
        assert_eq!(uploads.key(bench, &one, b"cat"), "img_1");
        assert_eq!(uploads.key(bench, &one, b"cat"), "img_1");
        assert_eq!(uploads.key(bench, &one, b"dog"), "img_2");
        assert_eq!(uploads.key(bench, &other, b"cat"), "img_3");
        let elsewhere = Address::new("test", "https://other.example.com", "app-1");
        assert_eq!(uploads.key(bench, &elsewhere, b"cat"), "img_4");
        bench.wall.advance_secs(365 * 86_400);
        assert_eq!(uploads.key(bench, &one, b"cat"), "img_1");
        assert_eq!(uploads.0.get(), 4);
    });
}

#[test]
fn a_new_key_stands_in_the_place_of_the_old_one() {
    with_every_ledger(|bench| {
        let (uploads, one) = (Uploads::default(), app("app-1"));
        assert_eq!(uploads.key(bench, &one, b"cat"), "img_1");
        assert_eq!(uploads.key(bench, &app("app-2"), b"cat"), "img_2");
        let new = new_image_key(&*bench.ledger, &one, b"cat", || Ok(uploads.upload()));
        assert_eq!(new.unwrap(), "img_3");
        assert_eq!(uploads.key(bench, &one, b"cat"), "img_3");
        assert_eq!(uploads.key(bench, &app("app-2"), b"cat"), "img_2", "another app's stays");
    });
}

#[test]
fn what_could_not_be_uploaded_is_not_remembered() {
    with_every_ledger(|bench| {
        let (uploads, one) = (Uploads::default(), app("app-1"));
        let refused = image_key(&*bench.ledger, &one, b"cat", || Err(not_permitted()));
        assert!(matches!(refused, Err(Error::Vendor(_))));
        assert_eq!(uploads.key(bench, &one, b"cat"), "img_1");
        let refused = new_image_key(&*bench.ledger, &one, b"cat", || Err(not_permitted()));
        assert!(matches!(refused, Err(Error::Vendor(_))));
        assert_eq!(uploads.key(bench, &one, b"cat"), "img_1", "the one before is still good");
    });
}
