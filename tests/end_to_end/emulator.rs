//! `batchcast emulator`.

use batchcast_tests::{Home, Running, get};
use serde_json::Value;

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
fn its_help_has_the_credentials() {
    let _ = Home::empty().batchcast(["emulator", "--help"]).run().exits(0).says(&["cli_sandbox", "sandbox-secret"]);
}
