//! Lines in a store: where they begin and end, and what they say.

use super::pos::Pos;
use super::store::Store;

/// How much of a line is matched, highlighted and shown, in bytes. What lies behind it is stored and
/// saved like any other byte; it is not looked at.
pub const LINE_MAX: usize = 1 << 20;

/// A line as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its first byte.
    pub start: Pos,
    /// Just behind its newline; the end of the log for an unfinished line.
    pub end: Pos,
    /// Its bytes without `\n` or `\r\n`, at most [`LINE_MAX`] of them.
    pub text: Vec<u8>,
    /// False while no newline has come.
    pub finished: bool,
}

/// The start of the line that holds `pos` (`pos` itself, if a line starts there). Only bytes in the
/// store's range and before `end` are looked at.
///
/// # Errors
/// As [`Store::read_at`].
pub fn line_start(store: &dyn Store, pos: Pos, end: Pos) -> std::io::Result<Pos> {
    let _ = (store, pos, end);
    todo!()
}

/// The line that starts at `start`, which must be a line's start; `None` at or behind `end`.
///
/// # Errors
/// As [`Store::read_at`].
pub fn line_at(store: &dyn Store, start: Pos, end: Pos) -> std::io::Result<Option<Line>> {
    let _ = (store, start, end);
    todo!()
}
