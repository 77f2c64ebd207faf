//! Counting the selected lines of a stripe, or of what was appended; or all of them, by what they say.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memchr_iter};

use super::chunk::Chunks;
use super::count::{Counts, Fresh, Part};
use super::filter::{Filter, Grain};
use super::index::{BLOCK, STRIPE, SparseIndex, Stripe};
use super::levels::{LevelIndex, LevelStripe, Noted};
use super::lines::{content, line_start};
use super::pattern::{ESC, seen};
use super::pick::pick;
use super::pos::Pos;
use super::read::Reading;
use super::record::open_head;
use super::store::Store;

/// What to count.
#[derive(Clone, Debug)]
pub enum Select {
    /// Every line.
    All,
    /// The lines a filter keeps.
    Kept(Filter),
    /// Every line, and its level and time as they are read so.
    Levels(Arc<Reading>),
}

impl Select {
    /// Nothing is counted yet of what lies in `covered`.
    pub fn unknown(&self, covered: Range<Pos>) -> Counts {
        match self {
            Select::Levels(_) => Counts::Levels(LevelIndex::unknown(covered)),
            Select::All | Select::Kept(_) => Counts::Lines(SparseIndex::unknown(covered)),
        }
    }
}

/// Bytes read at once while all lines are counted.
const READ: usize = 256 << 10;

/// What was appended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// The starts of the selected lines before [`Appended::counted`].
    pub starts: Vec<Pos>,
    /// What is before this is counted for good: where the first unfinished line starts, or the last record, which may
    /// go on.
    pub counted: Pos,
    /// The starts of the lines of that record that are selected as it is now.
    pub open: Vec<Pos>,
    /// The end of the last finished line.
    pub read: Pos,
}

/// Counts lines; holds the read buffer and the matcher's scratch, one a worker.
pub struct Scanner {
    select: Select,
    buf: Vec<u8>,
}

impl Scanner {
    /// A scanner of its own for one worker.
    pub fn new(select: &Select) -> Scanner {
        let select = match select {
            Select::All => Select::All,
            Select::Kept(filter) => Select::Kept(filter.own()),
            Select::Levels(reading) => Select::Levels(Arc::clone(reading)),
        };
        Scanner { select, buf: Vec::new() }
    }

    /// [`Scanner::stripe`] with all that is to be counted.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn part(
        &mut self,
        store: &dyn Store,
        number: u64,
        range: Range<Pos>,
        cancelled: &dyn Fn() -> bool,
    ) -> io::Result<Option<Part>> {
        let Select::Levels(reading) = &self.select else {
            return Ok(self
                .stripe(store, number, range, cancelled)?
                .map(|stripe| Part::Lines(Box::new(stripe))));
        };
        let bounds = Pos(number * STRIPE).max(range.start)..Pos((number + 1) * STRIPE).min(range.end);
        let mut stripe = Box::new(LevelStripe::EMPTY);
        let mut chunks = Chunks::new(store, &mut self.buf, bounds, range.start, range.end);
        while let Some(chunk) = chunks.next_chunk()? {
            each_noted(reading, chunk.pos, chunk.lines, &mut |line| stripe.count(line));
            if cancelled() {
                return Ok(None);
            }
        }
        Ok(Some(Part::Levels(stripe)))
    }

    /// [`Scanner::appended`] with all that is to be counted.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn fresh(&mut self, store: &dyn Store, range: Range<Pos>) -> io::Result<Fresh> {
        let Select::Levels(reading) = &self.select else {
            return Ok(Fresh::Lines(self.appended(store, range)?));
        };
        let mut lines = Vec::new();
        let read = finished(store, &mut self.buf, &range, &mut |pos, chunk| {
            each_noted(reading, pos, chunk, &mut |line| lines.push(line));
        })?;
        let counted = done_with(store, read, range);
        lines.retain(|line| line.start < counted);
        Ok(Fresh::Levels(lines, counted))
    }

    /// Counts the selected lines that start in stripe `number` and within `range`; the last of them is
    /// read to its end even beyond the stripe, but not beyond `range`. `range.start` is a line's start.
    /// `cancelled` is asked with every buffer; `None` when it said so.
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
        let bounds = Pos(number * STRIPE).max(range.start)..Pos((number + 1) * STRIPE).min(range.end);
        match &self.select {
            Select::All | Select::Levels(_) => {
                count_lines(store, &mut self.buf, bounds, range.start, cancelled)
            }
            Select::Kept(filter) => {
                let mut stripe = Stripe::EMPTY;
                let places = (bounds, range.start, range.end);
                let buf = &mut self.buf;
                let picked =
                    pick(filter, store, buf, places, &mut || !cancelled(), &mut |start| stripe.count(start))?;
                Ok(picked.map(|_| stripe))
            }
        }
    }

    /// Where what is appended is counted from, when it is appended behind `end`: where the unfinished last line starts,
    /// or the record that may go on.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn begin(&self, store: &dyn Store, end: Pos) -> io::Result<Pos> {
        let start = line_start(store, end, end)?;
        match &self.select {
            Select::Kept(filter) if filter.grain() != Grain::Line => open_head(store, filter.reader(), start),
            _ => Ok(start),
        }
    }

    /// The selected lines that start in `range` and are finished by its end. `range.start` is a line's start, and the
    /// start of a record where those are kept as one.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn appended(&mut self, store: &dyn Store, range: Range<Pos>) -> io::Result<Appended> {
        let mut starts = Vec::new();
        let mut end = range.end;
        let (read, open) = match &self.select {
            Select::Kept(filter) => {
                if filter.grain() != Grain::Line {
                    // What an unfinished line says is not known yet, nor whether it begins a record.
                    end = line_start(store, end, end)?.max(range.start);
                }
                let places = (range.start..end, range.start, end);
                let picked = pick(filter, store, &mut self.buf, places, &mut || true, &mut |start| {
                    starts.push(start)
                })?;
                let picked = picked.map(|picked| (picked.unfinished.unwrap_or(picked.read), picked.open));
                picked.unwrap_or((range.start, None))
            }
            Select::All | Select::Levels(_) => {
                let read = finished(store, &mut self.buf, &range, &mut |pos, lines| {
                    each_start(lines, &mut |at| starts.push(pos + at as u64));
                })?;
                (read, None)
            }
        };
        let read = done_with(store, read, range.start..end);
        let counted = open.unwrap_or(read).min(read);
        starts.retain(|&start| start < read);
        let open = starts.split_off(starts.partition_point(|&start| start < counted));
        Ok(Appended { starts, counted, open, read })
    }

    /// Gives back the memory of the read buffer, for a scanner that may rest for long.
    pub fn rest(&mut self) {
        self.buf = Vec::new();
    }
}

/// Calls `found` with all lines in `range`, many at a time, the last of which may be unfinished; says where the first
/// line begins that is not finished by the range's end. `range.start` is a line's start.
fn finished(
    store: &dyn Store,
    buf: &mut Vec<u8>,
    range: &Range<Pos>,
    found: &mut dyn FnMut(Pos, &[u8]),
) -> io::Result<Pos> {
    let mut read = range.start;
    let mut chunks = Chunks::new(store, buf, range.clone(), range.start, range.end);
    while let Some(chunk) = chunks.next_chunk()? {
        found(chunk.pos, chunk.lines);
        read = chunk.end;
    }
    Ok(chunks.unfinished().unwrap_or(read))
}

/// How far a range that was read up to `read` is done with: lines that have gone before they were looked at are.
fn done_with(store: &dyn Store, read: Pos, range: Range<Pos>) -> Pos {
    let gone = store.hole(read).map_or(store.range().start, |hole| hole.end).min(range.end);
    read.clamp(range.start, range.end).max(gone)
}

/// Calls `found` with every line of `lines`, which stand at `pos`, and with what it says: as a filter by level
/// sees it, so that the two agree.
pub(super) fn each_noted(reading: &Reading, pos: Pos, lines: &[u8], found: &mut dyn FnMut(Noted)) {
    let escaped = memchr(ESC, lines).is_some();
    let mut at = 0;
    while at < lines.len() {
        let end = memchr(b'\n', &lines[at..]).map_or(lines.len(), |len| at + len + 1);
        let line = content(&lines[at..end]);
        let (level, time) = if escaped { reading.gist(&seen(line)) } else { reading.gist(line) };
        found(Noted { start: pos + at as u64, level, time });
        at = end;
    }
}

/// Calls `found` with the start of every line.
fn each_start(lines: &[u8], found: &mut dyn FnMut(usize)) {
    let Some(last) = lines.len().checked_sub(1) else { return };
    found(0);
    memchr_iter(b'\n', &lines[..last]).for_each(|i| found(i + 1));
}

/// Counts the lines that start in `bounds`: one at `line` and at the store's first byte, and one behind
/// every newline and every hole, once where they meet.
fn count_lines(
    store: &dyn Store,
    buf: &mut Vec<u8>,
    bounds: Range<Pos>,
    line: Pos,
    cancelled: &dyn Fn() -> bool,
) -> io::Result<Option<Stripe>> {
    let mut stripe = Stripe::EMPTY;
    let mut at = bounds.start.max(store.range().start);
    let hole = store.hole(at).or_else(|| store.hole(at.back(1)));
    at = hole.as_ref().map_or(at, |hole| at.max(hole.end));
    if at >= bounds.end {
        return Ok(Some(stripe));
    }
    if at == line || at == store.range().start || hole.is_some() {
        stripe.count(at);
    } else {
        at = at.back(1);
    }
    buf.resize(READ, 0);
    // A newline in the last byte begins a line behind the bounds.
    let last = bounds.end.back(1);
    while at < last {
        let want = buf.len().min(usize::try_from(last - at).unwrap_or(usize::MAX));
        let got = store.read_at(at, &mut buf[..want])?;
        if got == 0 {
            // The bytes have gone; go on with the first that are there.
            let next = store.hole(at).map_or(store.range().start, |hole| hole.end);
            if next <= at {
                break;
            }
            at = next;
            if at < bounds.end {
                stripe.count(at);
            }
            continue;
        }
        // What starts behind a newline before a hole starts behind the hole.
        let ends = buf[got - 1] == b'\n' && store.hole(at + got as u64).is_some();
        count_newlines(&buf[..got - usize::from(ends)], at, &mut stripe);
        at += got as u64;
        if cancelled() {
            return Ok(None);
        }
    }
    Ok(Some(stripe))
}

/// Counts the lines that begin behind the newlines in `bytes`, which stand at `at`.
fn count_newlines(mut bytes: &[u8], at: Pos, stripe: &mut Stripe) {
    let mut start = at + 1; // where a line begins if the next byte is a newline
    while !bytes.is_empty() {
        let room = (BLOCK - start.0 % BLOCK) as usize;
        let (block, rest) = bytes.split_at(room.min(bytes.len()));
        // At most BLOCK newlines, so the count fits.
        stripe.add(start, memchr_iter(b'\n', block).count() as u32);
        start += block.len() as u64;
        bytes = rest;
    }
}

#[cfg(test)]
mod tests;
