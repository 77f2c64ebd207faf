//! How many selected lines start in each 64 KiB block of a log.
//!
//! Over all lines this is the line index; over the lines a filter keeps it is the filter's result;
//! over the hits of a search it is the ticks beside the scrollbar. Its size depends on the log's size
//! only (4 bytes a block: 256 KiB for 4 GiB), whatever is selected. Counts are hints: the file may
//! change under a snapshot, so whoever resolves them to lines looks at the bytes and believes those.

use std::ops::Range;
use std::sync::Arc;

use super::pos::Pos;

/// Bytes a count stands for.
pub const BLOCK: u64 = 64 << 10;
/// Bytes that are counted, published and given up together; a multiple of [`BLOCK`].
pub const STRIPE: u64 = 8 << 20;
/// Blocks in a stripe.
pub const BLOCKS: usize = (STRIPE / BLOCK) as usize;

/// The counts of one stripe: `counts[i]` selected lines start in its block `i`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stripe {
    /// Selected lines a block.
    pub counts: [u32; BLOCKS],
    /// Their sum.
    pub total: u64,
}

/// A snapshot of the counts; cloning it copies one pointer a stripe.
///
/// Lines that start in [`SparseIndex::covered`] are counted, except in stripes that are still
/// unknown. The end of `covered` is the start of the first line that has not been counted, and grows
/// with the log; the end of the log may be ahead of it.
#[derive(Clone, Debug, Default)]
pub struct SparseIndex {
    first: u64,
    stripes: Vec<Option<Arc<Stripe>>>,
    covered: Range<Pos>,
    total: u64,
}

/// What an index says of the next block in a direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A block in which `count > 0` selected lines start; the range is cut to `covered`.
    Selected(Range<Pos>, u32),
    /// Bytes nobody has counted yet (an unknown stripe, cut to `covered`).
    Unknown(Range<Pos>),
    /// Nothing more within `covered` in this direction.
    End,
}

impl SparseIndex {
    /// Nothing is known of `covered` yet. Begin with an empty range at the end of a log to count
    /// only what is appended from then on.
    pub fn unknown(covered: Range<Pos>) -> SparseIndex {
        let _ = covered;
        todo!()
    }

    /// The positions whose lines this index speaks of.
    pub fn covered(&self) -> Range<Pos> {
        self.covered.clone()
    }

    /// Selected lines counted so far.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether every stripe of `covered` has been counted.
    pub fn complete(&self) -> bool {
        todo!()
    }

    /// Stripes counted, and stripes there are.
    pub fn progress(&self) -> (usize, usize) {
        todo!()
    }

    /// Puts in the counts of a whole stripe, by its number (`pos / STRIPE`).
    pub fn set(&mut self, number: u64, stripe: Stripe) {
        let _ = (number, stripe);
        todo!()
    }

    /// Counts lines appended behind `covered`: each position in `starts` is a selected line's start,
    /// and `end` is the new end of `covered`. Stripes this opens are known from the beginning.
    pub fn append(&mut self, starts: &[Pos], end: Pos) {
        let _ = (starts, end);
        todo!()
    }

    /// The first block that ends behind `pos` and is selected or unknown.
    pub fn next_block(&self, pos: Pos) -> Block {
        let _ = pos;
        todo!()
    }

    /// The last block that begins before `pos` and is selected or unknown.
    pub fn prev_block(&self, pos: Pos) -> Block {
        let _ = pos;
        todo!()
    }

    /// Selected lines counted in blocks that lie wholly or partly in `range`: ticks need no more.
    pub fn count_in(&self, range: Range<Pos>) -> u64 {
        let _ = range;
        todo!()
    }

    /// Selected lines that start before `pos`'s block, and whether everything before it is known.
    pub fn count_before_block(&self, pos: Pos) -> (u64, bool) {
        let _ = pos;
        todo!()
    }
}
