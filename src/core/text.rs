//! A line's bytes as text that is safe to show, and its width in terminal columns.
//!
//! Nothing of a log reaches the terminal but printable text: SGR sequences become spans (or are
//! dropped), every other escape or control byte is made visible, C1 controls, bidirectional overrides
//! and invisible format characters too, invalid UTF-8 is shown as `\xNN`.

use std::ops::Range;

use super::span::Span;

/// How bytes are turned into text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// Columns from one tab stop to the next.
    pub tab: u8,
    /// Show the log's own colours; otherwise they are dropped.
    pub sgr: bool,
    /// Bytes of the line that are looked at; what is left is named in a mark (`… 99.9 MB more`).
    pub limit: usize,
}

/// A line ready to be shown: printable text, and the spans its own bytes gave (SGR, controls).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Printable characters only; tabs are expanded to spaces.
    pub text: String,
    /// Spans of class `Sgr` and `Control`, in order, not overlapping.
    pub spans: Vec<Span>,
}

/// Makes `line` showable. `line` is without its line ending.
pub fn show(line: &[u8], options: TextOptions) -> Shown {
    let _ = (line, options);
    todo!()
}

/// `name` (a file name, a title, a remote message) with everything unprintable made visible, on one row.
pub fn printable(name: &str) -> String {
    let _ = name;
    todo!()
}

/// `line` without SGR sequences: what patterns are matched against. Borrowed when there is none.
pub fn without_sgr(line: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    let _ = line;
    todo!()
}

/// Terminal columns of shown text.
pub fn width(text: &str) -> usize {
    let _ = text;
    todo!()
}

/// Cuts shown text into rows of at most `width` columns (at least one), as byte ranges that cover it
/// all; an empty text is one empty row. A wide character that does not fit goes to the next row.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let _ = (text, width);
    todo!()
}

/// The byte range of `text` that is seen through a window of `width` columns beginning at column
/// `left`. A wide character that is cut by an edge is left out; `pad` columns on the left stand for
/// a wide character's second half.
pub fn window(text: &str, left: usize, width: usize) -> (Range<usize>, usize) {
    let _ = (text, left, width);
    todo!()
}

/// The spans that fall into `range`, cut to it and moved so that `range.start` becomes zero.
pub fn cut_spans(spans: &[Span], range: &Range<usize>) -> Vec<Span> {
    let _ = (spans, range);
    todo!()
}
