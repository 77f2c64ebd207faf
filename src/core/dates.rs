//! When the lines of one log were written, so far as they say: what puts each line in its place in time.
//!
//! ```text
//!   09:00:01 a      09:00:01
//!   09:00:03 b      09:00:03
//!   09:00:02 c      09:00:03     a line a little late goes with those before it
//!     at d          09:00:03     a line without a time too
//!   09:00:04 e      09:00:04
//! ```
//!
//! A line's moment is the greatest of the times of the last few lines up to it that have one. A line without a time
//! has the moment of the nearest line before that has one, so that what belongs to a line stays with it; before the
//! first time of a log that is the first one. How far is looked is bounded in lines and in bytes, so that a moment
//! costs the same in a log of any size, and it is made of the bytes around the line alone, so that it is the same
//! from wherever one comes.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use super::lines::{Bytes, find_newline, find_start};
use super::pos::Pos;
use super::read::{Reading, Time};
use super::store::Store;
use super::walk::Window;

/// Lines with times that are put in order among themselves.
pub const DISORDER: usize = 16;
/// Lines looked at for a time.
const LINES: usize = 500;
/// Bytes looked at for a time, on either side.
const BYTES: u64 = 64 << 10;
/// Bytes of a line in which its time is looked for.
const HEAD: usize = 16 << 10;
/// Within this many bytes lines are looked at one by one.
const CLOSE: u64 = 32 << 10;

/// Knows the moments of a log's lines. It is for one picture: it remembers what it has read.
pub struct Dates<'a> {
    window: Window<'a>,
    end: Pos,
    reading: &'a Reading,
    own: BTreeMap<Pos, Option<Time>>,
    previous: BTreeMap<Pos, Pos>,
}

/// The bytes of a window behind a place.
struct Since<'w, 'a>(&'w mut Window<'a>, Pos);

impl Bytes for Since<'_, '_> {
    fn range(&self) -> Range<Pos> {
        let range = self.0.range();
        range.start.max(self.1)..range.end
    }
    fn held(&self, pos: Pos) -> Range<Pos> {
        self.0.held(pos)
    }
    fn hole(&self, pos: Pos) -> Option<Range<Pos>> {
        self.0.hole(pos)
    }
    fn read_at(&mut self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(pos, buf)
    }
}

impl<'a> Dates<'a> {
    /// The dates of what `store` holds before `end`, whose lines are read by `reading`.
    pub fn new(store: &'a dyn Store, end: Pos, reading: &'a Reading) -> Dates<'a> {
        let end = end.min(store.range().end);
        Dates { window: Window::new(store), end, reading, own: BTreeMap::new(), previous: BTreeMap::new() }
    }

    fn first(&self) -> Pos {
        self.window.range().start
    }

    /// The moment of the line that starts at `start`; `None` where no time is near.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn moment(&mut self, start: Pos) -> io::Result<Option<Time>> {
        match self.own(start)? {
            Some(own) => self.greatest(start, own).map(Some),
            None => self.inherited(start),
        }
    }

    /// The greatest of the last few times up to a line with one.
    fn greatest(&mut self, start: Pos, own: Time) -> io::Result<Time> {
        let floor = start.back(BYTES).max(self.first());
        let (mut at, mut greatest, mut timed) = (start, own, 1);
        for _ in 1..LINES {
            let Some(before) = self.before(at, floor)?.filter(|_| timed < DISORDER) else { break };
            if let Some(time) = self.own(before)? {
                (greatest, timed) = (greatest.max(time), timed + 1);
            }
            at = before;
        }
        Ok(greatest)
    }

    /// The moment of the nearest line with a time before one without; at the beginning of the log, of the first behind.
    fn inherited(&mut self, start: Pos) -> io::Result<Option<Time>> {
        let floor = start.back(BYTES).max(self.first());
        let mut at = start;
        for _ in 1..LINES {
            let Some(before) = self.before(at, floor)? else { break };
            at = before;
            if let Some(own) = self.own(at)? {
                return self.greatest(at, own).map(Some);
            }
        }
        if at > self.first() {
            return Ok(None);
        }
        Ok(self.timed_from(start, self.end)?.map(|(_, time)| time))
    }

    /// The start of the first line at or behind the one at `start` that has a time of its own, and that time; none
    /// where it is not near.
    fn timed_from(&mut self, start: Pos, end: Pos) -> io::Result<Option<(Pos, Time)>> {
        let (mut at, end) = (start, end.min(start + BYTES));
        for _ in 0..LINES {
            if let Some(time) = self.own(at)? {
                return Ok(Some((at, time)));
            }
            match self.next_start(at + 1, end)? {
                Some(next) => at = next,
                None => break,
            }
        }
        Ok(None)
    }

    /// The first line that starts at `from` or behind it, and before `end`.
    fn next_start(&mut self, from: Pos, end: Pos) -> io::Result<Option<Pos>> {
        let end = end.min(self.end);
        let start = find_newline(&mut self.window, from.back(1)..end)?;
        Ok(start.filter(|start| *start < end))
    }

    /// As [`Dates::next_start`], where the log may begin at `from`.
    fn start_from(&mut self, from: Pos, end: Pos) -> io::Result<Option<Pos>> {
        if from <= self.first() {
            return Ok(Some(self.first()).filter(|first| *first < end));
        }
        self.next_start(from, end)
    }

    /// The moment of the line that starts at `start`, or that of a line further up where no time is near.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn about(&mut self, start: Pos) -> io::Result<Option<Time>> {
        let (mut at, mut leap) = (start, BYTES);
        loop {
            let moment = self.moment(at)?;
            if moment.is_some() || at <= self.first() {
                return Ok(moment);
            }
            let further = at.back(leap).max(self.first());
            at = find_start(&mut self.window, further)?;
            leap *= 2;
        }
    }

    /// The start of the line before the one at `start`, if it is not before `floor`.
    fn before(&mut self, start: Pos, floor: Pos) -> io::Result<Option<Pos>> {
        if let Some(known) = self.previous.get(&start) {
            return Ok(Some(*known).filter(|known| *known >= floor));
        }
        let end = self.window.hole(start.back(1)).map_or(start, |hole| hole.start);
        if end <= floor {
            return Ok(None);
        }
        let found = find_start(&mut Since(&mut self.window, floor), end.back(1))?;
        if found == floor && floor > self.first() {
            // It may begin even earlier.
            return Ok(None);
        }
        self.previous.insert(start, found);
        Ok(Some(found))
    }

    /// The time that stands in a line.
    fn own(&mut self, start: Pos) -> io::Result<Option<Time>> {
        if let Some(known) = self.own.get(&start) {
            return Ok(*known);
        }
        let mut line = Vec::new();
        let mut buf = [0; 1 << 10];
        while line.len() < HEAD {
            let at = start + line.len() as u64;
            let want = buf.len().min(usize::try_from(self.end - at).unwrap_or(usize::MAX));
            let got = self.window.read_at(at, &mut buf[..want])?;
            let newline = memchr::memchr(b'\n', &buf[..got]);
            line.extend_from_slice(&buf[..newline.unwrap_or(got)]);
            if newline.is_some() || got == 0 {
                break;
            }
        }
        let time = self.reading.read(&line).time;
        // A line that is still being written may say more later.
        if start + (line.len() as u64) < self.end {
            self.own.insert(start, time);
        }
        Ok(time)
    }

    /// Where the first line that starts in `range` and whose moment is `since` or later starts, or the end of the range.
    ///
    /// It is found by bisecting, so it takes about twenty reads in any log. Where clocks jumped back it is a place
    /// where time passes `since`: the line before is earlier.
    ///
    /// # Errors
    /// As [`Store::read_at`]. While bytes have to be fetched: ask again when they came.
    pub fn first_since(&mut self, range: Range<Pos>, since: Time) -> io::Result<Pos> {
        let end = range.end.min(self.end);
        // A line that was not finished when it was looked at may have grown since.
        let begin = range.start.max(self.first());
        let Some(mut lo) = self.start_from(begin, end)? else { return Ok(end) };
        let mut hi = end;
        // The first line from `hi` on of which it is known that it is late enough.
        let mut found = end;
        while hi - lo > CLOSE {
            let mid = lo + (hi - lo) / 2;
            match self.dated_from(mid, hi)? {
                Some((start, moment)) if moment < since => lo = start,
                Some((start, _)) => (hi, found) = (mid, start),
                None => hi = mid,
            }
        }
        let mut at = Some(lo);
        while let Some(start) = at.filter(|start| *start < hi) {
            if self.moment(start)?.is_some_and(|moment| moment >= since) {
                return Ok(start);
            }
            at = self.next_start(start + 1, hi)?;
        }
        Ok(found)
    }

    /// The first line in a range whose moment is known, as far as that is looked for.
    fn dated_from(&mut self, from: Pos, end: Pos) -> io::Result<Option<(Pos, Time)>> {
        let (mut from, mut leap) = (from, 2 * BYTES);
        while let Some(start) = self.next_start(from, end)? {
            if let Some(moment) = self.moment(start)? {
                return Ok(Some((start, moment)));
            }
            if let Some((timed, _)) = self.timed_from(start, end)? {
                return Ok(self.moment(timed)?.map(|moment| (timed, moment)));
            }
            (from, leap) = (start + leap, leap * 2);
        }
        Ok(None)
    }

    /// The moment of the last line, or one further up where no time is near.
    ///
    /// # Errors
    /// As [`Store::read_at`].
    pub fn last(&mut self) -> io::Result<Option<Time>> {
        let first = self.first();
        if first >= self.end {
            return Ok(None);
        }
        let last = self.before(self.end, first)?.unwrap_or(first);
        self.about(last)
    }
}

#[cfg(test)]
pub(super) mod tests;
