//! Standard output that cannot be written to.
#![cfg(unix)]

use std::fs::OpenOptions;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use batchcast_emulator::Emulator;
use batchcast_tests::{Home, Invocation};

/// Two people of whom the vendor takes one.
fn send(home: &Home, emulator: &Emulator, format: &[&str]) -> Invocation {
    home.send(emulator.url(), ["--text", "hi", "--id", "ou_1", "--id", "ou_2_invalid"]).args(format)
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_whoever_was_not_accepted_is_named_all_the_same() {
    for format in [&[][..], &["--json"]] {
        let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = send(&home, &emulator, format).stdout(full).run().exits(9);
        let [other] = &ran.others()[..] else { panic!("{}", ran.shown()) };
        assert_eq!(other[..3], ["rejected", "open_id", "ou_2_invalid"], "{}", ran.shown());
        ran.says(&[
            "standard output could not be written",
            "recipients: 2 in all, 1 accepted, 1 rejected, 0 unknown, 0 pending",
        ]);
        assert_eq!(emulator.deliveries().len(), 1);
    }
}

#[test]
fn a_reader_that_went_away_changes_nothing() {
    for format in [&[][..], &["--json"]] {
        let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
        let (reader, writer) = UnixStream::pair().unwrap();
        drop(reader);
        let ran = send(&home, &emulator, format).stdout(OwnedFd::from(writer)).run().exits(3);
        assert!(!ran.stderr.contains("error"), "{}", ran.shown());
        ran.says(&["recipients: 2 in all, 1 accepted, 1 rejected, 0 unknown, 0 pending"]);
    }
}

#[test]
fn without_a_document_everybody_who_was_not_accepted_is_named_once() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    let ran = send(&home, &emulator, &["--json"]).run().exits(3);
    let [other] = &ran.others()[..] else { panic!("{}", ran.shown()) };
    assert_eq!(other[..3], ["rejected", "open_id", "ou_2_invalid"], "{}", ran.shown());
    assert!(!other[3].is_empty(), "{}", ran.shown());
    let ran = send(&home, &emulator, &["--again"]).run().exits(3);
    assert_eq!(ran.others().len(), 0, "standard output has them: {}", ran.shown());
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_could_not_be_written_is_no_answer() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    let id = send(&home, &emulator, &["--json"]).run().exits(3).summary()["campaign"].as_str().unwrap().to_owned();
    let plan = ["plan", "--text", "other", "--id", "ou_1", "--endpoint", emulator.url()];
    let commands = [&plan[..], &["list"], &["status", &id], &["cancel", &id], &["resolve", &id, "--as", "delivered"]];
    for command in commands {
        for format in [&[][..], &["--json"]] {
            let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
            let ran = home.lark(command).args(format).stdout(full).run().exits(9);
            ran.says(&["standard output could not be written"]);
        }
    }
}
