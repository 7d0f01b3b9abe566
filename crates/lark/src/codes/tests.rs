use super::{CardCode, Code, Source, THROTTLED, all, batch_send, card, card_code_in, classify};
use super::{find, find_card};
use batchcast_transport::class::Class::{self, Message, Permission, Quota, Recipient, Token, TryAgain, Unknown};
use batchcast_transport::testing::{check_classes, check_wording};

#[test]
fn every_listed_code_has_its_class() {
    let listed: &[(Class, &[i64])] = &[
        (Class::Recipients, &[10032]),
        (THROTTLED, &[99991400, 11232, 1000004, 1000005]),
        (Token, &[99991661, 99991663, 99991664, 99991665, 99991668, 99991671, 99991677]),
        (
            Permission,
            &[
                10005, 10014, 10015, 20009, 11203, 11204, 11205, 11207, 11209, 11210, 11223, 99991401, 99991543,
                99991662, 99991672, 99991673, 99991676,
            ],
        ),
        (Quota, &[11247, 99991403]),
        (
            Recipient,
            &[
                11101, 11103, 11105, 99992351, 99992352, 99992353, 99992354, 99992355, 99992356, 99992357, 99992358,
                99992359, 99992360, 99992361, 99992362, 99992363, 99992364, 99992365, 99992366, 99992367, 99992368,
                99992369, 99992370, 99992371, 99992372, 99992373, 99992374, 99992375, 99992376, 99992377, 99992378,
                99992379, 99992380, 99992381,
            ],
        ),
        (Message, &[10002, 10003, 9499, 99992402, 19036, 11227, 11231, 11235, 11246, 11248, 11310, 11312, 230100]),
        (Unknown, &[2200, 18121]),
    ];
    check_classes(all(), |code| classify(code, ""), listed);
}

#[test]
fn any_other_code_is_unknown() {
    for code in [i64::MIN, -1, 0, 1, 10004, 11245, 99992350, 99992382, i64::MAX] {
        assert_eq!(find(code), None, "{code}");
        assert_eq!(classify(code, "Service Internal Error"), Unknown, "{code}");
    }
}

#[test]
fn the_text_of_11246_tells_a_passing_fault_from_a_broken_card() {
    fn check(msg: &str, expected: Class) {
        assert_eq!(classify(11246, msg), expected, "{msg:?}");
    }
    check("Service Internal Error", TryAgain);
    check("Create message content fail: Service Internal Error.", TryAgain);
    check("", Message);
    check("Create message content fail.", Message);
    check("Internal Error", Message);
    check("Failed to create card content, ext=ErrCode: 200621; ErrMsg: parse card json err; ", Message);
    assert_eq!(classify(10002, "Service Internal Error"), Message);
}

#[test]
fn the_codes_of_the_batch_send_document_have_its_descriptions() {
    let document = [
        (10002, "Create or send message fail."),
        (10003, "Invalid parameter."),
        (11101, "Open_id not exist."),
        (11203, "Send employee ids permission denied."),
        (11204, "Send department list permission denied."),
        (11205, "App do not have bot."),
        (11207, "App is not usage."),
        (11209, "App not exist."),
        (11210, "App usage info not exist."),
        (11223, "Do not have im write permission."),
        (11227, "Image key not exist."),
        (11231, "Chat not found."),
        (11235, "This group is set to only admin can mention @All."),
        (11246, "Create message content fail."),
        (11247, "Internal send message trigger rate limit."),
        (11312, "Bot messages do not pass the audit."),
        (230100, "Sending invalid test messages is restricted."),
    ];
    let ours: Vec<_> = batch_send::CODES.iter().map(|entry| (entry.code, entry.text)).collect();
    assert_eq!(ours, document);
}

#[test]
fn codes_outside_batch_send_can_be_explained() {
    for code in [
        10012, 10013, 10016, 11221, 11225, 11233, 11236, 40003, 40004, 40012, 40162, 43010, 230001, 230006, 230009,
        230012, 230020, 230026, 230027, 230030, 230099, 232096, 234001, 234002, 234006, 234007, 234010, 234011, 234039,
        234041, 234042, 99991201, 99991301, 99991674, 99991675, 99991679,
    ] {
        assert_eq!(find(code).map(|entry| entry.class), Some(Unknown), "{code}");
    }
}

#[test]
fn the_sub_codes_of_a_card_are_found() {
    let codes = [100290, 200380, 200381, 200550, 200570, 200621, 200732, 200861, 200914];
    assert_eq!(card::CARD_CODES.map(|entry| entry.code), codes);
    for code in codes {
        assert_eq!(find_card(code).map(|entry| entry.code), Some(code));
    }
    for code in [0, 11246, 200410, 200915] {
        assert_eq!(find_card(code), None, "{code}");
    }
}

#[test]
fn a_sub_code_is_read_from_any_text() {
    fn check(msg: &str, expected: Option<i64>) {
        assert_eq!(card_code_in(msg), expected, "{msg:?}");
    }
    check(
        "Failed to create card content, ext=ErrCode: 200550; ErrPath: ROOT -> elements -> [0](tag: chart); ErrMsg: chart spec is invalid; ErrorValue: x",
        Some(200550),
    );
    check("ErrCode: 200410; ErrMsg: something; ", Some(200410));
    check("ErrCode:200621", Some(200621));
    check("ErrCode:\n\t 200621;", Some(200621));
    check("ErrCode: 100290; nested ErrCode: 200570", Some(100290));
    check("ErrCode: none; ErrCode: 200570", Some(200570));
    check("ErrCode: 99999999999999999999; ErrCode: 200570", Some(200570));
    check("卡片错误 ErrCode: 200861；不支持", Some(200861));
    check("ErrCode: -1", None);
    check("ErrCode:", None);
    check("ErrCode 200621", None);
    check("errcode: 200621", None);
    check("200621", None);
    check("Service Internal Error", None);
    check("", None);
}

#[test]
fn meanings_are_one_sentence_and_remedies_are_sentences() {
    let codes = all().map(|&Code { code, meaning, remedy, .. }| (code, meaning, remedy));
    let cards = card::CARD_CODES.iter().map(|&CardCode { code, meaning, remedy, .. }| (code, meaning, remedy));
    for (code, meaning, remedy) in codes.chain(cards) {
        check_wording(code, meaning, remedy);
    }
}

#[test]
fn a_source_shows_its_document_and_date() {
    fn check(source: Source, expected: &str) {
        assert_eq!(source.to_string(), expected);
    }
    check(Source::LarkBatchSend, "Lark, Send messages in batches (2024-06-05)");
    check(Source::FeishuBatchSend, "Feishu, Send messages in batches (2026-03-03)");
    check(Source::RateLimits, "Lark and Feishu, Rate limits");
}
