//! Sentences folded to a width, so that they can be read in a tile too. Log lines are wrapped elsewhere,
//! column by column; a sentence is broken between its words.

use super::layer::piece;
use super::screen::{Piece, Tone};
use crate::core::text;

/// Below this width what a row is about stands above it instead of beside it.
const BESIDE_FROM: usize = 50;

/// The rows of a sentence, at least one; a word wider than `width` columns is cut into several.
pub fn fold(sentence: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut rows = vec![String::new()];
    for word in sentence.split(' ') {
        let row = rows.last_mut().map(std::mem::take).unwrap_or_default();
        let longer = if row.is_empty() { word.to_owned() } else { format!("{row} {word}") };
        rows.pop();
        if text::width(&longer) <= width {
            rows.push(longer);
            continue;
        }
        if !row.is_empty() {
            rows.push(row);
        }
        rows.extend(text::wrap(word, width).into_iter().map(|part| word[part].to_owned()));
    }
    rows
}

/// Rows of `head` and, from `column` on, what is said of it, with something fainter behind.
pub fn entry(
    head: (&str, Tone),
    column: usize,
    body: (&str, Tone),
    behind: &str,
    width: usize,
) -> Vec<Vec<Piece>> {
    let beside = width >= BESIDE_FROM && text::width(head.0) <= column;
    let indent = if beside { column + 2 } else { 2 };
    let mut rows: Vec<Vec<Piece>> = Vec::new();
    let blank = || piece(" ".repeat(indent), Tone::Plain);
    if !beside && !head.0.is_empty() {
        rows.extend(fold(head.0, width).into_iter().map(|row| vec![piece(row, head.1)]));
    }
    let room = width.saturating_sub(indent);
    for (n, row) in fold(body.0, room).into_iter().enumerate() {
        let first = if beside && n == 0 { piece(format!("{:column$}  ", head.0), head.1) } else { blank() };
        rows.push(vec![first, piece(row, body.1)]);
    }
    if behind.is_empty() {
        return rows;
    }
    let used: usize = rows.last().map_or(0, |row| row.iter().map(|piece| text::width(&piece.text)).sum());
    match rows.last_mut() {
        Some(last) if used + 2 + text::width(behind) <= width => {
            last.push(piece(format!("  {behind}"), Tone::Faint));
        }
        _ => rows.extend(fold(behind, room).into_iter().map(|row| vec![blank(), piece(row, Tone::Faint)])),
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_break_between_words_and_only_giants_within() {
        assert_eq!(fold("not there; it is shown", 10), ["not there;", "it is", "shown"]);
        assert_eq!(fold("a abcdefgh b", 3), ["a", "abc", "def", "gh", "b"]);
        assert_eq!(fold("", 5), [""]);
        assert_eq!(fold("日本語 x", 4), ["日本", "語 x"]);
    }

    #[test]
    fn an_entry_stands_beside_or_below_its_head() {
        let text = |width| -> Vec<String> {
            let rows = entry(
                ("gg", Tone::Key),
                4,
                ("the first line of all there are in the log", Tone::Plain),
                ":top",
                width,
            );
            rows.iter().map(|row| row.iter().map(|piece| piece.text.as_str()).collect()).collect()
        };
        assert_eq!(text(60), ["gg    the first line of all there are in the log  :top"]);
        assert_eq!(text(20), ["gg", "  the first line of", "  all there are in", "  the log  :top"]);
    }
}
