//! Bytes in: files, their watchers, stdin. Knows core and [`crate::app::source`]; no keys, no widgets.
//!
//! One thread follows all local files ([`Follower`]); whoever must not miss a byte however slowly he
//! takes them (the mode without a screen) reads through a [`Drain`].

pub mod file;

use std::path::Path;

use crate::app::source::{Notice, Source, SourceId, Status};

/// What becomes of bytes that are no longer in the newest file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// A screen: the last few generations stay readable for scrolling back.
    Generations,
    /// A drain: nothing is given up before the drain has read it.
    Unread,
}

/// Follows local files and stdin.
pub struct Follower {}

impl Follower {
    /// Starts the follower's thread. `changed` is called from it when something about a source changed,
    /// and not again for that source until [`Follower::status`] was asked.
    ///
    /// # Errors
    /// When no thread can be started. A missing or exhausted watcher is no error: files are polled then.
    pub fn start(keep: Keep, changed: impl Fn(SourceId) + Send + Sync + 'static) -> anyhow::Result<Follower> {
        let _ = (keep, Box::new(changed));
        todo!()
    }

    /// Opens a path, looks at it once before it returns, and follows it from then on. A file that is not
    /// there is a state of the source, not an error.
    pub fn open(&self, id: SourceId, path: &Path) -> Source {
        let _ = (id, path);
        todo!()
    }

    /// Reads the program's standard input (already taken from descriptor 0 by the caller) as a source.
    pub fn open_stdin(&self, id: SourceId, stdin: std::fs::File) -> Source {
        let _ = (id, stdin);
        todo!()
    }

    /// What is known of a source now, `None` once it was closed.
    pub fn status(&self, id: SourceId) -> Option<Status> {
        let _ = id;
        todo!()
    }

    /// Stops following a source; its store stays readable while somebody holds it.
    pub fn close(&self, id: SourceId) {
        let _ = id;
        todo!()
    }

    /// A drain of a source from `from` on.
    pub fn drain(&self, id: SourceId, from: crate::core::pos::Pos) -> Option<Drain> {
        let _ = (id, from);
        todo!()
    }
}

/// Reads a source's bytes in order, each exactly once, at the reader's own pace.
pub struct Drain {}

/// What a drain gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Bytes were appended to the caller's buffer. Files never run into each other: the last line of a
    /// file that ended without a newline is given one.
    Bytes,
    /// Something happened at this place; a gap among them says what is missing.
    Notice(Notice),
    /// Nothing now; `changed` will be called when there is.
    Idle,
    /// Nothing will come any more (stdin ended, and all of it was given).
    Ended,
}

impl Drain {
    /// Appends at most `max` bytes to `buf`, or says why there are none.
    ///
    /// # Errors
    /// When the file cannot be read now (a disk fault); it is worth trying again later.
    pub fn read(&mut self, buf: &mut Vec<u8>, max: usize) -> std::io::Result<Drained> {
        let _ = (buf, max);
        todo!()
    }
}
