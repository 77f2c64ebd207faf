//! The log of a file on another host: all positions it has, and those of its bytes that are in memory.
//!
//! ```text
//!   0 ······ history ······│ fetched │·······│ what came live …│
//!   ▲ range().start                                       end ▲
//! ```
//!
//! What is not in memory is asked for by reading it; whoever fetches for the store takes the wishes one after the
//! other ([`RemoteStore::next`]). It knows no link and no file: positions only.

mod held;
mod ranges;
#[cfg(test)]
mod tests;
mod wants;

use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use tokio::sync::Notify;

use crate::core::follow::UTF8_MARK;
use crate::core::pos::Pos;
use crate::core::store::Store;
use crate::source::Keep;
use held::{BLOCK, Held, Worth};
use ranges::Ranges;
use wants::{Haste, Wants, open};

/// The least that a log may hold: two workers with a stripe each need as much.
const BOUND_MIN: u64 = 32 << 20;
/// The newest bytes, which stay whatever else is read (at most a quarter of the bound).
const TAIL: u64 = 1 << 20;
/// What is fetched besides what is looked at, before it and behind it.
const AROUND: u64 = 256 << 10;
/// What is fetched ahead of a drain.
const AHEAD: u64 = 4 << 20;
/// Bytes of all logs that wait for the drains before no more are taken from the host: what a fast link brings while
/// a reader is kept waiting for a moment. To stop and go on costs round trips, and what is on its way comes twice.
const UNREAD: u64 = 32 << 20;
/// What each log has of that however many there are.
const UNREAD_LEAST: u64 = 4 << 20;

/// How much logs may hold that share one bound for what is unread.
#[derive(Clone)]
pub struct Allowance {
    keep: Keep,
    bound: u64,
    /// Counts those who share it: each log, and whoever makes them.
    sharers: Arc<()>,
}

impl Allowance {
    /// At most `bound` bytes a log, but for what drains have not read yet.
    pub fn new(keep: Keep, bound: u64) -> Allowance {
        Allowance { keep, bound: bound.max(BOUND_MIN), sharers: Arc::default() }
    }

    /// The same for a log of which other than the others at most `bound` bytes are held.
    #[must_use]
    pub fn of(&self, bound: Option<u64>) -> Allowance {
        Allowance { bound: bound.map_or(self.bound, |bound| bound.max(BOUND_MIN)), ..self.clone() }
    }

    /// What is kept.
    pub fn keep(&self) -> Keep {
        self.keep
    }

    /// How many bytes of a log may wait for the drains.
    fn unread(&self) -> u64 {
        let logs = Arc::strong_count(&self.sharers).saturating_sub(1).max(1);
        (UNREAD / logs as u64).max(UNREAD_LEAST)
    }
}

/// The bytes of a remote log by position.
pub struct RemoteStore {
    allowance: Allowance,
    inner: Mutex<Inner>,
    /// Somebody asked for bytes of this log, or of another one that is fetched the same way.
    asked: Arc<Notify>,
    /// A drain has read on.
    pub room: Notify,
}

#[derive(Default)]
struct Inner {
    held: Held,
    wants: Wants,
    /// What is nowhere on the host any more. Some of it may be held.
    gone: Ranges,
    start: u64,
    /// How long the mark is that the history was found to begin with: the log begins behind it.
    mark: u64,
    end: u64,
    /// Where the first bytes were put.
    begun: Option<u64>,
    /// Where the first bytes that came live begin: the start of a line.
    live: u64,
    /// How far each drain has read.
    drains: Vec<Weak<AtomicU64>>,
}

/// Where bytes are, for a drain.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// Here: so many were copied.
    Memory(usize),
    /// Nowhere any more, up to this position.
    Lost(Pos),
    /// On the host; they were asked for.
    Away,
    /// Not there yet.
    End,
}

impl RemoteStore {
    /// An empty log that holds what it is allowed to. Whoever asks for bytes that are not here wakes `asked`.
    pub fn new(allowance: Allowance, asked: Arc<Notify>) -> RemoteStore {
        RemoteStore { allowance, inner: Mutex::default(), asked, room: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The empty log begins at `pos`; what is before it can be fetched.
    pub fn begin(&self, pos: Pos) {
        let mut inner = self.lock();
        if inner.end == 0 {
            (inner.end, inner.live) = (pos.0, pos.0);
            inner.begun = Some(pos.0);
        }
    }

    /// Where the log is begun to be read; `None` until that is known.
    pub fn begun(&self) -> Option<Pos> {
        self.lock().begun.map(Pos)
    }

    /// Bytes come next; `again` says whether they can be fetched another time.
    pub fn append(&self, bytes: &[u8], again: bool) {
        let mut inner = self.lock();
        let range = inner.end..inner.end + bytes.len() as u64;
        if !again {
            inner.gone.add(range.clone());
        }
        let worth = if again { Worth::Again } else { Worth::Only };
        inner.held.push(range.start, bytes, worth);
        inner.begun.get_or_insert(range.start);
        inner.end = range.end;
        self.trim(&mut inner);
    }

    /// A newline of ours comes next.
    pub fn end_line(&self) {
        let mut inner = self.lock();
        let at = inner.end;
        inner.held.push(at, b"\n", Worth::Pinned);
        inner.end += 1;
    }

    /// What is at `range` cannot be fetched any more.
    pub fn lose(&self, range: Range<Pos>) {
        let mut inner = self.lock();
        let range = range.start.0.max(inner.start)..range.end.0.min(inner.end);
        if range.is_empty() {
            return;
        }
        inner.gone.add(range.clone());
        inner.held.only_here(range);
        if self.allowance.keep == Keep::Generations {
            inner.settle();
        }
    }

    /// Bytes that were asked for have come.
    pub fn fill(&self, pos: Pos, bytes: &[u8]) {
        let mut inner = self.lock();
        let from = inner.start.saturating_sub(pos.0).min(bytes.len() as u64);
        let room = inner.end.saturating_sub(pos.0).min(bytes.len() as u64);
        if from >= room {
            return;
        }
        let range = pos.0 + from..pos.0 + room;
        // What comes from a file that was cut meanwhile may be something else by now.
        if inner.gone.end_at(range.start).is_some() {
            return;
        }
        let range = range.start..range.end.min(inner.gone.next_start(range.start).unwrap_or(u64::MAX));
        let upto = from + (range.end - range.start);
        inner.held.fill(range.start, &bytes[from as usize..upto as usize], Worth::Again);
        inner.wants.came(&range, Instant::now());
        if range.start < UTF8_MARK.len() as u64 {
            inner.find_mark(); // looking there counts as reading, so only when something came there
        }
        self.trim(&mut inner);
    }

    /// What to fetch next, at most `most` bytes (and less for somebody who looks at just that).
    pub fn next(&self, most: u64) -> Option<Range<Pos>> {
        let mut inner = self.lock();
        let Inner { held, wants, gone, .. } = &mut *inner;
        let (range, haste) = wants.next(held, gone, Instant::now())?;
        let most = if haste != Haste::Bulk { most.min(1 << 20) } else { most };
        let range = range.start..range.end.min(range.start + most);
        Some(Pos(range.start)..Pos(range.end))
    }

    /// `range` is being fetched, until [`RemoteStore::land`] is called with it.
    pub fn take_off(&self, range: &Range<Pos>) {
        self.lock().wants.take_off(range.start.0..range.end.0);
    }

    /// `range` is not being fetched any more, whatever came of it.
    pub fn land(&self, range: &Range<Pos>) {
        self.lock().wants.land(&(range.start.0..range.end.0));
    }

    /// Whether `range` is being fetched for nobody any more.
    pub fn is_vain(&self, range: &Range<Pos>) -> bool {
        self.lock().wants.is_vain(&(range.start.0..range.end.0))
    }

    /// What is wanted of `range` cannot be had now; it is to be asked for again.
    pub fn put_off(&self, range: &Range<Pos>) {
        self.lock().wants.forget(&(range.start.0..range.end.0));
    }

    /// How many bytes came and how many are wanted in all, while any are.
    pub fn progress(&self) -> Option<(u64, u64)> {
        let inner = self.lock();
        inner.wants.progress(&inner.held, &inner.gone, Instant::now())
    }

    /// Whether what no drain has read is kept, whatever comes.
    pub fn keep(&self) -> Keep {
        self.allowance.keep
    }

    /// Where in the log bytes are missing that cannot be read any more.
    pub fn holes(&self) -> Vec<Range<Pos>> {
        let inner = self.lock();
        let mut holes = Vec::new();
        for gone in inner.gone.iter() {
            let mut from = gone.start.max(inner.start);
            while let Some(hole) = inner.held.hole(from..gone.end) {
                from = hole.end;
                holes.push(Pos(hole.start)..Pos(hole.end));
            }
        }
        holes
    }

    /// How many bytes of the log's beginning cannot be read any more.
    pub fn lost(&self) -> u64 {
        let inner = self.lock();
        if inner.start == inner.mark { 0 } else { inner.start }
    }

    /// How many bytes are in memory.
    pub fn held_bytes(&self) -> u64 {
        self.lock().held.bytes()
    }

    /// Where the bytes at `pos` are; at most `max` of them are appended to `buf` when they are here, and they are
    /// asked for when they are not.
    pub fn place(&self, pos: Pos, max: usize, buf: &mut Vec<u8>) -> Place {
        let mut inner = self.lock();
        let pos = pos.0;
        if pos >= inner.end {
            return Place::End;
        }
        if pos < inner.start {
            return Place::Lost(Pos(inner.start));
        }
        let n = inner.held.append_to(buf, pos, max.min(4 * BLOCK));
        if n > 0 {
            return Place::Memory(n);
        }
        if let Some(end) = inner.gone.end_at(pos) {
            let end = inner.held.hole(pos..end).map_or(end, |hole| hole.end);
            return Place::Lost(Pos(end));
        }
        let range = pos..inner.end.min(pos + AHEAD);
        inner.wants.ask(range, Haste::Bulk);
        self.asked.notify_one();
        Place::Away
    }

    /// Counts a reader who must not miss anything, from `from` on.
    pub fn enlist(&self, from: Pos) -> Arc<AtomicU64> {
        let at = Arc::new(AtomicU64::new(from.0));
        self.lock().drains.push(Arc::downgrade(&at));
        at
    }

    /// Lets go of what every drain has read.
    pub fn release(&self) {
        if self.allowance.keep == Keep::Unread {
            let mut inner = self.lock();
            inner.drains.retain(|drain| drain.strong_count() > 0);
            let drained = inner.drains.iter().filter_map(Weak::upgrade);
            if let Some(read) = drained.map(|at| at.load(Ordering::Acquire)).min() {
                inner.held.forget_before(read);
                inner.gone.forget_before(read);
            }
            self.room.notify_one();
        }
    }

    /// Whether so much waits for the drains that no more should be taken from the host.
    pub fn is_full(&self) -> bool {
        self.allowance.keep == Keep::Unread && self.lock().held.weight() >= self.allowance.unread()
    }

    /// Whether the drains have made room enough to go on.
    pub fn has_room(&self) -> bool {
        self.allowance.keep != Keep::Unread || self.lock().held.weight() <= self.allowance.unread() / 2
    }

    /// Lets go of what was not read for longest, until the rest is within the bound.
    fn trim(&self, inner: &mut Inner) {
        if self.allowance.keep == Keep::Unread {
            return;
        }
        let tail = TAIL.min(self.allowance.bound / 4);
        // What is nowhere else leaves room for the tail and for what was fetched for somebody who reads much.
        let only = self.allowance.bound - self.allowance.bound / 4 - tail - 2 * BLOCK as u64;
        let tail = inner.end.saturating_sub(tail);
        while inner.held.weight() > self.allowance.bound {
            // Very many files of a few bytes each: they go from the front, newlines of ours among them.
            if inner.held.is_crumbs() {
                match inner.held.first_end(inner.end) {
                    Some(end) => inner.raise(end, false),
                    None => break,
                }
                continue;
            }
            let many = inner.held.only_bytes() > only;
            if !many && inner.held.drop_oldest(tail) {
                continue;
            }
            match inner.held.drop_only(tail) {
                Some((end, line)) => {
                    if inner.hole(inner.start).is_some_and(|hole| hole.end == end) {
                        inner.raise(end, line);
                    }
                    inner.settle();
                }
                None if many && inner.held.drop_oldest(tail) => {}
                None => break,
            }
        }
    }
}

impl Inner {
    /// Nothing before `pos` can be read any more; `line` says that a line is known to start there.
    fn raise(&mut self, pos: u64, line: bool) {
        if pos <= self.start {
            return;
        }
        self.start = if line { pos } else { self.held.line_from(pos).unwrap_or(pos) };
        self.held.forget_before(self.start);
        self.gone.forget_before(self.start);
        self.wants.forget_before(self.start);
    }

    /// Begins the log behind the UTF-8 mark in front of it. What came live had none to begin with.
    fn find_mark(&mut self) {
        let mut head = [0; UTF8_MARK.len()];
        if self.start == 0
            && self.begun.is_some_and(|begun| begun >= head.len() as u64)
            && self.held.read(0, &mut head) == head.len()
            && head == UTF8_MARK
        {
            self.mark = head.len() as u64;
            self.raise(self.mark, true);
        }
    }

    /// The bytes around `pos` that cannot be had any more, if it is one of them.
    fn hole(&self, pos: u64) -> Option<Range<u64>> {
        if pos < self.start || pos >= self.end {
            return None;
        }
        let (gone, hole) = (self.gone.at(pos)?, self.held.hole_at(pos)?);
        Some(gone.start.max(hole.start).max(self.start)..gone.end.min(hole.end).min(self.end))
    }

    /// Begins the log behind what cannot be had any more, when it begins with that.
    fn settle(&mut self) {
        while let Some(hole) = self.hole(self.start) {
            self.raise(hole.end, hole.end == self.live);
        }
    }

    fn clip(&self, range: &Range<Pos>) -> Range<u64> {
        range.start.0.max(self.start)..range.end.0.min(self.end)
    }
}

impl Store for RemoteStore {
    fn range(&self) -> Range<Pos> {
        let inner = self.lock();
        Pos(inner.start)..Pos(inner.end)
    }

    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        let mut inner = self.lock();
        let wanted = inner.clip(&(pos..pos + buf.len() as u64));
        if wanted.start > pos.0 || wanted.is_empty() {
            return Ok(0);
        }
        let room = (wanted.end - wanted.start) as usize;
        let n = inner.held.read(pos.0, &mut buf[..room]);
        if n > 0 || inner.gone.end_at(pos.0).is_some() {
            return Ok(n);
        }
        let block = BLOCK as u64;
        let exact = wanted.start / block * block..wanted.end.div_ceil(block) * block;
        let beside = AROUND.min(self.allowance.bound / 16);
        let around = exact.start.saturating_sub(beside)..exact.end + beside;
        for (range, haste) in [(around, Haste::Near), (exact, Haste::Now)] {
            let range = inner.clip(&(Pos(range.start)..Pos(range.end)));
            inner.wants.ask(range, haste);
        }
        self.asked.notify_one();
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn held(&self, pos: Pos) -> Range<Pos> {
        let inner = self.lock();
        let around = if pos.0 < inner.start { pos.0..pos.0 } else { inner.held.around(pos.0) };
        Pos(around.start.max(inner.start.min(pos.0)))..Pos(around.end)
    }

    fn hole(&self, pos: Pos) -> Option<Range<Pos>> {
        self.lock().hole(pos.0).map(|hole| Pos(hole.start)..Pos(hole.end))
    }

    fn ready(&self, range: Range<Pos>) -> bool {
        let mut inner = self.lock();
        let range = inner.clip(&range);
        let range = range.start..range.end.min(range.start.saturating_add(self.allowance.bound / 4));
        if range.is_empty() {
            return true;
        }
        inner.held.touch_all(range.clone());
        match open(&inner.held, &inner.gone, &[], range.clone()) {
            None => true,
            Some(missing) => {
                inner.wants.ask(missing.start..range.end, Haste::Bulk);
                self.asked.notify_one();
                false
            }
        }
    }

    fn enough(&self) {
        self.lock().wants.enough();
        self.asked.notify_one();
    }
}
