//! Bounded memory for bytes that cannot be read again: stdin, and the live tail of a file.

use std::ops::Range;

use super::pos::Pos;

/// The last bytes of a log, at most a set number of them, held in sealed blocks. The oldest whole
/// lines go when the bound is reached.
#[derive(Debug)]
pub struct Ring {
    start: Pos,
}

impl Ring {
    /// An empty ring that begins at `start` and holds at most `bound` bytes (at least one block).
    pub fn new(start: Pos, bound: u64) -> Ring {
        let _ = bound;
        Ring { start }
    }

    /// The positions held now.
    pub fn range(&self) -> Range<Pos> {
        self.start..self.start
    }

    /// Appends bytes at the end, dropping the oldest beyond the bound.
    pub fn push(&mut self, bytes: &[u8]) {
        let _ = bytes;
        todo!()
    }

    /// Copies bytes from `pos` on into `buf` and says how many; zero when `pos` is not held.
    pub fn read_at(&self, pos: Pos, buf: &mut [u8]) -> usize {
        let _ = (pos, buf);
        todo!()
    }
}
