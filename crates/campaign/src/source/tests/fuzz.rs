use super::{NAME, tim};
use crate::source::{BadSource, IdRules, id_argument, rows};
use batchcast_model::{IdKind, Recipient};

/// Knuth's MMIX generator: the same bytes on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

const SEEDS: [&str; 6] = [
    "\u{feff}open_id,name,email\r\nou_1,\"An\"\"n\",a@x\r\nou_2,\"B\no\",\r\n,,c@x\r\n",
    "name;staff;;\nAnn;7;;\nBo;8;;\n",
    "mobile\tx\n+8613800000000\t张三\n1.38E+10\t\n",
    "{\"open_id\":\"ou_1\",\"n\":[1,{\"a\":\"\\u4e2d\"}]}\n{\"email\":\"a@x\",\"open_id\":null}\n",
    "ou_1\non_2\r\n\r\nod-3\nli.si\n",
    "user_id=a,b\nopen_id=ou_1\n",
];

const PIECES: [&[u8]; 24] = [
    b",",
    b";",
    b"\t",
    b"\"",
    b"\"\"",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"{",
    b"}",
    b"[",
    b":",
    b"\\",
    b"open_id",
    b"staff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xe5\xad",
    b"\xe5\xad\x97",
    b"\x1b[31m",
    b"=",
    b" ",
    b"\\ud800",
];

fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..random.below(6) {
        let at = random.below(bytes.len() + 1);
        let piece = PIECES[random.below(PIECES.len())];
        match random.below(5) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            2 if at < bytes.len() => drop(bytes.remove(at)),
            3 => bytes.extend_from_within(at..),
            _ => drop(bytes.splice(at..at, piece.iter().copied())),
        }
    }
}

#[track_caller]
fn check_error(error: &BadSource, name: &str, input: &[u8]) {
    let text = error.to_string();
    let input = input.escape_ascii();
    assert!(text.starts_with(&format!("{name}: ")), "{text}: {input}");
    assert!(!text.contains(char::is_control), "{text:?}: {input}");
    assert!(text.chars().count() < 2_000, "{text}: {input}");
    assert!(error.place().line() != Some(0) && error.place().column() != Some(0), "{text}: {input}");
}

#[test]
fn nothing_panics_and_every_error_knows_its_source() {
    let mut random = Random(1);
    let rules = [IdRules::default(), tim(), IdRules::default().with_id_column("staff").with_id_kind(IdKind::UserId)];
    let (mut good, mut bad) = (0, 0);
    for _ in 0..30_000 {
        let mut input = SEEDS[random.below(SEEDS.len())].as_bytes().to_vec();
        mutate(&mut random, &mut input);
        let lines = input.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        let rows = match rows(NAME, &*input, &rules[random.below(rules.len())]) {
            Ok(rows) => rows,
            Err(error) => {
                check_error(&error, NAME, &input);
                bad += 1;
                continue;
            }
        };
        let (mut number, mut line) = (0, 0);
        for row in rows {
            number += 1;
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    check_error(&error, NAME, &input);
                    bad += 1;
                    continue;
                }
            };
            assert_eq!(row.number(), number, "{}", input.escape_ascii());
            assert!(line < row.line() && row.line() <= lines, "{}", input.escape_ascii());
            line = row.line();
            let recipient = row.recipient();
            assert_eq!(Recipient::new(recipient.kind(), recipient.id()).as_ref(), Ok(recipient));
            good += 1;
        }
    }
    assert!(good > 10_000 && bad > 10_000, "the seeds are worn out: {good} good, {bad} bad");
}

#[test]
fn bytes_of_any_kind() {
    let mut random = Random(2);
    for _ in 0..3_000 {
        let input: Vec<u8> = (0..random.below(200)).map(|_| random.below(256) as u8).collect();
        match rows(NAME, &*input, &tim()) {
            Ok(rows) => rows.filter_map(Result::err).for_each(|error| check_error(&error, NAME, &input)),
            Err(error) => check_error(&error, NAME, &input),
        }
        if let Err(error) = id_argument(&String::from_utf8_lossy(&input), &IdRules::default()) {
            check_error(&error, "--id", &input);
        }
    }
}
