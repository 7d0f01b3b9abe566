//! The README's commands do what it says.

use std::fs;

use batchcast_tests::Home;

const README: &str = include_str!("../../README.md");
const RUN: &str = "cargo run -- ";

/// The lines of the fenced blocks in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let blocks = README.split(&*fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.flat_map(str::lines).collect()
}

/// The arguments of a command line, as a shell reads it; single quotes are all that the README uses.
fn words(line: &str) -> Vec<String> {
    assert!(!line.contains(['"', '\\', '$']), "{line}");
    let quoted = line.split('\'').enumerate();
    quoted
        .flat_map(|(n, part)| match n % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

fn commands() -> Vec<Vec<String>> {
    blocks("sh").into_iter().filter_map(|line| line.strip_prefix(RUN)).map(words).collect()
}

#[test]
fn the_first_command_sends_to_a_thousand_and_shows_what_the_readme_shows() {
    let ran = Home::empty().batchcast(&commands()[0]).run().exits(0);
    let rows = ran.rows();
    assert_eq!(rows.len(), 1000);
    assert!(rows.iter().all(|row| row[0] == "accepted" && row[3].starts_with("bm-")), "{}", ran.shown());
    let shown = blocks("text");
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(ran.stderr.lines().last(), Some(shown[0]));
}

#[test]
fn the_first_two_commands_are_one_line_each() {
    let lines = blocks("sh");
    assert!(lines[0].starts_with(RUN), "{lines:?}");
    assert_eq!(lines[1], "cargo test --workspace");
}

#[test]
fn in_the_third_the_vendor_refuses_three() {
    let commands = commands();
    let ran = Home::empty().batchcast(&commands[1]).run().exits(3);
    let rows = ran.rows();
    let rejected: Vec<_> = rows.iter().filter(|row| row[0] == "rejected").collect();
    assert_eq!(rejected.len(), 3, "{}", ran.shown());
    assert!(rejected.iter().all(|row| !row[3].is_empty()), "{}", ran.shown());
    let accepted = rows.iter().filter(|row| row[0] == "accepted").count();
    assert_eq!(accepted + 3, rows.len(), "{}", ran.shown());

    let args = commands[1].iter().map(String::as_str).chain(["--json"]);
    let summary = Home::empty().batchcast(args).run().exits(3).summary();
    assert_eq!(summary["recipients"]["rejected"], 3);
    assert_eq!(summary["state"], "finished");
    assert!(summary.get("error").is_none(), "{summary}");
}

#[test]
fn the_last_goes_to_the_other_vendor() {
    let commands = commands();
    assert_eq!(commands.len(), 3, "{commands:?}");
    let ran = Home::empty().batchcast(&commands[2]).run().exits(0).says(&["vendor      tim at http://127.0.0.1:"]);
    let people: Vec<_> = ran.rows().into_iter().map(|[state, kind, id, _]| [state, kind, id]).collect();
    assert_eq!(people, ["bonnie", "rong"].map(|id| ["accepted", "account", id].map(str::to_owned)));
}

#[test]
fn the_options_that_it_names_exist() {
    let home = Home::empty();
    let help = |command: &str| home.batchcast([command, "--help"]).run().exits(0).stdout;
    let campaigns = ["send", "plan", "run", "list", "status", "report", "resolve", "cancel", "forget"];
    let others = ["progress", "recall", "upload", "lookup", "usersig"];
    let help: String = campaigns.into_iter().chain(others).map(help).collect();
    let options = README.split(['`', ' ', '\n', '[', ']']).filter(|word| word.starts_with("--") && word.len() > 4);
    let options: Vec<_> = options.map(|word| word.trim_end_matches([',', '.', ':', ')'])).collect();
    assert!(options.contains(&"--expect-count") && options.contains(&"--csv"), "{options:?}");
    // Cargo's own.
    let other = ["--workspace", "--path"];
    for option in options.iter().filter(|option| !other.contains(option)) {
        assert!(help.contains(&format!("{option} ")) || help.contains(&format!("{option}\n")), "no help has {option}");
    }
}

#[test]
fn the_commands_about_campaigns_do_what_they_say() {
    let (home, emulator) = (Home::empty(), batchcast_emulator::Emulator::start().unwrap());
    let report = home.path("report.csv");
    let lines = blocks("sh").into_iter().skip_while(|line| !line.starts_with("batchcast plan ")).take(7);
    let mut campaign = String::new();
    let mut done = Vec::new();
    for line in lines {
        let words = words(line.split('#').next().unwrap());
        let word = |word: &str| match word {
            "announcement.json" | "people.csv" => format!("examples/{word}"),
            "report.csv" => report.to_str().unwrap().to_owned(),
            word if word.starts_with("c-") => campaign.clone(),
            word => word.to_owned(),
        };
        let endpoint = home.lark(words[1..].iter().map(|text| word(text))).env("BATCHCAST_ENDPOINT", emulator.url());
        // There is no batch 12 in doubt.
        let ran = endpoint.run().exits(if words[1] == "resolve" { 2 } else { 0 });
        match &*words[1] {
            "plan" => campaign = ran.stdout.trim_end().to_owned(),
            "run" => assert_eq!(emulator.deliveries().len(), 1000),
            "list" => assert!(ran.stdout.contains(&campaign), "{}", ran.shown()),
            "resolve" => assert!(ran.stderr.contains("batch 12"), "{}", ran.shown()),
            _ => {}
        }
        done.push(words[1].clone());
    }
    assert_eq!(done, ["plan", "run", "list", "report", "resolve", "cancel", "forget"]);
    assert_eq!(fs::read_to_string(report).unwrap().lines().count(), 1001);
}

#[test]
fn the_exit_codes_of_the_readme_and_of_the_help_are_the_same_in_number() {
    let help = Home::empty().batchcast(["--help"]).run().exits(0).stdout;
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for code in 0..=9 {
        assert!(README.contains(&format!("\n| {code} | ")), "README: {code}");
        assert!(words.contains(&format!(" {code} ")), "--help: {code}");
    }
}

#[test]
fn the_configuration_of_the_readme_is_read() {
    let home = Home::empty();
    let toml: Vec<_> = blocks("toml");
    let profile = toml.iter().position(|line| line.starts_with("default_profile")).unwrap();
    let secret = home.file("secret", "sandbox-secret\n");
    let lines = toml[profile..].iter().take_while(|line| !line.starts_with("[dependencies]"));
    let text: String = lines.map(|line| line.replace("/run/secrets/lark", &secret) + "\n").collect();
    home.configure(&text.replace("cli_…", "cli_sandbox"));
    let emulator = batchcast_emulator::Emulator::start().unwrap();
    let args = ["send", "--text", "hi", "--id", "ou_1", "--endpoint", emulator.url(), "--json"];
    let summary = home.batchcast(args).run().exits(0).summary();
    assert_eq!(summary["provider"], "lark");
    fs::remove_file(secret).unwrap();
    let _ = home.batchcast(args).run().exits(4);
}
