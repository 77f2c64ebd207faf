//! What a pane sees of its log: lines with the rules before them, cut to rows, from any place in either
//! direction. It knows widths and heights but not how a row looks.
//!
//! ```text
//!            ┌ rules at positions behind the line before, up to this line ┐
//!   entry =  │ ── rotated ──────────────────────                          │  rows 0 .. rules
//!            │ the line's text, cut to                                    │  rows rules ..
//!            └ as many rows as it needs                                   ┘
//! ```

mod picture;
mod step;

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use super::shown::{Showing, Told};
use super::source::Notice;
use crate::core::form::Form;
use crate::core::lines::{LINE_MAX, Line};
use crate::core::place::Place;
use crate::core::stream::{Next, Stream};
use crate::core::text::{self, Shown, TextOptions};
use crate::core::walk::Role;
pub use picture::{Picture, Side, Slot};

/// A line as a pane sees it.
pub struct Entry {
    /// Where it stands.
    pub place: Place,
    /// The line.
    pub line: Line,
    /// Why it is shown.
    pub role: Role,
    /// The notices of its log drawn as rules before it, by their place in the list.
    pub rules: Range<usize>,
    cut: OnceCell<Cut>,
}

/// A line's text, made showable and cut to rows.
pub struct Cut {
    /// The text.
    pub shown: Shown,
    /// Its rows as byte ranges; the whole text when it is neither wrapped nor folded out.
    pub rows: Vec<Range<usize>>,
    /// What the line says.
    pub told: Told,
}

/// What a lens found in a direction.
pub enum Found {
    /// A line.
    Entry(Rc<Entry>),
    /// Nothing, and why.
    Nothing(Side),
}

/// Looks at logs through a filter, a width and a way of showing text.
pub struct Lens<'a> {
    stream: Stream<'a>,
    /// Of each log of the stream, up to its end.
    notices: Vec<&'a [Notice]>,
    text: TextOptions,
    wrap: Option<usize>,
    /// In which form lines are shown; without it as they are written.
    showing: Option<Showing<'a>>,
}

impl<'a> Lens<'a> {
    /// A lens over the lines of `stream`, cut to `wrap` columns if lines are wrapped; `notices` are those of each of
    /// its logs.
    pub fn new(
        stream: Stream<'a>,
        notices: Vec<&'a [Notice]>,
        text: TextOptions,
        wrap: Option<usize>,
    ) -> Lens<'a> {
        let end = stream.end();
        let shown = |(log, notices): (usize, &'a [Notice])| {
            &notices[..notices.partition_point(|notice| notice.pos <= end.above(log))]
        };
        let notices = notices.into_iter().enumerate().map(shown).collect();
        Lens { stream, notices, text, wrap, showing: None }
    }

    /// Shows lines in a form.
    #[must_use]
    pub fn showing(self, showing: Showing<'a>) -> Lens<'a> {
        Lens { showing: Some(showing), ..self }
    }

    /// The text of an entry, cut to rows.
    pub fn cut<'e>(&self, entry: &'e Entry) -> &'e Cut {
        entry.cut.get_or_init(|| {
            let (told, form) = self
                .showing
                .as_ref()
                .map(|showing| showing.read(&entry.line, entry.place.log))
                .unwrap_or_default();
            let raw = || {
                let Shown { text, spans } = self.raw(entry);
                let rows = std::iter::once(0..text.len()).collect();
                Form { text, spans, rows }
            };
            let Form { text, spans, rows } = form.unwrap_or_else(raw);
            let rows = match self.wrap {
                Some(width) => rows.into_iter().flat_map(|row| wrapped(&text, row, width)).collect(),
                None => rows,
            };
            Cut { shown: Shown { text, spans }, rows, told }
        })
    }

    /// The text of an entry as it is written.
    pub fn raw(&self, entry: &Entry) -> Shown {
        text::show_part(&entry.line.text, unread(&entry.line), self.text)
    }

    /// The rows an entry takes, at least one.
    pub fn rows(&self, entry: &Entry) -> usize {
        let folded = self.showing.as_ref().is_some_and(Showing::folds);
        let rows = if folded || self.wrap.is_some() { self.cut(entry).rows.len() } else { 1 };
        entry.rules.len() + rows
    }

    /// The line at a place, or else the first one shown behind it.
    pub fn at_or_after(&mut self, place: &Place) -> Found {
        let next = self.stream.at_or_after(place);
        self.found(next, None)
    }

    /// The line behind an entry.
    pub fn after(&mut self, entry: &Entry) -> Found {
        let next = self.stream.after(&entry.place, entry.line.end);
        self.found(next, Some(&entry.place))
    }

    /// The last line shown before a place.
    pub fn before(&mut self, place: &Place) -> Found {
        let next = self.stream.before(place);
        self.found(next, None)
    }

    /// Before the first line.
    pub fn start(&self) -> Place {
        self.stream.start()
    }

    /// Behind the last line.
    pub fn end(&self) -> Place {
        self.stream.end()
    }

    /// The last line shown.
    pub fn last(&mut self) -> Found {
        let end = self.stream.end();
        self.before(&end)
    }

    /// The first line shown.
    pub fn first(&mut self) -> Found {
        let start = self.stream.start();
        self.at_or_after(&start)
    }

    fn found(&mut self, next: std::io::Result<Next>, previous: Option<&Place>) -> Found {
        match next {
            Ok(Next::Line(place, line, role)) => {
                let rules = self.rules(&place, previous);
                Found::Entry(Rc::new(Entry { place, line, role, rules, cut: OnceCell::new() }))
            }
            Ok(Next::Edge) => Found::Nothing(Side::Edge),
            Ok(Next::Pending) => Found::Nothing(Side::Pending),
            Err(err) => Found::Nothing(Side::Failed(format!("the log cannot be read: {err}"))),
        }
    }

    /// The notices of a line's log behind the line before it in that log, up to its start.
    fn rules(&mut self, place: &Place, previous: Option<&Place>) -> Range<usize> {
        let notices = self.notices.get(place.log).copied().unwrap_or_default();
        let upto = notices.partition_point(|notice| notice.pos <= place.pos);
        if upto == 0 {
            return 0..0;
        }
        let previous = match previous.filter(|previous| previous.log == place.log) {
            Some(previous) => Some(previous.pos),
            // Where it is not known, no rule is better than one in the wrong place.
            None => self.stream.previous_of(place.log, place.pos).unwrap_or(Some(place.pos)),
        };
        let from = previous.map_or(0, |pos| notices.partition_point(|notice| notice.pos <= pos));
        from.min(upto)..upto
    }
}

/// A row of text, cut to rows of at most `width` columns.
fn wrapped(text: &str, row: Range<usize>, width: usize) -> impl Iterator<Item = Range<usize>> {
    let rows = text::wrap(&text[row.clone()], width).into_iter();
    rows.map(move |part| part.start + row.start..part.end + row.start)
}

/// Bytes of a line's content that are not looked at.
fn unread(line: &Line) -> u64 {
    if line.text.len() < LINE_MAX {
        return 0;
    }
    let rest = (line.end - line.start).saturating_sub(LINE_MAX as u64 + u64::from(line.finished));
    // One byte before the newline is a carriage return, as far as anybody can tell.
    if rest == 1 && line.finished { 0 } else { rest }
}

#[cfg(test)]
mod tests;
