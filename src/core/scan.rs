//! Counting the selected lines of a stripe, or of what was appended.

use std::io;
use std::ops::Range;

use super::filter::Filter;
use super::index::Stripe;
use super::pos::Pos;
use super::store::Store;

/// What to count.
#[derive(Clone, Debug)]
pub enum Select {
    /// Every line.
    All,
    /// The lines a filter keeps.
    Kept(Filter),
}

/// Counts lines; holds the read buffer and the matcher's scratch, one a worker.
pub struct Scanner {
    select: Select,
    buf: Vec<u8>,
}

impl Scanner {
    /// A scanner of its own for one worker.
    pub fn new(select: &Select) -> Scanner {
        Scanner { select: select.clone(), buf: Vec::new() }
    }

    /// Counts the selected lines that start in stripe `number` and within `range`; the last of them is
    /// read to its end even beyond the stripe. `cancelled` is asked now and then; `None` when it said so.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn stripe(
        &mut self,
        store: &dyn Store,
        number: u64,
        range: Range<Pos>,
        cancelled: &dyn Fn() -> bool,
    ) -> io::Result<Option<Stripe>> {
        let _ = (store, number, range, cancelled, &self.select, &self.buf);
        todo!()
    }

    /// The selected lines that start in `range` and are finished by its end: their starts, and where the
    /// first unfinished line begins. `range.start` is a line's start.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn appended(&mut self, store: &dyn Store, range: Range<Pos>) -> io::Result<(Vec<Pos>, Pos)> {
        let _ = (store, range);
        todo!()
    }
}
