//! Tencent Cloud Chat: what arrives is what stands in the file, and everybody is answered for.

use std::collections::HashSet;

use batchcast_emulator::{Emulator, PartialShape, SANDBOX_TIM_KEY, SANDBOX_TIM_SDKAPPID};
use batchcast_tests::{Answer, Home, Ran, Vendor};
use serde_json::{Value, json};

/// The vendor's own examples.
const EXAMPLES: [&str; 2] = [include_str!("../data/tim-text.json"), include_str!("../data/tim-text-offline-push.json")];

/// The requests that arrived: their queries and their bodies without the two numbers that are drawn for each.
#[track_caller]
fn arrived(emulator: &Emulator) -> Vec<(String, Value)> {
    let body = |body: &[u8]| {
        let mut body: Value = serde_json::from_slice(body).unwrap();
        for number in ["MsgSeq", "MsgRandom"] {
            let drawn = body.as_object_mut().unwrap().remove(number);
            assert!(
                drawn.as_ref().and_then(Value::as_u64).is_some_and(|n| n <= u32::MAX.into()),
                "{number}: {drawn:?}"
            );
        }
        body
    };
    let received = emulator.received();
    assert!(received.iter().all(|request| request.uri.path() == "/v4/openim/batchsendmsg"), "{received:?}");
    received.iter().map(|request| (request.uri.query().unwrap().to_owned(), body(&request.body))).collect()
}

/// State, kind and id of everybody.
fn people(ran: &Ran) -> Vec<String> {
    ran.rows().iter().map(|row| row[..3].join(" ")).collect()
}

#[test]
fn the_vendors_examples_arrive_as_they_are_in_one_signed_request() {
    let home = Home::empty();
    for example in EXAMPLES {
        let emulator = Emulator::start().unwrap();
        let file = home.file("message.json", example);
        let ran = home.send_tim(emulator.url(), [&file]).run().exits(0);
        assert_eq!(people(&ran), ["accepted account bonnie", "accepted account rong"]);
        assert!(ran.rows().iter().all(|row| !row[3].is_empty()), "the MsgKey: {}", ran.shown());

        let [(query, body)] = &arrived(&emulator)[..] else { panic!("{:?}", emulator.received()) };
        let mut expected: Value = serde_json::from_str(example).unwrap();
        expected.as_object_mut().unwrap().remove("MsgRandom");
        assert_eq!(*body, expected);

        let parameters: Vec<_> = query.split('&').map(|parameter| parameter.split_once('=').unwrap()).collect();
        let [("sdkappid", app), ("identifier", who), ("usersig", sig), ("random", random), ("contenttype", "json")] =
            parameters[..]
        else {
            panic!("{query}")
        };
        assert_eq!((app, who), (&*SANDBOX_TIM_SDKAPPID.to_string(), "administrator"));
        assert!(random.parse::<u32>().is_ok(), "{random}");
        let args = ["usersig", "inspect", sig, "--json"];
        let claims = home.batchcast(args).env("BATCHCAST_TIM_SECRET_KEY", SANDBOX_TIM_KEY).run().exits(0).document();
        assert_eq!(claims["signature_valid"], true, "{claims}");

        let request = &emulator.received()[0];
        assert_eq!(request.method, "POST");
        assert_eq!(request.headers["content-type"], "application/json; charset=utf-8");
        assert!(request.headers.get("authorization").is_none(), "{:?}", request.headers);
    }
}

#[test]
fn every_request_draws_its_own_numbers_and_none_is_taken_from_the_file() {
    let home = Home::empty();
    home.configure("default_profile = 'one'\n[profiles.one]\nids_per_request = 1\n");
    let emulator = Emulator::start().unwrap();
    let message = json!({
        "To_Account": ["a", "b", "c"], "MsgSeq": 7, "MsgRandom": 7,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}],
    });
    let file = home.file("message.json", message.to_string());
    let ran = home.send_tim(emulator.url(), [&*file, "--json"]).run().exits(0);
    assert_eq!(ran.summary()["provider"], "tim");
    let mut drawn = HashSet::new();
    for request in emulator.received() {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let random =
            request.uri.query().unwrap().split('&').find(|part| part.starts_with("random=")).unwrap().to_owned();
        assert!(drawn.insert(body["MsgSeq"].to_string()) && drawn.insert(body["MsgRandom"].to_string()), "{body}");
        assert!(drawn.insert(random), "{body}");
    }
    assert_eq!(drawn.len(), 9);
}

#[test]
fn a_partial_answer_is_the_same_in_each_of_its_shapes() {
    #[track_caller]
    fn check(shape: PartialShape, exit: i32, rong: &str) {
        let emulator = Emulator::builder().with_tim_partial_shape(shape).start().unwrap();
        let ids = ["--id", "bonnie", "--id", "rong_invalid", "--id", "account=dave"];
        let send = || Home::empty().send_tim(emulator.url(), ["--text", "hi", "--via", "tim"]).args(ids);
        let ran = send().run().exits(exit);
        let expected = ["accepted account bonnie", &format!("{rong} account rong_invalid"), "accepted account dave"];
        assert_eq!(people(&ran), expected, "{shape:?}");
        let rejected = u64::from(rong == "rejected");
        assert!(rejected == 0 || ran.rows()[1][3].contains("import"), "{shape:?}: {}", ran.shown());
        let summary = send().args(["--json"]).run().exits(exit).summary();
        assert_eq!(summary["recipients"]["rejected"], rejected, "{shape:?}: {summary}");
        assert_eq!(summary["state"], "finished", "{shape:?}: {summary}");
        assert!(summary.get("error").is_none(), "{shape:?}: {summary}");
        assert_eq!(emulator.received().len(), 2, "{shape:?}: nobody is sent to again");
    }
    check(PartialShape::SomeError, 3, "rejected");
    check(PartialShape::FailWithoutCode, 3, "rejected");
    check(PartialShape::Fail90011, 3, "rejected");
    check(PartialShape::Ok, 3, "rejected");
    // Where the vendor names nobody, it has accepted everybody.
    check(PartialShape::OkWithoutErrorList, 0, "accepted");
}

#[test]
fn five_hundred_accounts_are_one_request() {
    #[track_caller]
    fn check(accounts: usize, requests: &[usize]) {
        let emulator = Emulator::start().unwrap();
        let home = Home::empty();
        let list: String = (0..accounts).map(|n| format!("user{n}\n")).collect();
        let file = home.file("people.txt", list);
        let args = ["--text", "hi", "--via", "tim", "--to", &file, "--json"];
        let summary = home.send_tim(emulator.url(), args).run().exits(0).summary();
        assert_eq!(summary["recipients"]["accepted"], accounts);
        assert_eq!(summary["message_ids"].as_array().unwrap().len(), requests.len());
        let mut lengths: Vec<_> =
            arrived(&emulator).iter().map(|(_, body)| body["To_Account"].as_array().unwrap().len()).collect();
        lengths.sort_unstable();
        assert_eq!(lengths, requests);
        let reached: HashSet<_> = emulator.deliveries().into_iter().map(|to| to.id).collect();
        assert_eq!((reached.len(), emulator.deliveries().len()), (accounts, accounts));
    }
    check(500, &[500]);
    check(501, &[1, 500]);
}

#[test]
fn ids_that_do_not_tell_their_kind_are_accounts() {
    #[track_caller]
    fn check(content: &str, expected: &[&str]) {
        let emulator = Emulator::start().unwrap();
        let home = Home::empty();
        let file = home.file("list", content);
        let send = home.send_tim(emulator.url(), ["--text", "line\n\"two\" 🗳", "--via", "tim", "--to", &file]);
        let _ = send.args(["--id", "account=x=y", "--id", "dave", "--json"]).run().exits(0);
        let accounts = [expected, &["x=y", "dave"]].concat();
        let text = json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "line\n\"two\" 🗳"}}]);
        let bodies: Vec<_> = arrived(&emulator).into_iter().map(|(_, body)| body).collect();
        assert_eq!(bodies, [json!({"To_Account": accounts, "MsgBody": text})]);
    }
    check("bonnie\nrong\nbonnie\n", &["bonnie", "rong"]);
    check("name,account\nA,bonnie\nB,rong\n", &["bonnie", "rong"]);
    check("{\"account\":\"bonnie\"}\n{\"account\":\"rong\",\"n\":1}\n", &["bonnie", "rong"]);
}

#[test]
fn its_credentials_are_its_own() {
    #[track_caller]
    fn check(variables: &[(&str, &str)], config: &str, exit: i32, says: &[&str]) {
        let emulator = Emulator::builder().with_tim_credentials(1_400_000_007, "chief", "k").start().unwrap();
        let home = Home::empty();
        home.configure(config);
        home.file("key", "k\n");
        let send = home.batchcast(["send", "--text", "hi", "--via", "tim", "--id", "a", "--endpoint", emulator.url()]);
        let value = |value: &str| value.replace('~', home.path("").to_str().unwrap());
        let send = variables.iter().fold(send, |send, (name, text)| send.env(name, value(text)));
        let _ = send.run().exits(exit).says(says);
        assert_eq!(emulator.deliveries().len(), usize::from(exit == 0), "{variables:?}");
        // What is incomplete is not sent, and what the vendor refuses is not repeated.
        let asked = usize::from(exit == 0 || says[0].starts_with(['7', '9']));
        assert_eq!(emulator.received().len(), asked, "{variables:?}");
    }
    let app = ("BATCHCAST_TIM_SDKAPPID", "1400000007");
    let who = ("BATCHCAST_TIM_IDENTIFIER", "chief");
    let key = ("BATCHCAST_TIM_SECRET_KEY", "k");
    let file = ("BATCHCAST_TIM_SECRET_KEY_FILE", "~key");
    let profile = "default_profile = 'p'\n[profiles.p]\ntim_sdkappid = 1400000007\ntim_identifier = 'chief'\n";
    check(&[app, who, key], "", 0, &[]);
    check(&[app, who, file], "", 0, &[]);
    check(&[], &format!("{profile}tim_secret_key = 'k'\n"), 0, &[]);
    check(&[file], profile, 0, &[]);
    check(&[("BATCHCAST_TIM_SECRET_KEY", "another")], &format!("{profile}tim_secret_key = 'k'\n"), 4, &["70009"]);
    check(&[app, ("BATCHCAST_TIM_IDENTIFIER", "somebody"), key], "", 4, &["90009"]);
    check(&[app, who], "", 4, &["not complete", "BATCHCAST_TIM_SECRET_KEY"]);
    check(&[app, key], "", 4, &["not complete", "BATCHCAST_TIM_IDENTIFIER"]);
    check(&[who, file], "", 4, &["not complete", "BATCHCAST_TIM_SDKAPPID"]);
    check(&[("BATCHCAST_TIM_SDKAPPID", "app"), who, key], "", 4, &["SDKAppID", "digits"]);
    check(&[app, who, ("BATCHCAST_TIM_SECRET_KEY", "k k")], "", 4, &["SecretKey", "white space"]);
    check(&[app, who, key, file], "", 2, &["both BATCHCAST_TIM_SECRET_KEY and BATCHCAST_TIM_SECRET_KEY_FILE are set"]);
}

#[test]
fn the_documented_pace_is_planned() {
    #[track_caller]
    fn check(accounts: usize, config: &str, says: &[&str]) {
        let home = Home::empty();
        home.configure(config);
        let list: String = (0..accounts).map(|n| format!("u{n}\n")).collect();
        let file = home.file("people.txt", list);
        // Refused for want of a confirmation: the plan is all that there is.
        let args = ["--text", "hi", "--via", "tim", "--to", &file];
        let ran = home.send_tim("https://vendor.invalid", args).run().exits(2).says(says);
        assert_eq!(ran.stdout, "", "{}", ran.shown());
        ran.says(&["nothing was sent", "there is no terminal to ask on"]);
    }
    check(12_000, "", &["requests    24, about 99 KB together\n", "time        at least 0 s\n"]);
    check(12_500, "", &["requests    25, about 104 KB together\n", "time        at least 60 s\n"]);
    let bought =
        "default_profile = 'p'\n[profiles.p]\ntim_recipients_per_minute = 24000\ntim_requests_per_second = 200\n";
    check(12_500, bought, &["requests    25, about 104 KB together\n", "time        at least 0 s\n"]);
}

#[test]
fn two_requests_are_on_the_wire_at_once() {
    // Nobody is answered before two have arrived.
    let two = std::sync::Barrier::new(2);
    let vendor = Vendor::start(move |_| {
        two.wait();
        Answer::json(json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "MsgKey": "1_2_3"}))
    });
    let home = Home::empty();
    home.configure("default_profile = 'one'\n[profiles.one]\nids_per_request = 1\n");
    let ids = (0..4).flat_map(|n| ["--id".to_owned(), format!("u{n}")]);
    let ran = home.send_tim(&vendor.url(), ["--text", "hi", "--via", "tim", "--json"]).args(ids).run().exits(0);
    assert_eq!(ran.summary()["recipients"]["accepted"], 4);
    assert_eq!(vendor.messages().len(), 4);
}

#[test]
fn a_signature_that_has_ended_is_replaced_once() {
    let ended = json!({"ActionStatus": "FAIL", "ErrorInfo": "expired", "ErrorCode": 70001});
    let accepted = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "MsgKey": "1_2_3"});
    let vendor =
        Vendor::start(move |asked| Answer::json(if asked.nth == 0 { ended.clone() } else { accepted.clone() }));
    let args = ["--text", "hi", "--via", "tim", "--id", "a", "--json"];
    let summary = Home::empty().send_tim(&vendor.url(), args).run().exits(0).summary();
    assert_eq!(summary["requests"], json!({"planned": 1, "sent": 2, "throttled": 0, "retried": 1}));
}

#[test]
fn the_sandbox_knows_both_vendors() {
    let home = Home::empty();
    let emulator = Emulator::start().unwrap();
    let file = home.file("message.json", EXAMPLES[0]);
    let send = home.batchcast(["send", &file, "--sandbox", "--json"]).env("BATCHCAST_ENDPOINT", emulator.url());
    assert_eq!(send.run().exits(0).summary()["provider"], "tim");
    assert_eq!(emulator.received().len(), 0);
}
