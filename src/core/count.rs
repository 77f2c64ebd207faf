//! Counts of one kind or the other, for those who only see that they are made: which lines are selected, or what
//! all lines say of themselves.

use std::ops::Range;

use super::index::{SparseIndex, Stripe};
use super::levels::{LevelIndex, LevelStripe, Noted};
use super::pos::Pos;

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
    Lines(Stripe),
    /// All lines, and what they say.
    Levels(Box<LevelStripe>),
}

/// What was found in appended bytes.
#[derive(Clone, Debug)]
pub enum Fresh {
    /// Where selected lines start.
    Lines(Vec<Pos>),
    /// All lines, and what they say.
    Levels(Vec<Noted>),
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
            (Counts::Lines(index), Part::Lines(stripe)) => index.set(number, stripe),
            (Counts::Levels(index), Part::Levels(stripe)) => index.set(number, *stripe),
            _ => {}
        }
    }

    /// As [`SparseIndex::append`]; lines of another kind are none.
    pub fn append(&mut self, fresh: &Fresh, end: Pos) {
        match (self, fresh) {
            (Counts::Lines(index), Fresh::Lines(starts)) => index.append(starts, end),
            (Counts::Levels(index), Fresh::Levels(lines)) => index.append(lines, end),
            (Counts::Lines(index), Fresh::Levels(_)) => index.append(&[], end),
            (Counts::Levels(index), Fresh::Lines(_)) => index.append(&[], end),
        }
    }
}
