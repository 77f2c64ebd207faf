//! Text as JSON, written piece by piece.

use crate::core::text::is_hidden;

/// Appends `text` as the inside of a JSON string. Everything that is not printable is escaped, so that an
/// object is safe to look at in a terminal too.
pub fn escape(text: &str, out: &mut Vec<u8>) {
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        if !needs_escape(c) {
            continue;
        }
        out.extend_from_slice(&text.as_bytes()[plain..at]);
        plain = at + c.len_utf8();
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
        }
    }
    out.extend_from_slice(&text.as_bytes()[plain..]);
}

/// Appends what is JSON already. What is not printable in its strings is escaped.
pub fn within(json: &str, out: &mut Vec<u8>) {
    for c in json.chars() {
        match c {
            '"' | '\\' => out.push(c as u8),
            // Between its tokens.
            '\t' | '\r' | '\n' => out.push(b' '),
            c => escape(c.encode_utf8(&mut [0; 4]), out),
        }
    }
}

/// What JSON wants escaped, and every character that is a control, hides text or turns its direction.
fn needs_escape(c: char) -> bool {
    match c {
        ' '..='~' => matches!(c, '"' | '\\'),
        '\0'..='\x7f' => true,
        _ => is_hidden(c),
    }
}

/// How many bytes at the end of `bytes` may be the beginning of a character whose rest is still to come.
pub fn unfinished_char(bytes: &[u8]) -> usize {
    let Some(back) = bytes.iter().rev().take(3).position(|byte| *byte >= 0xc0).map(|at| at + 1) else {
        return 0;
    };
    let wanted = match bytes[bytes.len() - back] {
        0xf0.. => 4,
        0xe0.. => 3,
        _ => 2,
    };
    if back < wanted { back } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        escape(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn nothing_unprintable_is_left() {
        assert_eq!(escaped("a\"b\\c\td"), r#"a\"b\\c\td"#);
        assert_eq!(escaped("\x1b]0;x\x07\u{9b}\u{202e}é"), r"\u001b]0;x\u0007\u009b\u202eé");
        assert_eq!(escaped("\u{61c}\u{ad}\u{e0041}日本"), r"\u061c\u00ad\udb40\udc41日本");
    }

    #[test]
    fn a_character_cut_in_two_is_noticed() {
        let euro = "x€".as_bytes();
        assert_eq!(unfinished_char(euro), 0);
        assert_eq!(unfinished_char(&euro[..3]), 2);
        assert_eq!(unfinished_char(&euro[..2]), 1);
        assert_eq!(unfinished_char(b"\xff\xff"), 1);
        assert_eq!(unfinished_char(b"abc"), 0);
        assert_eq!(unfinished_char(b""), 0);
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text: String) {
            let quoted = format!("\"{}\"", escaped(&text));
            prop_assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
        }
    }
}
