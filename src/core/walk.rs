//! Lines walk both ways: the kept line at or after a position, and the kept line before it.
//!
//! A filtered view is a walker over a store; [`super::stream`] puts the lines of several in one order. Views know
//! nothing else of logs, so nothing on the screen depends on global row numbers.

use std::io;
use std::ops::Range;

use super::filter::Filter;
use super::index::{BLOCK, Block, SparseIndex};
use super::lines::{Line, find_newline, find_start, read_line};
use super::pick::pick;
use super::pos::Pos;
use super::store::Store;
pub use memory::Memory;
pub(super) use window::Window;

mod memory;
mod window;

/// Blocks a walker matches on the spot although no count promised a line there, before it says that
/// it does not know: a bound on what one picture costs.
const ALLOWANCE: u32 = 16;
/// Blocks a walker remembers the kept lines of.
const REMEMBERED: usize = 8;

/// What a walker found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A line to show.
    Line(Line, Role),
    /// There is none in this direction.
    Edge,
    /// Not known yet: a scan has not come to the bytes at this position, or they are being fetched. Ask again
    /// when that has happened.
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
    /// What earlier walkers found, where there is one.
    pub memory: Option<&'a Memory>,
}

/// Walks the lines of a store up to `end`, all of them or the ones a selection keeps.
///
/// A walker is for one picture: it remembers what it has read, so the next picture takes a new one.
pub struct StoreWalk<'a> {
    window: Window<'a>,
    end: Pos,
    selection: Option<Selection<'a>>,
    resolved: Vec<(Range<Pos>, Vec<Pos>)>,
    buf: Vec<u8>,
    allowance: u32,
    eager: bool,
}

/// Where the next kept line is.
enum Kept {
    At(Pos),
    Nowhere,
    Unknown(Pos),
}

impl<'a> StoreWalk<'a> {
    /// A walker over what `store` holds before `end`.
    pub fn new(store: &'a dyn Store, end: Pos, selection: Option<Selection<'a>>) -> StoreWalk<'a> {
        let end = end.min(store.range().end);
        StoreWalk {
            window: Window::new(store),
            end,
            selection,
            resolved: Vec::new(),
            buf: Vec::new(),
            allowance: ALLOWANCE,
            eager: false,
        }
    }

    /// Lines that no scan has come to are matched on the spot too, as far as their bytes are there and a picture
    /// may cost: for logs whose bytes come so slowly that a scan cannot be waited for.
    #[must_use]
    pub fn eager(self, eager: bool) -> StoreWalk<'a> {
        StoreWalk { eager, ..self }
    }

    /// Behind the last line it gives.
    pub fn end(&self) -> Pos {
        self.end
    }

    /// The start of its first line.
    pub fn start(&self) -> Pos {
        self.first()
    }

    fn first(&self) -> Pos {
        self.window.store().range().start
    }

    /// `pos`, or where the hole begins that ends there or goes on.
    fn before_hole(&self, pos: Pos) -> Pos {
        self.window.store().hole(pos.back(1)).map_or(pos, |hole| hole.start)
    }

    /// The first line start at or after `pos`.
    fn start_at_or_after(&mut self, pos: Pos) -> io::Result<Option<Pos>> {
        let first = self.first();
        if pos <= first {
            return Ok((first < self.end).then_some(first));
        }
        // The newline may be the byte before `pos`.
        let next = find_newline(&mut self.window, pos.back(1)..self.end)?;
        Ok(next.filter(|&start| start < self.end))
    }

    /// The last line start before `pos`.
    fn start_before(&mut self, pos: Pos) -> io::Result<Option<Pos>> {
        let pos = self.before_hole(pos.min(self.end));
        if pos <= self.first() {
            return Ok(None);
        }
        let start = find_start(&mut self.window, pos.back(1))?;
        Ok((start >= self.first()).then_some(start))
    }

    /// The line `lines` before the one that starts at `start`, but none before `floor`.
    fn back(&mut self, mut start: Pos, lines: usize, floor: Pos) -> io::Result<Pos> {
        for _ in 0..lines {
            match self.start_before(start)? {
                Some(before) if start > floor => start = before,
                _ => break,
            }
        }
        Ok(start.max(floor))
    }

    /// The line `lines` behind the one that starts at `start`, but none behind `ceiling`.
    fn ahead(&mut self, mut start: Pos, lines: usize, ceiling: Pos) -> io::Result<Pos> {
        for _ in 0..lines {
            match self.start_at_or_after(start + 1)? {
                Some(next) if start < ceiling => start = next,
                _ => break,
            }
        }
        Ok(start.min(ceiling))
    }

    /// The line at `start` as a step.
    fn step(&mut self, start: Pos) -> io::Result<Step> {
        let Some(line) = read_line(&mut self.window, start, self.end)? else { return Ok(Step::Edge) };
        let context = match self.selection.filter(|selection| selection.context > 0) {
            Some(selection) => matches!(self.first_kept(selection, start..start + 1)?, Kept::Nowhere),
            None => false,
        };
        Ok(Step::Line(line, if context { Role::Context } else { Role::Kept }))
    }

    /// The first kept line that starts in `range`.
    fn first_kept(&mut self, selection: Selection<'a>, range: Range<Pos>) -> io::Result<Kept> {
        let stop = range.end.min(self.end);
        let mut pos = range.start.max(self.first());
        while pos < stop {
            if let Some(hole) = self.window.store().hole(pos) {
                pos = hole.end;
                continue;
            }
            let block = match selection.index.next_block(pos) {
                Block::Selected(block, _) => block,
                Block::Unknown(block) if block.start < stop => {
                    let at = pos.max(block.start);
                    match self.on_the_spot(at, &block) {
                        Some(held) => held,
                        None => return Ok(Kept::Unknown(at)),
                    }
                }
                Block::Unknown(_) => break,
                Block::End => self.uncounted(pos.max(selection.index.covered().end), selection),
            };
            if block.start >= stop {
                break;
            }
            match self.kept_in(&block, selection)? {
                None => return Ok(Kept::Unknown(pos.max(block.start))),
                Some(kept) => {
                    if let Some(&start) = kept.get(kept.partition_point(|&start| start < pos)) {
                        return Ok(if start < stop { Kept::At(start) } else { Kept::Nowhere });
                    }
                }
            }
            pos = block.end.max(pos + 1);
        }
        Ok(Kept::Nowhere)
    }

    /// The last kept line that starts in `range`.
    fn last_kept(&mut self, selection: Selection<'a>, range: Range<Pos>) -> io::Result<Kept> {
        let floor = range.start.max(self.first());
        let mut pos = self.before_hole(range.end.min(self.end));
        while pos > floor {
            let block = if pos > selection.index.covered().end {
                self.uncounted(pos.back(1), selection)
            } else {
                match selection.index.prev_block(pos) {
                    Block::Selected(block, _) => block,
                    Block::Unknown(block) if block.end > floor => {
                        let at = pos.min(block.end).back(1);
                        match self.on_the_spot(at, &block) {
                            Some(held) => held,
                            None => return Ok(Kept::Unknown(at)),
                        }
                    }
                    Block::Unknown(_) | Block::End => break,
                }
            };
            if block.end <= floor {
                break;
            }
            match self.kept_in(&block, selection)? {
                None => return Ok(Kept::Unknown(pos.min(block.end).back(1))),
                Some(kept) => {
                    if let Some(&start) = kept[..kept.partition_point(|&start| start < pos)].last() {
                        return Ok(if start >= floor { Kept::At(start) } else { Kept::Nowhere });
                    }
                }
            }
            pos = self.before_hole(block.start.min(pos.back(1)));
        }
        Ok(Kept::Nowhere)
    }

    /// The block that holds `pos`, as far as it lies behind what the index covers.
    fn uncounted(&self, pos: Pos, selection: Selection<'_>) -> Range<Pos> {
        let start = Pos(pos.0 / BLOCK * BLOCK);
        start.max(selection.index.covered().end)..(start + BLOCK).min(self.end)
    }

    /// Of bytes that were not counted, the block around `at`, if it is to be matched on the spot.
    fn on_the_spot(&self, at: Pos, unknown: &Range<Pos>) -> Option<Range<Pos>> {
        let (whole, held) = (self.window.store().range(), self.window.store().held(at));
        if !self.eager || !held.contains(&at) {
            return None;
        }
        // Whether a line starts at its first byte is said by the byte before.
        let known = held.start == whole.start || self.window.store().hole(held.start.back(1)).is_some();
        let first = if known { held.start } else { held.start + 1 };
        let block = Pos(at.0 / BLOCK * BLOCK);
        let start = block.max(first).max(unknown.start);
        let end = (block + BLOCK).min(held.end).min(unknown.end);
        (start <= at).then_some(start..end)
    }

    /// The kept lines that start in `block`, found by looking; `None` when too much was looked at in vain.
    fn kept_in(&mut self, block: &Range<Pos>, selection: Selection<'a>) -> io::Result<Option<&[Pos]>> {
        let covered = selection.index.covered();
        if let Some(i) = self.resolved.iter().position(|(range, _)| range == block) {
            return Ok(Some(&self.resolved[i].1));
        }
        if self.allowance == 0 {
            return Ok(None);
        }
        let line = if block.start == covered.end { covered.end } else { covered.start };
        let (store, filter, buf) = (self.window.store(), selection.filter, &mut self.buf);
        // Only what is masked takes longer to find than to see that the bytes still say the same.
        let memory = selection.memory.filter(|_| filter.repeats());
        let known = memory.and_then(|memory| memory.recall(block, (store, self.end), buf));
        let kept = match known {
            Some(kept) => kept,
            None => {
                let (mut kept, places) = (Vec::new(), (block.clone(), line, self.end));
                let picked = pick(filter, store, buf, places, &mut || true, &mut |start| kept.push(start))?;
                if let Some((memory, picked)) = memory.zip(picked) {
                    let reach = picked.reach(filter, block, self.end);
                    memory.note(block, (reach, picked.read), &kept, (store, self.end), buf);
                }
                kept
            }
        };
        if kept.is_empty() || block.start >= covered.end {
            self.allowance -= 1;
        }
        if self.resolved.len() == REMEMBERED {
            self.resolved.remove(0);
        }
        self.resolved.push((block.clone(), kept));
        Ok(self.resolved.last().map(|(_, kept)| &kept[..]))
    }
}

impl StoreWalk<'_> {
    fn step_at_or_after(&mut self, pos: Pos) -> io::Result<Step> {
        let Some(selection) = self.selection else {
            return self.start_at_or_after(pos)?.map_or(Ok(Step::Edge), |start| self.step(start));
        };
        let mut from = pos;
        if selection.context > 0 {
            let Some(start) = self.start_at_or_after(pos)? else { return Ok(Step::Edge) };
            from = start;
            let near = self.back(from, selection.context, Pos(0))?;
            match self.last_kept(selection, near..from)? {
                Kept::At(_) => return self.step(from),
                Kept::Unknown(pos) => return Ok(Step::Pending(pos)),
                Kept::Nowhere => {}
            }
        }
        match self.first_kept(selection, from..Pos::MAX)? {
            Kept::At(kept) => {
                let start = self.back(kept, selection.context, from)?;
                self.step(start)
            }
            Kept::Unknown(pos) => Ok(Step::Pending(pos)),
            Kept::Nowhere => Ok(Step::Edge),
        }
    }

    fn step_before(&mut self, pos: Pos) -> io::Result<Step> {
        let Some(selection) = self.selection else {
            return self.start_before(pos)?.map_or(Ok(Step::Edge), |start| self.step(start));
        };
        let mut to = pos;
        if selection.context > 0 {
            let Some(start) = self.start_before(pos)? else { return Ok(Step::Edge) };
            to = start;
            let near = self.ahead(to, selection.context, Pos::MAX)?;
            match self.first_kept(selection, to..near + 1)? {
                Kept::At(_) => return self.step(to),
                Kept::Unknown(pos) => return Ok(Step::Pending(pos)),
                Kept::Nowhere => {}
            }
        }
        match self.last_kept(selection, Pos(0)..to)? {
            Kept::At(kept) => {
                let start = self.ahead(kept, selection.context, to)?;
                self.step(start)
            }
            Kept::Unknown(pos) => Ok(Step::Pending(pos)),
            Kept::Nowhere => Ok(Step::Edge),
        }
    }
}

impl Walk for StoreWalk<'_> {
    fn at_or_after(&mut self, pos: Pos) -> io::Result<Step> {
        fetched(self.step_at_or_after(pos), pos)
    }

    fn before(&mut self, pos: Pos) -> io::Result<Step> {
        fetched(self.step_before(pos), pos)
    }
}

/// Bytes that are on their way are no fault: it is not known yet what they say.
fn fetched(step: io::Result<Step>, pos: Pos) -> io::Result<Step> {
    match step {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Step::Pending(pos)),
        step => step,
    }
}

#[cfg(test)]
mod holes;
#[cfg(test)]
mod tests;
