//! E-mail addresses and mobile numbers: who is behind them is asked once, and whoever is behind none is rejected.

use std::fmt::Write;

use batchcast_emulator::{Department, Directory, Emulator, FeishuDirectory, Person, RequestRecord};
use batchcast_tests::{Answer, Asked, Home, Vendor};
use serde_json::{Value, json};

use crate::desk::{counts, id};
use crate::pictures::png;

pub(crate) const LOOK_UP: &str = "/open-apis/contact/v3/users/batch_get_id";

/// Sales with North in it, and three people with addresses: Ann in Sales, Ben in both, Cid in none.
pub(crate) fn office() -> FeishuDirectory {
    let ann = Person::new("ou_ann").with_email("ann@example.com").with_mobile("+8613800000001");
    let ben = Person::new("ou_ben").with_user_id("ben").with_mobile("+4915100000000");
    let cid = Person::new("ou_cid").with_email("cid@example.com").with_name("Cid");
    FeishuDirectory::new()
        .with_department(Department::new("od-sales").with_department_id("sales").with_name("Sales"))
        .with_department(Department::new("od-north").with_parent("od-sales").with_name("North"))
        .with_user(ann.with_department("od-sales"))
        .with_user(ben.with_department("od-sales").with_department("od-north"))
        .with_user(cid)
}

/// An emulator with the office in it, whose app may do this; everything where nothing is said.
pub(crate) fn emulator(scopes: &[&str]) -> Emulator {
    let office = scopes.iter().fold(office(), |office, scope| office.with_scope(*scope));
    Emulator::builder().with_directory(Directory::new().with_feishu(office).unwrap()).start().unwrap()
}

/// How often this path was asked for.
pub(crate) fn asked(emulator: &Emulator, path: &str) -> usize {
    emulator.requests().iter().filter(|RequestRecord { path: asked, .. }| asked == path).count()
}

/// Three of them are in the office, in the words of somebody who typed them; the fifth is one of the three again.
const ADDRESSES: &str = "name,email,mobile\nAnn,ann@example.com,\nBen,,+4915100000000\nZoe,zoe@example.com,\n\
                         Yan,,+8613900000009\nAnn again,,13800000001\nCid,CID@example.com,\n";

/// The office answers; whoever it does not know is nobody.
pub(crate) fn directory(asked: &Asked) -> Answer {
    let row = |list: &str| {
        let name = list.trim_end_matches('s').to_owned();
        asked.ids(list).into_iter().map(move |address| match address.contains("nobody") {
            true => json!({ &*name: address }),
            false => json!({ &*name: address, "user_id": format!("ou_{address}").replace(['@', '.', '+'], "_") }),
        })
    };
    let rows: Vec<Value> = row("emails").chain(row("mobiles")).collect();
    Answer::json(json!({"code": 0, "msg": "ok", "data": {"user_list": rows}}))
}

#[test]
fn a_campaign_by_address_from_its_picture_to_its_recall() {
    let people = Directory::new().with_feishu(office()).unwrap();
    let emulator = Emulator::builder().with_directory(people).with_reads(0.5).with_uploaded_images_only();
    let emulator = emulator.start().unwrap();
    let home = Home::empty();
    home.file("news/pictures/office.png", png(640, 480));
    let line = json!([[{"tag": "img", "image_key": "file:pictures/office.png"}]]);
    let post = json!({"msg_type": "post", "content": {"post": {"en_us": {"title": "News", "content": line}}}});
    let post = home.file("news/post.json", post.to_string());
    let addresses = home.file("addresses.csv", ADDRESSES);

    let sent = home.send(emulator.url(), [&*post, "--to", &addresses, "--json"]).run().exits(3);
    let summary = sent.summary();
    assert_eq!((&summary["state"], counts(&summary)), (&json!("finished"), [3, 2, 0, 0]), "{summary}");
    assert_eq!(summary["recipients"]["duplicates"], 1, "Ann has two addresses: {summary}");
    let reason = "the vendor knows nobody of this address whom the app may see";
    let rejected = [["email", "zoe@example.com"], ["mobile", "+8613900000009"]];
    assert_eq!(sent.others(), rejected.map(|[kind, id]| ["rejected", kind, id, reason].map(str::to_owned)));
    let sent = sent.says(&["recipients  5 (3 by open_id, 1 by email, 1 by mobile)", "not found   2 "]);
    let reached: Vec<_> = emulator.deliveries().into_iter().map(|delivery| delivery.id).collect();
    assert_eq!(reached, ["ou_ann", "ou_ben", "ou_cid"], "{}", sent.shown());

    let campaign = id(&summary);
    let at_home = |args: &[&str]| home.lark([args[0], &campaign]).args(&args[1..]).run().exits(0);
    let status = at_home(&["status"]);
    assert!(!status.stdout.contains("progress"), "nobody has asked the vendor yet: {}", status.shown());

    let progress = at_home(&["progress", "--json"]).document();
    assert_eq!(progress["total"], json!({"valid": 3, "delivered": 3, "read": 2, "recalled": null}), "{progress}");
    let watched = at_home(&["progress", "--watch", "--still", "1ms", "--every", "1ms"]);
    let counted = "meant for 3, delivered to 3, read by 2";
    assert!(watched.stderr.lines().any(|line| line == counted), "{}", watched.shown());
    assert_eq!(watched.stdout.lines().count(), 3, "a heading, the batch, and all: {}", watched.shown());
    let as_of = |line: &str| {
        line.split_once(", as of 20").is_some_and(|(counts, at)| counts.ends_with(counted) && at.ends_with('Z'))
    };
    let status = at_home(&["status"]);
    assert!(status.stdout.lines().any(|line| line.starts_with("progress ") && as_of(line)), "{}", status.shown());

    let csv = home.path("report.csv");
    let report = at_home(&["report", "--csv", csv.to_str().unwrap()]);
    assert!(report.stderr.lines().any(as_of), "{}", report.shown());
    let table = std::fs::read_to_string(csv).unwrap();
    let message_id = summary["message_ids"][0].as_str().unwrap();
    let without_time: Vec<_> = table.lines().map(|line| line.rsplit_once(',').unwrap().0.to_owned()).collect();
    let expected = [
        "row,email,name,mobile,kind,id,state,code,reason,batch,message_id".to_owned(),
        format!("1,ann@example.com,Ann,,open_id,ou_ann,accepted,,,0,{message_id}"),
        format!("2,,Ben,'+4915100000000,open_id,ou_ben,accepted,,,0,{message_id}"),
        format!("3,zoe@example.com,Zoe,,email,zoe@example.com,rejected,,{reason},1,"),
        format!("4,,Yan,'+8613900000009,mobile,+8613900000009,rejected,,{reason},1,"),
        format!("6,CID@example.com,Cid,,open_id,ou_cid,accepted,,,0,{message_id}"),
    ];
    assert_eq!(without_time, expected);

    let recalled = at_home(&["recall", "--json"]).document();
    let all = json!({"recalled": 3, "refused": 0, "unknown": 0, "left": 0, "out_of_reach": 0});
    let document = json!({"schema": "batchcast.recall/1", "campaign": campaign, "recipients": all});
    assert_eq!(recalled, document);
    let again = at_home(&["recall", "--csv", "-"]);
    let rows: Vec<_> = again.stdout.lines().skip(1).map(|line| line.rsplit_once(',').unwrap().0).collect();
    let rows_expected = ["1,open_id,ou_ann,recalled,,", "2,open_id,ou_ben,recalled,,", "6,open_id,ou_cid,recalled,,"];
    assert_eq!(rows, rows_expected, "{}", again.shown());
    let messages = emulator.requests().into_iter().filter(|request| request.method == "DELETE").count();
    assert_eq!(messages, 1, "what is taken back is not asked for twice");

    let progress = at_home(&["progress"]);
    let all = progress.stdout.lines().last().unwrap();
    assert_eq!(all.split_whitespace().collect::<Vec<_>>(), ["all", "3", "3", "2", "3"], "{}", progress.shown());
    let status = at_home(&["status"]);
    assert!(status.stdout.contains(&format!("{counted}, taken back from 3, as of ")), "{}", status.shown());
    let summary = at_home(&["status", "--json"]).standing();
    assert_eq!(counts(&summary), [3, 2, 0, 0], "what was accepted was accepted");
}

#[test]
fn a_lookup_prints_what_a_send_can_read() {
    let (home, emulator) = (Home::empty(), emulator(&[]));
    let addresses = home.file("addresses.csv", ADDRESSES);
    let lookup = || home.lark(["lookup", "--to", &addresses, "--endpoint", emulator.url()]);
    let found = lookup().run().exits(0).says(&["4 found, 2 not found"]);
    let expected = "open_id,email,mobile\nou_ann,ann@example.com,\nou_ben,,+4915100000000\n,zoe@example.com,\n\
                    ,,+8613900000009\nou_ann,,13800000001\nou_cid,CID@example.com,\n";
    assert_eq!(found.stdout, expected, "{}", found.shown());
    let document = lookup().args(["--json"]).run().exits(0).document();
    assert_eq!(
        (&document["schema"], &document["found"], &document["not_found"], &document["addresses"][2]),
        (
            &json!("batchcast.lookup/1"),
            &json!(4),
            &json!(2),
            &json!({"kind": "email", "address": "zoe@example.com", "open_id": null})
        ),
        "{document}"
    );
    assert_eq!(document["addresses"].as_array().unwrap().len(), 6, "{document}");

    let text = ["--text", "hi", "--to", "-", "--json"];
    let sent = home.send(emulator.url(), text).stdin(found.stdout).run().exits(3).summary();
    assert_eq!((counts(&sent), &sent["recipients"]["duplicates"]), ([3, 2, 0, 0], &json!(1)), "{sent}");
    assert_eq!(asked(&emulator, LOOK_UP), 1, "all three by one look-up");
}

#[test]
fn who_has_come_since_is_found_when_everybody_is_asked_for_afresh() {
    let (home, emulator) = (Home::empty(), emulator(&[]));
    let ask = |more: &[&str]| {
        let to = ["lookup", "--id", "email=zoe@example.com", "--id", "email=ann@example.com"];
        let ran = home.lark(to).args(["--endpoint", emulator.url(), "--json"]).args(more).run();
        ran.exits(0).document()["addresses"].clone()
    };
    let ids = |found: &Value| -> Vec<Option<String>> {
        found.as_array().unwrap().iter().map(|row| row["open_id"].as_str().map(str::to_owned)).collect()
    };
    let (zoe, ann) = (Some("ou_zoe".to_owned()), Some("ou_ann".to_owned()));
    assert_eq!(ids(&ask(&[])), [None, ann.clone()]);
    let office = office().with_user(Person::new("ou_zoe").with_email("zoe@example.com"));
    emulator.set_directory(Directory::new().with_feishu(office).unwrap());
    assert_eq!((ids(&ask(&[])), asked(&emulator, LOOK_UP)), (vec![None, ann.clone()], 1), "it is remembered");
    assert_eq!((ids(&ask(&["--fresh"])), asked(&emulator, LOOK_UP)), (vec![zoe.clone(), ann.clone()], 2));
    assert_eq!((ids(&ask(&[])), asked(&emulator, LOOK_UP)), (vec![zoe, ann], 2), "and so is what was said since");
    let send = home.lark(["send", "--text", "hi", "--id", "email=zoe@example.com", "--endpoint", emulator.url()]);
    let _ = send.run().exits(0);
    emulator.assert_delivered_only(["ou_zoe"]);
}

#[test]
fn single_addresses_come_from_the_command_line_or_a_list() {
    let (home, emulator) = (Home::empty(), emulator(&[]));
    let lookup = |args: &[&str]| home.lark(["lookup", "--endpoint", emulator.url()]).args(args);
    let found = lookup(&["--id", "email=ann@example.com", "--id", "mobile=+4915100000000"]).run().exits(0);
    assert_eq!(found.stdout, "open_id,email,mobile\nou_ann,ann@example.com,\nou_ben,,+4915100000000\n");
    let list = lookup(&["--to", "-", "--id-kind", "email"]).stdin("cid@example.com\n").run().exits(0);
    assert_eq!(list.stdout, "open_id,email,mobile\nou_cid,cid@example.com,\n");
    let column = lookup(&["--to", "-", "--id-column", "work", "--id-kind", "email"]);
    let column = column.stdin("private,work\nx@example.com,ann@example.com\n").run().exits(0);
    assert_eq!(column.stdout, "open_id,email,mobile\nou_ann,ann@example.com,\n");
}

#[test]
fn whoever_is_left_out_by_an_address_does_not_get_it() {
    let (home, emulator) = (Home::empty(), emulator(&[]));
    let leavers = home.file("leavers.csv", "email,mobile\nann@example.com,\n,+4915100000000\n");
    let everybody =
        ["--id", "ou_ann", "--id", "email=cid@example.com", "--id", "mobile=4915100000000", "--id", "ou_ben"];
    let send = home.send(emulator.url(), ["--text", "hi", "--exclude", &leavers, "--json"]).args(everybody);
    let summary = send.run().exits_with_one_of(&[0, 3]).summary();
    let reached: Vec<_> = emulator.deliveries().into_iter().map(|delivery| delivery.id).collect();
    assert_eq!(reached, ["ou_cid"], "{summary}");
}

#[test]
fn bad_addresses_are_refused_in_one_document() {
    #[track_caller]
    fn check(args: &[&str], stdin: &str, exit: i32, says: &[&str]) {
        let (home, emulator) = (Home::empty(), emulator(&["im:message"]));
        let lookup = home.lark(["lookup", "--endpoint", emulator.url(), "--json"]).args(args).stdin(stdin);
        let error = lookup.run().exits(exit).error();
        let said = format!("{} {}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap_or_default());
        assert!(says.iter().all(|text| said.contains(text)), "{says:?}: {error}");
    }
    check(&["--id", "ou_1"], "", 2, &["open_id ou_1 cannot be looked up here", "email and mobile can be"]);
    check(&["--id", "email=not an address"], "", 2, &["email"]);
    check(&["--to", "-"], "email\nann@example.com\n\"a b\"\n", 2, &["line 3"]);
    check(&["--to", "none.csv"], "", 2, &["none.csv", "cannot be opened"]);
    check(&["--id", "email=ann@example.com"], "", 4, &["99991672", "contact:user.id:readonly"]);
    check(&["--department", "od-sales"], "", 4, &["99991672", "contact:"]);
    check(&[], "", 2, &["--to"]);
    check(&["--department", "0", "--id", "email=ann@example.com"], "", 2, &["cannot be used with"]);
    check(&["--recursive", "--id", "email=ann@example.com"], "", 2, &["--recursive"]);
    check(&["--sub-departments", "--to", "-"], "", 2, &["--sub-departments"]);
    check(&["--recursive"], "", 2, &["--department"]);
}

#[test]
fn a_plan_by_address_that_may_not_look_up_is_refused() {
    let (home, emulator) = (Home::empty(), emulator(&["im:message", "im:message:send_multi_users"]));
    let plan = ["plan", "--text", "hi", "--id", "email=ann@example.com", "--endpoint", emulator.url(), "--json"];
    let error = home.lark(plan).run().exits(4).error();
    assert_eq!(error["kind"], "permission", "{error}");
    assert!(error["message"].as_str().unwrap().contains("99991672"), "{error}");
    assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list(), [] as [Value; 0]);
    // Ids need no look-up.
    home.send(emulator.url(), ["--text", "hi", "--id", "ou_ann"]).run().exits(0);
}

#[test]
fn the_vendor_is_not_asked_for_more_once_it_refuses() {
    let vendor = Vendor::start(|_| Answer::code(99_991_672, "Access denied."));
    let home = Home::empty();
    let list: String = (0..20_001).fold(String::from("email\n"), |mut list, n| {
        writeln!(list, "p{n}@example.com").unwrap();
        list
    });
    let people = home.file("people.csv", list);
    for command in [&["lookup"][..], &["plan", "--text", "hi"]] {
        let before = vendor.asked().len();
        let error =
            home.lark(command).args(["--to", &people, "--endpoint", &vendor.url(), "--json"]).run().exits(4).error();
        assert!(!error["message"].as_str().unwrap().contains("more bad rows"), "{error}");
        let looked_up = vendor.asked()[before..].iter().filter(|asked| asked.route() == LOOK_UP).count();
        assert_eq!(looked_up, 1, "{command:?}");
    }
}

#[test]
fn what_was_found_before_it_broke_off_is_not_asked_for_again() {
    // The third of four look-ups is refused, once.
    let vendor = Vendor::start(|asked| match asked.nth {
        2 => Answer::code(99_991_672, "Access denied."),
        _ => directory(asked),
    });
    let home = Home::empty();
    let mut list = String::from("email\n");
    (0..200).for_each(|n| writeln!(list, "p{n}{}@example.com", if n % 50 == 0 { "-nobody" } else { "" }).unwrap());
    let people = home.file("people.csv", list);
    let plan = || home.lark(["plan", "--text", "hi", "--to", &people, "--endpoint", &vendor.url(), "--json"]);
    assert_eq!(plan().run().exits(4).error()["kind"], "permission");
    let planned = plan().run().exits(0).standing();
    assert_eq!(counts(&planned), [0, 4, 0, 196], "{planned}");
    let calls: Vec<_> = vendor.asked().into_iter().filter(|asked| asked.route() == LOOK_UP).collect();
    let sizes: Vec<_> = calls.iter().map(|asked| asked.ids("emails").len()).collect();
    assert_eq!(sizes, [50; 5], "two, the one that was refused, and the two that were left");
    assert_eq!(calls[2].ids("emails"), calls[3].ids("emails"));
    // And another plan of the same people, or a lookup, asks for nobody; nor does a run.
    let lookup = home.lark(["lookup", "--to", &people, "--endpoint", &vendor.url()]).run().exits(0);
    assert_eq!(lookup.stdout.lines().filter(|line| line.starts_with("ou_")).count(), 196);
    assert_eq!(calls.len(), vendor.asked().iter().filter(|asked| asked.route() == LOOK_UP).count());
}

#[test]
fn ten_thousand_addresses_are_a_hundred_requests_and_none_of_them_again() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    let mut list = String::from("email,mobile\n");
    (0..5_000).for_each(|n| writeln!(list, "p{n}@example.com,").unwrap());
    (0..5_000).for_each(|n| writeln!(list, ",+86138{n:08}").unwrap());
    let people = home.file("people.csv", list);
    let at = ["--to", &*people, "--endpoint", emulator.url()];
    let lookup = home.lark(["lookup"]).args(at).run().exits(0).says(&["10000 found, 0 not found"]);
    assert_eq!((lookup.stdout.lines().count(), asked(&emulator, LOOK_UP)), (10_001, 100));
    let within_a_second = |records: &[RequestRecord]| {
        let first = &records[0];
        records.iter().take_while(|record| record.at.duration_since(first.at).as_millis() < 1_000).count()
    };
    let calls: Vec<_> = emulator.requests().into_iter().filter(|record| record.path == LOOK_UP).collect();
    let most = (0..calls.len()).map(|start| within_a_second(&calls[start..])).max().unwrap();
    assert!(most <= 50, "{most} in a second");

    let planned = home.lark(["plan", "--text", "hi", "--json"]).args(at).run().exits(0).standing();
    assert_eq!((counts(&planned), asked(&emulator, LOOK_UP)), ([0, 0, 0, 10_000], 100), "{planned}");
    let run = home.lark(["run", &id(&planned), "--rate", "unlimited", "--json"]).run().exits(0).summary();
    assert_eq!((counts(&run), asked(&emulator, LOOK_UP)), ([10_000, 0, 0, 0], 100), "{run}");
}

#[test]
fn it_is_said_where_an_exclusion_leaves_nobody_out() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    let leavers = home.file("leavers.csv", "user_id\nu9\n");
    let send = home.send(emulator.url(), ["--text", "hi", "--id", "ou_1", "--exclude", &leavers]);
    let _ = send.run().exits(0).says(&["nobody was left out"]);
    let leavers = home.file("leavers.csv", "open_id\nou_1\n");
    let send = home.send(emulator.url(), ["--text", "hi", "--id", "ou_1", "--id", "ou_2", "--exclude", &leavers]);
    let ran = send.run().exits(0);
    assert!(!ran.shown().contains("nobody was left out"), "{}", ran.shown());
}
