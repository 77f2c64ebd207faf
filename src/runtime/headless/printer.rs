//! What a kept line looks like when it is printed.

use std::io::{self, Write};
use std::sync::Arc;

use super::caption::Caption;
use super::json;
use super::object;
use super::paint::Paint;
use crate::core::highlight::Choice;
use crate::core::read::Reading;
use crate::core::text::{TextOptions, show, without_sgr};
use crate::runtime::sieve::Piece;

/// How lines are printed.
pub enum Format {
    /// The bytes as they are, or without the log's own colours.
    Raw {
        /// Drop the log's own colours.
        strip: bool,
    },
    /// With everything unprintable made visible, for a terminal.
    Shown,
    /// The same, and coloured.
    Painted(Box<Paint>),
    /// One JSON object a line.
    Json,
}

/// Prints the lines of one source.
pub struct Printer {
    format: Arc<Format>,
    caption: Caption,
    /// Before every line: a prefix that is ready to be written, or the first member of the object.
    before: Vec<u8>,
    /// The beginning of a character at the end of a piece of a long line.
    carry: Vec<u8>,
    line: Vec<u8>,
    /// How lines are read, for formats that tell.
    reading: Arc<Reading>,
    /// Which highlight rules are for the source.
    choice: Choice,
}

impl Printer {
    /// Prints in `format`, each line behind its source's `caption`.
    pub fn new(format: Arc<Format>, caption: Caption, reading: Arc<Reading>) -> Printer {
        let (before, carry, line) = (Vec::new(), Vec::new(), Vec::new());
        let mut printer = Printer { format, caption, before, carry, line, reading, choice: Choice::All };
        printer.lay_out();
        printer
    }

    /// The source is called so in full from now on.
    pub fn rename(&mut self, name: &str) {
        self.caption.rename(name);
        self.lay_out();
    }

    fn lay_out(&mut self) {
        self.before.clear();
        if let Format::Json = *self.format {
            self.before.extend_from_slice(b"{\"source\":\"");
            json::escape(&self.caption.label(), &mut self.before);
            self.before.extend_from_slice(b"\",\"time\":");
        } else {
            self.before.extend_from_slice(self.caption.prefix(&self.format).as_bytes());
        }
    }

    /// The same, with some of the highlight rules only.
    #[must_use]
    pub fn choosing(self, choice: Choice) -> Printer {
        Printer { choice, ..self }
    }

    /// Lines are read so from now on.
    pub fn read_by(&mut self, reading: &Arc<Reading>) {
        self.reading = Arc::clone(reading);
    }

    /// Whether lines have to be read to be printed.
    pub fn reads(&self) -> bool {
        matches!(*self.format, Format::Json | Format::Painted(_))
    }

    /// Whether bytes can be passed on without looking for lines in them.
    pub fn is_transparent(&self) -> bool {
        matches!(*self.format, Format::Raw { strip: false }) && self.before.is_empty()
    }

    /// Prints what a sieve let through.
    ///
    /// # Errors
    /// As `out`.
    pub fn print(&mut self, piece: Piece<'_>, out: &mut impl Write) -> io::Result<()> {
        match piece {
            Piece::Lines(bytes) if self.is_transparent() && bytes.ends_with(b"\n") => out.write_all(bytes),
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
        let line = match *self.format {
            Format::Raw { strip: false } => {
                out.write_all(&self.before)?;
                out.write_all(line)?;
                return out.write_all(b"\n");
            }
            Format::Raw { strip: true } => line,
            _ => line.strip_suffix(b"\r").unwrap_or(line),
        };
        self.begin(line);
        self.end();
        out.write_all(&self.line)
    }

    /// The line's beginning, or all of it.
    fn begin(&mut self, bytes: &[u8]) {
        let format = Arc::clone(&self.format);
        self.line.clear();
        self.line.extend_from_slice(&self.before);
        match &*format {
            Format::Json => {
                object::members(&self.reading.read(bytes), &mut self.line);
                self.more(bytes);
            }
            Format::Painted(paint) => {
                let cut = json::unfinished_char(bytes);
                let (whole, cut) = bytes.split_at(bytes.len() - cut);
                paint.line(whole, &self.reading, &self.choice, &mut self.line);
                self.carry = cut.to_vec();
            }
            _ => self.more(bytes),
        }
    }

    fn more(&mut self, bytes: &[u8]) {
        if let Format::Raw { strip } = *self.format {
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
        if let Format::Json = *self.format {
            json::escape(&String::from_utf8_lossy(bytes), &mut self.line);
        } else {
            self.line.extend_from_slice(show(bytes, PLAIN).text.as_bytes());
        }
    }

    fn end(&mut self) {
        let cut = std::mem::take(&mut self.carry);
        if !cut.is_empty() {
            self.text(&cut);
        }
        let json = matches!(*self.format, Format::Json);
        self.line.extend_from_slice(if json { b"\"}\n" } else { b"\n" });
    }
}

/// How a line is made visible without colours.
const PLAIN: TextOptions = TextOptions { tab: 8, sgr: false, limit: usize::MAX };
