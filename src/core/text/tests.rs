use proptest::prelude::*;
use ratatui::buffer::CellWidth;

use super::*;
use crate::core::span::Color;

const OPTIONS: TextOptions = TextOptions { tab: 8, sgr: true, limit: 1 << 16 };

fn text(line: &[u8]) -> String {
    show(line, OPTIONS).text
}

/// The shown text with `{…}` around controls and `[…]` around coloured stretches.
fn marked(line: &[u8]) -> String {
    let shown = show(line, OPTIONS);
    let mut out = String::new();
    let mut from = 0;
    for span in &shown.spans {
        let [open, close] = if span.class == Class::Control { ["{", "}"] } else { ["[", "]"] };
        out += &shown.text[from..span.range.start];
        out += open;
        out += &shown.text[span.range.clone()];
        out += close;
        from = span.range.end;
    }
    out + &shown.text[from..]
}

#[test]
fn what_cannot_be_printed_is_made_visible() {
    for (line, seen) in [
        (&b"plain text ~"[..], "plain text ~"),
        (b"bell\x07 nul\0 del\x7f", "bell{^G} nul{^@} del{^?}"),
        (b"10%\r20%\r", "10%{^M}20%{^M}"),
        (b"\x1b]0;owned\x07", "{^[}]0;owned{^G}"),
        (b"\x1b[2J\x1b[?1m\x1b[>4;1m", "{^[}[2J{^[}[?1m{^[}[>4;1m"),
        (b"\x1b[31", "{^[}[31"),
        (b"bad \xff\xfe utf", "bad {\\xff\\xfe} utf"),
        (b"cut \xe2\x82", "cut {\\xe2\\x82}"),
        ("c1 \u{9b}31m".as_bytes(), "c1 {\\x9b}31m"),
        ("a\u{202e}b\u{2066}c\u{200b}d".as_bytes(), "a{<U+202E>}b{<U+2066>}c{<U+200B>}d"),
        ("line\u{2028}para\u{2029}nel\u{85}".as_bytes(), "line{<U+2028>}para{<U+2029>}nel{\\x85}"),
        ("\u{feff}bom \u{ad}shy \u{e0041}tag".as_bytes(), "{<U+FEFF>}bom {<U+00AD>}shy {<U+E0041>}tag"),
        ("\u{301}lone, e\u{301} joined".as_bytes(), "{<U+0301>}lone, e\u{301} joined"),
        ("a\u{1161}".as_bytes(), "a{<U+1161>}"),
        ("\u{26a0}\u{fe0f} hot, a\u{fe0f}".as_bytes(), "\u{26a0} hot, a{<U+FE0F>}"),
        ("日本 naïve µs".as_bytes(), "日本 naïve µs"),
    ] {
        assert_eq!(marked(line), seen, "{:?}", String::from_utf8_lossy(line));
    }
}

#[test]
fn a_tower_of_marks_is_kept_low() {
    let tower = format!("e{}", "\u{301}".repeat(1000));
    assert!(text(tower.as_bytes()).starts_with(&format!("e{}<U+0301>", "\u{301}".repeat(8))));
}

#[test]
fn tabs_go_to_the_next_stop() {
    assert_eq!(text(b"\ta\tbc\t12345678\tx"), "        a       bc      12345678        x");
    assert_eq!(text("日本\tx".as_bytes()), "日本    x");
    assert_eq!(text(b"\x1b[1mab\x1b[0m\tx"), "ab      x");
    let odd = TextOptions { tab: 0, ..OPTIONS };
    assert_eq!(show(b"a\tb", odd).text, "a b");
}

fn colours(line: &str) -> Vec<(String, Sgr)> {
    let shown = show(line.as_bytes(), OPTIONS);
    let part = |span: &Span| match span.class {
        Class::Sgr(sgr) => Some((shown.text[span.range.clone()].to_owned(), sgr)),
        _ => None,
    };
    shown.spans.iter().filter_map(part).collect()
}

#[test]
fn sgr_becomes_spans() {
    let fg = |color| Sgr { fg: Some(color), ..Sgr::default() };
    for (codes, sgr) in [
        ("31", fg(Color::Ansi(1))),
        ("97", fg(Color::Ansi(15))),
        ("38;5;9", fg(Color::Ansi(9))),
        ("38;5;208", fg(Color::Indexed(208))),
        ("38:5:208", fg(Color::Indexed(208))),
        ("38;2;1;2;3", fg(Color::Rgb(1, 2, 3))),
        ("38:2:1:2:3", fg(Color::Rgb(1, 2, 3))),
        ("38:2::1:2:3", fg(Color::Rgb(1, 2, 3))),
        ("48;2;0;0;9;1", Sgr { bg: Some(Color::Rgb(0, 0, 9)), bold: true, ..Sgr::default() }),
        ("58;5;1;3", Sgr { italic: true, ..Sgr::default() }),
        ("58:2::1:1:1;3", Sgr { italic: true, ..Sgr::default() }),
        ("4:3", Sgr { underline: true, ..Sgr::default() }),
        ("1;2;4;7;22;24", Sgr { reverse: true, ..Sgr::default() }),
        ("38;5;300;1", Sgr { bold: true, ..Sgr::default() }),
        ("99999999999;8;5;1", Sgr { bold: true, ..Sgr::default() }),
        ("0;104", Sgr { bg: Some(Color::Ansi(12)), ..Sgr::default() }),
    ] {
        let line = format!("a\x1b[{codes}mb\x1b[mc");
        assert_eq!(colours(&line), [("b".to_owned(), sgr)], "{codes}");
    }
    for nothing in ["", "0", "31;0", "1;22", "4;4:0", "38;5", "38;2;1;2", "77", "5;8"] {
        assert_eq!(colours(&format!("a\x1b[{nothing}mb")), [], "{nothing}");
    }
}

#[test]
fn controls_stand_out_of_coloured_text() {
    assert_eq!(marked(b"\x1b[31mred\x07still\x1b[0m not"), "[red]{^G}[still] not");
    assert_eq!(marked(b"\x1b[31mred\x1b[31m more\x1b[1m!"), "[red more][!]");
    let stripped = TextOptions { sgr: false, ..OPTIONS };
    let shown = show(b"\x1b[31mred\x1b[0m", stripped);
    assert_eq!((shown.text.as_str(), shown.spans.len()), ("red", 0));
}

#[test]
fn what_is_left_of_a_long_line_is_named() {
    let limit = |limit, line: &str| show(line.as_bytes(), TextOptions { limit, ..OPTIONS }).text;
    assert_eq!(limit(4, "abcd"), "abcd");
    assert_eq!(limit(4, "abcdef"), "abcd… 2 B more");
    assert_eq!(limit(4, "ab€€"), "ab… 6 B more");
    assert_eq!(limit(5, "ab€€"), "ab€… 3 B more");
    assert_eq!(limit(4, "ab\x1b[31mcd"), "ab… 7 B more");
    assert_eq!(limit(7, "ab\x1b[31mcd"), "ab… 2 B more");
    assert_eq!(limit(0, "ab"), "… 2 B more");
    let part = show_part(b"abc", 99_949_999, OPTIONS);
    assert_eq!(part.text, "abc… 99.9 MB more");
    assert_eq!(part.spans, [Span { range: 3..19, class: Class::Control }]);
    assert_eq!([amount(999), amount(1000), amount(1 << 40)], ["999 B", "1.0 kB", "1.0 TB"]);
}

#[test]
fn names_are_one_row_without_colours() {
    assert_eq!(printable("a.log"), "a.log");
    assert_eq!(printable("a\nb\tc\x1b[31md\u{202e}"), "a^Jb^Ic^[[31md<U+202E>");
}

#[test]
fn sgr_is_not_matched_against() {
    assert!(matches!(without_sgr(b"plain \x1b[2J"), Cow::Borrowed(_)));
    assert_eq!(&*without_sgr(b"\x1b[1;31mERR\x1b[0mOR \x1b[x"), b"ERROR \x1b[x");
    assert_eq!(&*without_sgr(b"\x1b\x1b[1m\xff"), b"\x1b\xff");
}

#[test]
fn rows_and_windows_respect_wide_characters() {
    let rows = |text: &str, columns| -> Vec<String> {
        wrap(text, columns).into_iter().map(|row| text[row].to_owned()).collect()
    };
    assert_eq!(rows("", 3), [""]);
    assert_eq!(rows("abcdefg", 3), ["abc", "def", "g"]);
    assert_eq!(rows("a日本b", 3), ["a日", "本b"]);
    assert_eq!(rows("日本", 3), ["日", "本"]);
    assert_eq!(rows("日本", 0), ["日", "本"]);
    let seen = |text: &'static str, left, columns| {
        let (range, pad) = window(text, left, columns);
        (&text[range], pad)
    };
    assert_eq!(seen("abcdef", 2, 3), ("cde", 0));
    assert_eq!(seen("abcdef", 9, 3), ("", 0));
    assert_eq!(seen("a日本b", 0, 4), ("a日", 0));
    assert_eq!(seen("a日本b", 1, 4), ("日本", 0));
    assert_eq!(seen("a日本b", 2, 4), ("本b", 1));
    assert_eq!(seen("a日", 2, 4), ("", 1));
    assert_eq!(seen("日日", 1, 0), ("", 0));
    assert_eq!(seen("a日", usize::MAX, usize::MAX), ("", 0));
}

#[test]
fn spans_are_cut_with_their_text() {
    let span = |range| Span { range, class: Class::Number };
    let spans = [span(0..2), span(3..6), span(8..9)];
    assert_eq!(cut_spans(&spans, &(1..4)), [span(0..1), span(2..3)]);
    assert_eq!(cut_spans(&spans, &(2..3)), []);
    assert_eq!(cut_spans(&spans, &(5..20)), [span(0..1), span(3..4)]);
}

/// Characters that make trouble: controls, marks, jamo, conjuncts, emoji with modifiers, flags, bidi.
const AWKWARD: &str = "[ -~]{0,4}|\u{1b}\\[[0-9;:]{0,6}m|[\u{0}-\u{ff}]|[\u{300}-\u{36f}\u{fe00}-\u{fe0f}]|\
    [\u{1100}-\u{11ff}]{1,4}|[\u{900}-\u{97f}]{1,5}|[\u{e01}-\u{e5b}]|[\u{600}-\u{6ff}]|[\u{1f1e6}-\u{1f1ff}]|\
    [\u{1f3fb}-\u{1f3ff}]|[\u{1f440}-\u{1f4ff}\u{200d}]|[\u{ff60}-\u{ffff}]|[日本語\t]|[\u{1780}-\u{17ff}]{1,3}|.";

prop_compose! {
    fn awkward()(parts in prop::collection::vec(AWKWARD, 0..12)) -> String {
        parts.concat()
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![prop::collection::vec(any::<u8>(), 0..64), awkward().prop_map(String::into_bytes)]
}

proptest! {
    #[test]
    fn only_printable_characters_are_shown(line in bytes(), limit in 0usize..80, sgr: bool, tab in 0u8..9) {
        let shown = show(&line, TextOptions { tab, sgr, limit });
        for char in shown.text.chars() {
            prop_assert!(!char.is_control(), "{char:?}");
            prop_assert!(!matches!(look(char), Look::Hidden | Look::Control | Look::Selector)
                || char.is_ascii(), "{char:?}");
        }
        prop_assert!(cells(&shown.text).all(|(_, columns)| columns == 1 || columns == 2));
        let mut end = 0;
        for span in &shown.spans {
            prop_assert!(span.range.start >= end && span.range.start < span.range.end);
            prop_assert!(shown.text.get(span.range.clone()).is_some());
            end = span.range.end;
        }
    }

    #[test]
    fn printable_text_is_shown_as_it_is(line in "[ -~äöµ日本語éßЖ→█]{0,80}") {
        prop_assert_eq!(text(line.as_bytes()), line.clone());
        prop_assert_eq!(printable(&line), line);
    }

    #[test]
    fn sequences_that_are_not_matched_are_those_that_are_not_shown(line in awkward()) {
        let kept = without_sgr(line.as_bytes()).into_owned();
        let stripped = TextOptions { sgr: false, ..OPTIONS };
        // Dropping a sequence may join an escape before it with the text behind it.
        prop_assume!(sgr_free(&kept));
        prop_assert_eq!(show(line.as_bytes(), stripped).text, show(&kept, stripped).text);
    }

    #[test]
    fn cells_are_as_wide_as_the_screen_takes_them(line in awkward()) {
        let text = text(line.as_bytes());
        let all: String = cells(&text).map(|(cell, _)| cell).collect();
        prop_assert_eq!(&all, &text);
        for (cell, columns) in cells(&text) {
            prop_assert_eq!(usize::from(cell.cell_width()), columns, "{:?}", cell);
        }
        prop_assert_eq!(width(&text), cells(&text).map(|(_, columns)| columns).sum::<usize>());
    }

    #[test]
    fn rows_give_the_text_back(line in awkward(), columns in 1usize..12) {
        let text = text(line.as_bytes());
        let rows = wrap(&text, columns);
        let all: String = rows.iter().map(|row| &text[row.clone()]).collect();
        prop_assert_eq!(&all, &text);
        for row in rows {
            prop_assert!(width(&text[row.clone()]) <= columns.max(2));
            prop_assert!(!row.is_empty() || text.is_empty());
        }
    }

    #[test]
    fn a_window_never_exceeds_its_width(line in awkward(), left in 0usize..30, columns in 0usize..30) {
        let text = text(line.as_bytes());
        let (range, pad) = window(&text, left, columns);
        prop_assert!(width(&text[range.clone()]) + pad <= columns);
        if left == 0 {
            prop_assert_eq!((range.start, pad), (0, 0));
        }
        if left + columns >= width(&text) {
            prop_assert_eq!(range.end, text.len());
        }
    }

    #[test]
    fn cut_spans_fit_the_cut_text(line in bytes(), left in 0usize..30, columns in 0usize..30) {
        let shown = show(&line, OPTIONS);
        let (range, _) = window(&shown.text, left, columns);
        let part = &shown.text[range.clone()];
        for span in cut_spans(&shown.spans, &range) {
            prop_assert!(part.get(span.range.clone()).is_some_and(|text| !text.is_empty()));
        }
    }
}

fn sgr_free(line: &[u8]) -> bool {
    matches!(without_sgr(line), Cow::Borrowed(_))
}
