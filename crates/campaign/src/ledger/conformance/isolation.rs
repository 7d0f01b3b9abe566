//! Readers and a writer at the same time: nobody waits, and each sees one moment.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::bench::{Bench, is_on_purpose, on_purpose, read, write};
use super::contents::{Contents, fill};
use super::sample::recipient;
use crate::ledger::{BatchRow, BatchState, CampaignKey, LedgerError, Tables, Used};

/// How long somebody is waited for who should not wait. Only a ledger that fails the case takes so long.
const PATIENCE: Duration = Duration::from_secs(10);

fn change(tables: &mut dyn Tables, key: CampaignKey) -> Result<(), LedgerError> {
    tables.add_use(key, &Used { sent: 1, ..Used::default() })?;
    tables.insert_recipients(key, &[recipient(1_000, 0)])?;
    let after = BatchRow { state: BatchState::Claimed, ..BatchRow::new(0, 2) };
    assert!(tables.replace_batch(key, BatchRow::new(0, 2).guard(), &after)?);
    fill(tables, "new").map(|_| ())
}

pub(super) fn lets_readers_in_while_a_writer_writes(bench: &Bench) {
    let key = bench.write(|tables| fill(tables, "a"));
    let before = bench.read(|view| Contents::of(view, key));
    let other = bench.another();
    thread::scope(|scope| {
        for (who, reader) in [("the same user", &*bench.ledger), ("another user", &*other)] {
            let (tell, told) = channel();
            let mut seen = None;
            is_on_purpose(bench.ledger.write(&mut |tables| {
                change(tables, key)?;
                let tell = tell.clone();
                scope.spawn(move || {
                    let seen = read(reader, |view| Contents::of(view, key));
                    // Whoever waited may have given up.
                    tell.send(seen).ok();
                });
                // The transaction must end before anything fails here, or a reader that waits for it waits for ever.
                seen = told.recv_timeout(PATIENCE).ok();
                Err(on_purpose())
            }));
            let seen = seen.unwrap_or_else(|| panic!("{who} waited for a writer, or failed"));
            assert_eq!(seen, before, "{who} saw what was not committed");
        }
    });
    assert_eq!(bench.read(|view| Contents::of(view, key)), before);
}

pub(super) fn lets_writers_in_while_a_reader_reads(bench: &Bench) {
    let key = bench.write(|tables| fill(tables, "a"));
    let other = bench.another();
    thread::scope(|scope| {
        for (who, writer) in [("the same user", &*bench.ledger), ("another user", &*other)] {
            let (tell, told) = channel();
            let waited = bench.read(|view| {
                view.campaign_of(key)?;
                let tell = tell.clone();
                scope.spawn(move || {
                    write(writer, |tables| tables.add_use(key, &Used { sent: 1, ..Used::default() }));
                    tell.send(()).ok();
                });
                Ok(told.recv_timeout(PATIENCE).is_err())
            });
            assert!(!waited, "{who} waited for a reader, or failed");
        }
    });
    let sent = bench.read(|view| view.campaign_of(key)).map(|row| row.requests.sent);
    assert_eq!(sent, Some(2));
}

pub(super) fn shows_one_moment_to_a_reader(bench: &Bench) {
    let key = bench.write(|tables| fill(tables, "a"));
    let before = bench.read(|view| Contents::of(view, key));
    let other = bench.another();
    let seen = thread::scope(|scope| {
        let (tell, told) = channel();
        bench.read(|view| {
            // It begins when it first looks; then it sees nothing newer, wherever it looks.
            let first = view.campaign_of(key)?;
            let (tell, other) = (tell.clone(), &other);
            scope.spawn(move || {
                write(&**other, |tables| change(tables, key));
                tell.send(()).ok();
            });
            if told.recv_timeout(PATIENCE).is_err() {
                return Ok(None);
            }
            Ok(Some((first, Contents::of(view, key)?, view.campaigns()?.len())))
        })
    });
    let (first, contents, campaigns) = seen.expect("a writer waited for a reader, or failed");
    assert_eq!((&first, campaigns), (&before.row, 1));
    assert_eq!(contents, before, "a reader saw what was written after it had begun");
    assert_ne!(bench.read(|view| Contents::of(view, key)), before);
    assert_eq!(bench.read(|view| view.campaigns()).len(), 2);
}
