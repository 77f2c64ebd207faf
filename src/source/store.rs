//! A followed file's log as parts: files, the few bytes we put between them, and what is remembered of
//! bytes that are no longer in any file.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};

use super::Keep;
use super::backing::Backing;
use crate::app::source::Lies;
use crate::core::pos::Pos;
use crate::core::ring::Ring;
use crate::core::store::Store;

/// Old generations that stay readable on a screen.
const GENERATIONS: u64 = 8;
/// Bytes of removed files that are kept from being freed for scrolling back.
const REMOVED: u64 = 256 << 20;
/// Parts a log may have; late writers that take turns with the new file make many.
const PARTS: usize = 100_000;
/// Bytes remembered of truncated files in all, for a drain that has not read them yet.
const HELD_UNREAD: u64 = 64 << 20;
/// The same where only a screen wants to scroll back.
const HELD: u64 = 4 << 20;

/// The log of one followed path.
///
/// ```text
///   │ a.1 (old file) │\n│ a: 0..900 │ held: what was cut │ a: 0.. …│
///   ▲ range().start                       ring: ▲─────────────────▲ end
/// ```
pub struct FileStore {
    keep: Keep,
    inner: RwLock<Inner>,
}

struct Inner {
    parts: VecDeque<Part>,
    end: Pos,
    generation: u64,
    /// The last bytes of the log, as they were when they came.
    ring: Ring,
    bound: u64,
    /// How far each drain has read.
    drains: Vec<Weak<AtomicU64>>,
}

#[derive(Clone)]
struct Part {
    start: Pos,
    len: u64,
    generation: u64,
    bytes: Bytes,
}

#[derive(Clone)]
enum Bytes {
    File {
        backing: Arc<Backing>,
        offset: u64,
    },
    Text(Arc<[u8]>),
    /// Gone from its file, remembered from when it was followed live.
    Held(Arc<Ring>),
    /// Gone.
    Lost,
}

/// Where bytes of the log stand, for a reader who has to be sure of them.
pub(super) enum Place {
    /// In a file: from `offset` on, `len` bytes of this part.
    File { backing: Arc<Backing>, offset: u64, len: u64 },
    /// In memory: these.
    Memory(Vec<u8>),
    /// Nowhere any more, up to this position.
    Lost(Pos),
    /// Not there yet.
    End,
}

impl Part {
    fn end(&self) -> Pos {
        self.start + self.len
    }

    fn is_of(&self, of: &Arc<Backing>) -> bool {
        matches!(&self.bytes, Bytes::File { backing, .. } if Arc::ptr_eq(backing, of))
    }
}

impl FileStore {
    /// An empty log.
    pub fn new(keep: Keep, bound: u64) -> FileStore {
        let inner = Inner {
            parts: VecDeque::new(),
            end: Pos(0),
            generation: 0,
            ring: Ring::new(Pos(0), bound),
            bound,
            drains: Vec::new(),
        };
        FileStore { keep, inner: RwLock::new(inner) }
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of a file come next; `recent` are the last of them, to be remembered.
    pub(super) fn push_file(&self, backing: &Arc<Backing>, range: Range<u64>, recent: &[u8]) {
        let mut inner = self.write();
        let len = range.end - range.start;
        let end = inner.end;
        match inner.parts.back_mut() {
            Some(Part { len: known, bytes: Bytes::File { backing: last, offset }, .. })
                if Arc::ptr_eq(last, backing) && *offset + *known == range.start =>
            {
                *known += len;
            }
            _ => {
                let bytes = Bytes::File { backing: backing.clone(), offset: range.start };
                inner.push(len, bytes);
            }
        }
        inner.end = end + len;
        if (recent.len() as u64) < len {
            inner.ring = Ring::new(inner.end.back(recent.len() as u64), inner.bound);
        }
        inner.ring.push(recent);
        inner.tidy(self.keep);
    }

    /// Bytes of our own come next.
    pub(super) fn push_text(&self, text: &[u8]) {
        let mut inner = self.write();
        inner.push(text.len() as u64, Bytes::Text(text.into()));
        inner.end += text.len() as u64;
        inner.ring.push(text);
    }

    /// Another file begins.
    pub(super) fn next_generation(&self) {
        let mut inner = self.write();
        inner.generation += 1;
        inner.tidy(self.keep);
    }

    /// What was read from one file can now be read from another, at the same offsets.
    pub(super) fn replace(&self, of: &Arc<Backing>, by: &Arc<Backing>) {
        for part in &mut self.write().parts {
            if let Bytes::File { backing, .. } = &mut part.bytes
                && Arc::ptr_eq(backing, of)
            {
                *backing = by.clone();
            }
        }
    }

    /// What was read from a file at and behind `from` is gone there; what is remembered of it stays.
    pub(super) fn lose(&self, of: &Arc<Backing>, from: u64) {
        let mut inner = self.write();
        let end = inner.end;
        let bound = inner.bound;
        let ring = Arc::new(std::mem::replace(&mut inner.ring, Ring::new(end, bound)));
        let held = ring.range();
        let mut parts = VecDeque::with_capacity(inner.parts.len() + 2);
        for part in std::mem::take(&mut inner.parts) {
            let Bytes::File { offset, .. } = &part.bytes else {
                parts.push_back(part);
                continue;
            };
            let kept = from.saturating_sub(*offset).min(part.len);
            if !part.is_of(of) || kept == part.len {
                parts.push_back(part);
                continue;
            }
            let lost = part.start + kept;
            let remembered = held.start.clamp(lost, part.end());
            for (start, end, bytes) in [
                (part.start, lost, part.bytes.clone()),
                (lost, remembered, Bytes::Lost),
                (remembered, part.end(), Bytes::Held(ring.clone())),
            ] {
                if start < end {
                    parts.push_back(Part { start, len: end - start, bytes, ..part });
                }
            }
        }
        inner.parts = parts;
        inner.bound_held(if self.keep == Keep::Unread { HELD_UNREAD } else { HELD });
        inner.tidy(self.keep);
    }

    /// How many bytes of the live tail are remembered from now on.
    pub(super) fn set_bound(&self, bound: u64) {
        let mut inner = self.write();
        inner.bound = bound;
        inner.ring.set_bound(bound);
    }

    /// How many bytes of the live tail are remembered at most.
    pub(super) fn bound(&self) -> u64 {
        self.read().bound
    }

    /// What is remembered of a file's bytes from `at` on.
    pub(super) fn recall(&self, of: &Arc<Backing>, at: u64, buf: &mut [u8]) -> usize {
        let inner = self.read();
        for part in inner.parts.iter().rev().filter(|part| part.is_of(of)) {
            let Bytes::File { offset, .. } = part.bytes else { continue };
            if at >= offset && at - offset < part.len {
                let n = (part.len - (at - offset)).min(buf.len() as u64) as usize;
                return inner.ring.read_at(part.start + (at - offset), &mut buf[..n]);
            }
        }
        0
    }

    /// Where the bytes at `pos` stand; at most `max` of them are copied when they are in memory.
    pub(super) fn place(&self, pos: Pos, max: usize) -> Place {
        let inner = self.read();
        if pos >= inner.end {
            return Place::End;
        }
        let Some(part) = inner.part_at(pos) else {
            return Place::Lost(inner.start(self.keep));
        };
        let into = pos - part.start;
        let left = part.len - into;
        match &part.bytes {
            Bytes::File { backing, offset } => {
                Place::File { backing: backing.clone(), offset: offset + into, len: left }
            }
            Bytes::Text(text) => {
                let from = into as usize;
                Place::Memory(text[from..text.len().min(from + max)].to_vec())
            }
            Bytes::Held(ring) => {
                let mut buf = vec![0; max.min(left as usize)];
                let n = ring.read_at(pos, &mut buf);
                buf.truncate(n);
                if n == 0 { Place::Lost(part.end()) } else { Place::Memory(buf) }
            }
            Bytes::Lost => Place::Lost(part.end()),
        }
    }

    /// Counts a reader who must not miss anything, from `from` on.
    pub(super) fn enlist(&self, from: Pos) -> Arc<AtomicU64> {
        let at = Arc::new(AtomicU64::new(from.0));
        self.write().drains.push(Arc::downgrade(&at));
        at
    }

    /// Lets go of what every drain has read.
    pub(super) fn release(&self) {
        if self.keep == Keep::Unread {
            self.write().tidy(self.keep);
        }
    }

    /// Lets go of old generations that were removed and take up room on the disk only because they are held
    /// open, the oldest first, until the rest is small.
    pub(super) fn let_go_of_removed(&self) {
        if self.keep != Keep::Generations {
            return;
        }
        let mut inner = self.write();
        let newest = inner.generation;
        let (mut taken, mut last) = (0, None);
        let mut too_much = None;
        for (at, part) in inner.parts.iter().enumerate().rev().filter(|(_, part)| part.generation < newest) {
            let Bytes::File { backing, .. } = &part.bytes else { continue };
            let id = Arc::as_ptr(backing);
            if last != Some(id) {
                last = Some(id);
                taken += backing.removed_len();
            }
            if taken > REMOVED {
                too_much = Some(at + 1);
                break;
            }
        }
        if let Some(many) = too_much {
            inner.parts.drain(..many);
        }
    }

    /// How many files are held open, and how many bytes are remembered in memory.
    pub(super) fn holdings(&self) -> (usize, u64) {
        let inner = self.read();
        let mut files: Vec<*const Backing> = inner
            .parts
            .iter()
            .filter_map(|part| match &part.bytes {
                Bytes::File { backing, .. } => Some(Arc::as_ptr(backing)),
                _ => None,
            })
            .collect();
        files.sort_unstable();
        files.dedup();
        let ring = inner.ring.range();
        (files.len(), ring.end - ring.start)
    }

    /// The file in which the log ends, and where it lies in the log. A file without a name is none that could be found
    /// again.
    pub(super) fn newest(&self) -> Option<Lies> {
        let inner = self.read();
        let part = inner.parts.back()?;
        let Bytes::File { backing, offset } = &part.bytes else { return None };
        let meta = backing.file().metadata().ok().filter(|meta| meta.nlink() > 0)?;
        Some(Lies { device: meta.dev(), inode: meta.ino(), from: part.start, offset: *offset })
    }

    /// Whether the log's last byte leaves a line unfinished.
    pub(super) fn has_open_line(&self) -> bool {
        let inner = self.read();
        let mut last = [0];
        inner.end > Pos(0) && inner.ring.read_at(inner.end.back(1), &mut last) == 1 && last[0] != b'\n'
    }
}

impl Inner {
    fn push(&mut self, len: u64, bytes: Bytes) {
        self.parts.push_back(Part { start: self.end, len, generation: self.generation, bytes });
    }

    fn part_at(&self, pos: Pos) -> Option<&Part> {
        let at = self.parts.partition_point(|part| part.end() <= pos);
        self.parts.get(at).filter(|part| part.start <= pos)
    }

    /// The first position that can be read with everything behind it.
    fn start(&self, keep: Keep) -> Pos {
        let _ = keep;
        self.parts.front().map_or(self.end, |part| part.start)
    }

    /// Lets go of what nobody needs any more.
    fn tidy(&mut self, keep: Keep) {
        match keep {
            Keep::Generations => {
                let oldest = self.generation.saturating_sub(GENERATIONS);
                let lost = self.parts.iter().rposition(|part| matches!(part.bytes, Bytes::Lost));
                let lost = lost.map_or(0, |at| at + 1);
                let old = self.parts.iter().take_while(|part| part.generation < oldest).count();
                let many = self.parts.len().saturating_sub(PARTS);
                self.parts.drain(..lost.max(old).max(many));
            }
            Keep::Unread => {
                self.drains.retain(|drain| drain.strong_count() > 0);
                let drained = self.drains.iter().filter_map(Weak::upgrade);
                let Some(read) = drained.map(|at| at.load(Ordering::Acquire)).min() else { return };
                while self.parts.len() > 1 && self.parts.front().is_some_and(|part| part.end().0 <= read) {
                    self.parts.pop_front();
                }
            }
        }
    }

    /// Keeps what is remembered of truncated files within `bound`, the oldest going first.
    fn bound_held(&mut self, bound: u64) {
        let mut room = bound;
        for part in self.parts.iter_mut().rev() {
            if matches!(part.bytes, Bytes::Held(_)) {
                if part.len > room {
                    part.bytes = Bytes::Lost;
                }
                room = room.saturating_sub(part.len);
            }
        }
    }
}

impl Store for FileStore {
    fn range(&self) -> Range<Pos> {
        let inner = self.read();
        inner.start(self.keep)..inner.end
    }

    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        match self.place(pos, buf.len()) {
            Place::File { backing, offset, len } => {
                let want = buf.len().min(len as usize);
                let n = backing.read_at(offset, &mut buf[..want])?;
                // Cut since the last look: what is remembered is as good.
                Ok(if n == 0 { self.read().ring.read_at(pos, &mut buf[..want]) } else { n })
            }
            Place::Memory(bytes) => {
                buf[..bytes.len()].copy_from_slice(&bytes);
                Ok(bytes.len())
            }
            Place::Lost(_) | Place::End => Ok(0),
        }
    }
}
