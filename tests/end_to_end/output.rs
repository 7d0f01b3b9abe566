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

#[test]
fn the_help_of_what_is_around_a_send_says_what_it_does() {
    #[track_caller]
    fn check(command: &str, says: &[&str]) {
        let help = Home::empty().batchcast([command, "--help"]).run().exits(0);
        // Wherever its lines break.
        let words = help.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(says.iter().all(|text| words.contains(text)), "{says:?}: {}", help.shown());
    }
    let looked_up = "E-mail addresses and mobile numbers are looked up while it is planned";
    let pictures = ["\"file:PATH\" is uploaded first", "--image <FILE_OR_KEY>"];
    check("send", &[looked_up, pictures[0], pictures[1], "BATCHCAST_APP_TICKET", "BATCHCAST_TENANT_KEY"]);
    check("plan", &[looked_up, pictures[0], pictures[1]]);
    check("upload", &["JPEG, PNG, WEBP, GIF, TIFF, BMP or ICO", "10 MB", "image_key"]);
    let remembered = "remembered for a day, what it did not know for an hour";
    check("lookup", &["CSV that --to reads", "50 e-mail addresses and 50 mobile numbers at a time", remembered]);
    check("lookup", &["--department", "--recursive", "--sub-departments", "0 is the root"]);
    check("progress", &["30 days", "--watch", "[default: 5m]", "[default: 10s]"]);
    check("recall", &["a day on Lark", "administrator", "what is taken back is not asked for twice", "--csv"]);
    check("emulator", &["cli_sandbox_store", "sandbox-store-ticket", "sandbox-tenant", "/_emulator/directory"]);
    let all = Home::empty().batchcast(["--help"]).run().exits(0).stdout;
    for command in ["progress", "recall", "upload", "lookup"] {
        assert!(all.lines().any(|line| line.split_whitespace().next() == Some(command)), "{command}: {all}");
    }
}
