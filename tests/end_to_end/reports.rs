//! `report`: what became of every recipient, with the columns of the files that they came from.

use std::fs;

use batchcast_emulator::Timestamp;
use batchcast_tests::{Answer, Home, Vendor};
use serde_json::{Value, json};

use crate::desk::{Desk, id};

/// Five recipients of three sources, with duplicates and somebody left out, of whom `ou_b` is rejected, `u1` is in doubt
/// and the last two are pending. Own columns have names of ours and cells that a spreadsheet would run.
struct Scene {
    home: Home,
    campaign: String,
}

impl Scene {
    fn new() -> Self {
        let vendor = Vendor::start(|asked| match asked.nth {
            0 => Answer::accepted("bm-0"),
            1 => Answer::json(json!({"code": 0, "data": {"message_id": "bm-1", "invalid_open_ids": ["ou_b"]}})),
            2 => Answer::new(502, "text/html", "<html>").with_header("x-tt-logid", "log-2"),
            _ => Answer::code(11205, "App do not have bot."),
        });
        let home = Home::with_ids_per_request(1);
        let message = json!({"msg_type": "text", "content": {"text": "hi"}, "open_ids": ["ou_a", "ou_list"]});
        let message = home.file("message.json", message.to_string());
        let first = home
            .file("first.csv", "name,open_id,state,=sum\n\"A, \"\"a\"\"\",ou_a,Berlin,-1\nB,ou_b,,\nL,ou_left,x,y\n");
        let second =
            home.file("second.jsonl", "{\"open_id\":\"ou_b\",\"team\":\"x\"}\n{\"user_id\":\"u1\",\"team\":\"t\"}\n");
        let leavers = home.file("leavers", "ou_left\n");
        let args = [&*message, "--to", &first, "--to", &second, "--id", "ou_d", "--id", "ou_a", "--exclude", &leavers];
        let send = home.send(&vendor.url(), args).args(["--in-flight", "1", "--json"]);
        let summary = send.run().exits(4).summary();
        assert_eq!(summary["recipients"]["duplicates"], 3, "{summary}");
        Self { campaign: id(&summary), home }
    }

    fn report(&self, args: &[&str]) -> batchcast_tests::Invocation {
        self.home.batchcast(["report", &self.campaign]).args(args)
    }
}

/// A moment as the contract has it, which is not long ago; then it is `AT`.
#[track_caller]
fn masked(at: &str) -> String {
    if at.is_empty() {
        return String::new();
    }
    let digits: String = at.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(digits, "0000-00-00T00:00:00.000Z", "{at}");
    let ago = Timestamp::now().duration_since(at.parse().unwrap()).as_secs();
    assert!((0..600).contains(&ago), "{at}: {ago} s ago");
    "AT".to_owned()
}

const HEADER: &str = "row,name,input.state,'=sum,team,kind,id,state,code,reason,batch,message_id,at";

/// The lines of a report, their times masked.
#[track_caller]
fn lines(csv: &str) -> Vec<String> {
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some(HEADER), "{csv}");
    let line = |line: &str| line.rsplit_once(',').map(|(line, at)| format!("{line},{}", masked(at))).unwrap();
    lines.map(line).collect()
}

const ACCEPTED: &str = r#"1,"A, ""a""",Berlin,'-1,,open_id,ou_a,accepted,,,0,bm-0,AT"#;
const PENDING: [&str; 2] = ["6,,,,,open_id,ou_d,pending,,,3,,", "9,,,,,open_id,ou_list,pending,,,4,,"];

#[test]
fn everybody_is_in_it_in_the_order_of_the_input() {
    let scene = Scene::new();
    let ran = scene.report(&["--csv", "-"]).run().exits(0);
    let lines = lines(&ran.stdout);
    let [accepted, rejected, unknown, pending @ ..] = &lines[..] else { panic!("{}", ran.shown()) };
    assert_eq!(accepted, ACCEPTED);
    assert!(rejected.starts_with("2,B,,,,open_id,ou_b,rejected,,"), "{rejected}");
    assert!(rejected.ends_with(",1,,AT"), "{rejected}");
    assert!(unknown.starts_with("5,,,,t,user_id,u1,unknown,,"), "{unknown}");
    assert!(unknown.contains("502") && unknown.ends_with(",2,,AT"), "{unknown}");
    assert_eq!(pending, PENDING, "lists of the message file are the last");
    assert_eq!(ran.stderr, "");
}

#[test]
fn json_lines_have_the_same_fields_and_every_value_as_it_is() {
    let scene = Scene::new();
    let ran = scene.report(&["--jsonl", "-"]).run().exits(0);
    let rows: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut names: Vec<_> = HEADER.replace('\'', "").split(',').map(str::to_owned).collect();
    names.sort_unstable();
    for row in &rows {
        assert_eq!(row.as_object().unwrap().keys().collect::<Vec<_>>(), names.iter().collect::<Vec<_>>(), "{row}");
        assert_eq!(row["at"].is_null(), row["state"] == "pending", "{row}");
        masked(row["at"].as_str().unwrap_or_default());
    }
    let part = |row: &Value| {
        ["row", "name", "input.state", "=sum", "team", "id", "state", "batch"].map(|name| row[name].clone())
    };
    let expected = [
        json!([1, "A, \"a\"", "Berlin", "-1", null, "ou_a", "accepted", "0"]),
        json!([2, "B", "", "", null, "ou_b", "rejected", "1"]),
        json!([5, null, null, null, "t", "u1", "unknown", "2"]),
        json!([6, null, null, null, null, "ou_d", "pending", "3"]),
        json!([9, null, null, null, null, "ou_list", "pending", "4"]),
    ];
    assert_eq!(rows.iter().map(|row| json!(part(row))).collect::<Vec<_>>(), expected);
    assert_eq!(
        (&rows[0]["message_id"], &rows[0]["reason"], &rows[0]["code"]),
        (&json!("bm-0"), &json!(null), &json!(null))
    );
    assert!(rows[2]["reason"].as_str().unwrap().contains("502"), "{}", rows[2]);
}

#[test]
fn the_batch_of_a_report_is_what_resolve_takes() {
    let scene = Scene::new();
    let resolve = |batch: &str| {
        let run = scene.home.batchcast(["resolve", &scene.campaign, "--batch", batch, "--as", "delivered", "--json"]);
        run.run().exits(2).error()["message"].as_str().unwrap().to_owned()
    };
    // It is in doubt, and may still be on its way.
    assert!(resolve("2").contains("may still be on its way"), "{}", resolve("2"));
    for other in ["0", "1", "3", "99"] {
        assert!(resolve(other).contains("not in doubt"), "{}", resolve(other));
    }
}

#[test]
fn one_state_alone() {
    let scene = Scene::new();
    for (state, rows) in [("accepted", 1), ("rejected", 1), ("unknown", 1), ("pending", 2)] {
        let csv = scene.report(&["--csv", "-", "--state", state]).run().exits(0).stdout;
        let lines = lines(&csv);
        assert_eq!(lines.len(), rows, "{csv}");
        assert!(lines.iter().all(|line| line.contains(&format!(",{state},"))), "{csv}");
        let jsonl = scene.report(&["--jsonl", "-", "--state", state]).run().exits(0).stdout;
        assert_eq!(jsonl.lines().count(), rows, "{jsonl}");
    }
    let error = scene.report(&["--csv", "-", "--state", "lost", "--json"]).run().exits(2).error();
    assert!(error["message"].as_str().unwrap().contains("lost"), "{error}");
    assert_eq!(scene.report(&["--json"]).run().exits(2).error()["kind"], "usage", "one form is wanted");
}

#[test]
fn a_file_is_its_owners_alone_and_whole() {
    let scene = Scene::new();
    let (csv, jsonl) = (scene.home.path("report.csv"), scene.home.path("report.jsonl"));
    let args = ["--csv", csv.to_str().unwrap(), "--jsonl", jsonl.to_str().unwrap()];
    fs::write(&csv, "an older report").unwrap();
    scene.home.permit(&csv, 0o644);
    let ran = scene.report(&args).args(["--json"]).run().exits(0);
    assert_eq!(ran.document(), json!({"campaign": scene.campaign, "rows": 5}));
    assert_eq!(fs::read_to_string(&csv).unwrap(), scene.report(&["--csv", "-"]).run().exits(0).stdout);
    assert_eq!(fs::read_to_string(&jsonl).unwrap(), scene.report(&["--jsonl", "-"]).run().exits(0).stdout);
    #[cfg(unix)]
    for file in [&csv, &jsonl] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    let ran = scene.report(&args).args(["--state", "pending", "--json"]).run().exits(0);
    assert_eq!(ran.document(), json!({"campaign": scene.campaign, "rows": 2}));
    let in_words = scene.report(&args).run().exits(0).says(&[&format!("5 rows of {}", scene.campaign)]);
    assert_eq!(in_words.stdout, "", "{}", in_words.shown());
    let left: Vec<_> = fs::read_dir(scene.home.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[test]
fn standard_output_is_for_one_thing() {
    let scene = Scene::new();
    let report = scene.home.path("report.csv");
    for args in [&["--csv", "-"][..], &["--jsonl", "-"], &["--csv", report.to_str().unwrap(), "--jsonl", "-"]] {
        let error = scene.report(args).args(["--json"]).run().exits(2).error();
        assert_eq!(error["kind"], "usage", "{error}");
        assert!(!report.exists());
    }
    let _ = scene.report(&["--csv", "-", "--jsonl", "-"]).run().exits(2).says(&["standard output"]);
    // One may go there while the other goes to a file.
    let ran = scene.report(&["--csv", report.to_str().unwrap(), "--jsonl", "-"]).run().exits(0);
    assert_eq!((lines(&fs::read_to_string(&report).unwrap()).len(), ran.stdout.lines().count()), (5, 5));
}

#[test]
fn a_place_that_cannot_be_written_to_is_said() {
    let scene = Scene::new();
    let nowhere = scene.home.path("nowhere/report.csv");
    let folder = scene.home.path("");
    for path in [nowhere.to_str().unwrap(), folder.to_str().unwrap(), ""] {
        for form in ["--csv", "--jsonl"] {
            let error = scene.report(&[form, path, "--json"]).run().exits(2).error();
            assert!(error["message"].as_str().unwrap().contains(path), "{error}");
        }
    }
    let nobody = scene.home.batchcast(["report", "c-2222222222", "--csv", nowhere.to_str().unwrap(), "--json"]);
    assert_eq!(nobody.run().exits(2).error()["kind"], "refused");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_a_reader_that_went_away_is_none() {
    use std::fs::OpenOptions;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    let scene = Scene::new();
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    for form in ["--csv", "--jsonl"] {
        let _ = scene.report(&[form, "-"]).stdout(full()).run().exits(9).says(&["error", "No space left"]);
        let _ = scene.report(&[form, "/dev/full"]).run().exits(9).says(&["error", "No space left"]);
        let (reader, writer) = UnixStream::pair().unwrap();
        drop(reader);
        let ran = scene.report(&[form, "-"]).stdout(OwnedFd::from(writer)).run().exits(0);
        assert_eq!(ran.stderr, "", "{}", ran.shown());
    }
    // A shell's pipe, and more than it holds.
    let desk = Desk::accepting();
    let many: String = (0..20_000).map(|n| format!("ou_{n}\n")).collect();
    let args = ["plan", "--text", "hi", "--to", "-", "--endpoint", &desk.vendor.url()];
    let campaign = desk.home.lark(args).stdin(many).run().exits(0).stdout;
    let line = format!("{{ batchcast report {} --csv -; echo \"exit $?\" >&2; }} | head -n 2", campaign.trim_end());
    let ran = desk.home.shell(&line).run().exits(0);
    assert_eq!((ran.stdout.lines().count(), &*ran.stderr), (2, "exit 0\n"), "{}", ran.shown());
}

#[test]
fn names_of_columns_stay_apart() {
    #[track_caller]
    fn check(csv: &str, header: &str) {
        let home = Home::empty();
        let file = home.file("people.csv", csv);
        let args = ["plan", "--text", "hi", "--to", &file, "--endpoint", "http://127.0.0.1:9"];
        let campaign = home.batchcast(args).run().exits(0).stdout;
        let report = home.batchcast(["report", campaign.trim_end(), "--csv", "-"]).run().exits(0);
        let ours = "kind,id,state,code,reason,batch,message_id,at";
        assert_eq!(report.stdout.lines().next().unwrap(), format!("row,{header}{ours}"), "{}", report.shown());
    }
    check("open_id\nou_1\n", "");
    check("open_id,id,row,at\nou_1,7,8,9\n", "input.id,input.row,input.at,");
    check("kind,open_id,input.kind\nx,ou_1,y\n", "input.input.kind,input.kind,");
    check("open_id,Id,message id\nou_1,7,8\n", "Id,message id,");
    // An id that is not the one by which somebody is reached is a column like others.
    check("open_id,user_id\nou_1,u1\n", "user_id,");
}

#[test]
fn ids_and_kinds_of_both_vendors() {
    let home = Home::empty();
    let people = "open_id,user_id,union_id,department_id\nou_1,,,\n,u1,,\n,,on_1,\n,,,od-1\n";
    let file = home.file("people.csv", people);
    let args = ["plan", "--text", "hi", "--to", &file, "--endpoint", "http://127.0.0.1:9"];
    let campaign = home.batchcast(args).run().exits(0).stdout;
    let report = home.batchcast(["report", campaign.trim_end(), "--jsonl", "-"]).run().exits(0);
    let rows: Vec<Value> = report.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = rows.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["open_id", "user_id", "union_id", "department_id"]);

    let file = home.file("accounts.csv", "account,name\n=cmd,A\n@home,B\n");
    let args = ["plan", "--text", "hi", "--via", "tim", "--to", &file, "--endpoint", "http://127.0.0.1:9"];
    let campaign = home.batchcast(args).run().exits(0).stdout;
    let report = home.batchcast(["report", campaign.trim_end(), "--csv", "-"]).run().exits(0);
    let rows: Vec<_> = report.stdout.lines().skip(1).collect();
    assert_eq!(rows, ["1,A,account,'=cmd,pending,,,0,,", "2,B,account,'@home,pending,,,0,,"]);
}
