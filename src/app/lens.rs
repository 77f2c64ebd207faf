//! What a pane sees of its log: lines with the rules before them, cut to rows, from any place in either
//! direction. It knows widths and heights but not how a row looks.
//!
//! ```text
//!            ┌ rules at positions behind the line before, up to this line ┐
//!   entry =  │ ── rotated ──────────────────────                          │  rows 0 .. rules
//!            │ the line's text, cut to                                    │  rows rules ..
//!            └ as many rows as it needs                                   ┘
//! ```

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use super::eye::{Anchor, Eye};
use super::shown::{Showing, Told};
use super::source::Notice;
use crate::core::form::Form;
use crate::core::lines::{LINE_MAX, Line};
use crate::core::place::Place;
use crate::core::stream::{Next, Stream};
use crate::core::text::{self, Shown, TextOptions};
use crate::core::walk::Role;

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

/// A row of a pane.
#[derive(Clone)]
pub enum Slot {
    /// A row of an entry, counted from its first rule.
    Entry(Rc<Entry>, usize),
    /// A notice behind the last line of a log: which log, and its place in that log's list.
    Tail(usize, usize),
}

impl PartialEq for Slot {
    fn eq(&self, other: &Slot) -> bool {
        match (self, other) {
            (Slot::Entry(one, row), Slot::Entry(other, of)) => one.place == other.place && row == of,
            (Slot::Tail(log, notice), Slot::Tail(of, other)) => (log, notice) == (of, other),
            _ => false,
        }
    }
}

/// What lies beyond the rows of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// More lines, or at least nobody looked.
    #[default]
    More,
    /// Nothing.
    Edge,
    /// It is not known yet.
    Pending,
    /// The log cannot be read: a sentence.
    Failed(String),
}

/// The rows a pane shows, and what lies beyond them.
#[derive(Default)]
pub struct Picture {
    /// Rows left free at the top for lines that are not known yet, so that those below stay where they are when
    /// these come.
    pub gap: usize,
    /// From the top.
    pub slots: VecDeque<Slot>,
    /// The row of the slots it was drawn from: those above were walked up from it, those below down. Where clocks
    /// jumped back, drawn from another row it may be of other lines.
    pub from: usize,
    /// Above the first.
    pub above: Side,
    /// Below the last.
    pub below: Side,
}

impl Picture {
    /// The place of the row `n` rows from the first that is known, to be held at the top of a pane.
    pub fn anchor(&self, n: usize) -> Option<Anchor> {
        match self.slots.get(n)? {
            Slot::Entry(entry, row) => Some(Anchor::new(entry.place.clone(), *row, 0)),
            Slot::Tail(..) => None,
        }
    }

    /// The entries shown, each once, from the top.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Rc<Entry>> {
        let mut last: Option<&Place> = None;
        self.slots
            .iter()
            .filter_map(move |slot| match slot {
                Slot::Entry(entry, _) if last != Some(&entry.place) => {
                    last = Some(&entry.place);
                    Some(entry)
                }
                _ => None,
            })
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// A line held on the row on which its text begins now.
    pub fn holding(&self, place: &Place) -> Option<Anchor> {
        let at = self.row_of(place)?;
        match self.slots.get(at - self.gap)? {
            Slot::Entry(_, row) => Some(Anchor::new(place.clone(), *row, at)),
            Slot::Tail(..) => None,
        }
    }

    /// The row on which the text of a line begins.
    pub fn row_of(&self, place: &Place) -> Option<usize> {
        let slot = self.slots.iter().position(|slot| match slot {
            Slot::Entry(entry, row) => entry.place == *place && *row >= entry.rules.len(),
            Slot::Tail(..) => false,
        });
        slot.map(|slot| self.gap + slot)
    }
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

    /// The notices behind the last line of each log.
    fn tail(&mut self) -> Vec<Slot> {
        let end = self.stream.end();
        let mut slots = Vec::new();
        for (log, notices) in self.notices.iter().enumerate().filter(|(_, notices)| !notices.is_empty()) {
            let last = self.stream.previous_of(log, end.above(log)).ok().flatten();
            let shown = last.map_or(0, |last| notices.partition_point(|notice| notice.pos <= last));
            slots.extend((shown..notices.len()).map(|notice| Slot::Tail(log, notice)));
        }
        slots
    }

    /// What is seen from `eye` in `height` rows.
    pub fn picture(&mut self, eye: &Eye, height: usize) -> Picture {
        match eye {
            Eye::Bottom => self.at_bottom(height),
            Eye::At(anchor) => self.at_anchor(anchor, height),
        }
    }

    fn at_bottom(&mut self, height: usize) -> Picture {
        let mut picture = Picture { below: Side::Edge, ..Picture::default() };
        let mut tail = self.tail();
        let tail = tail.split_off(tail.len().saturating_sub(height));
        let tails = tail.len();
        picture.slots.extend(tail);
        picture.above = match self.last() {
            Found::Entry(entry) => {
                let rows = self.rows(&entry);
                self.fill_up(&mut picture.slots, entry, rows, height)
            }
            Found::Nothing(side) => side,
        };
        picture.from = picture.slots.len().saturating_sub(tails + 1);
        picture
    }

    fn at_anchor(&mut self, anchor: &Anchor, height: usize) -> Picture {
        let picture = self.around(anchor, height);
        if picture.gap + picture.slots.len() < height && picture.below == Side::Edge {
            return self.at_bottom(height);
        }
        picture
    }

    /// As [`Lens::at_anchor`], but near the end there may be fewer rows.
    fn around(&mut self, anchor: &Anchor, height: usize) -> Picture {
        let (entry, row) = match self.at_or_after(&anchor.place) {
            Found::Entry(entry) => {
                let row = if entry.place == anchor.place { anchor.row } else { 0 };
                (entry, row)
            }
            Found::Nothing(Side::Edge) => match self.last() {
                Found::Entry(entry) => (entry, 0),
                Found::Nothing(_) => return self.at_bottom(height),
            },
            Found::Nothing(side) => return self.above_only(&anchor.place, height, side),
        };
        let row = row.min(self.rows(&entry) - 1);
        let at = anchor.at.min(height.saturating_sub(1));
        let mut picture = Picture::default();
        picture.above = self.fill_up(&mut picture.slots, entry.clone(), row, at);
        // At the start of the log there may be fewer rows above than the anchor asks for.
        if picture.above == Side::Pending {
            picture.gap = at - picture.slots.len();
        }
        picture.from = picture.slots.len();
        picture.below = self.fill_down(&mut picture.slots, entry, row, height - picture.gap);
        picture
    }

    /// What is known above a place below which nothing is known yet.
    fn above_only(&mut self, place: &Place, height: usize, below: Side) -> Picture {
        let mut picture = Picture { below, ..Picture::default() };
        picture.above = match self.before(place) {
            Found::Entry(entry) => {
                let rows = self.rows(&entry);
                self.fill_up(&mut picture.slots, entry, rows, height.saturating_sub(1))
            }
            Found::Nothing(side) => side,
        };
        picture
    }

    /// Puts rows in front, beginning with the row of `entry` before `row`, until there are `height`.
    fn fill_up(
        &mut self,
        slots: &mut VecDeque<Slot>,
        mut entry: Rc<Entry>,
        mut row: usize,
        height: usize,
    ) -> Side {
        loop {
            while row > 0 && slots.len() < height {
                row -= 1;
                slots.push_front(Slot::Entry(entry.clone(), row));
            }
            if slots.len() >= height {
                return Side::More;
            }
            match self.before(&entry.place) {
                Found::Entry(earlier) => {
                    row = self.rows(&earlier);
                    entry = earlier;
                }
                Found::Nothing(side) => return side,
            }
        }
    }

    /// Puts rows behind, beginning with row `row` of `entry`, until there are `height`.
    fn fill_down(
        &mut self,
        slots: &mut VecDeque<Slot>,
        mut entry: Rc<Entry>,
        mut row: usize,
        height: usize,
    ) -> Side {
        loop {
            let rows = self.rows(&entry);
            while row < rows && slots.len() < height {
                slots.push_back(Slot::Entry(entry.clone(), row));
                row += 1;
            }
            if slots.len() >= height {
                return if row < rows { Side::More } else { self.beyond(&entry) };
            }
            match self.after(&entry) {
                Found::Entry(later) => {
                    row = 0;
                    entry = later;
                }
                Found::Nothing(Side::Edge) => {
                    let (tail, room) = (self.tail(), height - slots.len());
                    let more = tail.len() > room;
                    slots.extend(tail.into_iter().take(room));
                    return if more { Side::More } else { Side::Edge };
                }
                Found::Nothing(side) => return side,
            }
        }
    }

    /// Whether anything follows an entry whose last row fills the pane.
    fn beyond(&mut self, entry: &Entry) -> Side {
        match self.after(entry) {
            Found::Nothing(Side::Edge) if self.tail().is_empty() => Side::Edge,
            _ => Side::More,
        }
    }

    /// The eye moved `n` rows down; at the bottom it stays there and follows.
    pub fn down(&mut self, eye: &Eye, height: usize, n: usize) -> Eye {
        let Eye::At(_) = eye else { return Eye::Bottom };
        let top = self.picture(eye, height);
        let Some(anchor) = top.anchor(0) else { return eye.clone() };
        if n < top.gap {
            return Eye::At(anchor.below_top(top.gap - n));
        }
        let n = n - top.gap;
        let held = top.anchor(top.from).map_or(anchor, |held| Anchor { at: top.from, ..held });
        let mut picture = self.around(&held, height + n);
        if picture.below == Side::Edge && (top.below == Side::Edge || self.ends_with(&picture, &top, height))
        {
            return Eye::Bottom;
        }
        let moved = n.min(picture.slots.len().saturating_sub(height));
        picture.slots.drain(..moved);
        picture.from = picture.from.saturating_sub(moved);
        self.hold_rows(picture, height).map_or(Eye::Bottom, Eye::At)
    }

    /// Whether the last rows, seen from the end, hold all those of a picture that `seen` does not reach.
    fn ends_with(&mut self, picture: &Picture, seen: &Picture, height: usize) -> bool {
        if self.stream.logs() < 2 {
            return true;
        }
        let bottom = self.at_bottom(height);
        let mut new = picture.slots.iter().skip(seen.slots.len());
        new.all(|slot| bottom.slots.contains(slot))
    }

    /// The eye moved `n` rows up; where nothing is above it stays as it was. Rows that are not known yet are left
    /// free, but one row stays that is.
    pub fn up(&mut self, eye: &Eye, height: usize, n: usize) -> Eye {
        let mut picture = self.picture(eye, height);
        let Some(Slot::Entry(entry, row)) = picture.slots.front().cloned() else { return eye.clone() };
        let n = n.saturating_add(picture.gap);
        let mut above = VecDeque::new();
        let side = self.fill_up(&mut above, entry, row, n);
        let gap = if side == Side::Pending { n - above.len() } else { 0 };
        if gap == 0 && above.is_empty() {
            return eye.clone();
        }
        picture.from += above.len();
        above.append(&mut picture.slots);
        picture.slots = above;
        if gap > 0 {
            let at = gap.min(height.saturating_sub(1));
            return picture.anchor(0).map_or(eye.clone(), |anchor| Eye::At(anchor.below_top(at)));
        }
        self.hold_rows(picture, height).map_or(eye.clone(), Eye::At)
    }

    /// What is to be held for the first rows of a picture to be seen: the first, and where the lines below that one are
    /// others, because clocks jumped back, the row the picture was drawn from, or the last in sight if that is above.
    fn hold_rows(&mut self, mut picture: Picture, height: usize) -> Option<Anchor> {
        picture.slots.truncate(height);
        let top = picture.anchor(0)?;
        let from = picture.from.min(height.saturating_sub(1));
        if from == 0 || self.stream.logs() < 2 {
            return Some(top);
        }
        let drawn = self.at_anchor(&top, height);
        if picture.slots.iter().eq(drawn.slots.iter().take(picture.slots.len())) {
            return Some(top);
        }
        Some(picture.anchor(from).map_or(top, |held| Anchor { at: from, ..held }))
    }

    /// The eye on the pane's first row, once it is known which line the one that stands in for it was held for.
    pub fn settled(&mut self, eye: &Eye, height: usize) -> Option<Eye> {
        let Eye::At(Anchor { stand_in: true, .. }) = eye else { return None };
        let picture = self.picture(eye, height);
        let known = |side: &Side| matches!(side, Side::More | Side::Edge);
        let known = known(&picture.above) && known(&picture.below);
        known.then(|| self.hold_rows(picture, height).map(Eye::At))?
    }

    /// The eye where it is now, held at its place instead of at the bottom.
    pub fn hold(&mut self, eye: &Eye, height: usize) -> Eye {
        match eye {
            Eye::Bottom => {
                let picture = self.picture(eye, height);
                self.hold_rows(picture, height).map_or(eye.clone(), Eye::At)
            }
            Eye::At(_) => eye.clone(),
        }
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
