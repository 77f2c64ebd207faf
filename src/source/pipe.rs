//! Standard input: bytes that come once and are kept in memory.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use super::Keep;
use super::backing::words;
use crate::app::source::{State, Status, Watch};
use crate::core::pos::Pos;
use crate::core::ring::Ring;
use crate::core::store::Store;

/// Bytes kept for scrolling back.
const KEPT: u64 = 64 << 20;
/// Bytes read ahead of a drain; the rest waits in the pipe and holds its writer back.
const AHEAD: u64 = 8 << 20;

/// A pipe that is read by a thread of its own.
pub(super) struct Pipe {
    keep: Keep,
    inner: Mutex<Inner>,
    /// Woken when a drain has read on, or the pipe is closed.
    room: Condvar,
    changed: Box<dyn Fn() + Send + Sync>,
}

struct Inner {
    ring: Ring,
    state: State,
    grew: Option<Instant>,
    told: bool,
    closed: bool,
    drains: Vec<Weak<AtomicU64>>,
}

impl Inner {
    fn drained(&self) -> Option<Pos> {
        self.drains.iter().filter_map(Weak::upgrade).map(|at| Pos(at.load(Ordering::Acquire))).min()
    }
}

impl Pipe {
    /// Reads `file` until it ends; `changed` is called when something came, and then not again before
    /// the status was asked.
    pub fn start(keep: Keep, file: File, changed: impl Fn() + Send + Sync + 'static) -> Arc<Pipe> {
        // Bytes that were not drained are held back in the pipe, never dropped by the ring.
        let bound = if keep == Keep::Unread { u64::MAX } else { KEPT };
        let inner = Inner {
            ring: Ring::new(Pos(0), bound),
            state: State::Live,
            grew: None,
            told: false,
            closed: false,
            drains: Vec::new(),
        };
        let pipe = Arc::new(Pipe {
            keep,
            inner: Mutex::new(inner),
            room: Condvar::new(),
            changed: Box::new(changed),
        });
        let reader = pipe.clone();
        let spawned = std::thread::Builder::new().name("stdin".to_owned()).spawn(move || reader.run(file));
        if let Err(error) = spawned {
            pipe.lock().state = State::Failed(format!("no thread to read it: {}", words(&error)));
        }
        pipe
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, mut file: File) {
        let mut buf = vec![0; 64 * 1024];
        while self.wait_for_room(buf.len() as u64) {
            match file.read(&mut buf) {
                Ok(0) => return self.end(State::Ended("the end of the input was reached".to_owned())),
                Ok(n) => self.push(&buf[..n]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait_readable(&file),
                Err(error) => return self.end(State::Ended(format!("it cannot be read: {}", words(&error)))),
            }
        }
    }

    /// Waits until a drain has left room for `bytes` more; false when nobody reads any more.
    fn wait_for_room(&self, bytes: u64) -> bool {
        let mut inner = self.lock();
        loop {
            if inner.closed {
                return false;
            }
            let from = inner.drained().unwrap_or(inner.ring.range().start);
            if self.keep == Keep::Generations || (inner.ring.range().end - from) + bytes <= AHEAD {
                return true;
            }
            inner = self.room.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn push(&self, bytes: &[u8]) {
        let mut inner = self.lock();
        inner.ring.push(bytes);
        inner.grew = Some(Instant::now());
        self.tell(inner);
    }

    fn end(&self, state: State) {
        let mut inner = self.lock();
        inner.state = state;
        self.tell(inner);
    }

    fn tell(&self, mut inner: MutexGuard<'_, Inner>) {
        let news = !std::mem::replace(&mut inner.told, true);
        drop(inner);
        if news {
            (self.changed)();
        }
    }

    /// What is known now.
    pub fn status(&self) -> Status {
        let mut inner = self.lock();
        inner.told = false;
        let held = inner.ring.range();
        Status {
            state: inner.state.clone(),
            end: held.end,
            grew: inner.grew,
            watch: Watch::Pushed,
            notices: Arc::from([]),
            file: None,
            facts: vec![("in memory", format!("{} KiB", (held.end - held.start).div_ceil(1024)))],
            remote: None,
        }
    }

    /// Changes are told again; says whether the input has ended.
    pub fn rearm(&self) -> bool {
        let mut inner = self.lock();
        inner.told = false;
        matches!(inner.state, State::Ended(_))
    }

    /// Stops reading.
    pub fn close(&self) {
        self.lock().closed = true;
        self.room.notify_all();
    }

    /// Counts a reader who must not miss anything.
    pub fn enlist(&self, from: Pos) -> Arc<AtomicU64> {
        let at = Arc::new(AtomicU64::new(from.0));
        self.lock().drains.push(Arc::downgrade(&at));
        at
    }

    /// Appends at most `max` bytes from `pos` on and says how many.
    pub fn take(&self, pos: Pos, buf: &mut Vec<u8>, max: usize) -> usize {
        let inner = self.lock();
        let from = buf.len();
        let held = usize::try_from(inner.ring.range().end - pos).unwrap_or(max);
        buf.resize(from + held.min(max), 0);
        let n = inner.ring.read_at(pos, &mut buf[from..]);
        buf.truncate(from + n);
        n
    }

    /// Lets go of what every drain has read, and reads on.
    pub fn release(&self) {
        let mut inner = self.lock();
        if self.keep == Keep::Unread
            && let Some(read) = inner.drained()
        {
            inner.ring.release(read);
            self.room.notify_all();
        }
    }
}

/// A pipe that somebody else made non-blocking is waited for.
fn wait_readable(file: &File) {
    let mut fds = [rustix::event::PollFd::new(file, rustix::event::PollFlags::IN)];
    let _ = rustix::event::poll(&mut fds, None);
}

impl Store for Pipe {
    fn range(&self) -> Range<Pos> {
        self.lock().ring.range()
    }

    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        Ok(self.lock().ring.read_at(pos, buf))
    }
}
