//! No secret, no token and no query is ever shown, whatever the log level, the format and the answer.

use batchcast_tests::{Answer, Asked, Home, Invocation, Ran, Vendor};
use serde_json::json;

const SECRET: &str = "canary-app-secret-0001";
const GIVEN: &str = "t-canary-given-0002";
const ISSUED: &str = "t-canary-issued-0003";
const PROXY: &str = "canary-proxy-0004";
const RUST_LOG: &str = "trace,ureq=trace,ureq_proto=trace,rustls=trace,batchcast=trace";

/// Runs it in both formats at the highest level, asked for by option and by variable, and looks for canaries.
#[track_caller]
fn check(name: &str, invocation: impl Fn() -> Invocation, exit: i32) -> Vec<Ran> {
    let levels: [fn(Invocation) -> Invocation; 2] = [|run| run.args(["-vvv"]), |run| run.env("RUST_LOG", RUST_LOG)];
    let formats = [None, Some("--json")];
    let runs = levels.iter().flat_map(|level| formats.map(|format| level(invocation().args(format)).run().exits(exit)));
    runs.inspect(|ran| {
        assert!(!ran.stdout.contains("canary") && !ran.stderr.contains("canary"), "{name}: {}", ran.shown());
    })
    .collect()
}

/// The same again and again, from one home.
fn sending(home: &Home, vendor: &Vendor) -> Invocation {
    let args = ["send", "--text", "hi", "--id", "ou_1", "--id", "ou_2", "--again"];
    home.batchcast(args).args(["--endpoint", &vendor.url()])
}

fn with_app(home: &Home, vendor: &Vendor) -> Invocation {
    let send = sending(home, vendor);
    let send = send.env("BATCHCAST_APP_ID", "cli_app").env("BATCHCAST_APP_SECRET", SECRET);
    send.env("https_proxy", format!("http://user:{PROXY}@127.0.0.1:9/?{PROXY}"))
}

fn with_token(home: &Home, vendor: &Vendor) -> Invocation {
    sending(home, vendor).env("BATCHCAST_TENANT_ACCESS_TOKEN", GIVEN)
}

/// Everything secret that a request holds.
fn secrets(asked: &Asked) -> String {
    let bearer = asked.header("authorization").unwrap_or_default();
    let secret = asked.body["app_secret"].as_str().unwrap_or_default();
    format!("{bearer} {secret} {bearer}{secret}")
}

/// The secrets of the request in every place that an answer has for a text, beside this code.
fn echo(asked: &Asked, status: u16, code: i64) -> Answer {
    let said = secrets(asked);
    let long = format!("{} {said}", "x".repeat(480));
    let error = json!({
        "log_id": said,
        "troubleshooter": said,
        "field_violations": [{"field": said, "value": said, "description": said}],
    });
    let msg = if code % 2 == 0 { &said } else { &long };
    let body =
        json!({"code": code, "msg": msg, "error": error, "data": {"message_id": said, "invalid_open_ids": [said]}});
    let answer = Answer::new(status, "application/json", &body.to_string());
    ["x-tt-logid", "x-request-id", "Location", "Set-Cookie", "WWW-Authenticate", "Retry-After", "Server"]
        .into_iter()
        .fold(answer, |answer, name| answer.with_header(name, &said))
}

fn page(asked: &Asked, status: u16) -> Answer {
    let said = secrets(asked);
    Answer::new(status, "text/html", &format!("<html>{said}</html>")).with_header("x-tt-logid", &said)
}

#[test]
fn a_server_that_repeats_the_token() {
    let home = Home::empty();
    // Exit code and code: one of every class.
    let codes = [
        (0, 5),
        (10_002, 3),
        (11_246, 3),
        (10_003, 3),
        (11_205, 4),
        (11_101, 3),
        (10_032, 3),
        (11_247, 7),
        (99_991_663, 4),
        (99_991_668, 4),
        (2_200, 5),
        (424_243, 5),
    ];
    for (code, exit) in codes {
        let status = if code % 3 == 0 { 200 } else { 400 };
        let vendor = Vendor::with_tokens(|_| Answer::token(ISSUED), move |asked| echo(asked, status, code));
        check(&format!("code {code}, app"), || with_app(&home, &vendor), exit);
        check(&format!("code {code}, token"), || with_token(&home, &vendor), exit);
        assert!(vendor.messages().iter().all(|asked| secrets(asked).contains("canary")), "the canaries are sent");
    }
}

#[test]
fn a_page_that_repeats_the_token() {
    let home = Home::empty();
    for (status, exit) in [(200, 5), (302, 5), (400, 5), (407, 5), (413, 3), (502, 5)] {
        let vendor = Vendor::with_tokens(|_| Answer::token(ISSUED), move |asked| page(asked, status));
        check(&format!("page {status}"), || with_app(&home, &vendor), exit);
    }
    let vendor = Vendor::with_tokens(
        |_| Answer::token(ISSUED),
        |asked| Answer::new(404, "text/plain", &secrets(asked)).with_header("x-tt-logid", &secrets(asked)),
    );
    check("404", || with_app(&home, &vendor), 1);
}

#[test]
fn a_token_endpoint_that_repeats_the_secret() {
    let home = Home::empty();
    for (code, exit) in [(10_014, 4), (10_003, 4), (11_205, 4), (99_991_543, 4), (11_247, 7)] {
        let vendor = Vendor::with_tokens(move |asked| echo(asked, 400, code), |_| Answer::accepted("bm-1"));
        check(&format!("token endpoint {code}"), || with_app(&home, &vendor), exit);
        assert_eq!(vendor.messages().len(), 0);
    }
}

#[test]
fn a_connection_that_breaks() {
    let home = Home::empty();
    for answer in [Answer::close(), Answer::reset(), Answer::accepted("bm-1").cut(20)] {
        let name = format!("{answer:?}");
        let vendor = Vendor::with_tokens(|_| Answer::token(ISSUED), move |_| answer.clone());
        check(&name, || with_app(&home, &vendor), 5);
        check(&name, || with_token(&home, &vendor), 5);
    }
}

#[test]
fn a_success() {
    let home = Home::empty();
    let vendor = Vendor::with_tokens(
        |_| Answer::token(ISSUED),
        |asked| {
            Answer::accepted(&secrets(asked))
                .with_header("x-tt-logid", &secrets(asked))
                .with_header("Server", &secrets(asked))
        },
    );
    let by_app = check("success", || with_app(&home, &vendor), 0);
    let by_token = check("success", || with_token(&home, &vendor), 0);
    for ran in by_app.iter().chain(&by_token) {
        assert!(ran.stderr.contains("DEBUG: attempt 1: Request"), "the log is on: {}", ran.shown());
    }
}

#[test]
fn a_secret_that_no_request_can_hold() {
    let home = Home::empty();
    let vendor = Vendor::start(|_| Answer::accepted("bm-1"));
    for token in ["t-canary\nx: y", "t-canary\u{7f}", "t-canary-\u{e9}", "canary canary"] {
        let send = || with_token(&home, &vendor).env("BATCHCAST_TENANT_ACCESS_TOKEN", token);
        check(token, send, 4);
        let error = send().args(["--json"]).run().exits(4).error();
        assert_eq!(error["kind"], "credentials", "{token:?}: {error}");
        assert_eq!(vendor.asked().len(), 0, "{token:?}");
    }
}

/// A configuration file with these lines is refused wherever it is read, and nothing is sent.
#[track_caller]
fn unreadable(config: &str, says: &[&str]) {
    let vendor = Vendor::start(|_| Answer::accepted("bm-1"));
    let url = vendor.url();
    let home = Home::empty();
    home.configure(config);
    for place in [["--endpoint", &*url].as_slice(), &["--sandbox", "--profile", "p"]] {
        let send = || home.batchcast(["send", "--text", "hi", "--id", "ou_1"]).args(place);
        for ran in check(config, send, 2) {
            let _ = ran.says(says);
        }
    }
    assert_eq!(vendor.asked().len(), 0, "{config}");
}

#[test]
fn a_configuration_that_cannot_be_read() {
    let wrong = [
        "app_secret = canary-unquoted",
        "app_secret = \"canary",
        "app_secret = \"a\\canary\"",
        "app_secret = ['canary']",
        "app_secret 'canary'",
        "app_secret = 'canary' 'canary'",
        "app_secret = '''canary\ncanary",
        "app_secret = 'canary'\napp_secret = 'canary'",
        "tenant_access_token = {canary = 'canary'}",
        "app_secrets = 'canary'",
        "app_secret = 'canary'\nids_per_request = 0",
        "tim_secret_key = canary-unquoted",
        "tim_sdkappid = 'canary'",
        "via = 't-canary'",
    ];
    for lines in wrong {
        unreadable(&format!("default_profile = 'p'\n[profiles.p]\napp_id = 'cli_app'\n{lines}\n"), &["line "]);
    }
}

#[test]
fn a_secret_in_the_place_of_a_profile() {
    unreadable("default_profile = 'p'\n[profiles]\napp_secret = 'canary'\n", &["line 3", "[profiles.work]"]);
    unreadable("profiles = 't-canary'\n", &["line 1", "[profiles.work]"]);
    unreadable("[profiles]\np = 't-canary'\n", &["line 2", "[profiles.work]"]);
    unreadable("default_profile = ['canary']\n", &["line 1"]);
    unreadable("app_secret = 'canary'\n", &["line 1", "app_secret"]);
}

#[test]
fn a_secret_without_quotes_is_not_repeated_as_a_number() {
    for (secret, shown) in [("4242424242", "4242424242"), ("42424242.5", "42424242.5"), ("1999-05-27", "1999")] {
        for name in ["app_secret", "tenant_access_token", "tim_secret_key"] {
            let home = Home::empty();
            home.configure(&format!("[profiles.p]\n{name} = {secret}\n"));
            let args = ["send", "--text", "hi", "--id", "ou_1", "--profile", "p", "--sandbox"];
            let ran = home.batchcast(args).run().exits(2);
            assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(shown), "{}", ran.shown());
            ran.says(&["line 2", "must be text in quotes"]);
        }
    }
}

#[test]
fn a_secret_on_the_command_line_is_not_repeated() {
    for option in ["--app-secret=canary", "--secret=canary", "--token=canary", "--tenant-access-token=canary"] {
        let home = Home::empty();
        check(option, || home.batchcast(["send", "--text", "hi", "--id", "ou_1", "--sandbox", option]), 2);
    }
}
