//! Picking the lines a filter selects out of a store, and counting them: whole records gathered, repeated lines left out.
//!
//! ```text
//!   store ─▶ chunks ─▶ whole records ─▶ kept lines ─▶ without repetitions ─▶ what is sought ─▶ starts
//! ```

use std::io;
use std::ops::Range;

use super::chunk::{Chunk, Chunks};
use super::filter::{Filter, Grain};
use super::index::{BLOCK, SparseIndex};
use super::lines::content;
use super::mask::mask;
use super::pattern::seen;
use super::pos::Pos;
use super::record::{Gather, RECORD_MAX, first_line, records_in};
use super::store::Store;

/// A kept line that starts further than this behind the kept line before it repeats nothing, in bytes: so far back it
/// is looked for where a look begins.
pub const REPEAT_MAX: u64 = 64 << 10;

/// What was looked at.
pub(super) struct Picked {
    /// From where the log was read.
    pub from: Pos,
    /// Where the record begins that the last lines are of, if more lines may come to it.
    pub open: Option<Pos>,
    /// Where the last line starts, if it is unfinished.
    pub unfinished: Option<Pos>,
    /// How far the log was read.
    pub read: Pos,
}

impl Picked {
    /// The bytes that say what is selected in `bounds`: where records are kept as one, those too in which their
    /// beginning and their end are looked for.
    pub fn reach(&self, filter: &Filter, bounds: &Range<Pos>, end: Pos) -> Range<Pos> {
        let beside = if filter.grain() == Grain::Line { 0 } else { RECORD_MAX };
        self.from.back(beside + 1)..(self.read.max(bounds.end) + beside).min(end)
    }
}

/// Calls `found` with the start of every selected line that starts in `bounds`, in order. A line starts at `line`;
/// nothing at or behind `end` is looked at. `None` when `go_on`, which is asked with every buffer, said no.
///
/// # Errors
/// As [`Store::read_at`].
pub(super) fn pick(
    filter: &Filter,
    store: &dyn Store,
    buf: &mut Vec<u8>,
    (bounds, line, end): (Range<Pos>, Pos, Pos),
    go_on: &mut dyn FnMut() -> bool,
    found: &mut dyn FnMut(Pos),
) -> io::Result<Option<Picked>> {
    let plain = filter.grain() == Grain::Line && !filter.repeats();
    let mut picked = Picked { from: bounds.start, open: None, unfinished: None, read: bounds.start };
    let reach = match reach(filter, store, &bounds, line, end)? {
        Some(reach) => reach,
        None => return Ok(Some(picked)),
    };
    // What begins outside the bounds is looked at for what it says of those within.
    let mut within = |start: Pos| {
        if bounds.contains(&start) {
            found(start);
        }
    };
    let line = if plain { line } else { reach.start };
    picked.from = reach.start;
    let mut sift = Sift { filter, last: None, mask: Vec::new() };
    let mut gather = (filter.grain() != Grain::Line).then(|| Gather::new(filter.reader()));
    let mut chunks = Chunks::new(store, buf, reach, line, end);
    while let Some(Chunk { pos, lines, end }) = chunks.next_chunk()? {
        match &mut gather {
            Some(gather) => {
                gather.add(pos, lines, end, &mut |lines, place| sift.text(lines, place, &mut within));
            }
            None if plain => filter.scan(lines, &mut |at| within(pos + at as u64)),
            None => sift.text(lines, &|at| pos + at as u64, &mut within),
        }
        picked.read = end;
        if !go_on() {
            return Ok(None);
        }
    }
    picked.unfinished = chunks.unfinished();
    if let Some(gather) = &mut gather {
        picked.open = gather.head();
        gather.flush(&mut |lines, place| sift.text(lines, place, &mut within));
    }
    Ok(Some(picked))
}

/// Bytes that are counted by looking at them, on either side of whole blocks.
const LOOKED: u64 = 2 * BLOCK;

/// How many selected lines start in `range`: those of whole blocks as `index` has them, those beside by looking. `None`
/// while that is not known. `range.start` is a line's start; nothing at or behind `end` is looked at.
///
/// # Errors
/// As [`Store::read_at`].
pub fn count(
    filter: &Filter,
    index: &SparseIndex,
    store: &dyn Store,
    range: Range<Pos>,
    end: Pos,
) -> io::Result<Option<u64>> {
    let mut buf = Vec::new();
    let mut look = |bounds: Range<Pos>| -> io::Result<u64> {
        let mut lines = 0;
        pick(filter, store, &mut buf, (bounds, range.start, end), &mut || true, &mut |_| lines += 1)?;
        Ok(lines)
    };
    if range.end - range.start <= LOOKED {
        return look(range.clone()).map(Some);
    }
    let first = Pos(range.start.0.next_multiple_of(BLOCK));
    let last = Pos(range.end.min(index.covered().end).0 / BLOCK * BLOCK).max(first);
    let blocks = first..last;
    if !index.knows(&blocks) || range.end - last > LOOKED {
        return Ok(None);
    }
    let within = if blocks.is_empty() { 0 } else { index.count_in(blocks) };
    Ok(Some(look(range.start..first)? + within + look(last..range.end)?))
}

/// What has to be looked at to know what is selected in `bounds`: it begins where a line does, and a record.
fn reach(
    filter: &Filter,
    store: &dyn Store,
    bounds: &Range<Pos>,
    line: Pos,
    end: Pos,
) -> io::Result<Option<Range<Pos>>> {
    let from = if filter.repeats() { bounds.start.back(REPEAT_MAX) } else { bounds.start };
    match filter.grain() {
        Grain::Line if !filter.repeats() => Ok(Some(bounds.clone())),
        Grain::Line => {
            let start = first_line(&mut { store }, from, line, bounds.end)?;
            Ok(start.map(|start| start..bounds.end))
        }
        Grain::Record | Grain::Head => {
            records_in(&mut { store }, filter.reader(), from..bounds.end, line, end)
        }
    }
}

/// Leaves out repetitions, and what is not sought.
struct Sift<'f> {
    filter: &'f Filter,
    /// The last kept line, and its mask.
    last: Option<(Pos, Vec<u8>)>,
    mask: Vec<u8>,
}

impl Sift<'_> {
    /// Finds what is selected of `lines`, of which `place` says where they stand.
    fn text(&mut self, lines: &[u8], place: &dyn Fn(usize) -> Pos, found: &mut dyn FnMut(Pos)) {
        let filter = self.filter;
        if !filter.repeats() {
            return filter.scan(lines, &mut |at| found(place(at)));
        }
        filter.scan(lines, &mut |at| {
            let pos = place(at);
            if !self.repeats(pos, line(&lines[at..])) && filter.seeks(lines, at) {
                found(pos);
            }
        });
    }

    /// Whether a kept line says the same as the one before.
    fn repeats(&mut self, pos: Pos, line: &[u8]) -> bool {
        mask(&seen(content(line)), &mut self.mask);
        match &mut self.last {
            Some((last, before)) => {
                let same = pos - *last <= REPEAT_MAX && *before == self.mask;
                std::mem::swap(before, &mut self.mask);
                *last = pos;
                same
            }
            None => {
                self.last = Some((pos, std::mem::take(&mut self.mask)));
                false
            }
        }
    }
}

/// The first of `lines`.
fn line(lines: &[u8]) -> &[u8] {
    memchr::memchr(b'\n', lines).map_or(lines, |at| &lines[..=at])
}

#[cfg(test)]
mod tests;
