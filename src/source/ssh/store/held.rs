//! Bytes of a log that are in memory, in blocks, wherever they stand in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Bytes of a block at most.
pub const BLOCK: usize = 64 << 10;
/// What a block costs besides its bytes: who writes a byte a file must not fill the memory.
const COST: u64 = 160;

/// How much it matters to keep a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It can be fetched again.
    Again,
    /// It is nowhere else.
    Only,
    /// It never goes by itself: the few bytes that we put between files.
    Pinned,
}

/// Blocks by position; they never overlap, and there may be holes between them.
#[derive(Debug, Default)]
pub struct Held {
    blocks: BTreeMap<u64, Block>,
    /// Those that can be fetched again, the one that was not read for longest first.
    rest: BTreeSet<(u64, u64)>,
    /// Those that are nowhere else.
    only: BTreeSet<u64>,
    bytes: u64,
    only_bytes: u64,
    clock: u64,
}

#[derive(Debug)]
struct Block {
    bytes: Vec<u8>,
    used: u64,
    worth: Worth,
}

impl Held {
    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What all blocks cost, their bytes and what belongs to them.
    pub fn weight(&self) -> u64 {
        self.bytes + self.blocks.len() as u64 * COST
    }

    /// Whether what belongs to the blocks costs more than their bytes.
    pub fn is_crumbs(&self) -> bool {
        self.weight() > 2 * self.bytes
    }

    /// Bytes that are in memory and nowhere else.
    pub fn only_bytes(&self) -> u64 {
        self.only_bytes
    }

    /// Adds bytes behind everything that is held.
    pub fn push(&mut self, at: u64, bytes: &[u8], worth: Worth) {
        let mut rest = bytes;
        let mut at = at;
        if let Some((&start, block)) = self.blocks.last_key_value()
            && block.worth == worth
            && start + block.bytes.len() as u64 == at
            && block.bytes.len() < BLOCK
        {
            let (now, later) = rest.split_at((BLOCK - block.bytes.len()).min(rest.len()));
            self.touch(start);
            if let Some(block) = self.blocks.get_mut(&start) {
                block.bytes.extend_from_slice(now);
            }
            self.count(worth, now.len() as i64);
            (rest, at) = (later, at + now.len() as u64);
        }
        for piece in rest.chunks(BLOCK) {
            self.add(at, piece.to_vec(), worth);
            at += piece.len() as u64;
        }
    }

    /// Adds bytes where there are none yet; the others stay as they are.
    pub fn fill(&mut self, at: u64, bytes: &[u8], worth: Worth) {
        let range = at..at + bytes.len() as u64;
        while let Some(hole) = self.hole(range.clone()) {
            let len = (hole.end - hole.start).min(BLOCK as u64);
            let from = (hole.start - at) as usize;
            self.add(hole.start, bytes[from..from + len as usize].to_vec(), worth);
        }
    }

    fn add(&mut self, at: u64, bytes: Vec<u8>, worth: Worth) {
        self.clock += 1;
        self.count(worth, bytes.len() as i64);
        match worth {
            Worth::Again => drop(self.rest.insert((self.clock, at))),
            Worth::Only => drop(self.only.insert(at)),
            Worth::Pinned => {}
        }
        self.blocks.insert(at, Block { bytes, used: self.clock, worth });
    }

    fn count(&mut self, worth: Worth, bytes: i64) {
        self.bytes = self.bytes.saturating_add_signed(bytes);
        if worth == Worth::Only {
            self.only_bytes = self.only_bytes.saturating_add_signed(bytes);
        }
    }

    /// The bytes around `at` that can be read in one go; nothing when `at` is not held.
    pub fn around(&self, at: u64) -> Range<u64> {
        let Some((mut start, _)) = self.from(at) else { return at..at };
        while let Some((&before, _)) = self.blocks.range(..start).next_back()
            && self.end_of(before) == start
        {
            start = before;
        }
        let hole = self.hole(start..u64::MAX);
        start..hole.map_or(u64::MAX, |hole| hole.start)
    }

    /// Appends at most `max` bytes from `at` on to `buf` and says how many; they count as read just now.
    pub fn append_to(&mut self, buf: &mut Vec<u8>, at: u64, max: usize) -> usize {
        let mut done = 0;
        while done < max {
            let Some((start, bytes)) = self.from(at + done as u64) else { break };
            let bytes = &bytes[..bytes.len().min(max - done)];
            buf.extend_from_slice(bytes);
            done += bytes.len();
            self.touch(start);
        }
        done
    }

    /// Copies bytes from `at` on and says how many; they count as read just now.
    pub fn read(&mut self, at: u64, buf: &mut [u8]) -> usize {
        let mut done = 0;
        while done < buf.len() {
            let Some((start, bytes)) = self.from(at + done as u64) else { break };
            let n = bytes.len().min(buf.len() - done);
            buf[done..done + n].copy_from_slice(&bytes[..n]);
            done += n;
            self.touch(start);
        }
        done
    }

    /// The start of the block that holds `at`, and its bytes from there on.
    fn from(&self, at: u64) -> Option<(u64, &[u8])> {
        let (&start, block) = self.blocks.range(..=at).next_back()?;
        let bytes = block.bytes.get((at - start) as usize..)?;
        (!bytes.is_empty()).then_some((start, bytes))
    }

    fn touch(&mut self, start: u64) {
        self.clock += 1;
        let Some(block) = self.blocks.get_mut(&start) else { return };
        if block.worth == Worth::Again {
            self.rest.remove(&(block.used, start));
            self.rest.insert((self.clock, start));
        }
        block.used = self.clock;
    }

    /// Says that the blocks in `range` were wanted just now.
    pub fn touch_all(&mut self, range: Range<u64>) {
        let starts: Vec<u64> = self.overlapping(range).collect();
        starts.into_iter().for_each(|start| self.touch(start));
    }

    fn overlapping(&self, range: Range<u64>) -> impl Iterator<Item = u64> + '_ {
        let first = self.from(range.start).map_or(range.start, |(start, _)| start);
        self.blocks.range(first..range.end.max(first)).map(|(&start, _)| start)
    }

    /// The first bytes of `range` that are not held.
    pub fn hole(&self, range: Range<u64>) -> Option<Range<u64>> {
        let mut at = range.start;
        while let Some((_, bytes)) = self.from(at) {
            at += bytes.len() as u64;
            if at >= range.end {
                return None;
            }
        }
        let next = self.blocks.range(at..).next().map_or(range.end, |(&start, _)| start.min(range.end));
        (at < next).then_some(at..next)
    }

    /// The bytes around `at` that are not held; `None` when `at` is.
    pub fn hole_at(&self, at: u64) -> Option<Range<u64>> {
        let start = self.blocks.range(..=at).next_back().map_or(0, |(&before, _)| self.end_of(before));
        let end = self.blocks.range(at..).next().map_or(u64::MAX, |(&behind, _)| behind);
        (start <= at && at < end).then_some(start..end)
    }

    /// Behind the first newline at or behind `from` that can be reached without a hole.
    pub fn line_from(&self, from: u64) -> Option<u64> {
        let mut at = from;
        while let Some((_, bytes)) = self.from(at) {
            if let Some(newline) = memchr::memchr(b'\n', bytes) {
                return Some(at + newline as u64 + 1);
            }
            at += bytes.len() as u64;
        }
        None
    }

    /// Blocks that touch `range` cannot be fetched again from now on.
    pub fn only_here(&mut self, range: Range<u64>) {
        let starts: Vec<u64> = self.overlapping(range).collect();
        for start in starts {
            let Some(block) = self.blocks.get_mut(&start) else { continue };
            if block.worth == Worth::Again {
                block.worth = Worth::Only;
                self.only_bytes += block.bytes.len() as u64;
                self.rest.remove(&(block.used, start));
                self.only.insert(start);
            }
        }
    }

    /// Lets go of the block before `before` that was not read for longest and can be fetched again.
    pub fn drop_oldest(&mut self, before: u64) -> bool {
        let start = self.rest.iter().map(|&(_, start)| start).find(|start| self.end_of(*start) <= before);
        start.is_some_and(|start| self.remove(start).is_some())
    }

    /// Lets go of the first block that is nowhere else, if it lies before `before`; says where it ended, and whether
    /// a line did.
    pub fn drop_only(&mut self, before: u64) -> Option<(u64, bool)> {
        let start = *self.only.first()?;
        let end = self.end_of(start);
        if end > before {
            return None;
        }
        let line = self.blocks.get(&start).is_some_and(|block| block.bytes.ends_with(b"\n"));
        self.remove(start)?;
        Some((end, line))
    }

    /// Where the first block ends, if that is before `before`.
    pub fn first_end(&self, before: u64) -> Option<u64> {
        let (&start, _) = self.blocks.first_key_value()?;
        Some(self.end_of(start)).filter(|end| *end <= before)
    }

    /// Lets go of every block that lies wholly before `pos`.
    pub fn forget_before(&mut self, pos: u64) {
        while let Some((&start, _)) = self.blocks.first_key_value()
            && self.end_of(start) <= pos
        {
            self.remove(start);
        }
    }

    fn end_of(&self, start: u64) -> u64 {
        start + self.blocks.get(&start).map_or(0, |block| block.bytes.len() as u64)
    }

    fn remove(&mut self, start: u64) -> Option<()> {
        let block = self.blocks.remove(&start)?;
        self.count(block.worth, -(block.bytes.len() as i64));
        self.rest.remove(&(block.used, start));
        self.only.remove(&start);
        Some(())
    }
}
