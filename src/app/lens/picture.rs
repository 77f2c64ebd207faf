//! The rows that a pane shows, gathered from where the eye looks in both directions until the pane is full.

use std::collections::VecDeque;
use std::rc::Rc;

use super::{Entry, Found, Lens};
use crate::app::eye::{Anchor, Eye};
use crate::core::place::Place;

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

impl Lens<'_> {
    /// What is seen from `eye` in `height` rows.
    pub fn picture(&mut self, eye: &Eye, height: usize) -> Picture {
        match eye {
            Eye::Bottom => self.at_bottom(height),
            Eye::At(anchor) => self.at_anchor(anchor, height),
        }
    }

    pub(super) fn at_bottom(&mut self, height: usize) -> Picture {
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

    pub(super) fn at_anchor(&mut self, anchor: &Anchor, height: usize) -> Picture {
        let picture = self.around(anchor, height);
        if picture.gap + picture.slots.len() < height && picture.below == Side::Edge {
            return self.at_bottom(height);
        }
        picture
    }

    /// As [`Lens::at_anchor`], but near the end there may be fewer rows.
    pub(super) fn around(&mut self, anchor: &Anchor, height: usize) -> Picture {
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
    pub(super) fn fill_up(
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
}
