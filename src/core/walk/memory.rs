//! What walkers found in blocks, kept from one picture to the next. A filter that leaves out repeated lines has to mask
//! every line of a block to say which of them it keeps: that is done once, as long as the block says the same.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use crate::core::pos::Pos;
use crate::core::store::Store;

/// Blocks that are remembered: more than most pictures need.
const MOST: usize = 16;
/// Bytes that may tell what is kept in a block, to be remembered.
const LONGEST: usize = 512 << 10;
/// Bytes behind what was read for a block that must have been there: whether the line behind it goes on with its last
/// record is said by its first bytes, and what is appended to them is not to say otherwise.
const SURE: u64 = 4 << 10;

/// The kept lines of the blocks that were looked at last, for one filter over one store.
#[derive(Debug, Default)]
pub struct Memory(RefCell<VecDeque<Known>>);

/// A block that was looked at.
#[derive(Debug)]
struct Known {
    block: Range<Pos>,
    /// The bytes that say what is kept in it, and what they were.
    reach: Range<Pos>,
    print: u64,
    /// How far lines were read for it, and the end of the log then.
    read: Pos,
    end: Pos,
    kept: Vec<Pos>,
}

impl Memory {
    /// The kept lines of `block`, if it was looked at and the bytes that were read for it still say the same.
    pub(super) fn recall(
        &self,
        block: &Range<Pos>,
        (store, end): (&dyn Store, Pos),
        buf: &mut Vec<u8>,
    ) -> Option<Vec<Pos>> {
        let mut known = self.0.borrow_mut();
        let at = known.iter().position(|known| known.block == *block)?;
        let found = known.remove(at)?;
        let open = found.end != end && found.read + SURE > found.end;
        if open || print(store, &found.reach, buf) != Some(found.print) {
            return None;
        }
        let kept = found.kept.clone();
        known.push_back(found);
        Some(kept)
    }

    /// Remembers the kept lines of `block`, which the bytes in `reach` tell; lines were read up to `read`.
    pub(super) fn note(
        &self,
        block: &Range<Pos>,
        (reach, read): (Range<Pos>, Pos),
        kept: &[Pos],
        (store, end): (&dyn Store, Pos),
        buf: &mut Vec<u8>,
    ) {
        let reach = reach.start.max(store.range().start)..reach.end;
        let Some(print) = print(store, &reach, buf) else { return };
        let mut known = self.0.borrow_mut();
        // What has grown since is of no more use.
        known.retain(|known| known.block.start != block.start);
        if known.len() == MOST {
            known.pop_front();
        }
        known.push_back(Known { block: block.clone(), reach, print, read, end, kept: kept.to_vec() });
    }
}

/// A copy begins with nothing: it is for another pane.
impl Clone for Memory {
    fn clone(&self) -> Memory {
        Memory::default()
    }
}

/// What tells bytes from others; `None` where they are too many to be looked at again, or not all here: nothing is
/// fetched for that.
fn print(store: &dyn Store, range: &Range<Pos>, buf: &mut Vec<u8>) -> Option<u64> {
    let held = store.held(range.start);
    let len = range.end.0.checked_sub(range.start.0)?;
    let len = usize::try_from(len).ok().filter(|len| *len <= LONGEST)?;
    if !held.contains(&range.start) || held.end < range.end {
        return None;
    }
    buf.resize(len, 0);
    let mut filled = 0;
    while filled < buf.len() {
        match store.read_at(range.start + filled as u64, &mut buf[filled..]) {
            Ok(0) | Err(_) => return None,
            Ok(got) => filled += got,
        }
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(buf);
    Some(hasher.finish())
}
