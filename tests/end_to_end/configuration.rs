//! Where credentials and settings come from, and what is refused.

use batchcast_emulator::Emulator;
use batchcast_tests::{Home, Ran};

/// A send with these variables and this configuration file.
fn send(emulator: &Emulator, config: &str, mode: u32, variables: &[(&str, &str)], args: &[&str]) -> Ran {
    let home = Home::empty();
    let config = home.configure(&config.replace('~', home.path("").to_str().unwrap()));
    home.permit(config, mode);
    home.file("secret", "sandbox-secret\r\n");
    home.file("empty", "\n");
    let send = home.batchcast(["send", "--text", "hi", "--id", "ou_1", "--endpoint", emulator.url()]).args(args);
    let value = |value: &str| value.replace('~', home.path("").to_str().unwrap());
    variables.iter().fold(send, |send, (name, text)| send.env(name, value(text))).run()
}

#[test]
fn credentials_come_from_the_environment_then_from_the_profile() {
    #[track_caller]
    fn check(config: &str, variables: &[(&str, &str)], exit: i32, says: &[&str]) {
        let emulator = Emulator::builder().with_credentials("cli_app", "sandbox-secret").start().unwrap();
        let _ = send(&emulator, config, 0o600, variables, &[]).exits(exit).says(says);
        assert_eq!(emulator.deliveries().len(), usize::from(exit == 0));
    }
    let id = ("BATCHCAST_APP_ID", "cli_app");
    let secret = ("BATCHCAST_APP_SECRET", "sandbox-secret");
    let file = ("BATCHCAST_APP_SECRET_FILE", "~secret");
    let profile = "default_profile = 'p'\n[profiles.p]\napp_id = 'cli_app'\napp_secret = 'sandbox-secret'\n";
    let profile_file = "default_profile = 'p'\n[profiles.p]\napp_id = 'cli_app'\napp_secret_file = '~secret'\n";
    check("", &[id, secret], 0, &[]);
    check("", &[id, file], 0, &[]);
    check(profile, &[], 0, &[]);
    check(profile_file, &[], 0, &[]);
    check(profile, &[("BATCHCAST_APP_SECRET", "wrong")], 4, &["10014"]);
    check(profile, &[("BATCHCAST_TENANT_ACCESS_TOKEN", "t-unheard-of")], 4, &["99991663"]);
    check("", &[id, secret, file], 2, &["both BATCHCAST_APP_SECRET and BATCHCAST_APP_SECRET_FILE are set"]);
    check("", &[id], 4, &["no app secret"]);
    check("", &[secret], 4, &["no app id"]);
    check("", &[id, ("BATCHCAST_APP_SECRET_FILE", "~empty")], 4, &["no app secret"]);
    check("", &[id, ("BATCHCAST_APP_SECRET_FILE", "~nowhere")], 4, &["nowhere", "cannot be read"]);
    check("", &[id, secret, ("BATCHCAST_TENANT_ACCESS_TOKEN", "t-1")], 4, &["which shall be used?"]);
}

#[test]
fn what_is_configured_of_one_vendor_does_not_matter_to_the_other() {
    let emulator = Emulator::start().unwrap();
    let home = Home::empty();
    home.configure(
        "default_profile = 'p'\n[profiles.p]\ntim_secret_key = 'canary'\ntim_secret_key_file = '/nowhere'\n",
    );
    let lark = ["--text", "hi", "--id", "ou_1"];
    let broken = [("BATCHCAST_TIM_SDKAPPID", "abc"), ("BATCHCAST_TIM_REGION", "atlantis")];
    let send =
        |home: &Home| broken.iter().fold(home.send(emulator.url(), lark), |run, (name, value)| run.env(name, value));
    send(&home).run().exits(0);
    let usersig = home.batchcast(["usersig", "generate", "--identifier", "a"]).run().exits(2);
    let usersig = usersig.says(&["both tim_secret_key and tim_secret_key_file", "which shall be used?"]);
    assert!(!usersig.stderr.contains("canary"), "{}", usersig.shown());
    let sandbox = ["send", "--sandbox", "--text", "hi", "--id", "ou_1"];
    broken.iter().fold(home.batchcast(sandbox), |run, (name, value)| run.env(name, value)).run().exits(0);
}

#[test]
fn a_profile_says_one_thing() {
    #[track_caller]
    fn check(lines: &str, exit: i32, says: &[&str]) {
        let emulator = Emulator::start().unwrap();
        let config = format!("default_profile = 'p'\n[profiles.p]\n{lines}\n");
        let ran = send(&emulator, &config, 0o600, &[], &[]).exits(exit).says(says);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("canary"), "{}", ran.shown());
        assert_eq!(emulator.received().len(), 0);
    }
    let app = "app_id = 'cli_sandbox'\napp_secret = 'canary'";
    let which = "which shall be used?";
    check(&format!("{app}\napp_secret_file = '~secret'"), 2, &["both app_secret and app_secret_file", which]);
    let token = "tenant_access_token = 't-canary'";
    let both = &["both tenant_access_token and tenant_access_token_file", which];
    check(&format!("{token}\ntenant_access_token_file = '~secret'"), 2, both);
    check(&format!("{app}\n{token}"), 4, &["both an app and an access token", which]);
    check(&format!("app_id = 'cli_sandbox'\n{token}"), 4, &["both an app and an access token", which]);
}

#[test]
fn a_configuration_with_a_secret_is_its_owners_alone() {
    #[track_caller]
    fn check(secret: &str, mode: u32, exit: i32) {
        let emulator = Emulator::start().unwrap();
        let config = format!("default_profile = 'p'\n[profiles.p]\napp_id = 'cli_sandbox'\n{secret}\n");
        let ran = send(&emulator, &config, mode, &[], &[]).exits(exit);
        if exit == 4 {
            ran.says(&["can be read by others", "chmod 600"]);
            assert_eq!(emulator.received().len(), 0);
        }
    }
    check("app_secret = 'sandbox-secret'", 0o600, 0);
    check("app_secret = 'sandbox-secret'", 0o400, 0);
    check("app_secret_file = '~secret'", 0o644, 0);
    if cfg!(unix) {
        check("app_secret = 'sandbox-secret'", 0o640, 4);
        check("app_secret = 'sandbox-secret'", 0o604, 4);
        check("app_secret = 'sandbox-secret'\n[profiles.other]\ntenant_access_token = 't-1'", 0o644, 4);
    }
}

#[test]
fn an_option_outranks_a_variable_and_a_variable_the_profile() {
    #[track_caller]
    fn check(variables: &[(&str, &str)], args: &[&str], provider: &str) {
        let emulator = Emulator::start().unwrap();
        let config = "default_profile = 'a'\n[profiles.a]\nvia = 'lark'\n[profiles.b]\nvia = 'feishu'\n";
        let args = [args, &["--json"]].concat();
        let summary = send(&emulator, config, 0o600, variables, &args).exits(0).summary();
        assert_eq!(summary["provider"], provider);
    }
    check(&[], &[], "lark");
    check(&[("BATCHCAST_PROFILE", "b")], &[], "feishu");
    check(&[("BATCHCAST_PROFILE", "b")], &["--profile", "a"], "lark");
    check(&[], &["--via", "feishu"], "feishu");
    check(&[("BATCHCAST_ENDPOINT", "https://vendor.invalid")], &[], "lark");
}

#[test]
fn a_twin_with_file_is_for_our_own_variables_alone() {
    let emulator = Emulator::start().unwrap();
    let variables = ["HOME_FILE", "RUST_LOG_FILE", "XDG_CONFIG_HOME_FILE"].map(|name| (name, "~nowhere"));
    let _ = send(&emulator, "", 0o600, &variables, &[]).exits(0);
}

#[test]
fn the_sandbox_is_never_left() {
    let emulator = Emulator::start().unwrap();
    let home = Home::empty();
    home.configure(&format!("default_profile = 'p'\n[profiles.p]\nendpoint = '{}'\n", emulator.url()));
    let send = home.batchcast(["send", "--text", "hi", "--id", "ou_1", "--sandbox"]);
    let send = send.env("BATCHCAST_ENDPOINT", emulator.url()).env("BATCHCAST_TENANT_ACCESS_TOKEN", "t-real");
    let _ = send.run().exits(0);
    assert_eq!(emulator.received().len(), 0);
}

#[test]
fn the_sandbox_reads_the_configuration_only_for_a_profile_that_is_named() {
    let home = Home::empty();
    let send = |args: &[&str]| home.batchcast(["send", "--text", "hi", "--id", "ou_1", "--sandbox"]).args(args);
    home.configure("app_secret = 'canary'\n");
    let _ = send(&[]).run().exits(0);
    let _ = send(&[]).env("BATCHCAST_PROFILE", "p").run().exits(0);
    let _ = send(&["--profile", "p"]).run().exits(2).says(&["config.toml, line 1"]);
    home.configure("default_profile = 'p'\n[profiles.p]\nvia = 'lark'\napp_secret = 'canary'\n");
    assert_eq!(send(&["--json"]).run().exits(0).summary()["provider"], "feishu");
    assert_eq!(send(&["--json", "--profile", "p"]).run().exits(0).summary()["provider"], "lark");
}

#[test]
fn proxies_of_the_environment_are_not_obeyed() {
    let emulator = Emulator::start().unwrap();
    let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let variables = names.map(|name| (name, "http://127.0.0.1:9"));
    let _ = send(&emulator, "", 0o600, &variables, &[]).exits(0);
    assert_eq!(emulator.deliveries().len(), 1);
}
