//! Columns: how shown text falls into the cells of a terminal, and how it is wrapped and cut.
//!
//! A cell holds one grapheme cluster. Clusters wider than two columns (conjuncts of some scripts, and
//! hostile text) are taken apart into their characters, so no cell is wider than two.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::core::span::Span;

/// The cells of shown text from left to right: what stands in each, and how many columns that takes (one
/// or two; zero only for a mark without a base, which shown text does not contain).
pub fn cells(text: &str) -> Cells<'_> {
    Cells { rest: text, torn: 0 }
}

/// Iterator over [`cells`].
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    rest: &'a str,
    /// Bytes at the start of `rest` that belong to a cluster that is being taken apart.
    torn: usize,
}

impl<'a> Iterator for Cells<'a> {
    type Item = (&'a str, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.rest.as_bytes();
        let first = *bytes.first()?;
        if self.torn > 0 {
            return Some(self.tear());
        }
        if first.is_ascii() && bytes.get(1).is_none_or(u8::is_ascii) {
            return Some((self.take(1), 1));
        }
        let cluster = self.rest.graphemes(true).next()?;
        let columns = cluster.width() + cluster.chars().filter(|c| sound_mark(*c)).count();
        if columns > 2 {
            self.torn = cluster.len();
            return Some(self.tear());
        }
        Some((self.take(cluster.len()), columns))
    }
}

impl<'a> Cells<'a> {
    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(len);
        self.rest = rest;
        taken
    }

    /// The next character of a torn cluster with the marks that follow it.
    fn tear(&mut self) -> (&'a str, usize) {
        let cluster = &self.rest[..self.torn];
        let mut chars = cluster.char_indices().map(|(at, char)| (at, columns(char)));
        let columns = chars.next().map_or(0, |(_, columns)| columns);
        let len = chars.find(|(_, columns)| *columns > 0).map_or(self.torn, |(at, _)| at);
        self.torn -= len;
        (self.take(len), columns)
    }
}

/// Terminal columns of a character by itself: one or two, or none for a mark.
pub fn columns(char: char) -> usize {
    char.width().unwrap_or(0) + usize::from(sound_mark(char))
}

/// Halfwidth (semi-)voiced sound marks: no columns by Unicode, one on every terminal.
fn sound_mark(char: char) -> bool {
    matches!(char, '\u{FF9E}' | '\u{FF9F}')
}

/// Terminal columns of shown text.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { cells(text).map(|(_, columns)| columns).sum() }
}

/// Cuts shown text into rows of at most `width` columns (at least one), as byte ranges that cover it
/// all; an empty text is one empty row. A wide character that does not fit goes to the next row; where a
/// row is a single column, it stands there alone and is cut when drawn.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let width = width.max(1);
    if text.is_empty() {
        return std::iter::once(0..0).collect();
    }
    if text.is_ascii() {
        return (0..text.len()).step_by(width).map(|at| at..text.len().min(at + width)).collect();
    }
    let mut rows = Vec::new();
    let (mut from, mut at, mut column) = (0, 0, 0);
    for (cell, columns) in cells(text) {
        if column + columns > width && at > from {
            rows.push(from..at);
            (from, column) = (at, 0);
        }
        at += cell.len();
        column += columns;
    }
    rows.push(from..at);
    rows
}

/// The byte range of `text` that is seen through a window of `width` columns beginning at column
/// `left`. A wide character that is cut by an edge is left out; `pad` columns on the left stand for
/// a wide character's second half.
pub fn window(text: &str, left: usize, width: usize) -> (Range<usize>, usize) {
    if text.is_ascii() {
        let from = left.min(text.len());
        return (from..text.len().min(from.saturating_add(width)), 0);
    }
    let right = left.saturating_add(width);
    let (mut from, mut to, mut pad) = (None, 0, 0);
    let (mut at, mut column) = (0, 0);
    for (cell, columns) in cells(text) {
        if column >= left && from.is_none() {
            (from, to, pad) = (Some(at), at, (column - left).min(width));
        }
        if column + columns > right {
            break;
        }
        at += cell.len();
        column += columns;
        to = at;
    }
    match from {
        Some(from) => (from..to, pad),
        None => (to..to, column.saturating_sub(left).min(width)),
    }
}

/// The spans that fall into `range`, cut to it and moved so that `range.start` becomes zero.
pub fn cut_spans(spans: &[Span], range: &Range<usize>) -> Vec<Span> {
    let first = spans.partition_point(|span| span.range.end <= range.start);
    let inside = spans[first..].iter().take_while(|span| span.range.start < range.end);
    inside
        .map(|span| {
            let from = span.range.start.max(range.start) - range.start;
            let to = span.range.end.min(range.end) - range.start;
            Span { range: from..to, class: span.class }
        })
        .filter(|span| !span.range.is_empty())
        .collect()
}
