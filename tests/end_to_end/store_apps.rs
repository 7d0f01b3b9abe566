//! Store apps: from a ticket to a message, and what becomes of tickets that do not come or are refused.

use std::path::Path;

use batchcast_emulator::{
    Emulator, SANDBOX_STORE_APP_ID, SANDBOX_STORE_APP_SECRET, SANDBOX_STORE_APP_TICKET, SANDBOX_STORE_TENANT_KEY,
    StoreApp,
};
use batchcast_tests::{Answer, Asked, Home, Invocation, Vendor};
use serde_json::json;

use crate::desk::{counts, id};
use crate::people::{LOOK_UP, asked};
use crate::pictures::png;

const APP_TOKEN: &str = "/open-apis/auth/v3/app_access_token";
const TENANT_TOKEN: &str = "/open-apis/auth/v3/tenant_access_token";
const RESEND: &str = "/open-apis/auth/v3/app_ticket/resend";
const OTHER_TENANT: &str = "other-tenant";

/// The emulator's store app, in its tenant, without a ticket.
fn store_app(run: Invocation) -> Invocation {
    let run = run.env("BATCHCAST_APP_ID", SANDBOX_STORE_APP_ID).env("BATCHCAST_APP_SECRET", SANDBOX_STORE_APP_SECRET);
    run.env("BATCHCAST_TENANT_KEY", SANDBOX_STORE_TENANT_KEY)
}

/// The same with its ticket.
fn with_ticket(run: Invocation) -> Invocation {
    store_app(run).env("BATCHCAST_APP_TICKET", SANDBOX_STORE_APP_TICKET)
}

#[test]
fn every_command_works_for_a_store_app() {
    let (home, emulator) = (Home::empty(), Emulator::builder().with_uploaded_images_only().start().unwrap());
    let picture = home.file("logo.png", png(640, 480));
    let at = ["--endpoint", emulator.url()];
    let run = |args: &[&str]| with_ticket(home.batchcast(args));
    let address = "email=ann@example.com";
    let lookup = run(&["lookup", "--id", address]).args(at).run().exits(0);
    assert!(lookup.stdout.lines().nth(1).unwrap().starts_with("ou_"), "{}", lookup.shown());
    let sent = run(&["send", "--image", &picture, "--id", address, "--id", "ou_1", "--json"]).args(at).run().exits(0);
    let summary = sent.summary();
    assert_eq!(counts(&summary), [2, 0, 0, 0], "{summary}");
    let sent = sent.says(&[&format!("app         {SANDBOX_STORE_APP_ID} in tenant {SANDBOX_STORE_TENANT_KEY}")]);
    let campaign = id(&summary);
    let progress = run(&["progress", &campaign, "--json"]).run().exits(0).document();
    assert_eq!(progress["total"]["delivered"], 2, "{progress}");
    let recall = run(&["recall", &campaign, "--json"]).run().exits(0).document();
    assert_eq!(recall["recipients"]["recalled"], 2, "{recall}");
    assert_eq!(asked(&emulator, APP_TOKEN), asked(&emulator, TENANT_TOKEN), "{}", sent.shown());
    assert_eq!(asked(&emulator, "/open-apis/auth/v3/tenant_access_token/internal"), 0);
    assert_eq!(asked(&emulator, RESEND), 0, "there was a ticket all the time");
}

#[test]
fn the_profile_can_hold_it() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    let ticket = home.file("ticket", format!("{SANDBOX_STORE_APP_TICKET}\n"));
    let app = format!(
        "app_id = '{SANDBOX_STORE_APP_ID}'\napp_secret = '{SANDBOX_STORE_APP_SECRET}'\ntenant_key = '{SANDBOX_STORE_TENANT_KEY}'\n"
    );
    for ticket in [format!("app_ticket = '{SANDBOX_STORE_APP_TICKET}'"), format!("app_ticket_file = '{ticket}'")] {
        home.configure(&format!("default_profile = 'store'\n[profiles.store]\n{app}{ticket}\n"));
        let send = ["send", "--text", &*ticket, "--id", "ou_1", "--endpoint", emulator.url(), "--json"];
        assert_eq!(counts(&home.batchcast(send).run().exits(0).summary()), [1, 0, 0, 0]);
    }
}

/// A vendor for whom the first ticket is too old. Asked for another it writes this to the file, as somebody would who
/// listens for its events.
fn renewing(file: &Path, ticket: &'static str) -> Vendor {
    let file = file.to_owned();
    Vendor::start(move |asked: &Asked| match asked.route() {
        APP_TOKEN if asked.body["app_ticket"] != ticket => Answer::code(10012, "get app access token fail"),
        APP_TOKEN => Answer::json(json!({"code": 0, "msg": "ok", "app_access_token": "a-1", "expire": 7140})),
        TENANT_TOKEN => Answer::token("t-1"),
        RESEND => {
            let fresh = file.with_extension("fresh");
            std::fs::write(&fresh, format!("{ticket}\n")).unwrap();
            std::fs::rename(fresh, &file).unwrap();
            Answer::json(json!({"code": 0, "msg": "ok"}))
        }
        _ => Answer::accepted("bm-1"),
    })
}

#[test]
fn a_ticket_that_is_renewed_in_its_file_is_taken_while_a_send_waits() {
    for first in ["ticket-1\n", "", "\n"] {
        let home = Home::empty();
        let file = home.file("ticket", first);
        let vendor = renewing(Path::new(&file), "ticket-2");
        let send = home.batchcast(["send", "--text", "hi", "--id", "ou_1", "--endpoint", &vendor.url(), "--json"]);
        let ran = store_app(send).env("BATCHCAST_APP_TICKET_FILE", &file).run().exits(0);
        let summary = ran.summary();
        assert_eq!(counts(&summary), [1, 0, 0, 0], "{summary}");
        assert_eq!(ran.stderr.contains("has no app ticket yet"), first != "ticket-1\n", "{}", ran.shown());
        let asked: Vec<_> = vendor.asked().into_iter().map(|asked| asked.path).collect();
        let refused = usize::from(first == "ticket-1\n");
        let expected = [APP_TOKEN, RESEND, APP_TOKEN, TENANT_TOKEN, "/open-apis/message/v4/batch_send/"];
        assert_eq!(asked, expected[1 - refused..], "{first:?}");
    }
}

#[test]
fn a_wrong_ticket_is_a_matter_of_credentials_and_never_shown() {
    let canaries = ["canary-ticket", "canary-secret"];
    let app = StoreApp::new(SANDBOX_STORE_APP_ID, canaries[1]);
    let emulator = Emulator::builder().with_store_app(app).start().unwrap();
    let pictures = Home::empty();
    let picture = pictures.file("logo.png", png(640, 480));
    let commands: [&[&str]; 5] = [
        &["send", "--text", "hi", "--id", "ou_1"],
        &["plan", "--text", "hi", "--id", "email=ann@example.com"],
        &["plan", "--image", &picture, "--id", "ou_1"],
        &["upload", &picture],
        &["lookup", "--department", "0"],
    ];
    for command in commands {
        for format in [&[][..], &["--json"]] {
            let home = Home::empty();
            let run = home.batchcast(command).args(["--endpoint", emulator.url(), "-vvv"]);
            let run = store_app(run.args(format)).env("BATCHCAST_APP_SECRET", canaries[1]);
            let ran = run.env("BATCHCAST_APP_TICKET", canaries[0]).env("RUST_LOG", "trace").run().exits(4);
            let ran = ran.says(&["10012"]);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(canaries.iter().all(|canary| !said.contains(canary)), "{}", ran.shown());
        }
    }
    assert!(emulator.deliveries().is_empty());
}

#[test]
fn a_tenant_without_the_app_is_a_matter_of_permission() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    let lookup = home.batchcast(["lookup", "--id", "email=ann@example.com", "--endpoint", emulator.url(), "--json"]);
    let error = with_ticket(lookup).env("BATCHCAST_TENANT_KEY", "nobody").run().exits(4).error();
    assert!(error["message"].as_str().unwrap().contains("20009"), "{error}");
    assert!(error["hint"].as_str().unwrap().contains("install the app"), "{error}");
}

#[test]
fn half_of_a_store_app_is_refused_with_what_is_missing() {
    #[track_caller]
    fn check(variables: &[(&str, &str)], exit: i32, kind: &str, says: &[&str]) {
        let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
        let send = home.lark(["send", "--text", "hi", "--id", "ou_1", "--endpoint", emulator.url(), "--json"]);
        let send = variables.iter().fold(send, |send, (name, value)| send.env(name, value));
        let error = send.run().exits(exit).error();
        let said = format!("{} {}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap_or_default());
        assert_eq!(error["kind"], kind, "{error}");
        assert!(says.iter().all(|text| said.contains(text)) && !said.contains("canary"), "{says:?}: {error}");
        assert_eq!(emulator.requests().len(), 0);
    }
    let (ticket, file) = ("BATCHCAST_APP_TICKET", "BATCHCAST_APP_TICKET_FILE");
    let no_tenant = ["no tenant", "set BATCHCAST_TENANT_KEY"];
    check(&[(ticket, "canary")], 4, "credentials", &no_tenant);
    check(&[(file, "/dev/null")], 4, "credentials", &no_tenant);
    let no_ticket = ["no app ticket", "BATCHCAST_APP_TICKET_FILE", "a custom app needs neither"];
    check(&[("BATCHCAST_TENANT_KEY", "tenant")], 4, "credentials", &no_ticket);
    let no_file = ["/none/ticket", "cannot be read"];
    check(&[(file, "/none/ticket"), ("BATCHCAST_TENANT_KEY", "tenant")], 4, "credentials", &no_file);
    check(&[(file, "/dev/null"), (ticket, "canary")], 2, "usage", &["both BATCHCAST_APP_TICKET and"]);
}

#[test]
fn one_campaign_is_one_tenant() {
    let home = Home::empty();
    let vendor = Vendor::start(|asked| match asked.route() {
        APP_TOKEN => Answer::json(json!({"code": 0, "msg": "ok", "app_access_token": "a-1", "expire": 7140})),
        TENANT_TOKEN => Answer::token(&format!("t-{}", asked.body["tenant_key"].as_str().unwrap())),
        LOOK_UP => {
            let bearer = asked.header("authorization").unwrap();
            let id = if bearer.ends_with(OTHER_TENANT) { "ou_other" } else { "ou_one" };
            let row = json!({"email": asked.ids("emails")[0], "user_id": id});
            Answer::json(json!({"code": 0, "msg": "ok", "data": {"user_list": [row]}}))
        }
        _ => Answer::accepted(&format!("bm-{}", asked.nth)),
    });
    let url = vendor.url();
    let plan = |tenant: &str| {
        let plan =
            home.batchcast(["plan", "--text", "hi", "--id", "email=ann@example.com", "--endpoint", &url, "--json"]);
        id(&with_ticket(plan).env("BATCHCAST_TENANT_KEY", tenant).run().exits(0).standing())
    };
    let (one, other) = (plan(SANDBOX_STORE_TENANT_KEY), plan(OTHER_TENANT));
    let run = |campaign: &str, tenant: &str| {
        with_ticket(home.batchcast(["run", campaign, "--json"])).env("BATCHCAST_TENANT_KEY", tenant)
    };
    let refused = run(&one, OTHER_TENANT).run().exits(2).error();
    assert_eq!(refused["kind"], "refused", "{refused}");
    let said = refused["message"].as_str().unwrap();
    assert!(said.contains(OTHER_TENANT) && said.contains(SANDBOX_STORE_TENANT_KEY), "{refused}");
    assert!(vendor.messages().is_empty());
    assert_eq!(counts(&run(&one, SANDBOX_STORE_TENANT_KEY).run().exits(0).summary()), [1, 0, 0, 0]);
    assert_eq!(counts(&run(&other, OTHER_TENANT).run().exits(0).summary()), [1, 0, 0, 0]);
    let sent: Vec<_> =
        vendor.messages().iter().map(|asked| asked.header("authorization").unwrap().to_owned()).collect();
    assert_eq!(sent, [SANDBOX_STORE_TENANT_KEY, OTHER_TENANT].map(|tenant| format!("Bearer t-{tenant}")));
    let reached: Vec<_> = vendor.messages().iter().flat_map(|asked| asked.ids("open_ids")).collect();
    assert_eq!(reached, ["ou_one", "ou_other"], "an open_id is of one tenant, and so is what is remembered");
    let follow = with_ticket(home.batchcast(["progress", &one, "--json"])).env("BATCHCAST_TENANT_KEY", OTHER_TENANT);
    assert_eq!(follow.run().exits(2).error()["kind"], "refused");
}
