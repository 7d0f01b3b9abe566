//! Everybody is reached exactly once, in the fewest requests.

use std::collections::HashSet;

use batchcast_emulator::Emulator;
use batchcast_tests::Home;
use serde_json::{Value, json};

/// What one body may hold where a card is in it.
const CARD_LIMIT: usize = 30_000;

fn id(kind: &str, n: usize) -> String {
    let prefix = match kind {
        "open_id" => "ou_",
        "union_id" => "on_",
        "department_id" => "od-",
        _ => "u",
    };
    format!("{prefix}{n:032x}")
}

/// `kind=id` for so many of each kind, the kinds mixed.
fn people(counts: [usize; 4]) -> Vec<(String, String)> {
    let kinds = ["open_id", "user_id", "union_id", "department_id"];
    let most = counts.into_iter().max().unwrap_or(0);
    let each = |n: usize| kinds.into_iter().zip(counts).filter(move |(_, count)| n < *count);
    (0..most).flat_map(|n| each(n).map(move |(kind, _)| (kind.to_owned(), id(kind, n)))).collect()
}

fn jsonl(people: &[(String, String)]) -> String {
    people.iter().map(|(kind, id)| json!({ kind: id }).to_string() + "\n").collect()
}

/// The bodies that arrived, with everything that must hold of any send checked.
#[track_caller]
fn delivered(emulator: &Emulator, expected: &[(String, String)]) -> Vec<Vec<u8>> {
    let got: Vec<_> = emulator.deliveries().into_iter().map(|to| (to.kind.to_string(), to.id)).collect();
    assert_eq!(got.len(), expected.len(), "nobody twice, nobody left out");
    let set = |people: &[(String, String)]| people.iter().cloned().collect::<HashSet<_>>();
    assert_eq!(set(&got), set(expected));
    let messages = emulator.received().into_iter().filter(|received| received.uri.path().ends_with("/batch_send/"));
    messages.map(|received| received.body.to_vec()).collect()
}

#[test]
fn the_four_lists_are_filled_side_by_side() {
    #[track_caller]
    fn check(counts: [usize; 4], requests: usize) {
        let emulator = Emulator::start().unwrap();
        let home = Home::empty();
        let people = people(counts);
        let file = home.file("people.jsonl", jsonl(&people));
        let ran = home.send(emulator.url(), ["--text", "hi", "--to", &file, "--json"]).run().exits(0);
        let summary = ran.summary();
        assert_eq!(summary["requests"], json!({"planned": requests, "sent": requests, "throttled": 0, "retried": 0}));
        assert_eq!(summary["recipients"]["accepted"], people.len());
        assert_eq!(summary["message_ids"].as_array().unwrap().len(), requests);
        assert_eq!(summary["state"], "finished");
        assert_eq!(delivered(&emulator, &people).len(), requests);
    }
    check([250, 250, 250, 250], 2);
    check([700, 100, 100, 100], 4);
    check([200, 200, 200, 200], 1);
    check([1000, 0, 0, 0], 5);
    check([0, 0, 1, 201], 2);
}

#[test]
fn a_big_card_lowers_the_ids_of_a_request_and_no_more_than_it_must() {
    let emulator = Emulator::start().unwrap();
    let home = Home::empty();
    let element = json!({"tag": "markdown", "content": "x".repeat(25_000)});
    let card = home.file("card.json", json!({"elements": [element]}).to_string());
    let people = people([1000, 0, 0, 0]);
    let file = home.file("people.jsonl", jsonl(&people));
    let _ = home.send(emulator.url(), ["--card", &card, "--to", &file]).run().exits(0);

    let mut lengths: Vec<_> = delivered(&emulator, &people).iter().map(Vec::len).collect();
    assert!(lengths.iter().all(|length| *length <= CARD_LIMIT), "{lengths:?}");
    // All ids are equally long, so that no plan is shorter than one in which no request but the last could take
    // another.
    let one_more = ",\"\"".len() + people[0].1.len();
    lengths.sort_unstable();
    assert!(lengths[1..].iter().all(|length| length + one_more > CARD_LIMIT), "{lengths:?}");
}

#[test]
fn every_source_is_read() {
    #[track_caller]
    fn check(name: &str, content: &str, args: &[&str]) {
        let expected = [("open_id", "ou_a"), ("user_id", "u1"), ("open_id", "ou_b")];
        let expected = expected.map(|(kind, id)| (kind.to_owned(), id.to_owned()));
        let home = Home::empty();
        for content in [content.to_owned(), format!("\u{feff}{}", content.replace('\n', "\r\n"))] {
            let file = home.file(name, &content);
            for (to, stdin) in [(&*file, ""), ("-", &*content)] {
                let emulator = Emulator::start().unwrap();
                let send = home.send(emulator.url(), ["--text", "hi", "--to", to]).args(args);
                let ran = send.stdin(stdin).run().exits(0);
                let rows: Vec<_> = ran.rows().into_iter().map(|[state, kind, id, _]| (state, kind, id)).collect();
                let accepted = expected.clone().map(|(kind, id)| ("accepted".to_owned(), kind, id));
                assert_eq!(rows, accepted, "{content:?} {to}: in the order of the file");
                assert_eq!(delivered(&emulator, &expected).len(), 1, "{content:?} {to}");
            }
        }
    }
    check("a.csv", "name,open_id,user_id\nA,ou_a,\n\"B, B\",,u1\nC,ou_b,x\n", &[]);
    check("a.csv", "open_id;user_id\nou_a;\n;u1\nou_b;\n", &[]);
    check("a.csv", "staff,open_id\nou_a,x\nu1,y\nou_b,z\n", &["--id-column", "staff", "--id-kind", "user_id"]);
    check("a.jsonl", "{\"open_id\":\"ou_a\"}\n\n{\"user_id\":\"u1\",\"n\":1}\n{\"open_id\":\"ou_b\"}\n", &[]);
    check("a.txt", "ou_a\nu1\nou_b\n", &["--id-kind", "user_id"]);
}

#[test]
fn all_sources_come_together_without_duplicates_and_without_the_excluded() {
    let emulator = Emulator::start().unwrap();
    let home = Home::empty();
    let message =
        json!({"msg_type": "text", "content": {"text": "hi"}, "open_ids": ["ou_list", "ou_a"], "user_ids": ["ou_a"]});
    let message = home.file("message.json", message.to_string());
    let first = home.file("first.csv", "open_id\nou_a\nou_b\nou_left\nou_a\n");
    let second = home.file("second.txt", "ou_b\non_c\n");
    let leavers = home.file("leavers.txt", "ou_left\nou_unheard_of\n");
    let args =
        [&*message, "--to", &first, "--to", &second, "--id", "ou_d", "--id", "user_id=u1", "--exclude", &leavers];
    let ran = home.send(emulator.url(), args).args(["--expect-count", "7", "--json"]).run().exits(0);
    assert_eq!(ran.summary()["recipients"]["duplicates"], 3);
    ran.says(&["same person may be reached twice"]);

    let expected = [
        ("open_id", "ou_a"),
        ("open_id", "ou_b"),
        ("union_id", "on_c"),
        ("open_id", "ou_d"),
        ("user_id", "u1"),
        ("open_id", "ou_list"),
        ("user_id", "ou_a"),
    ];
    let expected = expected.map(|(kind, id)| (kind.to_owned(), id.to_owned()));
    let bodies = delivered(&emulator, &expected);
    assert_eq!(bodies.len(), 1);
    let body: Value = serde_json::from_slice(&bodies[0]).unwrap();
    assert_eq!(body["open_ids"], json!(["ou_a", "ou_b", "ou_d", "ou_list"]), "in the order given");
}

#[test]
fn whoever_is_excluded_under_any_id_of_the_row_is_left_out() {
    #[track_caller]
    fn check(exclude: &str, says: &str) {
        let (emulator, home) = (Emulator::start().unwrap(), Home::empty());
        let people = "name,open_id,user_id,union_id\nA,ou_a,u1,on_a\nB,ou_b,u2,on_b\nC,,u3,on_c\n";
        let people = home.file("people.csv", people);
        let leavers = home.file("leavers", exclude);
        let args = ["--text", "hi", "--to", &people, "--exclude", &leavers];
        let _ = home.send(emulator.url(), args).args(["--expect-count", "2"]).run().exits(0).says(&[says]);
        let expected = [("open_id", "ou_b"), ("user_id", "u3")];
        delivered(&emulator, &expected.map(|(kind, id)| (kind.to_owned(), id.to_owned())));
    }
    check("ou_a\n", "excluded    1 left out (1 ids are excluded)");
    check("on_a\n", "excluded    1 left out (1 ids are excluded)");
    check("user_id\nu1\n", "excluded    1 left out (1 ids are excluded)");
    check("union_id,user_id\non_a,u1\non_z,u9\n", "excluded    1 left out (4 ids are excluded)");
    check("{\"user_id\":\"u1\"}\n", "excluded    1 left out (1 ids are excluded)");
}

#[test]
fn an_exclusion_that_met_nobody_is_said() {
    let (emulator, home) = (Emulator::start().unwrap(), Home::empty());
    let leavers = home.file("leavers", "ou_b\nou_c\n");
    let args = ["--text", "hi", "--id", "ou_a", "--exclude", &leavers];
    let _ = home.send(emulator.url(), args).run().exits(0).says(&["excluded    0 left out (2 ids are excluded)"]);
}

#[test]
fn ids_per_request_of_a_profile_are_kept() {
    let emulator = Emulator::start().unwrap();
    let home = Home::empty();
    home.configure("[profiles.careful]\nids_per_request = 200\n");
    let people = people([250, 250, 250, 250]);
    let file = home.file("people.jsonl", jsonl(&people));
    let args = ["--text", "hi", "--to", &file, "--profile", "careful"];
    let _ = home.send(emulator.url(), args).run().exits(0);
    let bodies = delivered(&emulator, &people);
    let ids = |body: &[u8]| {
        let body: Value = serde_json::from_slice(body).unwrap();
        body.as_object().unwrap().values().filter_map(Value::as_array).map(Vec::len).sum::<usize>()
    };
    assert_eq!(bodies.iter().map(|body| ids(body)).collect::<Vec<_>>(), [200; 5]);
}

#[test]
fn a_bare_id_is_an_account_for_tim_whatever_it_begins_with() {
    let emulator = Emulator::start().unwrap();
    let home = Home::empty();
    let people = home.file("people.csv", "account\non_call\nod-ops\nbob\nann\n");
    let excluded = home.file("excluded.txt", "on_call\nod-ops\nbob\n");
    let args = ["--text", "hi", "--via", "tim", "--to", &people, "--exclude", &excluded, "--id", "ou_else", "--json"];
    home.send_tim(emulator.url(), args).run().exits(0);
    let mut reached: Vec<_> = emulator.deliveries().into_iter().map(|delivery| delivery.id).collect();
    reached.sort_unstable();
    assert_eq!(reached, ["ann", "ou_else"]);
}
