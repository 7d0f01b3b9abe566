//! What a terminal is safe to be shown.

/// The text without control characters, so that nothing that came from a vendor or a file can steer a terminal. Line
/// breaks and tabs become spaces; marks that turn the direction of writing go too.
pub(crate) fn clean(text: &str) -> String {
    let safe = |character: char| match character {
        '\n' | '\r' | '\t' => Some(' '),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
        character if character.is_control() => None,
        character => Some(character),
    };
    text.chars().filter_map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn nothing_steers_the_terminal() {
        fn check(text: &str, expected: &str) {
            assert_eq!(clean(text), expected);
        }
        check("plain 文本 🗳", "plain 文本 🗳");
        check("\u{1b}[31mred\u{1b}[0m", "[31mred[0m");
        check("\u{9b}31m", "31m");
        check("a\nb\tc\rd", "a b c d");
        check("\u{202e}evil\u{7}\u{0}", "evil");
    }
}
