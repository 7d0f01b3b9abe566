//! Texts that others wrote, as they may stand in a file that somebody will show on a terminal.

/// Leaves no control characters in the text: line breaks and tabs become spaces, and what could steer a terminal or
/// turn the direction of writing goes.
pub(super) fn one_line(text: &mut String) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return;
    }
    let kept = |character: char| match character {
        '\n' | '\r' | '\t' => Some(' '),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
        character if character.is_control() => None,
        character => Some(character),
    };
    *text = text.chars().filter_map(kept).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let mut found = text.to_owned();
            one_line(&mut found);
            assert_eq!(found, expected);
        }
        check("", "");
        check("plain ~!", "plain ~!");
        check("不在 🗳", "不在 🗳");
        check("\u{1b}[31mred\u{1b}[0m", "[31mred[0m");
        check("\u{9b}31m\u{7f}", "31m");
        check("a\nb\tc\rd", "a b c d");
        check("\u{202e}evil\u{7}\u{0}", "evil");
    }
}
