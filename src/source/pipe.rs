//! What comes through a pipe, standard input or a command's output: bytes that come once and are kept in memory.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use super::Keep;
use super::backing::words;
use super::notices::Notices;
use crate::app::source::{NoticeKind, State, Status, Watch};
use crate::core::pos::Pos;
use crate::core::ring::Ring;
use crate::core::store::Store;

/// Bytes kept for scrolling back.
const KEPT: u64 = 64 << 20;
/// Bytes read ahead of a drain; the rest waits in the pipe and holds its writer back.
const AHEAD: u64 = 8 << 20;

/// A pipe that is read by a thread of its own, or several one after the other: what they bring is one log.
pub(super) struct Pipe {
    keep: Keep,
    watch: Watch,
    pub notices: Notices,
    inner: Mutex<Inner>,
    /// Woken when a drain has read on, or the pipe is closed.
    room: Condvar,
    changed: Box<dyn Fn() + Send + Sync>,
}

struct Inner {
    ring: Ring,
    state: State,
    facts: Vec<(&'static str, String)>,
    /// Which pipe it is; what comes through those before it is nobody's any more.
    run: u64,
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
    /// A log that nothing has come to yet; `changed` is called when something came, and then not again before
    /// the status was asked.
    pub fn new(keep: Keep, watch: Watch, changed: impl Fn() + Send + Sync + 'static) -> Arc<Pipe> {
        // Bytes that were not drained are held back in the pipe, never dropped by the ring.
        let bound = if keep == Keep::Unread { u64::MAX } else { KEPT };
        let inner = Inner {
            ring: Ring::new(Pos(0), bound),
            state: State::Live,
            facts: Vec::new(),
            run: 0,
            grew: None,
            told: false,
            closed: false,
            drains: Vec::new(),
        };
        Arc::new(Pipe {
            keep,
            watch,
            notices: Notices::default(),
            inner: Mutex::new(inner),
            room: Condvar::new(),
            changed: Box::new(changed),
        })
    }

    /// Reads `file` until it ends, in a thread of its own; `ended` says what it is then, and may wait for that. Another
    /// one that is being read is left.
    pub fn read(self: &Arc<Pipe>, file: File, ended: impl FnOnce() -> State + Send + 'static) {
        let run = {
            let mut inner = self.lock();
            inner.run += 1;
            inner.state = State::Live;
            inner.run
        };
        let reader = self.clone();
        let read = move || {
            let state = reader.run(run, file, ended);
            reader.end(run, state);
        };
        if let Err(error) = std::thread::Builder::new().name("pipe".to_owned()).spawn(read) {
            self.end(run, State::Failed(format!("no thread to read it: {}", words(&error))));
        }
    }

    /// Something happened at the end of what has come so far. An unfinished line ends there.
    pub fn notice(&self, kind: NoticeKind, text: String) {
        let mut inner = self.lock();
        let end = inner.ring.range().end;
        let mut last = [b'\n'];
        inner.ring.read_at(end.back(1), &mut last);
        if last != *b"\n" {
            inner.ring.push(b"\n");
        }
        self.notices.push(inner.ring.range().end, kind, text);
        self.tell(inner);
    }

    /// There is nothing to read.
    pub fn stop(&self, state: State) {
        let mut inner = self.lock();
        inner.run += 1;
        inner.state = state;
        self.tell(inner);
    }

    /// What there is to know of it besides.
    pub fn know(&self, facts: Vec<(&'static str, String)>) {
        self.lock().facts = facts;
    }

    /// Keeps at most so many bytes for scrolling back. What drains have not read is never dropped.
    pub fn hold(&self, bytes: u64) {
        if self.keep != Keep::Unread {
            self.lock().ring.set_bound(bytes);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, run: u64, mut file: File, ended: impl FnOnce() -> State) -> State {
        let mut buf = vec![0; 64 * 1024];
        while self.wait_for_room(run, buf.len() as u64) {
            match file.read(&mut buf) {
                Ok(0) => return ended(),
                Ok(n) => self.push(run, &buf[..n]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait_readable(&file),
                Err(error) => return State::Ended(format!("it cannot be read: {}", words(&error))),
            }
        }
        State::Ended("nobody reads it any more".to_owned())
    }

    /// Waits until a drain has left room for `bytes` more; false when nobody reads any more.
    fn wait_for_room(&self, run: u64, bytes: u64) -> bool {
        let mut inner = self.lock();
        loop {
            if inner.closed || inner.run != run {
                return false;
            }
            let from = inner.drained().unwrap_or(inner.ring.range().start);
            if self.keep == Keep::Generations || (inner.ring.range().end - from) + bytes <= AHEAD {
                return true;
            }
            inner = self.room.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn push(&self, run: u64, bytes: &[u8]) {
        let mut inner = self.lock();
        if inner.run == run {
            inner.ring.push(bytes);
            inner.grew = Some(Instant::now());
            self.tell(inner);
        }
    }

    fn end(&self, run: u64, state: State) {
        let mut inner = self.lock();
        if inner.run == run {
            inner.state = state;
            self.tell(inner);
        }
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
        let mut facts = inner.facts.clone();
        facts.push(("in memory", format!("{} KiB", (held.end - held.start).div_ceil(1024))));
        Status {
            state: inner.state.clone(),
            end: held.end,
            grew: inner.grew,
            watch: self.watch.clone(),
            notices: self.notices.all(),
            facts,
            file: None,
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
