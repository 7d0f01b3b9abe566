//! What is asked for wrongly is refused before anything is sent, exit 2.

use batchcast_emulator::Emulator;
use batchcast_tests::{Home, Invocation};

/// A home with a few files, and an emulator that must hear nothing.
struct Bench {
    home: Home,
    emulator: Emulator,
}

impl Bench {
    fn new() -> Self {
        let home = Home::empty();
        home.file("message.json", r#"{"msg_type":"text","content":{"text":"x"}}"#);
        home.file("people.csv", "open_id,name\nou_1,A\nou_2,B\n");
        std::fs::create_dir(home.path("folder")).unwrap();
        Self { home, emulator: Emulator::start().unwrap() }
    }

    fn send(&self, args: &[&str]) -> Invocation {
        let args = args.iter().map(|arg| arg.replace('~', self.home.path("").to_str().unwrap()));
        let send = self.home.batchcast(["send"]).args(args);
        send.env("BATCHCAST_APP_ID", "cli_sandbox").env("BATCHCAST_APP_SECRET", "sandbox-secret")
    }

    fn send_to_emulator(&self, args: &[&str]) -> Invocation {
        self.send(args).args(["--endpoint", self.emulator.url()])
    }

    /// Both formats refuse it and say all of this, and nothing but the document is on standard output.
    #[track_caller]
    fn refuses(&self, invocation: impl Fn() -> Invocation, kind: &str, expected: &[&str]) {
        let ran = invocation().run().exits(2).says(expected);
        assert_eq!(ran.stdout, "", "{}", ran.shown());
        let error = invocation().args(["--json"]).run().exits(2).error();
        assert_eq!(error["kind"], kind, "{error}");
        let said = format!("{}; {}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap_or_default());
        assert!(expected.iter().all(|text| said.contains(text)), "{expected:?}: {error}");
        assert_eq!(self.emulator.received().len(), 0, "{error}");
    }

    #[track_caller]
    fn check(&self, args: &[&str], kind: &str, expected: &[&str]) {
        self.refuses(|| self.send_to_emulator(args), kind, expected);
    }

    /// A list of recipients with this content.
    #[track_caller]
    fn check_list(&self, content: impl AsRef<[u8]>, expected: &[&str]) {
        let file = self.home.file("list", content);
        self.check(&["--text", "x", "--to", &file], "input", &[&["list"], expected].concat());
    }
}

#[test]
fn lists_of_recipients() {
    let bench = Bench::new();
    bench.check_list("open_id,name\nou_1,A\nou_2\n", &["line 3", "the header has 2", "found 1"]);
    bench.check_list("open_id,name\nou_1,A,x\n", &["line 2", "the header has 2", "found 3"]);
    bench.check_list("open_id,name\n,A\n", &["line 2", "no id in", "open_id"]);
    bench.check_list("name,team\nA,B\n", &["line 1", "no column is known to hold ids", "\"name\", \"team\""]);
    bench.check_list("open_id\nou_1\nou_2 \u{7}x\n", &["line 3"]);
    bench.check_list("open_id,name\nou_1,\"A\n", &["line 2", "never closed"]);
    bench.check_list(b"open_id,name\nou_1,\xc3\x28\n", &["line 2", "UTF-8", "save as CSV UTF-8"]);
    bench.check_list(b"\xff\xfeo\0u\0", &["UTF-16", "save as CSV UTF-8"]);
    bench.check_list("", &["is empty"]);
    bench.check_list("\n \n", &["is empty"]);
    bench.check_list("{\"open_id\":\"ou_1\"}\n{\"open_id\":2}\n", &["line 2", "must be a string", "2"]);
    bench.check_list("{\"open_id\":\"ou_1\"}\n{oops\n", &["line 2", "not a JSON object"]);
    bench.check_list("[{\"open_id\":\"ou_1\"}]", &["JSON array", "JSON Lines"]);
    bench.check_list("ou_1\nu1\n", &["line 2", "\"u1\"", "--id-kind"]);
    bench.check_list("department_id\nod-1\n0\n", &["line 3", "0"]);
    bench.check_list("account\nbonnie\n", &["line 2", "account"]);
}

#[test]
fn files_that_cannot_be_read() {
    let bench = Bench::new();
    for (option, place) in [("--to", "--text=x"), ("--exclude", "--text=x"), ("--card", "--id=ou_1")] {
        bench.check(&[place, option, "~nowhere"], "input", &["nowhere", "cannot be opened"]);
        bench.check(&[place, option, "~folder"], "input", &["folder", "is a directory"]);
    }
    bench.check(&["~nowhere", "--id=ou_1"], "input", &["nowhere", "cannot be opened"]);
    bench.check(&["-", "--to", "-"], "usage", &["standard input", "only once"]);
    bench.check(&["--text=x", "--to", "-", "--exclude", "-"], "usage", &["standard input", "only once"]);
    bench.check(&["--text=x", "--to", "-"], "input", &["standard input", "is empty"]);
}

#[test]
fn recipients_that_are_none() {
    let bench = Bench::new();
    bench.check(&["--text=x"], "input", &["there are no recipients", "--to FILE"]);
    bench.check(&["~message.json"], "input", &["there are no recipients"]);
    bench.check(&["--text=x", "--to=~people.csv", "--exclude=~people.csv"], "input", &["there are no recipients"]);
    bench.check(&["--text=x", "--id=department_id=0"], "input", &["0"]);
    bench.check(&["--text=x", "--id=7cdcc7c2"], "input", &["7cdcc7c2", "--id-kind"]);
    bench.check(&["--text=x", "--id=ou_1 ou_2"], "input", &["ou_1 ou_2"]);
    bench.check(
        &["--text=x", "--to=~people.csv", "--expect-count=3"],
        "count_mismatch",
        &["3 recipients were expected, there are 2"],
    );
}

#[test]
fn messages_on_the_command_line() {
    let bench = Bench::new();
    bench.check(&["--text=", "--id=ou_1"], "input", &["content.text", "is empty"]);
    bench.check(&["--image=", "--id=ou_1"], "input", &["content.image_key", "is empty"]);
    // What goes with another form of the message is not dropped.
    bench.check(&["--text=hi", "--var=a=b", "--id=ou_1"], "usage", &["--var"]);
    bench.check(&["--text=hi", "--image-url=https://example.com/a.png", "--id=ou_1"], "usage", &["--image-url"]);
    bench.check(&["--template=ctp_1", "--var=a", "--id=ou_1"], "usage", &["--var", "\"a\"", "\"=\""]);
    bench.check(&["--template=ctp_1", "--var=a:=[", "--id=ou_1"], "input", &["--var a", "not valid JSON"]);
    bench.check(&["--id=ou_1"], "usage", &[]);
    bench.check(&["--text=x", "--image=y", "--id=ou_1"], "usage", &["cannot be used with"]);
    bench.check(&["--text=x", "--id=ou_1", "--frobnicate"], "usage", &["--frobnicate"]);
    bench.check(&["--text=x", "--id=ou_1", "--deadline=3"], "usage", &["--deadline", "ms, s, m, h or d"]);
    bench.check(&["--text=x", "--id=ou_1", "--in-flight=0"], "usage", &["--in-flight", "from 1 to 256"]);
    bench.check(&["--text=x", "--id=ou_1", "--in-flight=257"], "usage", &["--in-flight", "257", "from 1 to 256"]);
    bench.check(&["--text=x", "--id=ou_1", "--yes"], "usage", &["--expect-count"]);
    bench.check(&["--text=x", "--id=ou_1", "--profile=none"], "usage", &["none"]);
    bench.check(&["--text=x", "--id=ou_1", "--sandbox"], "usage", &["--sandbox"]);
}

#[test]
fn nothing_leaves_this_machine_unless_it_is_meant() {
    let bench = Bench::new();
    let check = |args: &[&str], expected: &[&str]| {
        let all: Vec<_> = ["--text=x", "--to=~people.csv"].iter().chain(args).copied().collect();
        bench.refuses(|| bench.send(&all), "usage", expected);
    };
    let there = "--endpoint=https://vendor.invalid";
    check(&[there], &["no terminal", "nothing was sent", "--yes --expect-count 2"]);
    check(&["--via=feishu"], &["no terminal", "nothing was sent", "--yes --expect-count 2"]);
    check(&["--via=lark", "--expect-count=2"], &["no terminal", "nothing was sent"]);
    check(&[there, "--rate=unlimited"], &["--rate unlimited is for loopback endpoints only"]);
    check(&["--via=lark", "--rate=unlimited"], &["--rate unlimited is for loopback endpoints only"]);
    check(&["--endpoint=http://vendor.invalid"], &["https://", "loopback"]);
    check(&["--endpoint=vendor.invalid"], &["not an address"]);
    check(&[], &["--via feishu, --via lark or --via tim"]);
}

#[test]
fn a_port_that_is_none_is_not_another_port() {
    let bench = Bench::new();
    let port: u32 = bench.emulator.url().rsplit(':').next().unwrap().parse().unwrap();
    // What is left of the first when it is cut to 16 bits is the emulator's own.
    for url in [format!("http://127.0.0.1:{}", port + 65_536), "http://127.0.0.1:99999".to_owned()] {
        let endpoint = format!("--endpoint={url}");
        bench.refuses(|| bench.send(&["--text=x", "--id=ou_1", &endpoint]), "usage", &["port", "65535"]);
        bench.refuses(|| bench.send(&["--text=x", "--id=ou_1"]).env("BATCHCAST_ENDPOINT", &url), "usage", &["port"]);
    }
}

#[test]
fn an_address_with_a_secret_is_refused_and_not_repeated() {
    let bench = Bench::new();
    for (url, why) in [
        ("https://canary:canary@vendor.invalid", "must not hold a user name or a password"),
        ("http://canary@127.0.0.1:1", "must not hold a user name or a password"),
        ("https://vendor.invalid/?sig=canary", "must end before the first ? or #"),
        ("https://vendor.invalid/#canary", "must end before the first ? or #"),
        ("canary", "not an address"),
    ] {
        for (args, variable) in [(vec!["--endpoint", url], ""), (vec![], url)] {
            let all = [&["--text=x", "--id=ou_1"][..], &args].concat();
            let invocation = || bench.send(&all).env("BATCHCAST_ENDPOINT", variable);
            bench.refuses(invocation, "usage", &[why]);
            for format in [&[][..], &["--json"]] {
                let ran = invocation().args(["-vvv"]).args(format).run();
                assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("canary"), "{}", ran.shown());
            }
        }
    }
}
