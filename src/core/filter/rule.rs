//! A term in effect, and how far it has come in a text.

use std::ops::Range;

use memchr::memchr;

use super::{Kind, Term, Test};
use crate::core::pattern::{Pattern, Text};
use crate::core::query::seek::{self, Seek};
use crate::core::query::{Check, Lazy, Reader};

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

    /// Whether it is about this line.
    pub fn holds(&self, line: &Sight<'_>) -> bool {
        match &self.ask {
            Ask::Pattern(pattern) => pattern.matches(line.line()),
            Ask::Check(check, _) => check.holds(line),
        }
    }
}

/// The next line in a text that a rule is about.
pub(super) struct Ahead<'f> {
    rule: &'f Rule,
    reader: &'f dyn Reader,
    line: Option<Range<usize>>,
    seek: seek::Ahead,
}

impl<'f> Ahead<'f> {
    pub fn new(rule: &'f Rule, reader: &'f dyn Reader) -> Ahead<'f> {
        Ahead { rule, reader, line: None, seek: seek::Ahead::default() }
    }

    /// The line, without its newline; `None` when there are no more.
    pub fn line(&self) -> Option<&Range<usize>> {
        self.line.as_ref()
    }

    pub fn is_at(&self, line: &Range<usize>) -> bool {
        self.line.as_ref().is_some_and(|own| own.start == line.start)
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
        while at < text.lines.len() {
            if let Some(seek) = seek {
                at = seek.next(&mut self.seek, text, at)?;
            }
            let end = memchr(b'\n', &text.lines[at..]).map_or(text.lines.len(), |i| at + i);
            if check.holds(&Sight::new(&text.lines[at..end], self.reader)) {
                return Some(at..end);
            }
            at = end + 1;
        }
        None
    }
}
