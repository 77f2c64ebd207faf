//! Looking in bulk for the lines that may be what a query asks for, so that the others are never read.

use memchr::memmem::Finder;
use memchr::memrchr;

use super::glance::{Glance, gap_before, next_escape};
use crate::core::pattern::{Pattern, Text};

/// Most things that are looked for at once.
const MOST: usize = 16;

/// What a line must hold: at least one of these.
#[derive(Clone, Debug)]
pub(in crate::core) struct Seek {
    seekers: Vec<Seeker>,
    /// A line with an escape may hold any of them.
    escapes: bool,
    /// How rare a line that may be meant is likely to be: greater is rarer.
    pub worth: usize,
}

#[derive(Clone, Debug)]
enum Seeker {
    /// A pattern that matches the line's text.
    Pattern(Box<Pattern>),
    /// A field's name, and a value behind it that will do.
    Name(Box<Glance>),
    /// A field's value, and its name before it.
    Value { value: Box<Finder<'static>>, name: Vec<u8>, number: bool },
}

/// How far a seek has come in a text: for each seeker the start of the next line that it found.
#[derive(Debug, Default)]
pub(in crate::core) struct Ahead {
    next: Vec<Option<usize>>,
}

impl Seek {
    /// For what no line is.
    pub(super) fn nothing() -> Seek {
        Seek { seekers: Vec::new(), escapes: false, worth: usize::MAX }
    }

    /// For lines whose text matches.
    pub(super) fn pattern(pattern: &Pattern) -> Seek {
        let worth = if pattern.by_line() { 0 } else { pattern.source().len() };
        Seek { seekers: vec![Seeker::Pattern(Box::new(pattern.clone()))], escapes: false, worth }
    }

    /// For lines in which a field's value holds one of these texts, in any case.
    pub(super) fn texts(texts: &[String]) -> Option<Seek> {
        let patterns: Result<Vec<_>, _> = texts.iter().map(|text| Pattern::literal(text)).collect();
        let seekers = patterns.ok()?.into_iter().map(|pattern| Seeker::Pattern(Box::new(pattern))).collect();
        Some(Seek { seekers, escapes: true, worth: texts.iter().map(String::len).min()? })
    }

    /// For lines that a glance at a field's name does not rule out.
    pub(super) fn name(glance: &Glance) -> Seek {
        // Names stand in many lines.
        Seek { worth: 1, seekers: vec![Seeker::Name(Box::new(glance.clone()))], escapes: true }
    }

    /// For lines in which `value` stands behind a field's name, as it is or (a number) behind zeros.
    pub(super) fn value(glance: &Glance, value: &str, number: bool) -> Seek {
        let seeker = Seeker::Value {
            value: Box::new(Finder::new(value).into_owned()),
            name: glance.name().to_vec(),
            number,
        };
        Seek { worth: value.len() + glance.weight(), seekers: vec![seeker], escapes: true }
    }

    /// For lines that one or the other is for.
    pub(super) fn or(mut self, other: Seek) -> Option<Seek> {
        self.seekers.extend(other.seekers);
        let escapes = self.escapes || other.escapes;
        let worth = self.worth.min(other.worth);
        (self.seekers.len() <= MOST).then_some(Seek { escapes, worth, ..self })
    }

    /// The start of the first line at or behind `from`, a line's start, that may be meant.
    pub fn next(&self, ahead: &mut Ahead, text: &Text<'_>, from: usize) -> Option<usize> {
        ahead.next.resize(self.seekers.len() + 1, None);
        let (escape, next) = ahead.next.split_last_mut()?;
        let start_of = |at: usize| memrchr(b'\n', &text.lines[from..at]).map_or(from, |i| from + i + 1);
        let advance = |next: &mut Option<usize>, find: &dyn Fn() -> Option<usize>| {
            if next.is_none_or(|next| next < from) {
                *next = Some(find().map_or(usize::MAX, start_of));
            }
            next.unwrap_or(usize::MAX)
        };
        let mut first = match self.escapes {
            true => advance(escape, &|| next_escape(text.lines, from)),
            false => usize::MAX,
        };
        for (seeker, next) in self.seekers.iter().zip(next) {
            first = first.min(advance(next, &|| seeker.next(text, from)));
        }
        (first < text.lines.len()).then_some(first)
    }
}

impl Seeker {
    /// A byte of the first line at or behind `from` that may be meant.
    fn next(&self, text: &Text<'_>, from: usize) -> Option<usize> {
        match self {
            Seeker::Pattern(pattern) => pattern.next_line(text, from).map(|line| line.start),
            Seeker::Name(glance) => glance.next(text, from),
            Seeker::Value { value, name, number } => {
                let mut at = from;
                loop {
                    at += value.find(text.lines.get(at..)?)?;
                    let before = &text.lines[from..at];
                    if before[..before.len() - gap_before(before, *number)].ends_with(name) {
                        return Some(at);
                    }
                    at += 1;
                }
            }
        }
    }
}
