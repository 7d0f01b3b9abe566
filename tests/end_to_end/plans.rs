//! `plan`: everything that `send` does before it sends, and nothing more.

use batchcast_emulator::Emulator;
use batchcast_tests::{Answer, Home, Vendor};
use serde_json::json;

use crate::desk::{Desk, counts, id, people};

#[test]
fn a_plan_prints_its_id_alone_and_sends_nothing() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    let args = ["--text", "hi", "--id", "ou_1", "--id", "ou_2", "--endpoint", emulator.url()];
    let ran = home.lark(["plan"]).args(args).run().exits(0);
    let id = ran.stdout.strip_suffix('\n').unwrap_or_default().to_owned();
    assert!(id.starts_with("c-") && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id:?}");
    let ran = ran.says(&["recipients  2 (2 by open_id)", "nothing sent", &format!("batchcast run {id}")]);

    let json = home.lark(["plan"]).args(args).args(["--json"]).run().exits(0);
    let plan = json.standing();
    assert_eq!((&plan["state"], counts(&plan)), (&json!("planned"), [0, 0, 0, 2]), "{plan}");
    assert_eq!(plan["requests"], json!({"planned": 1, "sent": 0, "throttled": 0, "retried": 0}));
    assert!(plan.get("error").is_none(), "{plan}");
    assert_eq!(emulator.requests().len(), 0, "not even for a token: {}", ran.shown());

    let summary = home.lark(["run", &id, "--json"]).run().exits(0).summary();
    assert_eq!((&summary["campaign"], counts(&summary)), (&json!(id), [2, 0, 0, 0]), "{summary}");
    assert_eq!(emulator.deliveries().len(), 2);
}

#[test]
fn a_plan_needs_no_credentials_of_an_emulator_and_no_vendor_that_listens() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let args = ["plan", "--text", "hi", "--id", "ou_1", "--endpoint", &format!("http://{closed}"), "--json"];
    assert_eq!(Home::empty().batchcast(args).run().exits(0).standing()["state"], "planned");
}

#[test]
fn bad_input_leaves_no_plan() {
    let home = Home::empty();
    let bad = home.file("bad.csv", "open_id,name\nou_1,A\nou_2\n");
    for args in [&["--to", &*bad][..], &[], &["--id", "ou_1", "--id", "od- 1"], &["--id", "ou_1", "--card", &bad]] {
        let text: &[&str] = if args.contains(&"--card") { &[] } else { &["--text", "hi"] };
        let plan = home.batchcast(["plan", "--endpoint", "http://127.0.0.1:9", "--json"]).args(text).args(args);
        let error = plan.run().exits(2).error();
        assert_eq!(error["kind"], "input", "{error}");
    }
    assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list(), [] as [serde_json::Value; 0]);
}

#[test]
fn next_is_a_command_that_works() {
    #[track_caller]
    fn check(plan: &[&str], variable: &str, config: &str) {
        let vendor = Vendor::start(|_| Answer::accepted("bm-1"));
        let home = Home::empty();
        let at_home = |text: &str| text.replace('~', home.path("").to_str().unwrap());
        home.configure(&at_home(config));
        std::fs::create_dir_all(home.path("a folder's $HOME")).unwrap();
        let args = ["plan", "--text", "it's \"so\" $HOME", "--id", "ou_1", "--json"];
        let plan = home.lark(args).args(plan.iter().map(|arg| at_home(&arg.replace("URL", &vendor.url()))));
        let document = plan.env("BATCHCAST_LEDGER", at_home(variable)).run().exits(0).standing();
        let next = document["next"].as_str().unwrap_or_else(|| panic!("no next: {document}")).to_owned();
        let run = home.shell(&format!("{next} --json")).env("BATCHCAST_LEDGER", at_home(variable));
        let summary = run.run().exits(0).summary();
        assert_eq!((id(&summary), counts(&summary)), (id(&document), [1, 0, 0, 0]), "{next}");
        assert!(summary["next"].is_null(), "{summary}");
        let sandboxed = next.contains("--sandbox");
        assert_eq!(vendor.messages().len(), usize::from(!sandboxed), "{next}");
    }
    let profile = "[profiles.work]\nledger = 'sqlite:~of work.db'\n";
    check(&["--endpoint", "URL"], "", "");
    check(&["--endpoint", "URL", "--ledger", "sqlite:~a folder's $HOME/my ledger.db"], "", "");
    check(&["--endpoint", "URL"], "sqlite:~a folder's $HOME/by variable.db", "");
    check(&["--endpoint", "URL", "--profile", "work"], "", profile);
    check(&["--endpoint", "URL", "--profile", "work", "--ledger", "sqlite:~other.db"], "", profile);
    check(&["--endpoint", "URL"], "", &format!("default_profile = 'work'\n{profile}"));
    check(&["--sandbox", "--ledger", "sqlite:~a folder's $HOME/of the sandbox.db"], "", "");
}

#[test]
fn a_plan_for_the_vendor_itself_can_be_run_from_its_id_alone() {
    let home = Home::empty();
    for (via, at) in [("feishu", "feishu at https://open.feishu.cn"), ("lark", "lark at https://open.larksuite.com")] {
        let plan = home.lark(["plan", "--text", "hi", "--id", "ou_1", "--via", via]).run().exits(0);
        // All that is missing is somebody who says that it is meant.
        let run = home.lark(["run", plan.stdout.trim_end()]).run().exits(2);
        run.says(&[at, "there is no terminal to ask on", "--yes --expect-count 1"]);
    }
    let plan = ["plan", "--text", "hi", "--id", "bonnie", "--via", "tim"];
    let plan = home.tim(plan).env("BATCHCAST_TIM_REGION", "singapore").run().exits(0);
    let at = plan.stderr.lines().find(|line| line.starts_with("vendor")).unwrap().to_owned();
    // Also without the variable: it goes where it was planned for.
    let run = home.tim(["run", plan.stdout.trim_end()]).run().exits(2);
    run.says(&[&at, "there is no terminal to ask on"]);
}

#[test]
fn what_is_asked_for_in_the_plan_is_kept() {
    let desk = Desk::accepting();
    let args = ["plan", "--text", "hi", "--endpoint", &desk.vendor.url(), "--canary", "2"];
    let plan = desk.home.lark(args).args(people(5)).run().exits(0).says(&["canary      the first 2"]);
    // One recipient a request was the profile's; without the profile they are still the plan's.
    desk.home.configure("");
    let run = desk.run(plan.stdout.trim_end()).run().exits(0).says(&["the canary has its answers"]);
    assert_eq!(desk.vendor.messages().len(), 5, "{}", run.shown());
}
