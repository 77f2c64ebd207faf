//! How the lines of one source are read: what was learned of it, fixed. The same line is always read in the
//! same way, whatever stands before it, so that any part of a log can be read by any thread.

use std::borrow::Cow;
use std::sync::Arc;

use super::draft::{Draft, further};
use super::format::{FORMATS, Format, JOURNAL, JSON, Kind, PAIRS, TIMED};
use super::head::{Head, holds};
use super::json;
use super::line::{Level, Said, Time};
use super::when::Order;
use super::wrap::{is_wrapped, unwrap};
use super::zone::{Clock, Date, Written, Zone};

/// What was learned of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Formats its lines have, in the order of the table.
    pub(super) formats: Vec<usize>,
    /// What its dates are, where they do not say so themselves.
    pub(super) order: Order,
    /// Digits at its lines' beginning are times.
    pub(super) epoch: bool,
    /// Its records begin with a time, so that a line without one goes on with the record before.
    pub(super) timed: bool,
    /// Its records are those of the journal's export.
    pub(super) journal: bool,
}

/// How the lines of one source are read. Cloning is cheap, and a clone may go to another thread.
#[derive(Clone, Debug)]
pub struct Reading {
    pub(super) known: Arc<Known>,
    /// Of each known format, how many of its shapes the source's lines have been seen to have.
    pub(super) depths: Arc<[usize]>,
    pub(super) own: Arc<[Arc<Format>]>,
    /// The format that was chosen; no other is tried.
    pub(super) forced: Option<Which>,
    pub(super) clock: Clock,
    /// The format of most lines.
    pub(super) main: Option<Which>,
}

/// A format of the table, or of the user's own.
#[derive(Clone, Debug)]
pub(super) enum Which {
    Known(usize),
    Own(Arc<Format>),
}

/// All shapes of a format.
pub(super) const WHOLE: usize = usize::MAX;

impl Reading {
    /// What `line` says; its line ending may be there or not. Linear in its length: a line of any size is read
    /// once, but for its first few kilobytes.
    pub fn read<'a>(&'a self, line: &'a [u8]) -> Said<'a> {
        let unwrapped = unwrap(line, self.known.order);
        let draft = self.draft(&unwrapped.line);
        let found = draft.found;
        Said {
            time: self.moment(found.time, unwrapped.time, draft.zone),
            level: found.level,
            message: found.message,
            begins: draft.begins,
            format: draft.format,
            line: unwrapped.line,
            start: unwrapped.start,
            names: draft.names,
            parts: found.parts,
            tail: draft.tail,
            outer: unwrapped.outer,
        }
    }

    /// The level of `line`, as [`Reading::read`] has it, for those who ask nothing else of most lines.
    pub fn level(&self, line: &[u8]) -> Option<Level> {
        let unwrapped = unwrap(line, self.known.order);
        self.draft(&unwrapped.line).found.level
    }

    /// The level and the time of `line`, as [`Reading::read`] has them, for those who count lines by them.
    pub fn gist(&self, line: &[u8]) -> (Option<Level>, Option<Time>) {
        let unwrapped = unwrap(line, self.known.order);
        let draft = self.draft(&unwrapped.line);
        (draft.found.level, self.moment(draft.found.time, unwrapped.time, draft.zone))
    }

    /// When a line was written that says a time itself, or is wrapped with one.
    pub(super) fn moment(
        &self,
        own: Option<Written>,
        wrapped: Option<Written>,
        zone: Option<&Zone>,
    ) -> Option<Time> {
        // A time with a date and a zone of its own says more than the wrapper's; that more than one without.
        let complete = |time: &Written| time.offset.is_some() && matches!(time.date, Date::Day(_));
        let written = match wrapped {
            None => own,
            wrapped => own.filter(complete).or(wrapped),
        };
        written.and_then(|written| self.clock.moment(written, zone))
    }

    /// Whether `line` begins a record, as [`Reading::read`] has it, for those who ask nothing else.
    pub fn begins(&self, line: &[u8]) -> bool {
        if self.plainly_begins(line) {
            return true;
        }
        let unwrapped = unwrap(line, self.known.order);
        let line = &*unwrapped.line;
        !line.first().is_none_or(|first| matches!(first, b'\t' | b' ')) && self.draft(line).begins
    }

    /// Whether a line's first bytes alone tell that it begins a record: those of most lines of most logs do. A line
    /// that begins with a time begins one whatever format it is in, and so does an object.
    fn plainly_begins(&self, line: &[u8]) -> bool {
        if self.forced.is_some() || !self.own.is_empty() || self.known.journal {
            return false;
        }
        match line.first() {
            Some(b'{') => !is_wrapped(line) && json::members(line, 0).step().is_some(),
            Some(b'\t' | b' ') | None => false,
            Some(_) => Head::of(line, self.known.order).is_time(line) && !is_wrapped(line) && !further(line),
        }
    }

    /// The name of the format of most lines, as far as one is known.
    pub fn format(&self) -> Option<&str> {
        self.main().map(|format| &*format.name)
    }

    /// The same format whole.
    pub fn main(&self) -> Option<&Format> {
        match self.forced.as_ref().or(self.main.as_ref())? {
            Which::Known(place) => Some(&FORMATS[*place]),
            Which::Own(format) => Some(format),
        }
    }

    /// Reads a line that is unwrapped.
    #[inline]
    pub(super) fn draft<'a>(&'a self, line: &[u8]) -> Draft<'a> {
        let mut draft = Draft::new();
        if !self.recognise(line, &mut draft) {
            draft.unknown(line);
            draft.begins &= !self.known.timed && !self.known.journal;
        }
        if draft.tail.is_none() {
            draft.within(line, self.known.order);
        }
        draft
    }

    /// Reads a line in the format it is in: false when it is in none.
    #[inline]
    fn recognise<'a>(&'a self, line: &[u8], draft: &mut Draft<'a>) -> bool {
        let Some(first) = line.first().filter(|first| !matches!(first, b'\t' | b' ')) else { return false };
        let head = Head::of(line, self.known.order);
        match &self.forced {
            Some(Which::Known(place)) => return self.table(*place, WHOLE, line, &head, draft),
            Some(Which::Own(format)) => return draft.read((format, WHOLE), line, &head, true).is_some(),
            None => {}
        }
        if self.own.iter().any(|format| draft.read((format, WHOLE), line, &head, true).is_some()) {
            return true;
        }
        if *first == b'{' {
            return self.table(JSON, WHOLE, line, &head, draft);
        }
        if self.known.journal && self.table(JOURNAL, WHOLE, line, &head, draft) {
            return true;
        }
        let (beginning, known) = (head.beginning(), self.known.formats.iter().zip(self.depths.iter()));
        for (place, depth) in known {
            if FORMATS[*place].beginnings.meet(beginning) && self.table(*place, *depth, line, &head, draft) {
                return true;
            }
        }
        self.others(line, &head, draft)
            || self.table(PAIRS, WHOLE, line, &head, draft)
            || self.table(TIMED, WHOLE, line, &head, draft)
    }

    /// Reads a line in a format of the table that the source is not known for.
    fn others<'a>(&'a self, line: &[u8], head: &Head, draft: &mut Draft<'a>) -> bool {
        let (beginning, signs) = (head.beginning(), holds(line));
        let worth = |format: &Format| match &format.kind {
            Kind::Shapes(shapes) if format.beginnings.meet(beginning) && !format.shy => {
                shapes.iter().any(|shape| shape.possible(signs))
            }
            _ => false,
        };
        let mut formats = FORMATS.iter().enumerate().filter(|(_, format)| worth(format));
        formats.any(|(place, _)| self.table(place, WHOLE, line, head, draft))
    }

    /// Reads a line in one format of the table.
    #[inline]
    pub(super) fn table<'a>(
        &'a self,
        place: usize,
        depth: usize,
        line: &[u8],
        head: &Head,
        draft: &mut Draft<'a>,
    ) -> bool {
        let shape = draft.read((&FORMATS[place], depth), line, head, self.known.epoch);
        draft.place = shape.map(|shape| (place, shape));
        shape.is_some()
    }
}

impl Said<'_> {
    /// Where [`Said::line`] begins in the raw line, unless it is a copy.
    pub fn start(&self) -> Option<usize> {
        self.start.filter(|_| matches!(self.line, Cow::Borrowed(_)))
    }
}
