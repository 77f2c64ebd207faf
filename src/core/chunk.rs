//! Whole lines from a store, a buffer at a time: what filters are matched against in bulk.

use std::io;
use std::ops::Range;

use memchr::{memchr, memrchr};

use super::lines::LINE_MAX;
use super::pos::Pos;
use super::store::Store;

/// Bytes read at once. Small enough to stay in the processor's second-level cache, where matching it
/// costs less than reading it did.
const READ: usize = 256 << 10;
/// Bytes read at once for the end of a last line.
const TAIL_READ: usize = 8 << 10;

/// Whole lines that stand one behind the other in a log. Lines longer than [`LINE_MAX`] come alone and cut to
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk<'b> {
    /// Where the first of them starts.
    pub pos: Pos,
    /// Their bytes; the last line may lack its newline. Empty when only a long line's rest was passed over.
    pub lines: &'b [u8],
    /// How far the log has been read: just behind the lines, if they were not cut.
    pub end: Pos,
}

/// Reads the lines that start in a range, the last of them to its end (but never behind `end`).
pub struct Chunks<'a> {
    store: &'a dyn Store,
    buf: &'a mut Vec<u8>,
    /// Where `buf` begins in the log.
    pos: Pos,
    /// Bytes of `buf` that hold something, and how many of those were given out.
    filled: usize,
    given: usize,
    /// Bytes of `buf` in which there is no newline.
    searched: usize,
    /// The bytes at `pos` belong to a line that is not wanted (any more): look for its end first.
    skip: bool,
    /// A line that was given out cut, or unfinished, and whose newline has not been seen.
    open: Option<Pos>,
    stop: Pos,
    end: Pos,
}

impl<'a> Chunks<'a> {
    /// Lines that start in `range`, with `buf` to read into; bytes at and behind `end` are not looked at. A line
    /// starts at the store's first byte, behind every newline and every hole, and at `line`.
    pub fn new(
        store: &'a dyn Store,
        buf: &'a mut Vec<u8>,
        range: Range<Pos>,
        line: Pos,
        end: Pos,
    ) -> Chunks<'a> {
        let first = store.range().start;
        let mut start = range.start.max(first);
        let mut skip = start != first && start != line;
        if skip && let Some(hole) = store.hole(start).or_else(|| store.hole(start.back(1))) {
            (start, skip) = (start.max(hole.end), false);
        }
        let pos = if skip { start.back(1) } else { start };
        Chunks {
            store,
            buf,
            pos,
            filled: 0,
            given: 0,
            searched: 0,
            skip,
            open: None,
            stop: range.end.min(end),
            end,
        }
    }

    /// Where the last line that was given out starts, if its newline has not been seen so far.
    pub fn unfinished(&self) -> Option<Pos> {
        self.open
    }

    /// The next lines, `None` when there are no more.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn next_chunk(&mut self) -> io::Result<Option<Chunk<'_>>> {
        self.forget_given();
        if self.skip {
            return self.skip_line();
        }
        while self.pos < self.stop {
            if self.searched == self.filled && self.read()? == 0 {
                let first = self.store.range().start;
                if first > self.pos {
                    // The bytes have gone meanwhile; go on with the first that are there.
                    (self.pos, self.filled, self.searched) = (first, 0, 0);
                    continue;
                }
                let hole = self.store.hole(self.pos + self.filled as u64);
                if self.filled == 0 {
                    let Some(hole) = hole else { return Ok(None) };
                    self.pos = hole.end;
                    continue;
                }
                if hole.is_some() {
                    return Ok(Some(self.give(self.filled)));
                }
                (self.open, self.stop) = (Some(self.pos), self.pos);
                return Ok(Some(self.give(self.filled)));
            }
            let fresh = &self.buf[self.searched..self.filled];
            // Behind the last line's start its own newline is the only one of interest.
            let tail = self.pos + self.searched as u64 >= self.stop;
            let newline = if tail { memchr(b'\n', fresh) } else { memrchr(b'\n', fresh) };
            if let Some(i) = newline {
                let end = self.searched + i + 1;
                self.searched = self.filled;
                return Ok(Some(self.give(end)));
            }
            self.searched = self.filled;
            if self.filled >= LINE_MAX + 2 {
                (self.open, self.skip) = (Some(self.pos), true);
                return Ok(Some(self.give(LINE_MAX)));
            }
        }
        Ok(None)
    }

    /// Reads behind what is there, and says how many bytes came.
    fn read(&mut self) -> io::Result<usize> {
        let at = self.pos + self.filled as u64;
        let (until, most) = if at < self.stop { (self.stop, READ) } else { (self.end, TAIL_READ) };
        // The buffer grows behind one read only while a line is longer than that.
        let room = (READ - self.filled.min(READ)).max(TAIL_READ).min(most);
        let want = room.min(usize::try_from(until - at).unwrap_or(usize::MAX));
        if self.buf.len() < self.filled + want {
            self.buf.resize(self.filled + want, 0);
        }
        let got = self.store.read_at(at, &mut self.buf[self.filled..self.filled + want])?;
        self.filled += got;
        Ok(got)
    }

    /// Passes over one buffer of an unwanted line.
    fn skip_line(&mut self) -> io::Result<Option<Chunk<'_>>> {
        if self.pos >= self.stop {
            return Ok(None);
        }
        if self.filled == 0 && self.read()? == 0 {
            let first = self.store.range().start;
            let next = self.store.hole(self.pos).map_or(first, |hole| hole.end);
            if next <= self.pos {
                return Ok(None);
            }
            (self.pos, self.open, self.skip) = (next, None, false);
            return Ok(Some(Chunk { pos: self.pos, lines: &[], end: self.pos + self.given as u64 }));
        }
        let newline = memchr(b'\n', &self.buf[..self.filled]);
        if newline.is_some() {
            (self.open, self.skip) = (None, false);
        }
        self.searched = 0; // what stands behind the newline has not been looked at
        self.given = newline.map_or(self.filled, |i| i + 1);
        Ok(Some(Chunk { pos: self.pos, lines: &[], end: self.pos + self.given as u64 }))
    }

    fn give(&mut self, bytes: usize) -> Chunk<'_> {
        self.given = bytes;
        Chunk { pos: self.pos, lines: &self.buf[..bytes], end: self.pos + bytes as u64 }
    }

    /// Moves what was not given out yet to the front.
    fn forget_given(&mut self) {
        self.buf.copy_within(self.given..self.filled, 0);
        self.pos += self.given as u64;
        self.filled -= self.given;
        self.searched = self.searched.saturating_sub(self.given);
        self.given = 0;
    }
}
