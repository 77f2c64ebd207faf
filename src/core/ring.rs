//! Bounded memory for bytes that cannot be read again: stdin, and the live tail of a file.

use std::collections::VecDeque;
use std::ops::Range;

use super::pos::Pos;

/// Bytes of a sealed block. Blocks are given back whole, so a ring takes at most one more than its bound.
const BLOCK: usize = 64 * 1024;

/// The last bytes of a log, at most a set number of them, held in sealed blocks. The oldest whole
/// lines go when the bound is reached.
///
/// ```text
///   blocks  │····aaaa│bbbbbbbb│cccc
///                ▲ start           ▲ end
/// ```
#[derive(Debug)]
pub struct Ring {
    /// Full blocks, but for the last one, which grows.
    blocks: VecDeque<Vec<u8>>,
    /// Position of the first byte of the first block.
    base: Pos,
    start: Pos,
    end: Pos,
    bound: u64,
    /// No newline stands between `start` and here: what was searched is not searched again.
    searched: Pos,
}

impl Ring {
    /// An empty ring that begins at `start` and holds at most `bound` bytes (at least one block).
    pub fn new(start: Pos, bound: u64) -> Ring {
        let bound = bound.max(BLOCK as u64);
        Ring { blocks: VecDeque::new(), base: start, start, end: start, bound, searched: start }
    }

    /// The positions held now. `start` is the start of a line, except inside a line that is longer than
    /// the bound.
    pub fn range(&self) -> Range<Pos> {
        self.start..self.end
    }

    /// Appends bytes at the end, dropping the oldest beyond the bound.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = match self.blocks.back() {
                Some(last) if last.len() < BLOCK => BLOCK - last.len(),
                _ => {
                    self.blocks.push_back(Vec::new());
                    BLOCK
                }
            };
            let (now, later) = rest.split_at(room.min(rest.len()));
            if let Some(last) = self.blocks.back_mut() {
                last.extend_from_slice(now);
            }
            self.end += now.len() as u64;
            rest = later;
            self.trim();
        }
    }

    /// Another bound from now on (at least one block).
    pub fn set_bound(&mut self, bound: u64) {
        self.bound = bound.max(BLOCK as u64);
        self.trim();
    }

    /// Forgets every byte before `pos`, also in the middle of a line.
    pub fn release(&mut self, pos: Pos) {
        self.start = pos.clamp(self.start, self.end);
        self.searched = self.searched.max(self.start);
        self.free();
    }

    /// Copies bytes from `pos` on into `buf` and says how many; zero when `pos` is not held.
    pub fn read_at(&self, pos: Pos, buf: &mut [u8]) -> usize {
        if !self.range().contains(&pos) {
            return 0;
        }
        let mut done = 0;
        let mut at = (pos - self.base) as usize;
        while done < buf.len() {
            let Some(block) = self.blocks.get(at / BLOCK) else { break };
            let from = &block[(at % BLOCK).min(block.len())..];
            if from.is_empty() {
                break;
            }
            let n = from.len().min(buf.len() - done);
            buf[done..done + n].copy_from_slice(&from[..n]);
            done += n;
            at += n;
        }
        done
    }

    /// Raises the start to the first line that lies within the bound, or, where one line fills it all,
    /// to the bound itself.
    fn trim(&mut self) {
        if self.end - self.start <= self.bound {
            return;
        }
        let cut = self.end.back(self.bound);
        // A line that begins exactly at the cut may stay: so the byte before it is looked at, too.
        let newline = self.newline_from(cut.back(1).max(self.searched));
        self.start = newline.map_or(cut, |at| at + 1);
        self.searched = newline.map_or(self.end, |at| at + 1);
        self.free();
    }

    fn newline_from(&self, from: Pos) -> Option<Pos> {
        let mut at = (from - self.base) as usize;
        while let Some(block) = self.blocks.get(at / BLOCK) {
            let rest = &block[(at % BLOCK).min(block.len())..];
            if let Some(found) = memchr::memchr(b'\n', rest) {
                return Some(self.base + (at + found) as u64);
            }
            at = (at / BLOCK + 1) * BLOCK;
        }
        None
    }

    /// Gives back the blocks that lie wholly before the start.
    fn free(&mut self) {
        while self.start - self.base >= BLOCK as u64 && self.blocks.pop_front().is_some() {
            self.base += BLOCK as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same promise, kept without any cleverness.
    struct Naive {
        bytes: Vec<u8>,
        start: usize,
        bound: usize,
    }

    impl Naive {
        fn push(&mut self, bytes: &[u8]) {
            // In the ring's own steps: what is dropped depends on where it looked.
            self.bytes.extend_from_slice(bytes);
            let cut = self.bytes.len().saturating_sub(self.bound);
            if cut > self.start {
                let newline = self.bytes[cut - 1..].iter().position(|&b| b == b'\n');
                self.start = newline.map_or(cut, |at| cut + at);
            }
        }
    }

    fn held(ring: &Ring) -> Vec<u8> {
        let range = ring.range();
        let mut bytes = vec![0; (range.end - range.start) as usize];
        assert_eq!(ring.read_at(range.start, &mut bytes), bytes.len());
        bytes
    }

    #[test]
    fn holds_everything_below_its_bound() {
        let mut ring = Ring::new(Pos(100), 1 << 20);
        ring.push(b"one\ntwo\n");
        assert_eq!(ring.range(), Pos(100)..Pos(108));
        assert_eq!(held(&ring), b"one\ntwo\n");
        assert_eq!(ring.read_at(Pos(99), &mut [0; 4]), 0);
        assert_eq!(ring.read_at(Pos(108), &mut [0; 4]), 0);
    }

    #[test]
    fn a_line_longer_than_the_bound_is_cut_and_the_next_one_is_whole() {
        let mut ring = Ring::new(Pos(0), BLOCK as u64);
        for _ in 0..40 {
            ring.push(&[b'x'; 10_000]);
        }
        assert_eq!(ring.range().end - ring.range().start, BLOCK as u64);
        ring.push(b"\nnext\n");
        ring.push(&[b'y'; BLOCK - 5]);
        assert!(held(&ring).starts_with(b"next\ny"));
    }

    #[test]
    fn released_bytes_are_gone_and_the_rest_stays() {
        let mut ring = Ring::new(Pos(0), 1 << 20);
        ring.push(&vec![b'a'; 3 * BLOCK]);
        ring.push(b"end");
        ring.release(Pos(3 * BLOCK as u64));
        assert_eq!(held(&ring), b"end");
        assert!(ring.blocks.len() == 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn holds_the_same_as_a_plain_buffer(pushes in prop::collection::vec((0usize..9000, 1usize..200_000), 1..60)) {
            let mut ring = Ring::new(Pos(0), 100_000);
            let mut naive = Naive { bytes: Vec::new(), start: 0, bound: 100_000 };
            for (len, line) in pushes {
                let bytes: Vec<u8> = (0..len).map(|i| if i % line == line - 1 { b'\n' } else { b'a' + (i % 26) as u8 }).collect();
                ring.push(&bytes);
                // The ring looks after every block that it fills.
                let before = naive.bytes.len();
                let room = BLOCK - before % BLOCK;
                let (now, later) = bytes.split_at(room.min(bytes.len()));
                naive.push(now);
                if !later.is_empty() {
                    naive.push(later);
                }
                prop_assert_eq!(ring.range(), Pos(naive.start as u64)..Pos(naive.bytes.len() as u64));
                prop_assert_eq!(held(&ring), &naive.bytes[naive.start..]);
                prop_assert!(ring.blocks.len() as u64 * BLOCK as u64 <= 100_000 + 2 * BLOCK as u64);
            }
        }
    }
}
