//! `batchcast usersig generate` and `inspect`.

use std::collections::BTreeSet;

use batchcast_tests::{Home, Invocation};
use serde_json::{Value, json};

/// The vendor's sample: made by its own library in 2019 for half a year, with `KEY`.
const SAMPLE: &str = "eJyrVgrxCdYrSy1SslJQMtIzUNJRAItkpqTmlWSmZUIkKjIT87NK82CSxSnZiQUFmSlAKUMTAyiAyqVWFGQWpYJkTE1NjRDiJZm5\
                      UFFzYwtzE0MLmFmZ6SAbLCPDw0PNKoKCLL1Di7Vzs7ItE5MrCkKSPEM9DR1TjUrCA6rcAs1ykyvDIm2VagEi5jPS";
const KEY: &str = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
const CANARY: &str = "canary-key-0001";

fn usersig(args: &[&str]) -> Invocation {
    let run = Home::empty().batchcast(["usersig"]).args(args);
    run.env("BATCHCAST_TIM_SDKAPPID", "1400000000").env("BATCHCAST_TIM_IDENTIFIER", "chief")
}

fn with_key(args: &[&str], key: &str) -> Invocation {
    usersig(args).env("BATCHCAST_TIM_SECRET_KEY", key)
}

fn keys(document: &Value) -> BTreeSet<&str> {
    document.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn what_is_generated_is_inspected() {
    for (format, ways) in [(vec!["--json"], true), (vec![], false)] {
        let ran = with_key(&[&["generate", "--valid-for", "2d"][..], &format].concat(), CANARY).run().exits(0);
        let sig = if ways {
            let document = ran.document();
            assert_eq!(keys(&document), BTreeSet::from(["expires_at", "usersig"]));
            document["usersig"].as_str().unwrap().to_owned()
        } else {
            assert!(ran.stderr.starts_with("good until 20"), "{}", ran.shown());
            ran.stdout.trim_end().to_owned()
        };
        assert!(sig.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*-_".contains(&byte)), "{sig}");

        let inspected = with_key(&["inspect", &sig, "--json"], CANARY).run().exits(0).document();
        let expected = ["expired", "expires_at", "identifier", "issued_at", "sdkappid", "signature_valid"];
        assert_eq!(keys(&inspected), BTreeSet::from(expected));
        assert_eq!(inspected["identifier"], "chief");
        assert_eq!(inspected["sdkappid"], 1_400_000_000);
        assert_eq!((&inspected["expired"], &inspected["signature_valid"]), (&json!(false), &json!(true)));
        let time = |name: &str| inspected[name].as_u64().unwrap();
        assert_eq!(time("expires_at") - time("issued_at"), 2 * 86_400);
        if ways {
            assert_eq!(ran.document()["expires_at"], inspected["expires_at"]);
        }
    }
}

#[test]
fn half_a_year_and_the_configured_account_go_without_saying() {
    let sig = |args: &[&str]| with_key(args, "k").run().exits(0).stdout.trim_end().to_owned();
    for (args, identifier) in [(&["generate"][..], "chief"), (&["generate", "--identifier", "chén"], "chén")] {
        let inspected = usersig(&["inspect", &sig(args), "--json"]).run().exits(0).document();
        assert_eq!(inspected["identifier"], identifier);
        let time = |name: &str| inspected[name].as_u64().unwrap();
        assert_eq!(time("expires_at") - time("issued_at"), 180 * 86_400);
    }
}

#[test]
fn a_signature_that_is_expired_or_foreign_is_answered() {
    #[track_caller]
    fn check(key: Option<&str>, valid: &Value, says: &str) {
        for (sig, stdin) in [(SAMPLE, String::new()), ("-", format!("{SAMPLE}\r\n"))] {
            let inspect = |format: &[&str]| {
                let run = Home::empty().batchcast(["usersig", "inspect", sig]).args(format).stdin(&*stdin);
                key.into_iter().fold(run, |run, key| run.env("BATCHCAST_TIM_SECRET_KEY", key)).run().exits(0)
            };
            let expected = json!({
                "identifier": "xiaojun", "sdkappid": 1_400_000_000, "issued_at": 1_557_387_418,
                "expires_at": 1_572_939_418, "expired": true, "signature_valid": valid,
            });
            assert_eq!(inspect(&["--json"]).document(), expected);
            let human = inspect(&[]);
            assert_eq!(human.stderr, "", "{}", human.shown());
            let lines = format!(
                "identifier  xiaojun\nsdkappid    1400000000\nissued      2019-05-09T07:36:58Z\n\
                 expires     2019-11-05T07:36:58Z (expired)\nsignature   {says}\n",
            );
            assert_eq!(human.stdout, lines);
        }
    }
    check(Some(KEY), &json!(true), "made with the configured key");
    check(Some(CANARY), &json!(false), "not made with the configured key");
    check(None, &Value::Null, "not checked: no key is configured");
}

#[test]
fn what_cannot_be_decoded_is_refused_and_not_repeated() {
    let cut = &SAMPLE[..100];
    let letter = format!("{}!{}", &SAMPLE[..50], &SAMPLE[50..]);
    for sig in ["", "canary", cut, &letter, "-canary"] {
        for (argument, stdin) in [(sig, ""), ("-", sig)] {
            for args in [&["inspect", argument, "-vvv"][..], &["inspect", argument, "--json", "-vvv"]] {
                let ran = with_key(args, CANARY).stdin(stdin).run().exits(2);
                let said = format!("{}{}", ran.stdout, ran.stderr);
                assert!(!said.contains("canary") && !said.contains(&SAMPLE[..50]), "{}", ran.shown());
                if args.contains(&"--json") {
                    assert_eq!(ran.error()["kind"], "input");
                } else {
                    assert_eq!(ran.stdout, "", "{}", ran.shown());
                }
            }
        }
    }
}

#[test]
fn what_is_missing_is_said_and_the_key_is_not() {
    #[track_caller]
    fn check(variables: &[(&str, &str)], args: &[&str], exit: i32, says: &[&str]) {
        for format in [&[][..], &["--json"]] {
            let run = Home::empty().batchcast(["usersig"]).args(args).args(format).args(["-vvv"]);
            let ran = variables.iter().fold(run, |run, (name, value)| run.env(name, value)).run().exits(exit);
            assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("canary"), "{}", ran.shown());
            ran.says(says);
        }
    }
    let app = ("BATCHCAST_TIM_SDKAPPID", "1400000000");
    let key = ("BATCHCAST_TIM_SECRET_KEY", CANARY);
    check(&[app], &["generate"], 4, &["BATCHCAST_TIM_SECRET_KEY"]);
    check(&[key], &["generate"], 4, &["BATCHCAST_TIM_SDKAPPID"]);
    check(&[app, key], &["generate"], 2, &["--identifier"]);
    check(&[app, key], &["generate", "--identifier", &"x".repeat(33)], 2, &["32"]);
    check(
        &[app, key],
        &["generate", "--identifier", "a", "--valid-for", "180"],
        2,
        &["--valid-for", "ms, s, m, h or d"],
    );
    check(&[app, ("BATCHCAST_TIM_SECRET_KEY", "canary canary")], &["generate"], 4, &["white space"]);
    check(&[("BATCHCAST_TIM_SECRET_KEY", "canary canary")], &["inspect", SAMPLE], 4, &["white space"]);
}

#[test]
fn the_profile_has_what_the_environment_does_not() {
    let home = Home::empty();
    let key = home.file("key", KEY);
    home.configure(&format!(
        "[profiles.p]\ntim_sdkappid = 7\ntim_identifier = 'chief'\ntim_secret_key_file = '{key}'\n"
    ));
    let sig = home.batchcast(["usersig", "generate", "--profile", "p"]).run().exits(0).stdout;
    let inspect = home.batchcast(["usersig", "inspect", "-", "--json", "--profile", "p"]).stdin(sig);
    let inspected = inspect.run().exits(0).document();
    assert_eq!((&inspected["sdkappid"], &inspected["signature_valid"]), (&json!(7), &json!(true)));
}
