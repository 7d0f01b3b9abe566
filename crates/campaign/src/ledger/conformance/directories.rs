//! People and pictures of an app: what was asked for once need not be asked for again, until it is too old.

use batchcast_model::{IdKind, Recipient};

use super::bench::Bench;
use super::sample::{LATEST, TEXT, at, campaign, hash, recipient};
use crate::ledger::{Hash, ImageRow, PersonRow, RecipientRow};

const APP: &str = "feishu https://open.example.com cli_1";
/// What a case must not see, and must not touch: the same app at another endpoint, another app, and texts like it.
const OTHERS: [&str; 4] = ["feishu https://open.example.org cli_1", "feishu https://open.example.com cli_2", "", "%"];

fn one(kind: IdKind, id: &str) -> Option<Recipient> {
    Some(Recipient::new(kind, id).expect("any kind takes these"))
}

fn found(address: u8, id: &str) -> PersonRow {
    PersonRow { address: hash(address), id: one(IdKind::OpenId, id), at: at(100) }
}

fn missing(address: u8) -> PersonRow {
    PersonRow { address: hash(address), id: None, at: at(100) }
}

fn image(content: u8, key: &str) -> ImageRow {
    ImageRow { content: hash(content), key: key.to_owned(), at: at(100) }
}

fn keep(bench: &Bench, directory: &str, rows: &[PersonRow]) {
    bench.write(|tables| tables.replace_people(directory, rows));
}

/// Sorted by address.
#[track_caller]
fn ask(bench: &Bench, directory: &str, addresses: &[Hash]) -> Vec<PersonRow> {
    let mut rows = bench.read(|view| view.people(directory, addresses));
    rows.sort_by_key(|row| row.address);
    rows
}

/// Everybody whose address is one byte over and over.
#[track_caller]
fn everybody(bench: &Bench, directory: &str) -> Vec<PersonRow> {
    ask(bench, directory, &(0..=u8::MAX).map(hash).collect::<Vec<_>>())
}

pub(super) fn know_people_by_their_address(bench: &Bench) {
    let mut rows: Vec<_> = (1..)
        .zip(IdKind::ALL)
        .map(|(address, kind)| PersonRow { id: one(kind, "张三/b'%_;--"), ..missing(address) })
        .collect();
    // A hash that differs in its last byte alone, and the first and the last of all.
    let mut near = [1; 32];
    near[31] = 2;
    rows.extend([PersonRow { address: Hash(near), ..found(0, "near") }, missing(0), found(255, "last")]);
    rows.extend([PersonRow { at: LATEST, ..missing(100) }, PersonRow { at: at(0), ..found(101, "first") }]);
    keep(bench, APP, &rows);
    rows.sort_by_key(|row| row.address);
    let mut addresses: Vec<_> = rows.iter().map(|row| row.address).collect();
    assert_eq!(ask(bench, APP, &addresses), rows);
    addresses.extend([hash(200), Hash([2; 32].map(|byte| byte + 198))]);
    assert_eq!(ask(bench, APP, &addresses), rows, "some are not known");
    addresses.extend(addresses.clone());
    assert_eq!(ask(bench, APP, &addresses), rows, "each is asked for twice");
    assert_eq!(ask(bench, APP, &[hash(255), hash(1), hash(3)]).len(), 3);
    assert_eq!(ask(bench, APP, &[hash(200)]), []);
    assert_eq!(ask(bench, APP, &[]), []);
    bench.write(|tables| tables.replace_people(APP, &[]));
    assert_eq!(ask(bench, APP, &addresses), rows);
}

pub(super) fn know_thousands_of_people(bench: &Bench) {
    // More than SQL takes parameters for.
    const MANY: u32 = 40_000;
    let address = |number: u32| {
        let mut bytes = [7; 32];
        // Odd, so that no two are alike; and spread, as hashes are.
        bytes[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_be_bytes());
        Hash(bytes)
    };
    let rows: Vec<_> =
        (0..MANY).map(|number| PersonRow { address: address(number), ..found(0, &format!("ou_{number}")) }).collect();
    for rows in rows.chunks(10_000) {
        keep(bench, APP, rows);
    }
    let addresses: Vec<_> = (0..2 * MANY).map(address).collect();
    let mut expected = rows;
    expected.sort_by_key(|row| row.address);
    assert!(ask(bench, APP, &addresses) == expected, "they are not the ones that were kept");
}

pub(super) fn know_people_as_they_were_found_last(bench: &Bench) {
    keep(bench, APP, &[found(1, "ou_1"), missing(2), found(3, "ou_3"), found(4, "ou_4")]);
    let after = [
        PersonRow { at: at(200), ..missing(1) },
        PersonRow { at: at(50), ..found(2, "ou_2") },
        PersonRow { id: one(IdKind::UnionId, "on_3"), ..missing(3) },
    ];
    keep(bench, APP, &after);
    let [first, second, third] = after;
    assert_eq!(everybody(bench, APP), [first, second, third, found(4, "ou_4")]);
    // Of two in one go, the later one.
    keep(bench, APP, &[found(4, "ou_5"), missing(9), found(4, "ou_6")]);
    assert_eq!(ask(bench, APP, &[hash(4), hash(9)]), [found(4, "ou_6"), missing(9)]);
}

pub(super) fn know_nothing_of_each_other(bench: &Bench) {
    for (number, directory) in (10..).zip(OTHERS) {
        keep(bench, directory, &[found(1, &format!("ou_{number}")), missing(number)]);
        bench.write(|tables| tables.replace_image(directory, &image(1, &format!("img_{number}"))));
    }
    assert_eq!(everybody(bench, APP), []);
    assert_eq!(bench.read(|view| view.image(APP, &hash(1))), None);
    keep(bench, APP, &[found(1, "ou_1")]);
    bench.write(|tables| {
        tables.replace_image(APP, &image(1, "img_10"))?;
        tables.delete_people(APP, at(100), at(100))?;
        tables.delete_image(APP, "img_10")
    });
    assert_eq!(everybody(bench, APP), []);
    assert_eq!(bench.read(|view| view.image(APP, &hash(1))), None);
    for (number, directory) in (10..).zip(OTHERS) {
        assert_eq!(everybody(bench, directory), [found(1, &format!("ou_{number}")), missing(number)]);
        let kept = bench.read(|view| view.image(directory, &hash(1)));
        assert_eq!(kept, Some(image(1, &format!("img_{number}"))), "{directory:?}");
    }
}

pub(super) fn delete_people_by_their_age(bench: &Bench) {
    let times = [(1, 99), (2, 100), (3, 101), (4, 300)];
    let rows = || {
        let found = times.map(|(number, time)| PersonRow { at: at(time), ..found(number, "ou_1") });
        let missing = times.map(|(number, time)| PersonRow { at: at(time), ..missing(10 + number) });
        found.into_iter().chain(missing).collect::<Vec<_>>()
    };
    let check = |found_until, missing_until, expected: &[u8]| {
        bench.write(|tables| {
            tables.replace_people(APP, &rows())?;
            tables.delete_people(APP, at(found_until), at(missing_until))
        });
        let left: Vec<_> = everybody(bench, APP).iter().map(|row| row.address.0[0]).collect();
        assert_eq!(left, expected, "found until {found_until}, missing until {missing_until}");
    };
    check(0, 0, &[1, 2, 3, 4, 11, 12, 13, 14]);
    check(98, 98, &[1, 2, 3, 4, 11, 12, 13, 14]);
    check(100, 0, &[3, 4, 11, 12, 13, 14]);
    check(0, 100, &[1, 2, 3, 4, 13, 14]);
    check(99, 101, &[2, 3, 4, 14]);
    check(300, u64::MAX, &[]);
    // Of nobody, and where there is no such directory.
    bench.write(|tables| {
        tables.delete_people(APP, at(300), at(300))?;
        tables.delete_people(OTHERS[0], at(300), at(300))
    });
}

pub(super) fn forget_who_a_campaigns_recipients_are(bench: &Bench) {
    let is = |row, kind, id| RecipientRow { recipient: one(kind, id).expect("it is one"), ..recipient(row, 0) };
    let (key, other) = bench.write(|tables| {
        let key = tables.insert_campaign(&campaign("a"))?;
        let other = tables.insert_campaign(&campaign("b"))?;
        tables.insert_recipients(key, &[is(1, IdKind::OpenId, "ou_1"), is(2, IdKind::UnionId, "2")])?;
        tables.insert_recipients(key, &[is(3, IdKind::Email, "a@example.com")])?;
        tables.insert_recipients(other, &[is(1, IdKind::OpenId, "ou_9")])?;
        Ok((key, other))
    });
    let stays = [
        found(9, "ou_9"),
        found(10, "ou_11"),
        // The same letters are somebody else's id of another kind.
        PersonRow { id: one(IdKind::UserId, "2"), ..missing(11) },
        PersonRow { id: one(IdKind::OpenId, "2"), ..missing(12) },
        missing(13),
    ];
    let goes = [found(1, "ou_1"), found(2, "ou_1"), PersonRow { id: one(IdKind::UnionId, "2"), ..missing(3) }];
    for directory in [APP, OTHERS[0]] {
        keep(bench, directory, &goes);
        keep(bench, directory, &stays);
        bench.write(|tables| tables.replace_image(directory, &image(1, "ou_1")));
    }
    // Two addresses of one person are two rows; and whoever is told by another app is the same recipient.
    bench.write(|tables| tables.forget_recipients(key));
    for directory in [APP, OTHERS[0]] {
        assert_eq!(everybody(bench, directory), stays, "{directory:?}");
        assert!(bench.read(|view| view.image(directory, &hash(1))).is_some(), "a picture is nobody");
    }
    // A campaign that is deleted, and nothing else, was perhaps never whole: what its import looked up is worth keeping.
    bench.write(|tables| tables.delete_campaign(other));
    assert_eq!(everybody(bench, APP), stays);
}

pub(super) fn know_pictures_by_their_content(bench: &Bench) {
    let ask = |content| bench.read(|view| view.image(APP, &hash(content)));
    let rows =
        [image(1, "img_v2_1"), ImageRow { at: LATEST, ..image(2, TEXT) }, ImageRow { at: at(0), ..image(3, "") }];
    for row in &rows {
        bench.write(|tables| tables.replace_image(APP, row));
    }
    let [first, second, third] = rows.map(Some);
    assert_eq!([ask(1), ask(2), ask(3), ask(4)], [first, second.clone(), third.clone(), None]);
    // Uploaded once more.
    let again = ImageRow { at: at(50), ..image(1, "img_v3_1") };
    bench.write(|tables| tables.replace_image(APP, &again));
    assert_eq!([ask(1), ask(2), ask(3)], [Some(again), second, third]);
}

pub(super) fn delete_pictures_by_their_key(bench: &Bench) {
    let ask = |content| bench.read(|view| view.image(APP, &hash(content))).is_some();
    bench.write(|tables| {
        tables.replace_image(APP, &image(1, "a"))?;
        tables.replace_image(APP, &image(2, "b"))?;
        tables.replace_image(APP, &image(3, "a"))?;
        tables.replace_image(APP, &image(4, "A"))
    });
    bench.write(|tables| tables.delete_image(APP, "%"));
    assert_eq!([1, 2, 3, 4].map(ask), [true; 4]);
    // What the vendor does not know any more is gone, whichever content it was of.
    bench.write(|tables| tables.delete_image(APP, "a"));
    assert_eq!([1, 2, 3, 4].map(ask), [false, true, false, true]);
    bench.write(|tables| tables.delete_image(APP, "a"));
    assert_eq!([1, 2, 3, 4].map(ask), [false, true, false, true]);
}
