//! A line that is made of named values (JSON, logfmt, what Docker wraps) in a form for people: on one line, or folded
//! out. It knows what a line says, not where it is shown: a form is a value, of text, spans and rows.
//!
//! ```text
//! line      07:25:34.123 ERROR payment failed order=4711 req={method:POST path:/pay}
//!
//! pretty    07:25:34.123 ERROR payment failed
//!             order: 4711
//!             req:
//!               method: POST
//!               path: /pay
//! ```
//!
//! What cannot be shown so without losing anything has no form and is shown as it is written: what is longer than
//! [`LONG`], deeper than [`DEEP`], no UTF-8, or broken, and what holds nothing.

mod line;
mod pretty;
mod sheet;
#[cfg(test)]
mod tests;
pub mod time;

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::tz::TimeZone;

use self::sheet::Sheet;
use super::read::json::{halved, is_whole};
use super::read::{Level, Made, Said};
use super::span::{Class, Span};
use super::text::TextOptions;

/// Bytes of the longest line that has a form.
pub const LONG: usize = 64 << 10;
/// Objects and arrays within each other, in the deepest line that has a form.
pub const DEEP: usize = 64;
/// Rows of the longest form; the last one says how many more there would be.
pub const ROWS: usize = 200;

/// How lines that are made of named values are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Time, level, message and the other values on one line.
    #[default]
    Line,
    /// The values folded out, each on a row of its own.
    Pretty,
    /// As they are written.
    Raw,
}

/// What is shown of a line, and how.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// In which form.
    pub way: Way,
    /// Names of values that are left out: `time`, `level` and `message` are those, whatever they are called.
    pub hidden: &'a BTreeSet<String>,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// The time stands elsewhere already.
    pub timed: bool,
    /// How text is shown.
    pub text: TextOptions,
}

/// A line ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Printable characters only, all rows behind each other.
    pub text: String,
    /// What is known of its stretches, in order, not overlapping.
    pub spans: Vec<Span>,
    /// Its rows: at least one, at most [`ROWS`], which cover the text.
    pub rows: Vec<Range<usize>>,
}

/// The form of the line `raw`, which says `said`; `None` when it is to be shown as it is written. Linear in the
/// length of the line, and bounded by [`LONG`].
pub fn form(raw: &[u8], said: &Said<'_>, shape: &Shape<'_>) -> Option<Form> {
    if shape.way == Way::Raw || raw.len() > LONG {
        return None;
    }
    let made = said.made_of(raw)?;
    let broken = made == Made::Object && (depth(said.line()) > DEEP || !is_whole(said.line()));
    let halved = halved(raw) || made != Made::Wrapped && halved(said.line());
    if broken || halved || std::str::from_utf8(said.line()).is_err() || std::str::from_utf8(raw).is_err() {
        return None;
    }
    let mut sheet = Sheet::new(shape);
    match (shape.way, made) {
        (_, Made::Wrapped) => line::wrapped(said, &mut sheet),
        (Way::Pretty, _) => pretty::write(said, made, &mut sheet),
        _ => line::write(said, &mut sheet),
    }
    if sheet.is_empty() {
        // No line is an empty row, unless its time stands before it.
        match shape {
            shape if !shape.hidden.is_empty() => sheet.put("…", Some(Class::Punctuation)),
            shape if shape.timed && said.time.is_some() => {}
            _ => return None,
        }
    }
    Some(sheet.finish())
}

impl Shape<'_> {
    /// Whether the value of this name is left out.
    pub fn hides(&self, name: &str) -> bool {
        self.hidden.contains(name)
    }

    /// Whether a value within the value of this name is left out.
    fn hides_within(&self, name: &str) -> bool {
        if self.hidden.is_empty() || name.is_empty() {
            return false;
        }
        let within = |hidden: &String| hidden.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        self.hidden.iter().any(within)
    }
}

/// A level as it is shown: all take five columns.
pub fn word(level: Level) -> &'static str {
    match level {
        Level::Trace => "TRACE",
        Level::Debug => "DEBUG",
        Level::Info => "INFO ",
        Level::Warn => "WARN ",
        Level::Error => "ERROR",
        Level::Fatal => "FATAL",
    }
}

/// How many objects and arrays stand within each other, strings left aside.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                at += 1;
                while let Some(inner) = bytes.get(at).filter(|inner| **inner != b'"') {
                    at += 1 + usize::from(*inner == b'\\');
                }
            }
            _ => {}
        }
        deepest = deepest.max(depth);
        at += 1;
    }
    deepest
}
