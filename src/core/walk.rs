//! Lines walk both ways: the kept line at or after a position, and the kept line before it.
//!
//! A filtered view is a walker over a store; a merged view will be a walker over walkers. Views know
//! nothing else of logs, so nothing on the screen depends on global row numbers.

use std::io;

use super::filter::Filter;
use super::index::SparseIndex;
use super::lines::Line;
use super::pos::Pos;
use super::store::Store;

/// What a walker found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A line to show.
    Line(Line, Role),
    /// There is none in this direction.
    Edge,
    /// Not known yet: a scan has not come to the bytes at this position. Ask again when it has.
    Pending(Pos),
}

/// Why a line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The filter keeps it (or there is no filter).
    Kept,
    /// It stands near a kept line and is shown as context.
    Context,
}

/// Something whose lines can be walked from any position.
pub trait Walk {
    /// The first line to show that starts at or after `pos`.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    fn at_or_after(&mut self, pos: Pos) -> io::Result<Step>;

    /// The last line to show that starts before `pos`.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    fn before(&mut self, pos: Pos) -> io::Result<Step>;
}

/// A filter over a store, and how much of it has been scanned.
#[derive(Clone, Copy)]
pub struct Selection<'a> {
    /// Which lines are kept.
    pub filter: &'a Filter,
    /// Where they are, as far as that is known; lines behind what it covers are matched on the spot.
    pub index: &'a SparseIndex,
    /// Lines shown around each kept line, on either side.
    pub context: usize,
}

/// Walks the lines of a store up to `end`, all of them or the ones a selection keeps.
pub struct StoreWalk<'a> {
    store: &'a dyn Store,
    end: Pos,
    selection: Option<Selection<'a>>,
}

impl<'a> StoreWalk<'a> {
    /// A walker over what `store` holds before `end`.
    pub fn new(store: &'a dyn Store, end: Pos, selection: Option<Selection<'a>>) -> StoreWalk<'a> {
        StoreWalk { store, end, selection }
    }
}

impl Walk for StoreWalk<'_> {
    fn at_or_after(&mut self, pos: Pos) -> io::Result<Step> {
        let _ = (pos, self.store, self.end, &self.selection);
        todo!()
    }

    fn before(&mut self, pos: Pos) -> io::Result<Step> {
        let _ = pos;
        todo!()
    }
}
