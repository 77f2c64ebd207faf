//! What the lines of a log say of themselves, by block: how many there are, how many are errors and warnings,
//! and from when to when they were written.
//!
//! It is three [`SparseIndex`]es and a few times beside them, so whoever asks for errors alone uses that index
//! as if it were a filter's. Its size depends on the log's size only: 36 bytes a block of 64 KiB, 580 KiB a GiB.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::index::{BLOCK, BLOCKS, STRIPE, SparseIndex, Stripe};
use super::pos::Pos;
use super::read::{Level, Time};

/// When the lines that start in a block were written. Clocks jump, so the last is not always the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The earliest.
    pub first: Time,
    /// The latest.
    pub latest: Time,
    /// That of the last line that says one.
    pub last: Time,
}

impl Times {
    const NONE: Times = Times { first: Time(i64::MAX), latest: Time(i64::MIN), last: Time(i64::MIN) };

    fn is_none(&self) -> bool {
        self.first > self.latest
    }

    /// These, and later in the log those.
    fn then(&self, later: &Times) -> Times {
        Times {
            first: self.first.min(later.first),
            latest: self.latest.max(later.latest),
            last: if later.is_none() { self.last } else { later.last },
        }
    }
}

/// A line that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Where it starts.
    pub start: Pos,
    /// How serious it says it is.
    pub level: Option<Level>,
    /// When it says it was written.
    pub time: Option<Time>,
}

/// The lines of one stripe.
#[derive(Clone, Debug)]
pub struct LevelStripe {
    lines: Stripe,
    warnings: Stripe,
    errors: Stripe,
    times: [Times; BLOCKS],
}

impl LevelStripe {
    /// No line anywhere in it.
    pub const EMPTY: LevelStripe = LevelStripe {
        lines: Stripe::EMPTY,
        warnings: Stripe::EMPTY,
        errors: Stripe::EMPTY,
        times: [Times::NONE; BLOCKS],
    };

    /// Counts one more line.
    pub fn count(&mut self, line: Noted) {
        self.lines.count(line.start);
        match Worst::of(line.level) {
            Worst::Error => self.errors.count(line.start),
            Worst::Warning => self.warnings.count(line.start),
            Worst::Other => {}
        }
        note(&mut self.times, line);
    }
}

/// What a line counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worst {
    /// Less than a warning, or nothing that is known.
    Other,
    /// A warning.
    Warning,
    /// An error, or worse.
    Error,
}

impl Worst {
    /// What a line of a level counts as.
    pub fn of(level: Option<Level>) -> Worst {
        match level {
            Some(Level::Error | Level::Fatal) => Worst::Error,
            Some(Level::Warn) => Worst::Warning,
            _ => Worst::Other,
        }
    }
}

fn note(times: &mut [Times; BLOCKS], line: Noted) {
    let Some(time) = line.time else { return };
    // The remainder is below BLOCKS.
    let block = &mut times[(line.start.0 % STRIPE / BLOCK) as usize];
    *block = block.then(&Times { first: time, latest: time, last: time });
}

/// A block of lines, as far as it is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockSum {
    /// Its number (`pos / BLOCK`).
    pub number: u64,
    /// All lines that start in it.
    pub lines: u64,
    /// Those that are warnings.
    pub warnings: u64,
    /// Those that are errors.
    pub errors: u64,
    /// When they were written; `None` when none says so.
    pub times: Option<Times>,
}

impl BlockSum {
    /// Its bytes.
    pub fn range(&self) -> Range<Pos> {
        Pos(self.number * BLOCK)..Pos((self.number + 1) * BLOCK)
    }
}

/// A snapshot of what is known; cloning it copies four pointers a stripe. What a [`SparseIndex`] covers and what
/// it does not know yet holds for all of it at once.
#[derive(Clone, Debug, Default)]
pub struct LevelIndex {
    lines: SparseIndex,
    warnings: SparseIndex,
    errors: SparseIndex,
    /// By number of the stripe; lines appended to a stripe that is still unknown are in it already.
    times: BTreeMap<u64, Arc<[Times; BLOCKS]>>,
    /// Where what was appended begins.
    began: Pos,
    /// Errors appended since.
    appended_errors: u64,
}

impl LevelIndex {
    /// As [`SparseIndex::unknown`].
    pub fn unknown(covered: Range<Pos>) -> LevelIndex {
        let index = SparseIndex::unknown(covered);
        LevelIndex {
            began: index.covered().end,
            warnings: index.clone(),
            errors: index.clone(),
            lines: index,
            ..LevelIndex::default()
        }
    }

    /// Where the first line starts that was appended since the index was made, and how many errors were.
    pub fn appended(&self) -> (Pos, u64) {
        (self.began, self.appended_errors)
    }

    /// All lines.
    pub fn lines(&self) -> &SparseIndex {
        &self.lines
    }

    /// The lines that say they are warnings.
    pub fn warnings(&self) -> &SparseIndex {
        &self.warnings
    }

    /// The lines that say they are errors, or worse.
    pub fn errors(&self) -> &SparseIndex {
        &self.errors
    }

    /// As [`SparseIndex::set`].
    pub fn set(&mut self, number: u64, stripe: LevelStripe) {
        if !self.lines.is_unknown(number) {
            return;
        }
        let mut times = stripe.times;
        if let Some(appended) = self.times.get(&number) {
            times.iter_mut().zip(appended.iter()).for_each(|(mine, later)| *mine = mine.then(later));
        }
        self.times.insert(number, Arc::new(times));
        self.lines.set(number, stripe.lines);
        self.warnings.set(number, stripe.warnings);
        self.errors.set(number, stripe.errors);
    }

    /// As [`SparseIndex::append`].
    pub fn append(&mut self, lines: &[Noted], end: Pos) {
        let behind = self.lines.covered().end;
        let starts = |which: &dyn Fn(&Noted) -> bool| -> Vec<Pos> {
            lines.iter().filter(|line| which(line)).map(|line| line.start).collect()
        };
        for line in
            lines.iter().filter(|line| line.time.is_some() && line.start >= behind && line.start < end)
        {
            let number = line.start.0 / STRIPE;
            let times = self.times.entry(number).or_insert_with(|| Arc::new([Times::NONE; BLOCKS]));
            note(Arc::make_mut(times), *line);
        }
        self.warnings.append(&starts(&|line| Worst::of(line.level) == Worst::Warning), end);
        let errors = self.errors.total();
        self.errors.append(&starts(&|line| Worst::of(line.level) == Worst::Error), end);
        self.appended_errors += self.errors.total() - errors;
        self.lines.append(&starts(&|_| true), end);
    }

    /// Blocks in which lines start, from the log's start, as far as they are counted.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = BlockSum> + '_ {
        let covered = self.lines.covered();
        let stripes = covered.start.0 / STRIPE..covered.end.0.div_ceil(STRIPE);
        stripes.flat_map(|stripe| self.blocks_of(stripe))
    }

    fn blocks_of(&self, stripe: u64) -> impl DoubleEndedIterator<Item = BlockSum> + '_ {
        let lines = self.lines.in_stripe(stripe);
        let (warnings, errors) = (self.warnings.in_stripe(stripe), self.errors.in_stripe(stripe));
        let times = self.times.get(&stripe);
        (0..BLOCKS).filter(move |at| lines[*at] > 0).map(move |at| BlockSum {
            number: stripe * BLOCKS as u64 + at as u64,
            lines: lines[at].into(),
            warnings: warnings[at].into(),
            errors: errors[at].into(),
            times: times.map(|times| times[at]).filter(|times| !times.is_none()),
        })
    }
}

#[cfg(test)]
pub(in crate::core) mod tests;
