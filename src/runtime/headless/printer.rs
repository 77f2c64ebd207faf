//! What a kept line looks like when it is printed.

use std::io::{self, Write};

use super::json;
use crate::core::highlight;
use crate::core::span::Level;
use crate::core::text::{TextOptions, show, without_sgr};
use crate::runtime::sieve::Piece;

/// How lines are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The bytes as they are, or without the log's own colours.
    Raw {
        /// Drop the log's own colours.
        strip: bool,
    },
    /// With everything unprintable made visible, for a terminal.
    Shown,
    /// One JSON object a line.
    Json,
}

/// Prints the lines of one source.
pub struct Printer {
    format: Format,
    /// Before every line: a prefix that is ready to be written, or the first member of the object.
    before: Vec<u8>,
    /// The beginning of a character at the end of a piece of a long line.
    carry: Vec<u8>,
    line: Vec<u8>,
}

impl Printer {
    /// Prints in `format`, each line behind `prefix` (already safe to print); JSON names `source` instead.
    pub fn new(format: Format, prefix: &str, source: &str) -> Printer {
        let before = if format == Format::Json {
            let mut before = b"{\"source\":\"".to_vec();
            json::escape(source, &mut before);
            before.extend_from_slice(b"\",\"time\":");
            before
        } else {
            prefix.as_bytes().to_vec()
        };
        Printer { format, before, carry: Vec::new(), line: Vec::new() }
    }

    /// Whether bytes can be passed on without looking for lines in them.
    pub fn is_transparent(&self) -> bool {
        self.format == Format::Raw { strip: false } && self.before.is_empty()
    }

    /// Prints what a sieve let through.
    ///
    /// # Errors
    /// As `out`.
    pub fn print(&mut self, piece: Piece<'_>, out: &mut impl Write) -> io::Result<()> {
        match piece {
            Piece::Lines(bytes) if self.is_transparent() => out.write_all(bytes),
            Piece::Lines(bytes) => {
                let mut start = 0;
                for end in memchr::memchr_iter(b'\n', bytes) {
                    self.whole(&bytes[start..end], out)?;
                    start = end + 1;
                }
                if start < bytes.len() { self.whole(&bytes[start..], out) } else { Ok(()) }
            }
            Piece::Begin(bytes) => {
                self.begin(bytes);
                out.write_all(&self.line)
            }
            Piece::More(bytes) => {
                self.line.clear();
                self.more(bytes);
                out.write_all(&self.line)
            }
            Piece::End(bytes) => {
                self.line.clear();
                self.more(bytes.strip_suffix(b"\n").unwrap_or(bytes));
                self.end();
                out.write_all(&self.line)
            }
        }
    }

    fn whole(&mut self, line: &[u8], out: &mut impl Write) -> io::Result<()> {
        if self.format == (Format::Raw { strip: false }) {
            out.write_all(&self.before)?;
            out.write_all(line)?;
            return out.write_all(b"\n");
        }
        let line = if self.is_raw() { line } else { line.strip_suffix(b"\r").unwrap_or(line) };
        self.begin(line);
        self.end();
        out.write_all(&self.line)
    }

    fn is_raw(&self) -> bool {
        matches!(self.format, Format::Raw { .. })
    }

    /// The line's beginning, or all of it.
    fn begin(&mut self, bytes: &[u8]) {
        self.line.clear();
        self.line.extend_from_slice(&self.before);
        if self.format == Format::Json {
            let text = without_sgr(bytes);
            let text = String::from_utf8_lossy(&text);
            self.line.extend_from_slice(b"null");
            self.line.extend_from_slice(b",\"level\":");
            match highlight::level(&text) {
                Some(level) => self.line.extend_from_slice(format!("\"{}\"", level_name(level)).as_bytes()),
                None => self.line.extend_from_slice(b"null"),
            }
            self.line.extend_from_slice(b",\"line\":\"");
        }
        self.more(bytes);
    }

    fn more(&mut self, bytes: &[u8]) {
        if let Format::Raw { strip } = self.format {
            if strip {
                self.line.extend_from_slice(&without_sgr(bytes));
            } else {
                self.line.extend_from_slice(bytes);
            }
            return;
        }
        let mut joined = std::mem::take(&mut self.carry);
        let bytes = if joined.is_empty() {
            bytes
        } else {
            joined.extend_from_slice(bytes);
            &joined
        };
        let (whole, cut) = bytes.split_at(bytes.len() - json::unfinished_char(bytes));
        self.text(whole);
        self.carry = cut.to_vec();
    }

    /// Whole characters, as far as they are characters.
    fn text(&mut self, bytes: &[u8]) {
        match self.format {
            Format::Json => json::escape(&String::from_utf8_lossy(bytes), &mut self.line),
            _ => {
                let options = TextOptions { tab: 8, sgr: false, limit: usize::MAX };
                self.line.extend_from_slice(show(bytes, options).text.as_bytes());
            }
        }
    }

    fn end(&mut self) {
        let cut = std::mem::take(&mut self.carry);
        if !cut.is_empty() {
            self.text(&cut);
        }
        self.line.extend_from_slice(if self.format == Format::Json { b"\"}\n" } else { b"\n" });
    }
}

/// The name of a level in JSON.
fn level_name(level: Level) -> &'static str {
    match level {
        Level::Trace => "trace",
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
        Level::Fatal => "fatal",
    }
}
