//! What a query may ask of a line, and who can answer.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use crate::core::pattern::Pattern;
use crate::core::read::{Level, Time};

/// What is known of one line.
pub trait Facts {
    /// The line as it is seen: without its ending and without colours.
    fn text(&self) -> &[u8];
    /// How serious it says it is.
    fn level(&self) -> Option<Level>;
    /// When it says it was written.
    fn time(&self) -> Option<Time>;
    /// The value of a field, as text.
    ///
    /// It is a run of the line's own bytes (what is no UTF-8 replaced by U+FFFD), or made of one by undoing
    /// escapes that begin with a backslash. Queries rely on that to pass over lines unread.
    fn field(&self, name: &str) -> Option<Cow<'_, str>>;
    /// As [`Reader::names_in`].
    fn names(&self, _field: &str) -> bool {
        false
    }
    /// Whether its text matches: of a record, the text of any of its lines.
    fn shows(&self, pattern: &Pattern) -> bool {
        pattern.matches(self.text())
    }
}

/// Reads the lines of a source.
pub trait Reader: fmt::Debug + Send + Sync {
    /// Reads a line, which is as it is seen. What is not asked for need not be found.
    fn read<'l>(&'l self, line: &'l [u8]) -> Box<dyn Facts + 'l>;

    /// The level of a line, as [`Facts::level`] has it.
    fn level(&self, line: &[u8]) -> Option<Level> {
        self.read(line).level()
    }

    /// Whether a line begins a record, or continues the one before. Without knowing more of a source, what is
    /// indented continues.
    fn begins(&self, line: &[u8]) -> bool {
        !line.first().is_none_or(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// Whether every line that has this field names it: the part of `field` behind its last dot stands in
    /// the line, and behind it, with only some of blanks, `"`, `'`, `\`, `:` and `=` between them, the field's
    /// value, which no letter or digit follows and none of `+-.`. Escapes that spell any character (`\u0061`)
    /// may stand for either; a line that has such is read.
    ///
    /// True lets lines be passed over faster. A wrong answer loses lines.
    fn names(&self, _field: &str) -> bool {
        false
    }

    /// The same for one line, which may be known to name it where not every line is.
    fn names_in(&self, _line: &[u8], field: &str) -> bool {
        self.names(field)
    }
}

/// Reads nothing: lines are text without level, time and fields.
#[derive(Clone, Copy, Debug)]
pub struct Unread;

struct Text<'l>(&'l [u8]);

impl Reader for Unread {
    fn read<'l>(&'l self, line: &'l [u8]) -> Box<dyn Facts + 'l> {
        Box::new(Text(line))
    }

    fn names(&self, _field: &str) -> bool {
        true // there are none
    }
}

impl Facts for Text<'_> {
    fn text(&self) -> &[u8] {
        self.0
    }
    fn level(&self) -> Option<Level> {
        None
    }
    fn time(&self) -> Option<Time> {
        None
    }
    fn field(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

/// A line that is read when something is asked that its text does not tell, and once only.
pub(in crate::core) struct Lazy<'l> {
    text: &'l [u8],
    reader: &'l dyn Reader,
    read: OnceCell<Box<dyn Facts + 'l>>,
}

impl<'l> Lazy<'l> {
    /// A line as it is seen.
    pub fn new(text: &'l [u8], reader: &'l dyn Reader) -> Lazy<'l> {
        Lazy { text, reader, read: OnceCell::new() }
    }

    /// Its text, for as long as it stands.
    pub fn line(&self) -> &'l [u8] {
        self.text
    }

    fn read(&self) -> &dyn Facts {
        &**self.read.get_or_init(|| self.reader.read(self.text))
    }
}

impl Facts for Lazy<'_> {
    fn text(&self) -> &[u8] {
        self.text
    }
    fn level(&self) -> Option<Level> {
        // Most lines are done with then, so it is found without keeping what else they say.
        self.read.get().map_or_else(|| self.reader.level(self.text), |read| read.level())
    }
    fn time(&self) -> Option<Time> {
        self.read().time()
    }
    fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        self.read().field(name)
    }
    fn names(&self, field: &str) -> bool {
        self.reader.names_in(self.text, field)
    }
}
