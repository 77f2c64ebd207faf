//! Counts of one kind or the other, for those who only see that they are made: which lines are selected, or what
//! all lines say of themselves.

use std::ops::Range;

use super::index::{SparseIndex, Stripe};
use super::levels::{LevelIndex, LevelStripe, Noted};
use super::pos::Pos;
use super::scan::Appended;

/// What is counted of a log so far.
#[derive(Clone, Debug)]
pub enum Counts {
    /// Selected lines.
    Lines(SparseIndex),
    /// All lines, and what they say.
    Levels(LevelIndex),
}

/// The counts of one stripe.
#[derive(Clone, Debug)]
pub enum Part {
    /// Selected lines.
    Lines(Box<Stripe>),
    /// All lines, and what they say.
    Levels(Box<LevelStripe>),
}

/// What was found in appended bytes.
#[derive(Clone, Debug)]
pub enum Fresh {
    /// Where selected lines start.
    Lines(Appended),
    /// All lines before a position, and what they say.
    Levels(Vec<Noted>, Pos),
}

impl Fresh {
    /// The end of the last finished line.
    pub fn read(&self) -> Pos {
        match self {
            Fresh::Lines(appended) => appended.read,
            Fresh::Levels(_, read) => *read,
        }
    }
}

impl Counts {
    /// How far it goes: the index of all that is counted.
    pub fn index(&self) -> &SparseIndex {
        match self {
            Counts::Lines(index) => index,
            Counts::Levels(index) => index.lines(),
        }
    }

    /// As [`SparseIndex::covered`].
    pub fn covered(&self) -> Range<Pos> {
        self.index().covered()
    }

    /// As [`SparseIndex::set`]; a part of another kind is none.
    pub fn set(&mut self, number: u64, part: Part) {
        match (self, part) {
            (Counts::Lines(index), Part::Lines(stripe)) => index.set(number, *stripe),
            (Counts::Levels(index), Part::Levels(stripe)) => index.set(number, *stripe),
            _ => {}
        }
    }

    /// As [`SparseIndex::append`]; what is of another kind holds no line.
    pub fn append(&mut self, fresh: &Fresh) {
        match (self, fresh) {
            (Counts::Lines(index), Fresh::Lines(appended)) => {
                index.append(&appended.starts, appended.counted)
            }
            (Counts::Levels(index), Fresh::Levels(lines, end)) => index.append(lines, *end),
            (Counts::Lines(index), other) => index.append(&[], other.read()),
            (Counts::Levels(index), other) => index.append(&[], other.read()),
        }
    }

    /// The same with the lines of the last record, which may go on, as it is now.
    #[must_use]
    pub fn with_open(&self, starts: &[Pos], end: Pos) -> Counts {
        let mut counts = self.clone();
        if let Counts::Lines(index) = &mut counts {
            index.append(starts, end);
        }
        counts
    }
}
