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
/// Bytes that are spoken of at most; of a log that says it is longer (a file with holes, a host that lies) only the end.
const MOST: u64 = 1 << 46;
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

impl Stripe {
    /// No selected line anywhere in it.
    pub const EMPTY: Stripe = Stripe { counts: [0; BLOCKS], total: 0 };

    /// Counts one more selected line, in the block `start` lies in.
    pub fn count(&mut self, start: Pos) {
        self.add(start, 1);
    }

    /// Counts `lines` more selected lines, all of which start in the block `start` lies in.
    pub fn add(&mut self, start: Pos, lines: u32) {
        self.counts[block_in_stripe(start.0)] += lines;
        self.total += u64::from(lines);
    }

    fn merge(&mut self, other: &Stripe) {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
    }
}

/// Which block of its stripe a position lies in; always below [`BLOCKS`].
fn block_in_stripe(pos: u64) -> usize {
    // The remainder is below STRIPE, so the quotient fits.
    (pos % STRIPE / BLOCK) as usize
}

/// A snapshot of the counts; cloning it copies one pointer a stripe.
///
/// Lines that start in [`SparseIndex::covered`] are counted, except in stripes that are still
/// unknown. The end of `covered` is the start of the first line that has not been counted, and grows
/// with the log; the end of the log may be ahead of it.
///
/// ```text
///   stripe      first          first + 1      first + 2
///           |.....####|####|####|####|####|####|##........|
///                 covered.start         unknown   covered.end: lines are appended here,
///                                                 also while their stripe is still unknown
/// ```
#[derive(Clone, Debug, Default)]
pub struct SparseIndex {
    /// Number of the stripe at `stripes[0]`.
    first: u64,
    stripes: Vec<Option<Arc<Stripe>>>,
    /// Lines appended to the last stripe while what came before them in it is still unknown.
    ahead: Option<(u64, Arc<Stripe>)>,
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
    /// only what is appended from then on. Of more than 64 TiB only the end is covered.
    pub fn unknown(covered: Range<Pos>) -> SparseIndex {
        let start = covered.start.max(Pos(covered.end.0.saturating_sub(MOST)));
        let covered = start..covered.end.max(start);
        let first = covered.start.0 / STRIPE;
        let stripes = if covered.is_empty() { 0 } else { covered.end.0.div_ceil(STRIPE) - first };
        SparseIndex { first, stripes: vec![None; stripes as usize], ahead: None, covered, total: 0 }
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
        self.stripes.iter().all(Option::is_some)
    }

    /// Stripes counted, and stripes there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.stripes.iter().flatten().count(), self.stripes.len())
    }

    /// Numbers (`pos / STRIPE`) of the stripes that are still unknown, in order.
    pub fn unknown_stripes(&self) -> impl Iterator<Item = u64> + '_ {
        (self.first..).zip(&self.stripes).filter(|(_, stripe)| stripe.is_none()).map(|(number, _)| number)
    }

    /// Whether the stripe with this number is still to be counted.
    pub fn is_unknown(&self, number: u64) -> bool {
        let slot = number.checked_sub(self.first).and_then(|at| self.stripes.get(usize::try_from(at).ok()?));
        matches!(slot, Some(None))
    }

    /// Selected lines counted in the blocks of the stripe with this number.
    pub fn in_stripe(&self, number: u64) -> [u32; BLOCKS] {
        let ahead = self.ahead.as_ref().filter(|(at, _)| *at == number);
        match (self.stripe(number), ahead) {
            (Some(stripe), _) => stripe.counts,
            (None, Some((_, ahead))) => ahead.counts,
            (None, None) => Stripe::EMPTY.counts,
        }
    }

    /// Puts in the counts of an unknown stripe, by its number (`pos / STRIPE`): those of the lines that
    /// were covered when the index was made. Lines appended since are counted besides. A stripe that is
    /// known, or that was never covered, stays as it is.
    pub fn set(&mut self, number: u64, mut stripe: Stripe) {
        let Some(slot @ None) = slot(self.first, &mut self.stripes, number) else { return };
        self.total += stripe.total;
        if let Some((_, ahead)) = self.ahead.take_if(|(at, _)| *at == number) {
            stripe.merge(&ahead);
        }
        *slot = Some(Arc::new(stripe));
    }

    /// Counts lines appended behind `covered`: each position in `starts` is a selected line's start,
    /// and `end` is the new end of `covered`. Stripes this opens are known from the beginning.
    pub fn append(&mut self, starts: &[Pos], end: Pos) {
        let end = end.max(self.covered.end);
        if end > self.covered.start {
            let needed = (end.0.div_ceil(STRIPE) - self.first) as usize;
            if needed > self.stripes.len() {
                self.stripes.resize_with(needed, || Some(Arc::new(Stripe::EMPTY)));
            }
        }
        for &start in starts.iter().filter(|&&start| self.covered.end <= start && start < end) {
            self.total += 1;
            let number = start.0 / STRIPE;
            let stripe = match slot(self.first, &mut self.stripes, number) {
                Some(Some(known)) => known,
                Some(None) => &mut self.ahead.get_or_insert_with(|| (number, Arc::new(Stripe::EMPTY))).1,
                None => continue,
            };
            Arc::make_mut(stripe).count(start);
        }
        self.covered.end = end;
    }

    /// The first block that ends behind `pos` and is selected or unknown.
    pub fn next_block(&self, pos: Pos) -> Block {
        let mut at = pos.max(self.covered.start);
        while at < self.covered.end {
            let number = at.0 / STRIPE;
            let stripe_end = Pos((number + 1) * STRIPE);
            let Some(stripe) = self.stripe(number) else {
                return Block::Unknown(self.cut(Pos(number * STRIPE)..stripe_end));
            };
            if stripe.total > 0 {
                let from = block_in_stripe(at.0);
                if let Some(i) = (from..BLOCKS).find(|&i| stripe.counts[i] > 0) {
                    return self.selected(number, i, stripe);
                }
            }
            at = stripe_end;
        }
        Block::End
    }

    /// The last block that begins before `pos` and is selected or unknown.
    pub fn prev_block(&self, pos: Pos) -> Block {
        let mut at = pos.min(self.covered.end);
        while at > self.covered.start {
            let last = at.0 - 1;
            let number = last / STRIPE;
            let stripe_start = Pos(number * STRIPE);
            let Some(stripe) = self.stripe(number) else {
                return Block::Unknown(self.cut(stripe_start..Pos((number + 1) * STRIPE)));
            };
            if stripe.total > 0 {
                let to = block_in_stripe(last);
                if let Some(i) = (0..=to).rev().find(|&i| stripe.counts[i] > 0) {
                    return self.selected(number, i, stripe);
                }
            }
            at = stripe_start;
        }
        Block::End
    }

    /// Selected lines counted in blocks that lie wholly or partly in `range`: ticks need no more.
    pub fn count_in(&self, range: Range<Pos>) -> u64 {
        let range = range.start.max(self.covered.start)..range.end.min(self.covered.end);
        if range.is_empty() {
            return 0;
        }
        let (from, to) = (range.start.0 / BLOCK, (range.end.0 - 1) / BLOCK);
        self.count_blocks(from, to + 1)
    }

    /// Whether every line that starts in `range` has been counted.
    pub fn knows(&self, range: &Range<Pos>) -> bool {
        let covered = self.covered.start <= range.start && range.end <= self.covered.end;
        let mut stripes = range.start.0 / STRIPE..range.end.0.div_ceil(STRIPE);
        covered && stripes.all(|number| self.stripe(number).is_some())
    }

    /// Selected lines that start before `pos`'s block, and whether everything before it is known.
    pub fn count_before_block(&self, pos: Pos) -> (u64, bool) {
        let pos = pos.clamp(self.covered.start, self.covered.end);
        let block = pos.0 / BLOCK;
        let from = self.first * BLOCKS as u64;
        let whole = (block * BLOCK).div_ceil(STRIPE).saturating_sub(self.first) as usize;
        let known = self.stripes.iter().take(whole).all(Option::is_some);
        (self.count_blocks(from, block), known)
    }

    /// Selected lines counted in the blocks `from..to`, numbered by `pos / BLOCK`.
    fn count_blocks(&self, from: u64, to: u64) -> u64 {
        let blocks = BLOCKS as u64;
        let place = |stripe: u64| (stripe.saturating_sub(self.first) as usize).min(self.stripes.len());
        let (lo, hi) = (place(from / blocks), place(to.div_ceil(blocks)));
        let known = self.stripes.get(lo..hi).unwrap_or_default();
        let known = (self.first + lo as u64..).zip(known).filter_map(|(n, s)| Some((n, s.as_ref()?)));
        let ahead = self.ahead.iter().map(|(n, s)| (*n, s));
        let mut sum = 0;
        for (number, stripe) in known.chain(ahead) {
            let base = number * blocks;
            let (a, b) = (from.max(base) - base, to.min(base + blocks).saturating_sub(base));
            if a == 0 && b == blocks {
                sum += stripe.total;
            } else if a < b {
                sum += stripe.counts[a as usize..b as usize].iter().map(|&n| u64::from(n)).sum::<u64>();
            }
        }
        sum
    }

    fn stripe(&self, number: u64) -> Option<&Stripe> {
        self.stripes.get(usize::try_from(number.checked_sub(self.first)?).ok()?)?.as_deref()
    }

    fn selected(&self, number: u64, block: usize, stripe: &Stripe) -> Block {
        let start = number * STRIPE + block as u64 * BLOCK;
        Block::Selected(self.cut(Pos(start)..Pos(start + BLOCK)), stripe.counts[block])
    }

    fn cut(&self, range: Range<Pos>) -> Range<Pos> {
        range.start.max(self.covered.start)..range.end.min(self.covered.end)
    }
}

/// The place of stripe `number`, if it has one.
fn slot(first: u64, stripes: &mut [Option<Arc<Stripe>>], number: u64) -> Option<&mut Option<Arc<Stripe>>> {
    stripes.get_mut(usize::try_from(number.checked_sub(first)?).ok()?)
}

#[cfg(test)]
mod tests;
