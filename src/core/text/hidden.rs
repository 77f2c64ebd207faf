//! Which characters beyond ASCII may be shown as they are. A character may not when it is a control,
//! turns the direction of what follows, breaks the line, or leaves nothing to see.

use unicode_width::UnicodeWidthChar;

/// What showing a character would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It takes columns of its own.
    Visible,
    /// It joins the character before it.
    Mark,
    /// It chooses between a text and an emoji look of the character before it.
    Selector,
    /// A C1 control.
    Control,
    /// Nothing would be seen, or something else than what is there.
    Hidden,
}

/// Ranges that are never shown as they are, in order: the format characters and default-ignorable code
/// points of Unicode 16 and the line separators; noncharacters are found by rule.
const HIDDEN: [(u32, u32); 29] = [
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x600, 0x605),
    (0x61C, 0x61C),
    (0x6DD, 0x6DD),
    (0x70F, 0x70F),
    (0x890, 0x891),
    (0x8E2, 0x8E2),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0D),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x16FE4, 0x16FE4),
    (0x1BC9D, 0x1BC9D),
    (0x1BCA0, 0x1BCA3),
    (0x1D159, 0x1D159),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];

pub(super) fn look(char: char) -> Look {
    let code = char as u32;
    match code {
        0x80..=0x9F => return Look::Control,
        0xFE0E | 0xFE0F => return Look::Selector,
        // Halfwidth sound marks: joined to their letter by Unicode, in columns of their own on terminals.
        0xFF9E | 0xFF9F => return Look::Visible,
        _ => {}
    }
    let after = HIDDEN.partition_point(|(first, _)| *first <= code);
    let hidden = after > 0 && code <= HIDDEN[after - 1].1;
    match char.width() {
        _ if hidden || code & 0xFFFE == 0xFFFE => Look::Hidden,
        Some(0) => Look::Mark,
        Some(1 | 2) => Look::Visible,
        // A control, or the few signs that stand for a whole word and fit no cell.
        _ => Look::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_hides_or_turns_text_is_shown() {
        assert!(HIDDEN.is_sorted_by(|a, b| a.1 < b.0));
        let shown = |char: &char| matches!(look(*char), Look::Visible | Look::Mark);
        let all: String = ('\u{80}'..=char::MAX).filter(shown).collect();
        let never = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]";
        let never = regex::Regex::new(never).unwrap();
        assert_eq!(never.find(&all).map(|found| found.as_str().escape_unicode().to_string()), None);
        let letters = "äßéЖ日本語한글עברעربي→█🙂\u{301}\u{e000}";
        assert_eq!(letters.chars().find(|char| !shown(char)), None);
    }
}
