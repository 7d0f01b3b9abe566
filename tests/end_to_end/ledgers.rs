//! Where campaigns are written down: which file, whose it is, and what is no ledger.

use std::fs;
use std::path::Path;

use batchcast_tests::{Home, Invocation, Ran};

use crate::desk::{Desk, Gate, counts};

/// A plan in whatever ledger this home leads to.
fn plan(home: &Home, args: &[&str]) -> Invocation {
    home.batchcast(["plan", "--text", "hi", "--id", "ou_1", "--endpoint", "http://127.0.0.1:9", "--json"]).args(args)
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
}

#[cfg(unix)]
#[test]
fn the_default_is_its_owners_alone_whatever_the_umask() {
    for umask in ["000", "022"] {
        let desk = Desk::accepting();
        let url = desk.vendor.url();
        let line = format!("umask {umask}; batchcast send --text hi --id ou_1 --endpoint {url}");
        desk.home.shell(&line).run().exits(0);
        let folder = desk.home.path(".local/state/batchcast");
        let ledger = folder.join("ledger.db");
        assert_eq!((mode(&folder), mode(&ledger), mode(&folder.join("ledger.db.locks"))), (0o700, 0o600, 0o700));

        // Also what stands beside it while it is open.
        let (desk, gate) = Gate::desk();
        let line = format!("umask {umask}; exec batchcast send --text hi --id ou_1 --endpoint {}", desk.vendor.url());
        let running = gate.start(desk.home.shell(&line));
        let folder = desk.home.path(".local/state/batchcast");
        for beside in ["ledger.db-wal", "ledger.db-shm"] {
            assert_eq!(mode(&folder.join(beside)), 0o600, "{beside}");
        }
        drop(gate);
        running.finish().exits(0);
    }
}

#[test]
fn it_is_the_options_then_the_variables_then_the_profiles_then_the_default() {
    let home = Home::empty();
    let at_home = |text: &str| text.replace('~', home.path("").to_str().unwrap());
    home.configure(&at_home("[profiles.p]\nledger = 'sqlite:~profile.db'\n"));
    let check = |args: &[&str], variable: &str, state: &str, expected: &str| {
        let args: Vec<_> = args.iter().map(|arg| at_home(arg)).collect();
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let plan = plan(&home, &args).env("BATCHCAST_LEDGER", at_home(variable)).env("XDG_STATE_HOME", at_home(state));
        let id = plan.run().exits(0).standing()["campaign"].as_str().unwrap().to_owned();
        let list = home.batchcast(["list", "--ledger", &format!("sqlite:{}", at_home(expected)), "--json"]);
        let list = list.run().exits(0).list();
        assert_eq!(list.last().map(|last| last["campaign"].as_str().unwrap()), Some(&*id), "{expected}");
    };
    let (option, variable) = (&["--ledger", "sqlite:~option.db"], "sqlite:~variable.db");
    check(&[], "", "", "~.local/state/batchcast/ledger.db");
    check(&[], "", "~state", "~state/batchcast/ledger.db");
    check(&[], "", "relative", "~.local/state/batchcast/ledger.db");
    check(&["--profile", "p"], "", "~state", "~profile.db");
    check(&["--profile", "p"], variable, "", "~variable.db");
    check(&[&["--profile", "p"][..], option].concat(), variable, "", "~option.db");
    check(&["--ledger", "sqlite:~deep/er/and a space/l.db"], "", "", "~deep/er/and a space/l.db");
    assert!(!home.path("relative").exists());
}

#[test]
fn without_a_home_it_is_asked_for() {
    let home = Home::empty();
    let ran = plan(&home, &[]).env("HOME", "").run().exits(2);
    let error = ran.error();
    assert!(error["hint"].as_str().unwrap().contains("--ledger sqlite:PATH"), "{error}");
    let ledger = format!("sqlite:{}", home.path("l.db").display());
    plan(&home, &["--ledger", &ledger]).env("HOME", "").run().exits(0);
}

#[test]
fn ledgers_know_nothing_of_each_other() {
    let desk = Desk::accepting();
    let at = |name: &str| format!("sqlite:{}", desk.home.path(name).display());
    let send = |name: &str| desk.send(1).args(["--ledger", &at(name), "--json"]);
    let campaign = send("one.db").run().exits(0).summary()["campaign"].as_str().unwrap().to_owned();
    send("other.db").run().exits(0);
    send("one.db").run().exits(2);
    for command in ["status", "run", "cancel", "forget"] {
        let ran = desk.home.lark([command, &campaign, "--ledger", &at("other.db"), "--json"]).run().exits(2);
        assert!(ran.error()["message"].as_str().unwrap().contains("there is no campaign"), "{}", ran.shown());
    }
    assert_eq!(desk.home.batchcast(["list", "--json"]).run().exits(0).list().len(), 0, "the default is another");
}

/// Refused by every command with this exit, saying all of this.
#[track_caller]
fn refused(home: &Home, ledger: &str, exit: i32, says: &[&str]) {
    refused_where_one_is_read(home, ledger, exit, says);
    refused_where_one_is_made(home, ledger, exit, says);
}

#[track_caller]
fn refused_where_one_is_read(home: &Home, ledger: &str, exit: i32, says: &[&str]) {
    let commands = [&["list"][..], &["status"], &["status", "c-2222222222"], &["run", "c-2222222222"]];
    for args in commands {
        told(home.lark(args).args(["--ledger", ledger, "--json"]).run().exits(exit), says);
    }
}

#[track_caller]
fn refused_where_one_is_made(home: &Home, ledger: &str, exit: i32, says: &[&str]) {
    told(plan(home, &["--ledger", ledger]).run().exits(exit), says);
}

#[track_caller]
fn told(ran: Ran, says: &[&str]) {
    let error = ran.error();
    let said = format!("{}; {}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap_or_default());
    assert!(says.iter().all(|text| said.contains(text)), "{says:?}: {error}");
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("canary"), "{}", ran.shown());
}

#[test]
fn addresses_that_are_none() {
    let home = Home::empty();
    for address in ["postgres://me:canary@db.invalid/ledger", "postgresql://canary@db.invalid/ledger"] {
        refused(&home, address, 2, &["PostgreSQL", "not supported", "--ledger sqlite:PATH"]);
    }
    for address in ["canary.db", "mysql://me:canary@db.invalid/ledger", "sqlite:", "sqlite3:canary", ""] {
        refused(&home, address, 2, &["sqlite:PATH"]);
    }
    let variable = plan(&home, &[]).env("BATCHCAST_LEDGER", "mysql://me:canary@db.invalid").run().exits(2);
    assert!(!variable.stdout.contains("canary"), "{}", variable.shown());
}

#[test]
fn what_is_no_ledger_is_left_as_it_is() {
    let home = Home::empty();
    let made = plan(&home, &["--ledger", &format!("sqlite:{}", home.path("good.db").display())]).run().exits(0);
    let good = fs::read(home.path("good.db")).unwrap();
    let check = |name: &str, content: &[u8], says: &[&str]| {
        let path = home.file(name, content);
        home.permit(&path, 0o600);
        refused(&home, &format!("sqlite:{path}"), 9, says);
        assert!(fs::read(&path).unwrap() == content, "{name} was changed");
    };
    check("text.db", "this is no database, however long it is".repeat(1000).as_bytes(), &["no SQLite database"]);
    let patched = |offset: usize, bytes: &[u8]| {
        let mut patched = good.clone();
        patched[offset..offset + bytes.len()].copy_from_slice(bytes);
        patched
    };
    // Where SQLite keeps the version of the schema, and whose file it is: "Database File Format", 1.3.
    check("newer.db", &patched(60, &99_u32.to_be_bytes()), &["schema version 99", "newer"]);
    check("foreign.db", &patched(68, &7_u32.to_be_bytes()), &["another program"]);
    assert!(
        home.batchcast(["list", "--ledger", &format!("sqlite:{}", home.path("good.db").display())]).run().code()
            == Some(0),
        "{}",
        made.shown()
    );
}

#[cfg(unix)]
#[test]
fn what_others_can_read_is_refused() {
    let home = Home::empty();
    plan(&home, &[]).run().exits(0);
    let ledger = home.path(".local/state/batchcast/ledger.db");
    for mode in [0o644, 0o640, 0o602] {
        home.permit(&ledger, mode);
        refused(&home, &format!("sqlite:{}", ledger.display()), 2, &["can be read by others", "chmod 600"]);
    }
    home.permit(&ledger, 0o600);
    assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list().len(), 1);
}

/// In a new one of a mistyped name there would be nothing, as if all were lost.
#[test]
fn one_that_is_named_and_is_not_there_is_not_made_to_be_read() {
    let home = Home::empty();
    let path = home.path("mistyped/ledger.db");
    let says = [&format!("there is no ledger at {}", path.display())[..], "--ledger, BATCHCAST_LEDGER or the profile"];
    refused_where_one_is_read(&home, &format!("sqlite:{}", path.display()), 2, &says);
    assert!(!path.parent().unwrap().exists());
    let ledger = path.display().to_string();
    told(home.batchcast(["list", "--json"]).env("BATCHCAST_LEDGER", format!("sqlite:{ledger}")).run().exits(2), &says);
    assert!(home.batchcast(["list", "--json"]).run().exits(0).list().is_empty(), "the default may be empty");
}

#[cfg(target_os = "linux")]
#[test]
fn where_no_file_can_be_made_it_is_nine() {
    let home = Home::empty();
    let file = home.file("file", "x");
    refused(&home, &format!("sqlite:{file}/ledger.db"), 9, &["cannot be read or written", "its permissions"]);
    refused_where_one_is_made(&home, "sqlite:/proc/nowhere/ledger.db", 9, &["cannot be read or written"]);
    refused(&home, &format!("sqlite:{}", home.path("").display()), 9, &["Is a directory"]);
    refused(&home, "sqlite:/dev/null", 9, &["not a file"]);
}

#[cfg(unix)]
#[test]
fn two_names_of_one_file_are_one_ledger() {
    let (desk, gate) = Gate::desk();
    let campaign = desk.planned(2);
    let running = gate.start(desk.run(&campaign));
    let ledger = desk.home.path(".local/state/batchcast/ledger.db");
    std::os::unix::fs::symlink(&ledger, desk.home.path("link.db")).unwrap();
    let link = format!("sqlite:{}", desk.home.path("link.db").display());
    let held = desk.run(&campaign).args(["--ledger", &link, "--json"]).run().exits(8).standing();
    assert_eq!(counts(&held), [0, 0, 1, 1], "{held}");
    drop(gate);
    running.finish().exits(0);
}
