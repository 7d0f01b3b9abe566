//! `batchcast emulator`.

use batchcast_tests::{Home, Running, get};
use serde_json::{Value, json};

/// A running emulator and its address.
fn start(home: &Home, args: &[&str]) -> (Running, String) {
    let mut running = home.batchcast(["emulator"]).args(args).start();
    let line = running.wait_for("");
    let url = line.trim_end().strip_prefix("listening on ").unwrap_or_else(|| panic!("the first line is {line:?}"));
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    (running, url.to_owned())
}

#[test]
fn it_serves_a_send_tells_who_got_what_and_stops_when_asked() {
    let home = Home::empty();
    let (running, url) = start(&home, &[]);
    assert_eq!(get(&format!("{url}/_emulator/health")), r#"{"ok":true}"#);

    // Without credentials: those of the emulator are public, and the endpoint is loopback.
    let args =
        ["send", "--text", "hi", "--endpoint", &url, "--id", "ou_1", "--id", "user_id=u1", "--id", "ou_2_invalid"];
    let ran = home.batchcast(args).run().exits(3);
    let message_id = ran.rows()[0][3].clone();

    let deliveries = get(&format!("{url}/_emulator/deliveries"));
    let deliveries: Vec<Value> = deliveries.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut people: Vec<_> = deliveries.iter().map(|line| (line["kind"].as_str(), line["id"].as_str())).collect();
    people.sort_unstable();
    assert_eq!(people, [(Some("open_id"), Some("ou_1")), (Some("user_id"), Some("u1"))]);
    for delivery in &deliveries {
        assert_eq!(delivery["provider"], "feishu");
        assert_eq!(delivery["message_id"], message_id);
        assert_eq!(delivery["msg_type"], "text");
        assert!(delivery["at"].is_string(), "{delivery}");
    }

    running.terminate();
    let ran = running.finish().exits(0);
    assert_eq!(ran.stdout, format!("listening on {url}\n"));
}

#[test]
fn its_first_line_can_be_a_document() {
    let home = Home::empty();
    let mut running = home.batchcast(["emulator", "--json", "--keep-requests", "1"]).start();
    let line: Value = serde_json::from_str(&running.wait_for("")).unwrap();
    let url = line["url"].as_str().unwrap();
    assert_eq!(line, json!({"schema": "batchcast.emulator/1", "url": url}));
    let _ = home.send(url, ["--text", "hi", "--id", "ou_1"]).run().exits(0);
    let requests = get(&format!("{url}/_emulator/requests"));
    assert_eq!((requests.lines().count(), requests.contains("batch_send")), (1, true), "the newest: {requests}");
    running.terminate();
    assert_eq!(running.finish().exits(0).document(), line);
}

/// An emulator that answers a message so late, and a send that waits for that.
fn start_with_a_late_answer(home: &Home, milliseconds: u64) -> (Running, String, Running) {
    let fault = json!({"kind": "delay", "ms": milliseconds});
    let plan = json!([{"match": {"path": "/open-apis/message/"}, "fault": fault}]).to_string();
    let (emulator, url) = start(home, &["--faults", &home.file("faults.json", plan)]);
    let sending = home.send(&url, ["--text", "hi", "--id", "ou_1"]).start();
    let asked = || get(&format!("{url}/_emulator/requests")).contains("batch_send");
    assert!((0..20_000).any(|_| asked()));
    (emulator, url, sending)
}

#[test]
fn what_it_was_asked_before_it_is_stopped_it_answers() {
    let home = Home::empty();
    let (emulator, _, sending) = start_with_a_late_answer(&home, 700);
    emulator.terminate();
    let _ = sending.finish().exits(0);
    let _ = emulator.finish().exits(0);
}

#[test]
fn whoever_stops_it_twice_does_not_wait() {
    let home = Home::empty();
    let (emulator, url, sending) = start_with_a_late_answer(&home, 3_600_000);
    emulator.terminate();
    // It listens no more when it has seen the first signal, so that it sees another one in the second.
    let address = url.strip_prefix("http://").unwrap();
    assert!((0..20_000).any(|_| std::net::TcpStream::connect(address).is_err()));
    emulator.terminate();
    let _ = emulator.finish().exits(0).says(&["stopped at once: what was not answered by now is not"]);
    let _ = sending.finish().exits(5);
}

#[test]
fn where_to_listen_is_said_in_several_ways() {
    for address in ["0", "localhost:0", "127.0.0.1:0", "[::1]:0"] {
        let home = Home::empty();
        let mut running = home.batchcast(["emulator", "--listen", address]).start();
        let ip = if address.starts_with('[') { "[::1]" } else { "127.0.0.1" };
        running.wait_for(&format!("listening on http://{ip}:"));
        running.terminate();
        let _ = running.finish().exits(0);
    }
    for address in ["example.com:80", "127.0.0.1", "99999", ""] {
        let ran = Home::empty().batchcast(["emulator", "--listen", address]).run().exits(2);
        let _ = ran.says(&["an address and a port are wanted, as 127.0.0.1:8080"]);
    }
}

#[test]
fn it_plays_lark() {
    let home = Home::empty();
    let (_running, url) = start(&home, &["--lark", "--listen", "127.0.0.1:0", "--seed", "7"]);
    let args = ["send", "--text", "hi", "--id", "ou_1", "--via", "lark", "--json", "--endpoint", &url];
    let summary = home.batchcast(args).run().exits(0).summary();
    assert_eq!(summary["provider"], "lark");
    let delivery: Value = serde_json::from_str(&get(&format!("{url}/_emulator/deliveries"))).unwrap();
    assert_eq!(delivery["provider"], "lark");
}

#[test]
fn it_listens_on_loopback_alone() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let ran = Home::empty().batchcast(["emulator", "--listen", address]).run().exits(2);
        assert_eq!(ran.stdout, "");
        ran.says(&[address, "loopback"]);
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let _ = Home::empty().batchcast(["emulator", "--listen", &address]).run().exits(1).says(&[&address]);
}

#[test]
fn it_listens_elsewhere_when_told_to_and_warns() {
    let home = Home::empty();
    let mut running = home.batchcast(["emulator", "--listen", "0.0.0.0:0", "--any-interface"]).start();
    let line = running.wait_for("listening on http://0.0.0.0:");
    let port = line.trim_end().rsplit(':').next().unwrap().to_owned();
    assert_eq!(get(&format!("http://127.0.0.1:{port}/_emulator/health")), r#"{"ok":true}"#);
    running.terminate();
    let _ = running.finish().exits(0).says(&["warning: 0.0.0.0:", "can be reached by other machines"]);
}

#[test]
fn its_help_has_the_credentials() {
    let credentials = ["cli_sandbox,", "sandbox-secret", "cli_sandbox_store", "sandbox-store-ticket", "sandbox-key"];
    let _ = Home::empty().batchcast(["emulator", "--help"]).run().exits(0).says(&credentials);
}

#[test]
fn it_takes_its_people_and_its_faults_from_files() {
    let home = Home::empty();
    let people = r#"{"feishu":{"users":[{"open_id":"ou_ann"},{"open_id":"ou_ben","reachable":false}]}}"#;
    let people = home.file("people.json", people);
    let plan = r#"[{"match":{"path":"/open-apis/message/","nth":[1]},"fault":{"kind":"code","code":11232}}]"#;
    let plan = home.file("faults.json", plan);
    let (_running, url) = start(&home, &["--directory", &people, "--faults", &plan]);
    let args = ["--text", "hi", "--id", "ou_ann", "--id", "ou_ben", "--id", "ou_cid", "--json"];
    let summary = home.send(&url, args).run().exits(3).summary();
    assert_eq!((&summary["recipients"]["accepted"], &summary["requests"]["throttled"]), (&json!(2), &json!(1)));
    let deliveries = get(&format!("{url}/_emulator/deliveries"));
    assert!(deliveries.contains("ou_ann") && !deliveries.contains("ou_ben"), "{deliveries}");
    assert!(get(&format!("{url}/_emulator/requests")).contains(r#""code":11232,"fault":"code""#));
    assert!(get(&format!("{url}/")).contains("<td class=\"text\">hi<br>"));
}

#[test]
fn it_answers_as_it_is_set_to() {
    let home = Home::empty();
    let settings = r#"{"feishu":{"empty_lists":"absent","nobody_valid":"refused"},"limits":{"daily_messages":1}}"#;
    let settings = home.file("settings.json", settings);
    let (_running, url) = start(&home, &["--settings", &settings, "--limits=400"]);
    let summary = home.send(&url, ["--text", "hi", "--id", "ou_1", "--json"]).run().exits(0).summary();
    assert_eq!(summary["recipients"]["accepted"], 1, "{summary}");
    let over = home.send(&url, ["--text", "more", "--id", "ou_1", "--json"]).run().exits(7);
    let nobody = home.send(&url, ["--text", "hi", "--id", "ou_1_invalid", "--json"]).run().exits(3).summary();
    assert_eq!(nobody["recipients"]["rejected"], 1, "{nobody}; {}", over.shown());
    assert!(get(&format!("{url}/_emulator/requests")).contains(r#""code":10032"#));
}

#[test]
fn it_brings_a_company_and_delivers_at_a_speed() {
    let home = Home::empty();
    let (_running, url) = start(&home, &["--demo", "--delivery-rate", "1", "--keep-deliveries", "7", "--limits=400"]);
    let args = ["--text", "hi", "--id", "department_id=sales-north", "--json"];
    let summary = home.send(&url, args).run().exits(0).summary();
    assert_eq!(summary["recipients"]["accepted"], 1);
    let page = get(&format!("{url}/"));
    assert!(page.contains(" more wait for their turn"), "{page}");
}

#[test]
fn a_send_keeps_the_pace_that_the_emulator_holds_it_to() {
    let home = Home::with_ids_per_request(1);
    let (_running, url) = start(&home, &["--limits"]);
    let ids: Vec<String> = (0..70).map(|n| format!("ou_{n}\n")).collect();
    let people = home.file("people.txt", ids.concat());
    let summary = home.send(&url, ["--text", "hi", "--to", &people, "--json"]).run().exits(0).summary();
    assert_eq!((&summary["recipients"]["accepted"], &summary["requests"]["throttled"]), (&json!(70), &json!(0)));
    assert_eq!(get(&format!("{url}/_emulator/deliveries")).lines().count(), 70);
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    fn check(args: [&str; 2], content: &str, expected: &[&str]) {
        let home = Home::empty();
        let file = home.file(args[1], content);
        let _ = home.batchcast(["emulator", args[0], &file]).run().exits(2).says(expected);
    }
    check(["--directory", "d.json"], "[]", &["d.json: the directory cannot be used", "must be a JSON object"]);
    check(
        ["--settings", "s.json"],
        r#"{"tim":{"shape":1}}"#,
        &["s.json: the settings cannot be used: tim: unknown field"],
    );
    check(["--faults", "f.json"], r#"[{"fault":{"kind":"fire"}}]"#, &["f.json: the fault plan", "rule 1", "`fire`"]);
    let missing = Home::empty().batchcast(["emulator", "--faults", "/nowhere/f.json"]).run().exits(2);
    let _ = missing.says(&["/nowhere/f.json cannot be read"]);
    let both = Home::empty().batchcast(["emulator", "--demo", "--directory", "x"]).run().exits(2);
    let _ = both.says(&["--demo", "--directory"]);
}
