//! A line's bytes as text that is safe to show, and its width in terminal columns.
//!
//! Nothing of a log reaches the terminal but printable text: SGR sequences become spans (or are
//! dropped), every other escape or control byte is made visible, C1 controls, bidirectional overrides
//! and invisible format characters too, invalid UTF-8 is shown as `\xNN`.
//!
//! | in the log                                       | on the screen       |
//! |--------------------------------------------------|---------------------|
//! | C0 controls, escape, delete                      | `^A`, `^[`, `^?`    |
//! | C1 controls; bytes that are no UTF-8             | `\x9b`              |
//! | bidi, format and zero-width characters           | `<U+202E>`          |
//! | line and paragraph separators, noncharacters     | `<U+2028>`          |
//! | a combining mark with nothing to combine with    | `<U+0301>`          |
//! | the selector of a text or emoji look after a sign | nothing: terminals disagree on its width |

mod cells;
mod hidden;
mod sgr;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;

pub use self::cells::{Cells, cells, columns, cut_spans, width, window, wrap};
use self::hidden::{Look, look};
use super::span::{Class, Sgr, Span};

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

/// Combining marks one character may carry; what comes behind them is made visible.
const MARKS: u8 = 8;

/// Makes `line` showable. `line` is without its line ending.
pub fn show(line: &[u8], options: TextOptions) -> Shown {
    show_part(line, 0, options)
}

/// Makes `line` showable, the first part of a line that has `rest` more bytes: they count in the mark of
/// what is left.
pub fn show_part(line: &[u8], rest: u64, options: TextOptions) -> Shown {
    let seen = &line[..cut(line, options.limit)];
    let rest = rest + (line.len() - seen.len()) as u64;
    let mut page = match std::str::from_utf8(seen) {
        Ok(text) if plain(seen) => Page::holding(text),
        _ => {
            let mut page = Page::new(options);
            page.bytes(seen);
            page
        }
    };
    if rest > 0 {
        page.control(&format!("… {} more", amount(rest)));
    }
    page.finish()
}

/// `name` (a file name, a title, a remote message) with everything unprintable made visible, on one row.
pub fn printable(name: &str) -> String {
    if plain(name.as_bytes()) {
        return name.to_owned();
    }
    let mut page = Page::new(TextOptions { tab: 0, sgr: false, limit: usize::MAX });
    page.escapes = true;
    page.valid(name);
    page.finish().text
}

/// Whether a character beyond ASCII is a control, hides text or turns its direction, so that showing it as
/// it is would show something else than what is there.
pub fn is_hidden(char: char) -> bool {
    matches!(look(char), Look::Control | Look::Hidden)
}

/// `line` without SGR sequences: what patterns are matched against. Borrowed when there is none.
pub fn without_sgr(line: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Vec::new();
    let mut from = 0;
    for at in memchr::memchr_iter(sgr::ESC, line) {
        if let Some(sequence) = sgr::sequence(&line[at..]) {
            kept.extend_from_slice(&line[from..at]);
            from = at + sequence.len();
        }
    }
    if from == 0 {
        return Cow::Borrowed(line);
    }
    kept.extend_from_slice(&line[from..]);
    Cow::Owned(kept)
}

/// Whether every byte is printable ASCII, as in most lines.
fn plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// How many bytes of `line` are looked at: `limit`, less a character or an SGR sequence it would break.
fn cut(line: &[u8], limit: usize) -> usize {
    if line.len() <= limit {
        return line.len();
    }
    let broken = (1..4).find(|back| limit.checked_sub(*back).is_some_and(|at| line[at] >= 0xc0));
    let mut end = match broken.map(|back| (back, line[limit - back])) {
        Some((back, lead)) if back < lead.leading_ones() as usize && lead < 0xf8 => limit - back,
        _ => limit,
    };
    if let Some(at) = memchr::memrchr(sgr::ESC, &line[end.saturating_sub(64)..end]) {
        let at = end.saturating_sub(64) + at;
        if sgr::sequence(&line[at..]).is_some_and(|sequence| at + sequence.len() > end) {
            end = at;
        }
    }
    end
}

/// An amount of bytes in decimal units, to be read at a glance: `812 B`, `99.9 MB`.
fn amount(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// Text being made showable.
struct Page {
    options: TextOptions,
    /// Tabs and SGR sequences are made visible like other controls: a name has neither.
    escapes: bool,
    shown: Shown,
    /// The log's colours from here on, and where in the text they began.
    sgr: (Sgr, usize),
    /// Columns before a place in the text that is known.
    column: (usize, usize),
    /// Where the character begins that a combining mark would join, and the marks it carries.
    base: Option<(usize, u8)>,
}

impl Page {
    fn new(options: TextOptions) -> Page {
        Page {
            options,
            escapes: false,
            shown: Shown::default(),
            sgr: (Sgr::default(), 0),
            column: (0, 0),
            base: None,
        }
    }

    /// A page with text that needs nothing done.
    fn holding(text: &str) -> Page {
        let mut page = Page::new(TextOptions { tab: 1, sgr: false, limit: 0 });
        page.shown.text.push_str(text);
        page
    }

    fn finish(mut self) -> Shown {
        self.end_sgr();
        self.shown
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for chunk in bytes.utf8_chunks() {
            self.valid(chunk.valid());
            for byte in chunk.invalid() {
                self.escaped(*byte);
            }
        }
    }

    fn valid(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let run = bytes[at..].iter().take_while(|byte| matches!(byte, b' '..=b'~')).count();
            if run > 0 {
                self.shown.text.push_str(&text[at..at + run]);
                self.base = Some((self.shown.text.len() - 1, 0));
                at += run;
                continue;
            }
            at += match bytes[at] {
                sgr::ESC if !self.escapes => self.escape(&bytes[at..]),
                b'\t' if !self.escapes => self.tab(),
                byte @ (..b' ' | 0x7f) => self.caret(byte),
                _ => text[at..].chars().next().map_or(1, |char| self.char(char)),
            };
        }
    }

    /// Takes the escape at the start of `bytes` and says how many bytes that were.
    fn escape(&mut self, bytes: &[u8]) -> usize {
        let Some(sequence) = sgr::sequence(bytes) else { return self.caret(sgr::ESC) };
        if self.options.sgr {
            let next = sgr::apply(self.sgr.0, sequence);
            if next != self.sgr.0 {
                self.end_sgr();
                self.sgr.0 = next;
            }
        }
        sequence.len()
    }

    fn tab(&mut self) -> usize {
        let (known, columns) = self.column;
        let columns = columns + width(&self.shown.text[known..]);
        let stop = usize::from(self.options.tab.max(1));
        let blanks = stop - columns % stop;
        self.shown.text.extend(std::iter::repeat_n(' ', blanks));
        self.column = (self.shown.text.len(), columns + blanks);
        self.base = None;
        1
    }

    fn caret(&mut self, byte: u8) -> usize {
        self.control(match byte {
            0x7f => "^?",
            _ => CARETS.get(usize::from(byte) * 2..usize::from(byte) * 2 + 2).unwrap_or("^?"),
        });
        1
    }

    fn escaped(&mut self, byte: u8) {
        self.control(&format!("\\x{byte:02x}"));
    }

    /// Takes a character beyond ASCII and says how many bytes it had.
    fn char(&mut self, char: char) -> usize {
        match (look(char), self.base) {
            (Look::Visible, _) => {
                self.base = Some((self.shown.text.len(), 0));
                self.shown.text.push(char);
            }
            (Look::Control, _) => self.escaped(char as u8),
            (Look::Selector, Some((base, 0))) if !self.shown.text[base..].starts_with(unadorned) => {}
            (Look::Mark, Some((base, marks))) if marks < MARKS => {
                self.shown.text.push(char);
                if self.shown.text[base..].graphemes(true).nth(1).is_none() {
                    self.base = Some((base, marks + 1));
                } else {
                    self.shown.text.pop();
                    self.named(char);
                }
            }
            _ => self.named(char),
        }
        char.len_utf8()
    }

    fn named(&mut self, char: char) {
        self.control(&format!("<U+{:04X}>", char as u32));
    }

    /// Adds `text` of ours that stands for something unprintable.
    fn control(&mut self, text: &str) {
        self.end_sgr();
        let from = self.shown.text.len();
        let _ = self.shown.text.write_str(text);
        let to = self.shown.text.len();
        match self.shown.spans.last_mut() {
            Some(last) if last.class == Class::Control && last.range.end == from => last.range.end = to,
            _ => self.shown.spans.push(Span { range: from..to, class: Class::Control }),
        }
        self.sgr.1 = to;
        self.base = None;
    }

    /// Closes the stretch of text that has the log's present colours.
    fn end_sgr(&mut self) {
        let (sgr, from) = self.sgr;
        let to = self.shown.text.len();
        if sgr != Sgr::default() && from < to {
            self.shown.spans.push(Span { range: from..to, class: Class::Sgr(sgr) });
        }
        self.sgr.1 = to;
    }
}

/// The C0 controls as they are typed.
const CARETS: &str = "^@^A^B^C^D^E^F^G^H^I^J^K^L^M^N^O^P^Q^R^S^T^U^V^W^X^Y^Z^[^\\^]^^^_";

/// ASCII that has no emoji look a selector could ask for.
fn unadorned(char: char) -> bool {
    char.is_ascii() && !matches!(char, '0'..='9' | '#' | '*')
}
