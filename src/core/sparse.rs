//! A log for tests whose bytes have to be fetched first, as those of another host are: nothing comes before the
//! test says so.

use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard};

use super::pos::Pos;
use super::store::Store;

/// What is asked for comes with what lies around it up to multiples of this.
const PAGE: u64 = 1 << 10;

/// A log in memory, parts of which are elsewhere.
#[derive(Default)]
pub struct Sparse(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    bytes: Vec<u8>,
    /// Apart from each other, in order.
    held: Vec<Range<u64>>,
    wanted: Vec<Range<u64>>,
    /// What will never come: neither held nor at the log's beginning.
    holes: Vec<Range<u64>>,
}

impl Inner {
    fn hold(&mut self, range: Range<u64>) {
        let range = range.start..range.end.min(self.bytes.len() as u64);
        if range.start >= range.end {
            return;
        }
        self.held.push(range);
        self.held.sort_by_key(|range| range.start);
        let mut held: Vec<Range<u64>> = Vec::new();
        for range in self.held.drain(..) {
            match held.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => held.push(range),
            }
        }
        self.held = held;
    }

    fn hole(&self, pos: u64) -> Option<Range<u64>> {
        self.holes.iter().find(|hole| hole.contains(&pos)).cloned()
    }

    fn around(&self, pos: u64) -> Option<Range<u64>> {
        self.held.iter().find(|range| range.contains(&pos)).cloned()
    }
}

impl Sparse {
    /// A log of which only the bytes from `held` on are there.
    pub fn new(bytes: impl Into<Vec<u8>>, held: u64) -> Sparse {
        let log = Sparse::default();
        log.lock().bytes = bytes.into();
        log.lock().hold(held..u64::MAX);
        log
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    /// What is appended is there at once.
    pub fn append(&self, bytes: &[u8]) {
        let mut inner = self.lock();
        let end = inner.bytes.len() as u64;
        inner.bytes.extend_from_slice(bytes);
        inner.hold(end..u64::MAX);
    }

    /// Bytes come that nobody asked for.
    pub fn hold(&self, range: Range<u64>) {
        self.lock().hold(range);
    }

    /// Bytes go away again, and have to be fetched anew.
    pub fn drop_before(&self, pos: u64) {
        self.lock().held.retain_mut(|range| {
            range.start = range.start.max(pos);
            range.start < range.end
        });
    }

    /// A log with these holes, apart from each other and in order, whose other bytes are all there.
    pub fn with_holes(bytes: impl Into<Vec<u8>>, holes: Vec<Range<u64>>) -> Sparse {
        let log = Sparse::new(bytes, u64::MAX);
        let mut from = 0;
        for hole in &holes {
            log.hold(from..hole.start);
            from = hole.end;
        }
        log.hold(from..u64::MAX);
        log.lock().holes = holes;
        log
    }

    /// How much has been asked for since something came.
    pub fn wanted(&self) -> Vec<Range<u64>> {
        self.lock().wanted.clone()
    }

    /// What was asked for comes; whether there was anything.
    pub fn fetch(&self) -> bool {
        let mut inner = self.lock();
        let wanted = std::mem::take(&mut inner.wanted);
        for range in &wanted {
            inner.hold(range.start / PAGE * PAGE..range.end.div_ceil(PAGE) * PAGE);
        }
        !wanted.is_empty()
    }
}

impl Store for Sparse {
    fn range(&self) -> Range<Pos> {
        self.lock().bytes.range()
    }

    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        let mut inner = self.lock();
        if pos.0 >= inner.bytes.len() as u64 {
            return Ok(0);
        }
        if inner.hole(pos.0).is_some() {
            return Ok(0);
        }
        match inner.around(pos.0) {
            Some(held) => {
                let n = buf.len().min((held.end - pos.0) as usize);
                inner.bytes.read_at(pos, &mut buf[..n])
            }
            None => {
                inner.wanted.push(pos.0..pos.0 + buf.len() as u64);
                Err(io::ErrorKind::WouldBlock.into())
            }
        }
    }

    fn held(&self, pos: Pos) -> Range<Pos> {
        self.lock().around(pos.0).map_or(pos..pos, |held| Pos(held.start)..Pos(held.end))
    }

    fn hole(&self, pos: Pos) -> Option<Range<Pos>> {
        self.lock().hole(pos.0).map(|hole| Pos(hole.start)..Pos(hole.end))
    }

    fn ready(&self, range: Range<Pos>) -> bool {
        let mut inner = self.lock();
        let upto = range.end.0.min(inner.bytes.len() as u64);
        let ready = upto <= range.start.0 || inner.around(range.start.0).is_some_and(|held| held.end >= upto);
        if !ready {
            inner.wanted.push(range.start.0..upto);
        }
        ready
    }

    fn enough(&self) {
        self.lock().wanted.clear();
    }
}
