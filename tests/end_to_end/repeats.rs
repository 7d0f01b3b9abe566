//! Nobody is sent the same thing twice by a second command: what is identical, and what is not.

use batchcast_tests::{Answer, Home, Vendor};
use serde_json::{Value, json};

use crate::desk::{Desk, counts, id};

/// Refused with the name of the campaign that was started before.
#[track_caller]
fn refused(ran: &batchcast_tests::Ran, before: &str) {
    assert_eq!(ran.code(), Some(2), "{}", ran.shown());
    let error = ran.error();
    assert_eq!(error["kind"], "refused", "{error}");
    assert!(error["message"].as_str().unwrap().contains(before), "{before}: {error}");
    assert!(error["hint"].as_str().unwrap().contains("--again"), "{error}");
}

/// How many campaigns there are.
fn campaigns(home: &Home) -> usize {
    home.batchcast(["list", "--json"]).run().exits(0).list().len()
}

#[test]
fn a_second_send_is_refused_with_the_id_of_the_first_unless_it_is_meant() {
    let desk = Desk::accepting();
    let first = desk.send(2).args(["--json"]).run().exits(0).summary();
    refused(&desk.send(2).args(["--json"]).run(), &id(&first));
    let in_words = desk.send(2).run().exits(2).says(&[&id(&first), "--again"]);
    assert_eq!(in_words.stdout, "", "{}", in_words.shown());
    assert_eq!((desk.vendor.messages().len(), campaigns(&desk.home)), (2, 1), "nothing sent, and nothing left behind");

    let second = desk.send(2).args(["--again", "--json"]).run().exits(0).summary();
    assert_ne!(id(&first), id(&second));
    assert_eq!((desk.vendor.messages().len(), campaigns(&desk.home)), (4, 2));
}

#[test]
fn a_plan_is_saved_and_says_so_and_its_run_is_refused() {
    let desk = Desk::accepting();
    let first = id(&desk.send(2).args(["--json"]).run().exits(0).summary());
    let plan =
        desk.plan(2).run().exits(0).says(&["warning: an identical campaign has been started", &first, "--again"]);
    let plan = plan.stdout.trim_end();
    refused(&desk.run(plan).args(["--json"]).run(), &first);
    assert_eq!(desk.status(plan)["state"], "planned");
    desk.run(plan).args(["--again"]).run().exits(0);
    assert_eq!(desk.vendor.messages().len(), 4);
}

#[test]
fn plans_that_were_not_started_are_in_nobodys_way() {
    let desk = Desk::accepting();
    let (one, other) = (desk.planned(2), desk.planned(2));
    let cancelled = desk.planned(2);
    desk.home.batchcast(["cancel", &cancelled]).run().exits(0);
    desk.run(&one).run().exits(0);
    refused(&desk.run(&other).args(["--json"]).run(), &one);
    assert_eq!(desk.vendor.messages().len(), 2);
}

#[test]
fn what_was_started_and_cancelled_has_messaged_somebody_and_counts() {
    let desk = Desk::new(|asked| match asked.nth {
        0 => Answer::accepted("bm-1"),
        _ => Answer::code(11205, "App do not have bot."),
    });
    let first = id(&desk.send(2).args(["--json"]).run().exits(4).summary());
    desk.home.batchcast(["cancel", &first]).run().exits(0);
    refused(&desk.send(2).args(["--json"]).run(), &first);
}

/// Two sends in a home of their own, of these messages with these recipients.
#[track_caller]
fn two(provider: &str, first: (&Value, &str), second: (&Value, &str), is_identical: bool) {
    let home = Home::empty();
    let vendor = Vendor::start(|asked| {
        if asked.route().starts_with("/v4/") {
            return Answer::json(json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "MsgKey": "1_2_3"}));
        }
        Answer::accepted("bm-1")
    });
    let send = |(message, people): (&Value, &str)| {
        let (message, people) = (home.file("message.json", message.to_string()), home.file("people", people));
        let args = [&*message, "--to", &people, "--json"];
        if provider == "tim" { home.send_tim(&vendor.url(), args) } else { home.send(&vendor.url(), args) }
    };
    let before = id(&send(first).run().exits(0).summary());
    let ran = send(second).run();
    if is_identical {
        refused(&ran, &before);
    } else {
        assert_eq!(ran.code(), Some(0), "{first:?} {second:?}: {}", ran.shown());
    }
}

#[test]
fn order_duplicates_other_columns_and_where_a_recipient_stands_do_not_matter() {
    let text = &json!({"msg_type": "text", "content": {"text": "hi"}});
    let check = |first, second, expected| two("feishu", (text, first), (text, second), expected);
    check("ou_1\nou_2\n", "ou_2\nou_1\n", true);
    check("ou_1\nou_2\n", "ou_1\nou_2\nou_1\nou_2\n", true);
    check("open_id,name\nou_1,A\nou_2,B\n", "team,open_id\nx,ou_2\ny,ou_1\n", true);
    check(
        "open_id,user_id\nou_1,u1\nou_2,\n",
        "{\"open_id\":\"ou_1\"}\n{\"open_id\":\"ou_2\",\"user_id\":\"u9\"}\n",
        true,
    );
    check("ou_1\nou_2\n", "ou_1\nou_3\n", false);
    check("ou_1\nou_2\n", "ou_1\n", false);
    check("ou_1\nou_2\n", "ou_1\nou_2\nou_3\n", false);
    check("open_id\nx1\n", "user_id\nx1\n", false);
    let in_message = &json!({"open_ids": ["ou_2"], "content": {"text": "hi"}, "msg_type": "text"});
    two("feishu", (text, "ou_1\nou_2\n"), (in_message, "ou_1\n"), true);
}

#[test]
fn the_message_matters_and_what_is_drawn_for_each_request_does_not() {
    let people = "ou_1\n";
    let of_lark = |first: &Value, second: &Value, expected| two("feishu", (first, people), (second, people), expected);
    let text = |text: &str| json!({"msg_type": "text", "content": {"text": text}});
    of_lark(&text("hi"), &text("hi "), false);
    let card = json!({"msg_type": "interactive", "card": {"elements": [], "header": {"a": 1}}});
    let in_other_order = json!({"card": {"header": {"a": 1}, "elements": []}, "msg_type": "interactive"});
    of_lark(&card, &in_other_order, true);

    let of_tim =
        |first: &Value, second: &Value, expected| two("tim", (first, "bonnie\n"), (second, "bonnie\n"), expected);
    let tim = |fields: Value| {
        let mut body = json!({"MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}]});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    };
    let numbered = |n: u32| tim(json!({"MsgSeq": n, "MsgRandom": n}));
    of_tim(&numbered(1), &numbered(2), true);
    of_tim(&numbered(1), &tim(json!({})), true);
    of_tim(&tim(json!({"MsgLifeTime": 60})), &tim(json!({"MsgLifeTime": 61})), false);
    of_tim(&tim(json!({"From_Account": "chief"})), &tim(json!({})), false);
}

#[test]
fn another_address_another_app_and_another_vendor_are_other_campaigns() {
    let vendor = || Vendor::start(|_| Answer::accepted("bm-1"));
    let (home, here, there) = (Home::empty(), vendor(), vendor());
    let send = |vendor: &Vendor| home.send(&vendor.url(), ["--text", "hi", "--id", "ou_1", "--json"]);
    let first = id(&send(&here).run().exits(0).summary());
    refused(&send(&here).run(), &first);
    send(&there).run().exits(0);
    send(&here).args(["--via", "lark"]).run().exits(0);
    send(&here).env("BATCHCAST_APP_ID", "cli_other").run().exits(0);
    let as_before = home.send(&format!("{}/", here.url()), ["--text", "hi", "--id", "open_id=ou_1", "--json"]);
    refused(&as_before.run(), &first);
}

#[test]
fn whoever_got_this_very_message_already_is_counted() {
    let desk = Desk::new(|asked| match asked.ids("open_ids")[0].as_str() {
        "ou_1" => Answer::code(10032, "nobody"),
        "ou_2" => Answer::code(2200, "internal"),
        _ => Answer::accepted("bm-1"),
    });
    let first = desk.send(3).args(["--json"]).run().exits(5).summary();
    assert_eq!(counts(&first), [1, 1, 1, 0], "{first}");
    let got_it = |people: usize| {
        let plan = desk.plan(people).run().exits(0);
        let said = plan.stderr.lines().find(|line| line.contains("got this very message")).map(str::to_owned);
        said.unwrap_or_default()
    };
    // One was accepted and one may have it; whoever was rejected has not.
    assert!(got_it(4).starts_with("warning: 2 of them got"), "{}", got_it(4));
    assert!(got_it(2).starts_with("warning: 1 of them got"), "{}", got_it(2));
    // Those who got it in two campaigns are counted once.
    desk.send(1).run().exits(0);
    assert!(got_it(4).starts_with("warning: 2 of them got"), "{}", got_it(4));
    // Another message is another matter.
    let args = ["plan", "--text", "other", "--id", "ou_0", "--endpoint", &desk.vendor.url()];
    let other = desk.home.lark(args).run().exits(0);
    assert!(!other.stderr.contains("got this very message"), "{}", other.shown());
    // Also where it is about to be sent.
    let _ = desk.send(4).run().says(&["warning: 2 of them got this very message in another campaign already"]);
}
