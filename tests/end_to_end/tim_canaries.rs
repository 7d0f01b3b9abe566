//! Neither the key nor a signature nor any query of Tencent Cloud Chat is ever shown.

use batchcast_tests::{Answer, Asked, Home, Ran, Vendor};
use serde_json::{Value, json};

const KEY: &str = "canary-tim-key-0001";
const RUST_LOG: &str = "trace,ureq=trace,ureq_proto=trace,rustls=trace,batchcast=trace";

/// Sends in both formats at the highest level, asked for by option and by variable, and looks for the key, for every
/// signature that went over the wire and for queries.
#[track_caller]
fn check(name: &str, exit: i32, script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Vec<Ran> {
    let vendor = Vendor::start(script);
    let home = Home::empty();
    let args = ["--text", "hi", "--via", "tim", "--id", "bonnie", "--id", "rong", "--again"];
    let send = || home.send_tim(&vendor.url(), args).env("BATCHCAST_TIM_SECRET_KEY", KEY);
    let runs: Vec<_> = [None, Some("--json")]
        .into_iter()
        .flat_map(|format| [send().args(format).args(["-vvv"]), send().args(format).env("RUST_LOG", RUST_LOG)])
        .map(|send| send.run().exits(exit))
        .collect();
    let asked = vendor.messages();
    assert!(asked.len() >= runs.len(), "{name}: {}", asked.len());
    let signatures: Vec<_> = asked.iter().map(|asked| asked.parameter("usersig").unwrap()).collect();
    for ran in &runs {
        let said = format!("{}{}", ran.stdout, ran.stderr);
        let escaped: Vec<_> = signatures.iter().map(|sig| sig.replace('*', "%2A")).collect();
        let signatures = signatures.iter().copied().chain(escaped.iter().map(String::as_str));
        for secret in signatures.chain(["canary", "usersig=", "sdkappid=", "contenttype="]) {
            assert!(!said.contains(secret), "{name}: shows {secret}: {}", ran.shown());
        }
    }
    runs
}

/// Everything secret that a request holds, the key that made it, and the whole address as a server may echo it.
fn secrets(asked: &Asked) -> String {
    let sig = asked.parameter("usersig").unwrap();
    format!("{sig} {KEY} {KEY}{sig} {} {}", sig.replace('*', "%2A"), asked.path)
}

fn answer(status: u16, body: &Value, asked: &Asked) -> Answer {
    let answer = Answer::new(status, "application/json", &body.to_string());
    ["x-request-id", "Location", "Set-Cookie", "Server", "Retry-After"]
        .into_iter()
        .fold(answer, |answer, name| answer.with_header(name, &secrets(asked)))
}

#[test]
fn a_success() {
    let runs = check("success", 0, |asked| {
        let body = json!({"ActionStatus": "OK", "ErrorInfo": secrets(asked), "ErrorCode": 0, "MsgKey": secrets(asked)});
        answer(200, &body, asked)
    });
    assert!(runs.iter().all(|ran| ran.stderr.contains("DEBUG: ")), "the log is on: {}", runs[0].shown());
}

#[test]
fn a_server_that_repeats_the_signature() {
    // One of every class.
    let codes = [
        (70_009, 4),
        (70_001, 4),
        (60_010, 4),
        (60_009, 3),
        (60_020, 4),
        (60_028, 7),
        (90_001, 3),
        (90_012, 3),
        (90_048, 3),
        (60_008, 5),
        (424_243, 5),
    ];
    for (code, exit) in codes {
        check(&format!("code {code}"), exit, move |asked| {
            let failed = json!({"To_Account": secrets(asked), "ErrorCode": code});
            let list = if code == 424_243 { json!([failed]) } else { Value::Null };
            let said = secrets(asked);
            let body = json!({"ActionStatus": "FAIL", "ErrorInfo": said, "ErrorCode": code, "ErrorList": list});
            answer(200, &body, asked)
        });
    }
}

#[test]
fn a_page_and_a_connection_that_breaks() {
    for (status, exit) in [(200, 5), (302, 5), (404, 5), (502, 5)] {
        check(&format!("page {status}"), exit, move |asked| {
            Answer::new(status, "text/html", &format!("<html>{}</html>", secrets(asked)))
        });
    }
    check("reset", 5, |_| Answer::reset());
    check("close", 5, |_| Answer::close());
    check("cut", 5, |asked| answer(200, &json!({"ErrorInfo": secrets(asked)}), asked).cut(20));
}

#[test]
fn a_vendor_that_is_not_there() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let args = ["--text", "hi", "--via", "tim", "--id", "bonnie", "-vvv"];
    let send = Home::empty().send_tim(&format!("http://{closed}"), args).env("BATCHCAST_TIM_SECRET_KEY", KEY);
    let ran = send.run().exits(6);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(["canary", "usersig", "sdkappid="].iter().all(|text| !said.contains(text)), "{}", ran.shown());
}
