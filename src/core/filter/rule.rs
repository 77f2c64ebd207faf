//! A term in effect, and how far it has come in a text.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::{Kind, Term, Test};
use crate::core::pattern::{Pattern, Text};
use crate::core::query::seek::{self, Seek};
use crate::core::query::{Check, Facts, Lazy, Reader};
use crate::core::read::{Level, Time};

/// A line that is about to be judged.
pub(super) type Sight<'l> = Lazy<'l>;

/// A term in effect.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub kind: Kind,
    ask: Ask,
}

#[derive(Clone, Debug)]
enum Ask {
    /// Only the line's text.
    Pattern(Box<Pattern>),
    /// What may have to be read.
    Check(Box<Check>, Option<Seek>),
}

impl Rule {
    pub fn of(term: &Term) -> Rule {
        let ask = match &term.test {
            Test::Pattern(pattern) => Ask::Pattern(pattern.clone()),
            Test::Query(asked) => match asked.check().pattern() {
                Some(pattern) => Ask::Pattern(Box::new(pattern.clone())),
                None => Ask::Check(Box::new(asked.check().clone()), None),
            },
        };
        Rule { kind: term.kind, ask }
    }

    /// Finds out where to look for lines that are read so.
    pub fn read_by(&mut self, reader: &dyn Reader) {
        if let Ask::Check(check, seek) = &mut self.ask {
            *seek = check.seek(&|name| reader.names(name));
        }
    }

    /// Whether it asks for what may have to be read.
    pub fn reads(&self) -> bool {
        matches!(self.ask, Ask::Check(..))
    }

    /// How much it is worth as the one to look for in bulk.
    pub fn worth(&self) -> usize {
        match &self.ask {
            Ask::Pattern(pattern) if pattern.by_line() => 0,
            Ask::Pattern(pattern) => pattern.source().len(),
            Ask::Check(_, seek) => seek.as_ref().map_or(0, |seek| seek.worth),
        }
    }

    /// Whether it is about this record, whose lines are `lines` and whose first line is seen so.
    pub fn holds_of(&self, record: &Whole<'_>) -> bool {
        match &self.ask {
            Ask::Pattern(pattern) => record.shows(pattern),
            Ask::Check(check, _) => check.holds(record),
        }
    }

    /// Whether it is about a record of which more lines may come; `None` when that depends on those.
    pub fn foresees(&self, record: &Whole<'_>) -> Option<bool> {
        match &self.ask {
            Ask::Check(check, _) if !check.asks_text() => Some(check.holds(record)),
            // Text that stands in the record stays there, but who asks for no text asks for more than that.
            Ask::Check(check, _) => (check.holds(record) && !check.denies()).then_some(true),
            Ask::Pattern(pattern) => record.shows(pattern).then_some(true),
        }
    }

    /// Whether what it is about is found by its lines alone, one by one.
    pub fn is_text(&self) -> bool {
        matches!(self.ask, Ask::Pattern(_))
    }

    /// Whether it is about this line.
    pub fn holds(&self, line: &Sight<'_>) -> bool {
        match &self.ask {
            Ask::Pattern(pattern) => pattern.matches(line.line()),
            Ask::Check(check, _) => check.holds(line),
        }
    }
}

/// A record that is about to be judged: text may stand in any of its lines, all else is asked of the first.
pub(super) struct Whole<'l> {
    head: Sight<'l>,
    lines: &'l [u8],
}

impl<'l> Whole<'l> {
    /// The record made of `lines`, which are as they are seen.
    pub fn new(lines: &'l [u8], reader: &'l dyn Reader) -> Whole<'l> {
        let head = &lines[..memchr(b'\n', lines).unwrap_or(lines.len())];
        Whole { head: Sight::new(head, reader), lines }
    }
}

impl Facts for Whole<'_> {
    fn text(&self) -> &[u8] {
        self.head.text()
    }
    fn level(&self) -> Option<Level> {
        self.head.level()
    }
    fn time(&self) -> Option<Time> {
        self.head.time()
    }
    fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        self.head.field(name)
    }
    fn names(&self, field: &str) -> bool {
        self.head.names(field)
    }
    fn shows(&self, pattern: &Pattern) -> bool {
        let lines = self.lines.strip_suffix(b"\n").unwrap_or(self.lines);
        lines.split(|byte| *byte == b'\n').any(|line| pattern.matches(line))
    }
}

/// The next line in a text that a rule is about, or, where records are judged, that may decide on its record.
pub(super) struct Ahead<'f> {
    rule: &'f Rule,
    reader: &'f dyn Reader,
    /// Records are judged, not lines.
    whole: bool,
    line: Option<Range<usize>>,
    seek: seek::Ahead,
}

impl<'f> Ahead<'f> {
    pub fn new(rule: &'f Rule, reader: &'f dyn Reader, whole: bool) -> Ahead<'f> {
        Ahead { rule, reader, whole, line: None, seek: seek::Ahead::default() }
    }

    /// The line, without its newline; `None` when there are no more.
    pub fn line(&self) -> Option<&Range<usize>> {
        self.line.as_ref()
    }

    pub fn is_at(&self, line: &Range<usize>) -> bool {
        self.line.as_ref().is_some_and(|own| own.start == line.start)
    }

    /// Whether it is at a line that starts before `end`.
    pub fn is_before(&self, end: usize) -> bool {
        self.line.as_ref().is_some_and(|own| own.start < end)
    }

    /// Looks at or behind `from`, a line's start.
    pub fn advance(&mut self, text: &Text<'_>, from: usize) {
        self.line = match &self.rule.ask {
            Ask::Pattern(pattern) => pattern.next_line(text, from),
            Ask::Check(check, seek) => self.next_line(check, seek.as_ref(), text, from),
        };
    }

    fn next_line(
        &mut self,
        check: &Check,
        seek: Option<&Seek>,
        text: &Text<'_>,
        mut at: usize,
    ) -> Option<Range<usize>> {
        // What a record says as a whole no line needs to say by itself.
        let loose = self.whole && check.asks_text();
        while at < text.lines.len() {
            if let Some(seek) = seek {
                at = seek.next(&mut self.seek, text, at)?;
            }
            let end = memchr(b'\n', &text.lines[at..]).map_or(text.lines.len(), |i| at + i);
            if loose || check.holds(&Sight::new(&text.lines[at..end], self.reader)) {
                return Some(at..end);
            }
            at = end + 1;
        }
        None
    }
}
