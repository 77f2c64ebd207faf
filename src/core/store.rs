//! Where a log's bytes can be read, whatever keeps them.

use std::io;
use std::ops::Range;

use super::pos::Pos;

/// The bytes of a log by position. Stores are live: the end grows while the log is followed, and the
/// start rises when the oldest bytes can no longer be read. Whoever needs a steady picture remembers
/// the end it saw and tolerates that bytes before it have gone.
pub trait Store: Send + Sync {
    /// The positions that can be read now; `start` is always the start of a line.
    fn range(&self) -> Range<Pos>;

    /// Reads bytes from `pos` on into `buf` and says how many; fewer than asked for is normal. Zero
    /// means there is nothing to read at `pos`: the end was reached, or the bytes have gone (see [`Store::hole`]).
    ///
    /// # Errors
    /// What the operating system says when a file cannot be read (a disk fault, a dead mount).
    /// [`io::ErrorKind::WouldBlock`] when the bytes are elsewhere and have to be fetched first: they are asked
    /// for by this call, and the source changes when they came. Ask again then.
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize>;

    /// The bytes around `pos` that can be read without waiting; without `pos` in it when `pos` itself cannot.
    /// Nothing is asked for by this call.
    fn held(&self, pos: Pos) -> Range<Pos> {
        let _ = pos;
        self.range()
    }

    /// The hole that `pos` lies in: bytes that can never be read again although there are others before them. No
    /// line goes over one: the line before it ends where it begins, and the next one starts at its end.
    /// [`Store::range`] never starts in one.
    fn hole(&self, pos: Pos) -> Option<Range<Pos>> {
        let _ = pos;
        None
    }

    /// Whether all of `range` can be read without waiting. Where not, it is asked for, to be read soon, and the
    /// source changes when it came: a hint for those who read much in one go.
    fn ready(&self, range: Range<Pos>) -> bool {
        let _ = range;
        true
    }

    /// Somebody who read much in one go reads no more: what [`Store::ready`] has asked for need not come. Others
    /// who wait for some of it ask again.
    fn enough(&self) {}
}

impl<S: Store + ?Sized> Store for std::sync::Arc<S> {
    fn range(&self) -> Range<Pos> {
        (**self).range()
    }
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        (**self).read_at(pos, buf)
    }
    fn held(&self, pos: Pos) -> Range<Pos> {
        (**self).held(pos)
    }
    fn hole(&self, pos: Pos) -> Option<Range<Pos>> {
        (**self).hole(pos)
    }
    fn ready(&self, range: Range<Pos>) -> bool {
        (**self).ready(range)
    }
    fn enough(&self) {
        (**self).enough();
    }
}

/// A log that is nothing but bytes in memory, at positions from zero: tests and benchmarks use it.
impl Store for Vec<u8> {
    fn range(&self) -> Range<Pos> {
        Pos(0)..Pos(self.len() as u64)
    }
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(pos.0).map_or(self.len(), |p| p.min(self.len()));
        let n = buf.len().min(self.len() - from);
        buf[..n].copy_from_slice(&self[from..from + n]);
        Ok(n)
    }
}
